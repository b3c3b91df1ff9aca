package history

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Batches hold at most maxBatch events; as many may wait for the next one. A batch
// waits gather for more after its first event: those of one run often come within a
// few milliseconds, and writing its row costs as much for one as for all of them.
const (
	maxBatch   = 2000
	gather     = 10 * time.Millisecond
	retryEvery = time.Second
)

// Source is where the events come from.
type Source interface {
	Follow(ctx context.Context, from uint64, fn func(event.Event) error) error
	Events(ctx context.Context, org, runID string) ([]event.Event, error)
}

// Projector writes the log into a [DB], and goes on in the file that takes the place
// of the one it wrote. One per DB.
type Projector struct {
	db     *DB
	source Source
	log    *slog.Logger
	// once says that a write that fails ends it; else it is tried until it works.
	once bool
	// between, when set, is called after each batch, and ends the projector by
	// failing.
	between func(ctx context.Context) error

	// into is the file that is written.
	into *file
	// open are the runs without an end, as folded so far.
	open map[key]*folding
	// dirty are the rows the current batch changed.
	dirty map[key]row
	// stmts write rows; prepared when the first is.
	stmts saving
}

type key struct{ org, id string }

// NewProjector returns a projector into db.
func NewProjector(db *DB, source Source, log *slog.Logger) *Projector {
	return &Projector{db: db, source: source, log: log, open: map[key]*folding{}, dirty: map[key]row{}}
}

// errReplaced says that what is written is the run list no more.
var errReplaced = errors.New("the file was replaced")

// Run projects until ctx ends. It fails only when the log does.
func (p *Projector) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := p.fill(ctx)
		switch {
		case errors.Is(err, errReplaced):
			continue
		case err != nil && !errors.Is(err, context.Canceled):
			return fmt.Errorf("run list: %w", err)
		}
		return nil
	}
	return nil
}

// fill projects into one file, from where it is, until another has its place.
func (p *Projector) fill(ctx context.Context) error {
	into, position := p.db.current()
	p.into, p.open = into, map[key]*folding{}
	if into.open != nil {
		p.open, into.open = into.open, nil
	}
	clear(p.dirty)
	queue := make(chan event.Event, maxBatch)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		select {
		case <-into.replaced:
			return errReplaced
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	g.Go(func() error {
		defer close(queue)
		return p.source.Follow(ctx, position+1, func(e event.Event) error {
			select {
			case queue <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	g.Go(func() error { return p.project(ctx, queue) })
	err := g.Wait()
	if closing := p.stmts.close(); closing != nil {
		p.log.WarnContext(ctx, "run list did not close cleanly", "error", closing)
	}
	p.stmts = saving{}
	return err
}

// project takes what comes, a batch at a time, until the queue is closed.
func (p *Projector) project(ctx context.Context, queue <-chan event.Event) error {
	for e := range queue {
		last, err := p.batch(ctx, e, queue)
		if err != nil {
			return err
		}
		if err := p.flush(ctx, last); err != nil {
			return err
		}
		if p.between == nil {
			continue
		}
		if err := p.between(ctx); err != nil {
			return err
		}
	}
	return nil
}

// batch folds in first and what comes soon after it, and returns the last of them.
func (p *Projector) batch(ctx context.Context, first event.Event, queue <-chan event.Event) (last event.Event, err error) {
	enough := time.NewTimer(gather)
	defer enough.Stop()
	last = first
	for n := 1; ; n++ {
		if err := p.apply(ctx, last); err != nil || n == maxBatch {
			return last, err
		}
		select {
		case e, more := <-queue:
			if !more {
				return last, nil
			}
			last = e
		case <-enough.C:
			return last, nil
		}
	}
}

// apply folds one event in and marks its row. One without a body only says how far the
// log was read.
func (p *Projector) apply(ctx context.Context, e event.Event) error {
	if e.Body == nil {
		return nil
	}
	k := key{e.Org, e.RunID}
	f := p.open[k]
	if f == nil {
		f = &folding{}
		p.open[k] = f
		if e.Kind() != event.KindAsked {
			if err := p.catchUp(ctx, f, e); err != nil {
				return err
			}
		}
	}
	if err := f.add(e); err != nil {
		// A run that contradicts itself must not stop the list of all others.
		p.log.ErrorContext(ctx, "event does not fit its run", "org", e.Org, "run_id", e.RunID, "seq", e.Seq, "error", err)
		if f.run.ID == "" {
			delete(p.open, k)
		}
		return nil
	}
	r, err := f.row()
	if err != nil {
		p.log.ErrorContext(ctx, "run has no capsule", "org", e.Org, "run_id", e.RunID, "seq", e.Seq, "error", err)
	}
	p.dirty[k] = r
	if f.run.Status.Terminal() {
		delete(p.open, k)
	}
	return nil
}

// catchUp reads the events of a run that began before this process did. It fails
// only when ctx ends; what cannot be read shows when the next event does not fit.
func (p *Projector) catchUp(ctx context.Context, f *folding, before event.Event) error {
	events, err := p.source.Events(ctx, before.Org, before.RunID)
	for fault.CodeOf(err) == fault.Unavailable {
		p.db.fail(err)
		if err := pause(ctx); err != nil {
			return err
		}
		events, err = p.source.Events(ctx, before.Org, before.RunID)
	}
	if err != nil {
		p.log.ErrorContext(ctx, "earlier events of a run cannot be read", "org", before.Org, "run_id", before.RunID, "error", err)
	}
	for _, e := range events {
		if e.Seq >= before.Seq {
			break
		}
		if err := f.add(e); err != nil {
			break // the event that led here will not fit either, and says so
		}
	}
	return ctx.Err()
}

// flush commits the batch, trying until it works or ctx ends: what was folded is
// in memory and must not be lost behind the position.
func (p *Projector) flush(ctx context.Context, last event.Event) error {
	for {
		err := p.commit(ctx, last)
		if err == nil {
			clear(p.dirty)
			p.db.advance(last.Seq)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if p.once || errors.Is(err, errReplaced) {
			return err
		}
		p.db.fail(err)
		p.log.ErrorContext(ctx, "run list cannot be written, trying again", "path", p.into.path, "error", err)
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

func (p *Projector) commit(ctx context.Context, last event.Event) (err error) {
	p.db.writes.RLock()
	defer p.db.writes.RUnlock()
	if live, _ := p.db.current(); live != p.into {
		return errReplaced
	}
	if p.stmts.row == nil {
		if p.stmts, err = prepare(ctx, p.into.write); err != nil {
			return err
		}
	}
	tx, err := p.into.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	stmts := p.stmts.in(ctx, tx)
	for _, r := range p.dirty {
		if err = stmts.save(ctx, r); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "UPDATE meta SET position = ?, position_hash = ? WHERE position < ?", int64(last.Seq), hashOf(last.Raw), int64(last.Seq)) //nolint:gosec // sequences stay far below 2^63
	if err != nil {
		return err
	}
	return tx.Commit()
}

func pause(ctx context.Context) error {
	t := time.NewTimer(retryEvery)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
