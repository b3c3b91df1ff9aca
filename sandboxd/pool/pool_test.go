package pool_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/pool"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// The tests of this file run in virtual time over workshop, an executor whose
// sandboxes are nothing but their life cycle: what a pool decides depends on
// nothing else. pool_native_test.go runs it over real sandboxes.

// pass lets virtual time pass.
func pass(d time.Duration) { <-time.After(d) }

const prepareTime = 100 * time.Millisecond

func newPool(t *testing.T, cfg pool.Config) (*pool.Pool, *workshop) {
	t.Helper()
	w := &workshop{}
	p, err := pool.New(w, cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return p, w
}

func closePool(t *testing.T, p *pool.Pool, w *workshop) {
	t.Helper()
	if err := p.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if left := w.alive(); len(left) != 0 || !w.closed {
		t.Errorf("after Close there are %v, executor closed: %v", left, w.closed)
	}
}

func sqlSpec(dir string) executor.Spec { return executor.Spec{Mode: protocol.SQL, DataDir: dir} }

// serve runs one request from begin to end and says whether it was warm.
func serve(t *testing.T, p *pool.Pool, spec executor.Spec) (id string, warm bool) {
	t.Helper()
	b, err := p.Prepare(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	_, stats, err := b.Run(t.Context(), protocol.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Run(t.Context(), protocol.Request{}); !errors.Is(err, executor.ErrUsed) {
		t.Errorf("a second run got %v", err)
	}
	if err := b.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
	if stats.Warm != (stats.Prepare == 0) {
		t.Errorf("warm is %v after waiting %v", stats.Warm, stats.Prepare)
	}
	return b.ID(), stats.Warm
}

func TestTheSecondRunIsWarmAndNoSandboxServesTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		defer closePool(t, p, w)
		var served []string
		for i := range 10 {
			id, warm := serve(t, p, sqlSpec("/a"))
			if warm != (i > 0) {
				t.Errorf("run %d: warm is %v", i, warm)
			}
			served = append(served, id)
			pass(time.Second)
		}
		slices.Sort(served)
		if len(slices.Compact(served)) != 10 {
			t.Errorf("a sandbox served twice: %v", served)
		}
		if got := w.alive()["/a"]; got != 1 {
			t.Errorf("%d are idle under one run at a time, want 1", got)
		}
	})
}

func TestDepthFollowsDemandAndIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{MaxIdle: 20, MaxPerSpec: 6, Parallel: 4})
		defer closePool(t, p, w)
		burst := func(n int) (warm int) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			for range n {
				wg.Go(func() {
					if _, hit := serve(t, p, sqlSpec("/a")); hit {
						mu.Lock()
						defer mu.Unlock()
						warm++
					}
				})
			}
			wg.Wait()
			return warm
		}
		for range 5 {
			burst(5)
			pass(2 * time.Second)
		}
		if warm := burst(5); warm != 5 {
			t.Errorf("%d of the last 5 were warm", warm)
		}
		pass(2 * time.Second)
		if got := w.alive()["/a"]; got < 5 || got > 6 {
			t.Errorf("%d are idle after bursts of 5 with a ceiling of 6", got)
		}
		pass(5 * time.Minute)
		if got := w.alive()["/a"]; got != 1 {
			t.Errorf("%d are idle five minutes later, want 1", got)
		}
		pass(time.Hour)
		if got := w.alive(); len(got) != 0 {
			t.Errorf("%v are idle an hour later", got)
		}
	})
}

func TestOldSandboxesAreReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{MaxAge: 5 * time.Minute, IdleTTL: 24 * time.Hour})
		defer closePool(t, p, w)
		p.Warm(sqlSpec("/a"))
		pass(time.Hour)
		if made := w.total(); made < 10 || made > 13 {
			t.Errorf("%d were made in an hour of five minutes each", made)
		}
		if got := w.alive()["/a"]; got != 1 {
			t.Errorf("%d are idle", got)
		}
	})
}

func TestCeilingsHoldAndTheLeastUsedYields(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{MaxIdle: 3})
		defer closePool(t, p, w)
		for i := range 6 {
			serve(t, p, sqlSpec(fmt.Sprintf("/%d", i)))
			pass(time.Second)
		}
		got := w.alive()
		if len(got) != 3 || got["/3"]+got["/4"]+got["/5"] != 3 {
			t.Errorf("idle are %v, want the last three", got)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{MaxIdle: 100, MaxIdleBytes: 100 << 20})
		defer closePool(t, p, w)
		for i := range 10 {
			p.Warm(sqlSpec(fmt.Sprintf("/%d", i)))
		}
		pass(time.Minute)
		if n := len(w.alive()); n != 4 {
			t.Errorf("%d estimated 24 MiB are idle below 100 MiB", n)
		}
	})
}

