package planner_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
	"github.com/leo-analytics/leo/shared/run"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/vector/vectortest"
)

// TestAModelIsShownWhatMeansTheSame has an index that knows a column of the shop by
// a word that the catalogue does not have, and one column that is not there.
func TestAModelIsShownWhatMeansTheSame(t *testing.T) {
	place := func(org, column string) vector.Point {
		return vector.Point{
			Key: org + column, Group: "shop", Texts: []vector.Text{{Text: "revenue"}},
			Payload: map[string]string{vector.DatasetField: "shop", vector.TableField: "orders", vector.ColumnField: column},
		}
	}
	for name, c := range map[string]struct {
		fail  error
		shown bool
	}{"by meaning": {nil, true}, "while embeddings are away": {errors.New("out of order"), false}} {
		t.Run(name, func(t *testing.T) {
			e := vectortest.NewEmbedder("m", 64)
			x := vector.New(vector.Config{EmbedTimeout: 20 * time.Second}, vector.Deps{Embedder: e, Log: slog.New(slog.DiscardHandler)})
			for org, column := range map[string]string{"acme": "total", "rival": "status"} {
				if err := x.Replace(t.Context(), org, vector.Catalogue, "shop", []vector.Point{place(org, column), place(org, "gone")}); err != nil {
					t.Fatal(err)
				}
			}
			e.Fail(c.fail)
			model := llmtest.Serve(
				t,
				llmtest.Call("search_catalog", `{"query":"turnover"}`),
				llmtest.Call("execute_query_plan", byStatus),
				llmtest.Text("There are 30 shipped orders and 10 open ones."),
			)
			w := setup(t, planner.Auto, model, nil)
			w.stopPlanner()
			w.index = x
			w.stopPlanner = w.startPlanner(t)
			if r := w.ask(t, unclear, nil); r.Status != run.Succeeded {
				t.Fatalf("%s %v", r.Status, r.Fault)
			}
			found := model.Requests()[1].Last()
			if strings.Contains(found, `"total"`) != c.shown || strings.Contains(found, `"gone"`) || strings.Contains(found, `"status"`) {
				t.Errorf("the model was shown %q", found)
			}
		})
	}
}
