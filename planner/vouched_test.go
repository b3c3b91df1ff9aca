package planner_test

import (
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
	"github.com/leo-analytics/leo/shared/run"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/verified"
)

func TestWhatCannotBeAnsweredIsOfferedWhatSomebodyVouchedFor(t *testing.T) {
	w := setup(t, planner.Rules, llmtest.Serve(t), nil)
	w.stopPlanner()
	w.index = vector.New(vector.Config{}, vector.Deps{Log: slog.New(slog.DiscardHandler)})
	a := &verified.Answer{
		ID: verified.ID("shop", "How many orders frobnicate by status?"), Org: "acme", DatasetID: "shop", DatasetVersion: version,
		Question: "How many orders frobnicate by status?", Owner: "ada", VerifiedAt: time.Now(),
		Plan:    json.RawMessage(`{"version":1,"table":"orders","select":[{"agg":"count","as":"orders"}],"group_by":[{"column":"status"}]}`),
		Columns: []verified.Column{{Table: "orders"}, {Table: "orders", Name: "status", Type: "text"}},
	}
	if err := verified.NewStore(w.bus).Put(t.Context(), a, 0); err != nil {
		t.Fatal(err)
	}
	w.stopPlanner = w.startPlanner(t)
	bustest.Eventually(t, "the question itself is answered", func() bool {
		r := w.ask(t, "How many orders frobnicate by status?", nil)
		return r.Status == run.Succeeded && r.Answered.Trust.Origin == event.OriginVerified
	})
	r := w.ask(t, "orders that frobnicate quuxes, by status", nil)
	if r.Status != run.NeedsInput {
		t.Fatalf("%s %v", r.Status, r.Fault)
	}
	last := r.NeedsInput.Readings[len(r.NeedsInput.Readings)-1]
	if last.Label != "How many orders frobnicate by status? (verified by ada)" || last.Sentence == "" || len(last.Plan) == 0 {
		t.Errorf("offered %+v", r.NeedsInput.Readings)
	}
	if r := w.ask(t, "How many orders are there by status?", nil); r.Status != run.Succeeded || r.Answered.Trust.Origin != event.OriginRules {
		t.Errorf("what the rules are sure of: %s %v", r.Status, r.Fault)
	}
	if r := w.ask(t, "weather in Oslo tomorrow", nil); r.Status == run.Succeeded || r.NeedsInput != nil {
		t.Errorf("another matter: %s %+v", r.Status, r.NeedsInput)
	}
}
