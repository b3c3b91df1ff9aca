package bus_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
)

// BenchmarkHop measures one hop on an idle system: from the append of an event
// to the first line of the handler that a durable consumer gives it to.
func BenchmarkHop(b *testing.B) {
	node := bustest.Server(b)
	log := node.Connect(b) // as in a whole Leo: each role has its own connection
	entered := make(chan time.Time)
	w := bus.Worker{Name: "hop", Kind: event.KindAsked, Handle: func(context.Context, *bus.Turn) error {
		entered <- time.Now()
		return nil
	}}
	work(b, node.Connect(b), w)
	ask(b, log, "warm-up")
	<-entered
	hops := make([]time.Duration, 0, b.N)
	for n := 0; b.Loop(); n++ {
		begun := time.Now()
		done := make(chan struct{})
		go func() {
			defer close(done)
			ask(b, log, bustest.RunID(n))
		}()
		hops = append(hops, (<-entered).Sub(begun))
		<-done
	}
	report(b, hops)
}

// BenchmarkAppend measures one acknowledged append.
func BenchmarkAppend(b *testing.B) {
	log := bustest.New(b)
	var took []time.Duration
	for n := 0; b.Loop(); n++ {
		begun := time.Now()
		ask(b, log, bustest.RunID(n))
		took = append(took, time.Since(begun))
	}
	report(b, took)
}

// BenchmarkPipeline measures whole runs of four hops and five events, 64 at once.
func BenchmarkPipeline(b *testing.B) {
	node := bustest.Server(b)
	log := node.Connect(b)
	var open sync.Map
	stages := []bus.Worker{
		{Name: "plan", Kind: event.KindAsked, Handle: func(ctx context.Context, t *bus.Turn) error { return t.Append(ctx, planned()) }},
		{Name: "execute", Kind: event.KindPlanned, Handle: func(ctx context.Context, t *bus.Turn) error {
			if err := t.Append(ctx, started()); err != nil {
				return err
			}
			return t.Append(ctx, executed())
		}},
		{Name: "answer", Kind: event.KindExecuted, Handle: func(ctx context.Context, t *bus.Turn) error { return t.Append(ctx, answered()) }},
		{Name: "end", Kind: event.KindAnswered, Handle: func(_ context.Context, t *bus.Turn) error {
			if ended, ok := open.LoadAndDelete(t.Event.RunID); ok {
				close(ended.(chan struct{}))
			}
			return nil
		}},
	}
	for _, w := range stages {
		w.Slots = 16
		work(b, node.Connect(b), w)
	}
	limit := make(chan struct{}, 64)
	var group sync.WaitGroup
	var n int
	begun := time.Now()
	for b.Loop() {
		limit <- struct{}{}
		run := bustest.RunID(n)
		n++
		ended := make(chan struct{})
		open.Store(run, ended)
		group.Go(func() {
			ask(b, log, run)
			<-ended
			<-limit
		})
	}
	group.Wait()
	b.ReportMetric(float64(n)/time.Since(begun).Seconds(), "runs/s")
}

// BenchmarkReplay measures reading the log from its start.
func BenchmarkReplay(b *testing.B) {
	const events = 20_000
	log := bustest.New(b)
	var group sync.WaitGroup
	for part := range 32 {
		group.Go(func() {
			for n := part; n < events; n += 32 {
				ask(b, log, fmt.Sprintf("run-%d", n))
			}
		})
	}
	group.Wait()
	var seen int
	begun := time.Now()
	for b.Loop() {
		err := log.Replay(b.Context(), bus.Filter{}, func(event.Event) error {
			seen++
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(seen)/time.Since(begun).Seconds(), "events/s")
}

// BenchmarkObjects measures storing an object of 16 MiB and reading it back.
func BenchmarkObjects(b *testing.B) {
	o := bustest.New(b).Objects(bus.BucketUploads)
	data := noise(16 << 20)
	b.Run("put", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := o.Put(b.Context(), "a", bytes.NewReader(data)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("get", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			r, _, err := o.Get(b.Context(), "a")
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, r); err != nil {
				b.Fatal(err)
			}
			if err := r.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// report adds the quantiles of latencies.
func report(b *testing.B, took []time.Duration) {
	b.Helper()
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	for name, q := range map[string]float64{"p50-µs": 0.5, "p95-µs": 0.95, "p99-µs": 0.99} {
		b.ReportMetric(float64(took[int(q*float64(len(took)-1))].Microseconds()), name)
	}
}
