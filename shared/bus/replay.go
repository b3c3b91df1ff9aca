package bus

import (
	"context"
	"errors"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Filter narrows a replay. Zero fields do not narrow.
type Filter struct {
	Org, RunID string
	// FromSeq and ToSeq are both inclusive.
	FromSeq, ToSeq uint64
	// FromTime is inclusive, ToTime exclusive. Both are the log's clock: when an
	// event was stored, which never goes backwards along the log. An event's own
	// Time is its writer's clock, a moment earlier.
	FromTime, ToTime time.Time
}

// validate keeps wildcards out of subjects.
func (f Filter) validate() error {
	if f.Org != "" && !event.ValidToken(f.Org) || f.RunID != "" && !event.ValidToken(f.RunID) {
		return fault.New(fault.Validation, "The org or the run id of this replay is not valid.").
			WithHint("Use letters, digits, - and _.")
	}
	if f.ToSeq > 0 && f.ToSeq < f.FromSeq || !f.ToTime.IsZero() && f.ToTime.Before(f.FromTime) {
		return fault.New(fault.Validation, "This replay ends before it begins.").
			WithHint("Swap the ends of the range.")
	}
	return nil
}

// subject is the filter of the events wanted; empty for all.
func (f Filter) subject() string {
	if f.Org == "" {
		return ""
	}
	return "leo." + f.Org + ".run.>"
}

// admits reports whether a record is in the range, and whether later ones can be.
func (f Filter) admits(r record, end uint64) (in, more bool) {
	if r.seq > end || !f.ToTime.IsZero() && !r.time.Before(f.ToTime) {
		return false, false
	}
	return r.seq >= f.FromSeq && !r.time.Before(f.FromTime), r.seq < end
}

// Replay calls fn for every stored event that f lets through, in order, and ends
// at the last event stored when it began. It fails with fn's error, with
// fault.Validation for an impossible filter, with fault.Unavailable when the log
// is away for long and, unlike Follow, with event.ErrUnknownSchema: a replay is
// whole or it fails.
func (b *Bus) Replay(ctx context.Context, f Filter, fn func(event.Event) error) error {
	if err := f.validate(); err != nil {
		return err
	}
	end, err := b.LastSeq(ctx)
	if err != nil {
		return err
	}
	if f.ToSeq > 0 {
		end = min(end, f.ToSeq)
	}
	if end == 0 || end < f.FromSeq {
		return nil
	}
	give := func(r record) error {
		in, more := f.admits(r, end)
		if in {
			e, err := r.event()
			if err != nil {
				return err
			}
			if err := fn(e); err != nil {
				return err
			}
		}
		if !more {
			return errEnough
		}
		return nil
	}
	if f.RunID != "" {
		return b.replayRun(ctx, f, give)
	}
	s := source{stream: streamRuns, filter: f.subject(), from: f.FromSeq, since: f.FromTime, bounded: true}
	if err := b.follow(ctx, s, func() error { return errEnough }, give); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// replayRun reads one run directly: a consumer would have to search for it.
func (b *Bus) replayRun(ctx context.Context, f Filter, give func(record) error) error {
	org := f.Org
	if org == "" {
		org = "*"
	}
	atLeast, err := b.leaders(ctx)
	if err != nil {
		return err
	}
	records, err := b.runRecords(ctx, org, f.RunID, atLeast)
	if errors.Is(err, errNoMessage) {
		return nil
	}
	if err != nil {
		return readFault(err, f.RunID)
	}
	for _, r := range records {
		if err := give(r); err != nil {
			if errors.Is(err, errEnough) {
				return nil
			}
			return err
		}
	}
	return nil
}
