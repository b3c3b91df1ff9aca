package llm

import (
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
)

func TestTheBreakerOpensProbesAndCloses(t *testing.T) {
	now := time.Unix(1000, 0)
	healthy := false
	s := llmtest.ServeFunc(t, func(int, llmtest.Request) llmtest.Reply {
		if healthy {
			return llmtest.Text("hello")
		}
		return llmtest.Status(500, "oops")
	})
	c, err := New(Config{
		BaseURL: s.URL, Model: "m", Retries: -1, BreakerAfter: 3, BreakerFor: time.Minute,
		now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	say := func() error {
		_, err := c.Chat(t.Context(), Request{Messages: []Message{{Role: User, Text: "hi"}}})
		return err
	}
	for range 3 {
		if err := say(); fault.CodeOf(err) != fault.Unavailable {
			t.Fatalf("got %v", err)
		}
	}
	if err := say(); fault.CodeOf(err) != fault.Unavailable || len(s.Requests()) != 3 || c.Health().OK || c.Health().Breaker != "open" {
		t.Fatalf("%v after %d requests, %+v", err, len(s.Requests()), c.Health())
	}
	now = now.Add(time.Minute)
	if c.Health().Breaker != "half-open" {
		t.Errorf("health %+v", c.Health())
	}
	if say() == nil || len(s.Requests()) != 4 || c.Health().Breaker != "open" {
		t.Fatalf("a failed probe: %d requests, %+v", len(s.Requests()), c.Health())
	}
	now = now.Add(time.Minute)
	healthy = true
	if err := say(); err != nil || c.Health().Breaker != "closed" || c.Health().Failures != 0 {
		t.Fatalf("%v, %+v", err, c.Health())
	}
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(c)
	if figures, err := registry.Gather(); err != nil || len(figures) != 6 {
		t.Errorf("%d figures, %v", len(figures), err)
	}
	if _, _, opens := c.breaker.state(); opens != 2 {
		t.Errorf("opened %d times", opens)
	}
}

func TestAHalfOpenBreakerLetsOneThrough(t *testing.T) {
	now := time.Unix(1000, 0)
	b := &breaker{after: 1, hold: time.Second, now: func() time.Time { return now }}
	b.failure()
	now = now.Add(time.Second)
	if _, ok := b.allow(); !ok {
		t.Fatal("the probe is held back")
	}
	if _, ok := b.allow(); ok {
		t.Error("two probes at once")
	}
	b.abandon()
	if _, ok := b.allow(); !ok {
		t.Error("an abandoned probe blocks the next")
	}
}
