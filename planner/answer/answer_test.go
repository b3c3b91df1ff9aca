package answer_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

func n(s string) json.Number { return json.Number(s) }

// world is a dataset every case is about.
func world() *catalog.Dataset {
	return &catalog.Dataset{ID: "clinic", Title: "Clinic", Tables: []catalog.Table{{
		Name: "visits", Rows: 900,
		Columns: []catalog.Column{
			{Name: "day", Type: catalog.Date},
			{Name: "ward", Type: catalog.Text, Profile: &catalog.Profile{Distinct: 4}},
			{Name: "urgent", Type: catalog.Boolean, Profile: &catalog.Profile{Distinct: 2}},
			{Name: "cost", Type: catalog.Decimal, Unit: "EUR"},
		},
	}}, Prompts: []string{"How many visits are there?"}}
}

// result builds an input: columns as name/type/role, and rows.
func result(columns []compile.OutputColumn, types []string, rows ...[]any) answer.Input {
	x := event.Executed{RowCount: len(rows), Preview: rows, Executor: "native"}
	for i, c := range columns {
		x.Columns = append(x.Columns, event.Column{Name: c.Name, Type: types[i]})
	}
	return answer.Input{
		Dataset: world(), Executed: x, Plan: &plan.Query{Table: "visits", Select: []plan.Expr{{Agg: plan.Sum, Column: "cost"}}},
		Planned:   event.Planned{Sentence: "Sum of cost.", Origin: event.OriginRules},
		Statement: &compile.Statement{Columns: columns, Limit: 200},
	}
}

func month() compile.OutputColumn {
	return compile.OutputColumn{Name: "day_month", Type: catalog.Date, Role: compile.Time, Bucket: plan.Month}
}

func ward() compile.OutputColumn {
	return compile.OutputColumn{Name: "ward", Type: catalog.Text, Role: compile.Dimension}
}

func cost() compile.OutputColumn {
	return compile.OutputColumn{Name: "sum_cost", Type: catalog.Decimal, Role: compile.Measure, Unit: "EUR"}
}

func TestTextAndChartFollowTheShape(t *testing.T) {
	share := compile.OutputColumn{Name: "share", Type: catalog.Decimal, Role: compile.Measure, Format: compile.Percent}
	cases := map[string]struct {
		in    answer.Input
		text  string
		chart string
	}{
		"a single figure": {
			result([]compile.OutputColumn{cost()}, []string{"DECIMAL(18,2)"}, []any{n("1234567.891")}),
			"Total cost is 1,234,567.89 EUR.", "number",
		},
		"a 64-bit integer keeps its digits": {
			result([]compile.OutputColumn{{Name: "count", Type: catalog.Integer, Role: compile.Measure}}, []string{"BIGINT"}, []any{n("9007199254740993")}),
			"Number of rows is 9,007,199,254,740,993.", "number",
		},
		"a fraction": {
			result([]compile.OutputColumn{share}, []string{"DOUBLE"}, []any{n("0.12345")}),
			"Share is 12.3%.", "number",
		},
		"nothing": {
			result([]compile.OutputColumn{ward(), cost()}, []string{"VARCHAR", "DOUBLE"}),
			"No visits match.", "table",
		},
		"no value": {
			result([]compile.OutputColumn{cost()}, []string{"DOUBLE"}, []any{nil}),
			"Total cost is unknown: there is no value.", "number",
		},
		"by group": {
			result([]compile.OutputColumn{ward(), cost()}, []string{"VARCHAR", "DOUBLE"}, []any{"Süd", n("10.5")}, []any{"North", n("30")}, []any{"East", nil}),
			"Total cost is 10.50 EUR for Süd, 30 EUR for North and no value for East.", "bar",
		},
		"over time": {
			result([]compile.OutputColumn{month(), cost()}, []string{"DATE", "DOUBLE"},
				[]any{"2026-01-01", n("5")}, []any{"2026-02-01", n("9")}, []any{"2026-03-01", n("4")}, []any{"2026-04-01", n("6")}),
			"Total cost rises from 5 EUR in January 2026 to 6 EUR in April 2026. It is highest in February 2026 with 9 EUR and lowest in March 2026 with 4 EUR.", "line",
		},
		"over time by group": {
			result([]compile.OutputColumn{month(), ward(), cost()}, []string{"DATE", "VARCHAR", "DOUBLE"},
				[]any{"2026-01-01", "A", n("5")}, []any{"2026-01-01", "B", n("9")}, []any{"2026-02-01", "A", n("4")}),
			"Total cost is highest for B in January 2026 with 9 EUR and lowest for A in February 2026 with 4 EUR.", "line",
		},
		"a list": {
			result([]compile.OutputColumn{ward()}, []string{"VARCHAR"}, []any{"A"}, []any{"B"}),
			"Wards: A and B.", "table",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := answer.Compose(c.in)
			if got.Text != c.text {
				t.Errorf("text\n got %q\nwant %q", got.Text, c.text)
			}
			if got.Chart == nil || got.Chart.Type != c.chart {
				t.Errorf("chart %+v, want %s", got.Chart, c.chart)
			}
			if sentences := strings.Count(got.Text, ". ") + 1; sentences > 3 {
				t.Errorf("%d sentences", sentences)
			}
			checkFigures(t, c.in, got)
		})
	}
}

