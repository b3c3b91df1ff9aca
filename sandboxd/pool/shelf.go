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
	failures     int
	retryAt      time.Time
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
}

// room reports whether one more sandbox of about this size may wait, after
// making some at the expense of shelves that were used longer ago.
func (p *Pool) room(s *shelf, bytes int64) bool {
	for p.idle+p.coming >= p.cfg.MaxIdle || p.bytes+int64(p.coming+1)*bytes > p.cfg.MaxIdleBytes {
		var oldest *shelf
		for _, other := range p.shelves {
			if other != s && len(other.idle) > 0 && other.used.Before(s.used) && (oldest == nil || other.used.Before(oldest.used)) {
				oldest = other
			}
		}
		if oldest == nil {
			return false
		}
		oldest.target = max(0, min(oldest.target, len(oldest.idle))-1)
		p.discard(oldest, 0, "room")
	}
	return true
}
