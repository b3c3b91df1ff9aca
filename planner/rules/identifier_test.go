package rules_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestIdentifiersMeasureNothingUnlessAskedFor(t *testing.T) {
	d := &catalog.Dataset{ID: "clinic", Tables: []catalog.Table{{
		Name: "visits", Rows: 500, Key: []string{"visit_id"},
		Columns: []catalog.Column{
			{Name: "visit_id", Type: catalog.Integer, EngineType: "BIGINT", Profile: &catalog.Profile{Distinct: 500}},
			{Name: "patient_id", Type: catalog.Integer, EngineType: "BIGINT", Profile: &catalog.Profile{Distinct: 90}},
			{Name: "visited_on", Type: catalog.Date, EngineType: "DATE", Profile: &catalog.Profile{Distinct: 200, Min: "2025-01-01", Max: "2025-12-31"}},
		},
	}}}
	for text, want := range map[string]rules.Action{
		"best patients":                     rules.Refuse,
		"what is the highest visit id?":     rules.Run,
		"how many visits were there?":       rules.Run,
		"how many different patients came?": rules.Run,
	} {
		r, err := rules.New(d).Plan(t.Context(), rules.Question{Text: text, AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		if got := rules.Decide(r, rules.DefaultPolicy()).Action; (got == rules.Run) != (want == rules.Run) && (want == rules.Refuse || got == rules.Refuse) {
			t.Errorf("%q: %s, want %s (unknown %v, why %q)", text, got, want, r.Unknown, r.Why)
		}
	}
}

func TestThingsAreRankedByWhatAllTheirRowsAddUpTo(t *testing.T) {
	d := &catalog.Dataset{ID: "clinic", Tables: []catalog.Table{{
		Name: "visits", Rows: 500, Key: []string{"visit_id"},
		Columns: []catalog.Column{
			{Name: "visit_id", Type: catalog.Integer, EngineType: "BIGINT", Profile: &catalog.Profile{Distinct: 500}},
			{Name: "patient_id", Type: catalog.Integer, EngineType: "BIGINT", Profile: &catalog.Profile{Distinct: 90}},
			{Name: "cost", Type: catalog.Decimal, EngineType: "DECIMAL(9,2)", Unit: "EUR", Profile: &catalog.Profile{Distinct: 400, Min: "1", Max: "900"}},
			{Name: "pulse", Type: catalog.Integer, EngineType: "INTEGER", Profile: &catalog.Profile{Distinct: 80, Min: "40", Max: "160"}},
		},
	}}}
	for text, grouped := range map[string]bool{
		"top 5 patients by cost":    true,
		"bottom 3 patients by cost": true,
		"top 5 patient ids by cost": false, // the rows themselves
		"top 5 patients by pulse":   false, // nothing that adds up
	} {
		q := run(t, d, text)
		if got := len(q.GroupBy) == 1; got != grouped {
			t.Errorf("%q: grouped %v, want %v: %+v", text, got, grouped, q)
		}
		if grouped && (q.GroupBy[0].Column != "patient_id" || len(q.Select) != 1 || q.Select[0].Agg != plan.Sum || q.Select[0].Column != "cost") {
			t.Errorf("%q: %+v", text, q)
		}
	}
}
