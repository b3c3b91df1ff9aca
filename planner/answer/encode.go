package answer

import (
	"strings"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// Encoding is a chart in terms of the dataset: which of its columns stand where.
// Empty fields are not used; a count of rows has an aggregate and no Y.
type Encoding struct {
	// Mark is bar, grouped bar, stacked bar, histogram, line, multi-line, area,
	// scatter or pie; for results that are shown as a number or table, it is that
	// word, or bar where the rows would make one.
	Mark      string `json:"mark"`
	X         string `json:"x,omitempty"`
	Y         string `json:"y,omitempty"`
	Color     string `json:"color,omitempty"`
	Facet     string `json:"facet,omitempty"`
	Aggregate string `json:"aggregate,omitempty"`
}

// Encode traces the columns of a chart back to the columns of the dataset.
// Columns are the names of the result's columns in order. Without a plan, the
// result's own names stand in.
//
// Bars side by side are one small chart for each place on the axis, whose bars
// are coloured: the grammar of graphics has them as facets, and so has Encoding.
func Encode(q *plan.Query, columns []string, c *event.Chart) Encoding {
	e := Encoding{Mark: c.Type, X: c.X, Color: c.Color, Facet: c.Facet, Aggregate: c.Aggregate}
	if len(c.Y) > 0 {
		e.Y = c.Y[0]
	}
	fields := map[string]*plan.Expr{}
	for i, expr := range outputs(q, len(columns)) {
		fields[columns[i]] = expr
	}
	if e.X == "" && c.Type == "number" && q != nil && len(q.GroupBy) == 1 {
		e.Mark, e.X = "bar", field(&q.GroupBy[0])
	}
	if y := fields[e.Y]; y != nil {
		e.Aggregate = string(aggregate(y))
	}
	e.X, e.Y, e.Color, e.Facet = trace(fields, e.X), trace(fields, e.Y), trace(fields, e.Color), trace(fields, e.Facet)
	if e.Aggregate == string(plan.Count) {
		e.Y = ""
	}
	return marked(e, c)
}

// marked names the mark in full.
func marked(e Encoding, c *event.Chart) Encoding {
	switch {
	case c.Type == "bar" && e.Color != "" && c.Stacked:
		e.Mark = "stacked bar"
	case c.Type == "bar" && e.Color != "" && e.Facet == "":
		e.Mark = "grouped bar"
		e.X, e.Facet = e.Color, e.X
	case c.Type == "line" && e.Color != "":
		e.Mark = "multi-line"
	}
	return e
}

// trace is the dataset's column an output is made of.
func trace(fields map[string]*plan.Expr, name string) string {
	e := fields[name]
	if e == nil {
		return name
	}
	return field(e)
}

func field(e *plan.Expr) string {
	for e.Column == "" {
		switch {
		case e.Of != nil:
			e = e.Of
		case e.Left != nil:
			e = e.Left
		default:
			return ""
		}
	}
	return e.Column[strings.LastIndexByte(e.Column, '.')+1:]
}

// aggregate is the aggregation of an output; the one inside a ratio or window
// counts.
func aggregate(e *plan.Expr) plan.Agg {
	for e != nil {
		if e.Agg != "" {
			return e.Agg
		}
		e = e.Left
	}
	return ""
}
