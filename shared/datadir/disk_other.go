//go:build !linux && !darwin

package datadir

import (
	"errors"
	"fmt"
	"os"
)

// lockFile has no lock of the operating system here: it makes a second file that
// only one process can make. A process that was killed leaves it behind, and the
// next start says so.
func lockFile(file *os.File) error {
	guard, err := os.OpenFile(guardName(file), os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return errLocked
	}
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if err := guard.Close(); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return nil
}

func guardName(file *os.File) string { return file.Name() + ".held" }

// unlockFile takes the second file away.
func unlockFile(file *os.File) error {
	if err := os.Remove(guardName(file)); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}

// freeBytes is unknown here: the server uses its own default.
func freeBytes(string) int64 { return 0 }
