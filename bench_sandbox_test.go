package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/sandboxd/pool"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// bench is one statement over one prepared dataset, and the executors.
type bench struct {
	sql, csvs, prepared, frames, runner string
	files                               []protocol.IngestFile
	native, docker                      *pool.Pool
	nativeCold, dockerCold              executor.Executor
	image                               string
}

func newBench(t *testing.T, sql string) *bench {
	t.Helper()
	b := &bench{
		sql: sql, csvs: datasetstest.CSVs(t, "ecommerce"), runner: executortest.RunnerBinary(t),
		files: []protocol.IngestFile{{Name: "orders.csv", Table: "orders"}, {Name: "order_items.csv", Table: "order_items"}, {Name: "inventory.csv", Table: "inventory"}},
	}
	b.prepared = executortest.PreparedFrom(t, b.csvs, b.files)
	var python *rootfs.Root
	if _, err := os.Stat("bin/leo-python.tar"); err == nil {
		if python, err = rootfs.Open("bin/leo-python.tar"); err != nil {
			t.Fatal(err)
		}
	}
	log := executortest.Logger()
	n, err := native.New(native.Options{Runner: b.runner, Python: python, PythonDir: t.TempDir(), Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	b.nativeCold = n
	b.native = poolOf(t, n)
	d, err := docker.New(docker.Options{Runner: b.runner, Python: python, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	if d.Ping(t.Context()) == nil {
		refs, err := d.Images(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b.image, b.dockerCold, b.docker = refs[0], d, poolOf(t, d)
	}
	if python != nil {
		b.frames = b.exportFrames(t)
	}
	return b
}

func poolOf(t *testing.T, e executor.Executor) *pool.Pool {
	t.Helper()
	p, err := pool.New(e, pool.Config{}, executortest.Logger())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (b *bench) close(t *testing.T) {
	t.Helper()
	err := b.native.Close(context.Background())
	if b.docker != nil {
		err = errors.Join(err, b.docker.Close(context.Background()))
	}
	if err != nil {
		t.Error(err)
	}
}

// exportFrames makes the columnar copy and returns its directory.
func (b *bench) exportFrames(t *testing.T) string {
	t.Helper()
	out := t.TempDir()
	spec := executor.Spec{Mode: protocol.Frames, DataDir: b.prepared, OutDir: out}
	if err := serveOnce(b.nativeCold, spec, protocol.Request{ID: "frames", QueryType: protocol.Frames}); err != nil {
		t.Fatal(err)
	}
	return out
}

func (b *bench) request() protocol.Request {
	return protocol.Request{
		ID: "bench", QueryType: protocol.SQL, Statement: b.sql, Tables: []string{"orders", "order_items", "inventory"},
		TimeoutMS: 30_000, MaxRows: 200, MaxOutputBytes: 8 << 20,
	}
}

func (b *bench) spec() executor.Spec { return executor.Spec{Mode: protocol.SQL, DataDir: b.prepared} }

// cold is how a pool prepares for a run that is already waiting.
func (b *bench) cold() executor.Spec {
	spec := b.spec()
	spec.Urgent = true
	return spec
}

// serveOnce is the whole life of a sandbox but for its end.
func serveOnce(e executor.Executor, spec executor.Spec, req protocol.Request) error {
	box, err := e.Prepare(context.Background(), spec)
	if err != nil {
		return err
	}
	_, _, err = box.Run(context.Background(), req)
	go func() { _ = box.Destroy(context.Background()) }() // nobody waits for it
	return err
}

// warm is a contender that takes what a pool has ready.
func warm(t *testing.T, name string, p *pool.Pool, spec executor.Spec, req protocol.Request) *contender {
	t.Helper()
	return &contender{
		name: name,
		before: func() {
			p.Warm(spec)
			settle(t, func() bool { return p.Idle() > 0 })
		},
		once: func() error { return serveOnce(p, spec, req) },
	}
}

// settle waits for a condition and then for the machine to be done with it.
func settle(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		<-again.C
		if holds() {
			<-again.C
			return
		}
		select {
		case <-deadline:
			t.Fatal("the pool does not fill")
		default:
		}
	}
}

func (b *bench) sandboxes(t *testing.T) []*contender {
	t.Helper()
	list := []*contender{
		b.inProcess(t),
		warm(t, "native sandbox, warm", b.native, b.spec(), b.request()),
		{name: "native sandbox, cold", once: func() error { return serveOnce(b.nativeCold, b.cold(), b.request()) }},
	}
	if b.docker != nil {
		list = append(
			list,
			warm(t, "Docker sandbox, warm", b.docker, b.spec(), b.request()),
			&contender{name: "Docker sandbox, cold (SDK, prepared file)", once: func() error { return serveOnce(b.dockerCold, b.cold(), b.request()) }},
			&contender{name: "docker run per query, CSV loaded each time", once: func() error {
				return dockerRun(t, b.image, b.runner, b.csvs, b.files, b.sql)
			}},
		)
	}
	return list
}

// inProcess is DuckDB without anything around it: what it measured itself counts.
func (b *bench) inProcess(t *testing.T) *contender {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), executortest.InProcessBinary(t), b.prepared)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	lines := bufio.NewReader(out)
	var took int64
	return &contender{
		name: "DuckDB in process, file open",
		once: func() error {
			if _, err := io.WriteString(in, strings.Join(strings.Fields(b.sql), " ")+"\n"); err != nil {
				return err
			}
			var rows int
			_, err := fmt.Fscan(lines, &took, &rows)
			return err
		},
		own: func() float64 { return float64(took) / 1e6 },
	}
}

func printSandboxes(list []*contender) {
	printHeader("one statement over the same data")
	for _, c := range list {
		c.print()
	}
	base := median(list[0].ms)
	fmt.Fprintln(os.Stdout)
	fmt.Fprintf(os.Stdout, "  native warm is %.1f ms slower than in process, and cold takes %.1f × warm\n", median(list[1].ms)-base, median(list[2].ms)/median(list[1].ms))
	if len(list) > 3 {
		w := median(list[3].ms)
		fmt.Fprintf(os.Stdout, "  Docker warm is %.1f ms slower than in process; a cold one takes %.1f ×, docker run with CSV %.0f × as long\n",
			w-base, median(list[4].ms)/w, median(list[5].ms)/w)
		fmt.Fprintf(os.Stdout, "  docker run with CSV takes %.0f × as long as native warm, a cold Docker sandbox %.1f ×\n",
			median(list[5].ms)/median(list[1].ms), median(list[4].ms)/median(list[1].ms))
	}
}

func (b *bench) pythons(t *testing.T) []*contender {
	t.Helper()
	if b.frames == "" {
		fmt.Fprintln(os.Stdout, "\nno bin/leo-python.tar: Python is not measured")
		return nil
	}
	spec := executor.Spec{Mode: protocol.Python, DataDir: b.frames}
	req := protocol.Request{
		ID: "bench", QueryType: protocol.Python, TimeoutMS: 30_000, MaxRows: 200, MaxOutputBytes: 8 << 20,
		Statement: "result = orders.groupby('status')['total'].agg(['count', 'sum']).sort_values('sum')",
	}
	list := []*contender{
		warm(t, "Python, native sandbox, warm", b.native, spec, req),
		{name: "Python, native sandbox, cold", once: func() error { return serveOnce(b.nativeCold, spec, req) }},
	}
	if b.docker != nil {
		list = append(
			list,
			warm(t, "Python, Docker sandbox, warm", b.docker, spec, req),
			&contender{name: "Python, Docker sandbox, cold", once: func() error { return serveOnce(b.dockerCold, spec, req) }},
		)
	}
	// The idle SQL sandboxes of before must not count as ready ones.
	for _, p := range []*pool.Pool{b.native, b.docker} {
		if p != nil {
			p.Drop(b.prepared)
			settle(t, func() bool { return p.Idle() == 0 })
		}
	}
	return list
}

func printPythons(list []*contender) {
	printHeader("pandas over the same data")
	for _, c := range list {
		c.print()
	}
	fmt.Fprintln(os.Stdout)
	for i := 0; i < len(list); i += 2 {
		fmt.Fprintf(os.Stdout, "  %s takes %.0f × as long as warm\n", list[i+1].name, median(list[i+1].ms)/median(list[i].ms))
	}
}

// sustained runs as many statements as it can for a while.
func (b *bench) sustained(t *testing.T) {
	t.Helper()
	const workers, span = 4, 8 * time.Second
	fmt.Fprintf(os.Stdout, "\nsustained, %d workers for %v\n", workers, span)
	for _, c := range []struct {
		name string
		pool *pool.Pool
	}{{"native", b.native}, {"Docker", b.docker}} {
		if c.pool == nil {
			continue
		}
		var runs, warmRuns atomic.Int64
		idleBefore := cpuIdle()
		ctx, cancel := context.WithTimeout(t.Context(), span)
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				for ctx.Err() == nil {
					box, err := c.pool.Prepare(ctx, b.spec())
					if err != nil {
						continue
					}
					_, stats, err := box.Run(ctx, b.request())
					_ = box.Destroy(context.Background())
					if err == nil {
						runs.Add(1)
						if stats.Warm {
							warmRuns.Add(1)
						}
					}
				}
			})
		}
		wg.Wait()
		cancel()
		perSecond := float64(runs.Load()) / span.Seconds()
		fmt.Fprintf(os.Stdout, "  %-8s %6.1f runs/s, %2.0f %% warm, CPU %2.0f %% busy\n", c.name, perSecond,
			100*float64(warmRuns.Load())/max(1, float64(runs.Load())), 100*(1-(cpuIdle()-idleBefore)/(span.Seconds()*float64(runtime.NumCPU()))))
	}
	fmt.Fprintln(os.Stdout, "  what bounds it is preparing the next sandbox: a run itself costs a few milliseconds")
}

