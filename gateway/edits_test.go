package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/edits"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// addValues gives the shop a text column of which the catalogue knows values.
func (w *world) addValues() {
	w.t.Helper()
	d, err := w.datasets.Get(w.t.Context(), "local", "shop")
	if err != nil {
		w.t.Fatal(err)
	}
	top := []catalog.ValueCount{{Value: "France", Count: 9}, {Value: "South Africa", Count: 7}, {Value: "Austria", Count: 5}, {Value: "<b>Fr</b>", Count: 1}}
	err = w.datasets.Update(w.t.Context(), "local", "shop", d.Version, func(now *catalog.Dataset) error {
		now.Tables[0].Columns = append(now.Tables[0].Columns,
			catalog.Column{Name: "country", Type: catalog.Text, EngineType: "VARCHAR", Profile: &catalog.Profile{Distinct: 4, Top: top, Complete: true}},
			catalog.Column{Name: "city", Type: catalog.Text, EngineType: "VARCHAR", Profile: &catalog.Profile{Distinct: 900, Top: top[:2]}})
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func editOf(planText, edit string) map[string]any {
	body := map[string]any{"dataset_id": "shop", "plan": json.RawMessage(planText)}
	if edit != "" {
		body["edit"] = json.RawMessage(edit)
	}
	return body
}

func TestAPlanIsEditedByChip(t *testing.T) {
	w := setup(t)
	w.addValues()
	const plan = `{"table":"orders","select":[{"agg":"sum","column":"total","as":"revenue"}],"group_by":[{"column":"city"}]}`
	var m edits.Menu
	w.want(w.do("POST", "/api/v1/plans/edits", editOf(plan, "")), 200, "").into(t, &m)
	if len(m.Chips) != 2 || m.Chips[0].Measure == nil || m.Chips[0].Measure.Column != "orders.total" || len(m.Columns) != 3 || m.Sentence == "" {
		t.Errorf("%+v", m)
	}
	var p edits.Preview
	w.want(w.do("POST", "/api/v1/plans/preview",
		editOf(plan, `{"action":"set","path":"/group_by/0","dimension":{"column":"orders.country"}}`)), 200, "").into(t, &p)
	if len(p.Changes) != 1 || p.Changes[0] != (event.Change{Action: "changed", Kind: "dimension", Before: "city", After: "country"}) ||
		!strings.Contains(p.Sentence, "per country") {
		t.Errorf("%+v", p)
	}
	bad := w.want(w.do("POST", "/api/v1/plans/preview",
		editOf(plan, `{"action":"add","condition":{"column":"orders.total","op":">","value":"much"}}`)), 400, fault.Validation)
	if f := bad.fault(); f.Details["path"] != "/filters/0/value" {
		t.Errorf("%+v", f)
	}
	for _, body := range []map[string]any{
		{"dataset_id": "shop"},
		{"plan": json.RawMessage(plan)},
		editOf(`{"table":"nothing","select":["a"]}`, `{"action":"remove","path":"/limit"}`),
		editOf(plan, ""),
	} {
		w.want(w.do("POST", "/api/v1/plans/preview", body), 400, fault.Validation)
	}
	w.want(w.do("POST", "/api/v1/plans/edits", map[string]any{"dataset_id": "elsewhere", "plan": json.RawMessage(plan)}), 404, fault.NotFound)
}

func TestColumnsSayWhichValuesTheCatalogueKnows(t *testing.T) {
	w := setup(t)
	w.addValues()
	values := func(query string) edits.Values {
		var v edits.Values
		w.want(w.do("GET", "/api/v1/datasets/shop/values?table=orders&"+query, nil), 200, "").into(t, &v)
		return v
	}
	v := values("column=country&q=fr")
	if len(v.Values) != 3 || v.Values[0].Value != "France" || v.Values[1].Value != "South Africa" || !v.Complete || v.Known != 4 {
		t.Errorf("%+v", v)
	}
	if v := values("column=country&limit=1"); v.Complete || len(v.Values) != 1 {
		t.Errorf("part of the values passes for all: %+v", v)
	}
	if v := values("column=city"); v.Complete || v.Distinct != 900 || v.Known != 2 {
		t.Errorf("the most frequent values pass for all: %+v", v)
	}
	if v := values("column=total"); v.Complete || len(v.Values) != 0 {
		t.Errorf("%+v", v)
	}
	w.want(w.do("GET", "/api/v1/datasets/shop/values?table=orders&column=contry", nil), 400, fault.Validation)
	w.want(w.do("GET", "/api/v1/datasets/shop/values?table=order&column=country", nil), 400, fault.Validation)
	w.want(w.do("GET", "/api/v1/datasets/none/values?table=orders&column=country", nil), 404, fault.NotFound)
}

func TestARunOfAnEditedPlanSaysWhatWasChanged(t *testing.T) {
	w := setup(t)
	w.addValues()
	parent := w.answeredRun("What is the total of all orders?")
	send := func(plan, parent string) event.Asked {
		var b struct {
			RunID string `json:"run_id"`
		}
		w.want(w.do("POST", "/api/v1/runs", map[string]any{"dataset_id": "shop", "plan": json.RawMessage(plan), "parent_run_id": parent}), 202, "").into(t, &b)
		events, err := w.bus.Events(t.Context(), "local", b.RunID)
		if err != nil {
			t.Fatal(err)
		}
		return events[0].Body.(event.Asked)
	}
	asked := send(`{"table":"orders","select":[{"agg":"sum","column":"total","as":"n"}],"group_by":[{"column":"country"}]}`, parent)
	e := asked.Conversation.Edited
	if e == nil || e.RunID != parent || e.Question != "What is the total of all orders?" || len(e.Changes) != 1 || e.Changes[0].After != "country" {
		t.Fatalf("%+v", e)
	}
	if again := send(`{"table":"orders","select":[{"agg":"sum","column":"total","as":"n"}]}`, parent); again.Conversation.Edited != nil {
		t.Errorf("the same plan counts as edited: %+v", again.Conversation.Edited)
	}
}

func TestEditingNeedsAnAnalyst(t *testing.T) {
	w := setup(t)
	viewer := bearer(w.token("local", "v", auth.Viewer))
	w.want(w.do("POST", "/api/v1/plans/edits", editOf(`{"table":"orders","select":[{"agg":"count"}]}`, ""), viewer), 403, fault.Forbidden)
	w.want(w.do("GET", "/api/v1/datasets/shop/values?table=orders&column=total", nil, viewer), 200, "")
	other := bearer(w.token("others", "a", auth.Analyst))
	w.want(w.do("POST", "/api/v1/plans/edits", editOf(`{"table":"orders","select":[{"agg":"count"}]}`, ""), other), 404, fault.NotFound)
	w.want(w.do("GET", "/api/v1/datasets/shop/values?table=orders&column=total", nil, other), 404, fault.NotFound)
}
