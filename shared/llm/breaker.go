package llm

import (
	"sync"
	"time"
)

// The states of a breaker.
const (
	stateClosed   = "closed"
	stateOpen     = "open"
	stateHalfOpen = "half-open"
)

// breaker keeps requests away from an endpoint that only fails.
type breaker struct {
	after int
	hold  time.Duration
	now   func() time.Time

	mu       sync.Mutex // guards the rest
	failures int        // in a row
	opened   time.Time  // zero while closed
	probing  bool       // one request is out to see
	opens    int
}

// allow reports whether a request may go out, and if not, for how long. Each
// permission must be followed by exactly one of success, failure and abandon.
func (b *breaker) allow() (wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.opened.IsZero() {
		return 0, true
	}
	if left := b.hold - b.now().Sub(b.opened); left > 0 {
		return left, false
	}
	if b.probing {
		return b.hold, false
	}
	b.probing = true
	return 0, true
}

// success closes the breaker.
func (b *breaker) success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.opened, b.probing = 0, time.Time{}, false
}

// failure counts, and opens the breaker when there were enough or a probe failed.
func (b *breaker) failure() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	if b.probing || b.opened.IsZero() && b.failures >= b.after {
		b.opened = b.now()
		b.opens++
	}
	b.probing = false
}

// abandon takes back a permission whose request says nothing about the endpoint.
func (b *breaker) abandon() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
}

// state names where the breaker is and how often it opened.
func (b *breaker) state() (name string, failures, opens int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.opened.IsZero():
		name = stateClosed
	case b.now().Sub(b.opened) < b.hold:
		name = stateOpen
	default:
		name = stateHalfOpen
	}
	return name, b.failures, b.opens
}
