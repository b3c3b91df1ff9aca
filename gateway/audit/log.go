package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Log is the part of the bus an export reads.
type Log interface {
	Replay(ctx context.Context, f bus.Filter, fn func(event.Event) error) error
	LastSeq(ctx context.Context) (uint64, error)
	Extent(ctx context.Context) (bus.Extent, error)
	Get(ctx context.Context, seq uint64) (event.Event, error)
}

// Scope is what of the log is read.
type Scope struct {
	bus.Filter
	// StreamOnly leaves the archive out.
	StreamOnly bool
}

// Logged is a line of the event export: one stored event, byte for byte, and where it
// stands, or a gap.
type Logged struct {
	// Seq is the event's sequence; of a gap, the last one that is missing.
	Seq     uint64          `json:"seq"`
	Subject string          `json:"subject,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	// Missing is the first sequence of a gap, whose events neither the stream nor the
	// archive has: of whatever organisation they were. 0 for an event.
	Missing uint64 `json:"missing,omitempty"`
}

// reading is one pass over the log: the archive where the stream may not have all, as far
// as it goes, and the stream from there on.
//
//	1 ······ archive ······▶ its end ── stream ──▶ last
//
// The seam is where the archive ends and not where the stream begins, because events go
// from there meanwhile.
type reading struct {
	x  *Export
	s  Scope
	fn func(Logged) error
	// next is the sequence that was not looked at yet.
	next uint64
	// before is when the event before next was stored; zero if that is not known.
	before time.Time
}

// read calls fn for the events of the log that s lets through, and for gaps, in order. It
// fails with fn's error, with UNAVAILABLE when the stream or the archive is away, and with
// CONFLICT where the archive is not what was written.
func (x *Export) read(ctx context.Context, s Scope, fn func(Logged) error) error {
	r := &reading{x: x, s: s, fn: fn, next: max(s.FromSeq, 1)}
	if s.RunID != "" {
		whole, err := r.run(ctx)
		if whole || err != nil {
			return err
		}
	}
	has, err := x.log.Extent(ctx)
	if err != nil {
		return err
	}
	if x.archive != "" && !s.StreamOnly && r.older(has) {
		if err := r.archived(ctx, has); err != nil {
			return err
		}
	}
	return r.stream(ctx, r.s.ToSeq)
}

// older says whether the stream may not have all that is wanted.
func (r *reading) older(has bus.Extent) bool {
	return has.Oldest > r.next && (has.Since.IsZero() || r.s.FromTime.Before(has.Since))
}

// run gives a run of which the stream has the first event, and so all: the oldest go first.
func (r *reading) run(ctx context.Context) (whole bool, err error) {
	err = r.x.log.Replay(ctx, bus.Filter{Org: r.s.Org, RunID: r.s.RunID}, func(e event.Event) error {
		if e.Step == 0 {
			whole = true
		}
		return errSeen
	})
	if err != nil && !errors.Is(err, errSeen) || !whole {
		return false, ignore(err, errSeen)
	}
	return true, r.x.log.Replay(ctx, r.s.Filter, r.event)
}

// errSeen ends a replay from inside, without an error.
var errSeen = errors.New("seen")

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}

// archived gives what the archive has.
func (r *reading) archived(ctx context.Context, has bus.Extent) error {
	to := has.Last
	if r.s.ToSeq != 0 {
		to = min(to, r.s.ToSeq)
	}
	if to < r.next {
		return nil
	}
	known, err := r.x.log.Get(ctx, has.Oldest)
	if fault.CodeOf(err) == fault.Unavailable {
		return err
	}
	_, err = archive.ReadStretch(ctx, r.x.archive, archive.Stretch{From: r.next, To: to}, func(rec archive.Record) error {
		if rec.Seq == has.Oldest && known.Raw != nil && !bytes.Equal(rec.Data, known.Raw) {
			return fault.New(fault.Conflict, "The archive at %s is of another log: its event %d is a different one.", r.x.archive, rec.Seq).
				WithHint("Set archive_dir to the archive of this log.")
		}
		if rec.Seq > max(r.next, has.Oldest) { // files of the archive were moved away
			if err := r.stream(ctx, rec.Seq-1); err != nil {
				return err
			}
		} else if err := r.gap(rec.Seq, rec.Time); err != nil {
			return err
		}
		r.next, r.before = rec.Seq+1, rec.Time
		where, err := event.ParseSubject(rec.Subject)
		if err != nil {
			return fmt.Errorf("archive: event %d: %w", rec.Seq, err)
		}
		if where.Org != r.s.Org || r.s.RunID != "" && where.RunID != r.s.RunID || rec.Time.Before(r.s.FromTime) || r.ended(rec.Time) {
			return nil
		}
		return r.fn(Logged{Seq: rec.Seq, Subject: rec.Subject, Data: rec.Data})
	})
	if fault.CodeOf(err) == fault.NotFound {
		return fault.Wrap(err, fault.Unavailable, "There is no archive at %s, and the stream does not have all events any more.", r.x.archive).
			WithHint("Set archive_dir to where the archive is, or leave it out with archive=false.")
	}
	return err
}

// ended says that a moment is after what is wanted.
func (r *reading) ended(at time.Time) bool { return !r.s.ToTime.IsZero() && !at.Before(r.s.ToTime) }

// stream gives what the stream has from next on up to a sequence, 0 for all of it.
func (r *reading) stream(ctx context.Context, to uint64) error {
	f := r.s.Filter
	f.FromSeq, f.ToSeq = r.next, to
	if to != 0 && to < r.next {
		return nil
	}
	begun := false
	err := r.x.log.Replay(ctx, f, func(e event.Event) error {
		if !begun {
			begun = true
			if err := r.gone(ctx, e.Seq); err != nil {
				return err
			}
		}
		return r.event(e)
	})
	if err != nil || begun {
		return err
	}
	return r.gone(ctx, to+1)
}

// gone tells what had gone from the stream before it was read. It is asked once there is a
// first event, whose sequence is seq, or the sequence after all that is wanted: what went
// before that did so unseen, and what is left after it is read faster than it goes.
func (r *reading) gone(ctx context.Context, seq uint64) error {
	has, err := r.x.log.Extent(ctx)
	if err != nil {
		return err
	}
	if seq > 1 && seq < has.Oldest {
		return r.gap(seq, time.Time{})
	}
	return r.gap(has.Oldest, has.Since)
}

func (r *reading) event(e event.Event) error {
	return r.fn(Logged{Seq: e.Seq, Subject: event.Subject(e), Data: e.Raw})
}

// gap tells that the events from next on are missing up to the one before seq, which was
// stored at a time, unless all of them are known to be outside of what is wanted.
func (r *reading) gap(seq uint64, at time.Time) error {
	last := seq - 1
	if r.s.ToSeq != 0 {
		last = min(last, r.s.ToSeq)
	}
	if last < r.next || !at.IsZero() && at.Before(r.s.FromTime) || !r.before.IsZero() && r.ended(r.before) {
		return nil
	}
	return r.fn(Logged{Seq: last, Missing: r.next})
}
