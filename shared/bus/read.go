package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Tail returns a run's last event. In a cluster it may be a moment behind, which
// [Bus.Append] then notices. It fails with fault.NotFound if the log has
// no such run, with event.ErrUnknownSchema if a newer program wrote the event
// and with fault.Unavailable if the log cannot be reached.
func (b *Bus) Tail(ctx context.Context, org, runID string) (event.Event, error) {
	if err := validRun(org, runID); err != nil {
		return event.Event{}, err
	}
	r, err := b.getOne(ctx, streamRuns, directGet{LastBy: event.RunFilter(org, runID)})
	if err != nil {
		return event.Event{}, readFault(err, runID)
	}
	return r.event()
}

// Events returns all events of a run in the order of their sequences, every one
// that was acknowledged or delivered before the call included. It fails as
// [Bus.Tail] does.
func (b *Bus) Events(ctx context.Context, org, runID string) ([]event.Event, error) {
	if err := validRun(org, runID); err != nil {
		return nil, err
	}
	atLeast, err := b.leaders(ctx)
	if err != nil {
		return nil, err
	}
	return b.eventsUpTo(ctx, org, runID, atLeast)
}

// EventsUpTo is Events for who needs no more than the events up to a sequence; later
// ones may be among them. In a cluster it saves asking the leader how far the log is.
func (b *Bus) EventsUpTo(ctx context.Context, org, runID string, seq uint64) ([]event.Event, error) {
	if err := validRun(org, runID); err != nil {
		return nil, err
	}
	if b.cfg.Replicas == 1 {
		seq = 0 // who answers has them all
	}
	return b.eventsUpTo(ctx, org, runID, seq)
}

func (b *Bus) eventsUpTo(ctx context.Context, org, runID string, atLeast uint64) ([]event.Event, error) {
	records, err := b.runRecords(ctx, org, runID, atLeast)
	if err != nil {
		return nil, readFault(err, runID)
	}
	events := make([]event.Event, len(records))
	for i, r := range records {
		if events[i], err = r.event(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// leaders is how far the log is, where any replica may answer a read and one may be
// behind; 0 where there is none but the leader.
func (b *Bus) leaders(ctx context.Context) (uint64, error) {
	if b.cfg.Replicas == 1 {
		return 0, nil
	}
	return b.LastSeq(ctx)
}

// runRecords reads a run, with as few requests as its size allows, from a replica that has
// seen the log up to atLeast. org may be *.
func (b *Bus) runRecords(ctx context.Context, org, runID string, atLeast uint64) ([]record, error) {
	g := directGet{MultiLast: []string{event.RunFilter(org, runID)}}
	var all []record
	for {
		got, err := b.getCurrent(ctx, g, atLeast)
		if err != nil {
			return nil, err
		}
		all = append(all, got.records...)
		if got.more == 0 || len(got.records) == 0 {
			return all, nil
		}
		g.Seq = got.records[len(got.records)-1].seq + 1
	}
}

// staleTries is how often a replica that is behind is asked again.
const staleTries = 6

// getCurrent is getMany from a replica that has seen the log up to atLeast.
func (b *Bus) getCurrent(ctx context.Context, g directGet, atLeast uint64) (batch, error) {
	for try := 0; ; try++ {
		got, err := b.getMany(ctx, streamRuns, g)
		stale := errors.Is(err, errNoMessage) && atLeast > 0 || err == nil && got.upTo < atLeast
		if !stale {
			return got, err
		}
		if try == staleTries || !pause(ctx, backoff(try, 5*time.Millisecond, 100*time.Millisecond)) {
			if err == nil {
				err = fmt.Errorf("replica is at %d, behind %d", got.upTo, atLeast)
			}
			return batch{}, err
		}
	}
}

// Get returns the event with a stream sequence. It fails as [Bus.Tail] does.
func (b *Bus) Get(ctx context.Context, seq uint64) (event.Event, error) {
	if seq == 0 {
		return event.Event{}, fault.New(fault.NotFound, "The event log has no event 0.")
	}
	r, err := b.getOne(ctx, streamRuns, directGet{Seq: seq})
	if errors.Is(err, errNoMessage) {
		return event.Event{}, fault.Wrap(err, fault.NotFound, "The event log has no event %d.", seq)
	}
	if err != nil {
		return event.Event{}, translate(err, "event log")
	}
	return r.event()
}

// LastSeq returns the sequence of the log's last event, 0 for an empty log. It
// asks the leader, so it includes every acknowledged event. It fails with
// fault.Unavailable.
func (b *Bus) LastSeq(ctx context.Context) (uint64, error) {
	x, err := b.Extent(ctx)
	return x.Last, err
}

// Extent is what the log holds at one moment.
type Extent struct {
	// Oldest is the sequence of the oldest event that the log still has, and Last that of
	// its last one. A log that has none, or none any more, has an oldest after its last.
	Oldest, Last uint64
	// Since is when the oldest event was stored; zero where there is none.
	Since time.Time
}

// Extent returns what the log holds now. It fails as [Bus.LastSeq] does.
func (b *Bus) Extent(ctx context.Context) (Extent, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	s, err := b.js.Stream(ctx, streamRuns)
	if err != nil {
		return Extent{}, translate(err, "event log")
	}
	state := s.CachedInfo().State
	if state.Msgs == 0 {
		return Extent{Oldest: state.LastSeq + 1, Last: state.LastSeq}, nil
	}
	return Extent{Oldest: state.FirstSeq, Last: state.LastSeq, Since: state.FirstTime}, nil
}

// depth is a remembered answer of Pending.
type depth struct {
	waiting uint64
	asked   time.Time
}

// Pending returns how many events wait for the worker of that name and were not
// yet handed to one; the answer is at most a second old. It fails with
// fault.NotFound if no such worker has ever started and with fault.Unavailable.
func (b *Bus) Pending(ctx context.Context, worker string) (uint64, error) {
	b.mu.Lock()
	known, ok := b.depths[worker]
	b.mu.Unlock()
	if ok && time.Since(known.asked) < time.Second {
		return known.waiting, nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	c, err := b.js.Consumer(ctx, streamRuns, worker)
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return 0, fault.Wrap(err, fault.NotFound, "No worker called %q has ever started.", worker).
			WithHint("Start the role it belongs to.")
	}
	if err != nil {
		return 0, translate(err, "event log")
	}
	waiting := c.CachedInfo().NumPending
	b.mu.Lock()
	b.depths[worker] = depth{waiting: waiting, asked: time.Now()}
	b.mu.Unlock()
	return waiting, nil
}

// validRun keeps wildcards and other surprises out of subjects.
func validRun(org, runID string) error {
	if !event.ValidToken(org) || !event.ValidToken(runID) {
		return fault.New(fault.NotFound, "There is no run %q.", runID)
	}
	return nil
}

func readFault(err error, runID string) error {
	if errors.Is(err, errNoMessage) {
		return fault.Wrap(err, fault.NotFound, "There is no run %q.", runID).
			WithHint("Check the run's id. The log keeps runs for a limited time.")
	}
	return translate(fmt.Errorf("run %s: %w", runID, err), "event log")
}
