package executor

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/leo-analytics/leo/shared/fault"
)

const (
	dirBits  fs.FileMode = 0o005
	fileBits fs.FileMode = 0o004

	// What an ingest leaves is the input of later sandboxes.
	outMode     fs.FileMode = 0o755
	outFileMode fs.FileMode = 0o644
)

// Share makes dir and everything in it readable by everybody, which is what a
// sandbox needs whose user is not the owner. It only adds permission bits and
// does not touch the directories above: keep those private to keep the data
// private.
func Share(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("share %s: %w", dir, err)
	}
	defer func() { _ = root.Close() }()
	err = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		need := neededBits(info)
		if need == 0 || info.Mode()&need == need {
			return nil
		}
		return root.Chmod(path, info.Mode().Perm()|need|need<<3)
	})
	if err != nil {
		return fmt.Errorf("share %s: %w", dir, err)
	}
	return nil
}

// CheckReadable returns a fault when dir or a file directly in it cannot be read
// by others: a sandbox would only find an empty or broken dataset.
func CheckReadable(dir string) error {
	paths := []string{dir}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fault.Wrap(err, fault.Internal, "Leo cannot read the directory of this dataset.")
	}
	for _, e := range entries {
		paths = append(paths, filepath.Join(dir, e.Name()))
	}
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err != nil {
			return fault.Wrap(err, fault.Internal, "Leo cannot read the directory of this dataset.")
		}
		if need := neededBits(info); info.Mode()&need != need {
			return fault.Wrap(fmt.Errorf("%s has mode %v", path, info.Mode()), fault.Internal,
				"The sandbox may not read the files of this dataset.").
				WithHint("Make the dataset's directory and files readable by others (chmod o+rX), or prepare the dataset again.")
		}
	}
	return nil
}

func neededBits(info fs.FileInfo) fs.FileMode {
	switch {
	case info.IsDir():
		return dirBits
	case info.Mode().IsRegular():
		return fileBits
	}
	return 0
}

// OpenOut lets a sandbox whose processes are hostUID on the host write to dir.
// [SealOut] takes that back.
func OpenOut(dir string, hostUID int) error {
	var err error
	switch os.Geteuid() {
	case hostUID:
		err = os.Chmod(dir, outMode)
	case 0:
		err = errors.Join(os.Chmod(dir, outMode), os.Chown(dir, hostUID, hostUID))
	default:
		// Neither the same user nor allowed to give the directory away: what
		// keeps others out is the private directory above it.
		err = os.Chmod(dir, 0o777) //nolint:gosec // as said above
	}
	if err != nil {
		return fmt.Errorf("open output directory: %w", err)
	}
	return nil
}

// SealOut closes dir to the sandbox again, after its last process has ended, and
// makes what it left there safe to read: regular files become this process's
// own, without special bits; directories are removed with their content. A link,
// device, pipe or socket is removed as well and is an error, because a runner
// never makes one and following it would leave the sandbox.
func SealOut(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("seal output directory: %w", err)
	}
	defer func() { _ = root.Close() }()
	errs := []error{takeBack(root, ".", outMode)}
	entries, err := fs.ReadDir(root.FS(), ".")
	errs = append(errs, err)
	for _, e := range entries {
		switch {
		case e.Type().IsRegular():
			errs = append(errs, takeBack(root, e.Name(), outFileMode))
		case e.IsDir():
			errs = append(errs, root.RemoveAll(e.Name()))
		default:
			errs = append(errs, root.Remove(e.Name()),
				fmt.Errorf("sandbox left %q of type %v", e.Name(), e.Type()))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("seal output directory: %w", err)
	}
	return nil
}

// takeBack makes name this process's own. Without the right to change the owner
// it is enough that the file can be read.
func takeBack(root *os.Root, name string, mode fs.FileMode) error {
	if os.Geteuid() == 0 {
		if err := root.Lchown(name, 0, os.Getegid()); err != nil {
			return err
		}
	}
	err := root.Chmod(name, mode)
	if errors.Is(err, fs.ErrPermission) {
		if info, statErr := root.Lstat(name); statErr == nil && info.Mode()&fileBits != 0 &&
			info.Mode()&(fs.ModeSetuid|fs.ModeSetgid) == 0 {
			return nil
		}
	}
	return err
}
