package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/sandboxd"
	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/registry"
)

// sleeper makes sandboxes that take their time and no processor: what a fleet of
// nodes does cannot be computed on one.
type sleeper struct {
	took   time.Duration
	serial atomic.Int64
}

// Name implements [executor.Executor], as do the rest.
func (s *sleeper) Name() string { return "sleeping" }

func (s *sleeper) Probe(context.Context) (executor.Capabilities, error) {
	return executor.Capabilities{Executor: s.Name()}, nil
}
func (s *sleeper) Sweep(context.Context) (int, error) { return 0, nil }
func (s *sleeper) Close(context.Context) error        { return nil }
func (s *sleeper) Prepare(context.Context, executor.Spec) (executor.Sandbox, error) {
	return &sleeping{id: fmt.Sprintf("s%d", s.serial.Add(1)), took: s.took, done: make(chan struct{})}, nil
}

type sleeping struct {
	id   string
	took time.Duration
	end  sync.Once
	done chan struct{}
}

// ID implements [executor.Sandbox], as do the rest.
func (s *sleeping) ID() string            { return s.id }
func (s *sleeping) Done() <-chan struct{} { return s.done }
func (s *sleeping) Destroy(context.Context) error {
	s.end.Do(func() { close(s.done) })
	return nil
}

func (s *sleeping) Run(ctx context.Context, req protocol.Request) (*protocol.Response, executor.Stats, error) {
	if err := pause(ctx, s.took); err != nil {
		return nil, executor.Stats{}, err
	}
	return &protocol.Response{
		ID: req.ID, Status: protocol.OK, Columns: []protocol.Column{{Name: "n", Type: "BIGINT"}}, Rows: [][]any{{1}}, RowCount: 1,
	}, executor.Stats{SandboxID: s.id, Run: s.took}, nil
}

// loadWorkers counts the statements that 1, 2 and 4 sandboxd finish in a while, each
// with four places for statements of 200 ms.
func loadWorkers(t *testing.T) {
	t.Helper()
	const span = 8 * time.Second
	printHeader("statements of 200 ms that use no processor, 4 places a sandboxd")
	one := 0.0
	for _, n := range []int{1, 2, 4} {
		rate := float64(workers(t, n, span)) / span.Seconds()
		if n == 1 {
			one = rate
		}
		fmt.Fprintf(os.Stdout, "  %d sandboxd  %5.1f/s of %d, %.2fx one\n", n, rate, 20*n, rate/one)
	}
}

