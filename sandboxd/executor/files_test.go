package executor

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/fault"
)

func file(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestShareAddsWhatASandboxNeedsAndNothingElse(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "dataset")
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	file(t, filepath.Join(dir, "data.duckdb"), 0o600)
	file(t, filepath.Join(dir, "sub", "open.csv"), 0o666)
	outside := filepath.Join(parent, "outside")
	file(t, outside, 0o600)
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := CheckReadable(dir); fault.CodeOf(err) != fault.Internal {
		t.Errorf("a private dataset passes: %v", err)
	}
	if err := Share(dir); err != nil {
		t.Fatal(err)
	}
	if err := CheckReadable(dir); err != nil {
		t.Errorf("a shared dataset does not pass: %v", err)
	}
	for path, want := range map[string]fs.FileMode{
		dir: fs.ModeDir | 0o755, filepath.Join(dir, "sub"): fs.ModeDir | 0o755,
		filepath.Join(dir, "data.duckdb"): 0o644, filepath.Join(dir, "sub", "open.csv"): 0o666,
		outside: 0o600,
	} {
		if got := modeOf(t, path); got != want {
			t.Errorf("%s has mode %v, want %v", path, got, want)
		}
	}
}

func TestSealOutKeepsOnlyPlainFiles(t *testing.T) {
	dir, secret := t.TempDir(), filepath.Join(t.TempDir(), "secret")
	file(t, secret, 0o600)
	file(t, filepath.Join(dir, "data.duckdb"), 0o600)
	file(t, filepath.Join(dir, "suid"), fs.ModeSetuid|0o777)
	if err := os.MkdirAll(filepath.Join(dir, "spill", "deep"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := SealOut(dir); err != nil {
		t.Fatalf("plain content is refused: %v", err)
	}
	for _, name := range []string{"data.duckdb", "suid"} {
		if got := modeOf(t, filepath.Join(dir, name)); got != 0o644 {
			t.Errorf("%s has mode %v", name, got)
		}
	}
	if _, err := os.Lstat(filepath.Join(dir, "spill")); err == nil {
		t.Error("a directory stayed")
	}

	if err := os.Symlink(secret, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := SealOut(dir); err == nil || !strings.Contains(err.Error(), "link") {
		t.Errorf("a link passes: %v", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "link")); err == nil {
		t.Error("the link stayed")
	}
	if got := modeOf(t, secret); got != 0o600 {
		t.Errorf("the file behind the link has mode %v", got)
	}
}
