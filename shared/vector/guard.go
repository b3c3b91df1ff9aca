package vector

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// patience is how many failures in a row end the use of something, and rest for how
// long.
const (
	patience = 3
	rest     = 5 * time.Second
)

// guard keeps what fails from costing each search its timeout.
type guard struct {
	log *slog.Logger

	mu       sync.Mutex // guards the rest
	failures int        // in a row
	until    time.Time  // when it is tried again
}

// do calls within a time, unless it rests, and reports whether that worked. A
// caller that went away says nothing about what was called.
func (g *guard) do(ctx context.Context, timeout time.Duration, call func(context.Context) error) bool {
	if !g.allowed() {
		return false
	}
	bounded, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := call(bounded)
	if err != nil && ctx.Err() != nil {
		return false
	}
	g.note(ctx, err)
	return err == nil
}

// allowed reports whether a call may go out. After a rest one at a time may.
func (g *guard) allowed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failures < patience {
		return true
	}
	now := time.Now()
	if now.Before(g.until) {
		return false
	}
	g.until = now.Add(rest)
	return true
}

func (g *guard) note(ctx context.Context, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil {
		if g.failures >= patience {
			g.log.InfoContext(ctx, "what searches need answers again")
		}
		g.failures = 0
		return
	}
	if g.failures++; g.failures == patience {
		g.log.WarnContext(ctx, "what searches need does not answer: they do without", "error", err)
	}
	if g.failures >= patience {
		g.until = time.Now().Add(rest)
	}
}

// resting reports whether it is left alone.
func (g *guard) resting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failures >= patience
}
