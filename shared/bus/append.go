package bus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// ErrMovedOn is what [Bus.Append] fails with when another event already follows
// the one the caller acted on. The answer is to drop the result: somebody else
// did the work, or the run was cancelled. The error is a [*MovedOnError].
var ErrMovedOn = errors.New("the run moved on")

// MovedOnError says where a run is that moved on.
type MovedOnError struct {
	// Tail is the run's last event. Its Body is nil when its schema is newer
	// than this program; Kind and Step below are set even then.
	Tail event.Event
	Kind event.Kind
	Step int
}

// Error implements error.
func (e *MovedOnError) Error() string {
	return fmt.Sprintf("%v: %s at step %d is event %d", ErrMovedOn, e.Kind, e.Step, e.Tail.Seq)
}

// Unwrap makes errors.Is(err, ErrMovedOn) true.
func (e *MovedOnError) Unwrap() error { return ErrMovedOn }

// Appended is a stored event.
type Appended struct {
	// Seq is its stream sequence.
	Seq uint64
	// Mine says that an earlier attempt of the same call had landed though its
	// acknowledgement was lost.
	Mine bool
	// Event is what was stored, with Time, By, Cause, Seq and Raw set.
	Event event.Event
}

// Headers of a stored event, beside those of NATS itself.
const (
	headerType      = "Leo-Type"
	headerSchema    = "Leo-Schema"
	headerCausation = "Leo-Causation-Seq"
	headerWorker    = "Leo-Worker"
	headerExpress   = "Leo-Express" // see [Bus.Express]
)

const (
	// appendAttempts and publishTimeout bound how long Append insists: about ten
	// seconds when the server is silent or away, about one when it answers.
	appendAttempts = 6
	publishTimeout = 2 * time.Second
	// headerRoom is what the headers of an event may take of MaxEventBytes.
	headerRoom = 2 << 10
)

// Append stores e as the next event of its run. It is the only writer of run
// events: everything that makes a run end exactly once is here.
//
// after is the sequence of the run's last event as the caller knows it, which is
// the event that led to this one; it is 0 for asked and for nothing else. Append
// sets e.Cause to it, and By and Time where they are empty. The write happens
// only if that event is still the run's last. Whether it happened is found out
// even when the server's answer is lost or says that the outcome is unknown: the
// run's tail is read and the attempt repeated, a bounded number of times.
//
// It fails with ErrMovedOn when another event is there; with fault.Unavailable
// when the log cannot be reached or is full; with fault.NotFound when the run is
// no longer in the log; with fault.PayloadTooLarge above [MaxEventBytes]; with
// fault.Conflict when the run already has an event of this kind and step; and
// with fault.Validation when the event breaks a rule of package event. After
// fault.Unavailable the event may still turn up: whoever tries again with the
// same after is safe.
func (b *Bus) Append(ctx context.Context, after uint64, e event.Event) (Appended, error) {
	return b.append(ctx, after, e, false)
}

// append is Append, for the express or not.
func (b *Bus) append(ctx context.Context, after uint64, e event.Event, express bool) (Appended, error) {
	e.Cause = after
	if e.By == "" {
		e.By = b.cfg.Name
	}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.Time = e.Time.UTC().Truncate(time.Microsecond)
	line, err := event.Encode(e)
	if err != nil {
		return Appended{}, fault.Wrap(err, fault.Validation, "This event cannot be recorded.")
	}
	if (after == 0) != (e.Kind() == event.KindAsked) {
		return Appended{}, fault.New(fault.Validation, "An event of kind %s cannot follow event %d.", e.Kind(), after)
	}
	if len(line) > MaxEventBytes-headerRoom {
		return Appended{}, fault.New(fault.PayloadTooLarge, "The %s event is too large to record: %d KiB.", e.Kind(), len(line)>>10).
			WithHint("Ask for fewer rows or columns, or for shorter text.").With("limit_bytes", MaxEventBytes-headerRoom)
	}
	e.Raw = line
	done, err := b.write(ctx, e, express)
	if err == nil && express {
		b.announce(done.Event)
	}
	return done, err
}

