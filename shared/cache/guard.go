package cache

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// patience is how many failures in a row end the use of a store, and rest for how
// long.
const (
	patience = 3
	rest     = 5 * time.Second
)

// guard keeps a store that fails from costing each caller its timeout.
type guard struct {
	log *slog.Logger

	mu       sync.Mutex
	failures int       // in a row; guarded by mu
	until    time.Time // when the store is tried again; guarded by mu
}

// do calls the store within a time, unless it rests, and reports whether it
// worked. A caller that went away says nothing about the store.
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

// allowed reports whether the store may be tried. After a rest one caller tries.
func (g *guard) allowed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if g.failures < patience {
		return true
	}
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
			g.log.InfoContext(ctx, "the result cache answers again")
		}
		g.failures = 0
		return
	}
	if g.failures++; g.failures == patience {
		g.log.WarnContext(ctx, "the result cache does not answer: everything is computed", "error", err)
	}
	if g.failures >= patience {
		g.until = time.Now().Add(rest)
	}
}

// resting reports whether the store is left alone.
func (g *guard) resting() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failures >= patience
}
