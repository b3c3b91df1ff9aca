package executor

import (
	"context"
	"errors"
	"sync"

	"github.com/leo-analytics/leo/shared/fault"
)

// Roster keeps an executor's sandboxes together, so that closing the executor
// leaves none: neither one that is in use nor one that is just being prepared.
// Its zero value is ready and it is safe for concurrent use.
type Roster struct {
	mu        sync.Mutex // guards what follows
	closed    bool
	live      map[*Session]struct{}
	preparing map[*context.CancelCauseFunc]struct{}
	entered   sync.WaitGroup
}

// Enter begins a preparation. The returned context ends with ctx or when the
// roster is closed; leave must be called when the preparation is over. Enter
// fails with Unavailable after Close.
func (r *Roster) Enter(ctx context.Context) (_ context.Context, leave func(), err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, nil, errClosed()
	}
	ctx, cancel := context.WithCancelCause(ctx)
	if r.preparing == nil {
		r.preparing = map[*context.CancelCauseFunc]struct{}{}
	}
	r.preparing[&cancel] = struct{}{}
	r.entered.Add(1)
	return ctx, func() {
		r.mu.Lock()
		delete(r.preparing, &cancel)
		r.mu.Unlock()
		cancel(nil)
		r.entered.Done()
	}, nil
}

// Add registers a session until it is destroyed. It is called between Enter and
// leave.
func (r *Roster) Add(s *Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.live == nil {
		r.live = map[*Session]struct{}{}
	}
	r.live[s] = struct{}{}
	s.onGone = func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.live, s)
	}
}

// Close refuses further sandboxes, abandons those being prepared, destroys the
// ones there are, all at once, and waits for that. It is idempotent.
func (r *Roster) Close(ctx context.Context) error {
	r.mu.Lock()
	r.closed = true
	for cancel := range r.preparing {
		(*cancel)(errClosed())
	}
	r.mu.Unlock()
	r.entered.Wait()

	r.mu.Lock()
	live := make([]*Session, 0, len(r.live))
	for s := range r.live {
		live = append(live, s)
	}
	r.mu.Unlock()
	done := make(chan error, len(live))
	for _, s := range live {
		go func() { done <- s.Destroy(ctx) }()
	}
	var errs []error
	for range live {
		errs = append(errs, <-done)
	}
	return errors.Join(errs...)
}

func errClosed() error {
	return fault.New(fault.Unavailable, "Leo is shutting down and starts no more sandboxes.").
		WithHint("Try again in a moment.")
}