// checkFigures holds the promise that every figure in the text is a cell.
func checkFigures(t *testing.T, in answer.Input, got event.Answered) {
	t.Helper()
	units := utf16.Encode([]rune(got.Text))
	for _, r := range got.Refs {
		if r.Row < 0 || r.Row >= len(in.Executed.Preview) || r.Start < 0 || r.End > len(units) || r.Start >= r.End {
			t.Fatalf("reference %+v points nowhere", r)
		}
		for i := r.Start; i < r.End; i++ {
			units[i] = ' '
		}
		found := false
		for _, c := range in.Executed.Columns {
			found = found || c.Name == r.Column
		}
		if !found {
			t.Errorf("reference to column %q", r.Column)
		}
	}
	if left := regexp.MustCompile(`\d`).FindString(string(utf16.Decode(units))); left != "" {
		t.Errorf("a figure in %q is not bound to a cell", got.Text)
	}
}

func TestNothingIsHighestUnlessEveryRowWasSeen(t *testing.T) {
	rows := [][]any{{"A", n("3")}, {"B", n("2")}}
	for name, change := range map[string]func(*answer.Input){
		"a preview":        func(in *answer.Input) { in.Executed.RowCount = 1000 },
		"a limit was met":  func(in *answer.Input) { in.Statement.Limit = 2 },
		"the best of each": func(in *answer.Input) { in.Plan.Top = &plan.Top{N: 1, Per: []string{"ward"}, By: "sum_cost"} },
		"truncated":        func(in *answer.Input) { in.Executed.Truncated = true },
	} {
		in := result([]compile.OutputColumn{ward(), cost()}, []string{"VARCHAR", "DOUBLE"}, rows...)
		change(&in)
		got := answer.Compose(in)
		if strings.Contains(got.Text, "highest") || strings.Contains(got.Text, "lowest") || !strings.HasPrefix(got.Text, "Total cost: A with 3 EUR; B with 2 EUR") {
			t.Errorf("%s: %q", name, got.Text)
		}
		checkFigures(t, in, got)
	}
}

func TestTimeIsReadByItsValueAndNotByItsPlace(t *testing.T) {
	in := result([]compile.OutputColumn{month(), cost()}, []string{"DATE", "DOUBLE"},
		[]any{nil, n("99")}, []any{"2026-03-01", n("4")}, []any{"2026-01-01", n("5")}, []any{"2026-02-01", n("9")})
	got := answer.Compose(in)
	if !strings.HasPrefix(got.Text, "Total cost falls from 5 EUR in January 2026 to 4 EUR in March 2026.") || strings.Contains(got.Text, "no value") {
		t.Errorf("%q", got.Text)
	}
}

func TestAnAnswerSaysThatTheModelFailedAndTheRulesPlannedIt(t *testing.T) {
	in := result([]compile.OutputColumn{{Name: "n", Type: catalog.Integer, Role: compile.Measure}}, []string{"BIGINT"}, []any{n("6")})
	said := func() string {
		for _, c := range answer.Compose(in).Trust.Checks {
			if c.Name == "model" {
				return c.Outcome + " " + c.Detail
			}
		}
		return ""
	}
	in.Asked.Conversation.Chosen = &event.Chosen{RunID: "r0"}
	if got := said(); got != "" {
		t.Errorf("a choice without a model says %q", got)
	}
	in.Asked.Conversation.Chosen.ModelFault = fault.New(fault.Model, "The model answered with status 500.")
	if got := said(); !strings.HasPrefix(got, "warn ") || !strings.Contains(got, "The model answered with status 500.") {
		t.Errorf("got %q", got)
	}
}

