package main

import (
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/run"
)

// Other ways to ask the prompts get the prompts' answers. A few may be asked
// back about; then the first reading is the right one.
func TestEveryParaphraseIsAnsweredAsItsPrompt(t *testing.T) {
	l := shared(t)
	all, err := datasets.AllAsked()
	if err != nil {
		t.Fatal(err)
	}
	total, back := 0, 0
	for _, a := range all {
		if !a.Paraphrase {
			continue
		}
		total++
		t.Run(a.ID, func(t *testing.T) {
			request := map[string]any{
				"dataset_id": a.Dataset, "question": a.Question, "as_of": a.AsOf + "T12:00:00Z", "limits": map[string]any{"max_rows": 1000},
			}
			c := l.ask(t, request)
			if c.Status == run.NeedsInput {
				back++
				delete(request, "question")
				request["plan"] = c.Readings[0].Plan
				c = l.ask(t, request)
			}
			if c.Status != run.Succeeded {
				t.Fatalf("%q is %s: %v", a.Question, c.Status, c.Error)
			}
			q := datasetstest.Question{ID: a.ID, Columns: a.Columns, Rows: a.Rows, Ordered: a.Ordered}
			if err := matches(q, c, l.rows(t, c)); err != nil {
				t.Errorf("%q: %v\n%s\n%s", a.Question, err, c.Sentence, c.CompiledSQL)
			}
		})
	}
	if total < 50 || back > total/6 {
		t.Errorf("%d of %d paraphrases are asked back about", back, total)
	}
	t.Logf("COUNT %d paraphrases, %d asked back about\n", total, back)
}
