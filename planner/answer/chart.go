package answer

import (
	"strings"

	"github.com/leo-analytics/leo/planner/compile"
	"github.com/leo-analytics/leo/shared/event"
)

// The most bars, slices and series a person can tell apart.
const (
	maxBars   = 60
	maxSlices = 6
	maxSeries = 12
)

// chartOf picks the chart the shape of the result calls for, or the type that
// was asked for if the shape can carry it.
func chartOf(t table, wanted string) *event.Chart {
	c := shapeChart(t)
	c.Title = title(t, c)
	if wanted == "" || wanted == c.Type {
		return c
	}
	if carries(t, c, wanted) {
		c.Type, c.Reason = wanted, "The question asked for it."
		c.Stacked = c.Stacked && wanted == "bar"
	}
	return c
}

// shapeChart is the choice from the shape alone.
func shapeChart(t table) *event.Chart {
	measures, times, dims := t.of(compile.Measure), t.of(compile.Time), t.of(compile.Dimension)
	switch {
	case len(t.rows) == 0 || len(measures) == 0:
		return &event.Chart{Type: "table", Reason: "There is nothing measured to draw."}
	case len(t.rows) == 1 && len(times)+len(dims) <= 1:
		return &event.Chart{Type: "number", Y: names(measures), Reason: "The result is a single row."}
	case len(times) == 1 && len(dims) == 0:
		return &event.Chart{Type: "line", X: times[0].name, Y: names(measures), Reason: "One value for each point in time."}
	case len(times) == 1 && len(dims) == 1 && t.distinct(dims[0], maxSeries+1) <= maxSeries:
		return &event.Chart{Type: "line", X: times[0].name, Y: names(measures[:1]), Color: dims[0].name, Reason: "One line for each " + dims[0].label + " over time."}
	case len(times) == 0 && len(dims) == 1 && len(t.rows) <= maxBars:
		return &event.Chart{Type: "bar", X: dims[0].name, Y: names(measures[:min(3, len(measures))]), Reason: "One bar for each " + dims[0].label + "."}
	case len(times) == 0 && len(dims) == 2:
		return twoWays(t, dims, measures[0])
	case len(times) == 0 && len(dims) == 0 && len(measures) >= 2:
		return &event.Chart{Type: "scatter", X: measures[0].name, Y: names(measures[1:2]), Reason: "Two measured values for each row."}
	}
	return crowded()
}

func crowded() *event.Chart {
	return &event.Chart{Type: "table", Reason: "The result has too many parts for a chart that can be read."}
}

// twoWays draws one measure by two dimensions: the one with fewer values makes
// the series, and numbers along the axis make lines. Only what adds up is stacked.
func twoWays(t table, dims []column, m column) *event.Chart {
	x, series := dims[0], dims[1]
	if t.distinct(series, maxSeries+1) > maxSeries {
		x, series = series, x
	}
	if t.distinct(series, maxSeries+1) > maxSeries || t.distinct(x, maxBars+1) > maxBars {
		return crowded()
	}
	c := &event.Chart{Type: "bar", X: x.name, Y: names([]column{m}), Color: series.name}
	c.Reason = "One bar for each " + x.label + ", split by " + series.label + "."
	c.Stacked = strings.HasPrefix(m.label, "total") || strings.HasPrefix(m.label, "number of")
	if x.typ.Numeric() {
		c.Type, c.Stacked = "line", false
		c.Reason = "One line for each " + series.label + "."
	}
	return c
}

// carries reports whether a chart of the wanted type can show the result.
func carries(t table, c *event.Chart, wanted string) bool {
	measures, keys := len(t.of(compile.Measure)), len(t.columns)-len(t.of(compile.Measure))
	switch wanted {
	case "table":
		return true
	case "bar", "line", "area":
		return measures > 0 && keys > 0 && c.X != ""
	case "pie":
		return measures == 1 && keys == 1 && len(t.rows) <= maxSlices*2
	case "scatter":
		return measures >= 2 || measures == 1 && keys == 1
	}
	return false
}

func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

func title(t table, c *event.Chart) string {
	if len(c.Y) == 0 {
		return ""
	}
	labels := make([]string, len(c.Y))
	for i, y := range c.Y {
		labels[i] = t.label(y)
	}
	out := upper(strings.Join(labels, ", "))
	if c.X != "" {
		out += " by " + t.label(c.X)
	}
	if c.Color != "" {
		out += " and " + t.label(c.Color)
	}
	return out
}
