package bus_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
)

// TestReadingMuchTakesLittleMemory reads a file that was stored in many parts.
func TestReadingMuchTakesLittleMemory(t *testing.T) {
	const objects, size, most = 64, 16 << 20, 160 << 20
	store := bustest.New(t).Objects(bus.BucketUploads)
	data := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	for n := range objects {
		if _, err := store.Put(t.Context(), fmt.Sprint("part ", n), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	var m runtime.MemStats
	var peak uint64
	for n := range objects {
		in, _, err := store.Get(t.Context(), fmt.Sprint("part ", n))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, in); err != nil {
			t.Fatal(err)
		}
		_ = in.Close()
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapInuse)
	}
	t.Logf("%d MiB were read with %d MiB in memory", objects*size>>20, peak>>20)
	if peak > most {
		t.Errorf("%d MiB in memory, at most %d MiB are allowed", peak>>20, most>>20)
	}
}
