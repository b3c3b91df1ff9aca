package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

func TestShortLinesAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"a,b\n1,2\n3\n4,5\n":                    "Line 3 has fewer values than the table has columns; the missing ones are empty.",
		"a,b\n1,2\n" + strings.Repeat("3\n", 7): "7 lines have fewer values than the table has columns; the missing ones are empty. (the first on lines 3, 4, 5, 6, 7)",
	} {
		if got := load(t, text, nil); !got.says(want) {
			t.Errorf("%q: %q", text, got.Notes)
		}
	}
}

func TestAnIngestSaysWhatItDoes(t *testing.T) {
	in := t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "a.csv"), []byte("a,b\n1,2\n3,4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said []protocol.Progress
	o := Options{DataDir: in, OutDir: t.TempDir(), MemoryMB: 256, Threads: 1, Progress: func(p protocol.Progress) { said = append(said, p) }}
	if _, err := Run(t.Context(), o, []protocol.IngestFile{{Name: "a.csv", Table: "t"}}); err != nil {
		t.Fatal(err)
	}
	var stages []catalog.Stage
	for _, p := range said {
		if p.Table != "t" || p.Done > p.Total {
			t.Errorf("said %+v", p)
		}
		if len(stages) == 0 || stages[len(stages)-1] != p.Stage {
			stages = append(stages, p.Stage)
		}
	}
	if want := []catalog.Stage{catalog.StageExamining, catalog.StageDescribing}; !slices.Equal(stages, want) {
		t.Errorf("stages %v, want %v", stages, want)
	}
}
