package main

import (
	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/run"
)

// encodingOf traces the chart's columns back to the fields of the data.
func encodingOf(c *run.Capsule, columns []string) *eval.Enc {
	q, err := plan.Decode(c.Plan)
	if err != nil {
		q = nil
	}
	enc := eval.Enc(answer.Encode(q, columns, c.Answer.Chart))
	return &enc
}

// chartName is a chart's type in the words of suites, which name what splits the
// data into series with the type.
func chartName(e *eval.Enc) string {
	switch {
	case e.Mark == "multi-line":
		return "grouping line"
	case e.Mark == "scatter" && e.Facet != "":
		return "faceted scatter"
	case e.Mark == "scatter" && e.Color != "":
		return "grouping scatter"
	}
	return e.Mark
}