func TestLabelsKeepTheirLetters(t *testing.T) {
	in := result([]compile.OutputColumn{{Name: "été", Type: catalog.Integer, Role: compile.Measure}}, []string{"BIGINT"}, []any{n("6")})
	if got := answer.Compose(in).Text; got != "Été is 6." {
		t.Errorf("%q", got)
	}
}

func TestTruncationIsSaidAndWarned(t *testing.T) {
	in := result([]compile.OutputColumn{ward(), cost()}, []string{"VARCHAR", "DOUBLE"}, []any{"A", n("1")}, []any{"B", n("2")})
	in.Executed.Truncated = true
	checkCut(t, in)
	in.Executed.Truncated = false
	in.Statement.LimitDefaulted, in.Statement.Limit = true, 2
	checkCut(t, in)
	in.Statement.Limit = 3
	if got := answer.Compose(in); !got.Trust.Complete {
		t.Error("a result below the limit counts as cut")
	}
}

func checkCut(t *testing.T, in answer.Input) {
	t.Helper()
	got := answer.Compose(in)
	if !strings.Contains(got.Text, "more rows") || got.Trust.Complete {
		t.Errorf("text %q, complete %v", got.Text, got.Trust.Complete)
	}
	warned := false
	for _, c := range got.Trust.Checks {
		warned = warned || c.Name == "complete" && c.Outcome == "warn"
	}
	if !warned {
		t.Errorf("checks %+v", got.Trust.Checks)
	}
}

func TestTheAskedChartIsUsedWhereTheShapeCarriesIt(t *testing.T) {
	in := result([]compile.OutputColumn{ward(), cost()}, []string{"VARCHAR", "DOUBLE"}, []any{"A", n("1")}, []any{"B", n("2")})
	for wanted, want := range map[string]string{"": "bar", "pie": "pie", "line": "line", "table": "table", "map": "bar"} {
		in.Planned.Chart = wanted
		if got := answer.Compose(in).Chart.Type; got != want {
			t.Errorf("asked %q, got %s, want %s", wanted, got, want)
		}
	}
}

func TestTrustCountsWhatWasDropped(t *testing.T) {
	in := result([]compile.OutputColumn{cost()}, []string{"DOUBLE"}, []any{n("1")})
	read, kept := int64(900), int64(850)
	in.Executed.RowsRead, in.Executed.RowsKept = &read, &kept
	got := answer.Compose(in).Trust
	if got.RowsDropped == nil || *got.RowsDropped != 50 || !got.Complete || got.Origin != event.OriginRules {
		t.Errorf("trust %+v", got)
	}
}

func TestFollowUpsAreThreeAndNotTheQuestion(t *testing.T) {
	in := result([]compile.OutputColumn{cost()}, []string{"DOUBLE"}, []any{n("1")})
	in.Asked.Request.Question = "total cost by month"
	got := answer.Compose(in).FollowUps
	if len(got) != 3 {
		t.Fatalf("follow-ups %q", got)
	}
	seen := map[string]bool{}
	for _, q := range got {
		if strings.EqualFold(q, in.Asked.Request.Question) || seen[q] {
			t.Errorf("follow-up %q in %q", q, got)
		}
		seen[q] = true
	}
}

func TestSQLWithoutAPlanIsReadByTypesAndNames(t *testing.T) {
	in := answer.Input{
		Dataset: world(),
		Executed: event.Executed{
			Columns: []event.Column{{Name: "ward_id", Type: "BIGINT"}, {Name: "total", Type: "DOUBLE"}},
			Preview: [][]any{{n("7"), n("1.5")}, {n("8"), n("2.5")}}, RowCount: 2,
		},
	}
	got := answer.Compose(in)
	if got.Chart.Type != "bar" || got.Chart.X != "ward_id" || got.Text != "Total is 1.50 for ward id 7 and 2.50 for ward id 8." {
		t.Errorf("%q, %+v", got.Text, got.Chart)
	}
	in.Executed.Preview, in.Executed.RowCount = [][]any{{n("7"), n("1.5")}}, 1
	if got := answer.Compose(in).Text; !strings.HasPrefix(got, "Ward id 7") {
		t.Errorf("an answer begins with a capital: %q", got)
	}
	if len(got.FollowUps) == 0 {
		t.Error("no follow-ups")
	}
}
