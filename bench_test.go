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
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/config"
)

var benchReport = flag.Bool("bench-report", false, "print the benchmark report") //nolint:gochecknoglobals // a test flag

// benchRounds is how often each contender is timed; they take turns, so that a
// machine that changes its speed changes it for all.
const benchRounds = 20

// contender is one way to get to the rows.
type contender struct {
	name string
	// before runs untimed before each time.
	before func()
	once   func() error
	// own is what the contender has measured itself, where that counts.
	own func() float64
	ms  []float64
}

// TestBench prints how long a statement and a question take against the obvious
// other ways to get there. It judges nothing: read the ratios, not the
// milliseconds.
func TestBench(t *testing.T) {
	if !*benchReport {
		t.Skip("printed by make bench")
	}
	q := datasetstest.Questions(t, "ecommerce")[1]
	b := newBench(t, q.SQL)
	rounds := b.sandboxes(t)
	measure(t, rounds)
	printSandboxes(rounds)
	if python := b.pythons(t); python != nil {
		measure(t, python)
		printPythons(python)
	}
	b.sustained(t)
	b.lateness(t)
	b.close(t)

	native := start(t, nil)
	questions := []*contender{
		{name: "question → answer over HTTP, native", once: asking(t, native, q.Question)},
		{name: "the same, its result found", once: posting(t, native, map[string]any{"dataset_id": "ecommerce", "question": q.Question})},
	}
	if b.docker != nil {
		questions = append(questions, &contender{
			name: "question → answer over HTTP, Docker", once: asking(t, start(t, func(c *config.Config) { c.Executor = "docker" }), q.Question),
		})
	}
	measure(t, questions)
	printHeader("a question, from POST to its answer")
	for _, c := range questions {
		c.print()
	}
	packageBenchmarks(t, "event hop latency and replay rate", "Hop|Replay", "./shared/bus")
	packageBenchmarks(t, "planning over 30 tables against looking every word up in every name; a million values against a plain map of them",
		"On30Tables|MillionValues", "./planner/rules")
}

// measure times contenders in turn, after a warm-up that does not count.
func measure(t *testing.T, contenders []*contender) {
	t.Helper()
	for round := range benchRounds + 1 {
		for _, c := range contenders {
			if c.before != nil {
				c.before()
			}
			quiet()
			began := time.Now()
			if err := c.once(); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			took := float64(time.Since(began).Microseconds()) / 1000
			if c.own != nil {
				took = c.own()
			}
			if round > 0 {
				c.ms = append(c.ms, took)
			}
		}
	}
}

// quiet waits until what the contender before left behind is done with: sandboxes
// are destroyed and replaced in the background. It gives up on a machine that is
// never quiet.
func quiet() {
	const look, tries = 50 * time.Millisecond, 40
	for range tries {
		before := cpuIdle()
		<-time.After(look)
		if (cpuIdle()-before)/(look.Seconds()*float64(runtime.NumCPU())) > 0.85 {
			return
		}
	}
}

func printHeader(what string) {
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(os.Stdout, "\n%s (%d CPUs, load %s)\n", what, runtime.NumCPU(), strings.TrimSpace(string(load)))
	fmt.Fprintf(os.Stdout, "  %-50s %9s %9s %9s\n", "", "p50 ms", "p95", "min")
}

func (c *contender) print() {
	fmt.Fprintf(os.Stdout, "  %-50s %9.1f %9.1f %9.1f\n", c.name, median(c.ms), percentile(c.ms, 95), slices.Min(c.ms))
}

func percentile(v []float64, p int) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)*p/100]
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	return s[len(s)/2]
}

// asking asks one question through HTTP and waits for its answer.
func asking(t *testing.T, l *testLeo, question string) func() error {
	t.Helper()
	return posting(t, l, map[string]any{"dataset_id": "ecommerce", "question": question, "fresh": true})
}

// posting posts a run and waits for its answer.
func posting(t *testing.T, l *testLeo, body map[string]any) func() error {
	t.Helper()
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
func dockerRun(t *testing.T, image, runner, csvs string, files []protocol.IngestFile, sql string) error {
	t.Helper()
	out := t.TempDir()
	line, err := json.Marshal(protocol.Request{ID: "bench", QueryType: protocol.Ingest, Files: files, TimeoutMS: 60_000, MaxRows: 1, MaxOutputBytes: 32 << 20})
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(t.Context(), "docker", "run", "--rm", "-i", "--network", "none", "--user", "0:0",
		"-v", csvs+":/data:ro", "-v", out+":/out", "-v", runner+":/leo-runner:ro", "--entrypoint", "/leo-runner", image, "-mode", "ingest")
	if err := converse(cmd, append(line, '\n')); err != nil {
		return err
	}
	return bareRunner(t, runner, out, sql)
}

// packageBenchmarks runs benchmarks of a package and prints their lines.
func packageBenchmarks(t *testing.T, title, pattern, pkg string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-run", "^$", "-bench", pattern, "-benchtime", "2s", pkg)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	fmt.Fprintln(os.Stdout, "\n"+title)
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "Benchmark") {
			fmt.Fprint(os.Stdout, line)
		}
	}
}
