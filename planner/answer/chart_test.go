package answer_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// The columns of the charts below.
func yearColumn() compile.OutputColumn {
	return compile.OutputColumn{Name: "year", Type: catalog.Integer, Role: compile.Dimension}
}

func shift() compile.OutputColumn {
	return compile.OutputColumn{Name: "shift", Type: catalog.Text, Role: compile.Dimension}
}

func rows() compile.OutputColumn {
	return compile.OutputColumn{Name: "count", Type: catalog.Integer, Role: compile.Measure}
}

func mean() compile.OutputColumn {
	return compile.OutputColumn{Name: "avg_cost", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR"}
}

func stay() compile.OutputColumn {
	return compile.OutputColumn{Name: "avg_stay", Type: catalog.Decimal, Role: compile.Measure, Unit: "days"}
}

func plainCost() compile.OutputColumn {
	return compile.OutputColumn{Name: "cost", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR"}
}

func plainStay() compile.OutputColumn {
	return compile.OutputColumn{Name: "stay", Type: catalog.Decimal, Role: compile.Measure, Unit: "days"}
}

func costFrom() compile.OutputColumn {
	return compile.OutputColumn{Name: "cost_bin", Type: catalog.Decimal, Role: compile.Dimension}
}

func countRows() plan.Expr            { return plan.Expr{Agg: plan.Count, As: "count"} }
func average(column string) plan.Expr { return plan.Expr{Agg: plan.Avg, Column: column} }
func by(columns ...string) []plan.Expr {
	var out []plan.Expr
	for _, c := range columns {
		out = append(out, plan.Expr{Column: c})
	}
	return out
}

// spec writes a chart in short: type, x, y, colour, facet, stacked.
func spec(c *event.Chart) string {
	s := c.Type
	for _, part := range []struct{ name, value string }{{"x", c.X}, {"y", strings.Join(c.Y, "+")}, {"color", c.Color}, {"facet", c.Facet}, {"of", c.Aggregate}} {
		if part.value != "" {
			s += " " + part.name + "=" + part.value
		}
	}
	if c.Stacked {
		s += " stacked"
	}
	return s
}

// The decision table: the shape of a result and what the question said about
// its chart, and the chart that is drawn.
func TestTheChartIsTheOneTheResultAndTheQuestionCallFor(t *testing.T) {
	two := func(a, b string) [][]any { return [][]any{{a, n("3")}, {b, n("5")}} }
	grid := [][]any{{"A", "day", n("3")}, {"A", "night", n("4")}, {"B", "day", n("5")}, {"B", "night", n("1")}}
	cases := map[string]struct {
		columns []compile.OutputColumn
		plan    plan.Query
		wish    answer.Wish
		rows    [][]any
		want    string
	}{
		"counts by category":        {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{}, two("A", "B"), "bar x=ward y=count of=count"},
		"counts as a pie":           {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{Type: "pie"}, two("A", "B"), "pie x=ward y=count of=count"},
		"averages are no parts":     {cols(ward, mean), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{average("cost")}}, answer.Wish{Type: "pie"}, two("A", "B"), "bar x=ward y=avg_cost of=avg"},
		"a negative part":           {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{Type: "pie"}, [][]any{{"A", n("-3")}, {"B", n("5")}}, "bar x=ward y=count of=count"},
		"nine parts":                {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{Type: "pie"}, many(9), "bar x=ward y=count of=count"},
		"a part without a value":    {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{Type: "pie"}, [][]any{{"A", nil}, {"B", n("5")}}, "bar x=ward y=count of=count"},
		"too many bars":             {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{}, many(61), "table"},
		"counts by two":             {cols(ward, shift, rows), plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{countRows()}}, answer.Wish{}, grid, "bar x=ward y=count color=shift of=count stacked"},
		"averages by two":           {cols(ward, shift, mean), plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{average("cost")}}, answer.Wish{}, grid, "bar x=ward y=avg_cost color=shift of=avg"},
		"the asked colour":          {cols(ward, shift, rows), plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{countRows()}}, answer.Wish{Channels: event.Channels{Color: "ward"}}, grid, "bar x=shift y=count color=ward of=count stacked"},
		"the asked facet":           {cols(ward, shift, mean), plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{average("cost")}}, answer.Wish{Channels: event.Channels{Facet: "shift"}}, grid, "bar x=ward y=avg_cost facet=shift of=avg"},
		"over years":                {cols(yearColumn, mean), plan.Query{GroupBy: by("year"), Select: []plan.Expr{average("cost")}}, answer.Wish{}, [][]any{{n("2024"), n("3")}, {n("2025"), n("5")}}, "line x=year y=avg_cost of=avg"},
		"a single year":             {cols(yearColumn, shift, mean), plan.Query{GroupBy: by("year", "shift"), Select: []plan.Expr{average("cost")}}, answer.Wish{}, [][]any{{n("2024"), "day", n("3")}, {n("2024"), "night", n("5")}}, "bar x=year y=avg_cost color=shift of=avg"},
		"areas over years":          {cols(yearColumn, rows), plan.Query{GroupBy: by("year"), Select: []plan.Expr{countRows()}}, answer.Wish{Type: "area"}, [][]any{{n("2024"), n("3")}, {n("2025"), n("5")}}, "area x=year y=count of=count"},
		"ranges of a number":        {cols(costFrom, rows), plan.Query{GroupBy: []plan.Expr{{Column: "cost", Bin: 10}}, Select: []plan.Expr{countRows()}}, answer.Wish{}, [][]any{{n("0"), n("3")}, {n("10"), n("5")}}, "histogram x=cost_bin y=count of=count"},
		"two units":                 {cols(ward, mean, stay), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{average("cost"), average("stay")}}, answer.Wish{}, [][]any{{"A", n("3"), n("2")}, {"B", n("5"), n("4")}}, "bar x=ward y=avg_cost of=avg"},
		"two numbers of each row":   {cols(plainCost, plainStay), plan.Query{Select: by("cost", "stay")}, answer.Wish{}, [][]any{{n("3"), n("2")}, {n("5"), n("4")}}, "scatter x=cost y=stay"},
		"points by colour":          {cols(shift, plainCost, plainStay), plan.Query{Select: by("shift", "cost", "stay")}, answer.Wish{Type: "scatter", Channels: event.Channels{Color: "shift"}}, [][]any{{"day", n("3"), n("2")}, {"night", n("5"), n("4")}}, "scatter x=cost y=stay color=shift"},
		"a single row":              {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{}, [][]any{{"A", n("3")}}, "number y=count of=count"},
		"things with a name":        {cols(code, ward, shift, plainCost), plan.Query{Select: by("code", "ward", "shift", "cost")}, answer.Wish{}, [][]any{{"v1", "A", "day", n("3")}, {"v2", "B", "day", n("5")}, {"v3", "C", "night", n("4")}}, "bar x=ward y=cost"},
		"things without a name":     {cols(code, ward, shift, plainCost), plan.Query{Select: by("code", "ward", "shift", "cost")}, answer.Wish{}, [][]any{{"v1", "A", "day", n("3")}, {"v2", "A", "day", n("5")}, {"v3", "C", "night", n("4")}}, "bar x=visit_code y=cost"},
		"hours of many":             {cols(ward, hour, mean), hourly(average("cost")), answer.Wish{}, perHour(6, 24), "line x=hour y=avg_cost color=ward of=avg"},
		"months of many":            {cols(hour, ward, mean), plan.Query{GroupBy: []plan.Expr{{Column: "day", Part: plan.MonthOfYear}, {Column: "ward"}}, Select: []plan.Expr{average("cost")}}, answer.Wish{}, turned(perHour(6, 12)), "line x=hour y=avg_cost color=ward of=avg"},
		"hours of few":              {cols(ward, hour, mean), hourly(average("cost")), answer.Wish{}, perHour(2, 8), "bar x=ward y=avg_cost color=hour of=avg"},
		"hours that add up":         {cols(ward, hour, rows), hourly(countRows()), answer.Wish{}, perHour(6, 24), "bar x=hour y=count color=ward of=count stacked"},
		"bars of hours were asked":  {cols(ward, hour, mean), hourly(average("cost")), answer.Wish{Type: "bar"}, perHour(6, 24), "bar x=hour y=avg_cost color=ward of=avg"},
		"many without an order":     {cols(ward, shift, mean), plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{average("cost")}}, answer.Wish{}, perHour(6, 12), "bar x=ward y=avg_cost color=shift of=avg"},
		"text alone":                {cols(ward, shift), plan.Query{Select: by("ward", "shift")}, answer.Wish{}, [][]any{{"A", "day"}}, "table"},
		"no value at all":           {cols(ward, mean), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{average("cost")}}, answer.Wish{}, [][]any{{"A", nil}, {"B", nil}}, "table"},
		"negative values stack not": {cols(ward, shift, rows), plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{countRows()}}, answer.Wish{}, [][]any{{"A", "day", n("-3")}, {"B", "night", n("4")}}, "bar x=ward y=count color=shift of=count"},
		"the table that was asked":  {cols(ward, rows), plan.Query{GroupBy: by("ward"), Select: []plan.Expr{countRows()}}, answer.Wish{Type: "table"}, two("A", "B"), "table"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in := result(c.columns, make([]string, len(c.columns)), c.rows...)
			for i, col := range c.columns {
				in.Executed.Columns[i].Type = map[catalog.Type]string{catalog.Integer: "BIGINT", catalog.Decimal: "DOUBLE", catalog.Text: "VARCHAR", catalog.Date: "DATE"}[col.Type]
			}
			for i := range in.Statement.Columns {
				in.Statement.Columns[i].Path = "/group_by/" + strconv.Itoa(i)
				if k := len(c.plan.GroupBy); i >= k {
					in.Statement.Columns[i].Path = "/select/" + strconv.Itoa(i-k)
				}
			}
			in.Plan, in.Planned.Chart, in.Planned.Channels = &c.plan, c.wish.Type, &c.wish.Channels
			got := answer.Compose(in).Chart
			if spec(got) != c.want {
				t.Errorf("got  %s (%s)\nwant %s", spec(got), got.Reason, c.want)
			}
		})
	}
}

