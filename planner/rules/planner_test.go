package rules_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestWordsThatAreNotUnderstoodAreRefusedByName(t *testing.T) {
	p := rules.New(bakery())
	for q, word := range map[string]string{
		"how many gluten free pastries are there":                    "gluten",
		"average unit price of pastries weighted by popularity":      "weighted",
		"how does photosynthesis work":                               "photosynthesis",
		"number of sales by branch that failed inspection in Norway": "inspection",
	} {
		d := decide(t, p, q)
		if d.Action == rules.Run {
			t.Errorf("%q was run as %s", q, asJSON(t, d.Readings[0].Plan))
		}
		if !slices.Contains(d.Unknown, word) {
			t.Errorf("%q: unknown words are %q, want %q among them", q, d.Unknown, word)
		}
	}
}

func TestAValueHeldByTwoColumnsIsAskedAbout(t *testing.T) {
	d := &catalog.Dataset{ID: "freight", Tables: []catalog.Table{{Name: "trips", Rows: 500, Columns: []catalog.Column{
		col("trip_id integer!", 500), col("origin text", 500, "Lyon", "Porto"), col("destination text", 500, "Lyon", "Porto"),
	}}}}
	got := decide(t, rules.New(d), "how many Lyon trips are there")
	if got.Action == rules.Run {
		t.Fatalf("ran %s", asJSON(t, got.Readings[0].Plan))
	}
	if one := run(t, d, "how many trips with destination Lyon"); one.Filters[0].Column != "destination" {
		t.Errorf("filters %s", asJSON(t, one))
	}
}

func TestNegationIsNeverDropped(t *testing.T) {
	for q, want := range map[string]string{
		"how many sales were not refunded":           `"value":false`,
		"how many sales not paid by card":            `"op":"!="`,
		"number of sales excluding Harbour":          `"op":"!="`,
		"how many sales were refunded":               `"value":true`,
		"how many pastries are neither cake or rare": "",
	} {
		d := decide(t, rules.New(bakery()), q)
		switch {
		case want == "" && d.Action == rules.Run:
			t.Errorf("%q was run as %s", q, asJSON(t, d.Readings[0].Plan))
		case want != "" && d.Action == rules.Refuse:
			t.Errorf("%q: decided to %s, unknown %q", q, d.Action, d.Unknown)
		case want != "" && !strings.Contains(asJSON(t, d.Readings[0].Plan), want):
			t.Errorf("%q lost its negation: %s", q, asJSON(t, d.Readings[0].Plan))
		}
	}
}

func TestAmountsAreNotSummedOverRepeatedRows(t *testing.T) {
	d := bakery()
	d.Tables[1].Columns = append(d.Tables[1].Columns, col("tip decimal", 3000))
	got := decide(t, rules.New(d), "total tip by pastry kind")
	if got.Action == rules.Run {
		t.Errorf("a tip is counted once per line: %s", asJSON(t, got.Readings[0].Plan))
	}
}

func TestDatesAreReadWhereTheColumnSaysWhen(t *testing.T) {
	for q, want := range map[string]string{
		"number of sales in March 2025":                        `"filters":[{"column":"sold_on","op":">=","value":"2025-03-01"},{"column":"sold_on","op":"<","value":"2025-04-01"}]`,
		"number of sales in Q3 2024":                           `"filters":[{"column":"sold_on","op":">=","value":"2024-07-01"},{"column":"sold_on","op":"<","value":"2024-10-01"}]`,
		"number of sales since May 2025":                       `"filters":[{"column":"sold_on","op":">=","value":"2025-05-01"}]`,
		"number of sales before 2024-02-10":                    `"filters":[{"column":"sold_on","op":"<","value":"2024-02-10"}]`,
		"number of sales after 2023":                           `"filters":[{"column":"sold_on","op":">=","value":"2024-01-01"}]`,
		"number of sales between January 2024 and March 2024":  `"filters":[{"column":"sold_on","op":">=","value":"2024-01-01"},{"column":"sold_on","op":"<","value":"2024-04-01"}]`,
		"number of sales from 2023 to 2024":                    `"filters":[{"column":"sold_on","op":">=","value":"2023-01-01"},{"column":"sold_on","op":"<","value":"2025-01-01"}]`,
		"number of sales in the last 3 months":                 `"period":{"unit":"month","last":3}`,
		"number of sales last month":                           `"period":{"unit":"month","previous":1}`,
		"number of sales this year":                            `"period":{"unit":"year","this":true}`,
		"number of sales year to date":                         `"period":{"unit":"year","to_date":true}`,
		"number of sales yesterday":                            `"period":{"unit":"day","previous":1}`,
		"number of sales in the third quarter of 2024":         `"value":"2024-07-01"`,
		"number of sales on 5 January 2024":                    `"value":"2024-01-05"`,
		"how many pastries with unit price of at least twelve": `{"column":"unit_price","op":">=","value":12}`,
		"how many pastries with unit price under 2.50":         `{"column":"unit_price","op":"<","value":2.5}`,
	} {
		if got := asJSON(t, run(t, bakery(), q)); !strings.Contains(got, want) {
			t.Errorf("%q:\n got %s\nwant %s", q, got, want)
		}
	}
}

