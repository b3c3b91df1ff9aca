package pool

import (
	"context"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// lease is a sandbox in use.
type lease struct {
	executor.Sandbox

	pool   *Pool
	mode   protocol.QueryType
	waited time.Duration
	warm   bool
	// writes says that there is an output directory.
	writes bool
	once   sync.Once
}

// Run implements [executor.Sandbox]. Stats.Prepare is what this run waited for
// its sandbox, not what preparing it has cost.
func (l *lease) Run(ctx context.Context, req protocol.Request) (*protocol.Response, executor.Stats, error) {
	resp, stats, err := l.Sandbox.Run(ctx, req)
	stats.Prepare, stats.Warm = l.waited, l.warm
	return resp, stats, err
}

// Destroy implements [executor.Sandbox], in the background: it returns once the
// sandbox is in the queue. When the queue is full, or the pool is closed, it
// destroys the sandbox itself, which is what keeps the queue bounded. So it does
// with one that has an output directory, which the caller is about to remove.
func (l *lease) Destroy(ctx context.Context) error {
	var err error
	l.once.Do(func() {
		p := l.pool
		p.mu.Lock()
		p.busy--
		p.freed = time.Now()
		p.poke()
		queued := false
		if !p.closed && !l.writes {
			select {
			case p.doomed <- condemned{l.Sandbox, l.mode}:
				queued = true
			default:
			}
		}
		p.mu.Unlock()
		if !queued {
			err = l.Sandbox.Destroy(ctx)
		}
	})
	return err
}

// PID is the host's id of the sandbox's first process, 0 if unknown.
func (l *lease) PID() int {
	if p, ok := l.Sandbox.(interface{ PID() int }); ok {
		return p.PID()
	}
	return 0
}
