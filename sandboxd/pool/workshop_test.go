package pool_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// workshop counts what it makes.
type workshop struct {
	mu        sync.Mutex // guards what follows
	made      []*box
	preparing int
	tries     int
	broken    error
	size      int64 // what a sandbox says it uses
	closed    bool
}

func (w *workshop) Name() string { return "workshop" }

func (w *workshop) Probe(context.Context) (executor.Capabilities, error) {
	return executor.Capabilities{Executor: "workshop"}, nil
}

func (w *workshop) Sweep(context.Context) (int, error) { return 0, nil }

func (w *workshop) Prepare(ctx context.Context, spec executor.Spec) (executor.Sandbox, error) {
	w.mu.Lock()
	w.preparing++
	w.tries++
	broken := w.broken
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.preparing--
	}()
	select {
	case <-time.After(prepareTime):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if broken != nil {
		return nil, broken
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	b := &box{id: fmt.Sprintf("box-%d", len(w.made)), spec: spec, size: w.size, done: make(chan struct{})}
	w.made = append(w.made, b)
	return b, nil
}

func (w *workshop) Close(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for _, b := range w.made { // as the contract says
		b.end()
	}
	return nil
}

// alive counts the sandboxes that were not destroyed, by data directory.
func (w *workshop) alive() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	count := map[string]int{}
	for _, b := range w.made {
		if !b.ended() {
			count[b.spec.DataDir]++
		}
	}
	return count
}

func (w *workshop) last() *box {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.made[len(w.made)-1]
}

func (w *workshop) total() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.made)
}

// box is a sandbox.
type box struct {
	id   string
	spec executor.Spec
	size int64
	once sync.Once
	done chan struct{}
	mu   sync.Mutex // guards runs
	runs int
}

func (b *box) Memory() int64 { return b.size }

func (b *box) ID() string { return b.id }

func (b *box) Run(context.Context, protocol.Request) (*protocol.Response, executor.Stats, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.runs++; b.runs > 1 {
		return nil, executor.Stats{}, executor.ErrUsed
	}
	return &protocol.Response{Status: protocol.OK}, executor.Stats{SandboxID: b.id, Prepare: prepareTime}, nil
}

func (b *box) Done() <-chan struct{} { return b.done }

func (b *box) Destroy(context.Context) error {
	b.end()
	return nil
}

func (b *box) end() { b.once.Do(func() { close(b.done) }) }

func (b *box) ended() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}
