package bustest

import (
	"context"
	"fmt"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Hops returns a function that passes a message of 500 bytes through n consumers of a
// stream of its own, on a server of its own, and waits for the last: what any pipeline
// of n workers over a log costs at the least.
func Hops(tb testing.TB, n int) func() {
	tb.Helper()
	node := Server(tb)
	return hops(tb, n, 1, func() *nats.Conn { return node.Raw(tb) })
}

// HopsBetween is Hops between processes, as far as the network is concerned: each
// consumer, and whoever begins, has a connection of its own to the servers at url, which
// keep so many replicas.
func HopsBetween(tb testing.TB, url, user, password string, replicas, n int) func() {
	tb.Helper()
	return hops(tb, n, replicas, func() *nats.Conn {
		conn, err := nats.Connect(url, nats.UserInfo(user, password))
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(conn.Close)
		return conn
	})
}

func hops(tb testing.TB, n, replicas int, connect func() *nats.Conn) func() {
	tb.Helper()
	open := func() jetstream.JetStream {
		js, err := jetstream.New(connect())
		if err != nil {
			tb.Fatal(err)
		}
		return js
	}
	first := open()
	if _, err := first.CreateStream(tb.Context(), jetstream.StreamConfig{Name: "HOPS", Subjects: []string{"hop.*"}, Storage: jetstream.FileStorage, Replicas: replicas}); err != nil {
		tb.Fatal(err)
	}
	arrived := make(chan struct{}, 1)
	for i := range n {
		js := open()
		c, err := js.CreateConsumer(tb.Context(), "HOPS", jetstream.ConsumerConfig{
			Durable: fmt.Sprintf("hop-%d", i), FilterSubject: fmt.Sprintf("hop.%d", i), AckPolicy: jetstream.AckExplicitPolicy,
		})
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
		if _, err := first.Publish(tb.Context(), "hop.0", payload); err != nil {
			tb.Fatal(err)
		}
		<-arrived
	}
}
