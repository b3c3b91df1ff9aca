package answer

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// Wish is what a question says about its chart: a type, and roles for columns of
// the plan. The zero Wish says nothing.
type Wish struct {
	Type     string
	Channels event.Channels
}

// wishOf reads what the planner understood of the question.
func wishOf(p event.Planned) Wish {
	w := Wish{Type: p.Chart}
	if p.Channels != nil {
		w.Channels = *p.Channels
	}
	return w
}

// Intended is the chart that a plan's result would have if it were neither empty
// nor too large: the choice from the plan and the question alone. [Compose] looks
// at the rows as well and may fall back to less.
func Intended(q *plan.Query, st *compile.Statement, w Wish) *event.Chart {
	s := shape{wish: w, plan: q}
	for _, c := range described(q, st) {
		s.add(c)
	}
	return s.chart()
}

// chartOf is the intended chart as far as the rows can carry it.
func chartOf(t table, q *plan.Query, w Wish) *event.Chart {
	s := shape{wish: w, plan: q}
	for _, c := range t.columns {
		s.add(c)
	}
	if name := t.naming(s.keys); name != nil && !s.grouped() && w.Channels == (event.Channels{}) {
		s.keys = []column{*name} // the others only describe what it names
	}
	c := fit(t, s.chart())
	if w.Type == "" {
		inLines(t, c)
	}
	c.Title = title(t, c)
	return c
}

// shape is a result seen as what is measured and what it is measured by.
type shape struct {
	wish     Wish
	plan     *plan.Query
	measures []column
	keys     []column
}

func (s *shape) add(c column) {
	if c.role == compile.Measure {
		s.measures = append(s.measures, c)
		return
	}
	s.keys = append(s.keys, c)
}

// grouped reports rows that stand for groups rather than for single things.
func (s *shape) grouped() bool {
	if s.plan == nil {
		return true // a person's SQL; its keys are taken at their word
	}
	if len(s.plan.GroupBy) > 0 {
		return true
	}
	return slices.ContainsFunc(s.measures, func(c column) bool { return c.agg() != "" })
}

// chart chooses from the shape alone.
func (s *shape) chart() *event.Chart {
	switch {
	case s.wish.Type == "table":
		return &event.Chart{Type: "table", Reason: "The question asked for it."}
	case s.wish.Type == "scatter" && s.points() != nil:
		return s.points()
	case len(s.measures) == 0:
		return &event.Chart{Type: "table", Reason: "There is nothing measured to draw."}
	case len(s.keys) == 0 && (len(s.measures) == 1 || s.grouped() && s.plan != nil):
		return &event.Chart{Type: "number", Y: names(s.measures), Reason: "The result is a single row."}
	case len(s.keys) == 0 || !s.grouped() && len(s.measures) == 2 && s.wish.Type == "" && !s.timed():
		return s.points()
	case len(s.keys) > 3:
		return crowded()
	}
	return s.byKeys()
}

// timed reports single rows that have a time, one value after the other.
func (s *shape) timed() bool {
	return slices.ContainsFunc(s.keys, column.ordered)
}

// points draws two numbers of each row against each other; nil where there are
// no two. Where points were asked for, a number that the rows are grouped or told
// apart by will do.
func (s *shape) points() *event.Chart {
	numbers, rest := slices.Clone(s.measures), []column{}
	for _, k := range s.keys {
		if s.wish.Type == "scatter" && k.typ.Numeric() && len(numbers) < 2 {
			numbers = append(numbers, k)
			continue
		}
		rest = append(rest, k)
	}
	if len(numbers) < 2 {
		return nil
	}
	x, y := numbers[0], numbers[1]
	if s.named(numbers, s.wish.Channels.X) == 1 || y.role != compile.Measure && x.role == compile.Measure {
		x, y = y, x
	}
	c := &event.Chart{Type: "scatter", X: x.name, Y: names([]column{y}), Reason: "Two measured values for each row."}
	if i := s.named(rest, s.wish.Channels.Color); i >= 0 {
		c.Color = rest[i].name
	}
	if i := s.named(rest, s.wish.Channels.Facet); i >= 0 {
		c.Facet = rest[i].name
	}
	c.Aggregate = string(y.agg())
	return c
}

