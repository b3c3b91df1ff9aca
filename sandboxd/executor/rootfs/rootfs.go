package rootfs

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/python"
	"github.com/leo-analytics/leo/shared/fault"
)

// Root is a root file system that was found and hashed. It is immutable.
type Root struct {
	path   string
	digest string
}

// Open hashes the tar in file, which takes a few tenths of a second. It fails
// with Unavailable when there is none.
func Open(file string) (*Root, error) {
	archive, err := os.Open(file) //nolint:gosec // the operator says where it is
	if err != nil {
		return nil, missing(err, file)
	}
	defer func() { _ = archive.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, archive); err != nil {
		return nil, missing(err, file)
	}
	return &Root{path: file, digest: digestOf(sum)}, nil
}

// digestOf adds the harness to the hash of the tar.
func digestOf(tarHash hash.Hash) string {
	_, _ = io.WriteString(tarHash, python.Digest())
	return hex.EncodeToString(tarHash.Sum(nil))
}

func missing(err error, file string) error {
	return fault.Wrap(err, fault.Unavailable, "Python is switched on, and its root file system is not at %s.", file).
		WithHint("Build it with make images, say where it is with python_root, or switch Python off.")
}

// Digest names the content, in hexadecimal.
func (r *Root) Digest() string { return r.digest }

// Write streams the whole root as a tar: the one on disk, the harness, and the
// directories a sandbox mounts things on.
func (r *Root) Write(w io.Writer) error {
	file, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	// The digest promises a content, so a file that was built again in the
	// meantime is an error.
	sum := sha256.New()
	read := io.TeeReader(file, sum)
	out := tar.NewWriter(w)
	for in := tar.NewReader(read); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", r.path, err)
		}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		if _, err := io.Copy(out, in); err != nil { //nolint:gosec // our own build, and the size is known
			return fmt.Errorf("copy %s: %w", header.Name, err)
		}
	}
	if _, err := io.Copy(io.Discard, read); err != nil { // what follows the last entry
		return fmt.Errorf("read %s: %w", r.path, err)
	}
	if digestOf(sum) != r.digest {
		return fmt.Errorf("%s changed since leo started: start it again", r.path)
	}
	if err := addOwn(out); err != nil {
		return err
	}
	return out.Close()
}

// addOwn adds what does not come from the distribution.
func addOwn(out *tar.Writer) error {
	for _, dir := range []string{path.Dir(protocol.HarnessDir), protocol.HarnessDir, protocol.DataDir, protocol.TmpDir} {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
	}
	return fs.WalkDir(python.Files(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(python.Files(), name)
		if err != nil {
			return err
		}
		header := &tar.Header{
			Typeflag: tar.TypeReg, Name: strings.TrimPrefix(path.Join(protocol.HarnessDir, name), "/"), Mode: 0o644, Size: int64(len(data)),
		}
		if err := out.WriteHeader(header); err != nil {
			return err
		}
		_, err = out.Write(data)
		return err
	})
}

// Unpack makes the root a directory below dir and returns its path. What another
// process has unpacked is used again; roots that nobody has asked for in a day
// are removed.
func (r *Root) Unpack(ctx context.Context, dir string) (string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // sandboxes run as another user
		return "", unpackFault(err)
	}
	name := r.digest[:16]
	target := filepath.Join(dir, name)
	now := time.Now()
	if err := os.Chtimes(target, now, now); err == nil {
		return target, nil
	}
	tmp, err := os.MkdirTemp(dir, "tmp-")
	if err != nil {
		return "", unpackFault(err)
	}
	if err := r.unpack(ctx, tmp); err != nil {
		return "", unpackFault(errors.Join(err, os.RemoveAll(tmp)))
	}
	if err := os.Rename(tmp, target); err != nil {
		err = errors.Join(err, os.RemoveAll(tmp))
		if _, statErr := os.Stat(target); statErr != nil {
			return "", unpackFault(err)
		}
	}
	return target, prune(dir, name)
}

func unpackFault(err error) error {
	return fault.Wrap(err, fault.Unavailable, "The root file system of Python sandboxes cannot be unpacked.").
		WithHint("It needs about 150 MB in the data directory. The log has the cause.")
}

// unused is how long nobody must have asked for a root, or written to one that is
// being unpacked, before it goes.
const unused = 24 * time.Hour

// prune removes the roots of other versions. Another leo over the same directory
// may use one: it asked for it at its start.
func prune(dir, keep string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, statErr := e.Info()
		if statErr != nil || e.Name() == keep || time.Since(info.ModTime()) < unused {
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// unpack writes the tar's entries below dir and nowhere else.
func (r *Root) unpack(ctx context.Context, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	archive, w := io.Pipe()
	go func() { _ = w.CloseWithError(r.Write(w)) }()
	defer func() { _ = archive.Close() }()
	for in := tar.NewReader(archive); ctx.Err() == nil; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return os.Chmod(dir, 0o755) //nolint:gosec // sandboxes run as another user
		}
		if err != nil {
			return err
		}
		if err := extract(root, header, in); err != nil {
			return fmt.Errorf("unpack %s: %w", header.Name, err)
		}
	}
	return ctx.Err()
}

// extract writes one entry. Owners are not kept: what is here is only read.
func extract(root *os.Root, header *tar.Header, content io.Reader) error {
	name := path.Clean(strings.TrimPrefix(header.Name, "/"))
	if name == "." {
		return nil
	}
	switch header.Typeflag {
	case tar.TypeDir:
		// Chmod, because sandboxes run as another user and the umask may forbid.
		return errors.Join(root.MkdirAll(name, 0o755), root.Chmod(name, 0o755))
	case tar.TypeSymlink:
		return root.Symlink(header.Linkname, name)
	case tar.TypeLink:
		return root.Link(path.Clean(strings.TrimPrefix(header.Linkname, "/")), name)
	case tar.TypeReg:
	default:
		return fmt.Errorf("unexpected entry of type %q", header.Typeflag)
	}
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if header.Mode&0o111 != 0 {
		mode = 0o755
	}
	file, err := root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, content)
	return errors.Join(err, file.Chmod(mode), file.Close())
}

// Entry is one name at the top of an unpacked root.
type Entry struct {
	// Path is absolute in the sandbox, such as /usr.
	Path string
	// Link is where it points if it is a symbolic link.
	Link string
}

// Entries lists the top of an unpacked root that a sandbox needs: directories
// with a content, and links.
func Entries(dir string) ([]Entry, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, e := range list {
		entry := Entry{Path: "/" + e.Name()}
		if slices.Contains([]string{protocol.DataDir, protocol.TmpDir, "/dev", "/proc", "/sys"}, entry.Path) {
			continue // places to mount on
		}
		if e.Type()&fs.ModeSymlink != 0 {
			if entry.Link, err = os.Readlink(filepath.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
		entries = append(entries, entry)
	}
	return entries, nil
}
