package python_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/runner/python"
)

func TestDigestNamesTheFiles(t *testing.T) {
	if got := python.Digest(); got != python.Digest() || !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(got) {
		t.Errorf("digest is %q", got)
	}
}

func TestFilesAreOneProgram(t *testing.T) {
	names, err := fs.Glob(python.Files(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.HasSuffix(name, ".py") {
			t.Errorf("%s is no Python", name)
		}
		text, err := fs.ReadFile(python.Files(), name)
		if err != nil {
			t.Fatal(err)
		}
		if lines := bytes.Count(text, []byte("\n")); lines > 350 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
	if _, err := fs.Stat(python.Files(), "__main__.py"); err != nil {
		t.Error(err)
	}
}

// TestHarness runs the tests of the Python side inside of the real root.
func TestHarness(t *testing.T) {
	root := unpack(t)
	out := root.run(t, 5*time.Minute, "discover", "-s", "/tests", "-t", "/tests", "-p", "test_*.py")
	t.Log(out)
	if !strings.Contains(out, "\nOK") {
		t.Error("tests of the harness fail")
	}
}

// TestEscapes runs what others wrote to get out of sandboxes like this, from a
// directory of python_*.jsonl files, and looks for effects.
func TestEscapes(t *testing.T) {
	dir := executortest.Corpora(t)
	files, err := filepath.Glob(filepath.Join(dir, "python_*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Skipf("there are no python_*.jsonl files in %s", dir)
	}
	root := unpack(t)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(root.dir, "corpora", filepath.Base(file)), text, 0o644)
	}
	out := root.run(t, 20*time.Minute, "escapes")
	t.Log(out)
	if !strings.Contains(out, "\nOK") {
		t.Error("an escape had an effect")
	}
}

// rootDir is an unpacked root with the harness and its tests.
type rootDir struct{ dir string }

func unpack(t *testing.T) rootDir {
	t.Helper()
	root := rootDir{t.TempDir()}
	file, err := os.Open(executortest.PythonRoot(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if err := extract(file, root.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(root.dir, "leo", "harness"), python.Files()); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(root.dir, "tests"), os.DirFS("testdata/tests")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root.dir, "dev", "null"), nil, 0o666)
	tmp := filepath.Join(root.dir, "tmp")
	if err := errors.Join(os.Mkdir(tmp, 0o755), os.Chmod(tmp, 0o777|os.ModeSticky), os.Chmod(root.dir, 0o755)); err != nil {
		t.Fatal(err)
	}
	return root
}

func extract(r io.Reader, dir string) error {
	for in := tar.NewReader(r); ; {
		header, err := in.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := extractOne(in, header, filepath.Join(dir, filepath.Clean("/"+header.Name))); err != nil {
			return fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

func extractOne(in *tar.Reader, header *tar.Header, path string) error {
	switch header.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(path, 0o755)
	case tar.TypeSymlink:
		return os.Symlink(header.Linkname, path)
	case tar.TypeLink:
		return errors.New("hard links are not expected")
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, fs.FileMode(header.Mode))
	if err != nil {
		return err
	}
	_, err = io.Copy(file, in)
	return errors.Join(err, file.Close())
}

func write(t *testing.T, path string, content []byte, mode fs.FileMode) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err = errors.Join(err, os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}

// run runs unittest with these arguments, as nobody, in the root, without a
// network and without other processes in sight.
func (r rootDir) run(t *testing.T, within time.Duration, args ...string) string {
	t.Helper()
	const start = `import sys; sys.path.insert(0, "/tests"); import unittest; unittest.main(module=None, argv=["tests", *sys.argv[1:]])`
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	args = append([]string{"-I", "-B", "-X", "utf8", "-c", start}, args...)
	cmd := exec.CommandContext(ctx, "/usr/bin/python3.11", args...)
	cmd.Dir, cmd.Env = "/", []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot: r.dir, Pdeathsig: syscall.SIGKILL,
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS,
	}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: 65532, Gid: 65532}
	} else {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getegid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		executortest.Require(t, "python", err)
	}
	return string(out)
}
