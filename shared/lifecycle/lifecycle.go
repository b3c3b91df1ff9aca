package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Part is something that runs until it is stopped.
type Part struct {
	Name string
	// Run blocks until ctx ends or the part fails. It returns nil after a clean
	// stop.
	Run func(ctx context.Context) error
	// Grace is how long Run may take after its context ended. Default 10 s.
	Grace time.Duration
}

// running is a started part.
type running struct {
	Part
	cancel context.CancelCauseFunc
	done   chan error
}

// errStopping is the cause parts see when they are asked to stop.
var errStopping = errors.New("the process is stopping")

// Run starts every part and returns when all have stopped: because ctx ended,
// which is a clean stop and returns nil unless a part failed or overran its
// grace, or because a part ended on its own, which is an error.
func Run(ctx context.Context, log *slog.Logger, parts ...Part) error {
	ended := make(chan int, len(parts))
	started := make([]*running, len(parts))
	for i, p := range parts {
		if p.Grace == 0 {
			p.Grace = 10 * time.Second
		}
		pctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
		r := &running{Part: p, cancel: cancel, done: make(chan error, 1)}
		started[i] = r
		go func() {
			r.done <- r.Run(pctx)
			ended <- i
		}()
	}
	var failure error
	select {
	case <-ctx.Done():
	case i := <-ended:
		err := <-started[i].done
		started[i].done <- err // stop below waits for it too
		if err == nil {
			err = errors.New("it ended on its own")
		}
		failure = fmt.Errorf("%s: %w", started[i].Name, err)
	}
	return errors.Join(failure, stop(log, started, failure != nil))
}

// stop ends the parts from the last to the first.
func stop(log *slog.Logger, parts []*running, failed bool) error {
	var errs []error
	for i := len(parts) - 1; i >= 0; i-- {
		p := parts[i]
		p.cancel(errStopping)
		began := time.Now()
		timer := time.NewTimer(p.Grace)
		select {
		case err := <-p.done:
			timer.Stop()
			log.Debug("stopped", "part", p.Name, "ms", time.Since(began).Milliseconds())
			if err != nil && !errors.Is(err, context.Canceled) && !failed {
				errs = append(errs, fmt.Errorf("%s: %w", p.Name, err))
			}
		case <-timer.C:
			errs = append(errs, fmt.Errorf("%s did not stop within %s", p.Name, p.Grace))
		}
	}
	return errors.Join(errs...)
}
