package datadir_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/datadir"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestADirectoryIsHeldByOne(t *testing.T) {
	dir := t.TempDir()
	held, err := datadir.Take(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.Take(dir); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second one: %v", err)
	}
	if err := held.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := datadir.Take(dir)
	if err != nil {
		t.Fatalf("after its release: %v", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestADirectoryThatCannotBeWrittenSaysSo(t *testing.T) {
	dir := t.TempDir()
	if detail, err := datadir.Writable(dir); err != nil || !strings.HasSuffix(detail, " GB free") {
		t.Errorf("%q, %v", detail, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := datadir.Writable(filepath.Join(dir, "missing")); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
}
