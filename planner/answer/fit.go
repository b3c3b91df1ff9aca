package answer

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/leo-analytics/leo/shared/event"
)

// The most bars, slices, series and small charts a person can tell apart, and
// how much longer than the shortest the longest of two measures may be on one
// axis.
const (
	maxBars   = 60
	maxSlices = 8
	maxSeries = 12
	maxFacets = 12
	maxSpread = 100
)

// maxSideBySide is how many bars of several colours, side by side, can be compared;
// along an order, lines are read instead.
const maxSideBySide = 36

// fit takes back what the rows cannot carry: a chart that misleads, or that
// nobody could read, is worse than the table that is shown in any case.
func fit(t table, c *event.Chart) *event.Chart {
	switch {
	case c.Type == "table" || c.Type == "number":
		return fitNumber(t, c)
	case len(t.rows) == 0:
		return &event.Chart{Type: "table", Reason: "There are no rows to draw."}
	case !t.anyNumber(c.Y):
		return &event.Chart{Type: "table", Reason: "There is no value to draw."}
	case len(t.rows) == 1:
		return &event.Chart{Type: "number", Y: c.Y, Aggregate: c.Aggregate, Reason: "The result is a single row."}
	}
	c.Y = t.sameScale(c.Y)
	if c.Type == "scatter" {
		return fitPoints(t, c)
	}
	if !fitSeries(t, c) {
		return crowded()
	}
	return fitType(t, c)
}

// inLines draws many bars side by side as lines along the key that has an order:
// hours of the day, months of the year. What adds up stays stacked.
func inLines(t table, c *event.Chart) {
	if c.Type != "bar" || c.Stacked || c.Color == "" || t.distinctOf(c.X, maxBars+1)*t.distinctOf(c.Color, maxSeries+1) <= maxSideBySide {
		return
	}
	if !t.runs(c.X) {
		if !t.runs(c.Color) {
			return
		}
		c.X, c.Color = c.Color, c.X
	}
	c.Type, c.Reason = "line", "One line for each "+t.label(c.Color)+": side by side, the bars would be too many to compare."
}

// runs reports a key whose values follow each other: parts of dates but years,
// which are an axis of time anyway, and starts of ranges.
func (t table) runs(name string) bool {
	for _, c := range t.columns {
		if c.name == name {
			return c.part != "" || c.binned() > 0 || c.ordered() || c.of == nil && c.typ.Numeric() && clocked(strings.ToLower(c.name))
		}
	}
	return false
}

func fitNumber(t table, c *event.Chart) *event.Chart {
	if c.Type == "number" && len(t.rows) == 0 {
		return &event.Chart{Type: "table", Reason: "There is nothing measured to draw."}
	}
	return c
}

// fitPoints leaves out colours and small charts there are too many of.
func fitPoints(t table, c *event.Chart) *event.Chart {
	if c.Color != "" && t.distinctOf(c.Color, maxSeries+1) > maxSeries {
		c.Color, c.Reason = "", c.Reason+" There are too many different colours to tell apart."
	}
	if c.Facet != "" && t.distinctOf(c.Facet, maxFacets+1) > maxFacets {
		c.Facet, c.Reason = "", c.Reason+" There are too many small charts to show."
	}
	return c
}

// fitSeries makes the key with fewer values the series, and reports whether
// axis, series and small charts are few enough. Points in time may be many.
func fitSeries(t table, c *event.Chart) bool {
	if c.Color != "" && c.Type == "bar" && t.distinctOf(c.Color, maxSeries+1) > maxSeries {
		c.X, c.Color = c.Color, c.X
	}
	if c.Color != "" && t.distinctOf(c.Color, maxSeries+1) > maxSeries {
		return false
	}
	if c.Facet != "" && t.distinctOf(c.Facet, maxFacets+1) > maxFacets {
		return false
	}
	return c.Type == "line" || c.Type == "area" || t.distinctOf(c.X, maxBars+1) <= maxBars
}

// fitType changes a type that the values make misleading.
func fitType(t table, c *event.Chart) *event.Chart {
	negative, missing := t.negatives(c.Y), t.missing(c.Y)
	switch {
	case c.Type == "pie" && negative:
		c.Type, c.Reason = "bar", "Negative values are no parts of a whole."
	case c.Type == "pie" && missing:
		c.Type, c.Reason = "bar", "Some parts have no value."
	case c.Type == "pie" && (len(t.rows) > maxSlices || !t.whole):
		c.Type, c.Reason = "bar", "There are too many parts for a pie that can be read."
	case c.Stacked && negative:
		c.Stacked, c.Reason = false, c.Reason+" Negative values do not stack."
	case (c.Type == "line" || c.Type == "area") && t.distinctOf(c.X, 2) < 2:
		c.Type, c.Reason = "bar", "There is a single point in time."
	}
	return c
}

// sameScale keeps the measures that can be read off the axis of the first: one
// that is a hundred times larger would flatten the others.
func (t table) sameScale(ys []string) []string {
	if len(ys) < 2 {
		return ys
	}
	first := t.largest(ys[0])
	out := ys[:1:1]
	for _, y := range ys[1:] {
		if l := t.largest(y); l <= first*maxSpread && first <= l*maxSpread {
			out = append(out, y)
		}
	}
	return out
}

func (t table) largest(name string) float64 {
	top := 0.0
	t.eachValue(name, func(v float64, ok bool) {
		if ok {
			top = max(top, math.Abs(v))
		}
	})
	return top
}

func (t table) negatives(ys []string) bool {
	found := false
	for _, y := range ys {
		t.eachValue(y, func(v float64, ok bool) { found = found || ok && v < 0 })
	}
	return found
}

func (t table) missing(ys []string) bool {
	found := false
	for _, y := range ys {
		t.eachValue(y, func(_ float64, ok bool) { found = found || !ok })
	}
	return found
}

func (t table) anyNumber(ys []string) bool {
	found := false
	for _, y := range ys {
		t.eachValue(y, func(_ float64, ok bool) { found = found || ok })
	}
	return found
}

// eachValue visits the cells of a column; ok is false for one without a number.
func (t table) eachValue(name string, visit func(v float64, ok bool)) {
	for _, c := range t.columns {
		if c.name != name {
			continue
		}
		for _, r := range t.rows {
			switch x := r[c.index].(type) {
			case json.Number:
				f, err := x.Float64()
				visit(f, err == nil)
			case float64:
				visit(x, true)
			default:
				visit(0, false)
			}
		}
		return
	}
}

// distinctOf counts the different values of a column by name, up to limit.
func (t table) distinctOf(name string, limit int) int {
	for _, c := range t.columns {
		if c.name == name {
			return t.distinct(c, limit)
		}
	}
	return 0
}
