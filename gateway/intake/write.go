package intake

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// handover is how long a writer that was cut off may take to leave.
const handover = 10 * time.Second

// Piece is a piece of a file and who sends it.
type Piece struct {
	registry.Piece
	// Writer names the sender. A new piece of the same one cuts off the old,
	// whose connection is dead; one of another has to wait.
	Writer string
	// Cut makes Body fail at once. It may be called at any time, and often.
	Cut func()
}

// writer is somebody who sends a piece.
type writer struct {
	id   string
	cut  func()
	gone chan struct{}
}

// Append adds a piece to a file; see [registry.Registry.Append]. CONFLICT also
// when somebody else is sending a piece of the same file.
func (s *Service) Append(ctx context.Context, who auth.Principal, id, file string, p Piece) (registry.SessionFile, error) {
	session, err := s.Get(ctx, who, id)
	if err != nil {
		return registry.SessionFile{}, err
	}
	f := session.File(file)
	if f == nil {
		return registry.SessionFile{}, missing()
	}
	leave, err := s.enter(ctx, key(session, file), p)
	if err != nil {
		return *f, err
	}
	defer leave()
	return s.registry.Append(ctx, session, file, p.Piece)
}

// enter makes the sender the writer of a file.
func (s *Service) enter(ctx context.Context, key string, p Piece) (leave func(), err error) {
	for {
		s.mu.Lock()
		before := s.writers[key]
		if before == nil {
			me := &writer{id: p.Writer, cut: p.Cut, gone: make(chan struct{})}
			s.writers[key] = me
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				delete(s.writers, key)
				close(me.gone)
			}, nil
		}
		s.mu.Unlock()
		if p.Writer == "" || before.id != p.Writer || !s.evict(ctx, before) {
			return nil, fault.New(fault.Conflict, "This file is being sent by somebody else.").
				WithHint("Wait until that stops, or cancel the upload.").With("busy", true).With("retry_after_s", 2)
		}
	}
}

// evict cuts a writer off and waits until it is gone.
func (s *Service) evict(ctx context.Context, w *writer) bool {
	w.cut()
	timeout := time.NewTimer(handover)
	defer timeout.Stop()
	select {
	case <-w.gone:
		return true
	case <-timeout.C:
	case <-ctx.Done():
	}
	return false
}

// stopWriter cuts off whoever writes a file.
func (s *Service) stopWriter(ctx context.Context, key string) {
	s.mu.Lock()
	w := s.writers[key]
	s.mu.Unlock()
	if w != nil {
		s.evict(ctx, w)
	}
}
