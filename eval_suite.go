package main

import (
	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/planner/eval"
)

// demoSuite is the suite that is built in: the prompts of the demo datasets and
// other ways to ask them.
const demoSuite = "demo"

// readSuite reads a folder, or the suite that is built in.
func readSuite(suite string, limit int) ([]eval.Item, error) {
	if suite != demoSuite {
		return eval.ReadSuite(suite, limit)
	}
	asked, err := datasets.AllAsked()
	if err != nil {
		return nil, err
	}
	if limit > 0 {
		asked = asked[:min(limit, len(asked))]
	}
	items := make([]eval.Item, len(asked))
	for i, a := range asked {
		kind := "prompt"
		if a.Paraphrase {
			kind = "paraphrase"
		}
		items[i] = eval.Item{
			Asked: eval.Asked{ID: a.ID, DB: a.Dataset, Question: a.Question, AsOf: a.AsOf},
			Set:   demoSuite, Difficulty: kind, Ordered: a.Ordered,
			Gold: &eval.Table{Columns: a.Columns, Rows: a.Rows},
		}
	}
	return items, nil
}
