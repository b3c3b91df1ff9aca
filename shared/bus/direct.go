package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
)

// maxBatch is how many messages the server sends for one request at the most.
const maxBatch = 1024

// errNoMessage means that a direct get found nothing.
var errNoMessage = errors.New("no such message")

// record is one stored message of a stream.
type record struct {
	subject string
	seq     uint64
	time    time.Time
	header  nats.Header
	data    []byte
	// pending counts the messages that match the same request and follow.
	pending uint64
}

// msgID is the Nats-Msg-Id the record was stored with.
func (r record) msgID() string { return r.header.Get(nats.MsgIdHdr) }

// event decodes a record of the log.
func (r record) event() (event.Event, error) {
	e, err := event.Decode(r.data)
	if err != nil {
		return event.Event{}, fmt.Errorf("event %d: %w", r.seq, err)
	}
	e.Seq = r.seq
	return e, nil
}

// directGet is a request to read stored messages past any consumer. The server
// answers it from any replica, so what it returns may be behind a write that was
// just acknowledged. nats.go has no call for the batch forms.
type directGet struct {
	Seq       uint64   `json:"seq,omitempty"`
	LastBy    string   `json:"last_by_subj,omitempty"`
	NextBy    string   `json:"next_by_subj,omitempty"`
	MultiLast []string `json:"multi_last,omitempty"`
	Batch     int      `json:"batch,omitempty"`
	UpToSeq   uint64   `json:"up_to_seq,omitempty"`
}

func (g directGet) subject(stream string) string { return "$JS.API.DIRECT.GET." + stream }

// getOne reads one message; errNoMessage if there is none.
func (b *Bus) getOne(ctx context.Context, stream string, g directGet) (record, error) {
	request, err := json.Marshal(g)
	if err != nil {
		return record{}, fmt.Errorf("encode direct get: %w", err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	m, err := b.nc.RequestWithContext(ctx, g.subject(stream), request)
	if err != nil {
		return record{}, fmt.Errorf("direct get from %s: %w", stream, err)
	}
	if err := statusError(m); err != nil {
		return record{}, err
	}
	return recordOf(m)
}

// batch is the answer to a batch request.
type batch struct {
	records []record // in the order of their sequences
	more    uint64   // how many more match
	upTo    uint64   // what the replica that answered had seen
}

// getMany reads a batch; errNoMessage if nothing matches.
func (b *Bus) getMany(ctx context.Context, stream string, g directGet) (batch, error) {
	request, err := json.Marshal(g)
	if err != nil {
		return batch{}, fmt.Errorf("encode direct get: %w", err)
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	// Not SubscribeSync: the client makes room for 64 Ki messages each time, half a
	// megabyte that is read into nothing.
	answers := make(chan *nats.Msg, maxBatch+1)
	sub, err := b.nc.ChanSubscribe(b.nc.NewInbox(), answers)
	if err != nil {
		return batch{}, fmt.Errorf("direct get from %s: %w", stream, err)
	}
	defer sub.Unsubscribe() //nolint:errcheck // a subscription that is gone already is what we want
	if err := b.nc.PublishRequest(g.subject(stream), sub.Subject, request); err != nil {
		return batch{}, fmt.Errorf("direct get from %s: %w", stream, err)
	}
	var got batch
	for {
		m, err := b.next(ctx, answers)
		if err != nil {
			return batch{}, fmt.Errorf("direct get from %s: %w", stream, err)
		}
		if m.Header.Get("Status") == "204" { // the end of the batch
			return got, wrapf(got.end(m.Header), "direct get from %s", stream)
		}
		if err := statusError(m); err != nil {
			return batch{}, err
		}
		r, err := recordOf(m)
		if err != nil {
			return batch{}, err
		}
		got.records = append(got.records, r)
	}
}

// next waits for the next message of a subscription.
func (b *Bus) next(ctx context.Context, messages <-chan *nats.Msg) (*nats.Msg, error) {
	select {
	case m := <-messages:
		return m, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-b.closed:
		return nil, nats.ErrConnectionClosed
	}
}

// end reads the headers of a batch's end.
func (g *batch) end(h nats.Header) (err error) {
	if g.more, err = strconv.ParseUint(h.Get("Nats-Num-Pending"), 10, 64); err != nil {
		return err //nolint:wrapcheck // wrapped by the caller
	}
	g.upTo, err = strconv.ParseUint(h.Get("Nats-UpTo-Sequence"), 10, 64)
	return err //nolint:wrapcheck // wrapped by the caller
}

// bounded gives a request that has no deadline one of five seconds.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, 5*time.Second)
}

// statusError is what a message that only has a status says.
func statusError(m *nats.Msg) error {
	switch status := m.Header.Get("Status"); status {
	case "":
		return nil
	case "404":
		return errNoMessage
	case "503":
		return nats.ErrNoResponders
	default:
		return fmt.Errorf("direct get: status %s %s", status, m.Header.Get("Description"))
	}
}

// recordOf reads the answer to a direct get.
func recordOf(m *nats.Msg) (record, error) {
	seq, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return record{}, fmt.Errorf("direct get: sequence: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, m.Header.Get(jetstream.TimeStampHeaer))
	if err != nil {
		return record{}, fmt.Errorf("direct get: time: %w", err)
	}
	return record{
		subject: m.Header.Get(jetstream.SubjectHeader), seq: seq, time: at, header: m.Header, data: m.Data,
	}, nil
}
