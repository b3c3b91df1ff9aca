package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// pullExpires is how long the server keeps a pull request, and pullHeartbeat
	// how often it says meanwhile that it still has it.
	pullExpires   = 30 * time.Second
	pullHeartbeat = 5 * time.Second
	// clusterExpires is as short as a drain may last: see awaitOwed.
	clusterExpires = 4 * time.Second
	// pullSilence without message or heartbeat means that the request is lost.
	pullSilence = 2*pullHeartbeat + time.Second
	// drainTimeout bounds the wait for messages that are already on their way.
	drainTimeout = 5 * time.Second
)

var (
	// errGone means that the consumer is not there and has to be made again.
	errGone = errors.New("consumer is gone")
	// errDrained means that ctx ended and nothing is left to handle.
	errDrained = errors.New("drained")
)

// puller takes messages from one pull consumer, never more than batch ahead of
// its owner. With a batch of one nothing is ever fetched that is not handled at
// once: a message that waits in a buffer is renewed by nobody and would be
// delivered twice. Not safe for concurrent use.
type puller struct {
	b        *Bus
	subject  string
	batch    int
	msgs     chan *nats.Msg
	sub      *nats.Subscription
	closed   chan struct{}
	woken    <-chan struct{}
	open     int // messages the server still owes
	silences int // consecutive
}

func (b *Bus) newPuller(stream, consumer string, batch int) *puller {
	return &puller{
		b: b, batch: batch,
		subject: "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + consumer,
		// The client drops what does not fit: the owed messages do, and heartbeats
		// and statuses while the owner is busy.
		msgs: make(chan *nats.Msg, 2*batch+32),
	}
}

// next returns the next message. It fails with errGone when the consumer has to
// be made again, and with errDrained once ctx has ended and everything that was
// on its way has been returned.
func (p *puller) next(ctx context.Context) (*nats.Msg, error) {
	silence := time.NewTimer(pullSilence)
	defer silence.Stop()
	for {
		if ctx.Err() != nil {
			return p.leftover()
		}
		if err := p.ask(); err != nil {
			p.await(ctx)
			continue
		}
		select {
		case m := <-p.msgs:
			got, err := p.receive(m)
			if got != nil || err != nil {
				return got, err
			}
			silence.Reset(pullSilence)
		case <-p.woken:
			p.forget()
		case <-silence.C:
			p.forget()
			if p.silences++; p.silences >= 2 {
				p.silences = 0
				return nil, errGone
			}
			silence.Reset(pullSilence)
		case <-ctx.Done():
		}
	}
}

// await waits until asking may work again: a reconnect, or half a second.
func (p *puller) await(ctx context.Context) {
	retry := time.NewTimer(500 * time.Millisecond)
	defer retry.Stop()
	select {
	case <-p.b.wake.wait():
	case <-retry.C:
	case <-ctx.Done():
	}
}

// ask sends a pull request if fewer messages are owed than may be.
func (p *puller) ask() error {
	if p.open > p.batch/2 {
		return nil
	}
	if p.sub == nil {
		if err := p.subscribe(); err != nil {
			return err
		}
	}
	expires := pullExpires
	if p.batch == 1 && p.clustered() {
		expires = clusterExpires
	}
	request := fmt.Appendf(nil, `{"batch":%d,"expires":%d,"idle_heartbeat":%d}`, p.batch-p.open, expires, min(pullHeartbeat, expires/4))
	if err := p.b.nc.PublishRequest(p.subject, p.sub.Subject, request); err != nil {
		p.forget()
		return fmt.Errorf("pull: %w", err)
	}
	p.open = p.batch
	return nil
}

func (p *puller) subscribe() error {
	p.woken = p.b.wake.wait()
	// Not NewRespInbox: the client takes a stray message below its response inbox
	// for the answer to whatever single request is open.
	sub, err := p.b.nc.ChanSubscribe(p.b.nc.NewInbox(), p.msgs)
	if err != nil {
		return fmt.Errorf("pull: %w", err)
	}
	closed := make(chan struct{})
	end := sync.OnceFunc(func() { close(closed) })
	sub.SetClosedHandler(func(string) { end() })
	p.sub, p.closed = sub, closed
	return nil
}

// forget gives up what was asked. The next request uses a new inbox, so that the
// server drops the old one for want of interest.
func (p *puller) forget() {
	p.open = 0
	if p.sub != nil {
		_ = p.sub.Unsubscribe() // fails only when there is no subscription any more
		p.sub = nil
	}
}

// receive tells messages from statuses.
func (p *puller) receive(m *nats.Msg) (*nats.Msg, error) {
	p.silences = 0
	current := m.Sub == p.sub
	if m.Reply != "" {
		if current {
			p.open = max(p.open-1, 0)
		}
		return m, nil
	}
	if !current {
		return nil, nil
	}
	switch m.Header.Get("Status") {
	case "100": // heartbeat
	case "404", "408": // nothing there, request expired
		p.settle(m)
	case "409":
		p.settle(m)
		p.forget()
		return nil, errGone
	default: // 503: nobody serves the consumer; 400: it is not what we think
		p.forget()
		return nil, errGone
	}
	return nil, nil
}

// settle subtracts what an ended request did not deliver.
func (p *puller) settle(m *nats.Msg) {
	undelivered, err := strconv.Atoi(m.Header.Get("Nats-Pending-Messages"))
	if err != nil {
		undelivered = p.open
	}
	p.open = max(p.open-undelivered, 0)
}

// clustered reports whether the consumer may live on another server than the one
// this process is connected to.
func (p *puller) clustered() bool { return p.b.nc.ConnectedClusterName() != "" }

// awaitOwed waits, in a cluster, for the end of the request that is open, and
// returns the message that came instead. To end the subscription would not do:
// this server would forget it while a message is on its way from the other one,
// and that message would be lost until its acknowledgement is overdue.
func (p *puller) awaitOwed() *nats.Msg {
	if p.batch > 1 || !p.clustered() {
		return nil
	}
	late := time.NewTimer(clusterExpires + time.Second)
	defer late.Stop()
	for p.sub != nil && p.open > 0 {
		select {
		case m := <-p.msgs:
			got, err := p.receive(m)
			if got != nil || err != nil {
				return got
			}
		case <-p.woken: // connected anew: nobody owes anything any more
			return nil
		case <-p.b.closed:
			return nil
		case <-late.C:
			return nil
		}
	}
	return nil
}

// leftover stops fetching, then returns what had been sent already.
func (p *puller) leftover() (*nats.Msg, error) {
	if m := p.awaitOwed(); m != nil {
		return m, nil
	}
	p.stop()
	for {
		select {
		case m := <-p.msgs:
			if m.Reply != "" {
				return m, nil
			}
		default:
			return nil, errDrained
		}
	}
}

// stop ends the subscription such that no message is lost between the server
// and msgs. Stopping twice is fine.
func (p *puller) stop() {
	if p.sub == nil {
		return
	}
	if !p.b.nc.IsConnected() {
		p.forget() // nothing can be on its way
		return
	}
	sub := p.sub
	p.sub = nil
	if err := sub.Drain(); err != nil {
		return
	}
	timeout := time.NewTimer(drainTimeout)
	defer timeout.Stop()
	select {
	case <-p.closed:
	case <-p.b.closed:
	case <-timeout.C:
	}
}
