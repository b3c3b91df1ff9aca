package bus_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) {
	// A server of a cluster that is stopped while it stores leaves these behind.
	const server = "github.com/nats-io/nats-server/v2/server"
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction(server+".(*fileStore).flushStreamStateLoop"),
		goleak.IgnoreAnyFunction(server+"/ats.Register.func1"))
}

const org = "acme"

func asked() event.Asked {
	return event.Asked{
		User: "ada", Dataset: event.DatasetRef{ID: "shop", Version: strings.Repeat("ab", 32)},
		Request: event.Request{Question: "How many orders were returned?"},
		Limits:  event.Limits{MaxRows: 200, TimeoutMS: 10_000, MaxOutputBytes: 1 << 20, MemoryMB: 512},
	}
}

func planned() event.Planned {
	return event.Planned{QueryType: "sql", SQL: "select count(*) from orders", Sentence: "Count of orders.", Origin: event.OriginRules}
}

func executed() event.Executed {
	return event.Executed{Columns: []event.Column{{Name: "n", Type: "BIGINT"}}, Preview: [][]any{{1}}, RowCount: 1, Executor: "native", Cache: "off"}
}

func started() event.Started {
	return event.Started{Executor: "native", SandboxID: "s1", Attempt: 1}
}

func answered() event.Answered { return event.Answered{Text: "One."} }

// ask opens a run and returns its sequence.
func ask(tb testing.TB, b *bus.Bus, runID string) uint64 {
	tb.Helper()
	return add(tb, b, 0, runID, 0, asked())
}

// add appends an event that must succeed.
func add(tb testing.TB, b *bus.Bus, after uint64, runID string, step int, body event.Body) uint64 {
	tb.Helper()
	got, err := b.Append(tb.Context(), after, event.Event{Org: org, RunID: runID, Step: step, Body: body})
	if err != nil {
		tb.Fatalf("append %s: %v", body.Kind(), err)
	}
	return got.Seq
}

// kinds returns the kinds of a run's events.
func kinds(tb testing.TB, b *bus.Bus, runID string) string {
	tb.Helper()
	events, err := b.Events(tb.Context(), org, runID)
	if err != nil {
		tb.Fatalf("events of %s: %v", runID, err)
	}
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = string(e.Kind())
	}
	return strings.Join(names, " ")
}

// work runs a worker in the background. The returned function ends it, waits,
// and returns what Work returned; it also runs at the end of the test.
func work(tb testing.TB, b *bus.Bus, w bus.Worker) (stop func() error) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() { result <- b.Work(ctx, w) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-result
	})
	tb.Cleanup(func() {
		if err := stop(); err != nil {
			tb.Errorf("worker %s: %v", w.Name, err)
		}
	})
	return stop
}

// wantKinds waits until a run has exactly these events.
func wantKinds(tb testing.TB, b *bus.Bus, runID, want string) {
	tb.Helper()
	var got string
	defer func() {
		if got != want {
			tb.Errorf("run %s is %q, want %q", runID, got, want)
		}
	}()
	bustest.Eventually(tb, "run "+runID+" is "+want, func() bool {
		got = kinds(tb, b, runID)
		return got == want
	})
}

// wantCode fails unless err is a fault of the code.
func wantCode(tb testing.TB, err error, code fault.Code) {
	tb.Helper()
	if got := fault.CodeOf(err); got != code {
		tb.Errorf("got code %q (%v), want %q", got, err, code)
	}
}

// wantHint fails unless err is a fault with a hint.
func wantHint(tb testing.TB, err error) {
	tb.Helper()
	if f := fault.From(err); f == nil || f.Hint == "" {
		tb.Errorf("%v has no hint", err)
	}
}

// receive waits for a value, ten seconds at most.
func receive[T any](tb testing.TB, what string, ch <-chan T) T {
	tb.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(10 * time.Second):
		tb.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}