// write publishes an encoded event until its fate is known.
func (b *Bus) write(ctx context.Context, e event.Event, express bool) (Appended, error) {
	msg := message(e)
	if express {
		msg.Header.Set(headerExpress, "1")
	}
	var last error
	for try := range appendAttempts {
		if try > 0 && !b.beforeRetry(ctx, try) {
			break
		}
		ack, err := b.publish(ctx, msg)
		if err == nil {
			return stored(e, ack.Sequence, ack.Duplicate), nil
		}
		if refusal := refused(err, e); refusal != nil {
			return Appended{}, refusal
		}
		seq, err := b.resolve(ctx, e, msg.Header.Get(nats.MsgIdHdr), err)
		if seq > 0 {
			return stored(e, seq, true), nil
		}
		if errors.Is(err, ErrMovedOn) {
			return Appended{}, err
		}
		last = err
	}
	if last == nil {
		last = context.Cause(ctx)
	}
	if errors.Is(last, errNoMessage) && e.Cause > 0 {
		return Appended{}, fault.Wrap(last, fault.NotFound, "This run is no longer in the event log.").
			WithHint("Ask again: the log keeps runs for a limited time.")
	}
	return Appended{}, translate(last, "event log")
}

// beforeRetry waits before another attempt of a write: longer while the
// connection is down, until it is back. It reports whether ctx is still alive.
func (b *Bus) beforeRetry(ctx context.Context, try int) bool {
	if !b.nc.IsConnected() {
		b.rest(ctx, publishTimeout)
		return ctx.Err() == nil
	}
	return pause(ctx, backoff(try, 25*time.Millisecond, 400*time.Millisecond))
}

func stored(e event.Event, seq uint64, mine bool) Appended {
	e.Seq = seq
	return Appended{Seq: seq, Mine: mine, Event: e}
}

// message builds what is published. The id is new for every Append and the same
// for all its attempts: it tells my event from another worker's.
func message(e event.Event) *nats.Msg {
	m := nats.NewMsg(event.Subject(e))
	m.Data = e.Raw
	cause := strconv.FormatUint(e.Cause, 10)
	m.Header.Set(nats.MsgIdHdr, e.RunID+":"+rand.Text())
	m.Header.Set(nats.ExpectedLastSubjSeqHdr, cause)
	m.Header.Set(jetstream.ExpectedLastSubjSeqSubjHeader, event.RunFilter(e.Org, e.RunID))
	m.Header.Set(headerType, string(e.Kind()))
	m.Header.Set(headerSchema, event.Schema(e.Kind()))
	m.Header.Set(headerCausation, cause)
	m.Header.Set(headerWorker, e.By)
	return m
}

// publish is one attempt.
func (b *Bus) publish(ctx context.Context, m *nats.Msg) (*jetstream.PubAck, error) {
	ctx, cancel := context.WithTimeout(ctx, publishTimeout)
	defer cancel()
	return b.js.PublishMsg(ctx, m, jetstream.WithRetryAttempts(0))
}

// refused returns what to tell the caller when the server's answer is final and
// not about the run's tail; nil when the tail decides.
func refused(err error, e event.Event) error {
	switch {
	case isPerSubject(err):
		return fault.Wrap(err, fault.Conflict, "The run already has a %s event at step %d.", e.Kind(), e.Step)
	case isFull(err), isTooLarge(err):
		return translate(err, "event log")
	}
	return nil
}

// resolve is the one place that decides what a failed write means: a conflict
// (10071), an unknown outcome (10164) or no answer at all. It reads the run's
// tail and returns
//
//   - the sequence of e, if an attempt of this Append landed after all;
//   - ErrMovedOn, if the run went on without it;
//   - any other error, if the tail is still the cause or could not be read: the
//     write is to be tried again.
//
// Reads may come from a replica that is behind. That is harmless: a stale tail
// leads to another attempt, and the expectation is checked by the leader.
func (b *Bus) resolve(ctx context.Context, e event.Event, id string, cause error) (uint64, error) {
	tail, err := b.getOne(ctx, streamRuns, directGet{LastBy: event.RunFilter(e.Org, e.RunID)})
	switch {
	case errors.Is(err, errNoMessage) && e.Cause == 0 && !isConflict(cause):
		return 0, cause
	case err != nil:
		return 0, err
	case tail.msgID() == id:
		return tail.seq, nil
	case tail.seq <= e.Cause:
		return 0, cause
	}
	// The tail is somebody else's, perhaps because mine landed and the next stage
	// was quick.
	mine, err := b.getOne(ctx, streamRuns, directGet{LastBy: event.Subject(e)})
	if err == nil && mine.msgID() == id {
		return mine.seq, nil
	}
	return 0, movedOn(tail)
}

// movedOn describes a tail, even one of an unknown schema.
func movedOn(tail record) error {
	e, err := tail.event()
	if err != nil {
		e = event.Event{Seq: tail.seq, Raw: tail.data}
	}
	where, err := event.ParseSubject(tail.subject)
	if err != nil {
		return fmt.Errorf("event %d: %w", tail.seq, err)
	}
	e.Org, e.RunID, e.Step = where.Org, where.RunID, where.Step
	return &MovedOnError{Tail: e, Kind: where.Kind, Step: where.Step}
}
