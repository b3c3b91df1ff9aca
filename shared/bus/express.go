package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/leo-analytics/leo/shared/event"
)

// Express is [Bus.Append] for a run that is to go ahead of what waits in the
// queues, at this stage and at every later one: that of somebody who asks little
// while others ask a lot.
//
// The queues stay as they are. Each event of such a run is announced as well, over
// core NATS, to one worker of its stage, which has handlers for nothing else and
// takes it from the log at once:
//
//	asked ──▶ log ──▶ queue: 900 others ──▶ … ──▶ the run moved on: done
//	     └──▶ announcement ──▶ express handler ──▶ planned ──▶ …
//
// Of the two that then have the event, one can append what comes of it, like any
// two workers. An announcement that nobody hears is no loss: the queue has the
// event.
func (b *Bus) Express(ctx context.Context, after uint64, e event.Event) (Appended, error) {
	return b.append(ctx, after, e, true)
}

// maxAnnounced is how many announcements wait in a process for a handler. What is
// more than that waits in the queue.
const maxAnnounced = 64

func expressSubject(org string, k event.Kind) string { return "leo." + org + ".express." + string(k) }

// announce tells the workers of a stage of an event that goes ahead.
func (b *Bus) announce(e event.Event) {
	err := b.nc.Publish(expressSubject(e.Org, e.Kind()), strconv.AppendUint(nil, e.Seq, 10))
	if err != nil {
		b.log.Debug("event was not announced", "run", e.RunID, "error", err)
	}
}

// expressLane handles what is announced to a worker until ctx ends. The returned
// function waits for the handlers, as serve does.
func (b *Bus) expressLane(ctx context.Context, w Worker, running *running) (finish func() error, err error) {
	announced := make(chan *nats.Msg, maxAnnounced)
	sub, err := b.nc.ChanQueueSubscribe(expressSubject("*", w.Kind), w.Name, announced)
	if err != nil {
		return nil, translate(err, "message bus")
	}
	work, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	var handlers sync.WaitGroup
	for range w.Express {
		handlers.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case m := <-announced:
					b.takeExpress(work, w, running, m)
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() {
		handlers.Wait()
		close(finished)
	}()
	return func() error {
		defer cut(nil)
		_ = sub.Unsubscribe() // fails only when it is gone
		grace := time.NewTimer(w.Grace)
		defer grace.Stop()
		select {
		case <-finished:
			return nil
		case <-grace.C:
		}
		cut(errCut)
		impatience := time.NewTimer(drainTimeout)
		defer impatience.Stop()
		select {
		case <-finished:
			return nil
		case <-impatience.C:
			return fmt.Errorf("worker %s: express handlers ignore their cancellation", w.Name)
		}
	}, nil
}

// takeExpress handles one announced event. Whatever becomes of it, the queue has
// the event, too: it is where it is tried again.
func (b *Bus) takeExpress(ctx context.Context, w Worker, running *running, m *nats.Msg) {
	seq, err := strconv.ParseUint(string(m.Data), 10, 64)
	if err != nil {
		b.log.DebugContext(ctx, "announcement makes no sense", "worker", w.Name)
		return
	}
	// A replica may not have it yet.
	const looks = 5
	var r record
	for look := range looks {
		r, err = b.getOne(ctx, streamRuns, directGet{Seq: seq})
		if !errors.Is(err, errNoMessage) || !pause(ctx, backoff(look, 2*time.Millisecond, 50*time.Millisecond)) {
			break
		}
	}
	if err != nil {
		b.log.DebugContext(ctx, "announced event was not read", "worker", w.Name, "seq", seq, "error", err)
		return
	}
	if where, err := event.ParseSubject(r.subject); err != nil || where.Kind != w.Kind {
		return
	}
	b.takeTurn(ctx, w, running, delivery{record: r, attempt: 1})
}
