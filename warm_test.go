package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/run"
)

// figure reads one of /metrics' lines, 0 if it is not there.
func (l *testLeo) figure(tb testing.TB, line string) float64 {
	tb.Helper()
	data, err := l.raw(tb.Context(), "/metrics")
	if err != nil {
		tb.Fatal(err)
	}
	for got := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(got, line+" "); ok {
			var n float64
			if _, err := fmt.Sscan(rest, &n); err != nil {
				tb.Fatal(err)
			}
			return n
		}
	}
	return 0
}

const idleSQL = `leo_sandbox_idle{executor="native",mode="sql"}`

// becomes waits until a figure has a value.
func (l *testLeo) becomes(tb testing.TB, line string, want float64) {
	tb.Helper()
	deadline := time.After(30 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for got := l.figure(tb, line); got != want; got = l.figure(tb, line) {
		select {
		case <-again.C:
		case <-deadline:
			tb.Fatalf("%s is %v, want %v", line, got, want)
		}
	}
}

func TestASandboxWaitsForADatasetFromPreparationToDeletion(t *testing.T) {
	l := start(t, func(c *config.Config) { c.Demo = false })
	file := csvFile(t, "steps.csv", []byte("day,steps\n2026-01-01,9000\n2026-01-02,11000\n"))
	if code, _, errs := l.cli(t, "dataset", "add", file, "--id", "steps"); code != 0 {
		t.Fatal(errs)
	}
	l.becomes(t, idleSQL, 1)
	first := l.ask(t, map[string]any{"dataset_id": "steps", "sql": "SELECT sum(steps) AS s FROM steps"})
	if first.Status != run.Succeeded || !first.Stats.Warm || first.Stats.Timings.PrepareMS > 50 {
		t.Errorf("the first run ended as %s, warm: %v, after waiting %v ms", first.Status, first.Stats.Warm, first.Stats.Timings.PrepareMS)
	}
	l.becomes(t, idleSQL, 1)
	// Other limits that need no other sandbox are served by the same.
	other := l.ask(t, map[string]any{"dataset_id": "steps", "sql": "SELECT max(steps) AS m FROM steps", "limits": map[string]any{"timeout_ms": 3000, "max_rows": 5}})
	if !other.Stats.Warm {
		t.Error("a run with a time limit of its own got no warm sandbox")
	}
	l.becomes(t, idleSQL, 1)
	// A new version takes the place of the old one, sandboxes included.
	newer := csvFile(t, "steps.csv", []byte("day,steps\n2026-01-01,9000\n2026-01-02,11000\n2026-01-03,1\n"))
	if code, _, errs := l.cli(t, "dataset", "add", newer, "--id", "steps"); code != 0 {
		t.Fatal(errs)
	}
	l.becomes(t, `leo_sandbox_unused_total{executor="native",reason="version"}`, 1)
	l.becomes(t, idleSQL, 1)
	second := l.ask(t, map[string]any{"dataset_id": "steps", "sql": "SELECT count(*) AS n FROM steps"})
	if !second.Stats.Warm || fmt.Sprint(second.Preview.Rows) != "[[3]]" {
		t.Errorf("over the new version: warm: %v, rows %v", second.Stats.Warm, second.Preview.Rows)
	}
	l.becomes(t, idleSQL, 1)
	if err := l.call(t.Context(), http.MethodDelete, "/api/v1/datasets/steps", nil, nil); err != nil {
		t.Fatal(err)
	}
	l.becomes(t, idleSQL, 0)
}

func TestThePoolCanBeSwitchedOff(t *testing.T) {
	l := start(t, func(c *config.Config) { c.Demo, c.WarmSandboxes = false, -1 })
	file := csvFile(t, "steps.csv", []byte("day,steps\n2026-01-01,9000\n"))
	if code, _, errs := l.cli(t, "dataset", "add", file, "--id", "steps"); code != 0 {
		t.Fatal(errs)
	}
	c := l.ask(t, map[string]any{"dataset_id": "steps", "sql": "SELECT sum(steps) AS s FROM steps"})
	if c.Status != run.Succeeded || c.Stats.Warm {
		t.Errorf("ended as %s, warm: %v", c.Status, c.Stats.Warm)
	}
}
