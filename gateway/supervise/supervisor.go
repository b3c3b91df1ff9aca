package supervise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// watchLimit bounds the open runs that are watched at once; those whose deadline comes
// first are.
const watchLimit = 10_000

// Config says how often to look.
type Config struct {
	// Every is the time between two sweeps. It must be positive.
	Every time.Duration
	// Instance names this process in the events it writes.
	Instance string
}

// Supervisor ends runs that nothing else ends. Sweeps are not made at once.
type Supervisor struct {
	cfg     Config
	bus     *bus.Bus
	history *history.DB
	log     *slog.Logger
	// seen is when a sweep first found each of the runs that are open.
	seen map[openRun]time.Time
}

type openRun struct{ org, id string }

// New returns a supervisor.
func New(cfg Config, b *bus.Bus, h *history.DB, log *slog.Logger) *Supervisor {
	return &Supervisor{cfg: cfg, bus: b, history: h, log: log, seen: map[openRun]time.Time{}}
}

// Run supervises until ctx ends.
func (s *Supervisor) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.bus.DeadLetters(ctx, s.deadLetter) })
	g.Go(func() error { return s.sweeps(ctx) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("supervisor: %w", err)
	}
	return nil
}

func (s *Supervisor) sweeps(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.Every)
	defer tick.Stop()
	for {
		if n, err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "sweep for overdue runs failed", "error", err)
		} else if n > 0 {
			s.log.WarnContext(ctx, "ended overdue runs", "runs", n)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Sweep ends the runs that sweeps have found open for as long as they may take, and
// returns how many it ended. A run it cannot end now is left to the next sweep.
//
// The deadline of a run is told by the clock of the gateway that accepted it. To
// compare it with this one's would end every run at once when the clocks differ, or
// when one of them is set, so what counts is the time this process has watched the run,
// which no setting of a clock changes. A gateway that was started again watches anew.
func (s *Supervisor) Sweep(ctx context.Context) (int, error) {
	open, err := s.history.Open(ctx, watchLimit)
	if err != nil {
		return 0, err
	}
	now := time.Now()
	seen := make(map[openRun]time.Time, len(open))
	ended := 0
	var failed error
	for _, o := range open {
		key := openRun{o.Org, o.RunID}
		since, before := s.seen[key]
		if !before {
			since = now
		}
		seen[key] = since
		if now.Sub(since) < o.Allowed {
			continue
		}
		f := fault.New(fault.Timeout, "The run did not end by its deadline, so Leo ended it.").
			WithHint("Ask again. If it happens again, an administrator should check that the planner and sandboxd are running.")
		ok, err := s.end(ctx, o.Org, o.RunID, 0, f)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("run %s of %s: %w", o.RunID, o.Org, err))
		}
		if ok {
			ended++
		}
	}
	s.seen = seen
	return ended, failed
}

// deadLetter ends the run whose event nobody could handle.
func (s *Supervisor) deadLetter(ctx context.Context, d bus.DeadLetter) error {
	e, err := s.bus.Get(ctx, d.Seq)
	if fault.CodeOf(err) == fault.NotFound {
		return nil // older than the log: the run is too
	}
	if err != nil {
		return err
	}
	s.log.ErrorContext(ctx, "no worker could handle an event", "org", e.Org, "run_id", e.RunID, "seq", d.Seq, "worker", d.Consumer, "reason", d.Reason)
	f := d.Fault
	if f == nil {
		f = fault.New(fault.Internal, "Leo tried this several times and could not do it.").
			WithHint("Ask again. If it happens again, an administrator finds the cause in Leo's log.")
	}
	_, err = s.end(ctx, e.Org, e.RunID, d.Seq, f)
	return err
}

// end appends failed at the run's tail and reports whether it did. stuckAt is the
// event the run is stuck at; a run beyond it is only left in peace when what
// follows is more than the sign of life of the worker that died. 0 means
// wherever the run is.
func (s *Supervisor) end(ctx context.Context, org, runID string, stuckAt uint64, f *fault.Fault) (bool, error) {
	tail, err := s.bus.Tail(ctx, org, runID)
	if fault.CodeOf(err) == fault.NotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if tail.Kind().Terminal() || stuckAt != 0 && tail.Seq != stuckAt && tail.Kind() != event.KindStarted {
		return false, nil
	}
	_, err = s.bus.Append(ctx, tail.Seq, event.Event{
		Org: org, RunID: runID, Step: tail.Step, Time: time.Now().UTC(), By: s.cfg.Instance,
		Body: event.Failed{Stage: event.StageSupervisor, Fault: f},
	})
	if errors.Is(err, bus.ErrMovedOn) {
		return false, nil
	}
	return err == nil, err
}
