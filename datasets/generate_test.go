package datasets_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
)

var update = flag.Bool("update", false, "write versions into registry.json and answers into questions.yaml")

func ids() []string { return []string{"ecommerce", "support", "sensors"} }

// A change of the generators shows here. When it is meant, -update writes the
// new versions; the answers then have to be written again, too.
func TestGenerateWritesTheBytesOfTheRegistry(t *testing.T) {
	for _, id := range ids() {
		t.Run(id, func(t *testing.T) {
			first := version(t, id, datasetstest.CSVs(t, id))
			if second := version(t, id, datasetstest.CSVs(t, id)); first != second {
				t.Fatalf("two runs differ: %s and %s", first, second)
			}
			d, err := datasets.LoadRegistry().Find(id)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				replaceInRegistry(t, d.Version, first)
				return
			}
			if first != d.Version {
				t.Errorf("version is %s, the registry says %s", first, d.Version)
			}
		})
	}
}

func version(t *testing.T, id, dir string) string {
	t.Helper()
	v, err := datasets.Version(t.Context(), paths(t, id, dir)...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func replaceInRegistry(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile("registry.json")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(data, []byte(from)) != 1 {
		t.Fatalf("registry.json does not hold %q once", from)
	}
	data = bytes.Replace(data, []byte(from), []byte(to), 1)
	if err := os.WriteFile("registry.json", data, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestGenerateReportsEveryFileToItsEnd(t *testing.T) {
	want := map[string]int{}
	got := map[string]int{}
	dir := t.TempDir()
	err := datasets.Generate(t.Context(), "ecommerce", dir, func(file string, rows int) {
		if rows <= got[file] {
			t.Errorf("%s went from %d to %d rows", file, got[file], rows)
		}
		got[file] = rows
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths(t, "ecommerce", dir) {
		want[filepath.Base(path)] = len(readTable(t, dir, filepath.Base(path)).rows)
	}
	if !maps.Equal(got, want) {
		t.Errorf("last reports %v, want %v", got, want)
	}
}

func TestCancelledGenerateLeavesNothing(t *testing.T) {
	reason := errors.New("enough")
	for _, id := range ids() {
		t.Run(id, func(t *testing.T) {
			for _, rows := range []int{0, 10_000, 20_000} {
				ctx, cancel := context.WithCancelCause(t.Context())
				dir := t.TempDir()
				if rows == 0 {
					cancel(reason)
				}
				err := datasets.Generate(ctx, id, dir, func(_ string, n int) {
					if n >= rows {
						cancel(reason)
					}
				})
				cancel(nil)
				if !errors.Is(err, reason) {
					t.Errorf("cancelled at %d rows: error is %v", rows, err)
				}
				if left := files(t, dir); len(left) > 0 {
					t.Errorf("cancelled at %d rows: left %v", rows, left)
				}
			}
		})
	}
}

func TestCancelledGenerateKeepsOlderFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "tickets.csv")
	if err := os.WriteFile(path, []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := datasets.Generate(ctx, "support", dir, func(string, int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(path); string(data) != "older" || len(files(t, dir)) != 1 {
		t.Errorf("holds %q among %v", data, files(t, dir))
	}
	if err := datasets.Generate(t.Context(), "support", dir, nil); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(files(t, dir), []string{"tickets.csv"}) || len(readTable(t, dir, "tickets.csv").rows) == 0 {
		t.Errorf("not replaced: %v", files(t, dir))
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestGenerateRefusesWhatItCannotDo(t *testing.T) {
	if err := datasets.Generate(t.Context(), "no_such_thing", t.TempDir(), nil); !errors.Is(err, datasets.ErrUnknown) {
		t.Errorf("unknown id: %v", err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := datasets.Generate(t.Context(), "support", file, nil); err == nil {
		t.Error("wrote into a file as if it were a folder")
	}
	// A folder stands where a file belongs: the rename must fail and clean up.
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "tickets.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := datasets.Generate(t.Context(), "support", dir, nil); err == nil {
		t.Error("replaced a folder by a file")
	}
	if left := files(t, dir); !slices.Equal(left, []string{"tickets.csv"}) {
		t.Errorf("left %v", left)
	}
}

func TestVersionDependsOnBytesAndOrder(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := errors.Join(os.WriteFile(a, []byte("ab"), 0o600), os.WriteFile(b, []byte("c"), 0o600)); err != nil {
		t.Fatal(err)
	}
	got, err := datasets.Version(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	// SHA-256 of "abc", from FIPS 180-2, appendix B.1.
	if want := "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("version is %s, want %s", got, want)
	}
	if other, _ := datasets.Version(t.Context(), b, a); other == got {
		t.Error("order does not matter")
	}
	if _, err := datasets.Version(t.Context(), a, filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := datasets.Version(ctx, a); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkGenerate(b *testing.B) {
	for _, id := range ids() {
		b.Run(id, func(b *testing.B) {
			dir := b.TempDir()
			for b.Loop() {
				if err := datasets.Generate(b.Context(), id, dir, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