// lateness is how long after a deadline its fault arrives.
func (b *bench) lateness(t *testing.T) {
	t.Helper()
	const budget = 300
	req := b.request()
	req.TimeoutMS = budget
	req.Statement = "SELECT sum(a.total * b.total) AS s FROM orders AS a, orders AS b"
	fmt.Fprintf(os.Stdout, "\nfrom the deadline (%d ms) to the fault\n", budget)
	for _, c := range []struct {
		name string
		pool *pool.Pool
	}{{"native", b.native}, {"Docker", b.docker}} {
		if c.pool == nil {
			continue
		}
		var late []float64
		for range 10 {
			box, err := c.pool.Prepare(t.Context(), b.spec())
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, _, err = box.Run(t.Context(), req)
			late = append(late, float64(time.Since(began).Microseconds())/1000-budget)
			if fault.CodeOf(err) != fault.Timeout {
				t.Errorf("the statement ended with %v", err)
			}
			_ = box.Destroy(t.Context())
		}
		fmt.Fprintf(os.Stdout, "  %-8s p50 %.0f ms, at most %.0f ms\n", c.name, median(late), percentile(late, 99))
	}
}

// cpuIdle is the seconds all CPUs together have been idle.
func cpuIdle() float64 {
	data, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	var name string
	var user, nice, system, idle, wait float64
	_, _ = fmt.Sscan(string(data), &name, &user, &nice, &system, &idle, &wait)
	return (idle + wait) / 100
}
