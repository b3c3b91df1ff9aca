package bus_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
)

func TestDrainLeavesNothingToRedeliver(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	const slots, runs = 4, 40
	release := make(chan struct{})
	entered := make(chan string, runs)
	w := planner(func(ctx context.Context, turn *bus.Turn) error {
		entered <- turn.Event.RunID
		<-release
		return turn.Append(ctx, planned())
	})
	w.Slots, w.AckWait = slots, time.Minute
	for n := range runs {
		ask(t, b, bustest.RunID(n))
	}
	stop := work(t, b, w)
	for range slots {
		receive(t, "a handler in flight", entered)
	}
	if waiting, err := b.Pending(t.Context(), w.Name); err != nil || waiting != runs-slots {
		t.Errorf("pending %d (%v), want %d: nothing is fetched ahead", waiting, err, runs-slots)
	}
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	close(release)
	if err := receive(t, "the drain", ended); err != nil {
		t.Errorf("drain: %v", err)
	}
	info := consumer(t, node, w.Name)
	if info.NumAckPending != 0 || info.NumRedelivered != 0 {
		t.Errorf("after the drain %d are unacknowledged, %d redelivered", info.NumAckPending, info.NumRedelivered)
	}

	var repeated atomic.Int64
	w.Handle = func(ctx context.Context, turn *bus.Turn) error {
		if turn.Attempt > 1 {
			repeated.Add(1)
		}
		return turn.Append(ctx, planned())
	}
	work(t, b, w)
	for n := range runs {
		wantKinds(t, b, bustest.RunID(n), "asked planned")
	}
	info = consumer(t, node, w.Name)
	if info.NumRedelivered != 0 || repeated.Load() != 0 {
		t.Errorf("%d redelivered, %d repeated turns", info.NumRedelivered, repeated.Load())
	}
}

func TestHandlerThatOutlivesItsGraceIsCutAndTakenOver(t *testing.T) {
	b := bustest.New(t)
	ask(t, b, "r1")
	entered := make(chan struct{}, 1)
	w := planner(func(ctx context.Context, _ *bus.Turn) error {
		entered <- struct{}{}
		<-ctx.Done()
		return context.Cause(ctx)
	})
	w.Grace, w.AckWait = 20*time.Millisecond, time.Minute
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Work(ctx, w) }()
	receive(t, "the handler", entered)
	cancel()
	if err := receive(t, "the end", ended); err == nil {
		t.Error("Work says that it ended cleanly")
	}
	w.Handle = func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) }
	work(t, b, w)
	wantKinds(t, b, "r1", "asked planned") // long before AckWait is over
}

func TestSlowHandlerStaysTheOnlyOne(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	var turns atomic.Int64
	w := planner(func(ctx context.Context, turn *bus.Turn) error {
		turns.Add(1)
		timer := time.NewTimer(1500 * time.Millisecond)
		defer timer.Stop()
		<-timer.C
		return turn.Append(ctx, planned())
	})
	w.AckWait, w.Slots = 600*time.Millisecond, 1
	work(t, b, w)
	work(t, node.Connect(t), w)
	ask(t, b, "r1")
	ask(t, b, "r2")
	ask(t, b, "r3") // waits for a slot longer than AckWait
	for _, run := range []string{"r1", "r2", "r3"} {
		wantKinds(t, b, run, "asked planned")
	}
	if turns.Load() != 3 {
		t.Errorf("%d turns for three events", turns.Load())
	}
}

func TestStalledWorkerAsksAnew(t *testing.T) {
	node := bustest.Server(t)
	var lines lockedBuffer
	b := node.ConnectLog(t, slog.New(slog.NewTextHandler(&lines, nil)))
	w := planner(func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) })
	woken := bus.WatchForTest(t, b, w)
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	ask(t, b, "r1")
	// A paused consumer keeps its requests alive and delivers nothing: to a
	// worker it looks like one that stalls.
	if _, err := js.CreateConsumer(t.Context(), "RUNS", jetstream.ConsumerConfig{
		Durable: w.Name, FilterSubject: event.KindFilter(w.Kind), AckPolicy: jetstream.AckExplicitPolicy,
	}); err != nil {
		t.Fatal(err)
	}
	receive(t, "the watchdog", woken)
	if !bytes.Contains(lines.Bytes(), []byte("worker stalls")) {
		t.Error("the log does not mention the stall")
	}
}

func TestWorkerSurvivesTheLossOfItsConsumer(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) }))
	ask(t, b, "r1")
	wantKinds(t, b, "r1", "asked planned")
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteConsumer(t.Context(), "RUNS", "planner-asked"); err != nil {
		t.Fatal(err)
	}
	ask(t, b, "r2")
	wantKinds(t, b, "r2", "asked planned")
}

func TestWorkerSurvivesARestartOfTheServer(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) }))
	ask(t, b, "r1")
	wantKinds(t, b, "r1", "asked planned")
	node.Restart(t)
	bustest.Eventually(t, "the log is back", func() bool { return b.Healthy(t.Context()) == nil })
	ask(t, b, "r2")
	wantKinds(t, b, "r2", "asked planned")
}

// lockedBuffer is a buffer for a logger and a test.
type lockedBuffer struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lockedBuffer) Bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.buf.Bytes())
}
