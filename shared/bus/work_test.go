package bus_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// planner answers every asked event with the body.
func planner(handle func(ctx context.Context, t *bus.Turn) error) bus.Worker {
	return bus.Worker{Name: "planner-asked", Kind: event.KindAsked, Handle: handle}
}

// executor handles planned events and resumes after started.
func executor(handle func(ctx context.Context, t *bus.Turn) error) bus.Worker {
	return bus.Worker{Name: "sandboxd-planned", Kind: event.KindPlanned, Resumes: []event.Kind{event.KindStarted}, Handle: handle}
}

// consumer reads the state of a worker's consumer behind the bus; nil if it is
// not there yet.
func consumer(t *testing.T, node *bustest.Node, name string) *jetstream.ConsumerInfo {
	t.Helper()
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	c, err := js.Consumer(t.Context(), "RUNS", name)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return c.CachedInfo()
}

func TestWorkersCarryARunToItsEnd(t *testing.T) {
	t.Run("one server", func(t *testing.T) { carry(t, oneServer(t).Connect(t)) })
	t.Run("three replicas", func(t *testing.T) { carry(t, threeServers(t).Connect(t)) })
}

// carry runs three stages over runs of three steps.
func carry(t *testing.T, b *bus.Bus) {
	t.Helper()
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) }))
	work(t, b, executor(func(ctx context.Context, turn *bus.Turn) error {
		if err := turn.Append(ctx, started()); err != nil {
			return err
		}
		return turn.Append(ctx, executed())
	}))
	work(t, b, bus.Worker{Name: "planner-executed", Kind: event.KindExecuted, Handle: func(ctx context.Context, turn *bus.Turn) error {
		run, err := turn.Events(ctx)
		if err != nil {
			return err
		}
		if len(run) < 8 {
			return turn.AppendStep(ctx, turn.Event.Step+1, planned())
		}
		return turn.Append(ctx, answered())
	}})
	for n := range 10 {
		ask(t, b, bustest.RunID(n))
	}
	for n := range 10 {
		wantKinds(t, b, bustest.RunID(n), "asked planned started executed planned started executed planned started executed answered")
	}
}

func TestTurnThatDiedAfterStartedIsResumed(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	first := ask(t, b, "r1")
	trigger := add(t, b, first, "r1", 0, planned())
	died := make(chan struct{})
	w := executor(nil)
	w.AckWait, w.Grace = 150*time.Millisecond, time.Millisecond
	w.Handle = func(ctx context.Context, turn *bus.Turn) error {
		if err := turn.Append(ctx, started()); err != nil {
			return err
		}
		close(died)
		<-ctx.Done() // the process is killed here
		return context.Cause(ctx)
	}
	ctx, cancel := context.WithCancel(t.Context())
	first1 := make(chan error, 1)
	go func() { first1 <- b.Work(ctx, w) }()
	receive(t, "the first attempt", died)
	cancel()
	if err := receive(t, "the end of the first worker", first1); err == nil {
		t.Error("a worker that cut a handler off says that it ended cleanly")
	}

	turns := make(chan bus.Turn, 10)
	w.Handle = func(ctx context.Context, turn *bus.Turn) error {
		turns <- bus.Turn{Event: turn.Event, Attempt: turn.Attempt, Resumed: turn.Resumed}
		again := started()
		again.SandboxID, again.Attempt = "s2", 2
		if err := turn.Append(ctx, again); err != nil {
			return err
		}
		return turn.Append(ctx, executed())
	}
	work(t, b, w)
	got := receive(t, "the second attempt", turns)
	if got.Event.Seq != trigger || got.Attempt != 2 || got.Resumed == nil || got.Resumed.Kind() != event.KindStarted {
		t.Errorf("second turn: event %d, attempt %d, resumed %v", got.Event.Seq, got.Attempt, got.Resumed)
	}
	wantKinds(t, b, "r1", "asked planned started executed")
	events, err := b.Events(t.Context(), org, "r1")
	if err != nil {
		t.Fatal(err)
	}
	if events[3].Cause != events[2].Seq {
		t.Errorf("executed is caused by %d, want %d", events[3].Cause, events[2].Seq)
	}
}