// named finds the column that holds a column of the plan.
func (s *shape) named(columns []column, name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(columns, func(c column) bool {
		return c.of != nil && c.of.Agg == "" && strings.EqualFold(c.of.Column, name)
	})
}

// byKeys draws what is measured by up to three keys.
func (s *shape) byKeys() *event.Chart {
	x, color, facet := s.roles()
	ys := comparable(s.measures)
	c := &event.Chart{Type: "bar", X: x.name, Y: names(ys), Aggregate: string(ys[0].agg()), Reason: "One bar for each " + x.label + "."}
	if color != nil || facet != nil {
		c.Y = names(ys[:1])
	}
	if color != nil {
		c.Color = color.name
		c.Stacked = ys[0].adds()
		c.Reason = "One bar for each " + x.label + ", split by " + color.label + "."
	}
	if facet != nil {
		c.Facet = facet.name
	}
	switch {
	case x.binned() > 0:
		c.Type, c.BinWidth, c.Reason = "histogram", x.binned(), "How many rows lie in each range of "+x.label+"."
		if ys[0].agg() != plan.Count {
			c.Type, c.Reason = "bar", "One bar for each range of "+x.label+"."
		}
	case x.ordered() && color != nil:
		c.Type, c.Stacked, c.Reason = "line", false, "One line for each "+color.label+" over time."
	case x.ordered():
		c.Type, c.Reason = "line", "One value for each point in time."
	}
	s.grant(c, ys[0])
	return c
}

// roles gives each key a place: the one asked for, else time along the axis, the
// next key by colour, and one more as small charts.
func (s *shape) roles() (x column, color, facet *column) {
	keys := slices.Clone(s.keys)
	take := func(i int) *column {
		c := keys[i]
		keys = slices.Delete(keys, i, i+1)
		return &c
	}
	if i := s.named(keys, s.wish.Channels.Facet); i >= 0 && len(keys) > 1 {
		facet = take(i)
	}
	if i := s.named(keys, s.wish.Channels.Color); i >= 0 && len(keys) > 1 {
		color = take(i)
	}
	i := s.named(keys, s.wish.Channels.X)
	if i < 0 {
		i = max(0, slices.IndexFunc(keys, column.ordered))
	}
	x = *take(i)
	for len(keys) > 0 {
		if color == nil {
			color = take(0)
			continue
		}
		facet = take(0)
	}
	return x, color, facet
}

// comparable are the measures that may share an axis with the first: of the same
// unit, or, where none is known, made by the same aggregation.
func comparable(measures []column) []column {
	first := measures[0]
	out := []column{first}
	for _, m := range measures[1:] {
		if m.unit == first.unit && m.percent == first.percent && (m.unit != "" || m.percent || kindOf(m) == kindOf(first)) && len(out) < 3 {
			out = append(out, m)
		}
	}
	return out
}

// kindOf tells apart what is counted from what is added up or averaged.
func kindOf(c column) string {
	switch c.agg() {
	case plan.Count, plan.CountDistinct:
		return "count"
	case "":
		return "value"
	}
	return "aggregate of " + c.of.Column
}

// grant turns the chart into the type that was asked for where the shape can
// carry it.
func (s *shape) grant(c *event.Chart, y column) {
	wanted := s.wish.Type
	if wanted == "" || wanted == c.Type {
		return
	}
	parts := c.Color == "" && c.Facet == "" && len(c.Y) == 1
	switch wanted {
	case "bar":
		c.Stacked = c.Color != "" && y.adds()
	case "histogram":
		wanted = "bar" // of groups that are no ranges
	case "line", "area":
		c.Stacked = wanted == "area" && c.Color != "" && y.adds()
	case "pie":
		if !parts || y.of != nil && y.of.Agg == plan.Avg {
			return
		}
	default:
		return
	}
	if c.Type != wanted {
		c.Type, c.Reason = wanted, "The question asked for it."
	}
}

func crowded() *event.Chart {
	return &event.Chart{Type: "table", Reason: "The result has too many parts for a chart that can be read."}
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
	if c.Facet != "" {
		out += ", for each " + t.label(c.Facet)
	}
	return out
}
