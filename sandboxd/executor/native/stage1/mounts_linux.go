package stage1

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// MountAttr returns the mount attributes (MOUNT_ATTR_…) of an access.
func (a Access) MountAttr() uint64 {
	attr := uint64(unix.MOUNT_ATTR_NOSUID)
	if a != Write {
		attr |= unix.MOUNT_ATTR_RDONLY
	}
	if a != Exec && a != Tree {
		attr |= unix.MOUNT_ATTR_NOEXEC
	}
	if a != Device {
		attr |= unix.MOUNT_ATTR_NODEV
	}
	return attr
}

// OpenTree returns a detached mount of path that allows only access. The caller
// closes it or attaches it.
func OpenTree(path string, access Access) (int, error) {
	fd, err := unix.OpenTree(unix.AT_FDCWD, path, unix.OPEN_TREE_CLONE|unix.OPEN_TREE_CLOEXEC)
	if err != nil {
		return -1, fmt.Errorf("open tree %s: %w", path, err)
	}
	attr := &unix.MountAttr{Attr_set: access.MountAttr(), Propagation: unix.MS_PRIVATE}
	if err := unix.MountSetattr(fd, "", unix.AT_EMPTY_PATH, attr); err != nil {
		_ = unix.Close(fd)
		return -1, fmt.Errorf("restrict tree %s: %w", path, err)
	}
	return fd, nil
}

func privateMounts(*builder) error {
	return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "")
}

// openTrees opens what the parent has not opened, before the new root hides it.
func openTrees(b *builder) error {
	for _, m := range b.Mounts {
		fd := m.FD
		if fd == 0 {
			var err error
			if fd, err = OpenTree(m.Source, m.Access); err != nil {
				return err
			}
		}
		b.trees = append(b.trees, fd)
	}
	return nil
}

// mountRoot puts a small tmpfs on some directory that certainly exists; which
// one does not matter, because nothing of the host stays visible.
func mountRoot(*builder) error {
	var errs []error
	for _, dir := range []string{"/tmp", "/proc", "/dev"} {
		err := unix.Mount("tmpfs", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "size=64k,nr_inodes=64,mode=0755")
		if err == nil {
			return unix.Chdir(dir)
		}
		errs = append(errs, fmt.Errorf("%s: %w", dir, err))
	}
	return errors.Join(errs...)
}

// attachTrees moves the open mounts below the current directory.
func attachTrees(b *builder) error {
	for i, m := range b.Mounts {
		target := "." + m.Target
		if err := makeTarget(target, m.File); err != nil {
			return err
		}
		err := unix.MoveMount(b.trees[i], "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH)
		if err != nil {
			return fmt.Errorf("attach %s: %w", m.Target, err)
		}
		if err := unix.Close(b.trees[i]); err != nil {
			return err
		}
	}
	for target, to := range b.Links {
		if err := os.Symlink(to, "."+target); err != nil {
			return err
		}
	}
	return nil
}

func makeTarget(target string, file bool) error {
	if !file {
		return os.MkdirAll(target, 0o750)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o750); err != nil {
		return err
	}
	f, err := os.Create(target) //nolint:gosec // a path of the configuration, below a root that was just made
	if err != nil {
		return err
	}
	return f.Close()
}

func mountTmp(b *builder) error {
	if b.TmpBytes == 0 {
		return nil
	}
	target := "." + protocol.TmpDir
	if err := os.MkdirAll(target, 0o700); err != nil {
		return err
	}
	return unix.Mount("tmpfs", target, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC,
		fmt.Sprintf("size=%d,nr_inodes=4096,mode=0700", b.TmpBytes))
}

// pivotRoot makes the current directory the root. Old and new root may be the
// same directory: the old one ends up on top and is taken off.
func pivotRoot(*builder) error {
	if err := unix.PivotRoot(".", "."); err != nil {
		return err
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("leave the old root: %w", err)
	}
	if err := unix.Chdir("/"); err != nil {
		return err
	}
	return unix.MountSetattr(unix.AT_FDCWD, "/", 0, &unix.MountAttr{
		Attr_set: unix.MOUNT_ATTR_RDONLY | unix.MOUNT_ATTR_NOSUID | unix.MOUNT_ATTR_NODEV | unix.MOUNT_ATTR_NOEXEC,
	})
}
