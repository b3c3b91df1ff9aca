package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/fault"
)

// queue is a durable consumer and what to do with its messages.
type queue struct {
	stream   string
	consumer jetstream.ConsumerConfig
	slots    int
	grace    time.Duration
	handle   func(ctx context.Context, d delivery) verdict

	// progress is what the watchdog looks at.
	progress *progress
}

// progress says how busy a queue is.
type progress struct {
	busy atomic.Int64
	last atomic.Int64 // unix nanoseconds of the last message
	cut  atomic.Int64 // handlers that did not finish within their grace
}

const (
	// setupTimeout is how long the first request for a consumer may take: short,
	// because a server that was just stopped never answers. Later ones may take up
	// to maxSetupTimeout.
	setupTimeout    = time.Second
	maxSetupTimeout = 5 * time.Second
)

// errCut is the cause with which handlers are cancelled that outlive their grace.
var errCut = errors.New("the process is shutting down")

// serve hands the queue's messages to handlers until ctx ends. Then it stops
// fetching, lets the handlers finish for q.grace, cancels the rest with errCut,
// and returns: nil if all of them had finished by themselves.
//
// Every slot has its own pull request for one message and sends the next one
// when it is done, so nothing is fetched before somebody can work on it.
func (b *Bus) serve(ctx context.Context, q queue) error {
	q.progress = &progress{}
	q.progress.last.Store(time.Now().UnixNano())
	if !b.ensureConsumer(ctx, q) {
		return nil
	}
	b.figures.serves(q)
	work, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	var slots sync.WaitGroup
	for range q.slots {
		slots.Go(func() { b.slot(ctx, work, q) })
	}
	slots.Go(func() { b.watch(ctx, q, 30*time.Second, 60*time.Second) })
	finished := make(chan struct{})
	go func() {
		slots.Wait()
		close(finished)
	}()
	<-ctx.Done()
	err := b.awaitSlots(q, finished, cut)
	return errors.Join(err, b.flush(q))
}

// flush makes sure that the acknowledgements, which are published without
// waiting, left.
func (b *Bus) flush(q queue) error {
	err := nats.ErrDisconnected
	if b.nc.IsConnected() {
		err = b.nc.FlushTimeout(drainTimeout)
	}
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "Worker %s stopped while NATS could not be reached, so events it has handled may be handed out again.", q.consumer.Durable).
		WithHint("Nothing is lost, and nothing is done twice: whoever gets such an event sees that it was handled.")
}

// awaitSlots waits for the handlers, first patiently.
func (b *Bus) awaitSlots(q queue, finished <-chan struct{}, cut context.CancelCauseFunc) error {
	grace := time.NewTimer(q.grace)
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
		if n := q.progress.cut.Load(); n > 0 {
			return fmt.Errorf("worker %s: %d handlers were cut off after %s", q.consumer.Durable, n, q.grace)
		}
		return nil
	case <-impatience.C:
		return fmt.Errorf("worker %s: %d handlers ignore their cancellation", q.consumer.Durable, q.progress.busy.Load())
	}
}

// ensureConsumer creates or updates the durable consumer, however long that
// takes. It reports false when ctx ended first.
func (b *Bus) ensureConsumer(ctx context.Context, q queue) bool {
	for try := 0; ; try++ {
		attempt, cancel := context.WithTimeout(ctx, backoff(try, setupTimeout, maxSetupTimeout))
		_, err := b.js.CreateOrUpdateConsumer(attempt, q.stream, q.consumer)
		cancel()
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		b.log.WarnContext(ctx, "worker cannot reach its queue", "worker", q.consumer.Durable, "error", err)
		b.rest(ctx, backoff(try, 100*time.Millisecond, 5*time.Second))
	}
}

// slot handles one message at a time.
func (b *Bus) slot(ctx, work context.Context, q queue) {
	p := b.newPuller(q.stream, q.consumer.Durable, 1)
	defer p.stop()
	for {
		m, err := p.next(ctx)
		switch {
		case errors.Is(err, errDrained):
			return
		case err != nil:
			if pause(ctx, 100*time.Millisecond) {
				b.ensureConsumer(ctx, q)
			}
			continue
		}
		d, err := newDelivery(m)
		if err != nil {
			b.log.ErrorContext(ctx, "message without metadata", "worker", q.consumer.Durable, "error", err)
			continue
		}
		q.progress.last.Store(time.Now().UnixNano())
		q.progress.busy.Add(1)
		b.handleOne(work, q, d)
		q.progress.busy.Add(-1)
	}
}

// handleOne runs the handler, keeps the message alive meanwhile, and carries out
// the verdict.
func (b *Bus) handleOne(ctx context.Context, q queue, d delivery) {
	stop := b.keepAlive(d, q.consumer.AckWait/3)
	ended := b.figures.began(q.consumer.Durable, d)
	v := q.handle(ctx, d)
	stop()
	ended(v)
	if v.kind == verdictAgain && errors.Is(context.Cause(ctx), errCut) {
		q.progress.cut.Add(1)
	}
	if err := b.nc.Publish(d.msg.Reply, v.payload()); err != nil {
		// The message comes again and finds the run moved on.
		b.log.WarnContext(ctx, "acknowledgement was not sent", "worker", q.consumer.Durable, "seq", d.seq, "error", err)
	}
}

// keepAlive tells the server every so often that the message is in work. After
// stop, nothing more is sent.
func (b *Bus) keepAlive(d delivery, every time.Duration) (stop func()) {
	var mu sync.Mutex // guards stopped, and orders renewals before the verdict
	stopped := false
	var timer *time.Timer
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(every, func() {
		mu.Lock()
		defer mu.Unlock()
		if stopped {
			return
		}
		if err := b.nc.Publish(d.msg.Reply, []byte("+WPI")); err != nil {
			b.log.Warn("message in work was not renewed", "seq", d.seq, "error", err)
		}
		timer.Reset(every)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		timer.Stop()
	}
}

// watch renews all pull requests when messages wait, slots are idle and nothing
// has come for idle: a queue that stalls although the server has its requests.
func (b *Bus) watch(ctx context.Context, q queue, every, idle time.Duration) {
	for pause(ctx, every) {
		quiet := time.Since(time.Unix(0, q.progress.last.Load()))
		if quiet < idle || q.progress.busy.Load() >= int64(q.slots) {
			continue
		}
		c, err := b.js.Consumer(ctx, q.stream, q.consumer.Durable)
		if err != nil {
			continue // the slots notice for themselves
		}
		info := c.CachedInfo()
		if info.NumPending == 0 || info.NumAckPending >= info.Config.MaxAckPending {
			continue
		}
		b.log.WarnContext(ctx, "worker stalls though messages wait: asking anew",
			"worker", q.consumer.Durable, "waiting", info.NumPending, "idle", quiet)
		b.wake.fire()
	}
}
