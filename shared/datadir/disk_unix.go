//go:build linux || darwin

package datadir

import (
	"errors"
	"fmt"
	"math"
	"os"
	"syscall"
)

// lockFile takes an exclusive lock that ends with the file's last descriptor,
// however the process ends.
func lockFile(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	if err != nil {
		return fmt.Errorf("flock: %w", err)
	}
	return nil
}

// unlockFile has nothing to do: closing the file is enough.
func unlockFile(*os.File) error { return nil }

// freeBytes is what the disk below dir has left for us; 0 if unknown.
func freeBytes(dir string) int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0
	}
	free := st.Bavail * uint64(st.Bsize) //nolint:gosec // block sizes are positive
	return int64(min(free, math.MaxInt64/2))
}
