package doctor

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// maxStderr is what is kept of a runner's standard error, in bytes.
	maxStderr = 64 << 10
	// maxFiles bounds the number of open files.
	maxFiles = 1024
	// lateness is what a run may take beyond its budget.
	lateness = 250 * time.Millisecond
	// shortBudget is the budget of a run that must not keep it.
	shortBudget = 400 * time.Millisecond
	// punctualTries is how often lateness is measured at most.
	punctualTries = 3
)

// limits are what a run cannot take more of.
func (e *examination) limits() []exam {
	return []exam{
		e.judged("limits", "no core dumps, few open files", "limits", rlimits),
		{"limits", "a query stops at its deadline", true, e.queryStops},
		{"limits", "a process that listens to nothing is killed at its deadline", true, e.deafStops},
		{"limits", "memory is bounded, and the next run is served", true, e.memoryStops},
		{"limits", "threads are bounded", false, func(ctx context.Context) (string, error) {
			_, _, err := e.bomb(ctx, "threads", executor.Limits{})
			return "", wants(err, fault.ResourceExceeded)
		}},
		{"limits", "the answer and the complaints are bounded", false, e.outputStops},
		{"limits", "rows are bounded", false, e.rowsStop},
	}
}

// bomb sends an order that does harm to a sandbox in probe mode.
func (e *examination) bomb(ctx context.Context, order string, limits executor.Limits) (*protocol.Response, executor.Stats, error) {
	return e.run(ctx, executor.Spec{Mode: protocol.Probe, Limits: limits}, protocol.Request{QueryType: protocol.Probe, Statement: order})
}

func rlimits(f findings) (string, error) {
	if err := f.is("core", "0"); err != nil {
		return "", err
	}
	if n, err := strconv.Atoi(f["nofile"].detail); err != nil || n < 1 || n > maxFiles {
		return "", fmt.Errorf("open files are limited to %s", f["nofile"].detail)
	}
	return f["nofile"].detail + " open files", nil
}

// queryStops stops the engine where it works: between rows that it makes up.
func (e *examination) queryStops(ctx context.Context) (string, error) {
	dir, err := e.dataset()
	if err != nil {
		return "", err
	}
	return e.punctual(ctx, executor.Spec{Mode: protocol.SQL, DataDir: dir}, protocol.Request{
		QueryType: protocol.SQL, Tables: []string{table},
		Statement: "SELECT sum(a.n * b.n % 7) FROM range(10000000) a(n), range(10000000) b(n)",
	})
}

// deafStops stops a process in which nothing runs that could stop by itself.
func (e *examination) deafStops(ctx context.Context) (string, error) {
	return e.punctual(ctx, executor.Spec{Mode: protocol.Probe}, protocol.Request{QueryType: protocol.Probe, Statement: "wedge"})
}

func (e *examination) memoryStops(ctx context.Context) (string, error) {
	limits := executor.Limits{Memory: 128 << 20}
	_, stats, err := e.bomb(ctx, "memory", limits)
	if err := wants(err, fault.ResourceExceeded); err != nil {
		return "", err
	}
	if _, err := e.answers(ctx); err != nil {
		return "", fmt.Errorf("the run after it: %w", err)
	}
	if stats.OOM {
		return "stopped by the kernel", nil
	}
	return "stopped by a limit of the process", nil
}

func (e *examination) outputStops(ctx context.Context) (string, error) {
	_, stats, err := e.bomb(ctx, "flood 16777216", executor.Limits{MaxOutput: 1 << 20})
	if err := wants(err, fault.ResourceExceeded); err != nil {
		return "", err
	}
	if len(stats.Stderr) > maxStderr {
		return "", fmt.Errorf("%d bytes of standard error were kept", len(stats.Stderr))
	}
	return "", nil
}

func (e *examination) rowsStop(ctx context.Context) (string, error) {
	resp, err := e.ask(ctx, "SELECT range FROM range(1000000)")
	switch {
	case err != nil:
		return "", err
	case resp.RowCount != 100 || !resp.Truncated:
		return "", errors.New("a million rows where a hundred were asked for: " + strconv.Itoa(resp.RowCount))
	}
	return "", nil
}

// punctual fails unless a run that does not end by itself is stopped in time. A
// machine that is busy for a moment gets another chance.
func (e *examination) punctual(ctx context.Context, spec executor.Spec, req protocol.Request) (string, error) {
	spec.Limits.Timeout = shortBudget
	best := time.Duration(-1)
	for range punctualTries {
		_, stats, err := e.run(ctx, spec, req)
		if err := wants(err, fault.Timeout); err != nil {
			return "", err
		}
		late := stats.Run - shortBudget
		if best < 0 || late < best {
			best = late
		}
		if best <= lateness {
			return fmt.Sprintf("%v after the deadline", best.Round(time.Millisecond)), nil
		}
	}
	return "", fmt.Errorf("stopped %v after its deadline, want at most %v", best.Round(time.Millisecond), lateness)
}