func TestTheMemoryCeilingHoldsForWhatIsMeasured(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{MaxIdle: 100, MaxIdleBytes: 1 << 30, Parallel: 4})
		defer closePool(t, p, w)
		w.size = 400 << 20
		for i := range 8 {
			serve(t, p, sqlSpec(fmt.Sprintf("/%d", i)))
			pass(time.Second)
			if n := len(w.alive()); n > 2 {
				t.Fatalf("%d of 400 MiB are idle below 1 GiB", n)
			}
		}
		if got := w.alive(); got["/7"] != 1 {
			t.Errorf("idle are %v, not the last one used", got)
		}
	})
}

func TestRoomIsMadeOnlyWhereItIsEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{MaxIdleBytes: 90 << 20})
		defer closePool(t, p, w)
		for i := range 3 {
			serve(t, p, sqlSpec(fmt.Sprintf("/%d", i)))
			pass(time.Second)
		}
		python := sqlSpec("/p")
		python.Mode = protocol.Python // which is taken to need more than there is
		serve(t, p, python)
		pass(time.Second)
		if got := w.alive(); len(got) != 3 || got["/p"] != 0 {
			t.Errorf("idle are %v, want the three that fit", got)
		}
	})
}

func TestSpecsDoNotMix(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		defer closePool(t, p, w)
		small := sqlSpec("/a")
		small.Limits.Memory = 128 << 20
		serve(t, p, sqlSpec("/a"))
		pass(time.Second)
		if _, warm := serve(t, p, small); warm {
			t.Error("a run with other limits got a sandbox with the default ones")
		}
		explicit := sqlSpec("/a")
		explicit.Limits = executor.DefaultLimits(protocol.SQL)
		if _, warm := serve(t, p, explicit); !warm {
			t.Error("spelling out the defaults is another spec")
		}
		python := sqlSpec("/a")
		python.Mode = protocol.Python
		if _, warm := serve(t, p, python); warm {
			t.Error("Python got an SQL sandbox")
		}
		ingest := executor.Spec{Mode: protocol.Ingest, DataDir: "/a", OutDir: "/b"}
		for range 2 {
			if _, warm := serve(t, p, ingest); warm {
				t.Error("an ingest was warm")
			}
		}
	})
}

func TestADroppedVersionIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		defer closePool(t, p, w)
		serve(t, p, sqlSpec("/old"))
		serve(t, p, sqlSpec("/new"))
		pass(time.Second)
		used, err := p.Prepare(t.Context(), sqlSpec("/old"))
		if err != nil {
			t.Fatal(err)
		}
		p.Drop("/old")
		pass(time.Minute)
		if got := w.alive(); got["/old"] != 1 || got["/new"] != 1 {
			t.Errorf("idle or in use are %v; the one in use must stay", got)
		}
		if _, _, err := used.Run(t.Context(), protocol.Request{}); err != nil {
			t.Error(err)
		}
		if err := used.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestADeadIdleSandboxIsReplacedAndNeverHandedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		defer closePool(t, p, w)
		p.Warm(sqlSpec("/a"))
		pass(time.Second)
		w.last().end()
		if id, warm := serve(t, p, sqlSpec("/a")); warm || id == "box-0" {
			t.Errorf("got %s, warm: %v", id, warm)
		}
		pass(10 * time.Second)
		w.last().end()
		pass(10 * time.Second)
		if got := w.alive()["/a"]; got == 0 {
			t.Error("nothing replaced the sandbox that died")
		}
	})
}

func TestWhatCannotBePreparedIsTriedEverMoreSeldom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{IdleTTL: 24 * time.Hour})
		defer closePool(t, p, w)
		w.mu.Lock()
		w.broken = fault.New(fault.Internal, "The prepared dataset cannot be opened.")
		w.mu.Unlock()
		if _, err := p.Prepare(t.Context(), sqlSpec("/a")); fault.CodeOf(err) != fault.Internal {
			t.Errorf("an inline preparation failed with %v", err)
		}
		pass(10 * time.Minute)
		w.mu.Lock()
		w.broken = nil
		tries := w.tries
		w.mu.Unlock()
		if tries < 10 || tries > 20 {
			t.Errorf("%d tries in ten minutes, want a few fast ones and then one a minute", tries)
		}
		pass(2 * time.Minute)
		if got := w.alive()["/a"]; got != 1 {
			t.Errorf("%d are idle two minutes after it works again", got)
		}
	})
}

