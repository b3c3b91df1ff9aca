package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// connector is a server or a cluster.
type connector interface {
	Connect(tb testing.TB, opts ...func(*bus.Config)) *bus.Bus
}

func oneServer(tb testing.TB) connector {
	tb.Helper()
	return bustest.Server(tb)
}

func threeServers(tb testing.TB) connector {
	tb.Helper()
	return bustest.Cluster(tb)
}

func TestExactlyOneOfManyContendersAdvancesARun(t *testing.T) {
	worlds := []struct {
		name   string
		runs   int
		server func(tb testing.TB) connector
	}{
		{"one server", 60, oneServer},
		{"three replicas", 30, threeServers},
	}
	for _, world := range worlds {
		t.Run(world.name, func(t *testing.T) {
			server := world.server(t)
			const contenders = 4
			buses := make([]*bus.Bus, contenders)
			for i := range buses {
				buses[i] = server.Connect(t)
			}
			for n := range world.runs {
				contend(t, buses, bustest.RunID(n))
			}
		})
	}
}

// contend lets all buses write a different successor of one event at once.
func contend(t *testing.T, buses []*bus.Bus, runID string) {
	t.Helper()
	first := ask(t, buses[0], runID)
	var wins atomic.Int64
	var winner atomic.Uint64
	var group sync.WaitGroup
	for i, b := range buses {
		group.Go(func() {
			var body event.Body = planned()
			if i%2 == 1 {
				body = event.Rejected{Stage: event.StagePlanning, Fault: fault.New(fault.Validation, "no")}
			}
			got, err := b.Append(t.Context(), first, event.Event{Org: org, RunID: runID, Body: body})
			switch {
			case err == nil:
				wins.Add(1)
				winner.Store(got.Seq)
			case !errors.Is(err, bus.ErrMovedOn):
				t.Errorf("%s: contender %d: %v", runID, i, err)
			}
		})
	}
	group.Wait()
	tail, err := buses[0].Events(t.Context(), org, runID)
	if err != nil {
		t.Fatal(err)
	}
	if wins.Load() != 1 || len(tail) != 2 || tail[1].Seq != winner.Load() {
		t.Fatalf("%s: %d winners, %d events, winner %d", runID, wins.Load(), len(tail), winner.Load())
	}
}

func TestAppendedEventComesBackAsItWasWritten(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	first := ask(t, b, "r1")
	got, err := b.Append(t.Context(), first, event.Event{Org: org, RunID: "r1", By: "planner/1", Body: planned()})
	if err != nil {
		t.Fatal(err)
	}
	if got.Mine || got.Event.Cause != first || got.Event.Time.IsZero() {
		t.Errorf("appended %+v", got)
	}
	tail, err := b.Tail(t.Context(), org, "r1")
	if err != nil {
		t.Fatal(err)
	}
	if tail.Seq != got.Seq || tail.By != "planner/1" || !tail.Time.Equal(got.Event.Time) || !bytes.Equal(tail.Raw, got.Event.Raw) {
		t.Errorf("tail %+v, appended %+v", tail, got.Event)
	}
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "RUNS")
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.GetMsg(t.Context(), got.Seq)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"Leo-Type": "planned", "Leo-Schema": "planned/1", "Leo-Causation-Seq": fmt.Sprint(first), "Leo-Worker": "planner/1",
		"Nats-Expected-Last-Subject-Sequence-Subject": "leo.acme.run.r1.>",
	}
	for name, value := range want {
		if m.Header.Get(name) != value {
			t.Errorf("header %s is %q, want %q", name, m.Header.Get(name), value)
		}
	}
	if id := m.Header.Get("Nats-Msg-Id"); !strings.HasPrefix(id, "r1:") || len(id) < 20 {
		t.Errorf("message id %q", id)
	}
}

func TestMovedOnErrorTellsWhereTheRunIs(t *testing.T) {
	b := bustest.New(t)
	first := ask(t, b, "r1")
	second := add(t, b, first, "r1", 0, event.Cancelled{User: "ada"})
	_, err := b.Append(t.Context(), first, event.Event{Org: org, RunID: "r1", Body: planned()})
	var moved *bus.MovedOnError
	if !errors.As(err, &moved) || !errors.Is(err, bus.ErrMovedOn) {
		t.Fatalf("got %v", err)
	}
	if moved.Tail.Seq != second || moved.Kind != event.KindCancelled || moved.Tail.Body.(event.Cancelled).User != "ada" {
		t.Errorf("moved on to %+v", moved)
	}
}