func TestRedeliveryWhileTheFirstWorkerLivesDoesNotForkTheRun(t *testing.T) {
	node := bustest.Server(t)
	a, b := node.Connect(t), node.Connect(t)
	first := ask(t, a, "r1")
	add(t, a, first, "r1", 0, planned())
	release, resumed := make(chan struct{}), make(chan struct{})
	var lost atomic.Int64
	handle := func(ctx context.Context, turn *bus.Turn) error {
		if err := turn.Append(ctx, started()); err != nil {
			return err
		}
		if turn.Attempt == 1 {
			<-release
		} else {
			close(resumed)
		}
		err := turn.Append(ctx, executed())
		if errors.Is(err, bus.ErrMovedOn) {
			lost.Add(1)
		}
		return err
	}
	w := executor(handle)
	w.AckWait, w.Slots = time.Minute, 1
	// The first worker's renewals are far apart, and the server is told that the
	// message is free again: what a long pause of the process looks like.
	work(t, a, w)
	wantKinds(t, a, "r1", "asked planned started")
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	cfg := consumer(t, node, w.Name).Config
	cfg.AckWait = 50 * time.Millisecond
	if _, err := js.UpdateConsumer(t.Context(), "RUNS", cfg); err != nil {
		t.Fatal(err)
	}
	w.AckWait = 50 * time.Millisecond
	work(t, b, w)
	receive(t, "the redelivery", resumed)
	wantKinds(t, a, "r1", "asked planned started executed")
	close(release)
	bustest.Eventually(t, "the first worker notices that it lost", func() bool { return lost.Load() == 1 })
	wantKinds(t, a, "r1", "asked planned started executed")
}

func TestFinalFaultEndsTheRun(t *testing.T) {
	tests := []struct {
		run, want string
		code      fault.Code
	}{
		{"r-validation", "asked rejected", fault.Validation},
		{"r-query", "asked failed", fault.Query},
		{"r-timeout", "asked failed", fault.Timeout},
		{"r-policy", "asked rejected", fault.SQLPolicy},
	}
	b := bustest.New(t)
	codes := map[string]fault.Code{}
	for _, test := range tests {
		codes[test.run] = test.code
	}
	work(t, b, planner(func(_ context.Context, turn *bus.Turn) error {
		return fault.New(codes[turn.Event.RunID], "No.").WithHint("Ask differently.")
	}))
	for _, test := range tests {
		ask(t, b, test.run)
		wantKinds(t, b, test.run, test.want)
		tail, err := b.Tail(t.Context(), org, test.run)
		if err != nil {
			t.Fatal(err)
		}
		var f *fault.Fault
		var stage event.Stage
		switch body := tail.Body.(type) {
		case event.Rejected:
			f, stage = body.Fault, body.Stage
		case event.Failed:
			f, stage = body.Fault, body.Stage
		}
		if f == nil || f.Code != test.code || f.Hint != "Ask differently." || stage != event.StagePlanning {
			t.Errorf("%s: fault %+v in stage %q", test.run, f, stage)
		}
	}
}

func TestFinalFaultAfterStartedEndsTheRunAfterStarted(t *testing.T) {
	b := bustest.New(t)
	work(t, b, executor(func(ctx context.Context, turn *bus.Turn) error {
		if err := turn.Append(ctx, started()); err != nil {
			return err
		}
		return fault.New(fault.Timeout, "Too slow.")
	}))
	add(t, b, ask(t, b, "r1"), "r1", 0, planned())
	wantKinds(t, b, "r1", "asked planned started failed")
}

func TestErrorAfterTheHandOverChangesNothing(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	var turns atomic.Int64
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error {
		turns.Add(1)
		if err := turn.Append(ctx, planned()); err != nil {
			return err
		}
		return fault.New(fault.Validation, "Too late.")
	}))
	ask(t, b, "r1")
	wantKinds(t, b, "r1", "asked planned")
	bustest.Eventually(t, "the event is acknowledged", func() bool {
		return consumer(t, node, "planner-asked").NumAckPending == 0
	})
	wantKinds(t, b, "r1", "asked planned")
	if turns.Load() != 1 {
		t.Errorf("%d turns", turns.Load())
	}
}

func TestRetriedFaultAndPanicComeAgain(t *testing.T) {
	b := bustest.New(t)
	attempts := make(chan int, 10)
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error {
		attempts <- turn.Attempt
		switch turn.Attempt {
		case 1:
			return fault.New(fault.Unavailable, "Not yet.")
		case 2:
			panic("boom")
		case 3:
			return errors.New("some bug")
		}
		return turn.Append(ctx, planned())
	}))
	ask(t, b, "r1")
	wantKinds(t, b, "r1", "asked planned")
	for want := 1; want <= 4; want++ {
		if got := receive(t, "an attempt", attempts); got != want {
			t.Errorf("attempt %d, want %d", got, want)
		}
	}
}