func TestRunsInABurstShareWhatIsBeingPrepared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		defer closePool(t, p, w)
		p.Warm(sqlSpec("/a"))
		pass(prepareTime / 2)
		began := time.Now()
		if _, warm := serve(t, p, sqlSpec("/a")); warm {
			t.Error("a run that waited was warm")
		}
		if took := time.Since(began); took != prepareTime/2 {
			t.Errorf("it took %v, want what was left of the preparation", took)
		}
		// One that gives up while it waits leaves nothing behind.
		pass(time.Second)
		p.Drop("/a")
		p.Warm(sqlSpec("/a"))
		pass(prepareTime / 2)
		ctx, cancel := context.WithTimeout(t.Context(), prepareTime/4)
		defer cancel()
		if _, err := p.Prepare(ctx, sqlSpec("/a")); fault.CodeOf(err) != fault.Cancelled {
			t.Errorf("giving up got %v", err)
		}
		pass(time.Second)
		if got := w.alive()["/a"]; got < 1 || got > 2 {
			t.Errorf("%d are idle", got)
		}
	})
}

func TestPreparingYieldsToARunInProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{Yield: 50 * time.Millisecond})
		defer closePool(t, p, w)
		p.Warm(sqlSpec("/a"))
		pass(time.Second)
		b, err := p.Prepare(t.Context(), sqlSpec("/a"))
		if err != nil {
			t.Fatal(err)
		}
		busyAt := func() int {
			synctest.Wait()
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.preparing
		}
		pass(40 * time.Millisecond)
		if n := busyAt(); n != 0 {
			t.Errorf("%d are being prepared beside a short run", n)
		}
		pass(20 * time.Millisecond)
		if n := busyAt(); n != 1 {
			t.Errorf("%d are being prepared beside a long run", n)
		}
		if err := b.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestPreparingYieldsToTellingAResult ends a run long before the keeper would stop
// waiting for it.
func TestPreparingYieldsToTellingAResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{Yield: 50 * time.Millisecond})
		defer closePool(t, p, w)
		p.Warm(sqlSpec("/a"))
		pass(time.Second)
		b, err := p.Prepare(t.Context(), sqlSpec("/a"))
		if err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Millisecond)
		if err := b.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
		for _, step := range []struct {
			after time.Duration
			want  int
		}{{15 * time.Millisecond, 0}, {10 * time.Millisecond, 1}} {
			pass(step.after)
			w.mu.Lock()
			if w.preparing != step.want {
				t.Errorf("%s later %d are being prepared, want %d", step.after, w.preparing, step.want)
			}
			w.mu.Unlock()
		}
	})
}

func TestAfterCloseThereIsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		used, err := p.Prepare(t.Context(), sqlSpec("/a"))
		if err != nil {
			t.Fatal(err)
		}
		p.Warm(sqlSpec("/b"))
		pass(prepareTime / 2) // in the middle of a preparation
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := used.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := p.Prepare(t.Context(), sqlSpec("/a")); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("a closed pool prepared: %v", err)
		}
		closePool(t, p, w)
	})
}

func TestTheFiguresCountWhatHappened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, w := newPool(t, pool.Config{})
		defer closePool(t, p, w)
		for range 3 {
			serve(t, p, sqlSpec("/a"))
			pass(time.Second)
		}
		registry := prometheus.NewPedanticRegistry()
		registry.MustRegister(p)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, f := range families {
			for _, m := range f.GetMetric() {
				name := f.GetName()
				for _, l := range m.GetLabel() {
					if l.GetName() != "executor" {
						name += " " + l.GetValue()
					}
				}
				got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
		for name, want := range map[string]float64{
			"leo_sandbox_takes_total sql hit": 2, "leo_sandbox_takes_total sql miss": 1,
			"leo_sandbox_prepare_seconds sql inline": 1, "leo_sandbox_prepare_seconds sql ahead": 3,
			"leo_sandbox_destroy_seconds sql": 3, "leo_sandbox_idle sql": 1,
		} {
			if got[name] != want {
				t.Errorf("%s is %v, want %v (all: %v)", name, got[name], want, got)
			}
		}
	})
}

func TestBoundsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, cfg := range []pool.Config{{MaxIdle: -1}, {MaxIdleBytes: -1}, {Parallel: -2}, {MaxAge: -time.Second}, {Decay: -1}} {
		if _, err := pool.New(&workshop{}, cfg, slog.New(slog.DiscardHandler)); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
