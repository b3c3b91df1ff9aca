package verified_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/verified"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func answer(org, question string, at time.Time) *verified.Answer {
	return &verified.Answer{ID: verified.ID("shop", question), Org: org, DatasetID: "shop", Question: question, VerifiedAt: at}
}

func TestAnswersAreKeptByOrgAndChangedAtTheirRevision(t *testing.T) {
	s := verified.NewStore(bustest.New(t))
	ctx, at := t.Context(), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i, a := range []*verified.Answer{answer("acme", "orders by day", at), answer("acme", "orders by month", at.Add(time.Hour)), answer("other", "orders by day", at)} {
		if err := s.Put(ctx, a, 0); err != nil {
			t.Fatal(i, err)
		}
	}
	list, err := s.List(ctx, "acme")
	if err != nil || len(list) != 2 || list[0].Question != "orders by month" {
		t.Fatalf("%+v %v", list, err)
	}
	// The same question in other words is the same answer.
	again := answer("acme", "Show me the orders per day", at)
	if err := s.Put(ctx, again, 0); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second answer to a question: %v", err)
	}
	_, revision, err := s.Get(ctx, "acme", again.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Put(ctx, again, revision); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(ctx, again, revision); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a change at an old revision: %v", err)
	}
	if err := s.Delete(ctx, "acme", again.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{again.ID, "nothing", "acme.x", ""} {
		if _, _, err := s.Get(ctx, "acme", id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
	if _, _, err := s.Get(ctx, "other", again.ID); err != nil {
		t.Errorf("another org's answer went, too: %v", err)
	}
}

func TestWatchTellsOfAnswersAndTheirEnd(t *testing.T) {
	s := verified.NewStore(bustest.New(t))
	ctx, cancel := context.WithCancel(t.Context())
	first := answer("acme", "orders by day", time.Now())
	if err := s.Put(ctx, first, 0); err != nil {
		t.Fatal(err)
	}
	ready, seen, done := make(chan struct{}), make(chan string, 8), make(chan error, 1)
	go func() {
		done <- s.Watch(ctx, func() { close(ready) }, func(a *verified.Answer) { seen <- "+" + a.Question }, func(org, id string) { seen <- "-" + org + "." + id })
	}()
	<-ready
	if got := <-seen; got != "+orders by day" {
		t.Errorf("%q", got)
	}
	if err := s.Delete(ctx, "acme", first.ID); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got != "-acme."+first.ID {
		t.Errorf("%q", got)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
