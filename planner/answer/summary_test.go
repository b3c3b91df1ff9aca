package answer_test

import (
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// shape is a plan, its columns and rows.
type shape struct {
	plan    plan.Query
	columns []compile.OutputColumn
	rows    [][]any
	change  func(*answer.Input)
	want    string
}

func (s shape) input() answer.Input {
	types := make([]string, len(s.columns))
	for i, c := range s.columns {
		types[i] = map[catalog.Type]string{
			catalog.Text: "VARCHAR", catalog.Date: "DATE", catalog.Decimal: "DOUBLE", catalog.Integer: "BIGINT", catalog.Boolean: "BOOLEAN", catalog.Timestamp: "TIMESTAMP",
		}[c.Type]
	}
	in := result(s.columns, types, s.rows...)
	s.plan.Table = "visits"
	in.Plan = &s.plan
	if s.change != nil {
		s.change(&in)
	}
	return in
}

func col(name string, typ catalog.Type, role compile.Role, path string) compile.OutputColumn {
	return compile.OutputColumn{Name: name, Type: typ, Role: role, Path: path}
}

func perWard(of ...plan.Expr) plan.Query {
	return plan.Query{Select: of, GroupBy: []plan.Expr{{Column: "ward"}}}
}

func sumCost() plan.Expr { return plan.Expr{Agg: plan.Sum, Column: "cost"} }

func window(kind plan.WindowKind) plan.Expr {
	e := sumCost()
	e.Window = &plan.Window{Kind: kind}
	return e
}

var (
	wardKey  = compile.OutputColumn{Name: "ward", Type: catalog.Text, Role: compile.Dimension, Path: "/group_by/0"}                     //nolint:gochecknoglobals // a row of test tables
	costSum  = compile.OutputColumn{Name: "sum_cost", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR", Path: "/select/0"}     //nolint:gochecknoglobals // likewise
	monthKey = compile.OutputColumn{Name: "day_month", Type: catalog.Date, Role: compile.Time, Bucket: plan.Month, Path: "/group_by/0"} //nolint:gochecknoglobals // likewise
)

func perMonth(of ...plan.Expr) plan.Query {
	return plan.Query{Select: of, GroupBy: []plan.Expr{{Column: "day", Bucket: plan.Month}}}
}

func TestEveryShapeHasItsSentence(t *testing.T) {
	descending := []plan.OrderBy{{By: "sum_cost", Direction: plan.Desc}}
	share := compile.OutputColumn{Name: "share", Type: catalog.Decimal, Role: compile.Measure, Format: compile.Percent, Path: "/select/1"}
	for name, s := range map[string]shape{
		"many groups": {
			plan: perWard(sumCost()), columns: []compile.OutputColumn{wardKey, costSum},
			rows: [][]any{{"A", n("3")}, {"B", n("9")}, {"C", n("1")}, {"D", n("4")}},
			want: "Total cost is highest for B with 9 EUR and lowest for C with 1 EUR.",
		},
		"a tie at the top": {
			plan: perWard(sumCost()), columns: []compile.OutputColumn{wardKey, costSum},
			rows: [][]any{{"A", n("9")}, {"B", n("9.0")}, {"C", n("1")}, {"D", n("4")}},
			want: "Total cost is highest for A and B with 9 EUR each and lowest for C with 1 EUR.",
		},
		"all the same": {
			plan: perWard(sumCost()), columns: []compile.OutputColumn{wardKey, costSum},
			rows: [][]any{{"A", n("9")}, {"B", n("9")}, {"C", n("9")}, {"D", n("9")}},
			want: "Total cost is the same for every ward: 9 EUR.",
		},
		"a group without a name": {
			plan: perWard(sumCost()), columns: []compile.OutputColumn{wardKey, costSum},
			rows: [][]any{{nil, n("9")}, {"", n("1")}, {"C", n("5")}, {"D", n("4")}},
			want: "Total cost is highest for no ward with 9 EUR and lowest for an empty ward with 1 EUR.",
		},
		"no value anywhere": {
			plan: perWard(sumCost()), columns: []compile.OutputColumn{wardKey, costSum},
			rows: [][]any{{"A", nil}, {"B", nil}},
			want: "There is no total cost for any ward.",
		},
		"asked for in order": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "ward"}}, OrderBy: descending, Limit: 4},
			columns: []compile.OutputColumn{wardKey, costSum}, rows: [][]any{{"A", n("9")}, {"B", n("8")}, {"C", n("7")}, {"D", n("4")}},
			change: func(in *answer.Input) { in.Statement.Limit = 4 },
			want:   "A has the highest total cost with 9 EUR, followed by B with 8 EUR, C with 7 EUR and D with 4 EUR.",
		},
		"the one highest": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "ward"}}, OrderBy: descending, Limit: 1},
			columns: []compile.OutputColumn{wardKey, costSum}, rows: [][]any{{"A", n("9")}},
			want: "A has the highest total cost: 9 EUR.",
		},
		"the highest has no name": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "ward"}}, OrderBy: descending, Limit: 1},
			columns: []compile.OutputColumn{wardKey, costSum}, rows: [][]any{{nil, n("9")}},
			want: "A missing ward has the highest total cost: 9 EUR.",
		},
		"a tie of the first in order": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "ward"}}, OrderBy: descending, Limit: 3},
			columns: []compile.OutputColumn{wardKey, costSum}, rows: [][]any{{"A", n("9")}, {"B", n("9")}, {"C", n("4")}},
			want: "A and B share the highest total cost with 9 EUR each.",
		},
		"an order the rows do not keep": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "ward"}}, OrderBy: descending, Limit: 2},
			columns: []compile.OutputColumn{wardKey, costSum}, rows: [][]any{{"A", n("3")}, {"B", n("9")}},
			change: func(in *answer.Input) { in.Statement.Limit = 2 },
			want:   "Total cost: A with 3 EUR; B with 9 EUR.",
		},
		"the best of each group": {
			plan: plan.Query{
				Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "ward"}, {Column: "doctor"}},
				Top: &plan.Top{N: 1, Per: []string{"ward"}, By: "sum_cost"},
			},
			columns: []compile.OutputColumn{wardKey, col("doctor", catalog.Text, compile.Dimension, "/group_by/1"), costSum},
			rows:    [][]any{{"A", "Ann", n("9")}, {"B", "Bob", n("3")}},
			want:    "Highest total cost for each ward: A: Ann with 9 EUR; B: Bob with 3 EUR.",
		},
		"shares": {
			plan: perWard(sumCost(), window(plan.Share)), columns: []compile.OutputColumn{wardKey, costSum, share},
			rows: [][]any{{"A", n("9"), n("0.75")}, {"B", n("3"), n("0.25")}},
			want: "Total cost is 9 EUR (75% of the total) for A and 3 EUR (25% of the total) for B.",
		},
		"a change": {
			plan:    perMonth(sumCost(), window(plan.PercentChange)),
			columns: []compile.OutputColumn{monthKey, costSum, {Name: "change", Type: catalog.Decimal, Role: compile.Measure, Format: compile.Percent, Path: "/select/1"}},
			rows:    [][]any{{"2026-01-01", n("4"), nil}, {"2026-02-01", n("6"), n("0.5")}},
			want:    "Total cost rises from 4 EUR in January 2026 to 6 EUR in February 2026, 50% more than the period before.",
		},
		"a running total": {
			plan:    perMonth(sumCost(), window(plan.RunningTotal)),
			columns: []compile.OutputColumn{monthKey, costSum, {Name: "running", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR", Path: "/select/1"}},
			rows:    [][]any{{"2026-01-01", n("6"), n("6")}, {"2026-02-01", n("4"), n("10")}},
			want:    "Total cost falls from 6 EUR in January 2026 to 4 EUR in February 2026, with a running total of 10 EUR.",
		},
		"the same at both ends": {
			plan: perMonth(sumCost()), columns: []compile.OutputColumn{monthKey, costSum},
			rows: [][]any{{"2026-01-01", n("4")}, {"2026-02-01", n("6")}, {"2026-03-01", n("4")}},
			want: "Total cost is the same at both ends: 4 EUR in January 2026 and in March 2026. It is highest in February 2026 with 6 EUR.",
		},
		"by hour of the day": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "day", Part: plan.HourOfDay}}},
			columns: []compile.OutputColumn{col("hour", catalog.Integer, compile.Dimension, "/group_by/0"), costSum},
			rows:    [][]any{{n("0"), n("1")}, {n("9"), n("2")}, {n("14"), n("7")}, {n("23"), n("3")}},
			want:    "Total cost is highest at 14:00 with 7 EUR and lowest at 00:00 with 1 EUR.",
		},
		"by hour of the day and a name": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "day", Part: plan.HourOfDay}, {Column: "ward"}}},
			columns: []compile.OutputColumn{col("hour", catalog.Integer, compile.Dimension, "/group_by/0"), col("ward", catalog.Text, compile.Dimension, "/group_by/1"), costSum},
			rows:    [][]any{{n("0"), "A", n("1")}, {n("9"), "A", n("2")}, {n("14"), "B", n("7")}, {n("23"), "B", n("3")}},
			want:    "Total cost is highest for B at 14:00 with 7 EUR and lowest for A at 00:00 with 1 EUR.",
		},
		"by weekday": {
			plan:    plan.Query{Select: []plan.Expr{sumCost()}, GroupBy: []plan.Expr{{Column: "day", Part: plan.DayOfWeek}}},
			columns: []compile.OutputColumn{col("weekday", catalog.Integer, compile.Dimension, "/group_by/0"), costSum},
			rows:    [][]any{{n("1"), n("1")}, {n("7"), n("2")}},
			want:    "Total cost is 1 EUR on Monday and 2 EUR on Sunday.",
		},
		"by a number in bins": {
			plan:    plan.Query{Select: []plan.Expr{{Agg: plan.Count}}, GroupBy: []plan.Expr{{Column: "cost", Bin: 50}}},
			columns: []compile.OutputColumn{{Name: "cost_bin", Type: catalog.Decimal, Role: compile.Dimension, Unit: "EUR", Path: "/group_by/0"}, col("count", catalog.Integer, compile.Measure, "/select/0")},
			rows:    [][]any{{n("0"), n("1200")}, {n("50"), n("7")}},
			want:    "Number of visits is 1,200 for 0 to 50 EUR and 7 for 50 to 100 EUR.",
		},
		"by yes and no": {
			plan:    plan.Query{Select: []plan.Expr{{Agg: plan.Avg, Column: "cost"}}, GroupBy: []plan.Expr{{Column: "urgent"}}},
			columns: []compile.OutputColumn{col("urgent", catalog.Boolean, compile.Dimension, "/group_by/0"), col("avg_cost", catalog.Decimal, compile.Measure, "/select/0")},
			rows:    [][]any{{true, n("2.345")}, {false, n("0.00012")}},
			want:    "Average cost is 2.35 for urgent = yes and 0.00012 for urgent = no.",
		},
		"rows with several columns": {
			plan:    plan.Query{Select: []plan.Expr{{Column: "ward"}, {Column: "day"}}},
			columns: []compile.OutputColumn{col("ward", catalog.Text, compile.Dimension, "/select/0"), col("day", catalog.Date, compile.Time, "/select/1")},
			rows:    [][]any{{"A", "2026-01-05"}, {"B", "2026-02-06"}, {"C", nil}, {"D", "2026-02-07"}},
			want:    "Wards: A (5 January 2026), B (6 February 2026), C (no value), and others.",
		},
		"the latest date": {
			plan:    plan.Query{Select: []plan.Expr{{Agg: plan.Max, Column: "day"}}},
			columns: []compile.OutputColumn{col("max_day", catalog.Date, compile.Measure, "/select/0")},
			rows:    [][]any{{"2026-02-06"}},
			want:    "Latest day is 6 February 2026.",
		},
		"different things": {
			plan:    plan.Query{Select: []plan.Expr{{Agg: plan.CountDistinct, Column: "ward"}}},
			columns: []compile.OutputColumn{col("count_distinct_ward", catalog.Integer, compile.Measure, "/select/0")},
			rows:    [][]any{{n("12")}},
			want:    "Number of different wards is 12.",
		},
		"nothing where something was looked for": {
			plan: perWard(sumCost()), columns: []compile.OutputColumn{wardKey, costSum},
			change: func(in *answer.Input) {
				in.Planned.Interpretation = []event.Chip{{Kind: "measure", Label: "sum of cost"}, {Kind: "filter", Label: `ward is "Z"`}, {Kind: "range", Label: "day in March"}}
			},
			want: `No visits match: ward is "Z", and day in March.`,
		},
		"rows nothing tells apart": {
			plan: plan.Query{Select: []plan.Expr{{Column: "cost"}}}, columns: []compile.OutputColumn{{Name: "cost", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR", Path: "/select/0"}},
			rows: [][]any{{n("3")}, {n("5")}},
			want: "Cost goes from 3 EUR to 5 EUR.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := s.input()
			got := answer.Compose(in)
			if got.Text != s.want {
				t.Errorf("\n got %q\nwant %q", got.Text, s.want)
			}
			if strings.Count(got.Text, ". ") > 2 {
				t.Errorf("too many sentences: %q", got.Text)
			}
			if len(s.rows) > 0 {
				checkFigures(t, in, got)
				checkRefs(t, in, got.Text, got.Refs)
				if _, _, ok := answer.Narrate(got.Text, in); !ok {
					t.Errorf("Narrate refuses Leo's own %q", got.Text)
				}
			}
		})
	}
}

