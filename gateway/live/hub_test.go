package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/gateway/live"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// counter is an observer that counts.
type counter struct {
	mu          sync.Mutex
	seen        int
	events, not int
}

func (c *counter) Seen(event.Event) { c.mu.Lock(); c.seen++; c.mu.Unlock() }

func (c *counter) Dropped(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if what == "event" {
		c.events++
	} else {
		c.not++
	}
}

func (c *counter) get() (seen, events, notes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen, c.events, c.not
}

func hub(t *testing.T) (*live.Hub, *bus.Bus, *counter) {
	t.Helper()
	b, c := bustest.New(t), &counter{}
	h := live.NewHub(b, c, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	<-h.Ready()
	return h, b, c
}

// steps appends n events of a run.
func steps(ctx context.Context, b *bus.Bus, org, id string, n int) error {
	after, step := uint64(0), 0
	tail, err := b.Tail(ctx, org, id)
	if err == nil {
		after, step = tail.Seq, tail.Step
	}
	for range n {
		var body event.Body = event.Asked{User: "ada", Request: event.Request{Question: "?"}}
		switch {
		case after != 0 && (tail.Kind() == event.KindAsked || tail.Kind() == event.KindExecuted):
			body, step = event.Planned{QueryType: "sql"}, step+1
		case after != 0:
			body = event.Executed{}
		}
		done, err := b.Append(ctx, after, event.Event{Org: org, RunID: id, Step: step, Time: time.Now(), By: "test", Body: body})
		if err != nil {
			return err
		}
		after, tail = done.Seq, event.Event{Body: body}
	}
	return nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// stream opens a stream whose other end is a pipe.
func stream(t *testing.T, client *live.Client, change func(*live.Config)) (*live.Stream, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	cfg := live.Config{Client: client, Conn: near, Heartbeat: time.Hour, WriteTimeout: time.Second}
	if change != nil {
		change(&cfg)
	}
	s := live.NewStream(cfg)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		_ = near.Close()
		_ = far.Close()
	})
	return s, far
}

func ids(sent string) []string {
	var out []string
	for line := range strings.Lines(sent) {
		if id, ok := strings.CutPrefix(line, "id: "); ok {
			out = append(out, strings.TrimSpace(id))
		}
	}
	return out
}

func TestASlowReaderIsClosedAndANoteFloodIsNot(t *testing.T) {
	h, b, c := hub(t)
	slow, fast := h.Subscribe("acme", "r"), h.Subscribe("acme", "r")
	defer fast.Close()
	for range 500 {
		if err := b.Notify(bus.Note{Org: "acme", RunID: "r", Kind: bus.NoteDelta, Data: json.RawMessage(`{"text":"x"}`)}); err != nil {
			t.Fatal(err)
		}
	}
	bustest.Eventually(t, "notes are dropped", func() bool { _, _, n := c.get(); return n >= 2*(500-live.Buffer/2) })
	if _, closed, _ := c.get(); closed != 0 {
		t.Fatalf("%d streams closed by notes", closed)
	}
	// The half that is kept for events takes them all the same.
	must(t, steps(t.Context(), b, "acme", "r", live.Buffer/2))
	bustest.Eventually(t, "events arrived", func() bool { n, _, _ := c.get(); return n == live.Buffer/2 })
	if _, closed, _ := c.get(); closed != 0 {
		t.Fatalf("%d streams closed although there was room", closed)
	}
	must(t, steps(t.Context(), b, "acme", "r", 3))
	bustest.Eventually(t, "both readers overflowed, once each", func() bool { _, n, _ := c.get(); return n == 2 })
	s, _ := stream(t, slow, nil)
	if _, err := io.ReadAll(s); err != nil { // ends by itself
		t.Fatal(err)
	}
}

func TestAReaderThatWasClosedMissesNothingWhenItResumes(t *testing.T) {
	h, b, _ := hub(t)
	const total = 90
	written := make(chan error, 1)
	go func() { written <- steps(t.Context(), b, "acme", "r", total) }()
	var got []string
	last := uint64(0)
	for len(got) < total {
		client := h.Subscribe("acme", "r")
		stored, err := b.Events(t.Context(), "acme", "r")
		if err != nil {
			client.Close() // not asked yet
			continue
		}
		left := 3
		s, _ := stream(t, client, func(c *live.Config) {
			c.Stored, c.After, c.Heartbeat = stored, last, 5*time.Millisecond
			c.Allowed = func() bool { left--; return left >= 0 } // a cut after a few pieces
		})
		sent, err := io.ReadAll(s)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ids(string(sent))...)
		if len(got) > 0 {
			if _, err := fmt.Sscan(got[len(got)-1], &last); err != nil {
				t.Fatal(err)
			}
		}
		must(t, s.Close())
	}
	must(t, <-written)
	for i, id := range got {
		if id != fmt.Sprint(i+1) {
			t.Fatalf("event %d has id %s: %v", i+1, id, got)
		}
	}
}

func TestWhatIsReadAndHeardIsSentOnce(t *testing.T) {
	h, b, c := hub(t)
	client := h.Subscribe("acme", "r")
	must(t, steps(t.Context(), b, "acme", "r", 5))
	bustest.Eventually(t, "all were heard", func() bool { n, _, _ := c.get(); return n == 5 })
	stored, err := b.Events(t.Context(), "acme", "r")
	must(t, err)
	pieces := 20
	s, _ := stream(t, client, func(c *live.Config) {
		c.Stored, c.After, c.Heartbeat = stored, stored[0].Seq, time.Millisecond
		c.Allowed = func() bool { pieces--; return pieces > 0 }
	})
	sent, err := io.ReadAll(s)
	if err != nil || strings.Join(ids(string(sent)), " ") != "2 3 4 5" {
		t.Errorf("sent %q, %v", sent, err)
	}
}

func TestRunsAndOrgsDoNotMix(t *testing.T) {
	h, b, c := hub(t)
	mine := h.Subscribe("acme", "r")
	must(t, steps(t.Context(), b, "other", "r", 2))
	must(t, steps(t.Context(), b, "acme", "s", 2))
	must(t, steps(t.Context(), b, "acme", "r", 1))
	bustest.Eventually(t, "all were seen", func() bool { n, _, _ := c.get(); return n == 5 })
	pieces := 3 // asked once before waiting and once before sending
	s, _ := stream(t, mine, func(c *live.Config) { c.Allowed = func() bool { pieces--; return pieces > 0 } })
	sent, err := io.ReadAll(s)
	if err != nil || strings.Join(ids(string(sent)), " ") != "5" {
		t.Errorf("sent %q, %v", sent, err)
	}
}

func TestAReaderThatGoesAwayEndsItsStream(t *testing.T) {
	h, _, _ := hub(t)
	closed := make(chan struct{})
	s, far := stream(t, h.Subscribe("acme", "r"), func(c *live.Config) { c.Closed = func() { close(closed) } })
	done := make(chan error, 1)
	go func() { _, err := io.ReadAll(s); done <- err }()
	_ = far.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	<-closed
	if n := h.Watched(); n != 0 {
		t.Errorf("%d readers left", n)
	}
}

func TestDrainingEndsStreamsWithAHint(t *testing.T) {
	h, _, _ := hub(t)
	s, _ := stream(t, h.Subscribe("acme", "r"), nil)
	h.Drain()
	h.Drain()
	sent, err := io.ReadAll(s)
	if err != nil || strings.Count(string(sent), "retry: ") != 2 {
		t.Errorf("sent %q, %v", sent, err)
	}
}