func cols(columns ...func() compile.OutputColumn) []compile.OutputColumn {
	out := make([]compile.OutputColumn, len(columns))
	for i, c := range columns {
		out[i] = c()
	}
	return out
}

func code() compile.OutputColumn {
	return compile.OutputColumn{Name: "visit_code", Type: catalog.Text, Role: compile.Dimension}
}

func hour() compile.OutputColumn {
	return compile.OutputColumn{Name: "hour", Type: catalog.Integer, Role: compile.Dimension}
}

func hourly(of plan.Expr) plan.Query {
	return plan.Query{GroupBy: []plan.Expr{{Column: "ward"}, {Column: "day", Part: plan.HourOfDay}}, Select: []plan.Expr{of}}
}

// perHour are rows of so many wards at so many hours.
func perHour(wards, hours int) [][]any {
	var out [][]any
	for w := range wards {
		for h := range hours {
			out = append(out, []any{"ward " + strconv.Itoa(w), n(strconv.Itoa(h)), n("5")})
		}
	}
	return out
}

// turned changes the places of the first two columns.
func turned(rows [][]any) [][]any {
	for _, r := range rows {
		r[0], r[1] = r[1], r[0]
	}
	return rows
}

func many(rows int) [][]any {
	var out [][]any
	for i := range rows {
		out = append(out, []any{"ward " + strconv.Itoa(i), n("5")})
	}
	return out
}

