package answer_test

import (
	"maps"
	"testing"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestColumnsHaveHeadsAPersonReads(t *testing.T) {
	s := shape{
		plan: plan.Query{GroupBy: []plan.Expr{{Column: "ward"}, {Column: "day", Bucket: plan.Month}}, Select: []plan.Expr{{Agg: plan.Count, As: "count_visits"}, sumCost()}},
		columns: []compile.OutputColumn{
			wardKey,
			{Name: "day_month", Type: catalog.Date, Role: compile.Time, Bucket: plan.Month, Path: "/group_by/1"},
			col("count_visits", catalog.Integer, compile.Measure, "/select/0"),
			{Name: "sum_cost", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR", Path: "/select/1"},
		},
		rows: [][]any{{"A", "2026-01-01", n("3"), n("9")}, {"B", "2026-01-01", n("4"), n("2")}},
	}
	want := map[string]string{"ward": "Ward", "day_month": "Month", "count_visits": "Number of visits", "sum_cost": "Total cost (EUR)"}
	got := answer.Compose(s.input())
	if !maps.Equal(got.Labels, want) {
		t.Errorf("got %q", got.Labels)
	}
	if got.Chart.Title == "" || got.Chart.X != "day_month" {
		t.Errorf("chart %+v", got.Chart)
	}
	in := s.input()
	in.Plan, in.Statement = nil, nil
	if got := answer.Compose(in).Labels; got != nil {
		t.Errorf("the columns of a person's statement are called %q", got)
	}
	s.plan.Select = []plan.Expr{{Agg: plan.Count, As: "a"}, {Agg: plan.Count}}
	if got := answer.Compose(s.input()).Labels; got["count_visits"] == got["sum_cost"] && got["sum_cost"] != "" {
		t.Errorf("two columns are called the same: %q", got)
	}
}
