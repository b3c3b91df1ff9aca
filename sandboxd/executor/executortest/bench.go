package executortest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// Bench measures cold runs with the real runner, one after the other: medians of
// preparing, running and destroying, in milliseconds. Run it with
// -benchtime=30x.
func Bench(b *testing.B, factory Factory) {
	b.Helper()
	runner := RunnerBinary(b)
	dir := prepareBy(b, runner, map[string]string{"orders": orders(100_000)})
	e := factory(b, runner)
	defer func() { _ = e.Close(context.Background()) }()
	req := query("SELECT city, count(*) AS n, sum(total) AS revenue FROM orders WHERE status <> 'cancelled' GROUP BY city ORDER BY revenue DESC")
	var took [3][]time.Duration
	for i := -3; i < b.N; i++ { // three to warm up
		measured, err := coldRun(b.Context(), e, dir, req)
		if err != nil {
			b.Fatal(err)
		}
		for stage := range took {
			if i >= 0 {
				took[stage] = append(took[stage], measured[stage])
			}
		}
	}
	for stage, name := range []string{"prepare", "run", "destroy"} {
		slices.Sort(took[stage])
		b.ReportMetric(milliseconds(took[stage][len(took[stage])/2]), name+"-p50-ms")
		b.ReportMetric(milliseconds(took[stage][len(took[stage])*95/100]), name+"-p95-ms")
	}
	b.ReportMetric(0, "ns/op") // the mean of everything says nothing
}

func coldRun(ctx context.Context, e executor.Executor, dir string, req protocol.Request) (took [3]time.Duration, err error) {
	began := time.Now()
	s, err := e.Prepare(ctx, executor.Spec{Mode: protocol.SQL, DataDir: dir})
	if err != nil {
		return took, err
	}
	took[0] = time.Since(began)
	began = time.Now()
	_, _, err = s.Run(ctx, req)
	took[1] = time.Since(began)
	began = time.Now()
	if destroyErr := s.Destroy(ctx); err == nil {
		err = destroyErr
	}
	took[2] = time.Since(began)
	return took, err
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// orders is a CSV text of n orders.
func orders(n int) string {
	cities := []string{"Rome", "Oslo", "Lima", "Cairo", "Delhi", "Paris", "Quito", "Tokyo"}
	status := []string{"paid", "shipped", "cancelled", "open"}
	var csv strings.Builder
	csv.WriteString("order_id,city,status,total\n")
	for i := range n {
		fmt.Fprintf(&csv, "%d,%s,%s,%d.%02d\n", i, cities[i*7%len(cities)], status[i*5%len(status)], i*37%500, i%100)
	}
	return csv.String()
}
