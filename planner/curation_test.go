package planner_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/run"
)

// say changes what is said about the shop, on the newest revision.
func say(t *testing.T, r *registry.Registry, change catalog.Curation) {
	t.Helper()
	c, revision, err := r.Curation(t.Context(), "acme", "shop")
	if err != nil {
		t.Fatal(err)
	}
	c.Merge(&change)
	if _, err := r.Curate(t.Context(), "acme", "shop", c, revision); err != nil {
		t.Fatal(err)
	}
}

func words(list ...string) *[]string { return &list }

func TestASynonymCountsFromTheNextQuestionOn(t *testing.T) {
	w := setup(t, planner.Rules, llmtest.Serve(t), nil)
	r := registry.New(w.bus, slog.New(slog.DiscardHandler))
	const question = "total kerblunk by status"
	if got := w.ask(t, question, nil); got.Status == run.Succeeded {
		t.Fatalf("answered without the synonym: %s", got.Planned.SQL)
	}
	say(t, r, catalog.Curation{Tables: []catalog.CuratedTable{{Name: "orders", Columns: []catalog.CuratedColumn{{Name: "total", Synonyms: words("kerblunk")}}}}})
	got := w.ask(t, question, nil)
	if got.Status != run.Succeeded {
		t.Fatalf("%s %v", got.Status, got.Fault)
	}
	if !strings.Contains(got.Planned.SQL, "total") {
		t.Errorf("%s", got.Planned.SQL)
	}
	// Taken back, it does not count any more.
	say(t, r, catalog.Curation{Tables: []catalog.CuratedTable{{Name: "orders", Columns: []catalog.CuratedColumn{{Name: "total", Synonyms: words()}}}}})
	if got := w.ask(t, question, nil); got.Status == run.Succeeded {
		t.Errorf("answered with a synonym that was taken back: %s", got.Planned.SQL)
	}
}

func TestAHiddenColumnIsNotLookedAt(t *testing.T) {
	w := setup(t, planner.Rules, llmtest.Serve(t), nil)
	r := registry.New(w.bus, slog.New(slog.DiscardHandler))
	const question = "How many orders are there by status?"
	if got := w.ask(t, question, nil); got.Status != run.Succeeded {
		t.Fatalf("%s %v", got.Status, got.Fault)
	}
	yes := true
	say(t, r, catalog.Curation{Tables: []catalog.CuratedTable{{Name: "orders", Columns: []catalog.CuratedColumn{{Name: "status", Hidden: &yes}}}}})
	if got := w.ask(t, question, nil); got.Planned != nil && strings.Contains(got.Planned.SQL, "status") {
		t.Errorf("%s", got.Planned.SQL)
	}
	// SQL that a person wrote may still read it.
	got := w.ask(t, "", func(a *event.Asked) { a.Request = event.Request{SQL: "select status from orders"} })
	if got.Status != run.Succeeded {
		t.Errorf("%s %v", got.Status, got.Fault)
	}
}

func TestARejectedRelationIsNotFollowed(t *testing.T) {
	w := setup(t, planner.Rules, llmtest.Serve(t), nil)
	r := registry.New(w.bus, slog.New(slog.DiscardHandler))
	d := shop()
	d.Version = strings.Repeat("1e", 32)
	names := &catalog.Profile{Distinct: 3, Complete: true, Top: []catalog.ValueCount{{Value: "Ann", Count: 1}, {Value: "Bo", Count: 1}, {Value: "Cy", Count: 1}}}
	d.Tables[0].Columns = append(d.Tables[0].Columns, catalog.Column{Name: "buyer", Type: catalog.Integer, EngineType: "BIGINT"})
	d.Tables = append(d.Tables, catalog.Table{Name: "customers", Rows: 3, Key: []string{"id"}, Columns: []catalog.Column{
		{Name: "id", Type: catalog.Integer, EngineType: "BIGINT"}, {Name: "surname", Type: catalog.Text, EngineType: "VARCHAR", Profile: names},
	}})
	link := catalog.Link{FromTable: "orders", FromColumns: []string{"buyer"}, ToTable: "customers", ToColumns: []string{"id"}}
	d.Relations = []catalog.Relation{{FromTable: "orders", FromColumns: link.FromColumns, ToTable: "customers", ToColumns: link.ToColumns, Origin: catalog.Discovered, Confidence: 0.8}}
	if err := r.Put(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	ask := func() *run.Run {
		return w.ask(t, "total of orders by surname", func(a *event.Asked) { a.Dataset.Version = d.Version })
	}
	joined := func(got *run.Run) bool { return got.Planned != nil && strings.Contains(got.Planned.SQL, "JOIN") }
	first := ask()
	if !joined(first) {
		t.Fatalf("%s %v", first.Status, first.Fault)
	}
	say(t, r, catalog.Curation{Relations: []catalog.CuratedLink{{Link: link, Verdict: catalog.Dismissed}}})
	if got := ask(); joined(got) {
		t.Errorf("joined by a rejected relation: %s", got.Planned.SQL)
	}
	// The plan of the past names the columns it joined by, so doing it again gives
	// the same statement.
	again := w.ask(t, "", func(a *event.Asked) {
		a.Request, a.Dataset.Version = event.Request{Plan: first.Planned.Plan}, d.Version
	})
	if again.Planned == nil || again.Planned.SQL != first.Planned.SQL {
		t.Errorf("%s %v: %+v", again.Status, again.Fault, again.Planned)
	}
	say(t, r, catalog.Curation{Relations: []catalog.CuratedLink{{Link: link, Verdict: catalog.Confirmed}}})
	if got := ask(); !joined(got) {
		t.Errorf("not joined by a confirmed relation: %s %v", got.Status, got.Fault)
	}
}
