package bus

import (
	"context"
	"sync"
	"time"
)

// signal wakes everybody who waits on it, as often as it is fired.
type signal struct {
	mu sync.Mutex // guards ch
	ch chan struct{}
}

func newSignal() *signal { return &signal{ch: make(chan struct{})} }

// wait returns a channel that is closed at the next fire.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ch
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.ch)
	s.ch = make(chan struct{})
}

// pause waits for d and reports whether ctx was still alive then.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// backoff is the pause before another try: base, doubled each time up to limit.
func backoff(try int, base, limit time.Duration) time.Duration {
	d := base << min(try, 16)
	return min(d, limit)
}
