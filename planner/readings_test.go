package planner

import (
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestAReadingIsOfferedInWordsAPersonUnderstands(t *testing.T) {
	d := draft{asOf: time.Unix(1760000000, 0).UTC(), known: &known{dataset: &catalog.Dataset{ID: "clinic", Tables: []catalog.Table{{
		Name: "visits", Columns: []catalog.Column{{Name: "ward", Type: catalog.Text}},
	}}}}}
	q := &plan.Query{Version: 1, Table: "visits", Select: []plan.Expr{{Agg: plan.Count}}, GroupBy: []plan.Expr{{Column: "ward"}}}
	notes := []string{"column → visits.ward (name, 1.00)", "doubt: no subject"}
	for want, r := range map[string]rules.Reading{
		"Number of visits per ward":                              {Plan: q, Explain: notes},
		`Number of visits per ward; "orders" was not understood`: {Plan: q, Explain: notes, Left: []string{"orders"}},
		`Number of visits per ward; "why" and "now" were not understood; some rows may be counted more than once`: {Plan: q, Explain: notes, Left: []string{"why", "now"}, Repeats: true},
	} {
		body := d.needsInput("How many?", []rules.Reading{r})
		offered := body.(event.NeedsInput).Readings
		if len(offered) != 1 || offered[0].Label != want || !strings.HasPrefix(offered[0].Sentence, "Number of rows") {
			t.Errorf("got %+v\nwant %s", offered, want)
		}
	}
}

func TestAStatementRunAgainIsNotAPersons(t *testing.T) {
	q := []byte(`{"version":1,"table":"visits","select":[{"agg":"count"}]}`)
	again := &event.Again{RunID: "r0", Sentence: "As before.", Origin: event.OriginRules, Confidence: 0.8, Chart: "table"}
	for name, c := range map[string]struct {
		request  event.Request
		sentence string
	}{
		"a plan": {event.Request{Plan: q}, "Number of rows from visits."},
		"SQL":    {event.Request{SQL: "SELECT 1"}, "As before."},
	} {
		d := draft{asOf: time.Unix(1760000000, 0).UTC(), known: &known{dataset: &catalog.Dataset{ID: "clinic", Tables: []catalog.Table{{
			Name: "visits", Columns: []catalog.Column{{Name: "ward", Type: catalog.Text}},
		}}}}}
		d.asked.Request, d.asked.Conversation.Again = c.request, again
		body, err := d.body(t.Context())
		p, ok := body.(event.Planned)
		if err != nil || !ok || p.Origin != event.OriginRules || p.Confidence != 0.8 || p.Chart != "table" || p.Sentence != c.sentence {
			t.Errorf("%s: %+v, %v", name, body, err)
		}
	}
}

func TestARefusalIsNotThePlannersNote(t *testing.T) {
	for why, want := range map[string]string{
		"no table":               "Leo finds nothing in this question that this data is about.",
		"not a number: category": `The question takes "category" for a number, and it holds none.`,
		"not a date: name":       `The question takes "name" for a date, and it is something else.`,
		"no date to group by":    "The question is about time, and Leo finds no date to go by.",
		"an average per what":    "Leo could not turn this question into a query it is sure of: an average per what.",
	} {
		if got := because(why); got != want {
			t.Errorf("%s: got %s", why, got)
		}
	}
}
