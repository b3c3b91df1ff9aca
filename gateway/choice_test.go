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
