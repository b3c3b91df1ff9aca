package engine

import (
	"errors"
	"syscall"

	"github.com/leo-analytics/leo/shared/fault"
)

// Wording is how a program that writes files through the engine words its
// faults.
type Wording struct {
	// NoSpace is said of a full disk.
	NoSpace, NoSpaceHint string
	// Timeout is said when the time limit passed.
	Timeout, TimeoutHint string
	// MemoryHint replaces the engine's hint when memory ran out.
	MemoryHint string
}

// Fault makes a fault of what the disk and the engine say. A fault stays what it
// is. A complaint about the statement is an internal fault: it was not a
// person's.
func (w Wording) Fault(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(err, fault.ResourceExceeded, "%s", w.NoSpace).WithHint("%s", w.NoSpaceHint)
	}
	var already *fault.Fault
	if errors.As(err, &already) {
		return err
	}
	f := Fault(err)
	switch f.Code {
	case fault.Timeout:
		return fault.Wrap(err, fault.Timeout, "%s", w.Timeout).WithHint("%s", w.TimeoutHint)
	case fault.ResourceExceeded:
		return f.WithHint("%s", w.MemoryHint)
	case fault.Query, fault.SQLPolicy:
		return fault.From(errors.New(err.Error()))
	}
	return f
}
