package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// takeTurn handles one delivery of one event.
func (b *Bus) takeTurn(ctx context.Context, w Worker, running *running, d delivery) verdict {
	log := b.log.With("worker", w.Name, "seq", d.seq, "attempt", d.attempt)
	e, err := d.event()
	if err != nil {
		log.WarnContext(ctx, "event cannot be read", "error", err)
		if !errors.Is(err, event.ErrUnknownSchema) {
			return giveUp(reasonOf(fault.From(err)))
		}
		return b.retryOrGiveUp(w, d, fault.Wrap(err, fault.Unavailable, "This run was written by a newer Leo.").
			WithHint("Upgrade all of Leo's roles to the same version, then ask again."))
	}
	t := &Turn{
		Event: e, Attempt: d.attempt, b: b, worker: w, last: e.Seq, express: d.express(),
		Log: log.With("org", e.Org, "run", e.RunID),
	}
	if err := b.situate(ctx, t, d); err != nil {
		return b.settle(ctx, t, d, err)
	}
	ctx, release := running.track(ctx, e.Org, e.RunID)
	defer release()
	return b.settle(ctx, t, d, safely(ctx, t))
}

// safely turns a panic of the handler into an error.
func safely(ctx context.Context, t *Turn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.Log.ErrorContext(ctx, "handler panicked", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("handler panicked: %v", p)
		}
	}()
	return t.worker.Handle(ctx, t)
}

// freshFor is how long after it was stored a first delivery is taken for the
// run's tail without looking.
const freshFor = time.Second

// situate finds out where the run is. A redelivery, or an event that waited, may
// find that the run moved on, or that an attempt of this very stage died on its
// way: then the turn continues after what that attempt wrote.
func (b *Bus) situate(ctx context.Context, t *Turn, d delivery) error {
	if d.attempt == 1 && !t.express && time.Since(d.time) < freshFor {
		return nil
	}
	tail, err := b.getOne(ctx, streamRuns, directGet{LastBy: event.RunFilter(t.Event.Org, t.Event.RunID)})
	if errors.Is(err, errNoMessage) {
		// A replica that is behind by the whole run, as any may be of a run that has
		// just begun. If the log really has let go of it, appending says so.
		return nil
	}
	if err != nil {
		return translate(err, "event log")
	}
	if tail.seq <= t.Event.Seq {
		return nil
	}
	where, err := event.ParseSubject(tail.subject)
	if err != nil {
		return fmt.Errorf("event %d: %w", tail.seq, err)
	}
	// Who has begun an express event that the queue has just got to is alive.
	if !t.resumable(where.Kind, where.Step) || t.express && d.attempt == 1 {
		return movedOn(tail)
	}
	left, err := tail.event()
	if err != nil {
		return err
	}
	t.Resumed, t.last = &left, left.Seq
	t.Log.InfoContext(ctx, "continuing a turn that was cut short", "after", left.Kind(), "after_seq", left.Seq)
	return nil
}

// settle turns the outcome of a turn into a verdict.
func (b *Bus) settle(ctx context.Context, t *Turn, d delivery, err error) verdict {
	if lost := t.overtakenBy(err); lost != nil {
		return b.overtaken(t, lost)
	}
	if err == nil {
		return done()
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, errCut) {
		t.Log.WarnContext(ctx, "handler was cut off by the shutdown; another worker takes over")
		return again(0)
	}
	f := fault.From(err)
	if fault.CodeOf(cause) == fault.Cancelled {
		f = fault.From(cause)
	}
	level := slog.LevelWarn
	if f.Code == fault.Internal {
		level = slog.LevelError
	}
	t.Log.Log(ctx, level, "handler failed", "code", f.Code, "error", err, "cause", errors.Unwrap(f))
	switch {
	case t.handedOver():
		return done()
	case f.Code.Disposition() == fault.Final:
		return b.conclude(ctx, t, d, f)
	}
	return b.retryOrGiveUp(t.worker, d, f)
}

// overtaken drops a turn that lost its run. A run that only got as far as this
// stage's own intermediate event may still need the message: whoever is ahead
// has not finished.
func (b *Bus) overtaken(t *Turn, lost *MovedOnError) verdict {
	t.Log.Info("run moved on", "kind", lost.Kind, "step", lost.Step, "tail", lost.Tail.Seq)
	if t.resumable(lost.Kind, lost.Step) {
		return again(t.worker.AckWait)
	}
	return done()
}

// conclude ends the run with the handler's final fault.
func (b *Bus) conclude(ctx context.Context, t *Turn, d delivery, f *fault.Fault) verdict {
	var body event.Body = event.Failed{Stage: t.worker.Stage, Fault: f}
	if f.Code.Rejects() {
		body = event.Rejected{Stage: t.worker.Stage, Fault: f}
	}
	// The handler's context may be the very thing that ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	err := t.Append(ctx, body)
	if lost := t.overtakenBy(err); lost != nil {
		return b.overtaken(t, lost)
	}
	if err != nil {
		t.Log.ErrorContext(ctx, "the end of a run could not be recorded", "error", err)
		return b.retryOrGiveUp(t.worker, d, f)
	}
	return done()
}

// retryOrGiveUp sends a message back with a delay, or, on its last attempt, to
// the dead letters.
func (b *Bus) retryOrGiveUp(w Worker, d delivery, f *fault.Fault) verdict {
	if d.attempt >= w.MaxDeliver {
		return giveUp(reasonOf(f))
	}
	return again(b.cfg.retryDelay(d.attempt))
}

// reasonOf writes a fault such that an advisory can carry it.
func reasonOf(f *fault.Fault) string {
	short := fault.Fault{Code: f.Code, Message: clip(f.Message, 500), Hint: clip(f.Hint, 500)}
	line, err := json.Marshal(&short)
	if err != nil {
		return string(f.Code)
	}
	return string(line)
}

// clip cuts a text to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
