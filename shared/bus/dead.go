package bus

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/fault"
)

// The subjects of the server's advisories, before the stream and the consumer.
const (
	advisoryMaxDeliver = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES"
	advisoryTerminated = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED"
)

// DeadLetter is an event no worker could handle.
type DeadLetter struct {
	// Stream and Consumer name who gave up; Consumer is the worker's name.
	Stream, Consumer string
	// Seq is the event's sequence: see [Bus.Get].
	Seq uint64
	// Deliveries is how often it was tried.
	Deliveries int
	// Reason is for the log.
	Reason string
	// Fault is the last failure, to put into the run's failed event. Never nil.
	Fault *fault.Fault
}

// DeadLetters calls fn for every dead letter, one at a time, until ctx ends; then
// it returns nil. A letter whose fn fails comes again after Config.RetryDelays,
// for as long as letters are kept, which is a week; so fn may see one twice.
// Processes that call it share the letters.
//
// The server sends a letter's advisory once and does not wait for anybody to
// have it. A supervisor therefore also looks for runs past their deadline.
func (b *Bus) DeadLetters(ctx context.Context, fn func(ctx context.Context, d DeadLetter) error) error {
	return b.serve(ctx, queue{
		stream: streamDead, slots: 1, grace: 20 * time.Second,
		consumer: jetstream.ConsumerConfig{
			Durable: "supervisor", AckPolicy: jetstream.AckExplicitPolicy, AckWait: 30 * time.Second,
			// A letter is the last chance of a run to end properly.
			MaxDeliver: -1, MaxAckPending: maxAckPending,
		},
		handle: func(ctx context.Context, d delivery) verdict {
			letter, err := readLetter(d.data)
			if err != nil {
				b.log.ErrorContext(ctx, "dead letter cannot be read", "error", err, "subject", d.subject)
				return done()
			}
			if err := fn(ctx, letter); err != nil {
				b.log.WarnContext(ctx, "dead letter was not handled", "seq", letter.Seq, "worker", letter.Consumer, "error", err)
				return again(b.cfg.retryDelay(d.attempt))
			}
			return done()
		},
	})
}

// readLetter reads an advisory.
func readLetter(data []byte) (DeadLetter, error) {
	var advisory struct {
		Stream     string `json:"stream"`
		Consumer   string `json:"consumer"`
		StreamSeq  uint64 `json:"stream_seq"`
		Deliveries int    `json:"deliveries"`
		Reason     string `json:"reason"`
	}
	if err := json.Unmarshal(data, &advisory); err != nil {
		return DeadLetter{}, fmt.Errorf("read advisory: %w", err)
	}
	letter := DeadLetter{
		Stream: advisory.Stream, Consumer: advisory.Consumer, Seq: advisory.StreamSeq,
		Deliveries: advisory.Deliveries, Reason: advisory.Reason,
	}
	if f, err := fault.Decode([]byte(advisory.Reason)); err == nil {
		letter.Fault, letter.Reason = f, f.Error()
		return letter, nil
	}
	if letter.Reason == "" {
		letter.Reason = "no worker finished it"
	}
	letter.Fault = fault.New(fault.Internal, "Leo gave up on this after %d attempts.", letter.Deliveries).
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
	return letter, nil
}