func TestAnEncodingNamesColumnsOfTheDataset(t *testing.T) {
	cases := map[string]struct {
		plan    plan.Query
		columns []string
		chart   event.Chart
		want    answer.Encoding
	}{
		"a count has no y": {
			plan.Query{GroupBy: by("visits.ward"), Select: []plan.Expr{countRows()}},
			[]string{"ward", "count"},
			event.Chart{Type: "bar", X: "ward", Y: []string{"count"}},
			answer.Encoding{Mark: "bar", X: "ward", Aggregate: "count"},
		},
		"bars side by side": {
			plan.Query{GroupBy: by("ward", "shift"), Select: []plan.Expr{average("cost")}},
			[]string{"ward", "shift", "avg_cost"},
			event.Chart{Type: "bar", X: "ward", Y: []string{"avg_cost"}, Color: "shift"},
			answer.Encoding{Mark: "grouped bar", X: "shift", Y: "cost", Color: "shift", Facet: "ward", Aggregate: "avg"},
		},
		"one group is a bar": {
			plan.Query{GroupBy: by("ward"), Select: []plan.Expr{average("cost")}, Limit: 1},
			[]string{"ward", "avg_cost"},
			event.Chart{Type: "number", Y: []string{"avg_cost"}},
			answer.Encoding{Mark: "bar", X: "ward", Y: "cost", Aggregate: "avg"},
		},
		"points": {
			plan.Query{Select: by("visit_id", "cost", "stay")},
			[]string{"visit_id", "cost", "stay"},
			event.Chart{Type: "scatter", X: "cost", Y: []string{"stay"}},
			answer.Encoding{Mark: "scatter", X: "cost", Y: "stay"},
		},
	}
	for name, c := range cases {
		if got := answer.Encode(&c.plan, c.columns, &c.chart); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestPartsOfDatesInAPersonsSQLAreNoMeasures(t *testing.T) {
	for name, key := range map[string]bool{
		"hour": true, "month": true, "day_of_week": true, "hour(created_at)": true, `"hour"("created_at")`: true, "weekday": true, "dayofweek(day)": true,
		"hours": false, "avg_hour": false, "day_of_doctor": false, "monthly": false, "avg(hour)": false,
	} {
		in := result([]compile.OutputColumn{ward(), {Name: name}, {Name: "mean"}}, []string{"VARCHAR", "BIGINT", "DOUBLE"}, perHour(6, 24)...)
		in.Plan, in.Statement = nil, nil
		got, want := spec(answer.Compose(in).Chart), "line x="+name+" y=mean color=ward"
		if (got == want) != key {
			t.Errorf("%s is drawn as %s", name, got)
		}
	}
}
