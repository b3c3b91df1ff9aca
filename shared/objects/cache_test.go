package objects_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/objects"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// stored puts bytes into the prepared bucket and describes them.
func stored(t *testing.T, b *bus.Bus, key string, data []byte) *catalog.Dataset {
	t.Helper()
	if _, err := b.Objects("prepared").Put(t.Context(), key, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	return &catalog.Dataset{ID: "d", Prepared: &catalog.Prepared{Object: key, Bytes: int64(len(data)), SHA256: sha(data)}}
}

func sha(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func open(t *testing.T, b *bus.Bus, dir string, limit int64) *objects.Cache {
	t.Helper()
	c, err := objects.NewCache(b, dir, limit, quiet())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// use takes a dataset's directory and gives it back.
func use(t *testing.T, c *objects.Cache, d *catalog.Dataset) string {
	t.Helper()
	dir, release, err := c.Dataset(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	release()
	return dir
}

func entries(t *testing.T, dir string) int {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func TestManyCallersShareOneDownload(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	c := open(t, b, dir, 0)
	d := stored(t, b, "acme/d/1", []byte("database"))
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			got, release, err := c.Dataset(t.Context(), d)
			if err != nil {
				t.Error(err)
				return
			}
			defer release()
			path := filepath.Join(got, objects.DatabaseName)
			if data, err := os.ReadFile(path); err != nil || string(data) != "database" {
				t.Errorf("%q, %v", data, err)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o444 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
		})
	}
	wg.Wait()
	if n := entries(t, dir); n != 1 {
		t.Errorf("%d entries", n)
	}
}

func TestDamagedBytesAreNotServed(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	c := open(t, b, dir, 0)
	d := stored(t, b, "acme/d/1", []byte("database"))
	d.Prepared.SHA256 = sha([]byte("another"))
	if _, _, err := c.Dataset(t.Context(), d); fault.CodeOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	if n := entries(t, dir); n != 0 {
		t.Errorf("%d entries left behind", n)
	}
}

func TestAMissingObjectIsAFaultAndCanComeBack(t *testing.T) {
	b := bustest.New(t)
	c := open(t, b, t.TempDir(), 0)
	d := stored(t, b, "acme/d/1", []byte("database"))
	if err := b.Objects("prepared").Delete(t.Context(), "acme/d/1"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Dataset(t.Context(), d); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
	stored(t, b, "acme/d/1", []byte("database"))
	use(t, c, d)
}

func TestTheLeastRecentlyUsedGoesAndTheUsedStays(t *testing.T) {
	b := bustest.New(t)
	c := open(t, b, t.TempDir(), 250)
	block := func(x byte) []byte { return bytes.Repeat([]byte{x}, 100) }
	first, release, err := c.Dataset(t.Context(), stored(t, b, "a/1", block(1)))
	if err != nil {
		t.Fatal(err)
	}
	second := use(t, c, stored(t, b, "a/2", block(2)))
	use(t, c, stored(t, b, "a/3", block(3)))
	if _, err := os.Stat(first); err != nil {
		t.Error("a directory in use was removed")
	}
	if _, err := os.Stat(second); err == nil {
		t.Error("the least recently used directory stayed")
	}
	release()
	release() // twice is once
}

func TestARestartKeepsWhatIsWholeAndDropsWhatIsNot(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	d := stored(t, b, "a/1", []byte("database"))
	use(t, open(t, b, dir, 0), d)
	if err := os.Mkdir(filepath.Join(dir, "tmp-123"), 0o755); err != nil {
		t.Fatal(err)
	}
	c := open(t, b, dir, 0)
	if n := entries(t, dir); n != 1 {
		t.Errorf("%d entries", n)
	}
	if err := b.Objects("prepared").Delete(t.Context(), "a/1"); err != nil {
		t.Fatal(err)
	}
	use(t, c, d) // from disk: the store has it no more
}

func TestWhatChangedOnDiskComesAnew(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	d := stored(t, b, "acme/d/1", []byte("database"))
	path := filepath.Join(use(t, open(t, b, dir, 0), d), objects.DatabaseName)
	if err := errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, []byte("databEse"), 0o600)); err != nil {
		t.Fatal(err)
	}
	use(t, open(t, b, dir, 0), d)
	if data, err := os.ReadFile(path); err != nil || string(data) != "database" {
		t.Errorf("after a restart it holds %q, %v", data, err)
	}
}

func TestAdoptSparesTheDownload(t *testing.T) {
	c := open(t, bustest.New(t), t.TempDir(), 0)
	file := filepath.Join(t.TempDir(), "data.duckdb")
	if err := os.WriteFile(file, []byte("database"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &catalog.Prepared{Object: "not/there", Bytes: 8, SHA256: sha([]byte("database"))}
	if err := c.Adopt(file, p.SHA256, 8); err != nil {
		t.Fatal(err)
	}
	use(t, c, &catalog.Dataset{ID: "d", Prepared: p})
}

func TestWhatIsNotPreparedIsUnavailable(t *testing.T) {
	c := open(t, bustest.New(t), t.TempDir(), 0)
	if _, _, err := c.Dataset(t.Context(), &catalog.Dataset{ID: "d"}); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
}

// Whoever gives up waiting for a download does not take it away from the others.
func TestACancelledWaitLeavesTheDownloadToOthers(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	c := open(t, b, dir, 0)
	d := stored(t, b, "acme/d/1", bytes.Repeat([]byte("databases"), 8<<20))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := c.Dataset(ctx, d); !errors.Is(err, context.Canceled) {
		t.Fatalf("the first wait ended with %v", err)
	}
	for range 3 {
		got, release, err := c.Dataset(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(filepath.Join(got, objects.DatabaseName)); err != nil || info.Size() != d.Prepared.Bytes {
			t.Errorf("the database is %v, %v", info, err)
		}
		release()
	}
}
