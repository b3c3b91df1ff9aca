package pool

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

const (
	// firstRetry and lastRetry bound the pause after a preparation that failed.
	firstRetry = time.Second
	lastRetry  = time.Minute

	// tellTime is about how long a result takes from its sandbox to a person.
	tellTime = 20 * time.Millisecond

	// What an idle sandbox is taken to use where it cannot be measured: a runner
	// shares most of its pages with the others, pandas does not.
	sqlBytes    = 24 << 20
	pythonBytes = 96 << 20
)

// poke makes the keeper look.
func (p *Pool) poke() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// keep is the keeper.
func (p *Pool) keep() {
	decay := time.NewTicker(p.cfg.Decay)
	defer decay.Stop()
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-decay.C:
			p.decay(time.Now())
		case <-p.wake:
		case <-again.C:
		}
		again.Reset(p.replenish(time.Now()))
	}
}

// replenish starts what shelves lack and returns when to look again at the
// latest.
func (p *Pool) replenish(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := time.Hour
	shelves := make([]*shelf, 0, len(p.shelves))
	for _, s := range p.shelves {
		p.bury(s)
		switch {
		case s.lacking() <= 0:
			s.lackingSince = time.Time{}
			continue
		case s.lackingSince.IsZero():
			s.lackingSince = now
		}
		shelves = append(shelves, s)
	}
	slices.SortFunc(shelves, func(a, b *shelf) int {
		// Who lacks the most of its target first, then who was used last.
		return cmp.Or(cmp.Compare(len(a.idle)+a.coming, len(b.idle)+b.coming), b.used.Compare(a.used))
	})
	for _, s := range shelves {
		if wait := p.wait(s, now); wait > 0 {
			next = min(next, wait)
			continue
		}
		for s.lacking() > 0 && p.coming < p.cfg.Parallel && p.room(s, s.weight()) {
			spec := s.spec
			spec.Urgent = len(s.waiting) > s.coming
			s.coming++
			p.coming++
			p.keeping.Go(func() { p.prepare(s, spec) })
		}
	}
	return next
}

// wait is how long a shelf's preparations have to wait: while runs are in progress, and
// until what the last of them returned can have been told, but not for ever.
func (p *Pool) wait(s *shelf, now time.Time) time.Duration {
	wait := s.retryAt.Sub(now)
	if len(s.waiting) > 0 {
		return wait
	}
	yield := p.cfg.Yield - now.Sub(s.lackingSince)
	if p.busy == 0 {
		yield = min(yield, tellTime-now.Sub(p.freed))
	}
	return max(wait, yield)
}

// bury takes off the shelf what died there.
func (p *Pool) bury(s *shelf) {
	for i := len(s.idle) - 1; i >= 0; i-- {
		if s.idle[i].dead() {
			p.discard(s, i, "died")
			p.failed(s, errGone)
		}
	}
}

// prepare makes one sandbox for a shelf.
func (p *Pool) prepare(s *shelf, spec executor.Spec) {
	began := time.Now()
	box, err := p.exec.Prepare(p.ctx, spec)
	took := time.Since(began)
	p.mu.Lock()
	defer p.mu.Unlock()
	s.coming--
	p.coming--
	defer p.poke()
	if err != nil {
		s.deliver(nil)
		if p.ctx.Err() == nil {
			p.failed(s, err)
		}
		return
	}
	p.figures.prepared(s.spec.Mode, "ahead", took)
	s.failures, s.retryAt = 0, time.Time{}
	e := &idle{box: box, since: time.Now(), bytes: resident(box, s.spec)}
	s.size = e.bytes
	if p.closed || s.target == 0 && len(s.waiting) == 0 {
		s.deliver(nil)
		p.figures.dropped("late")
		p.condemn(box, s.spec.Mode)
		return
	}
	p.put(s, e)
	p.keeping.Go(func() { p.watch(e) })
}

// watch tells the keeper when an idle sandbox ends.
func (p *Pool) watch(e *idle) {
	select {
	case <-e.box.Done():
		p.poke()
	case <-p.ctx.Done():
	}
}

// failed makes a shelf pause, longer each time.
func (p *Pool) failed(s *shelf, err error) {
	pause := min(lastRetry, firstRetry<<min(s.failures, 10))
	s.failures++
	s.retryAt = time.Now().Add(pause)
	p.figures.dropped("failed")
	p.log.Warn("no warm sandbox", "mode", s.spec.Mode, "pause_ms", pause.Milliseconds(), "error", err)
}

// decay takes back unneeded depth and removes what is old.
func (p *Pool) decay(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for spec, s := range p.shelves {
		if now.Sub(s.used) >= p.cfg.IdleTTL && now.Sub(s.made) >= p.cfg.IdleTTL {
			s.target = 0
		} else if spare := min(s.least, len(s.idle)); spare > 0 {
			s.target = max(min(s.target, 1), s.target-(spare+1)/2)
		}
		for i := len(s.idle) - 1; i >= 0; i-- {
			if now.Sub(s.idle[i].since) >= p.cfg.MaxAge {
				p.discard(s, i, "age")
			}
		}
		for len(s.idle) > s.target {
			p.discard(s, 0, "unneeded")
		}
		s.least = len(s.idle)
		if s.target == 0 && s.coming == 0 && len(s.waiting) == 0 {
			delete(p.shelves, spec)
		}
	}
}

// resident is how much memory a sandbox uses.
func resident(box executor.Sandbox, spec executor.Spec) int64 {
	if m, ok := box.(interface{ Memory() int64 }); ok {
		if bytes := m.Memory(); bytes > 0 {
			return bytes
		}
	}
	return estimate(spec)
}

func estimate(spec executor.Spec) int64 {
	if spec.Mode == protocol.Python {
		return pythonBytes
	}
	return sqlBytes
}

const (
	destroyQueue = 64
	destroyers   = 2
	// destroyTimeout bounds one removal.
	destroyTimeout = 45 * time.Second
)

// condemned is a sandbox to be destroyed.
type condemned struct {
	box  executor.Sandbox
	mode protocol.QueryType
}

// condemn queues a sandbox for its end. The caller holds the mutex; where the
// queue is full the removal runs beside it, so that nobody waits with the lock.
func (p *Pool) condemn(box executor.Sandbox, mode protocol.QueryType) {
	select {
	case p.doomed <- condemned{box, mode}:
	default:
		p.overdue.Go(func() { p.destroy(condemned{box, mode}) })
	}
}

func (p *Pool) destroyAll() {
	for c := range p.doomed {
		p.destroy(c)
	}
}

func (p *Pool) destroy(c condemned) {
	ctx, cancel := context.WithTimeout(context.Background(), destroyTimeout)
	defer cancel()
	began := time.Now()
	if err := c.box.Destroy(ctx); err != nil {
		p.log.ErrorContext(ctx, "sandbox could not be destroyed", "sandbox", c.box.ID(), "error", err)
	}
	p.figures.destroyed(c.mode, time.Since(began))
}