func TestCancelNoteStopsTheHandler(t *testing.T) {
	b := bustest.New(t)
	entered := make(chan struct{}, 1)
	causes := make(chan error, 1)
	work(t, b, executor(func(ctx context.Context, turn *bus.Turn) error {
		if err := turn.Append(ctx, started()); err != nil {
			return err
		}
		entered <- struct{}{}
		<-ctx.Done()
		causes <- context.Cause(ctx)
		return ctx.Err()
	}))
	add(t, b, ask(t, b, "r1"), "r1", 0, planned())
	receive(t, "the handler", entered)
	tail, err := b.Tail(t.Context(), org, "r1")
	if err != nil {
		t.Fatal(err)
	}
	add(t, b, tail.Seq, "r1", 0, event.Cancelled{User: "ada"})
	if err := b.Notify(bus.Note{Org: org, RunID: "r1", Kind: bus.NoteCancel}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, receive(t, "the cancellation", causes), fault.Cancelled)
	wantKinds(t, b, "r1", "asked planned started cancelled")
}

func TestCancelledRunIsNotEvenStarted(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	add(t, b, ask(t, b, "r1"), "r1", 0, event.Cancelled{User: "ada"})
	stale := time.NewTimer(1100 * time.Millisecond) // until the event is no longer taken for fresh
	<-stale.C
	var turns atomic.Int64
	work(t, b, planner(func(context.Context, *bus.Turn) error {
		turns.Add(1)
		return nil
	}))
	bustest.Eventually(t, "the event is acknowledged", func() bool {
		info := consumer(t, node, "planner-asked")
		return info != nil && info.NumPending == 0 && info.NumAckPending == 0
	})
	if turns.Load() != 0 {
		t.Error("the handler ran")
	}
}

func TestWorkerThatMakesNoSenseIsRefused(t *testing.T) {
	b := bustest.New(t)
	handle := func(context.Context, *bus.Turn) error { return nil }
	tests := map[string]bus.Worker{
		"no name":        {Kind: event.KindAsked, Handle: handle},
		"name with dot":  {Name: "a.b", Kind: event.KindAsked, Handle: handle},
		"unknown kind":   {Name: "a", Kind: "dreamt", Handle: handle},
		"no handler":     {Name: "a", Kind: event.KindAsked},
		"negative slots": {Name: "a", Kind: event.KindAsked, Handle: handle, Slots: -1},
		"tiny ack wait":  {Name: "a", Kind: event.KindAsked, Handle: handle, AckWait: time.Microsecond},
	}
	for name, w := range tests {
		t.Run(name, func(t *testing.T) {
			if err := b.Work(t.Context(), w); err == nil {
				t.Error("it runs")
			}
		})
	}
	_, err := b.Pending(t.Context(), "nobody")
	wantCode(t, err, fault.NotFound)
}

// A worker that begins while its server is away begins when it is back: nothing that
// may pass ends it.
func TestAWorkerThatBeginsWithoutItsServerWorksWhenItIsBack(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	up := node.Down(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	handled, done := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		done <- b.Work(ctx, bus.Worker{Name: "test-asked", Kind: event.KindAsked, Handle: func(ctx context.Context, turn *bus.Turn) error {
			handled <- struct{}{}
			return turn.Append(ctx, event.NeedsInput{Readings: []event.Reading{{Sentence: "One."}, {Sentence: "Another."}}})
		}})
	}()
	select {
	case err := <-done:
		t.Fatalf("it ended with %v", err)
	case <-time.After(3 * time.Second): // it has given up by now, if it does
	}
	up()
	bustest.Eventually(t, "a question is accepted", func() bool {
		_, err := b.Append(t.Context(), 0, event.Event{Org: org, RunID: "r1", Body: asked()})
		return err == nil
	})
	select {
	case <-handled:
	case err := <-done:
		t.Fatalf("it ended with %v", err)
	case <-time.After(time.Minute):
		t.Fatal("the question is not handled")
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// A worker that is stopped while its server is away says that it could not say goodbye.
func TestAWorkerThatStopsWithoutItsServerSaysSo(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	began, done := make(chan struct{}, 1), make(chan error, 1)
	go func() {
		done <- b.Work(ctx, bus.Worker{Name: "test-asked", Kind: event.KindAsked, Handle: func(ctx context.Context, turn *bus.Turn) error {
			err := turn.Append(ctx, event.NeedsInput{Readings: []event.Reading{{Sentence: "One."}, {Sentence: "Another."}}})
			began <- struct{}{}
			return err
		}})
	}()
	if _, err := b.Append(t.Context(), 0, event.Event{Org: org, RunID: "r1", Body: asked()}); err != nil {
		t.Fatal(err)
	}
	<-began
	up := node.Down(t)
	defer up()
	stop()
	err := <-done
	wantCode(t, err, fault.Unavailable)
	if f := fault.From(err); f.Hint == "" {
		t.Errorf("%+v", f)
	}
}
