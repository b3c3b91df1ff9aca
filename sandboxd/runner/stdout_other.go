//go:build unix && !linux

package runner

import (
	"fmt"
	"os"
	"syscall"
)

// TakeStdout returns standard output under another descriptor, which no child
// inherits, and points descriptor 1 at /dev/null. Call it first.
func TakeStdout() (*os.File, error) {
	fd, err := syscall.Dup(1)
	if err != nil {
		return nil, fmt.Errorf("duplicate standard output: %w", err)
	}
	syscall.CloseOnExec(fd)
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", os.DevNull, err)
	}
	defer func() { _ = null.Close() }()
	if err := syscall.Dup2(int(null.Fd()), 1); err != nil {
		return nil, fmt.Errorf("replace standard output: %w", err)
	}
	return os.NewFile(uintptr(fd), "protocol"), nil
}
