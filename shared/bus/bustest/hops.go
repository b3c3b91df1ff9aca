package bustest

import (
	"context"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go/jetstream"
)

// Hops returns a function that passes a message of 500 bytes through n consumers of a
// stream of its own, on a server of its own, and waits for the last: what any pipeline
// of n workers over a log costs at the least.
func Hops(tb testing.TB, n int) func() {
	tb.Helper()
	js, err := jetstream.New(Server(tb).Raw(tb))
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := js.CreateStream(tb.Context(), jetstream.StreamConfig{Name: "HOPS", Subjects: []string{"hop.*"}, Storage: jetstream.FileStorage}); err != nil {
		tb.Fatal(err)
	}
	arrived := make(chan struct{}, 1)
	for i := range n {
		c, err := js.CreateConsumer(tb.Context(), "HOPS", jetstream.ConsumerConfig{FilterSubject: fmt.Sprintf("hop.%d", i), AckPolicy: jetstream.AckExplicitPolicy})
		if err != nil {
			tb.Fatal(err)
		}
		consuming, err := c.Consume(func(m jetstream.Msg) {
			if i == n-1 {
				arrived <- struct{}{}
			} else if _, err := js.Publish(context.Background(), fmt.Sprintf("hop.%d", i+1), m.Data()); err != nil {
				tb.Error(err)
			}
			if err := m.Ack(); err != nil {
				tb.Error(err)
			}
		})
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(consuming.Stop)
	}
	payload := make([]byte, 500)
	return func() {
		if _, err := js.Publish(tb.Context(), "hop.0", payload); err != nil {
			tb.Fatal(err)
		}
		<-arrived
	}
}
