package cache

import (
	"context"
	"math/rand/v2"
	"time"
)

// flight is one computation in this process, and those who wait for it.
type flight struct {
	done chan struct{}
	// Set before done is closed: the value; or, without one, whether another may
	// take the turn, or everybody computes for himself.
	value []byte
	again bool
}

// board joins the flight of a key, or begins one.
func (c *Cache) board(id string) (f *flight, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := c.flights[id]; ok {
		return f, false
	}
	f = &flight{done: make(chan struct{})}
	c.flights[id] = f
	return f, true
}

// land ends a flight.
func (c *Cache) land(id string, f *flight, value []byte, again bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f.value, f.again = value, again
	delete(c.flights, id)
	close(f.done)
}

// wait waits for the end of a flight, or until nobody should wait any longer.
func (f *flight) wait(ctx context.Context, most time.Duration) (value []byte, again bool, err error) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-f.done:
		return f.value, f.again, nil
	case <-timer.C:
		return nil, false, nil
	case <-ctx.Done():
		return nil, false, context.Cause(ctx)
	}
}

// Turn is the right, and the duty, to compute a value that others may wait for.
type Turn struct {
	c  *Cache
	id string
	// flight is nil for a caller that computes for itself alone.
	flight *flight
	// token is set while this process has the lead among all.
	token string
	// alone says that the store did not answer when the turn was taken: nobody
	// waits for it once more.
	alone bool
	value []byte
	as    State
	ended bool
}

// Keep gives the value to those who wait and stores it.
func (t *Turn) Keep(ctx context.Context, value []byte) {
	t.value, t.as = value, Free
	if t.alone {
		t.c.unkept.Add(1)
		return
	}
	t.c.keep(ctx, t.id, value)
}

// Refuse says that the value may not be kept, or that there is none and another
// try would have none either: nobody waits any longer.
func (t *Turn) Refuse() { t.as = Refused }

// End ends the turn. Without Keep or Refuse somebody else takes it. The second
// call does nothing.
func (t *Turn) End(ctx context.Context) {
	if t.ended {
		return
	}
	t.ended = true
	if t.token != "" {
		t.c.guard.do(context.WithoutCancel(ctx), t.c.cfg.Timeout, func(ctx context.Context) error {
			return t.c.elector.Yield(ctx, t.id, t.token, t.as)
		})
	}
	t.release()
}

// release lets those go who wait in this process.
func (t *Turn) release() {
	if t.flight != nil {
		t.c.land(t.id, t.flight, t.value, t.value == nil && t.as != Refused)
		t.flight = nil
	}
}

// The pauses between looks at what another process computes.
const (
	firstPause = 5 * time.Millisecond
	lastPause  = 150 * time.Millisecond
)

// awaitOthers takes the lead among all processes for a turn, or waits for the one
// that has it and returns its value, or that it was refused. Where the store does
// not answer there is no lead: the turn is this process's own.
func (c *Cache) awaitOthers(ctx context.Context, t *Turn) (value []byte, refused bool, err error) {
	switch {
	case t.alone:
		return nil, false, context.Cause(ctx)
	case c.elector == nil:
		// Somebody may have kept it between the look and the turn.
		value, _ := c.load(ctx, t.id)
		return value, false, nil
	}
	mark, until := token(), time.Now().Add(c.cfg.Lease)
	for pause := firstPause; time.Now().Before(until); pause = min(2*pause, lastPause) {
		var mine bool
		var now State
		ok := c.guard.do(ctx, c.cfg.Timeout, func(ctx context.Context) (err error) {
			mine, now, err = c.elector.Lead(ctx, t.id, mark, c.cfg.Lease)
			return err
		})
		switch {
		case !ok || now == Refused:
			return nil, now == Refused, context.Cause(ctx)
		case mine:
			t.token = mark
			// The value may have come between the look and the lead.
			value, _ := c.load(ctx, t.id)
			return value, false, nil
		}
		if err := doze(ctx, pause/2+rand.N(pause)); err != nil { //nolint:gosec // it only spreads the looks
			return nil, false, err
		}
		if value, _ := c.load(ctx, t.id); value != nil {
			return value, false, nil
		}
	}
	return nil, false, nil
}

func doze(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
