package bus_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// letters collects dead letters until the test ends.
func letters(t *testing.T, b *bus.Bus) <-chan bus.DeadLetter {
	t.Helper()
	got := make(chan bus.DeadLetter, 10)
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		err := b.DeadLetters(ctx, func(_ context.Context, d bus.DeadLetter) error {
			got <- d
			return nil
		})
		if err != nil {
			t.Errorf("dead letters: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		group.Wait()
	})
	return got
}

func TestFaultOfTheLastAttemptBecomesADeadLetter(t *testing.T) {
	b := bustest.New(t)
	got := letters(t, b)
	var turns atomic.Int64
	w := planner(func(context.Context, *bus.Turn) error {
		turns.Add(1)
		return fault.New(fault.Connection, "The database is down.").WithHint("Start it.")
	})
	w.MaxDeliver = 3
	work(t, b, w)
	ask(t, b, "other")
	seq := ask(t, b, "r1")
	for range 2 {
		d := receive(t, "a dead letter", got)
		if d.Stream != "RUNS" || d.Consumer != "planner-asked" || d.Seq != seq && d.Seq != seq-1 {
			t.Errorf("letter %+v, want event %d", d, seq)
		}
		if d.Fault.Code != fault.Connection || d.Fault.Hint != "Start it." || d.Reason == "" {
			t.Errorf("letter has fault %+v, reason %q", d.Fault, d.Reason)
		}
		e, err := b.Get(t.Context(), d.Seq)
		if err != nil || e.Kind() != event.KindAsked {
			t.Errorf("event %d: %v %v", d.Seq, e, err)
		}
	}
	if turns.Load() != 6 {
		t.Errorf("%d turns, want 2 x 3", turns.Load())
	}
}

func TestEventWhoseWorkersKeepDyingBecomesADeadLetter(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	got := letters(t, b)
	// A worker that takes messages and dies before it says anything.
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := js.CreateConsumer(t.Context(), "RUNS", jetstream.ConsumerConfig{
		Durable: "planner-asked", FilterSubject: event.KindFilter(event.KindAsked),
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: 50 * time.Millisecond, MaxDeliver: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	ask(t, b, "r0")
	second, err := c.Next(jetstream.FetchMaxWait(5 * time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Ack(); err != nil {
		t.Fatal(err)
	}
	seq := ask(t, b, "r1")
	dead := make(chan struct{})
	go func() {
		defer close(dead)
		for range 3 {
			if _, err := c.Next(jetstream.FetchMaxWait(time.Second)); err != nil && !errors.Is(err, nats.ErrTimeout) {
				t.Errorf("next: %v", err)
			}
		}
	}()
	d := receive(t, "a dead letter", got)
	if d.Seq != seq || d.Consumer != "planner-asked" || d.Deliveries != 2 || d.Fault == nil || d.Fault.Hint == "" {
		t.Errorf("letter %+v, want event %d", d, seq)
	}
	<-dead
}

func TestDeadLetterWhoseHandlerFailsComesAgain(t *testing.T) {
	b := bustest.New(t)
	work(t, b, func() bus.Worker {
		w := planner(func(context.Context, *bus.Turn) error { return errors.New("bug") })
		w.MaxDeliver = 1
		return w
	}())
	seq := ask(t, b, "r1")
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan uint64, 5)
	ended := make(chan error, 1)
	go func() {
		ended <- b.DeadLetters(ctx, func(_ context.Context, d bus.DeadLetter) error {
			seen <- d.Seq
			if len(seen) < 2 {
				return fault.New(fault.Unavailable, "later")
			}
			return nil
		})
	}()
	bustest.Eventually(t, "the letter came twice", func() bool { return len(seen) == 2 })
	cancel()
	if err := receive(t, "the end", ended); err != nil {
		t.Error(err)
	}
	for range 2 {
		if got := <-seen; got != seq {
			t.Errorf("letter of event %d, want %d", got, seq)
		}
	}
}

func TestEventOfAnUnknownSchemaWaitsThenBecomesADeadLetter(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	got := letters(t, b)
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	ack, err := js.Publish(t.Context(), "leo.acme.run.r1.00.asked", []byte(`{"schema":"asked/99","org":"acme","run_id":"r1","body":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	w := planner(func(context.Context, *bus.Turn) error {
		t.Error("the handler saw an event it cannot read")
		return nil
	})
	work(t, b, w)
	d := receive(t, "a dead letter", got)
	if d.Seq != ack.Sequence || d.Deliveries != 5 || d.Fault.Code != fault.Unavailable {
		t.Errorf("letter %+v", d)
	}
	_, err = b.Tail(t.Context(), org, "r1")
	if !errors.Is(err, event.ErrUnknownSchema) {
		t.Errorf("tail: %v", err)
	}
	_, err = b.Append(t.Context(), ack.Sequence-1+100, event.Event{Org: org, RunID: "r1", Body: planned()})
	if err == nil {
		t.Error("an append after the wrong event succeeds")
	}
	var moved *bus.MovedOnError
	_, err = b.Append(t.Context(), 0, event.Event{Org: org, RunID: "r1", Body: asked()})
	if !errors.As(err, &moved) || moved.Kind != event.KindAsked || moved.Tail.Body != nil {
		t.Errorf("got %v", err)
	}
}
