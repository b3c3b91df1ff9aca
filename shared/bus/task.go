package bus

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// taskSubjects matches leo.<org>.task.<kind>.<id>.
const taskSubjects = "leo.*.task.*.*"

const (
	// taskAttempts is how often a task is tried.
	taskAttempts = 5
	taskAckWait  = 30 * time.Second
	taskGrace    = 20 * time.Second
)

// Task is work that is not a run, such as preparing a dataset. Org, Kind and ID
// are subject tokens (see event.ValidToken) and name the task.
type Task struct {
	Org, Kind, ID string
	Data          json.RawMessage
}

func (t Task) subject() string { return "leo." + t.Org + ".task." + t.Kind + "." + t.ID }

// Enqueue adds a task. While a task of the same name waits or is in work, it is
// not added again, and that is not an error; once it is done the same name may
// come again at once. Enqueue fails with fault.Validation for a bad name, with
// fault.PayloadTooLarge above [MaxEventBytes] and with fault.Unavailable when
// the queue cannot be reached or is full.
func (b *Bus) Enqueue(ctx context.Context, t Task) error {
	if !event.ValidToken(t.Org) || !event.ValidToken(t.Kind) || !event.ValidToken(t.ID) {
		return fault.New(fault.Validation, "A task needs an org, a kind and an id of letters, digits, - and _.")
	}
	id := t.ID + ":" + rand.Text()
	var last error
	for try := range appendAttempts {
		if try > 0 && !b.beforeRetry(ctx, try) {
			break
		}
		attempt, cancel := context.WithTimeout(ctx, publishTimeout)
		// The id makes a repeated attempt count once; the queue's one message a
		// subject is what keeps a task from being there twice.
		_, err := b.js.Publish(attempt, t.subject(), t.Data, jetstream.WithMsgID(id), jetstream.WithRetryAttempts(0))
		cancel()
		if err == nil || isPerSubject(err) {
			return nil
		}
		if _, answered := apiError(err); answered || isTooLarge(err) {
			return translate(err, "task queue")
		}
		last = err
	}
	return translate(last, "task queue")
}

// WorkTasks runs handle for tasks of one kind, slots at a time, until ctx ends;
// then it drains like [Bus.Work] and returns nil. attempt counts from 1. A task
// whose handler returns nil or a Final fault is done; after any other error, or a
// panic, it comes again after Config.RetryDelays, and after five attempts it is
// dropped with an error in the log. A task may run more than once, so handlers
// are idempotent.
func (b *Bus) WorkTasks(ctx context.Context, kind string, slots int, handle func(ctx context.Context, t Task, attempt int) error) error {
	if !event.ValidToken(kind) || slots < 1 || handle == nil {
		return fmt.Errorf("tasks of kind %q need a valid kind, at least one slot and a handler", kind)
	}
	return b.serve(ctx, queue{
		stream: streamTasks, slots: slots, grace: taskGrace,
		consumer: jetstream.ConsumerConfig{
			Durable:       "tasks-" + kind,
			FilterSubject: "leo.*.task." + kind + ".*",
			AckPolicy:     jetstream.AckExplicitPolicy,
			AckWait:       taskAckWait,
			// Counted here and not by the server: a task the server gave up would
			// stay in the queue and block its name for ever.
			MaxDeliver:    -1,
			MaxAckPending: maxAckPending,
			MaxWaiting:    maxWaiting,
		},
		handle: func(ctx context.Context, d delivery) verdict { return b.takeTask(ctx, d, handle) },
	})
}

// takeTask handles one delivery of one task.
func (b *Bus) takeTask(ctx context.Context, d delivery, handle func(context.Context, Task, int) error) verdict {
	name := strings.Split(d.subject, ".")
	t := Task{Org: name[1], Kind: name[3], ID: name[4], Data: d.data}
	log := b.log.With("org", t.Org, "task", t.Kind, "id", t.ID, "attempt", d.attempt)
	if d.attempt > taskAttempts {
		log.ErrorContext(ctx, "task dropped: it ended its worker too often")
		return giveUp("too many attempts")
	}
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				log.ErrorContext(ctx, "task panicked", "panic", p, "stack", string(debug.Stack()))
				err = fmt.Errorf("task panicked: %v", p)
			}
		}()
		return handle(ctx, t, d.attempt)
	}()
	switch code := fault.CodeOf(err); {
	case err == nil:
		return done()
	case context.Cause(ctx) != nil:
		log.WarnContext(ctx, "task was cut off by the shutdown; another worker takes over")
		return again(0)
	case code.Disposition() == fault.Final:
		log.WarnContext(ctx, "task failed", "code", code, "error", err)
		return done()
	case d.attempt >= taskAttempts:
		log.ErrorContext(ctx, "task dropped: it failed too often", "code", code, "error", err)
		return giveUp(string(code))
	default:
		log.WarnContext(ctx, "task failed and comes again", "code", code, "error", err)
		return again(b.cfg.retryDelay(d.attempt))
	}
}
