package answer_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestALabelIsWhatAPersonWouldAskFor(t *testing.T) {
	d := world()
	d.Tables = append(d.Tables, catalog.Table{Name: "beds", Rows: 5000, Synonyms: []string{"bed", "stays"}, Columns: []catalog.Column{
		{Name: "bed_id", Type: catalog.Text, Profile: &catalog.Profile{Distinct: 40}}, {Name: "ward", Type: catalog.Text},
	}})
	for text, want := range map[string]string{
		`{"version":1,"table":"visits","select":[{"agg":"count"}],"group_by":[{"column":"ward"}],"filters":[{"column":"day","op":">=","value":"2025-01-01"},{"column":"day","op":"<","value":"2026-01-01"}]}`:      "Number of visits per ward, where day is in 2025",
		`{"version":1,"table":"visits","select":[{"column":"cost","agg":"avg"}],"group_by":[{"column":"ward"},{"column":"day","bucket":"month"}]}`:                                                                 "Average cost per ward and month",
		`{"version":1,"table":"visits","select":[{"column":"cost","agg":"sum","as":"spent"}],"group_by":[{"column":"ward"}],"order_by":[{"by":"spent","direction":"desc"}],"limit":5}`:                             "Spent per ward, the 5 highest",
		`{"version":1,"table":"visits","select":[{"column":"day"},{"column":"ward"},{"column":"urgent"},{"column":"cost"},{"column":"cost","as":"again"}],"order_by":[{"by":"day","direction":"desc"}],"limit":3}`: "Visits, the 3 newest",
		`{"version":1,"table":"visits","select":[{"column":"ward"},{"column":"cost"}]}`:                                                                                                                            "Ward and cost of visits",
		`{"version":1,"table":"beds","select":[{"agg":"count"}]}`: "Number of stays",
	} {
		q, err := plan.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		st, err := compile.Compile(q, d, compile.Options{Dialect: compile.DuckDB, AsOf: time.Unix(1760000000, 0).UTC()})
		if err != nil {
			t.Fatal(err)
		}
		if got := answer.Label(q, st, d, event.Asked{}, time.Time{}); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}