func TestAskingARunThatExistsMovesOn(t *testing.T) {
	b := bustest.New(t)
	ask(t, b, "r1")
	_, err := b.Append(t.Context(), 0, event.Event{Org: org, RunID: "r1", Body: asked()})
	if !errors.Is(err, bus.ErrMovedOn) {
		t.Errorf("got %v", err)
	}
}

func TestAppendRefusesWhatCannotBeAnEvent(t *testing.T) {
	b := bustest.New(t)
	first := ask(t, b, "r1")
	next := add(t, b, first, "r1", 0, planned())
	big := executed()
	big.Stdout = strings.Repeat("x", bus.MaxEventBytes)
	tests := []struct {
		name  string
		after uint64
		event event.Event
		want  fault.Code
	}{
		{"org with a wildcard", 0, event.Event{Org: "*", RunID: "r2", Body: asked()}, fault.Validation},
		{"run id with a dot", 0, event.Event{Org: org, RunID: "a.b", Body: asked()}, fault.Validation},
		{"asked after something", next, event.Event{Org: org, RunID: "r1", Body: asked()}, fault.Validation},
		{"planned after nothing", 0, event.Event{Org: org, RunID: "r2", Body: planned()}, fault.Validation},
		{"step out of range", next, event.Event{Org: org, RunID: "r1", Step: 100, Body: executed()}, fault.Validation},
		{"too large", next, event.Event{Org: org, RunID: "r1", Body: big}, fault.PayloadTooLarge},
		{"same kind and step again", next, event.Event{Org: org, RunID: "r1", Body: planned()}, fault.Conflict},
		{"run that is not there", 7, event.Event{Org: org, RunID: "r9", Body: planned()}, fault.NotFound},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := b.Append(t.Context(), test.after, test.event)
			wantCode(t, err, test.want)
		})
	}
	if got := kinds(t, b, "r1"); got != "asked planned" {
		t.Errorf("run is %q", got)
	}
}

func TestFullLogIsUnavailableWithAHint(t *testing.T) {
	b := bustest.Server(t).Connect(t, func(c *bus.Config) { c.MaxBytes = 64 << 10 })
	var err error
	stored := 0
	for n := range 1000 {
		body := asked()
		body.Conversation.Instructions = strings.Repeat(fmt.Sprint(n), 2000)
		if _, err = b.Append(t.Context(), 0, event.Event{Org: org, RunID: bustest.RunID(n), Body: body}); err != nil {
			break
		}
		stored++
	}
	wantCode(t, err, fault.Unavailable)
	wantHint(t, err)
	if !strings.Contains(err.Error(), "full") {
		t.Errorf("%v does not say that the log is full", err)
	}
	if stored == 0 {
		t.Fatal("nothing was stored")
	}
	if got := kinds(t, b, bustest.RunID(0)); got != "asked" {
		t.Errorf("the first run is %q: a full log must not lose anything", got)
	}
}

func TestServerThatIsAwayIsUnavailable(t *testing.T) {
	b := bustest.Server(t).Connect(t)
	first := ask(t, b, "r1")
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := bus.Connect(ctx, bus.Config{URL: "nats://127.0.0.1:1"}, nil)
	wantCode(t, err, fault.Unavailable)
	wantHint(t, err)
	done, stop := context.WithCancel(t.Context())
	stop()
	_, err = b.Append(done, first, event.Event{Org: org, RunID: "r1", Body: planned()})
	wantCode(t, err, fault.Unavailable)
	_, err = b.Tail(done, org, "r1")
	wantCode(t, err, fault.Unavailable)
}

func TestLostAcknowledgementIsRecognisedAsMine(t *testing.T) {
	node := bustest.Server(t)
	thief := &ackThief{provider: node}
	b := node.Connect(t, func(c *bus.Config) { c.InProcess = thief })
	first := ask(t, b, "r1")
	thief.armed.Store(true)
	got, err := b.Append(t.Context(), first, event.Event{Org: org, RunID: "r1", Body: planned()})
	if err != nil {
		t.Fatal(err)
	}
	if thief.armed.Load() {
		t.Fatal("no acknowledgement was stolen")
	}
	if !got.Mine {
		t.Error("the event is not recognised as landed before")
	}
	if got := kinds(t, b, "r1"); got != "asked planned" {
		t.Errorf("run is %q", got)
	}
	add(t, b, got.Seq, "r1", 0, executed())
}

// ackThief makes connections that break when the server acknowledges a write.
type ackThief struct {
	provider nats.InProcessConnProvider
	armed    atomic.Bool
}

