package registry

import (
	"context"
	"errors"
	"io"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
)

// Open returns the bytes of one uploaded file, whether it came at once or in
// pieces. The reader ends with an error instead of io.EOF when a piece is not
// what was stored.
func (r *Registry) Open(ctx context.Context, f catalog.File) (io.ReadCloser, error) {
	s := &sequence{ctx: ctx, store: r.uploads, keys: f.Objects()}
	return s, s.next() // a file that is not there is said before it is read
}

// sequence reads objects one after the other, one open at a time.
type sequence struct {
	ctx   context.Context //nolint:containedctx // a reader has no other way to take one
	store *bus.Objects
	keys  []string
	open  io.ReadCloser
}

// next opens the first of the keys that are left.
func (s *sequence) next() error {
	body, _, err := s.store.Get(s.ctx, s.keys[0])
	if err != nil {
		return err
	}
	s.open, s.keys = body, s.keys[1:]
	return nil
}

// Read implements [io.Reader].
func (s *sequence) Read(p []byte) (int, error) {
	for {
		if s.open == nil {
			return 0, io.ErrClosedPipe
		}
		n, err := s.open.Read(p)
		if n > 0 || err == nil {
			return n, nil // an error comes again with the next read
		}
		if !errors.Is(err, io.EOF) || len(s.keys) == 0 {
			return 0, err
		}
		if err := errors.Join(s.open.Close(), s.next()); err != nil {
			return 0, err
		}
	}
}

// Close implements [io.Closer].
func (s *sequence) Close() error {
	if s.open == nil {
		return nil
	}
	err := s.open.Close()
	s.open = nil
	return err
}
