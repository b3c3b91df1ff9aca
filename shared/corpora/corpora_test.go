package corpora

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestThereAreNoneWithoutADirectory(t *testing.T) {
	t.Setenv("LEO_CORPORA", "")
	if got := Lines(t, "x.txt", 10); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestTextsAreSpreadOverTheFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("LEO_CORPORA", dir)
	lines := "{\"s\":\"a\"}\n{\"s\":\"b\"}\n{\"s\":1}\n{\"s\":\"d\"}\n{\"s\":\"e\"}\n"
	if err := os.WriteFile(filepath.Join(dir, "x.jsonl"), []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int][]string{1: {"a"}, 2: {"a", "d"}, 3: {"a", "e"}, 9: {"a", "b", "d", "e"}} {
		if got := Fields(t, "x.jsonl", "s", n); !slices.Equal(got, want) {
			t.Errorf("%d of them are %v, want %v", n, got, want)
		}
	}
}
