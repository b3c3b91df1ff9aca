package history

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Stream is the part of the bus that a rebuild reads.
type Stream interface {
	Extent(ctx context.Context) (bus.Extent, error)
	FollowStored(ctx context.Context, from uint64, fn func(bus.Stored) error) error
	Events(ctx context.Context, org, runID string) ([]event.Event, error)
}

// wholeLog is the log from its first event on, as a [Source]: what the stream has no more
// comes from the archive, where there is one. It is followed once.
type wholeLog struct {
	stream Stream
	dir    string // of the archive; "" for none
	log    *slog.Logger

	mu sync.Mutex
	// gaps are what neither of them has, or nobody can read, in order; guarded by mu. One
	// is there before the event that follows it is given.
	gaps []archive.Gap

	// end is where the stream ended when it was begun with.
	end                       atomic.Uint64
	events, archived, missing atomic.Int64
}

// target is what has to be read to have caught up with db, and with the log as it was.
func (w *wholeLog) target(db *DB) uint64 { return max(w.end.Load(), db.Position()) }

// Events implements [Source] with what the stream has of a run.
func (w *wholeLog) Events(ctx context.Context, org, runID string) ([]event.Event, error) {
	return w.stream.Events(ctx, org, runID)
}

// Follow implements [Source]. An event without a body, whose sequence counts, says that
// there is none that can be read. It fails with the archive's faults.
func (w *wholeLog) Follow(ctx context.Context, from uint64, fn func(event.Event) error) error {
	next, err := w.begin(ctx, from, fn)
	if err != nil {
		return err
	}
	return w.stream.FollowStored(ctx, next, func(s bus.Stored) error {
		if s.Seq > next {
			if err := w.older(ctx, archive.Stretch{From: next, To: s.Seq - 1, Next: s.Data}, fn); err != nil {
				return err
			}
		}
		next = s.Seq + 1
		return w.give(ctx, s.Seq, s.Data, fn)
	})
}

// begin gives what an empty stream has had, since no event comes that would show that
// it is missing, and returns where to go on.
func (w *wholeLog) begin(ctx context.Context, from uint64, fn func(event.Event) error) (next uint64, err error) {
	has, err := w.stream.Extent(ctx)
	for fault.CodeOf(err) == fault.Unavailable {
		if err := pause(ctx); err != nil {
			return 0, err
		}
		has, err = w.stream.Extent(ctx)
	}
	w.end.Store(has.Last)
	if err != nil || has.Oldest <= has.Last {
		return from, err
	}
	if from <= has.Last {
		if err := w.older(ctx, archive.Stretch{From: from, To: has.Last}, fn); err != nil {
			return 0, err
		}
	}
	return has.Last + 1, fn(event.Event{Seq: has.Last})
}

// older gives what the stream has no more.
func (w *wholeLog) older(ctx context.Context, s archive.Stretch, fn func(event.Event) error) error {
	gaps := []archive.Gap{{From: s.From, To: s.To}}
	if w.dir != "" {
		var err error
		gaps, err = archive.ReadStretch(ctx, w.dir, s, func(r archive.Record) error {
			w.archived.Add(1)
			return w.give(ctx, r.Seq, r.Data, fn)
		})
		if err != nil {
			return err
		}
	}
	for _, g := range gaps {
		w.miss(g)
	}
	return nil
}

func (w *wholeLog) miss(g archive.Gap) {
	w.mu.Lock()
	w.gaps = append(w.gaps, g)
	w.mu.Unlock()
	w.missing.Add(int64(g.To - g.From + 1)) //nolint:gosec // sequences stay far below 2^63
}

// missed are the gaps so far.
func (w *wholeLog) missed() []archive.Gap {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.gaps)
}

// give gives one event. One that nobody can read, as of a newer program, is missing.
func (w *wholeLog) give(ctx context.Context, seq uint64, data []byte, fn func(event.Event) error) error {
	w.events.Add(1)
	e, err := event.Decode(data)
	if err != nil {
		w.log.ErrorContext(ctx, "event skipped: it cannot be read", "seq", seq, "error", err)
		w.miss(archive.Gap{From: seq, To: seq})
		e = event.Event{Raw: data}
	}
	e.Seq = seq
	return fn(e)
}
