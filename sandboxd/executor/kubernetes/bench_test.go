package kubernetes_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// times are what took how long.
type times []time.Duration

// at is a quantile, in milliseconds.
func (t times) at(q float64) float64 {
	sorted := slices.Sorted(slices.Values(t))
	return sorted[int(q*float64(len(sorted)-1))].Seconds() * 1000
}

func rows(tb testing.TB) string {
	tb.Helper()
	return executortest.Prepared(tb, map[string]string{"orders": "id,amount\n1,2\n2,3\n"})
}

func total() protocol.Request {
	return protocol.Request{ID: "r", QueryType: protocol.SQL, Statement: "SELECT sum(amount) AS total FROM orders", Tables: []string{"orders"}, MaxRows: 200}
}

// BenchmarkWarmRun runs a statement in a sandbox that waits with its dataset open, in
// Docker and in the cluster, by turns in the same run: ratio is cluster to Docker, of the
// medians.
func BenchmarkWarmRun(b *testing.B) {
	p := newPlace(b)
	runner := executortest.RunnerBinary(b)
	d, err := docker.New(docker.Options{Runner: runner, Logger: executortest.Logger()})
	if err != nil {
		b.Fatal(err)
	}
	executors := []executor.Executor{d, p.factory(b, runner)}
	dir := rows(b)
	took := make([]times, len(executors))
	for i, e := range executors {
		b.Cleanup(func() { _ = e.Close(context.Background()) })
		if _, err := e.Probe(b.Context()); err != nil {
			executortest.Require(b, executors[i].Name(), err)
		}
	}
	for b.Loop() {
		for i, e := range executors {
			s, err := e.Prepare(b.Context(), executor.Spec{Mode: protocol.SQL, DataDir: dir})
			if err != nil {
				b.Fatal(err)
			}
			begin := time.Now()
			if _, _, err := s.Run(b.Context(), total()); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(begin))
			if err := s.Destroy(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(took[0].at(.5), "docker-p50-ms")
	b.ReportMetric(took[1].at(.5), "cluster-p50-ms")
	b.ReportMetric(took[1].at(.95), "cluster-p95-ms")
	b.ReportMetric(took[1].at(.5)/took[0].at(.5), "ratio")
}

// parts collects the durations a log line has.
type parts struct {
	slog.Handler

	mu   sync.Mutex // guards took
	took map[string]times
}

func (p *parts) Enabled(context.Context, slog.Level) bool { return true }

func (p *parts) Handle(_ context.Context, r slog.Record) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		if a.Value.Kind() == slog.KindDuration {
			p.took[a.Key] = append(p.took[a.Key], a.Value.Duration())
		}
		return true
	})
	return nil
}

// BenchmarkColdRun runs a statement in a sandbox made for it, and tells its parts: the
// Job is created, its pod started and attached to, the rest of preparing (the first stage and the
// dataset), the statement, the removal.
func BenchmarkColdRun(b *testing.B) {
	p := newPlace(b)
	log := &parts{Handler: slog.DiscardHandler, took: map[string]times{}}
	opts := p.options(b, executortest.RunnerBinary(b))
	opts.Logger = slog.New(log)
	e := open(b, opts)
	b.Cleanup(func() { _ = e.Close(context.Background()) })
	dir := rows(b)
	if _, err := e.Probe(b.Context()); err != nil {
		b.Fatal(err)
	}
	clear(log.took)
	var prepare, run, destroy, answer times
	for b.Loop() {
		begin := time.Now()
		s, err := e.Prepare(b.Context(), executor.Spec{Mode: protocol.SQL, DataDir: dir, Urgent: true})
		if err != nil {
			b.Fatal(err)
		}
		prepared := time.Now()
		if _, _, err := s.Run(b.Context(), total()); err != nil {
			b.Fatal(err)
		}
		answered := time.Now()
		if err := s.Destroy(b.Context()); err != nil {
			b.Fatal(err)
		}
		prepare = append(prepare, prepared.Sub(begin))
		run, answer, destroy = append(run, answered.Sub(prepared)), append(answer, answered.Sub(begin)), append(destroy, time.Since(answered))
	}
	for name, took := range log.took {
		b.ReportMetric(took.at(.5), name+"-p50-ms")
	}
	b.ReportMetric(prepare.at(.5), "prepare-p50-ms")
	b.ReportMetric(run.at(.5), "run-p50-ms")
	b.ReportMetric(answer.at(.5), "answer-p50-ms")
	b.ReportMetric(answer.at(.95), "answer-p95-ms")
	b.ReportMetric(destroy.at(.5), "destroy-p50-ms")
}

// BenchmarkJobs makes, uses and removes sandboxes, eight at a time, and reports how
// many a second the cluster keeps up with.
func BenchmarkJobs(b *testing.B) {
	p := newPlace(b)
	e := p.factory(b, executortest.RunnerBinary(b))
	b.Cleanup(func() { _ = e.Close(context.Background()) })
	dir := rows(b)
	if _, err := e.Probe(b.Context()); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	work := make(chan struct{})
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range work {
				s, err := e.Prepare(b.Context(), executor.Spec{Mode: protocol.SQL, DataDir: dir, Urgent: true})
				if err != nil {
					b.Error(err)
					continue
				}
				if _, _, err := s.Run(b.Context(), total()); err != nil {
					b.Error(err)
				}
				if err := s.Destroy(b.Context()); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for b.Loop() {
		work <- struct{}{}
	}
	close(work)
	workers.Wait()
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "jobs/s")
}
