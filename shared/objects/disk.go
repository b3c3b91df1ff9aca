package objects

import (
	"errors"
	"syscall"

	"github.com/leo-analytics/leo/shared/fault"
)

// DiskFault turns the error of a file operation into RUNNER_RESOURCE_EXCEEDED
// when the disk, or a quota, is full, and returns any other error as it is.
func DiskFault(err error) error {
	var f *fault.Fault
	if err == nil || errors.As(err, &f) {
		return err
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(err, fault.ResourceExceeded, "The disk is full.").
			WithHint("Free space in Leo's data directory and try again.")
	}
	return err
}
