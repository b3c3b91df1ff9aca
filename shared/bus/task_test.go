package bus_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/fault"
)

// workTasks handles tasks of a kind until the test ends.
func workTasks(t *testing.T, b *bus.Bus, kind string, slots int, handle func(context.Context, bus.Task, int) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		if err := b.WorkTasks(ctx, kind, slots, handle); err != nil {
			t.Errorf("tasks %s: %v", kind, err)
		}
	})
	t.Cleanup(func() {
		cancel()
		group.Wait()
	})
}

// queued is how many tasks there are.
func queued(t *testing.T, node *bustest.Node) uint64 {
	t.Helper()
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "TASKS")
	if err != nil {
		t.Fatal(err)
	}
	return s.CachedInfo().State.Msgs
}

func TestTaskThatWaitsIsNotQueuedTwice(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	task := bus.Task{Org: org, Kind: "prepare", ID: "shop-1", Data: json.RawMessage(`{"v":1}`)}
	for range 3 {
		if err := b.Enqueue(t.Context(), task); err != nil {
			t.Fatal(err)
		}
	}
	if n := queued(t, node); n != 1 {
		t.Fatalf("%d tasks are queued", n)
	}
	got := make(chan bus.Task, 10)
	workTasks(t, b, "prepare", 2, func(_ context.Context, task bus.Task, _ int) error {
		got <- task
		return nil
	})
	workTasks(t, b, "other", 1, func(context.Context, bus.Task, int) error {
		t.Error("a task of another kind")
		return nil
	})
	first := receive(t, "the task", got)
	if first.Org != task.Org || first.Kind != task.Kind || first.ID != task.ID || string(first.Data) != string(task.Data) {
		t.Errorf("got %+v", first)
	}
	bustest.Eventually(t, "the queue is empty", func() bool { return queued(t, node) == 0 })
	if err := b.Enqueue(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	receive(t, "the same task again, once it was done", got)
	if len(got) != 0 {
		t.Error("a task ran twice")
	}
}

func TestTaskFailures(t *testing.T) {
	tests := []struct {
		name     string
		fail     func(attempt int) error
		attempts int
	}{
		{"final fault", func(int) error { return fault.New(fault.Validation, "no") }, 1},
		{"retried until it works", func(n int) error {
			if n < 3 {
				return fault.New(fault.Unavailable, "later")
			}
			return nil
		}, 3},
		{"panic", func(n int) error {
			if n == 1 {
				panic("boom")
			}
			return nil
		}, 2},
		{"never works", func(int) error { return errors.New("bug") }, 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			node := bustest.Server(t)
			b := node.Connect(t)
			attempts := make(chan int, 20)
			workTasks(t, b, "prepare", 1, func(_ context.Context, _ bus.Task, attempt int) error {
				attempts <- attempt
				return test.fail(attempt)
			})
			if err := b.Enqueue(t.Context(), bus.Task{Org: org, Kind: "prepare", ID: "a"}); err != nil {
				t.Fatal(err)
			}
			for want := 1; want <= test.attempts; want++ {
				if got := receive(t, fmt.Sprintf("attempt %d", want), attempts); got != want {
					t.Errorf("attempt %d, want %d", got, want)
				}
			}
			bustest.Eventually(t, "the queue is empty", func() bool { return queued(t, node) == 0 })
			if len(attempts) != 0 {
				t.Errorf("%d attempts too many", len(attempts))
			}
		})
	}
}

func TestTasksThatCannotBeAreRefused(t *testing.T) {
	b := bustest.New(t)
	for _, task := range []bus.Task{{}, {Org: "*", Kind: "a", ID: "b"}, {Org: org, Kind: "a.b", ID: "c"}, {Org: org, Kind: "a"}} {
		wantCode(t, b.Enqueue(t.Context(), task), fault.Validation)
	}
	big := json.RawMessage(`"` + strings.Repeat("x", bus.MaxEventBytes) + `"`)
	wantCode(t, b.Enqueue(t.Context(), bus.Task{Org: org, Kind: "a", ID: "b", Data: big}), fault.PayloadTooLarge)
	if err := b.WorkTasks(t.Context(), "a.b", 1, nil); err == nil {
		t.Error("a worker without handler runs")
	}
}

func TestNotesReachWhoListens(t *testing.T) {
	node := bustest.Server(t)
	a, b := node.Connect(t), node.Connect(t)
	got := make(chan bus.Note, 10)
	stop, err := a.Notes(t.Context(), func(n bus.Note) { got <- n })
	if err != nil {
		t.Fatal(err)
	}
	sent := bus.Note{Org: org, RunID: "r1", Kind: bus.NoteDelta, Data: json.RawMessage(`{"text":"a"}`)}
	if err := b.Notify(sent); err != nil {
		t.Fatal(err)
	}
	n := receive(t, "the note", got)
	if n.Org != sent.Org || n.RunID != sent.RunID || n.Kind != sent.Kind || string(n.Data) != string(sent.Data) {
		t.Errorf("got %+v", n)
	}
	stop()
	stop()
	if err := b.Notify(sent); err != nil {
		t.Fatal(err)
	}
	if err := b.Healthy(t.Context()); err != nil { // a round trip after the note
		t.Fatal(err)
	}
	if len(got) != 0 {
		t.Error("a note after stop")
	}
	wantCode(t, b.Notify(bus.Note{Org: "*", RunID: "r", Kind: "delta"}), fault.Validation)
	wantCode(t, b.Notify(bus.Note{Org: org, RunID: "r", Kind: "delta", Data: make([]byte, 1<<20)}), fault.PayloadTooLarge)
}

func TestNotesOfATurn(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	got := make(chan bus.Note, 10)
	stop, err := node.Connect(t).Notes(t.Context(), func(n bus.Note) { got <- n })
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error {
		turn.Progress("planning", "Reading the question")
		turn.Note(bus.NoteDelta, make(chan int)) // cannot be sent, and that is fine
		return turn.Append(ctx, planned())
	}))
	ask(t, b, "r1")
	n := receive(t, "the progress", got)
	if n.RunID != "r1" || n.Kind != bus.NoteProgress || string(n.Data) != `{"message":"Reading the question","stage":"planning","step":0}` {
		t.Errorf("got %+v %s", n, n.Data)
	}
	wantKinds(t, b, "r1", "asked planned")
}