func (a *ackThief) InProcessConn() (net.Conn, error) {
	conn, err := a.provider.InProcessConn()
	return &stolenConn{Conn: conn, thief: a}, err
}

type stolenConn struct {
	net.Conn
	thief *ackThief
}

func (c *stolenConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if bytes.Contains(p[:n], []byte(`{"stream":"RUNS","seq":`)) && c.thief.armed.CompareAndSwap(true, false) {
		_ = c.Close()
		return 0, io.EOF
	}
	return n, err
}

func TestTailAndEventsOfAnUnknownRunAreNotFound(t *testing.T) {
	b := bustest.New(t)
	ask(t, b, "r1")
	for _, id := range []string{"r2", "*", ">", "", "a b"} {
		_, err := b.Tail(t.Context(), org, id)
		wantCode(t, err, fault.NotFound)
		_, err = b.Events(t.Context(), org, id)
		wantCode(t, err, fault.NotFound)
	}
	_, err := b.Events(t.Context(), "other", "r1")
	wantCode(t, err, fault.NotFound)
	for _, seq := range []uint64{0, 99} {
		_, err = b.Get(t.Context(), seq)
		wantCode(t, err, fault.NotFound)
	}
}

func TestEventsAreInTheOrderTheyHappenedAcrossSteps(t *testing.T) {
	b := bustest.New(t)
	last := ask(t, b, "r1")
	want := []string{"0 asked"}
	for step := range 12 {
		for _, body := range []event.Body{planned(), started(), executed()} {
			ask(t, b, fmt.Sprintf("other-%d-%s", step, body.Kind()))
			last = add(t, b, last, "r1", step, body)
			want = append(want, fmt.Sprintf("%d %s", step, body.Kind()))
		}
	}
	add(t, b, last, "r1", 11, answered())
	want = append(want, "11 answered")
	events, err := b.Events(t.Context(), org, "r1")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var before event.Event
	for _, e := range events {
		got = append(got, fmt.Sprintf("%d %s", e.Step, e.Kind()))
		if e.Seq <= before.Seq || e.Cause != before.Seq || len(e.Raw) == 0 {
			t.Errorf("event %d (cause %d) after %d", e.Seq, e.Cause, before.Seq)
		}
		before = e
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTopologyIsTheSameAfterRepeating(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	ask(t, b, "r1")
	if err := b.EnsureTopology(t.Context()); err != nil {
		t.Fatal(err)
	}
	node.Connect(t, func(c *bus.Config) { c.MaxAge = 48 * time.Hour })
	if got := kinds(t, b, "r1"); got != "asked" {
		t.Errorf("run is %q", got)
	}
	if err := b.Healthy(t.Context()); err != nil {
		t.Errorf("healthy: %v", err)
	}
}

func TestLogOfANewerLayoutIsRefused(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "RUNS")
	if err != nil {
		t.Fatal(err)
	}
	cfg := s.CachedInfo().Config
	cfg.Metadata["schema"] = "99"
	if _, err := js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	err = b.EnsureTopology(t.Context())
	wantCode(t, err, fault.Conflict)
	wantHint(t, err)
}

func TestConfigIsValidated(t *testing.T) {
	good := bus.Config{URL: "nats://127.0.0.1:4222"}
	tests := []struct {
		name   string
		change func(*bus.Config)
		bad    bool
	}{
		{"defaults", func(*bus.Config) {}, false},
		{"no address", func(c *bus.Config) { c.URL = "" }, true},
		{"two replicas", func(c *bus.Config) { c.Replicas = 2 }, true},
		{"negative size", func(c *bus.Config) { c.MaxBytes = -1 }, true},
		{"age below a run", func(c *bus.Config) { c.MaxAge = time.Minute }, true},
		{"results gone at once", func(c *bus.Config) { c.ResultsTTL = time.Second }, true},
		{"negative objects", func(c *bus.Config) { c.ObjectsMaxBytes = -1 }, true},
		{"negative timeout", func(c *bus.Config) { c.ConnectTimeout = -1 }, true},
		{"user without password", func(c *bus.Config) { c.Username = "leo" }, true},
		{"two ways to log in", func(c *bus.Config) { c.Username, c.Password, c.CredsFile = "a", "b", "c" }, true},
		{"delay of zero", func(c *bus.Config) { c.RetryDelays = []time.Duration{0} }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := good
			test.change(&cfg)
			err := cfg.WithDefaults().Validate()
			if (err != nil) != test.bad {
				t.Fatalf("got %v", err)
			}
			if test.bad {
				wantCode(t, err, fault.Validation)
				wantHint(t, err)
			}
		})
	}
}
