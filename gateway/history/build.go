package history

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"sync/atomic"

	"github.com/leo-analytics/leo/shared/fault"
)

// rebuild is one rebuild on its way.
type rebuild struct {
	db     *DB
	log    *slog.Logger
	source *wholeLog

	number    int
	projector *Projector
	// compared is the sequence up to which the old list was compared with the new one;
	// valid once begun.
	begun    bool
	compared uint64

	position               atomic.Uint64
	kept, altered, unknown atomic.Int64
}

// errTaken says that the new list has the old one's place.
var errTaken = errors.New("the new run list is in place")

// tell fills in what a rebuild has done so far.
func (b *rebuild) tell(p *Progress) {
	p.Position, p.Target = b.position.Load(), b.source.target(b.db)
	p.Events, p.Archived, p.Missing = b.source.events.Load(), b.source.archived.Load(), b.source.missing.Load()
	p.Kept, p.Altered, p.Unknown = b.kept.Load(), b.altered.Load(), b.unknown.Load()
}

// run makes a new list and puts it in the place of the old one. What it began is removed
// when it fails, and left when ctx ends.
func (b *rebuild) run(ctx context.Context) error {
	old, _ := b.db.current()
	b.db.mu.Lock()
	b.number = b.db.number + 1
	b.db.mu.Unlock()
	half := named(b.db.path, b.number, unfinished)
	f, err := create(ctx, half)
	if err != nil {
		return unwritable(err)
	}
	next := newDB(half, f, b.number, 0)
	b.projector = NewProjector(next, b.source, b.log)
	b.projector.once, b.projector.between = true, b.caughtUp
	err = b.projector.Run(ctx)
	if errors.Is(err, errTaken) {
		b.retire(ctx, old)
		return nil
	}
	if closing := f.close(); closing != nil {
		b.log.WarnContext(ctx, "a run list that was begun did not close cleanly", "error", closing)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var known *fault.Fault
	if !errors.As(err, &known) {
		err = unwritable(err)
	}
	return errors.Join(err, remove(half))
}

func unwritable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "The new run list cannot be written.").
		WithHint("Check that the disk of the gateway's data directory is not full. The old list is still there.")
}

// caughtUp puts the new list in the old one's place as soon as it holds as much.
func (b *rebuild) caughtUp(ctx context.Context) error {
	next := b.projector.db
	b.position.Store(next.Position())
	if next.Position() < b.source.target(b.db) {
		return nil
	}
	if !b.begun {
		// Most of the work is done before anybody has to wait for it.
		if err := b.takeOver(ctx, next.Position()); err != nil {
			return err
		}
		if err := b.projector.into.seal(ctx); err != nil {
			return unwritable(err)
		}
	}
	b.db.writes.Lock()
	defer b.db.writes.Unlock()
	if next.Position() < b.db.Position() {
		return nil // until the next batch
	}
	return b.exchange(ctx)
}

// exchange puts the new list in the old one's place. The caller holds db.writes, so
// that the old list stays as it is.
func (b *rebuild) exchange(ctx context.Context) error {
	position := b.projector.db.Position()
	if err := b.takeOver(ctx, position); err != nil {
		return err
	}
	if err := b.takeLabels(ctx); err != nil {
		return err
	}
	err := b.projector.stmts.close()
	b.projector.stmts = saving{}
	err = errors.Join(err, b.projector.into.seal(ctx), b.projector.into.close())
	if err == nil {
		err = finish(b.db.path, b.number)
	}
	if err != nil {
		return unwritable(err)
	}
	path := named(b.db.path, b.number, filepath.Ext(b.db.path))
	f, err := connect(path)
	if err == nil {
		_, err = f.begin(ctx)
	}
	if err != nil {
		// On the disk it has the place already, unless it can be taken away.
		return unwritable(errors.Join(err, remove(path)))
	}
	f.open = b.projector.open // the stream may not have all of their events any more
	b.db.replace(f, b.number, position)
	return errTaken
}

// retire takes the old file away, or aside where the log contradicts it. What cannot be
// is in nobody's way.
func (b *rebuild) retire(ctx context.Context, old *file) {
	err := old.retire()
	if b.altered.Load()+b.unknown.Load() > 0 {
		err = errors.Join(err, setAside(b.db.path, b.number-1))
	} else {
		err = errors.Join(err, remove(old.path))
	}
	if err != nil {
		b.log.WarnContext(ctx, "the old run list is still there", "path", old.path, "error", err)
	}
}
