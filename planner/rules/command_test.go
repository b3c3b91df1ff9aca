package rules_test

import (
	"context"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestCommandsAreToldFromQuestions(t *testing.T) {
	names := []string{"big_orders"}
	for text, want := range map[string]rules.Command{
		"call this big_orders":               {Act: rules.Name, Name: "big_orders"},
		"Call that Big Orders.":              {Act: rules.Name, Name: "big_orders"},
		"name it \"late ones\"":              {Act: rules.Name, Name: "late_ones"},
		"please save this as q3-report":      {Act: rules.Name, Name: "q3_report"},
		"ok, store the result under eu":      {Act: rules.Name, Name: "eu"},
		"/reset":                             {Act: rules.Reset},
		"Start over!":                        {Act: rules.Reset},
		"forget that":                        {Act: rules.Reset},
		"forget big_orders":                  {Act: rules.Forget, Name: "big_orders"},
		"delete the named result big orders": {Act: rules.Forget, Name: "big_orders"},
	} {
		got, ok := rules.ReadCommand(text, names)
		if !ok || got != want {
			t.Errorf("%q: %+v %t, want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"", "what do you call this?", "name the customers", "save", "call this", "how many calls this month?", "forget small_orders", "show the names",
		"call this 1st", "call this a very long sentence that is surely not meant to be a name of anything", "remove cancelled orders", "call this naïve",
	} {
		if got, ok := rules.ReadCommand(text, names); ok {
			t.Errorf("%q was read as %+v", text, got)
		}
	}
}

// A named result is a table of its own in later questions, and its plan comes along.
func TestNamedResultsAreTables(t *testing.T) {
	d := bakery()
	p := rules.New(d)
	ask := func(q rules.Question) *plan.Query {
		t.Helper()
		r, err := p.Plan(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Readings) == 0 {
			t.Fatalf("%q: no reading (unknown %q)", q.Text, r.Unknown)
		}
		if _, err := compile.Compile(r.Readings[0].Plan, d, compile.Options{AsOf: time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)}); err != nil {
			t.Fatalf("%q: %v", q.Text, err)
		}
		return r.Readings[0].Plan
	}
	best := rules.Nameable("best_sellers", ask(rules.Question{Text: "top 5 pastries by revenue"}))
	named := []plan.Named{{Name: "best_sellers", Plan: best}}
	count := ask(rules.Question{Text: "how many best_sellers are there?", Named: named})
	if len(count.With) != 1 || count.Table != "best_sellers" || count.Select[0].Agg != plan.Count || count.With[0].Plan.Limit != 5 {
		t.Errorf("count %+v", count)
	}
	top := ask(rules.Question{Text: "top 2 best sellers by sum line total", Named: named})
	if top.Table != "best_sellers" || top.Limit != 2 || len(top.OrderBy) != 1 {
		t.Errorf("top %+v", top)
	}
	again := ask(rules.Question{Text: "how many are there?", Named: named, Previous: top})
	if len(again.With) != 2 || again.With[0].Name != "best_sellers" || again.Table != again.With[1].Name {
		t.Errorf("a follow-up of a question about a name: %+v", again)
	}
	// What a follow-up made for itself does not stand in the way when it is named.
	nested := rules.Nameable("how_many", again)
	last := ask(rules.Question{Text: "show how_many", Named: []plan.Named{{Name: "how_many", Plan: nested}}})
	if len(last.With) != 3 || last.Table != "how_many" {
		t.Errorf("a name for a plan with sub-plans: %+v", last)
	}
}

func TestANameIsToldFromTables(t *testing.T) {
	p := rules.New(&catalog.Dataset{ID: "shop", Tables: []catalog.Table{{Name: "orders"}, {Name: "order_items"}, {Name: "person"}}})
	for name, want := range map[string]string{
		"order": "orders", "Orders": "orders", "item": "order_items", "order_item": "order_items", "people": "person",
		"big_orders": "", "orders_2025": "", "total": "", "": "", "_": "",
	} {
		if got := p.TableCalled(name); got != want {
			t.Errorf("%q is taken for %q, want %q", name, got, want)
		}
	}
}

func TestANameIsToldFromTheWordsOfQuestions(t *testing.T) {
	p := rules.New(&catalog.Dataset{ID: "shop"})
	for _, name := range []string{"average", "by", "top", "in", "how_many", "_", "count"} {
		if !p.Grammar(name) {
			t.Errorf("%q can be a name", name)
		}
	}
	for _, name := range []string{"big_orders", "best_months", "total_count", "eu", "q3_report", "vip", "late_ones", "revenue"} {
		if p.Grammar(name) {
			t.Errorf("%q cannot be a name", name)
		}
	}
}
