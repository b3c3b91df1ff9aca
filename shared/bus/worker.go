package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
)

// Worker describes one stage of a run: which events it takes and what it does
// with each.
type Worker struct {
	// Name is the durable name, such as "planner-asked". Processes that use the
	// same name share the work.
	Name string
	// Kind is the kind of event that triggers the stage.
	Kind event.Kind
	// Stage is what failures of this worker are recorded as. Default: planning
	// for asked, executing for planned, answering for executed, else supervising.
	Stage event.Stage
	// Slots is how many handlers run in parallel in this process. Default 4.
	Slots int
	// Express is how many handlers more, beyond Slots, take events that go ahead
	// of the queue (see [Bus.Express]). Default: half of Slots, at least 1.
	Express int
	// Resumes are the kinds this stage itself writes on its way (sandboxd:
	// started). A run whose tail is one of them, left by a worker that died,
	// did not move on: the redelivered turn continues after it.
	Resumes []event.Kind
	// MaxDeliver is how often one event is tried. Default 5.
	MaxDeliver int
	// AckWait is how long a silent worker is believed to be alive. Default 30 s;
	// a running handler renews it every AckWait/3.
	AckWait time.Duration
	// Grace is how long handlers may finish after ctx ends. Default 20 s.
	Grace time.Duration
	// Handle does the work. See [Bus.Work] for what its error means.
	Handle func(ctx context.Context, t *Turn) error
}

// maxAckPending bounds the events a worker's queue has out, over all processes.
// It is generous because an event that waits for its retry counts too: a handful
// of failing runs must not stop the healthy ones.
const maxAckPending = 1024

func (w Worker) withDefaults() Worker {
	if w.Stage == "" {
		w.Stage = stageOf(w.Kind)
	}
	if w.Slots == 0 {
		w.Slots = 4
	}
	if w.Express == 0 {
		w.Express = max(1, w.Slots/2)
	}
	if w.MaxDeliver == 0 {
		w.MaxDeliver = 5
	}
	if w.AckWait == 0 {
		w.AckWait = 30 * time.Second
	}
	if w.Grace == 0 {
		w.Grace = 20 * time.Second
	}
	return w
}

func stageOf(k event.Kind) event.Stage {
	switch k {
	case event.KindAsked:
		return event.StagePlanning
	case event.KindPlanned:
		return event.StageExecuting
	case event.KindExecuted:
		return event.StageAnswering
	default:
		return event.StageSupervisor
	}
}

func (w Worker) validate() error {
	switch {
	case !event.ValidToken(w.Name):
		return fmt.Errorf("worker name %q is not a token", w.Name)
	case !slices.Contains(event.Kinds(), w.Kind):
		return fmt.Errorf("worker %s: there is no event kind %q", w.Name, w.Kind)
	case w.Slots < 0 || w.Express < 0 || w.MaxDeliver < 0 || w.Grace < 0:
		return fmt.Errorf("worker %s: slots, max deliver and grace cannot be negative", w.Name)
	case w.AckWait < 30*time.Millisecond:
		return fmt.Errorf("worker %s: ack wait %s is too short to renew", w.Name, w.AckWait)
	case w.Handle == nil:
		return fmt.Errorf("worker %s has no handler", w.Name)
	}
	return nil
}

// Work runs a worker until ctx ends. Then it stops fetching, lets the handlers
// finish for w.Grace, and returns nil if they all did; nothing is redelivered
// after that. It waits, and logs, while NATS is away. The only error before ctx
// ends is a worker that makes no sense.
//
// A handler's context does not end with ctx: it is cancelled when the grace is
// over, or when a note of kind cancel arrives for its run. The message is
// renewed for as long as the handler runs.
//
// What becomes of the event:
//
//	handler returns            then
//	nil                        done
//	ErrMovedOn                 done: somebody else advanced the run. If all they
//	                           wrote is a kind of Resumes, the event comes again,
//	                           in case they die
//	any error, after Turn      done, and the error is logged: the next stage has
//	appended a kind that is    the run
//	not in Resumes
//	a fault that is Final      failed, or rejected by its code, is appended
//	a fault that is Retry, or  the event comes again after Config.RetryDelays, on
//	any other error, or panic  the last attempt it becomes a dead letter
//
// An event of an unknown schema is treated as the last row says: a newer worker
// may know it.
func (b *Bus) Work(ctx context.Context, w Worker) error {
	w = w.withDefaults()
	if err := w.validate(); err != nil {
		return err
	}
	running := newRunning()
	stop, err := b.notes(context.WithoutCancel(ctx), ctx, NoteCancel, func(n Note) { running.cancel(n.Org, n.RunID) })
	if ctx.Err() != nil && err != nil {
		return nil // it was stopped before it began
	}
	if err != nil {
		return err
	}
	defer stop()
	express, err := b.expressLane(ctx, w, running)
	if err != nil {
		return err
	}
	return errors.Join(b.serve(ctx, queue{
		stream: streamRuns, slots: w.Slots, grace: w.Grace,
		consumer: jetstream.ConsumerConfig{
			Durable:       w.Name,
			Description:   fmt.Sprintf("%s events for %s", w.Kind, w.Stage),
			FilterSubject: event.KindFilter(w.Kind),
			DeliverPolicy: jetstream.DeliverAllPolicy,
			AckPolicy:     jetstream.AckExplicitPolicy,
			AckWait:       w.AckWait,
			MaxDeliver:    w.MaxDeliver,
			MaxAckPending: maxAckPending,
			MaxWaiting:    maxWaiting,
		},
		handle: func(ctx context.Context, d delivery) verdict { return b.takeTurn(ctx, w, running, d) },
	}), express())
}

// maxWaiting bounds the pull requests that wait at one consumer: the idle slots
// of all processes.
const maxWaiting = 2048
