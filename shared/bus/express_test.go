package bus_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// express opens a run that goes ahead.
func express(tb testing.TB, b *bus.Bus, runID string) {
	tb.Helper()
	if _, err := b.Express(tb.Context(), 0, event.Event{Org: org, RunID: runID, Body: asked()}); err != nil {
		tb.Fatal(err)
	}
}

// stages carry runs to their end: plan, execute, answer. Executing goes through
// hold first.
func stages(t *testing.T, b *bus.Bus, hold func(ctx context.Context, t *bus.Turn) error) {
	t.Helper()
	work(t, b, planner(func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) }))
	execute := executor(func(ctx context.Context, turn *bus.Turn) error {
		if err := turn.Append(ctx, started()); err != nil {
			return err
		}
		if err := hold(ctx, turn); err != nil {
			return err
		}
		return turn.Append(ctx, executed())
	})
	execute.Slots = 2
	work(t, b, execute)
	work(t, b, bus.Worker{Name: "planner-executed", Kind: event.KindExecuted, Handle: func(ctx context.Context, turn *bus.Turn) error {
		return turn.Append(ctx, answered())
	}})
}

const whole = "asked planned started executed answered"

func TestAnExpressRunOvertakesTheQueueAndRunsOnce(t *testing.T) {
	for name, b := range map[string]*bus.Bus{
		"one server": oneServer(t).Connect(t), "three replicas": threeServers(t).Connect(t),
	} {
		t.Run(name, func(t *testing.T) {
			gate := make(chan struct{})
			var ran atomic.Int32
			stages(t, b, func(ctx context.Context, turn *bus.Turn) error {
				if strings.HasPrefix(turn.Event.RunID, "light") {
					ran.Add(1)
					return nil
				}
				select {
				case <-gate:
					return nil
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			})
			const flood, light = 40, 5
			for n := range flood {
				ask(t, b, bustest.RunID(n))
			}
			// Both slots are busy for as long as the gate is closed.
			bustest.Eventually(t, "the slots are busy", func() bool {
				busy := 0
				for n := range flood {
					if kinds(t, b, bustest.RunID(n)) == "asked planned started" {
						busy++
					}
				}
				return busy == 2
			})
			for n := range light {
				express(t, b, fmt.Sprintf("light-%d", n))
			}
			for n := range light {
				wantKinds(t, b, fmt.Sprintf("light-%d", n), whole)
			}
			close(gate)
			for n := range flood {
				wantKinds(t, b, bustest.RunID(n), whole)
			}
			if n := ran.Load(); n != light {
				t.Errorf("%d express runs ran %d times", light, n)
			}
		})
	}
}

func TestAnExpressRunNobodyHearsOfWaitsInTheQueue(t *testing.T) {
	b := oneServer(t).Connect(t)
	express(t, b, "early") // no worker has started
	stages(t, b, func(context.Context, *bus.Turn) error { return nil })
	wantKinds(t, b, "early", whole)
}

func TestAnExpressHandlerThatFailsLeavesTheRunToTheQueue(t *testing.T) {
	b := oneServer(t).Connect(t)
	var tries atomic.Int32
	stages(t, b, func(context.Context, *bus.Turn) error {
		if tries.Add(1) <= 2 {
			return fault.New(fault.Unavailable, "Not now.")
		}
		return nil
	})
	express(t, b, "unlucky")
	wantKinds(t, b, "unlucky", whole)
}

func TestAnnouncementsThatMakeNoSenseAreIgnored(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	var ran atomic.Int32
	stages(t, b, func(context.Context, *bus.Turn) error {
		ran.Add(1)
		return nil
	})
	ask(t, b, "real")
	wantKinds(t, b, "real", whole)
	raw := node.Raw(t)
	for _, k := range event.Kinds() {
		for _, data := range []string{"", "x", "-1", "0", "1", "2", "3", "4", "5", "999999", "18446744073709551616"} {
			if err := raw.Publish("leo."+org+".express."+string(k), []byte(data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := raw.Flush(); err != nil {
		t.Fatal(err)
	}
	ask(t, b, "after")
	wantKinds(t, b, "after", whole)
	wantKinds(t, b, "real", whole)
	if n := ran.Load(); n != 2 {
		t.Errorf("ran %d times", n)
	}
}

func TestAnExpressHandlerFinishesBeforeTheWorkerEnds(t *testing.T) {
	b := bustest.New(t)
	entered, gate := make(chan string, 2), make(chan struct{})
	w := planner(func(ctx context.Context, turn *bus.Turn) error {
		entered <- turn.Event.RunID
		<-gate
		return turn.Append(ctx, planned())
	})
	w.Slots, w.Express = 1, 1
	stop := work(t, b, w)
	ask(t, b, "queued")
	receive(t, "the slot is taken", entered)
	express(t, b, "ahead")
	if id := receive(t, "the express handler is busy", entered); id != "ahead" {
		t.Fatalf("%s was taken", id)
	}
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	close(gate)
	if err := receive(t, "the drain", ended); err != nil {
		t.Errorf("drain: %v", err)
	}
	for _, id := range []string{"queued", "ahead"} {
		if got := kinds(t, b, id); got != "asked planned" {
			t.Errorf("run %s is %q", id, got)
		}
	}
}
