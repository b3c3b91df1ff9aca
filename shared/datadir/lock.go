package datadir

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// lockName is the file whose lock says that a directory is in use. It holds the
// process id of the last user; it is the lock that counts, not the file, so a
// process that was killed leaves nothing that stands in the way.
const lockName = "leo.lock"

// errLocked means that another process holds the lock.
var errLocked = errors.New("locked by another process")

// Lock is a directory that is held by this process. It ends with the process,
// however that ends.
type Lock struct{ file *os.File }

// Take locks a directory that exists. It fails with CONFLICT when another process,
// or another part of this one, has it, and with UNAVAILABLE when it cannot be
// written.
func Take(dir string) (*Lock, error) {
	path := filepath.Join(dir, lockName)
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the operator chose the directory
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The data directory %s cannot be written.", dir).
			WithHint("Check its permissions, or choose another data directory.")
	}
	if err := lockFile(file); err != nil {
		owner := readOwner(file)
		err = errors.Join(err, file.Close())
		if errors.Is(err, errLocked) {
			return nil, fault.Wrap(err, fault.Conflict, "The data directory %s is in use by another Leo (%s).", dir, owner).
				WithHint("Stop the other Leo, or choose another data directory.")
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := writeOwner(file); err != nil {
		return nil, fault.Wrap(errors.Join(err, file.Close()), fault.Unavailable, "The data directory %s cannot be written.", dir).
			WithHint("Check that its disk is not full.")
	}
	return &Lock{file: file}, nil
}

// readOwner describes who holds the lock.
func readOwner(file *os.File) string {
	text, err := io.ReadAll(io.NewSectionReader(file, 0, 32))
	pid := strings.TrimSpace(string(text))
	if err != nil || pid == "" {
		return "pid unknown"
	}
	return "pid " + pid
}

func writeOwner(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return fmt.Errorf("truncate lock file: %w", err)
	}
	if _, err := file.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0); err != nil {
		return fmt.Errorf("write lock file: %w", err)
	}
	return nil
}

// Release gives the directory free. The file stays: deleting it would let two
// processes lock two files of one name.
func (l *Lock) Release() error {
	if err := errors.Join(unlockFile(l.file), l.file.Close()); err != nil {
		return fmt.Errorf("release the data directory: %w", err)
	}
	return nil
}