// workers lets n sandboxd work for a while on more than they can do, and returns how
// many statements they finished.
func workers(t *testing.T, n int, span time.Duration) (finished int64) {
	t.Helper()
	node := bustest.Server(t)
	b := node.Connect(t)
	version := preparedNothing(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	for range n {
		s, err := sandboxd.New(ctx, sandboxd.Config{Dir: t.TempDir(), Slots: 4, Grace: time.Second}, node.Connect(t), &sleeper{took: 200 * time.Millisecond}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		running.Go(func() {
			if err := s.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	}
	for i := range int(span.Seconds()*20)*n + 40 {
		if err := planARun(ctx, b, bustest.RunID(i), version); err != nil {
			t.Fatal(err)
		}
	}
	var done atomic.Int64
	following, stop := context.WithCancel(ctx)
	running.Go(func() {
		_ = b.Follow(following, 1, func(e event.Event) error { // it ends when it is stopped
			if e.Kind() == event.KindExecuted {
				done.Add(1)
			}
			return nil
		})
	})
	bustest.Eventually(t, "the workers work", func() bool { return done.Load() > int64(4*n) })
	before := done.Load()
	if err := pause(ctx, span); err != nil {
		t.Fatal(err)
	}
	finished = done.Load() - before
	stop()
	return finished
}

// preparedNothing registers a dataset whose database nobody will look at.
func preparedNothing(t *testing.T, b *bus.Bus) (version string) {
	t.Helper()
	r := registry.New(b, slog.New(slog.DiscardHandler))
	u := r.Begin("acme")
	if err := u.Add(t.Context(), "shop.csv", strings.NewReader("a\n1\n")); err != nil {
		t.Fatal(err)
	}
	d, _, err := u.Commit(t.Context(), catalog.Dataset{ID: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	info, err := b.Objects("prepared").Put(t.Context(), "acme/shop", strings.NewReader("nothing"))
	if err != nil {
		t.Fatal(err)
	}
	err = r.Update(t.Context(), "acme", "shop", d.Version, func(c *catalog.Dataset) error {
		c.State = catalog.Ready
		c.Prepared = &catalog.Prepared{Object: "acme/shop", Bytes: info.Bytes, SHA256: info.SHA256, Engine: "none"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.Version
}

// planARun writes a run that waits for a sandboxd.
func planARun(ctx context.Context, b *bus.Bus, id, version string) error {
	limits := event.Limits{MaxRows: 200, TimeoutMS: 60_000, MaxOutputBytes: 1 << 20, MemoryMB: 256}
	asked := event.Asked{
		User: "ada", Dataset: event.DatasetRef{ID: "shop", Version: version}, Request: event.Request{SQL: "SELECT 1 AS n"},
		Limits: limits, Deadline: time.Now().Add(time.Hour),
	}
	first, err := b.Append(ctx, 0, event.Event{Org: "acme", RunID: id, Time: time.Now(), By: "load", Body: asked})
	if err != nil {
		return err
	}
	planned := event.Planned{
		QueryType: "sql", SQL: "SELECT 1 AS n", Sentence: "SELECT 1 AS n", Origin: event.OriginPerson, Confidence: 1, Limits: limits,
	}
	_, err = b.Append(ctx, first.Seq, event.Event{Org: "acme", RunID: id, Step: 1, Time: time.Now(), By: "load", Body: planned})
	return err
}

// loadFlood asks as one organisation, alone and beside another that keeps as many
// questions under way as it may.
func loadFlood(t *testing.T) {
	t.Helper()
	const questions = 100
	q := datasetstest.Questions(t, "ecommerce")[1]
	f := flooded(t)
	alone, beside := &histogram{}, &histogram{}
	quiet := func(h *histogram) {
		for range questions {
			_ = pause(t.Context(), 300*time.Millisecond) // the answer is looked at
			begin := time.Now()
			if err := posting(t, f.quiet, map[string]any{"dataset_id": "ecommerce", "question": q.Question, "fresh": true})(); err != nil {
				t.Fatal(err)
			}
			h.add(time.Since(begin))
		}
	}
	quiet(&histogram{}) // to warm up
	quiet(alone)
	ctx, stop := context.WithCancel(t.Context())
	var flood sync.WaitGroup
	var accepted, refused atomic.Int64
	for range 8 {
		flood.Go(func() {
			for ctx.Err() == nil {
				err := f.loud.call(ctx, http.MethodPost, "/api/v1/runs", map[string]any{"dataset_id": "shop", "sql": "SELECT count(*) AS n FROM shop", "fresh": true}, nil)
				if err == nil {
					accepted.Add(1)
					continue
				}
				refused.Add(1)
				_ = pause(ctx, 100*time.Millisecond) // it was told to come back later than that
			}
		})
	}
	quiet(beside)
	stop()
	flood.Wait()
	printHeader("an organisation that asks one question at a time, alone and beside one that floods")
	fmt.Fprintf(os.Stdout, "  alone   %v, p95 %.1f ms\n  beside  %v, p95 %.1f ms: %.2fx (the other: %d accepted, %d refused)\n",
		alone, alone.at(.95), beside, beside.at(.95), beside.at(.95)/alone.at(.95), accepted.Load(), refused.Load())
}

// flooding are two organisations of one Leo.
type flooding struct{ quiet, loud *testLeo }

func flooded(t *testing.T) flooding {
	t.Helper()
	dir := t.TempDir()
	token := func(org string) string {
		var out, errs bytes.Buffer
		args := []string{"token", "create", "--data-dir", dir, "--org", org, "--role", "admin"}
		if program(t.Context(), args, stdio{in: strings.NewReader(""), out: &out, err: &errs}) != 0 {
			t.Fatal(errs.String())
		}
		return strings.TrimSpace(out.String())
	}
	quiet, loud := token("local"), token("loud")
	l := launch(t, dir, func(c *config.Config) {
		c.Auth, c.RatePerSecond, c.RateBurst, c.MaxInFlight, c.MaxInFlightOrg = "token", 100_000, 100_000, 400, 400
	})
	t.Cleanup(l.stop)
	other := *l
	l.token, other.token = quiet, loud
	if code, _, errs := other.cli(t, "dataset", "add", "--id", "shop", csvFile(t, "shop.csv", []byte("a\n1\n2\n")), "--token", loud); code != 0 {
		t.Fatal(errs)
	}
	return flooding{quiet: l, loud: &other}
}
