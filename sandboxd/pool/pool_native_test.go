package pool_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/pool"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// nativePool is a pool of real sandboxes with the real runner.
func nativePool(t *testing.T, cfg pool.Config) *pool.Pool {
	t.Helper()
	e, err := native.New(native.Options{Runner: executortest.RunnerBinary(t), Logger: executortest.Logger()})
	if err != nil {
		executortest.Require(t, "native", err)
	}
	if _, err := e.Probe(t.Context()); err != nil {
		executortest.Require(t, "native", err)
	}
	p, err := pool.New(e, cfg, executortest.Logger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func numbers(t *testing.T, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("n\n")
	for i := range n {
		fmt.Fprintln(&b, i)
	}
	return executortest.Prepared(t, map[string]string{"numbers": b.String()})
}

func ask(t *testing.T, p *pool.Pool, spec executor.Spec, id, statement string) (*protocol.Response, executor.Stats, error) {
	t.Helper()
	box, err := p.Prepare(t.Context(), spec)
	if err != nil {
		return nil, executor.Stats{}, err
	}
	defer func() {
		if err := box.Destroy(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	return box.Run(t.Context(), protocol.Request{
		ID: id, QueryType: protocol.SQL, Statement: statement, Tables: []string{"numbers"}, TimeoutMS: 5000, MaxRows: 10,
	})
}

// Everybody gets the answer to their own question, over their own dataset, from
// a sandbox nobody else had.
func TestManyAtOnceOverTwoDatasets(t *testing.T) {
	p := nativePool(t, pool.Config{MaxIdle: 6})
	specs := []executor.Spec{{Mode: protocol.SQL, DataDir: numbers(t, 10)}, {Mode: protocol.SQL, DataDir: numbers(t, 20)}}
	var served sync.Map
	var warm, twice atomic.Int64
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 10 {
				which := (worker + i) % 2
				resp, stats, err := ask(t, p, specs[which], fmt.Sprintf("q%d-%d", worker, i), fmt.Sprintf("SELECT count(*) + %d AS n FROM numbers", i))
				if err != nil {
					t.Errorf("%v", err)
					return
				}
				if got, want := fmt.Sprint(resp.Rows[0][0]), fmt.Sprint(10*(which+1)+i); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
				if _, again := served.LoadOrStore(stats.SandboxID, true); again {
					twice.Add(1)
				}
				if stats.Warm {
					warm.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if twice.Load() > 0 {
		t.Errorf("%d sandboxes served twice", twice.Load())
	}
	t.Logf("COUNT 40 runs of 4 workers, %d warm", warm.Load())
}

// After anything that ends a sandbox badly the next run is served normally.
func TestAFailedRunDoesNotConcernTheNext(t *testing.T) {
	p := nativePool(t, pool.Config{})
	spec := executor.Spec{Mode: protocol.SQL, DataDir: numbers(t, 1000)}
	for _, bad := range []struct {
		statement string
		timeout   int
		want      fault.Code
	}{
		{"SELECT sum(a.n * b.n * c.n) AS s FROM numbers AS a, numbers AS b, numbers AS c", 200, fault.Timeout},
		{"SELECT nothing FROM numbers", 1000, fault.Query},
		{"COPY numbers TO '/tmp/x'", 1000, fault.SQLPolicy},
	} {
		box, err := p.Prepare(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = box.Run(t.Context(), protocol.Request{ID: "bad", QueryType: protocol.SQL, Statement: bad.statement, Tables: []string{"numbers"}, TimeoutMS: bad.timeout, MaxRows: 10})
		if fault.CodeOf(err) != bad.want {
			t.Errorf("%s: %v, want %s", bad.statement, err, bad.want)
		}
		if err := box.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
		resp, _, err := ask(t, p, spec, "good", "SELECT max(n) AS m FROM numbers")
		if err != nil || fmt.Sprint(resp.Rows) != "[[999]]" {
			t.Errorf("after %s: %v, %v", bad.statement, resp, err)
		}
	}
}

// What a run has used is destroyed in the background and replaced.
func TestAUsedSandboxIsDestroyedAndReplaced(t *testing.T) {
	p := nativePool(t, pool.Config{})
	spec := executor.Spec{Mode: protocol.SQL, DataDir: numbers(t, 10)}
	p.Warm(spec)
	waitFor(t, func() bool { return p.Idle() == 1 })
	box, err := p.Prepare(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := box.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
	select {
	case <-box.Done():
	case <-time.After(10 * time.Second):
		t.Error("the sandbox that was given up still runs")
	}
	waitFor(t, func() bool { return p.Idle() == 1 })
	if _, stats, err := ask(t, p, spec, "q", "SELECT 1 AS one"); err != nil || !stats.Warm {
		t.Errorf("warm: %v, %v", stats.Warm, err)
	}
}

func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-again.C:
		case <-deadline:
			t.Fatal("it does not come about")
		}
	}
}
