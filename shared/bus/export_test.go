package bus

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// WatchForTest runs the watchdog of a worker, with short times and without the
// worker. The channel is closed when it asks anew.
func WatchForTest(t *testing.T, b *Bus, w Worker) <-chan struct{} {
	t.Helper()
	woken := b.wake.wait()
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		q := queue{stream: streamRuns, slots: 1, consumer: jetstream.ConsumerConfig{Durable: w.Name}, progress: &progress{}}
		b.watch(ctx, q, 10*time.Millisecond, 50*time.Millisecond)
	}()
	t.Cleanup(func() {
		cancel()
		<-gone
	})
	return woken
}
