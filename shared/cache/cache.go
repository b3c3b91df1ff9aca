package cache

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// Config is what a deployment can set.
type Config struct {
	// Secret seals values. All processes of a deployment have the same; required.
	Secret []byte
	// TTL is how long a value is kept. Default 24 h.
	TTL time.Duration
	// MaxValue is the largest value that is kept, in bytes. Default 4 MiB.
	MaxValue int
	// Timeout bounds each call of the store that somebody waits for. Default 50 ms.
	Timeout time.Duration
	// Lease is how long one may take to compute a value while others wait.
	// Default 90 s.
	Lease time.Duration
}

func (c Config) withDefaults() Config {
	if c.TTL == 0 {
		c.TTL = 24 * time.Hour
	}
	if c.MaxValue == 0 {
		c.MaxValue = 4 << 20
	}
	if c.Timeout == 0 {
		c.Timeout = 50 * time.Millisecond
	}
	if c.Lease == 0 {
		c.Lease = 90 * time.Second
	}
	return c
}

// Stats counts since the start.
type Stats struct {
	// Hits were found, Shared were computed by another caller meanwhile, Misses were
	// neither, Dropped were not what had been put there.
	Hits, Shared, Misses, Dropped uint64
	// Kept were stored, and Unkept not, because they were too large or the store
	// did not answer.
	Kept, Unkept uint64
}

// Cache finds results and has each computed once. Its methods may be called at
// once.
type Cache struct {
	cfg   Config
	store Store
	// elector is the store, where processes share it; nil otherwise.
	elector Elector
	guard   *guard
	log     *slog.Logger

	mu      sync.Mutex
	flights map[string]*flight // guarded by mu

	hits, shared, misses, dropped, kept, unkept atomic.Uint64
}

// New returns a cache over a store. VALIDATION_ERROR where cfg makes no sense.
func New(cfg Config, store Store, log *slog.Logger) (*Cache, error) {
	cfg = cfg.withDefaults()
	switch {
	case len(cfg.Secret) < 16:
		return nil, errors.New("the result cache needs a secret of at least 16 bytes")
	case cfg.TTL < time.Second, cfg.MaxValue < 1, cfg.Timeout < time.Millisecond, cfg.Lease < time.Second:
		return nil, fault.New(fault.Validation, "A time or a size of the result cache is too small to work.").WithHint("Leave it out to get the default.")
	}
	c := &Cache{cfg: cfg, store: store, guard: &guard{log: log}, log: log, flights: map[string]*flight{}}
	c.elector, _ = store.(Elector)
	return c, nil
}

// Stats returns the counters.
func (c *Cache) Stats() Stats {
	return Stats{
		Hits: c.hits.Load(), Shared: c.shared.Load(), Misses: c.misses.Load(), Dropped: c.dropped.Load(),
		Kept: c.kept.Load(), Unkept: c.unkept.Load(),
	}
}

// Find returns the value of a key, or the turn to compute it: never both. While
// somebody else computes it, Find waits, at most for [Config.Lease]. Its only
// error is that of ctx. A turn must be ended.
func (c *Cache) Find(ctx context.Context, key Key) ([]byte, *Turn, error) {
	id := key.id()
	for {
		value, answers := c.load(ctx, id)
		if value != nil {
			c.hits.Add(1)
			return value, nil, nil
		}
		f, mine := c.board(id)
		if mine {
			return c.lead(ctx, &Turn{c: c, id: id, flight: f, alone: !answers})
		}
		value, again, err := f.wait(ctx, c.cfg.Lease)
		switch {
		case err != nil:
			return nil, nil, err
		case value != nil:
			c.shared.Add(1)
			return value, nil, nil
		case !again:
			c.misses.Add(1)
			return nil, &Turn{c: c, id: id, alone: !answers}, nil
		}
	}
}

// lead is Find for the one caller of this process that goes ahead: it waits for
// another process, if one is ahead of it, or takes the turn.
func (c *Cache) lead(ctx context.Context, turn *Turn) ([]byte, *Turn, error) {
	value, refused, err := c.awaitOthers(ctx, turn)
	switch {
	case err != nil:
		turn.End(ctx)
		return nil, nil, err
	case refused:
		turn.Refuse()
		turn.release()
	case value != nil:
		turn.value = value
		turn.End(ctx)
		c.shared.Add(1)
		return value, nil, nil
	}
	c.misses.Add(1)
	return nil, turn, nil
}

// load reads a value and drops one that is not what was put there. It reports
// whether the store answers.
func (c *Cache) load(ctx context.Context, id string) (value []byte, answers bool) {
	var sealed []byte
	ok := c.guard.do(ctx, c.cfg.Timeout, func(ctx context.Context) (err error) {
		sealed, err = c.store.Get(ctx, id)
		return err
	})
	if !ok || sealed == nil {
		return nil, ok
	}
	value, err := open(c.cfg.Secret, id, sealed, c.cfg.MaxValue)
	if err == nil {
		return value, true
	}
	c.dropped.Add(1)
	c.log.WarnContext(ctx, "a cached result was dropped: it is not what was put there", "key", id)
	return nil, c.guard.do(ctx, c.cfg.Timeout, func(ctx context.Context) error { return c.store.Drop(ctx, id) })
}

// Answers reports whether the store does, as far as is known.
func (c *Cache) Answers() bool { return !c.guard.resting() }

// keep stores a value.
func (c *Cache) keep(ctx context.Context, id string, value []byte) {
	sealed, err := seal(c.cfg.Secret, id, value)
	if err == nil && len(value) <= c.cfg.MaxValue && c.guard.do(ctx, 4*c.cfg.Timeout, func(ctx context.Context) error {
		return c.store.Put(ctx, id, sealed, c.cfg.TTL)
	}) {
		c.kept.Add(1)
		return
	}
	c.unkept.Add(1)
}

func token() string { return rand.Text() }
