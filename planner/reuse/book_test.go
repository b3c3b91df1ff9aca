package reuse_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/planner/reuse"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/verified"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const ordersByMonth = `{"table":"orders","select":[{"agg":"sum","column":"total"}],"group_by":[{"column":"day","bucket":"month"}]}`

func shop() *catalog.Dataset {
	return &catalog.Dataset{ID: "shop", Org: "acme", Version: "v1", Tables: []catalog.Table{{Name: "orders", Columns: []catalog.Column{
		{Name: "day", Type: catalog.Date}, {Name: "total", Type: catalog.Decimal}, {Name: "note", Type: catalog.Text},
	}}}}
}

func vouch(t *testing.T, b *bus.Bus, question string) *verified.Answer {
	t.Helper()
	q, err := plan.Decode([]byte(ordersByMonth))
	if err != nil {
		t.Fatal(err)
	}
	a := &verified.Answer{
		ID: verified.ID("shop", question), Org: "acme", DatasetID: "shop", DatasetVersion: "v1", Question: question,
		Plan: json.RawMessage(ordersByMonth), Columns: verified.Columns(q, shop()), Owner: "ada", VerifiedAt: time.Now().UTC(),
	}
	if err := verified.NewStore(b).Put(t.Context(), a, 0); err != nil {
		t.Fatal(err)
	}
	return a
}

func open(t *testing.T, b *bus.Bus) *reuse.Book {
	t.Helper()
	book := reuse.NewBook(b, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- book.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return book
}

func TestANearIdenticalQuestionFindsItsAnswer(t *testing.T) {
	b := bustest.New(t)
	want := vouch(t, b, "What is the total revenue by month?")
	book := open(t, b)
	for text, found := range map[string]bool{
		"What is the total revenue by month?": true,
		"total revenues per month":            true,
		"total revenue by quarter":            false,
		"total revenue by month in 2026":      false,
		"total revenue":                       false,
		"":                                    false,
	} {
		a, q := book.Find(t.Context(), reuse.Question{Org: "acme", Dataset: shop(), Text: text})
		if (a != nil) != found || (q != nil) != found {
			t.Errorf("%q: %v", text, a)
		}
		if a != nil && (a.ID != want.ID || a.By().Owner != "ada" || q.Table != "orders") {
			t.Errorf("%q: %+v %+v", text, a, q)
		}
	}
}

func TestAnAnswerIsForItsOrgAndDatasetAlone(t *testing.T) {
	b := bustest.New(t)
	vouch(t, b, "total revenue by month")
	book := open(t, b)
	other := shop()
	other.ID = "shop2"
	for name, q := range map[string]reuse.Question{
		"another org":     {Org: "other", Dataset: shop()},
		"another dataset": {Org: "acme", Dataset: other},
	} {
		q.Text = "total revenue by month"
		if a, _ := book.Find(t.Context(), q); a != nil {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestWhatMayMeanSomethingElseIsNotLookedUp(t *testing.T) {
	b := bustest.New(t)
	vouch(t, b, "total revenue by month")
	vouch(t, b, "and those by month")
	book := open(t, b)
	for name, c := range map[string]struct {
		text    string
		context event.Context
		found   bool
	}{
		"in a thread":            {"total revenue by month", event.Context{Turns: []string{"hello"}}, true},
		"leaning on a thread":    {"and those by month", event.Context{Turns: []string{"orders by day"}}, false},
		"leaning on an answer":   {"and those by month", event.Context{Previous: &event.Previous{RunID: "r"}}, false},
		"of a named result":      {"total revenue by month", event.Context{Named: []event.NamedPlan{{Name: "revenue"}}}, false},
		"beside a named result":  {"total revenue by month", event.Context{Named: []event.NamedPlan{{Name: "big_orders"}}}, true},
		"with a definition":      {"total revenue by month", event.Context{Instructions: "revenue means profit"}, false},
		"with a constraint":      {"total revenue by month", event.Context{Constraints: "only Berlin"}, false},
		"with an answer's shape": {"total revenue by month", event.Context{AnswerFormat: "one column"}, false},
	} {
		a, _ := book.Find(t.Context(), reuse.Question{Org: "acme", Dataset: shop(), Text: c.text, Context: c.context})
		if (a != nil) != c.found {
			t.Errorf("%s: %v", name, a)
		}
	}
}

func TestAStaleAnswerIsNotReused(t *testing.T) {
	b := bustest.New(t)
	vouch(t, b, "total revenue by month")
	book := open(t, b)
	for name, c := range map[string]struct {
		change func(*catalog.Table)
		found  bool
	}{
		"a column it reads is gone":    {func(t *catalog.Table) { t.Columns[1].Name = "amount" }, false},
		"a column it reads is text":    {func(t *catalog.Table) { t.Columns[1].Type = catalog.Text }, false},
		"another column is gone":       {func(t *catalog.Table) { t.Columns = t.Columns[:2] }, true},
		"the table has a column more":  {func(t *catalog.Table) { t.Columns = append(t.Columns, catalog.Column{Name: "x"}) }, true},
		"the table has another name":   {func(t *catalog.Table) { t.Name = "sales" }, false},
		"only the data is another one": {func(*catalog.Table) {}, true},
	} {
		d := shop()
		d.Version = "v2"
		c.change(&d.Tables[0])
		if a, _ := book.Find(t.Context(), reuse.Question{Org: "acme", Dataset: d, Text: "total revenue by month"}); (a != nil) != c.found {
			t.Errorf("%s: %v", name, a)
		}
	}
}

func TestTheBookFollowsChanges(t *testing.T) {
	b := bustest.New(t)
	book := open(t, b)
	q := reuse.Question{Org: "acme", Dataset: shop(), Text: "total revenue by month"}
	if a, _ := book.Find(t.Context(), q); a != nil {
		t.Fatalf("an empty book has %+v", a)
	}
	id := vouch(t, b, "total revenue by month").ID
	found := func() bool {
		a, _ := book.Find(t.Context(), q)
		return a != nil
	}
	bustest.Eventually(t, "the new answer is found", found)
	if err := verified.NewStore(b).Delete(t.Context(), "acme", id); err != nil {
		t.Fatal(err)
	}
	bustest.Eventually(t, "the removed answer is not found", func() bool { return !found() })
}

func TestABookThatCannotBeReadHoldsNobodyUp(t *testing.T) {
	book := reuse.NewBook(bustest.New(t), slog.New(slog.DiscardHandler)) // and nobody runs it
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if a, _ := book.Find(ctx, reuse.Question{Org: "acme", Dataset: shop(), Text: "total revenue by month"}); a != nil {
		t.Errorf("%+v", a)
	}
}
