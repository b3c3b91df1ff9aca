package bus

import (
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
)

// delivery is one delivery of one message to this process.
type delivery struct {
	record
	attempt int // counts from 1
	msg     *nats.Msg
}

// express reports whether the event goes ahead of the queues.
func (d delivery) express() bool { return d.header.Get(headerExpress) != "" }

func newDelivery(m *nats.Msg) (delivery, error) {
	meta, err := m.Metadata()
	if err != nil {
		return delivery{}, fmt.Errorf("message on %s: %w", m.Subject, err)
	}
	return delivery{
		record: record{
			subject: m.Subject, seq: meta.Sequence.Stream, time: meta.Timestamp,
			header: m.Header, data: m.Data, pending: meta.NumPending,
		},
		attempt: int(meta.NumDelivered), //nolint:gosec // deliveries are bounded by MaxDeliver
		msg:     m,
	}, nil
}

// verdict is what becomes of a delivery.
type verdict struct {
	kind   verdictKind
	delay  time.Duration // of again
	reason string        // of giveUp
}

type verdictKind int

const (
	verdictDone verdictKind = iota
	verdictAgain
	verdictGiveUp
)

// done acknowledges: never again.
func done() verdict { return verdict{kind: verdictDone} }

// again has the message delivered once more after a delay.
func again(delay time.Duration) verdict { return verdict{kind: verdictAgain, delay: delay} }

// giveUp ends the message with an advisory that carries the reason: it becomes a
// dead letter.
func giveUp(reason string) verdict { return verdict{kind: verdictGiveUp, reason: reason} }

// payload is the acknowledgement in the protocol of JetStream.
func (v verdict) payload() []byte {
	switch v.kind {
	case verdictAgain:
		if v.delay > 0 {
			return fmt.Appendf(nil, `-NAK {"delay": %d}`, v.delay.Nanoseconds())
		}
		return []byte("-NAK")
	case verdictGiveUp:
		return []byte("+TERM " + v.reason)
	default:
		return []byte("+ACK")
	}
}
