package bus_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// follower collects the sequences it sees.
type follower struct {
	mu   sync.Mutex // guards seqs
	seqs []uint64
}

func (f *follower) see(e event.Event) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seqs = append(f.seqs, e.Seq)
	return nil
}

func (f *follower) seen() []uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.seqs)
}

// follow runs Follow until the test ends.
func follow(t *testing.T, b *bus.Bus, from uint64) *follower {
	t.Helper()
	f := &follower{}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Follow(ctx, from, f.see) }()
	t.Cleanup(func() {
		cancel()
		if err := receive(t, "the end of a follower", ended); err != nil {
			t.Errorf("follow: %v", err)
		}
	})
	return f
}

// sequence is from..to.
func sequence(from, to uint64) []uint64 {
	var s []uint64
	for n := from; n <= to; n++ {
		s = append(s, n)
	}
	return s
}

func TestFollowSeesEveryEventOnceAcrossARestart(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	const part = 600 // more than one batch
	for n := range part {
		ask(t, b, bustest.RunID(n))
	}
	all, late := follow(t, b, 0), follow(t, b, 500)
	for restart := range 2 {
		node.Restart(t)
		bustest.Eventually(t, "the log is back", func() bool { return b.Healthy(t.Context()) == nil })
		for n := range part {
			ask(t, b, bustest.RunID((restart+1)*part+n))
		}
	}
	bustest.Eventually(t, "both have seen everything", func() bool {
		return len(all.seen()) >= 3*part && len(late.seen()) >= 3*part-499
	})
	if !slices.Equal(all.seen(), sequence(1, 3*part)) {
		t.Error("the follower from the start has gaps or repeats")
	}
	if !slices.Equal(late.seen(), sequence(500, 3*part)) {
		t.Error("the follower from the middle has gaps or repeats")
	}
}

func TestClusterGoesOnWithoutOneServer(t *testing.T) {
	nodes := bustest.Cluster(t)
	b := nodes.Connect(t)
	w := planner(func(ctx context.Context, turn *bus.Turn) error { return turn.Append(ctx, planned()) })
	w.AckWait = time.Second // what the lost server had delivered comes again after it
	work(t, b, w)
	f := follow(t, b, 0)
	const runs = 30
	for n := range runs {
		if n == runs/2 {
			nodes.StopLeader(t, "RUNS")
		}
		bustest.Eventually(t, "the run is asked", func() bool {
			_, err := b.Append(t.Context(), 0, event.Event{Org: org, RunID: bustest.RunID(n), Body: asked()})
			return err == nil || errors.Is(err, bus.ErrMovedOn) // the second when the first attempt had landed
		})
	}
	for n := range runs {
		bustest.Eventually(t, "the run is planned", func() bool {
			events, err := b.Events(t.Context(), org, bustest.RunID(n))
			return err == nil && len(events) == 2
		})
	}
	bustest.Eventually(t, "the follower has seen everything", func() bool { return len(f.seen()) >= 2*runs })
	if got := f.seen(); !slices.IsSorted(got) || len(slices.Compact(got)) != 2*runs {
		t.Errorf("the follower saw %v", got)
	}
}