func TestColumnsAreCalledWhatPeopleCallThem(t *testing.T) {
	d := &catalog.Dataset{ID: "d", Tables: []catalog.Table{{Name: "OrderLines", Columns: []catalog.Column{
		{Name: "UnitPrice", Type: catalog.Decimal},
		{Name: "tmp", Type: catalog.Decimal, Synonyms: []string{"temperature"}},
		{Name: "total_amount", Type: catalog.Decimal},
		{Name: "IMDB Rating", Type: catalog.Decimal},
		{Name: "category", Type: catalog.Text},
	}}}}
	for want, e := range map[string]plan.Expr{
		"Average unit price is 1.":               {Agg: plan.Avg, Column: "UnitPrice"},
		"Highest temperature is 1.":              {Agg: plan.Max, Column: "tmp"},
		"Total amount is 1.":                     {Agg: plan.Sum, Column: "total_amount"},
		"Median IMDB rating is 1.":               {Agg: plan.Median, Column: "IMDB Rating"},
		"Number of order lines is 1.":            {Agg: plan.Count},
		"Number of different categories is 1.":   {Agg: plan.CountDistinct, Column: "category"},
		"Money made is 1.":                       {Agg: plan.Sum, Column: "UnitPrice", As: "money_made"},
		"Average place is 1.":                    {Agg: plan.Avg, Position: true},
		"Standard deviation of unit price is 1.": {Agg: plan.StdDev, Column: "OrderLines.UnitPrice"},
	} {
		in := shape{plan: plan.Query{Select: []plan.Expr{e}}, columns: []compile.OutputColumn{col("x", catalog.Decimal, compile.Measure, "/select/0")}, rows: [][]any{{n("1")}}}.input()
		in.Dataset, in.Plan.Table = d, "OrderLines"
		if e.As != "" {
			in.Executed.Columns[0].Name, in.Statement.Columns[0].Name = e.As, e.As
		}
		if got := answer.Compose(in).Text; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlainRowsAreSaidAsAList(t *testing.T) {
	columns := []compile.OutputColumn{
		col("day", catalog.Date, compile.Time, "/select/0"), col("ward", catalog.Text, compile.Dimension, "/select/1"),
		col("urgent", catalog.Boolean, compile.Dimension, "/select/2"), col("cost", catalog.Decimal, compile.Measure, "/select/3"),
	}
	columns[3].Unit = "EUR"
	selected := []plan.Expr{{Column: "day"}, {Column: "ward"}, {Column: "urgent"}, {Column: "cost"}}
	rows := [][]any{{"2026-01-01", "A", true, n("3")}, {"2026-01-02", "B", false, nil}}
	written := func(in *answer.Input) { in.Plan, in.Statement = nil, nil }
	for name, s := range map[string]shape{
		"all of them":         {plan: plan.Query{Select: selected}, rows: rows, want: "Here are all 2 visits, in the order they are stored."},
		"in order":            {plan: plan.Query{Select: selected, OrderBy: []plan.OrderBy{{By: "day", Direction: plan.Desc}}}, rows: rows, want: "Here are all 2 visits, newest first."},
		"that match":          {plan: plan.Query{Select: selected, Filters: []plan.Filter{{Column: "ward", Op: plan.Equal, Value: "A"}}}, rows: rows, want: "Here are all 2 visits that match, in the order they are stored."},
		"more than these":     {plan: plan.Query{Select: selected}, rows: rows, change: func(in *answer.Input) { in.Executed.Truncated = true }, want: "Here are 2 visits, in the order they are stored. There may be more rows than these."},
		"written by hand":     {plan: plan.Query{}, rows: rows, change: written, want: "Here are all 2 visits."},
		"one row":             {plan: plan.Query{Select: selected}, rows: rows[1:], want: "Day: 2 January 2026; ward: B; urgent: no."},
		"by what is measured": {plan: plan.Query{Select: selected, OrderBy: []plan.OrderBy{{By: "cost", Direction: plan.Desc}}}, rows: rows, want: "A, urgent = yes on 1 January 2026 has the highest cost with 3 EUR."},
	} {
		t.Run(name, func(t *testing.T) {
			s.columns = columns
			in := s.input()
			if got := answer.Compose(in); got.Text != s.want {
				t.Errorf("got  %s\nwant %s", got.Text, s.want)
			}
		})
	}
}

func TestThingsAreCalledByTheNameNoOtherHas(t *testing.T) {
	s := shape{
		plan: plan.Query{Select: []plan.Expr{{Column: "visit_code"}, {Column: "doctor"}, {Column: "ward"}, {Column: "cost"}}, OrderBy: []plan.OrderBy{{By: "cost", Direction: plan.Desc}}, Limit: 3},
		columns: []compile.OutputColumn{
			col("visit_code", catalog.Text, compile.Dimension, "/select/0"), col("doctor", catalog.Text, compile.Dimension, "/select/1"),
			col("ward", catalog.Text, compile.Dimension, "/select/2"), col("cost", catalog.Decimal, compile.Measure, "/select/3"),
		},
		rows: [][]any{{"v1", "Ann", "A", n("9")}, {"v2", "Bob", "A", n("8")}, {"v3", "Eve", "B", n("7")}},
	}
	if got, want := answer.Compose(s.input()).Text, "Ann has the highest cost with 9, followed by Bob with 8 and Eve with 7."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.rows[2][1] = "Ann"
	if got, want := answer.Compose(s.input()).Text, "v1 has the highest cost with 9, followed by v2 with 8 and v3 with 7."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCallsWithoutANameAreSpokenOf(t *testing.T) {
	for name, want := range map[string]string{
		"count_star()": "Number of rows is 4.", "avg(cost)": "Average cost is 4.", `sum("cost")`: "Total cost is 4.", `"hour"("day")`: "Hour of day: 4.",
		"count(DISTINCT ward)": "Number of ward is 4.", "(a + b)": "(a + b) is 4.",
	} {
		in := result([]compile.OutputColumn{{Name: name}}, []string{"BIGINT"}, []any{n("4")})
		in.Plan, in.Statement = nil, nil
		if got := answer.Compose(in).Text; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestNothingToMeasureIsSaidAsSuch(t *testing.T) {
	s := shape{
		plan:    plan.Query{Select: []plan.Expr{sumCost()}, Filters: []plan.Filter{{Column: "day", Period: &plan.Period{This: true, Unit: plan.Month}}}},
		columns: []compile.OutputColumn{{Name: "sum_cost", Type: catalog.Decimal, Role: compile.Measure, Path: "/select/0"}}, rows: [][]any{{nil}},
	}
	in := s.input()
	kept := int64(0)
	in.Executed.RowsKept, in.AsOf = &kept, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	in.Planned.Interpretation = []event.Chip{{Kind: "range", Label: "day is in this month"}}
	in.Dataset.Tables[0].Columns[0].Profile = &catalog.Profile{Max: "2026-09-30"}
	if got, want := answer.Compose(in).Text, "No visits match: day is in this month. The data ends on 30 September 2026."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	in.Dataset.Tables[0].Columns[0].Profile.Max = "2026-11-20"
	if got, want := answer.Compose(in).Text, "No visits match: day is in this month."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	kept = 3
	if got, want := answer.Compose(in).Text, "Total cost is unknown: there is no value."; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFractionsAreSaidAsPercentages(t *testing.T) {
	c := col("avg_discount", catalog.Decimal, compile.Measure, "/select/0")
	c.Unit = "fraction"
	s := shape{plan: plan.Query{Select: []plan.Expr{{Agg: plan.Avg, Column: "discount"}}}, columns: []compile.OutputColumn{c}, rows: [][]any{{n("0.0449")}}}
	got := answer.Compose(s.input())
	if got.Text != "Average discount is 4.5%." || got.Labels["avg_discount"] != "Average discount" {
		t.Errorf("%q, %q", got.Text, got.Labels)
	}
}

func TestAPercentageSaysOfWhat(t *testing.T) {
	urgent := &plan.Expr{Agg: plan.Count, Where: []plan.Filter{{Column: "urgent", Op: plan.Equal, Value: true}}}
	part := &plan.Expr{Op: plan.Multiply, Left: &plan.Expr{Value: n("100")}, Right: urgent}
	s := shape{
		plan:    plan.Query{Select: []plan.Expr{{Op: plan.Divide, Left: part, Right: &plan.Expr{Agg: plan.Count}, As: "percentage"}}},
		columns: []compile.OutputColumn{col("percentage", catalog.Decimal, compile.Measure, "/select/0")}, rows: [][]any{{n("86.137")}},
	}
	got := answer.Compose(s.input())
	if want := "Percentage of visits where urgent is true is 86.14%."; got.Text != want || got.Labels["percentage"] != "Percentage of visits where urgent is true (%)" {
		t.Errorf("%q, %q", got.Text, got.Labels)
	}
}
