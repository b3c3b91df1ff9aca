package attack

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// flags turn this test binary into the process that is watched.
type flags struct {
	jobs, outcomes *string
	from           *int
}

var traced = flags{ //nolint:gochecknoglobals // flags are defined before a test binary parses them
	jobs:     flag.String("oracle-jobs", "", "be the watched process of the oracle: the statements to run"),
	outcomes: flag.String("oracle-outcomes", "", "where the watched process says what came of them"),
	from:     flag.Int("oracle-from", 0, "the first statement to run"),
}

const (
	// mark begins the path of a file that is looked for, and does not exist, where a
	// statement begins and ends.
	mark = "/leo-oracle/"
	// crash is what the process says when a statement does not end.
	crash = "the engine does not stop"
	// budget is the time of a statement, patience what it gets to notice that.
	budget   = time.Second
	patience = 2 * time.Second
	// engineMB and processBytes bound the memory.
	engineMB     = 256
	processBytes = 3 << 29
)

// TestTracedProcess is not a test: it runs statements between marks.
func TestTracedProcess(t *testing.T) {
	if *traced.jobs == "" {
		t.Skip("runs in a second process only")
	}
	data, err := os.ReadFile(*traced.jobs)
	if err != nil {
		t.Fatal(err)
	}
	var steps []step
	if err := json.Unmarshal(data, &steps); err != nil {
		t.Fatal(err)
	}
	out, err := os.OpenFile(*traced.outcomes, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	if err := syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: processBytes, Max: processBytes}); err != nil {
		t.Fatal(err)
	}
	p := &tracedProcess{t: t, steps: steps}
	for n := *traced.from; n < len(steps); n++ {
		outcome := p.step(n)
		if _, err := fmt.Fprintf(out, "%d %s\n", n, outcome); err != nil {
			t.Fatal(err)
		}
	}
}

// tracedProcess has the engine of the current group.
type tracedProcess struct {
	t     *testing.T
	steps []step
	db    *engine.DB
	group string
}

// step runs statement n and says what came of it. A statement that does not stop
// takes the process with it.
func (p *tracedProcess) step(n int) string {
	s := p.steps[n]
	if p.db == nil || p.group != s.Group {
		p.open(n)
	}
	for _, name := range s.Tables {
		_ = p.run("CREATE TABLE IF NOT EXISTS main." + name + "(i INTEGER)")
	}
	if s.Watch {
		look("begin", n)
	}
	stuck := time.AfterFunc(budget+patience, func() {
		look("stuck", n)
		panic(crash)
	})
	err := p.run(s.SQL)
	stuck.Stop()
	if s.Watch {
		look("end", n)
	}
	var e *engine.Error
	switch {
	case err == nil:
		return "ran"
	case errors.Is(err, context.DeadlineExceeded):
		return "ran out of time"
	case !errors.As(err, &e):
		return "failed otherwise"
	case e.Kind == "INTERNAL" || e.Kind == "FATAL":
		// The engine is of no use any more, and may not even close.
		p.db = nil
		return "broke the engine"
	case e.Kind == "Binder" || e.Kind == "Catalog" || e.Kind == "Parser":
		return "did not bind"
	}
	return "failed while running"
}

// open takes an engine with everything open for the group of step n, and repeats
// what prepared it.
func (p *tracedProcess) open(n int) {
	p.t.Helper()
	if p.db != nil {
		p.db.Close()
	}
	var err error
	if p.db, err = engine.Open(engine.Options{MemoryMB: engineMB}); err != nil {
		p.t.Fatal(err)
	}
	p.group = p.steps[n].Group
	first := n
	for first > 0 && p.steps[first-1].Group == p.group {
		first--
	}
	for _, s := range p.steps[first:n] {
		if !s.Watch {
			_ = p.run(s.SQL) // as well as it can be done
		}
	}
}

// run bounds a statement.
func (p *tracedProcess) run(sql string) error {
	ctx, cancel := context.WithTimeout(p.t.Context(), budget)
	defer cancel()
	return p.db.Exec(ctx, sql)
}

// look asks for a file that does not exist, which shows in the trace.
func look(what string, n int) {
	_, _ = os.Lstat(mark + what + "/" + strconv.Itoa(n))
}
