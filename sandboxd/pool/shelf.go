package pool

import (
	"slices"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// shelf holds the idle sandboxes of one spec. The pool's mutex guards it.
type shelf struct {
	spec    executor.Spec
	idle    []*idle
	waiting []chan *idle // runs that wait for one that is coming
	target  int
	coming  int
	made    time.Time
	used    time.Time // when a run last asked; zero if none did
	// least is the fewest idle ones since the last decay: what was never needed.
	least int
	// lackingSince is when idle and coming ones became fewer than the target;
	// zero while they are not.
	lackingSince time.Time
	// size is what its last sandbox used when it was ready, 0 if none was made.
	size     int64
	failures int
	retryAt  time.Time
}

// idle is one sandbox on a shelf.
type idle struct {
	box   executor.Sandbox
	since time.Time
	bytes int64
}

// dead reports whether its process has ended.
func (i *idle) dead() bool {
	select {
	case <-i.box.Done():
		return true
	default:
		return false
	}
}

// lacking is how many are to be prepared.
func (s *shelf) lacking() int { return s.target + len(s.waiting) - len(s.idle) - s.coming }

// leave takes a run out of the queue.
func (s *shelf) leave(w chan *idle) {
	s.waiting = slices.DeleteFunc(s.waiting, func(have chan *idle) bool { return have == w })
}

// deliver gives e to the first run that waits, nil for a preparation that
// failed. It reports whether there was one.
func (s *shelf) deliver(e *idle) bool {
	if len(s.waiting) == 0 {
		return false
	}
	w := s.waiting[0]
	s.waiting = s.waiting[1:]
	w <- e // room for one
	return true
}

// shelf returns the shelf of a spec, a new one if there is none.
func (p *Pool) shelf(spec executor.Spec) *shelf {
	s, ok := p.shelves[spec]
	if !ok {
		s = &shelf{spec: spec, made: time.Now()}
		p.shelves[spec] = s
	}
	return s
}

// remove takes the i-th idle sandbox off its shelf.
func (p *Pool) remove(s *shelf, i int) {
	e := s.idle[i]
	s.idle = slices.Delete(s.idle, i, i+1)
	s.least = min(s.least, len(s.idle))
	p.idle--
	p.bytes -= e.bytes
	p.figures.idle(s.spec.Mode, -1, -e.bytes)
}

// discard takes the i-th idle sandbox off its shelf for good.
func (p *Pool) discard(s *shelf, i int, why string) {
	e := s.idle[i]
	p.remove(s, i)
	p.figures.dropped(why)
	p.condemn(e.box, s.spec.Mode)
}

// put places a prepared sandbox on its shelf, or hands it to a run that waits.
func (p *Pool) put(s *shelf, e *idle) {
	if s.deliver(e) {
		p.busy++
		return
	}
	s.idle = append(s.idle, e)
	p.idle++
	p.bytes += e.bytes
	p.figures.idle(s.spec.Mode, 1, e.bytes)
	if p.bytes > p.cfg.MaxIdleBytes && !p.room(s, 0) {
		// It is larger than was thought when it was begun.
		s.target = len(s.idle) - 1
		p.discard(s, len(s.idle)-1, "room")
	}
}

// room reports whether more sandboxes may wait: one of this size, or none more if
// it is 0, besides those that are coming. It makes room at the expense of shelves
// that were used longer ago, if that is enough.
func (p *Pool) room(s *shelf, bytes int64) bool {
	count, sum := p.idle+p.coming, p.bytes+bytes
	if bytes > 0 {
		count++
	}
	var older []*shelf
	freeCount, freeBytes := 0, int64(0)
	for _, other := range p.shelves {
		sum += int64(other.coming) * other.weight()
		if other == s || len(other.idle) == 0 || !other.used.Before(s.used) {
			continue
		}
		older = append(older, other)
		freeCount += len(other.idle)
		for _, e := range other.idle {
			freeBytes += e.bytes
		}
	}
	if count-freeCount > p.cfg.MaxIdle || sum-freeBytes > p.cfg.MaxIdleBytes {
		return false
	}
	slices.SortFunc(older, func(a, b *shelf) int { return a.used.Compare(b.used) })
	for _, other := range older {
		for len(other.idle) > 0 && (count > p.cfg.MaxIdle || sum > p.cfg.MaxIdleBytes) {
			count, sum = count-1, sum-other.idle[0].bytes
			other.target = len(other.idle) - 1
			p.discard(other, 0, "room")
		}
	}
	return true
}

// weight is what a sandbox of this shelf is taken to use.
func (s *shelf) weight() int64 {
	if s.size > 0 {
		return s.size
	}
	return estimate(s.spec)
}
