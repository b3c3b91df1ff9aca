package reuse_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/reuse"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/vector/vectortest"
)

func TestQuestionsMuchLikeOneAreProposed(t *testing.T) {
	b := bustest.New(t)
	vouch(t, b, "What is the total revenue by month?")
	book := open(t, b)
	bustest.Eventually(t, "the book is read", func() bool {
		a, _ := book.Find(t.Context(), reuse.Question{Org: "acme", Dataset: shop(), Text: "total revenue by month"})
		return a != nil
	})
	words := vector.New(vector.Config{}, vector.Deps{Log: slog.New(slog.DiscardHandler)})
	e := vectortest.NewEmbedder("m", 1024)
	meaning := vector.New(vector.Config{EmbedTimeout: 20 * time.Second}, vector.Deps{Embedder: e, Log: slog.New(slog.DiscardHandler)})
	points := []vector.Point{vector.Question(vouched(t, book), "shop", "What is the total revenue by month?")}
	if err := meaning.Replace(t.Context(), "acme", vector.Verified, "shop", points); err != nil {
		t.Fatal(err)
	}
	other := shop()
	other.Tables[0].Columns = other.Tables[0].Columns[1:]
	elsewhere := shop()
	elsewhere.ID = "fleet"
	for name, c := range map[string]struct {
		index *vector.Index
		q     reuse.Question
		want  int
	}{
		"the same words":     {words, reuse.Question{Org: "acme", Dataset: shop(), Text: "total revenue by month and country"}, 1},
		"other words":        {words, reuse.Question{Org: "acme", Dataset: shop(), Text: "all the turnover, month for month"}, 0},
		"the same meaning":   {meaning, reuse.Question{Org: "acme", Dataset: shop(), Text: "total turnover month"}, 1},
		"another matter":     {meaning, reuse.Question{Org: "acme", Dataset: shop(), Text: "weight of ships"}, 0},
		"another org":        {words, reuse.Question{Org: "rival", Dataset: shop(), Text: "total revenue by month and country"}, 0},
		"another dataset":    {words, reuse.Question{Org: "acme", Dataset: elsewhere, Text: "total revenue by month and country"}, 0},
		"a dataset changed":  {words, reuse.Question{Org: "acme", Dataset: other, Text: "total revenue by month and country"}, 0},
		"under instructions": {words, reuse.Question{Org: "acme", Dataset: shop(), Text: "total revenue by month and country", Context: event.Context{Instructions: "net"}}, 0},
		"no index":           {nil, reuse.Question{Org: "acme", Dataset: shop(), Text: "total revenue by month and country"}, 0},
	} {
		got := book.Near(t.Context(), c.index, c.q)
		if len(got) != c.want || c.want > 0 && (got[0].Answer.Owner != "ada" || got[0].Plan.Table != "orders") {
			t.Errorf("%s: %+v", name, got)
		}
		if a, _ := book.Find(t.Context(), c.q); a != nil {
			t.Errorf("%s is answered unasked", name)
		}
	}
}

// vouched is the id of the one answer.
func vouched(t *testing.T, b *reuse.Book) string {
	t.Helper()
	a, _ := b.Find(t.Context(), reuse.Question{Org: "acme", Dataset: &catalog.Dataset{ID: "shop", Tables: shop().Tables}, Text: "total revenue by month"})
	if a == nil {
		t.Fatal("there is none")
	}
	return a.ID
}
