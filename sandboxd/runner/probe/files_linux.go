package probe

import (
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// read opens a path and reads one byte of it, or one entry of a directory.
func read(path string) Row {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return attempt(path, "", err)
	}
	defer func() { _ = unix.Close(fd) }()
	buf := make([]byte, 4096)
	n, err := unix.Read(fd, buf[:1])
	if errors.Is(err, unix.EISDIR) {
		n, err = unix.ReadDirent(fd, buf)
	}
	if err == nil && n == 0 {
		err = fmt.Errorf("empty: %w", errNone)
	}
	return attempt(path, "read", err)
}

// write opens what exists for writing and writes nothing; in a directory it
// creates a file and removes it again.
func write(path string) Row {
	const flags = unix.O_WRONLY | unix.O_NONBLOCK | unix.O_CLOEXEC | unix.O_NOCTTY
	fd, err := unix.Open(path, flags, 0)
	if errors.Is(err, unix.EISDIR) {
		target := filepath.Join(path, ".leo-probe")
		if fd, err = unix.Open(target, flags|unix.O_CREAT|unix.O_EXCL, 0o600); err == nil {
			defer func() { _ = unix.Unlink(target) }()
		}
	}
	if err != nil {
		return attempt(path, "", err)
	}
	return attempt(path, "opened for writing", unix.Close(fd))
}
