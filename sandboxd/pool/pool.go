package pool

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Config bounds a pool. The zero value of a field means its default.
type Config struct {
	// MaxIdle is how many idle sandboxes there are at most. Default four for
	// each CPU, at least 8.
	MaxIdle int
	// MaxIdleBytes bounds the memory of idle sandboxes, as measured or, where
	// that is not possible, estimated. Default 1 GiB.
	MaxIdleBytes int64
	// MaxPerSpec is how many of them may wait for the same kind of run. Default
	// half of MaxIdle.
	MaxPerSpec int
	// Parallel is how many sandboxes are prepared at once in the background.
	// Default half the CPUs, at least 2.
	Parallel int
	// IdleTTL is how long a shelf is kept without a run. Default 15 minutes.
	IdleTTL time.Duration
	// MaxAge is how old an idle sandbox becomes. Default 30 minutes.
	MaxAge time.Duration
	// Decay is how often unneeded depth is taken back. Default 30 s.
	Decay time.Duration
	// Yield is how long preparing waits at most for runs in progress, and for what they
	// returned to be told. Default 50 ms.
	Yield time.Duration
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	cpus := runtime.NumCPU()
	or(&c.MaxIdle, max(8, 4*cpus))
	or(&c.MaxIdleBytes, 1<<30)
	or(&c.MaxPerSpec, max(1, c.MaxIdle/2))
	or(&c.Parallel, max(2, cpus/2))
	or(&c.IdleTTL, 15*time.Minute)
	or(&c.MaxAge, 30*time.Minute)
	or(&c.Decay, 30*time.Second)
	or(&c.Yield, 50*time.Millisecond)
	return c
}

func or[T comparable](field *T, otherwise T) {
	var zero T
	if *field == zero {
		*field = otherwise
	}
}

// Validate reports the first field that makes no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	if c.MaxIdle < 1 || c.MaxIdleBytes < 1 || c.MaxPerSpec < 1 || c.Parallel < 1 ||
		c.IdleTTL <= 0 || c.MaxAge <= 0 || c.Decay <= 0 || c.Yield < 0 {
		return fault.New(fault.Validation, "A bound of the sandbox pool is not positive.").
			WithHint("Leave it out to get the default.")
	}
	return nil
}

// Pool implements [executor.Executor]. Safe for concurrent use.
type Pool struct {
	exec    executor.Executor
	cfg     Config
	log     *slog.Logger
	figures *figures

	mu      sync.Mutex // guards what follows
	shelves map[executor.Spec]*shelf
	busy    int       // sandboxes handed out and not given up
	freed   time.Time // when the last one was given up
	bytes   int64
	idle    int
	coming  int // being prepared in the background
	closed  bool

	wake      chan struct{} // the keeper has something to look at
	doomed    chan condemned
	ctx       context.Context //nolint:containedctx // ends the background work, which belongs to no call
	cancel    context.CancelFunc
	keeping   sync.WaitGroup // the keeper and what it started
	removing  sync.WaitGroup // the destroyers
	overdue   sync.WaitGroup // destroys that found the queue full
	closeOnce sync.Once
	closeErr  error
}

