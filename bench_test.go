package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/config"
)

var benchReport = flag.Bool("bench-report", false, "print the benchmark report") //nolint:gochecknoglobals // a test flag

// benchRounds is how often each contender is timed; they take turns, so that a
// machine that changes its speed changes it for all.
const benchRounds = 15

// contender is one way to get from a question to its rows.
type contender struct {
	name string
	once func() error
	ms   []float64
}

// TestBench prints how long a question takes against the obvious other ways to
// run its SQL. It judges nothing: read the ratios, not the milliseconds.
func TestBench(t *testing.T) {
	if !*benchReport {
		t.Skip("printed by make bench")
	}
	q := datasetstest.Questions(t, "ecommerce")[1]
	csvs := datasetstest.CSVs(t, "ecommerce")
	runner := executortest.RunnerBinary(t)
	files := []protocol.IngestFile{{Name: "orders.csv", Table: "orders"}, {Name: "order_items.csv", Table: "order_items"}, {Name: "inventory.csv", Table: "inventory"}}
	prepared := executortest.PreparedFrom(t, csvs, files)

	contenders := []*contender{
		{name: "bare runner, fork+exec, prepared data, no sandbox", once: func() error { return bareRunner(t, runner, prepared, q.SQL) }},
		{name: "question → answer over HTTP, native sandbox", once: asking(t, start(t, nil), q.Question)},
	}
	if exec.Command("docker", "info").Run() == nil {
		contenders = append(
			contenders,
			&contender{name: "question → answer over HTTP, Docker sandbox", once: asking(t, start(t, func(c *config.Config) { c.Executor = "docker" }), q.Question)},
			&contender{name: "docker run per query, CSV loaded each time", once: func() error { return dockerRun(t, runner, csvs, files, q.SQL) }},
		)
	}
	for _, c := range contenders {
		if err := c.once(); err != nil { // warm-up, not counted
			t.Fatalf("%s: %v", c.name, err)
		}
	}
	for range benchRounds {
		for _, c := range contenders {
			began := time.Now()
			if err := c.once(); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			c.ms = append(c.ms, float64(time.Since(began).Microseconds())/1000)
		}
	}
	printReport(contenders)
	hopAndReplay(t)
}

// printReport prints medians and ratios to each baseline.
func printReport(contenders []*contender) {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(os.Stdout, "%d CPUs, load %s\n\n", runtime.NumCPU(), strings.TrimSpace(string(load)))
	fmt.Fprintf(os.Stdout, "%-55s %9s %9s %9s  %s\n", "", "median ms", "min", "max", "× bare runner")
	base := median(contenders[0].ms)
	for _, c := range contenders {
		fmt.Fprintf(os.Stdout, "%-55s %9.1f %9.1f %9.1f  %.2f\n", c.name, median(c.ms), slices.Min(c.ms), slices.Max(c.ms), median(c.ms)/base)
	}
	if len(contenders) == 4 {
		naive := median(contenders[3].ms)
		fmt.Fprintf(os.Stdout, "\ndocker run per query takes %.1f × native and %.1f × Docker question → answer\n", naive/median(contenders[1].ms), naive/median(contenders[2].ms))
	}
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// asking asks one question through HTTP and waits for its answer.
func asking(t *testing.T, l *testLeo, question string) func() error {
	t.Helper()
	body := map[string]any{"dataset_id": "ecommerce", "question": question}
	return func() error {
		var accepted struct {
			RunID string `json:"run_id"`
		}
		if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
			return err
		}
		last := ""
		err := l.watch(t.Context(), accepted.RunID, func(name string, _ []byte) error { last = name; return nil })
		if err == nil && last != "answered" {
			err = fmt.Errorf("the run ended as %s", last)
		}
		return err
	}
}

// request is the line that runs a statement in a runner.
func request(sql string) []byte {
	line, err := json.Marshal(protocol.Request{
		ID: "bench", QueryType: protocol.SQL, Statement: sql, Tables: []string{"orders", "order_items", "inventory"},
		TimeoutMS: 30_000, MaxRows: 200, MaxOutputBytes: 8 << 20,
	})
	if err != nil {
		panic(err)
	}
	return append(line, '\n')
}

// converse runs a command that speaks the runner's protocol.
func converse(cmd *exec.Cmd, line []byte) error {
	cmd.Stdin = bytes.NewReader(line)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	r := bufio.NewReader(bytes.NewReader(out))
	if _, err := protocol.ReadReady(r); err != nil {
		return err
	}
	resp, err := protocol.ReadResponse(r, "bench", 32<<20)
	if err == nil && resp.Error != nil {
		err = resp.Error
	}
	return err
}

func bareRunner(t *testing.T, runner, prepared, sql string) error {
	t.Helper()
	return converse(exec.CommandContext(t.Context(), runner, "-mode", "sql", "-data", prepared, "-tmp", os.TempDir()), request(sql))
}

// dockerRun loads the CSV files in a fresh container and then runs the query on
// what it made, without paying for a second container.
func dockerRun(t *testing.T, runner, csvs string, files []protocol.IngestFile, sql string) error {
	t.Helper()
	out := t.TempDir()
	line, err := json.Marshal(protocol.Request{ID: "bench", QueryType: protocol.Ingest, Files: files, TimeoutMS: 60_000, MaxRows: 1, MaxOutputBytes: 32 << 20})
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(t.Context(), "docker", "run", "--rm", "-i", "--network", "none", "--user", "0:0",
		"-v", csvs+":/data:ro", "-v", out+":/out", "-v", runner+":/leo-runner:ro", "--entrypoint", "/leo-runner", benchImage(t, runner), "-mode", "ingest")
	if err := converse(cmd, append(line, '\n')); err != nil {
		return err
	}
	return bareRunner(t, runner, out, sql)
}

// benchImage is the image `leo up` made of this runner.
func benchImage(t *testing.T, runner string) string {
	t.Helper()
	out, err := exec.Command("docker", "images", "--format", "{{.Repository}}:{{.Tag}}", "leo-runner").Output()
	if err != nil || len(out) == 0 {
		t.Fatalf("no runner image for %s: %v", filepath.Base(runner), err)
	}
	first, _, _ := strings.Cut(string(out), "\n")
	return first
}

// hopAndReplay runs the bus benchmarks and prints their lines.
func hopAndReplay(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-run", "^$", "-bench", "Hop|Replay", "-benchtime", "2s", "./shared/bus")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	fmt.Fprintln(os.Stdout, "\nevent hop latency and replay rate")
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Benchmark") {
			fmt.Fprint(os.Stdout, line)
		}
	}
}
