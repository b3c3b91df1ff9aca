package bus_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
)

// TestChunksOfAKilledWriterAreSwept stores what a process leaves that dies while
// it writes: chunks without a description.
func TestChunksOfAKilledWriterAreSwept(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	o, data := b.Objects(bus.BucketUploads), bytes.Repeat([]byte("x"), 300<<10)
	if _, err := o.Put(t.Context(), "kept", bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := js.Publish(t.Context(), "$O.uploads.C.K0123456789abcdef01234567REST", data[:1000]); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		age  time.Duration
		want int
	}{{time.Hour, 0}, {0, 1}, {0, 0}} {
		if n, err := o.Sweep(t.Context(), func(key string) bool { return key == "kept" }, c.age); err != nil || n != c.want {
			t.Errorf("after %v: %d, want %d; %v", c.age, n, c.want, err)
		}
	}
	body, _, err := o.Get(context.Background(), "kept")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = body.Close() }()
	if got, err := io.ReadAll(body); err != nil || !bytes.Equal(got, data) {
		t.Errorf("an object was harmed: %d bytes, %v", len(got), err)
	}
}
