package supervise_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/supervise"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// add appends the next event of a run.
func add(t *testing.T, b *bus.Bus, id string, body event.Body) {
	t.Helper()
	step, after := 0, uint64(0)
	if body.Kind() != event.KindAsked {
		tail, err := b.Tail(t.Context(), "acme", id)
		if err != nil {
			t.Fatal(err)
		}
		step, after = tail.Step, tail.Seq
		if body.Kind() == event.KindPlanned {
			step++
		}
	}
	if _, err := b.Append(t.Context(), after, event.Event{Org: "acme", RunID: id, Step: step, Time: time.Now(), By: "test", Body: body}); err != nil {
		t.Fatal(err)
	}
}

func asked(due time.Duration) event.Asked {
	return event.Asked{User: "ada", Request: event.Request{Question: "?"}, Deadline: time.Now().Add(due)}
}

// kinds are the kinds of a run's events.
func kinds(t *testing.T, b *bus.Bus, id string) string {
	t.Helper()
	events, err := b.Events(t.Context(), "acme", id)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range events {
		names = append(names, string(e.Kind()))
	}
	return strings.Join(names, " ")
}

// project brings a run list up to now and stops.
func project(t *testing.T, b *bus.Bus) *history.DB {
	t.Helper()
	db, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), b, quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- history.NewProjector(db, b, quiet()).Run(ctx) }()
	last, err := b.LastSeq(t.Context())
	if err != nil || !db.WaitFor(t.Context(), last, 20*time.Second) {
		t.Fatalf("at %d of %d: %v", db.Position(), last, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return db
}

func TestASweepEndsWhatIsOverdueWhereverItIs(t *testing.T) {
	b := bustest.New(t)
	for _, id := range []string{"waiting", "running", "late-but-done", "in-time"} {
		due := -time.Second
		if id == "in-time" {
			due = time.Hour
		}
		add(t, b, id, asked(due))
	}
	add(t, b, "running", event.Planned{QueryType: "sql"})
	add(t, b, "running", event.Started{Executor: "test"})
	db := project(t, b)
	// The list has not heard of this, and the run has ended all the same.
	add(t, b, "late-but-done", event.Cancelled{User: "ada"})
	s := supervise.New(supervise.Config{Every: time.Hour, Instance: "gateway/1"}, b, db, quiet())
	if n, err := s.Sweep(t.Context()); n != 2 || err != nil {
		t.Errorf("ended %d, %v", n, err)
	}
	for id, want := range map[string]string{
		"waiting": "asked failed", "running": "asked planned started failed", "late-but-done": "asked cancelled", "in-time": "asked",
	} {
		if got := kinds(t, b, id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	tail, err := b.Tail(t.Context(), "acme", "running")
	if err != nil {
		t.Fatal(err)
	}
	f := tail.Body.(event.Failed)
	if tail.Step != 1 || tail.By != "gateway/1" || f.Stage != event.StageSupervisor || f.Fault.Code != fault.Timeout || f.Fault.Hint == "" {
		t.Errorf("failed with %+v of step %d by %s", f, tail.Step, tail.By)
	}
	// The list still has not heard of any of it: sweeping again changes nothing.
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("the second sweep ended %d, %v", n, err)
	}
}

// TestClocksThatDifferEndNoRun has runs accepted by gateways whose clocks are a day slow
// and a day fast: each is ended once it was watched for as long as it may take.
func TestClocksThatDifferEndNoRun(t *testing.T) {
	b := bustest.New(t)
	for id, clock := range map[string]time.Duration{"slow": -24 * time.Hour, "fast": 24 * time.Hour} {
		for kind, allowed := range map[string]time.Duration{"long": time.Hour, "short": 30 * time.Millisecond} {
			at := time.Now().Add(clock)
			body := event.Asked{User: "ada", Request: event.Request{Question: "?"}, Deadline: at.Add(allowed)}
			if _, err := b.Append(t.Context(), 0, event.Event{Org: "acme", RunID: id + "-" + kind, Time: at, By: "test", Body: body}); err != nil {
				t.Fatal(err)
			}
		}
	}
	s := supervise.New(supervise.Config{Every: time.Hour, Instance: "gateway/1"}, b, project(t, b), quiet())
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("the first sweep ended %d, %v", n, err)
	}
	ended := 0
	bustest.Eventually(t, "both short runs are ended", func() bool {
		n, err := s.Sweep(t.Context())
		if err != nil {
			t.Error(err)
		}
		ended += n
		return ended >= 2
	})
	for id, want := range map[string]string{
		"slow-short": "asked failed", "fast-short": "asked failed", "slow-long": "asked", "fast-long": "asked",
	} {
		if got := kinds(t, b, id); got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
}

// TestADeadLetterEndsTheRunUnlessItMovedOn gives up on an event after its worker
// left a sign of life, and on one whose run somebody else carried further.
func TestADeadLetterEndsTheRunUnlessItMovedOn(t *testing.T) {
	b := bustest.New(t)
	s := supervise.New(supervise.Config{Every: time.Hour, Instance: "gateway/1"}, b, project(t, b), quiet())
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 2)
	go func() { done <- s.Run(ctx) }()
	go func() {
		done <- b.Work(ctx, bus.Worker{
			Name: "test-planned", Kind: event.KindPlanned, MaxDeliver: 2, Resumes: []event.Kind{event.KindStarted},
			Handle: func(ctx context.Context, turn *bus.Turn) error {
				if turn.Resumed == nil {
					if err := turn.Append(ctx, event.Started{Executor: "test"}); err != nil {
						return err
					}
				}
				return fault.New(fault.Unavailable, "The sandbox could not be started.")
			},
		})
	}()
	t.Cleanup(func() {
		cancel()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
	add(t, b, "stuck", asked(time.Hour))
	add(t, b, "stuck", event.Planned{QueryType: "sql"})
	bustest.Eventually(t, "the stuck run has failed", func() bool { return kinds(t, b, "stuck") == "asked planned started failed" })
}
