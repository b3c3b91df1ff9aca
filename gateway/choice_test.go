package gateway_test

import (
	"encoding/json"
	"testing"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// A reading is chosen by its plan. Its chart comes along; a plan that was not
// offered brings nothing.
func TestAChosenReadingKeepsTheChartOfItsQuestion(t *testing.T) {
	w := setup(t)
	parent := w.ask("orders by kind as a pie chart")
	offered := json.RawMessage(`{"version":1,"table":"orders","select":[{"agg":"count"}]}`)
	w.add("local", parent, event.NeedsInput{Question: "Which?", Readings: []event.Reading{
		{Label: "other", Sentence: "Other.", Plan: json.RawMessage(`{"version":1,"table":"orders"}`), Chart: "bar"},
		{Label: "count", Sentence: "Count.", Plan: offered, Chart: "pie", Channels: &event.Channels{X: "kind"}},
	}, ModelFault: fault.New(fault.Model, "The model is down.")})
	for name, c := range map[string]struct{ plan, chart string }{
		"offered":                 {string(offered), "pie"},
		"offered, written anew":   {`{"select":[{"agg":"count"}],"table":"orders"}`, "pie"},
		"not among those offered": {`{"table":"orders","select":[{"agg":"count"}],"limit":3}`, ""},
	} {
		var b struct {
			RunID string `json:"run_id"`
		}
		body := map[string]any{"dataset_id": "shop", "plan": json.RawMessage(c.plan), "parent_run_id": parent}
		w.want(w.do("POST", "/api/v1/runs", body), 202, "").into(t, &b)
		events, err := w.bus.Events(t.Context(), "local", b.RunID)
		if err != nil || len(events) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		asked, _ := events[0].Body.(event.Asked)
		switch got := asked.Conversation.Chosen; {
		case c.chart == "" && got != nil:
			t.Errorf("%s: %+v", name, got)
		case c.chart != "" && (got == nil || got.Chart != c.chart || got.RunID != parent || got.Channels == nil || got.Channels.X != "kind" ||
			fault.CodeOf(got.ModelFault) != fault.Model):
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A statement that is run again with other limits is still the planner's; a changed
// one is a person's.
func TestAStatementRunAgainKeepsHowItWasMade(t *testing.T) {
	w := setup(t)
	parent := w.ask("orders by kind")
	made := json.RawMessage(`{"version":1,"table":"orders","select":[{"agg":"count"}]}`)
	w.add("local", parent, event.Planned{QueryType: "sql", Plan: made, SQL: "SELECT 1", Sentence: "Number of rows.", Origin: event.OriginRules, Confidence: 0.8, Chart: "pie"})
	written := w.ask("orders by hand")
	w.add("local", written, event.Planned{QueryType: "sql", SQL: "SELECT 2", Sentence: "By a model.", Origin: event.OriginModel})
	ask := func(body map[string]any) *event.Again {
		t.Helper()
		var b struct {
			RunID string `json:"run_id"`
		}
		body["dataset_id"], body["limits"] = "shop", map[string]any{"max_rows": 1000}
		w.want(w.do("POST", "/api/v1/runs", body), 202, "").into(t, &b)
		events, err := w.bus.Events(t.Context(), "local", b.RunID)
		if err != nil || len(events) == 0 {
			t.Fatal(err)
		}
		asked, _ := events[0].Body.(event.Asked)
		if asked.ParentRunID != body["parent_run_id"] || asked.Limits.MaxRows != 1000 {
			t.Errorf("%+v", asked)
		}
		return asked.Conversation.Again
	}
	got := ask(map[string]any{"plan": made, "parent_run_id": parent})
	if got == nil || got.RunID != parent || got.Question != "orders by kind" || got.Origin != event.OriginRules || got.Confidence != 0.8 || got.Chart != "pie" {
		t.Errorf("the same plan: %+v", got)
	}
	if got := ask(map[string]any{"sql": "SELECT 2", "parent_run_id": written}); got == nil || got.Origin != event.OriginModel || got.Sentence != "By a model." {
		t.Errorf("the same SQL: %+v", got)
	}
	for name, body := range map[string]map[string]any{
		"a changed plan":    {"plan": json.RawMessage(`{"table":"orders","select":[{"agg":"count"}],"limit":3}`), "parent_run_id": parent},
		"changed SQL":       {"sql": "SELECT 3", "parent_run_id": written},
		"the SQL of a plan": {"sql": "SELECT 1", "parent_run_id": parent},
	} {
		if got := ask(body); got != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