func TestTheSameQuestionGivesTheSameBytes(t *testing.T) {
	for name, d := range datasets() {
		p := rules.New(d)
		for _, q := range []string{"how many are there by month", "top 5 by cost", "average age", "names", "number of sales per branch"} {
			first := resultJSON(t, p, q)
			for range 20 {
				if again := resultJSON(t, rules.New(d), q); again != first {
					t.Fatalf("%s %q:\n%s\n%s", name, q, first, again)
				}
			}
		}
	}
}

// The questions are those of the goldens, so that every pattern plans beside
// every other under the race detector.
func TestOnePlannerServesManyGoroutines(t *testing.T) {
	for name, d := range datasets() {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			p, questions := rules.New(d), strings.Split(strings.TrimSpace(string(text)), "\n")
			// Charts and follow-ups are read by code of their own.
			questions = append(questions, "draw a bar chart of the number of rows", "show a stacked bar chart", "as a line chart", "a pie of that")
			want := make([]string, len(questions))
			for i, q := range questions {
				want[i] = resultJSON(t, p, q)
			}
			var wg sync.WaitGroup
			for g := range 4 {
				wg.Go(func() {
					for i := range questions {
						at := (i + g) % len(questions)
						r, err := p.Plan(context.Background(), rules.Question{Text: questions[at]})
						if err != nil || encode(r) != want[at] {
							t.Errorf("%q differs: %v", questions[at], err)
						}
					}
				})
			}
			wg.Wait()
		})
	}
}

func TestACancelledContextStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := rules.New(clinic()).Plan(ctx, rules.Question{Text: "average cost"}); err == nil {
		t.Error("want the context's error")
	}
}

func TestStrangeTextIsNotAnError(t *testing.T) {
	p := rules.New(clinic())
	for _, q := range []string{"", " \t\n", "???", strings.Repeat("average cost by ward ", 5000), "\xff\xfe\x00", "🦆🦆 by 🦆", "'", "\"\"", "by by by by", "top top 5 5", "between and", "more than", "not", strings.Repeat("of ", 150)} {
		r, err := p.Plan(context.Background(), rules.Question{Text: q})
		if err != nil {
			t.Errorf("%.20q: %v", q, err)
			continue
		}
		if d := rules.Decide(r, rules.DefaultPolicy()); d.Action == rules.Run {
			t.Errorf("%.20q was run as %s", q, asJSON(t, d.Readings[0].Plan))
		}
	}
}

func TestAnEmptyDatasetRefuses(t *testing.T) {
	if d := decide(t, rules.New(&catalog.Dataset{}), "how many orders"); d.Action != rules.Refuse {
		t.Errorf("decided to %s", d.Action)
	}
}

func FuzzPlanNeverPanicsAndPlansAreValid(f *testing.F) {
	for _, q := range []string{"top 5 pastries by revenue in 2024", "sales between 2 and 'x' or not card", "share of refunded sales by branch", "p95 of qty per week", "which branch's sales are the most"} {
		f.Add(q)
	}
	p := rules.New(bakery())
	f.Fuzz(func(t *testing.T, q string) {
		r, err := p.Plan(context.Background(), rules.Question{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Readings {
			if err := x.Plan.Validate(); err != nil {
				t.Errorf("%q: %v", q, err)
			}
			if x.Score < 0 || x.Score > 1 {
				t.Errorf("%q: score %v", q, x.Score)
			}
		}
	})
}

func asJSON(t *testing.T, q *plan.Query) string {
	t.Helper()
	return unescape(encode(q))
}

func resultJSON(t *testing.T, p *rules.Planner, q string) string {
	t.Helper()
	r, err := p.Plan(context.Background(), rules.Question{Text: q})
	if err != nil {
		t.Fatal(err)
	}
	return encode(r)
}

func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(data)
}

func unescape(s string) string {
	return strings.NewReplacer(`\u003e`, ">", `\u003c`, "<").Replace(s)
}
