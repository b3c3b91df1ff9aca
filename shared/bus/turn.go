package bus

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Turn is one delivery of one trigger to one handler. Its methods may be called
// from several goroutines.
type Turn struct {
	// Event is the trigger.
	Event event.Event
	// Attempt counts the deliveries of the trigger, from 1.
	Attempt int
	// Resumed is the event an earlier attempt of this stage left as the run's
	// tail (see Worker.Resumes); nil on a fresh turn.
	Resumed *event.Event
	// Log carries the run's attributes.
	Log *slog.Logger

	b       *Bus
	worker  Worker
	express bool // what it appends goes ahead of the queues, too

	mu       sync.Mutex // guards the rest, and is held while appending
	last     uint64     // the run's last event as this turn knows it
	appended []event.Event
	lost     *MovedOnError
}

// Append stores body as the run's next event, with the trigger's step. It fails
// as [Bus.Append] does; after ErrMovedOn every further Append fails the same
// way, and the handler should return that error.
//
// On a resumed turn, appending the kind that is there already changes nothing
// and succeeds: the fact is recorded.
func (t *Turn) Append(ctx context.Context, body event.Body) error {
	return t.AppendStep(ctx, t.Event.Step, body)
}

// AppendStep is Append with a step of its own.
func (t *Turn) AppendStep(ctx context.Context, step int, body event.Body) error {
	if body == nil {
		return fault.New(fault.Validation, "An event needs a body.")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost != nil {
		return t.lost
	}
	if r := t.Resumed; r != nil && len(t.appended) == 0 && r.Kind() == body.Kind() && r.Step == step {
		return nil
	}
	stored, err := t.b.append(ctx, t.last, event.Event{
		Org: t.Event.Org, RunID: t.Event.RunID, Step: step, Body: body,
	}, t.express)
	var moved *MovedOnError
	if errors.As(err, &moved) {
		t.lost = moved
	}
	if err != nil {
		return err
	}
	t.last = stored.Seq
	t.appended = append(t.appended, stored.Event)
	return nil
}

// Events returns the whole run as far as this turn knows it, from the log. It fails as
// [Bus.Events] does.
func (t *Turn) Events(ctx context.Context) ([]event.Event, error) {
	t.mu.Lock()
	last := t.last
	t.mu.Unlock()
	return t.b.EventsUpTo(ctx, t.Event.Org, t.Event.RunID, last)
}

// Progress tells whoever watches the run what is happening, as a note of kind
// progress with the data {"stage","message","step"}. It never fails: notes are
// ephemeral.
func (t *Turn) Progress(stage, message string) {
	t.Note(NoteProgress, map[string]any{"stage": stage, "message": message, "step": t.Event.Step})
}

// Note sends a note of any kind about the run; data is encoded as JSON. It never
// fails: notes are ephemeral.
func (t *Turn) Note(kind string, data any) {
	line, err := json.Marshal(data)
	if err == nil {
		err = t.b.Notify(Note{Org: t.Event.Org, RunID: t.Event.RunID, Kind: kind, Data: line})
	}
	if err != nil {
		t.Log.Debug("note was not sent", "kind", kind, "error", err)
	}
}

// resumable reports whether an event is one this stage writes on its way.
func (t *Turn) resumable(k event.Kind, step int) bool {
	return step == t.Event.Step && slices.Contains(t.worker.Resumes, k)
}

// overtakenBy returns where the run went if this turn lost it, whether the
// handler passed the error on or not.
func (t *Turn) overtakenBy(err error) *MovedOnError {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lost != nil {
		return t.lost
	}
	var moved *MovedOnError
	if errors.As(err, &moved) {
		return moved
	}
	return nil
}

// handedOver reports whether the turn wrote an event that another stage acts on,
// or that ends the run.
func (t *Turn) handedOver() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.ContainsFunc(t.appended, func(e event.Event) bool { return !t.resumable(e.Kind(), e.Step) })
}

// running knows the handlers of one worker by run, so that they can be stopped.
type running struct {
	mu      sync.Mutex // guards cancels
	cancels map[string]map[int]context.CancelCauseFunc
	next    int
}

func newRunning() *running { return &running{cancels: map[string]map[int]context.CancelCauseFunc{}} }

// track returns a context that cancel ends, until release is called.
func (r *running) track(ctx context.Context, org, runID string) (tracked context.Context, release func()) {
	key := org + "." + runID
	tracked, cancel := context.WithCancelCause(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	id := r.next
	if r.cancels[key] == nil {
		r.cancels[key] = map[int]context.CancelCauseFunc{}
	}
	r.cancels[key][id] = cancel
	return tracked, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.cancels[key], id)
		if len(r.cancels[key]) == 0 {
			delete(r.cancels, key)
		}
		cancel(nil)
	}
}

// cancel ends the contexts of a run's handlers with a fault of code Cancelled.
func (r *running) cancel(org, runID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, cancel := range r.cancels[org+"."+runID] {
		cancel(fault.New(fault.Cancelled, "The run was cancelled."))
	}
}
