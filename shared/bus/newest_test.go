package bus_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
)

// TestWhatIsWrittenIsReadThroughAnyServer writes through one server of three and reads
// through another at once: whoever was told that something is stored finds it.
func TestWhatIsWrittenIsReadThroughAnyServer(t *testing.T) {
	nodes := bustest.Cluster(t)
	var through []*bus.Bus
	for _, s := range nodes.Servers {
		one := &bustest.Nodes{Servers: nodes.Servers[:0:0]}
		one.Servers = append(one.Servers, s)
		through = append(through, one.Connect(t))
	}
	busy(t, through[0])
	const writes = 40
	for n := range writes {
		writer, reader := through[n%3], through[(n+1)%3]
		value := []byte(strconv.Itoa(n))
		revision, err := writer.KV(bus.BucketSettings).Put(t.Context(), "acme.theme", value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := reader.KV(bus.BucketSettings).Get(t.Context(), "acme.theme")
		if err != nil || got.Revision != revision || !bytes.Equal(got.Value, value) {
			t.Fatalf("write %d: got %q at %d (%v), want it at %d", n, got.Value, got.Revision, err, revision)
		}
		key := fmt.Sprint("acme/", n)
		if _, err := writer.Objects(bus.BucketUploads).Put(t.Context(), key, bytes.NewReader(value)); err != nil {
			t.Fatal(err)
		}
		object, _, err := reader.Objects(bus.BucketUploads).Get(t.Context(), key)
		if err != nil {
			t.Fatalf("write %d: %v", n, err)
		}
		content, err := io.ReadAll(object)
		if err != nil || !bytes.Equal(content, value) {
			t.Fatalf("write %d: the object is %q (%v)", n, content, err)
		}
		_ = object.Close()
	}
}

// busy keeps writing until the test ends, so that replicas are behind.
func busy(t *testing.T, b *bus.Bus) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var writers sync.WaitGroup
	for n := range 4 {
		writers.Go(func() {
			large := bytes.Repeat([]byte{byte(n)}, 1<<20)
			for ctx.Err() == nil {
				if _, err := b.Objects(bus.BucketUploads).Put(ctx, fmt.Sprint("busy/", n), bytes.NewReader(large)); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
				if _, err := b.KV(bus.BucketSettings).Put(ctx, fmt.Sprint("busy.", n), large[:1<<16]); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	t.Cleanup(func() {
		stop()
		writers.Wait()
	})
}

func TestABucketIsReadWhileItHasNoLeader(t *testing.T) {
	nodes := bustest.Cluster(t)
	b := nodes.Connect(t)
	kv := b.KV(bus.BucketSettings)
	if _, err := kv.Put(t.Context(), "acme.theme", []byte("dark")); err != nil {
		t.Fatal(err)
	}
	// Of two servers that are left one has the value for certain, and neither leads for
	// a moment.
	nodes.StopLeader(t, "KV_"+bus.BucketSettings)
	bustest.Eventually(t, "the value is read", func() bool {
		got, err := kv.Get(t.Context(), "acme.theme")
		return err == nil && string(got.Value) == "dark"
	})
}