// New returns a running pool around exec, which it closes with itself.
func New(exec executor.Executor, cfg Config, log *slog.Logger) (*Pool, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	p := &Pool{
		exec: exec, cfg: cfg, log: log, figures: newFigures(exec.Name()),
		shelves: map[executor.Spec]*shelf{}, wake: make(chan struct{}, 1),
		doomed: make(chan condemned, destroyQueue),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.keeping.Go(p.keep)
	for range max(destroyers, cfg.Parallel) {
		p.removing.Go(p.destroyAll)
	}
	return p, nil
}

// Name implements [executor.Executor].
func (p *Pool) Name() string { return p.exec.Name() }

// Probe implements [executor.Executor].
func (p *Pool) Probe(ctx context.Context) (executor.Capabilities, error) { return p.exec.Probe(ctx) }

// Sweep implements [executor.Executor].
func (p *Pool) Sweep(ctx context.Context) (int, error) { return p.exec.Sweep(ctx) }

// Prepare implements [executor.Executor]: it returns a warm sandbox if there is
// one. Modes that are prepared for one input only are never kept.
func (p *Pool) Prepare(ctx context.Context, spec executor.Spec) (executor.Sandbox, error) {
	began := time.Now()
	if spec.Mode != protocol.SQL && spec.Mode != protocol.Python {
		return p.cold(ctx, spec, began)
	}
	spec.Limits = spec.Limits.WithDefaults(executor.DefaultLimits(spec.Mode))
	taken, waiting, err := p.take(spec)
	if err != nil {
		return nil, err
	}
	outcome := outcomeHit
	if waiting != nil {
		outcome = outcomeJoined
		if taken, err = p.join(ctx, spec, waiting); err != nil {
			return nil, err
		}
	}
	p.figures.took(spec.Mode, outcome, taken != nil)
	if taken == nil {
		return p.cold(ctx, spec, began)
	}
	return &lease{Sandbox: taken.box, pool: p, waited: time.Since(began), warm: waiting == nil, mode: spec.Mode}, nil
}

// cold prepares inline.
func (p *Pool) cold(ctx context.Context, spec executor.Spec, began time.Time) (executor.Sandbox, error) {
	spec.Urgent = true
	p.mu.Lock()
	p.busy++ // it is somebody's run that prepares
	p.mu.Unlock()
	box, err := p.exec.Prepare(ctx, spec)
	if err != nil {
		p.mu.Lock()
		p.busy--
		p.poke()
		p.mu.Unlock()
		return nil, err
	}
	took := time.Since(began)
	p.figures.prepared(spec.Mode, "inline", took)
	return &lease{Sandbox: box, pool: p, waited: took, mode: spec.Mode, writes: spec.OutDir != ""}, nil
}

// take returns an idle sandbox, or a place in the queue for one that is being
// prepared, or neither.
func (p *Pool) take(spec executor.Spec) (*idle, chan *idle, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, fault.New(fault.Unavailable, "Leo is shutting down and starts no more sandboxes.").
			WithHint("Try again in a moment.")
	}
	s := p.shelf(spec)
	s.used = time.Now()
	defer p.poke()
	for len(s.idle) > 0 {
		e := s.idle[0] // the oldest first, so that none grows old
		p.remove(s, 0)
		if !e.dead() {
			p.busy++
			return e, nil, nil
		}
		p.condemn(e.box, spec.Mode)
	}
	s.target = min(s.target+1, p.cfg.MaxPerSpec)
	if len(s.waiting) < s.coming {
		w := make(chan *idle, 1)
		s.waiting = append(s.waiting, w)
		return nil, w, nil
	}
	return nil, nil, nil
}

// join waits for a sandbox that is being prepared. It returns nil when that did
// not work out: the caller then prepares its own and learns why.
func (p *Pool) join(ctx context.Context, spec executor.Spec, waiting chan *idle) (*idle, error) {
	select {
	case e := <-waiting:
		return e, nil
	case <-ctx.Done():
	}
	p.mu.Lock()
	p.shelf(spec).leave(waiting)
	p.mu.Unlock()
	select {
	case e := <-waiting: // it came in this moment
		if e != nil {
			_ = (&lease{Sandbox: e.box, pool: p, mode: spec.Mode}).Destroy(ctx)
		}
	default:
	}
	return nil, fault.Wrap(context.Cause(ctx), fault.Cancelled, "The run was cancelled.").
		WithHint("Ask again to run it from the start.")
}

// Warm asks for a sandbox of this spec to be kept, because a run may come soon.
// It returns at once; shelves that runs have used do not yield to it, so a full
// pool ignores it.
func (p *Pool) Warm(spec executor.Spec) {
	spec.Limits = spec.Limits.WithDefaults(executor.DefaultLimits(spec.Mode))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	s := p.shelf(spec)
	s.target = max(s.target, 1)
	p.poke()
}

// Idle is how many sandboxes wait now.
func (p *Pool) Idle() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.idle
}

// Drop forgets everything that was prepared over a data directory, for a dataset
// version that nobody will ask for any more. Sandboxes in use are not touched.
func (p *Pool) Drop(dataDir string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for spec, s := range p.shelves {
		if spec.DataDir != dataDir {
			continue
		}
		for len(s.idle) > 0 {
			p.discard(s, 0, "version")
		}
		s.target = 0
	}
	p.poke()
}

// Close implements [executor.Executor]. Runs in progress are destroyed.
func (p *Pool) Close(ctx context.Context) error {
	p.closeOnce.Do(func() {
		p.mu.Lock()
		p.closed = true // who gives up a sandbox from now on destroys it itself
		for _, s := range p.shelves {
			for len(s.idle) > 0 {
				p.remove(s, 0)
				p.figures.dropped("close")
			}
		}
		p.mu.Unlock()
		p.cancel()
		// The executor destroys what there is, idle or not, all at once.
		p.closeErr = p.exec.Close(ctx)
		p.keeping.Wait()
		p.overdue.Wait()
		close(p.doomed)
		p.removing.Wait()
	})
	return p.closeErr
}

var errGone = errors.New("sandbox ended while it was idle")
