package gateway_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// twoOrgs is a gateway of two organisations with a dataset each, and tokens: ada's
// and bob's of the one, eve's of the other.
func twoOrgs(t *testing.T, change ...func(*gateway.Config)) (w *world, ada, bob, eve string) {
	t.Helper()
	w = &world{t: t}
	w.onBus()
	w.addDataset("acme", "shop")
	w.addDataset("zoo", "shop")
	ada, bob, eve = w.token("acme", "ada", auth.Analyst), w.token("acme", "bob", auth.Analyst), w.token("zoo", "eve", auth.Analyst)
	w.start(append([]func(*gateway.Config){func(c *gateway.Config) {
		c.Auth, c.RatePerSecond, c.RateBurst, c.MaxInFlight = gateway.AuthToken, 10_000, 10_000, 1000
	}}, change...)...)
	return w, ada, bob, eve
}

const aQuestion = `{"dataset_id":"shop","question":"How many?"}`

// post asks with a token and returns the run.
func (w *world) post(token string) string {
	w.t.Helper()
	var accepted struct {
		RunID string `json:"run_id"`
	}
	w.want(w.do("POST", "/api/v1/runs", aQuestion, bearer(token)), 202, "").into(w.t, &accepted)
	return accepted.RunID
}

func TestTheUsersOfAnOrganisationShareItsRunsUnderWay(t *testing.T) {
	w, ada, bob, eve := twoOrgs(t, func(c *gateway.Config) { c.MaxInFlightOrg = 3 })
	first := w.post(ada)
	w.post(ada)
	w.post(bob)
	for _, token := range []string{ada, bob} {
		r := w.want(w.do("POST", "/api/v1/runs", aQuestion, bearer(token)), 429, fault.RateLimited)
		if r.Header.Get("Retry-After") != "5" || fmt.Sprint(r.fault().Details["in_flight"]) != "3" {
			t.Errorf("%v %s", r.Header, r.body)
		}
	}
	w.post(eve) // another organisation has its own
	w.add("acme", first, succeed()...)
	eventually(t, "the finished run gives its place back", func() bool {
		return w.do("POST", "/api/v1/runs", aQuestion, bearer(bob)).StatusCode == 202
	})
}

// TestAnOrganisationThatAsksLittleIsNotKeptWaitingByOneThatFloods has workers that
// are busy with the flood for as long as the gate is closed.
func TestAnOrganisationThatAsksLittleIsNotKeptWaitingByOneThatFloods(t *testing.T) {
	w, ada, _, eve := twoOrgs(t, func(c *gateway.Config) {
		c.MaxQueued, c.MaxInFlightOrg, c.Light, c.Queues = 30, 40, 20, []string{"test-asked"}
	})
	gate := make(chan struct{})
	ctx, stop := contextWithCancel(t)
	done := make(chan error, 1)
	go func() {
		done <- w.bus.Work(ctx, bus.Worker{Name: "test-asked", Kind: event.KindAsked, Slots: 2, Handle: func(ctx context.Context, turn *bus.Turn) error {
			if turn.Event.Org == "acme" {
				select {
				case <-gate:
				case <-ctx.Done():
					return context.Cause(ctx)
				}
			}
			return turn.Append(ctx, event.NeedsInput{Readings: []event.Reading{{Sentence: "One."}, {Sentence: "Another."}}})
		}})
	}()
	var flood []string
	eventually(t, "the flood is refused", func() bool {
		r := w.do("POST", "/api/v1/runs", aQuestion, bearer(ada))
		if r.StatusCode != 202 {
			w.want(r, 429, fault.RateLimited)
			return true
		}
		var accepted struct {
			RunID string `json:"run_id"`
		}
		r.into(t, &accepted)
		flood = append(flood, accepted.RunID)
		return false
	})
	ended := func(org, id string) bool {
		events, err := w.bus.Events(t.Context(), org, id)
		return err == nil && events[len(events)-1].Kind() == event.KindNeedsInput
	}
	for range 10 { // one after another, as a person asks
		id := w.post(eve)
		eventually(t, "the other organisation is answered", func() bool { return ended("zoo", id) })
	}
	for _, id := range flood {
		if ended("acme", id) {
			t.Error("the flood went through a closed gate")
		}
	}
	close(gate)
	for _, id := range flood {
		eventually(t, "the flood is answered", func() bool { return ended("acme", id) })
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
