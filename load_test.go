package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/run"
)

var loadReport = flag.Bool("load-report", false, "print the load report") //nolint:gochecknoglobals // a test flag

// TestLoad prints what questions, workers, organisations and people who watch cost,
// as docs/capacity.md uses it. It judges nothing: read the ratios.
func TestLoad(t *testing.T) {
	if !*loadReport {
		t.Skip("printed by make load")
	}
	t.Run("questions", loadQuestions)
	t.Run("separate", loadSeparate)
	t.Run("workers", loadWorkers)
	t.Run("flood", loadFlood)
	t.Run("streams", loadStreams)
}

// histogram holds latencies.
type histogram struct {
	mu sync.Mutex // guards all
	ms []float64
}

func (h *histogram) add(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ms = append(h.ms, float64(d.Microseconds())/1000)
}

// at is the latency, in milliseconds, that a share q of all is not above.
func (h *histogram) at(q float64) float64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ms) == 0 {
		return 0
	}
	slices.Sort(h.ms)
	return h.ms[min(len(h.ms)-1, int(q*float64(len(h.ms))))]
}

func (h *histogram) String() string {
	return fmt.Sprintf("p50 %.1f ms, p99 %.1f ms, of %d", h.at(.5), h.at(.99), len(h.ms))
}

// openLoop calls once at a steady rate whatever becomes of the calls before, as
// people do, and counts a call from when it was due.
func openLoop(ctx context.Context, perSecond float64, span time.Duration, once func(i int) error) (*histogram, []error) {
	var h histogram
	var mu sync.Mutex
	var failed []error
	var calls sync.WaitGroup
	begin := time.Now()
	for i := range int(perSecond * span.Seconds()) {
		due := begin.Add(time.Duration(float64(i) / perSecond * float64(time.Second)))
		if pause(ctx, time.Until(due)) != nil {
			break
		}
		calls.Go(func() {
			if err := once(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, err)
				return
			}
			h.add(time.Since(due))
		})
	}
	calls.Wait()
	return &h, failed
}

// cpuTime is what this process and the children it waited for have used.
func cpuTime() time.Duration {
	var sum time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return sum
}

// loadQuestions compares a question that is computed with one whose result is kept,
// and both with the log alone.
func loadQuestions(t *testing.T) {
	t.Helper()
	const rounds, computed, found = 5, 10, 100
	q := datasetstest.Questions(t, "ecommerce")[1]
	l := start(t, func(c *config.Config) { c.RatePerSecond, c.RateBurst = 100_000, 100_000 })
	anew := map[string]any{"dataset_id": "ecommerce", "question": q.Question, "fresh": true}
	again := map[string]any{"dataset_id": "ecommerce", "question": q.Question}
	hop := bustest.Hops(t, 3)
	var cpu [2]time.Duration
	var whole [2]histogram
	var over [2]histogram
	var hops histogram
	for round := range rounds + 1 {
		for kind, n := range []int{computed, found} {
			body := []map[string]any{anew, again}[kind]
			ids := make([]string, n)
			took := make([]time.Duration, n)
			before := cpuTime()
			for i := range n {
				begin := time.Now()
				ids[i] = l.answered(t, body)
				took[i] = time.Since(begin)
			}
			used := cpuTime() - before
			if round == 0 {
				continue // to warm up
			}
			cpu[kind] += used
			for i, id := range ids {
				whole[kind].add(took[i])
				over[kind].add(took[i] - l.inSandbox(t, id))
			}
		}
		for range found {
			begin := time.Now()
			hop()
			if round > 0 {
				hops.add(time.Since(begin))
			}
		}
	}
	each := []float64{cpu[0].Seconds() * 1000 / (rounds * computed), cpu[1].Seconds() * 1000 / (rounds * found)}
	printHeader("one question after another, all in this process, the client as well")
	fmt.Fprintf(os.Stdout, "  computed  %v; CPU %.1f ms each\n", &whole[0], each[0])
	fmt.Fprintf(os.Stdout, "  found     %v; CPU %.1f ms each: %.1fx cheaper\n", &whole[1], each[1], each[0]/each[1])
	fmt.Fprintf(os.Stdout, "  three bare hops   %v (p50 %.3f)\n", &hops, hops.at(.5))
	fmt.Fprintf(os.Stdout, "  computed, without the sandbox  %v: %.1fx three hops\n", &over[0], over[0].at(.5)/hops.at(.5))
	fmt.Fprintf(os.Stdout, "  found     %.1fx three hops\n", over[1].at(.5)/hops.at(.5))

	events, size := 0, 0
	if err := l.lines(t.Context(), "/api/v1/audit/events", func(line []byte) error {
		events, size = events+1, size+len(line)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	runs := (rounds + 1) * (computed + found)
	fmt.Fprintf(os.Stdout, "  the log   %.1f events and %.1f KB a question\n", float64(events)/float64(runs), float64(size)/float64(runs)/1024)

	printHeader("questions that arrive whether or not the ones before are answered")
	for _, step := range []struct {
		name string
		body map[string]any
		rate float64
	}{{"computed", anew, 2}, {"computed", anew, 6}, {"computed", anew, 12}, {"found", again, 20}, {"found", again, 120}, {"found", again, 300}} {
		h, failed := openLoop(t.Context(), step.rate, 10*time.Second, func(int) error { return posting(t, l, step.body)() })
		fmt.Fprintf(os.Stdout, "  %-9s %4.0f/s  %v, %d failed\n", step.name, step.rate, h, len(failed))
		for _, err := range failed[:min(len(failed), 1)] {
			fmt.Fprintf(os.Stdout, "            %v\n", err)
		}
	}
}

// answered posts a run, waits for its answer and returns its id.
func (l *testLeo) answered(t *testing.T, body map[string]any) string {
	t.Helper()
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
		t.Fatal(err)
	}
	last := ""
	if err := l.watch(t.Context(), accepted.RunID, func(name string, _ []byte) error { last = name; return nil }); err != nil || last != "answered" {
		t.Fatalf("the run ended as %s, %v", last, err)
	}
	return accepted.RunID
}

// inSandbox is how long a run waited for a sandbox and was in it.
func (l *testLeo) inSandbox(t *testing.T, id string) time.Duration {
	t.Helper()
	var c run.Capsule
	if err := l.call(t.Context(), http.MethodGet, "/api/v1/runs/"+id, nil, &c); err != nil {
		t.Fatal(err)
	}
	return time.Duration((c.Stats.Timings.PrepareMS + c.Stats.Timings.ExecMS) * float64(time.Millisecond))
}