func TestFollowStartsAgainWhenItsConsumerIsDeleted(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	ask(t, b, "r1")
	f := follow(t, b, 0)
	bustest.Eventually(t, "the first event", func() bool { return len(f.seen()) == 1 })
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "RUNS")
	if err != nil {
		t.Fatal(err)
	}
	for name := range s.ConsumerNames(t.Context()).Name() {
		if err := s.DeleteConsumer(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	ask(t, b, "r2")
	bustest.Eventually(t, "the second event", func() bool { return slices.Equal(f.seen(), sequence(1, 2)) })
}

func TestFollowReturnsItsFunctionsError(t *testing.T) {
	b := bustest.New(t)
	ask(t, b, "r1")
	stop := errors.New("stop")
	if err := b.Follow(t.Context(), 0, func(event.Event) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
}

func TestFollowLeavesNoConsumerBehind(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	ask(t, b, "r1")
	stop := errors.New("stop")
	if err := b.Follow(t.Context(), 0, func(event.Event) error { return stop }); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if err := b.Replay(t.Context(), bus.Filter{}, func(event.Event) error { return nil }); err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "RUNS")
	if err != nil {
		t.Fatal(err)
	}
	if n := s.CachedInfo().State.Consumers; n != 0 {
		t.Errorf("%d consumers", n)
	}
}

func TestFollowSkipsWhatItCannotReadAndReplayDoesNot(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	ask(t, b, "r1")
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(t.Context(), "leo.acme.run.r2.00.asked", []byte(`{"schema":"asked/99","body":{}}`)); err != nil {
		t.Fatal(err)
	}
	ask(t, b, "r3")
	f := follow(t, b, 0)
	bustest.Eventually(t, "the readable events", func() bool { return slices.Equal(f.seen(), []uint64{1, 3}) })
	err = b.Replay(t.Context(), bus.Filter{}, func(event.Event) error { return nil })
	if !errors.Is(err, event.ErrUnknownSchema) {
		t.Errorf("replay: %v", err)
	}
}

func TestReplayRanges(t *testing.T) {
	b := bustest.New(t)
	if err := b.Replay(t.Context(), bus.Filter{}, func(event.Event) error { return errors.New("an event of nothing") }); err != nil {
		t.Fatal(err)
	}
	// Events 1..12: two orgs in turn, runs of two events each.
	var middle time.Time
	for n := range 3 {
		for _, o := range []string{"acme", "zeta"} {
			run := bustest.RunID(n)
			got, err := b.Append(t.Context(), 0, event.Event{Org: o, RunID: run, Body: asked()})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := b.Append(t.Context(), got.Seq, event.Event{Org: o, RunID: run, Body: planned()}); err != nil {
				t.Fatal(err)
			}
		}
		if n == 0 {
			middle = time.Now() // between event 4 and event 5
		}
	}
	tests := []struct {
		name   string
		filter bus.Filter
		want   []uint64
	}{
		{"all", bus.Filter{}, sequence(1, 12)},
		{"from", bus.Filter{FromSeq: 9}, sequence(9, 12)},
		{"to", bus.Filter{ToSeq: 3}, sequence(1, 3)},
		{"from and to", bus.Filter{FromSeq: 4, ToSeq: 6}, sequence(4, 6)},
		{"beyond the end", bus.Filter{FromSeq: 13}, nil},
		{"to beyond the end", bus.Filter{FromSeq: 12, ToSeq: 99}, sequence(12, 12)},
		{"org", bus.Filter{Org: "zeta"}, []uint64{3, 4, 7, 8, 11, 12}},
		{"org and range", bus.Filter{Org: "zeta", FromSeq: 4, ToSeq: 10}, []uint64{4, 7, 8}},
		{"org without events", bus.Filter{Org: "nobody"}, nil},
		{"since", bus.Filter{FromTime: middle}, sequence(5, 12)},
		{"until", bus.Filter{ToTime: middle}, sequence(1, 4)},
		{"since and from", bus.Filter{FromTime: middle, FromSeq: 7}, sequence(7, 12)},
		{"since the future", bus.Filter{FromTime: time.Now().Add(time.Hour)}, nil},
		{"org since", bus.Filter{Org: "acme", FromTime: middle}, []uint64{5, 6, 9, 10}},
		{"run", bus.Filter{Org: "acme", RunID: bustest.RunID(1)}, []uint64{5, 6}},
		{"run of any org", bus.Filter{RunID: bustest.RunID(1)}, []uint64{5, 6, 7, 8}},
		{"run from", bus.Filter{Org: "acme", RunID: bustest.RunID(1), FromSeq: 6}, []uint64{6}},
		{"run until", bus.Filter{Org: "acme", RunID: bustest.RunID(1), ToTime: middle}, nil},
		{"run that is not there", bus.Filter{Org: "acme", RunID: "r9"}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []uint64
			err := b.Replay(t.Context(), test.filter, func(e event.Event) error {
				if len(e.Raw) == 0 {
					t.Errorf("event %d has no stored line", e.Seq)
				}
				got = append(got, e.Seq)
				return nil
			})
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v (%v), want %v", got, err, test.want)
			}
		})
	}
}

func TestReplayEndsWhileEventsKeepComing(t *testing.T) {
	b := bustest.New(t)
	for n := range 20 {
		ask(t, b, bustest.RunID(n))
	}
	n, seen := 20, 0
	err := b.Replay(t.Context(), bus.Filter{}, func(event.Event) error {
		seen++
		ask(t, b, bustest.RunID(n))
		n++
		return nil
	})
	if err != nil || seen != 20 {
		t.Errorf("replay saw %d events (%v), want the 20 there were at its start", seen, err)
	}
}

func TestImpossibleReplayIsRefused(t *testing.T) {
	b := bustest.New(t)
	for _, f := range []bus.Filter{
		{Org: "*"},
		{RunID: ">"},
		{FromSeq: 5, ToSeq: 4},
		{FromTime: time.Unix(10, 0), ToTime: time.Unix(5, 0)},
	} {
		err := b.Replay(t.Context(), f, func(event.Event) error { return nil })
		wantCode(t, err, fault.Validation)
		wantHint(t, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ask(t, b, "r1")
	if err := b.Replay(ctx, bus.Filter{}, func(event.Event) error { return nil }); err == nil {
		t.Error("a replay that was stopped says that it is complete")
	}
}
