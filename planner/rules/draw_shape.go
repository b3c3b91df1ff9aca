package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// fewValues is up to how many different values a whole number makes categories.
const fewValues = 12

// attributes are the terms of a chart by what they can do in it.
type attributes struct {
	measured []*term // aggregated
	numbers  []*term // numbers that vary freely
	keys     []*term // categories and times
	rows     *term   // the thing itself, each of which is a point
}

// picture turns the intent into what a chart of its attributes shows: two
// numbers against each other, one number in bins, or a measure by its keys. It
// leaves questions alone that neither speak of a chart nor only list attributes.
func (d *draft) picture() {
	in := d.in
	w := d.drawing
	if in.share != nil || len(in.per) > 0 || in.limit > 0 || d.broken != "" {
		return
	}
	d.nameDates()
	d.cutDates()
	d.place()
	asked := d.asksChart()
	if asked {
		d.reclaim()
		d.place()
	}
	a := d.attributes()
	d.countKeys(a)
	if asked {
		d.dropRows(a)
	}
	if !asked && !slices.ContainsFunc(in.groups, func(t *term) bool { return slices.Contains(a.numbers, t) }) {
		return
	}
	if (w.chart == "line" || w.chart == "area") && len(a.keys) == 0 && len(a.measured) == 1 && len(in.groups) == 0 {
		in.trend = true
	}
	switch {
	case d.against(a):
		d.drawPoints(a)
	case d.ofIdentifiers(a):
		in.outs, in.groups, in.trend, in.distribution = d.identifiersLast(a.keys), nil, false, false
		in.punish(0.85, "identifiers drawn as values")
	case d.ofOneNumber(a):
		d.drawBins(a)
	case len(a.keys) > 0 && len(a.numbers) > 0 && !d.lists(a):
		d.drawMeasures(a)
	case len(a.keys) == 2 && len(a.measured) == 1 && len(a.numbers) == 0 && len(in.groups) == 2:
		d.splitMeans()
	case len(a.keys) > 0 && len(a.measured)+len(a.numbers) == 0 && (w.chart != "" || in.distribution || in.counted || w.command && len(a.keys) < 3):
		d.drawCounts(a)
	}
}

// asksChart reports a question that speaks of a chart, or of how things relate or
// are distributed.
func (d *draft) asksChart() bool {
	w := d.drawing
	return w.chart != "" && w.chart != "table" || w.binned || w.command || w.part != "" || d.in.relation || d.in.distribution ||
		slices.ContainsFunc(d.items, func(it *item) bool { return it.channel != "" })
}

// reclaim takes names that found no role in the sentence as attributes of the
// chart: "gross to budget with genre labels".
func (d *draft) reclaim() {
	in := d.in
	var left []*item
	for k, it := range in.leftover {
		tie := it.kind != kName && k+1 < len(in.leftover) && in.leftover[k+1].from == it.to && d.attribute(in.leftover[k+1]) && d.p.lex.speech["tie"][it.word]
		switch {
		case tie:
		case d.attribute(it):
			t := &term{role: asColumn, it: it}
			d.resolveTerm(t)
			if d.varies(d.p.column(t.link.ref)) {
				in.outs = append(in.outs, t)
			} else {
				in.groups = append(in.groups, t)
			}
		default:
			left = append(left, it)
		}
	}
	in.leftover = left
}

// attribute reports a name that is surely one of a column.
func (d *draft) attribute(it *item) bool {
	return it.kind == kName && len(it.cols) > 0 && it.cols[0].score > 0.6 && it.cols[0].score >= top(it.vals)
}

// attributes sorts the terms of the intent.
func (d *draft) attributes() *attributes {
	a := &attributes{}
	seen := map[ref]bool{}
	for _, t := range slices.Concat(d.in.outs, d.in.groups) {
		d.uncount(t)
		switch {
		case t.aggregated():
			a.measured = append(a.measured, t)
			continue
		case t.bucket != "" || t.part != "":
			a.keys = append(a.keys, t)
			continue
		case t.role == asTable:
			a.rows = t
			continue
		case t.role != asColumn || t.link.score == 0 || seen[t.link.ref]:
			continue
		}
		seen[t.link.ref] = true
		switch c := d.p.column(t.link.ref); {
		case d.standsForRows(t, c):
			a.rows = t
		case d.varies(c):
			a.numbers = append(a.numbers, t)
		default:
			a.keys = append(a.keys, t)
		}
	}
	byPlace := func(x, y *term) int { return position(x) - position(y) }
	slices.SortStableFunc(a.numbers, byPlace)
	slices.SortStableFunc(a.keys, byPlace)
	return a
}

// uncount takes "number of cylinders" as the column that holds it where that is
// a category, and "number of models" as the number of rows where models are what
// the rows are.
func (d *draft) uncount(t *term) {
	if !d.asksChart() && len(d.in.groups) == 0 || t.role != asColumn || t.link.score == 0 || t.link.ref.col < 0 {
		return
	}
	c := d.p.column(t.link.ref)
	switch {
	case d.asksChart() && t.counts && t.agg == plan.Sum && !d.varies(c):
		t.agg, t.counts = "", false
		d.in.penalty /= countedNumber
	case t.agg == plan.CountDistinct && !t.distinct && d.standsForRows(t, c):
		*t = term{role: asRows, agg: plan.Count, it: t.it}
	}
}

func position(t *term) int {
	if t.it == nil {
		return 1 << 20
	}
	return t.it.from
}

// varies reports a number with so many values that each is no category.
func (d *draft) varies(c *column) bool {
	if !c.Type.Numeric() || c.id || c.link || yearlike(c) {
		return false
	}
	return c.Type == catalog.Decimal || c.Profile == nil || c.Profile.Distinct > fewValues
}

// yearlike reports whole numbers that a person would call years.
func yearlike(c *column) bool {
	return c.year || c.Type == catalog.Integer && slices.Contains(c.words, "year")
}

// standsForRows reports a column that names the rows, as in "budget by gross for
// each movie": each is a point rather than a category.
func (d *draft) standsForRows(t *term, c *column) bool {
	tb := d.p.tables[t.link.ref.table]
	if t.link.ref.table != d.main || c.Type != catalog.Text {
		return false
	}
	many := c.Profile == nil || tb.Rows > 0 && c.Profile.Distinct*2 > tb.Rows && c.Profile.Distinct > 60
	named := c.unique || slices.Contains(tb.label, t.link.ref.col) || len(tb.label) == 0 || tb.label[0] == tb.key
	return many && named
}

// against reports two numbers of each row, to be drawn as points.
func (d *draft) against(a *attributes) bool {
	w := d.drawing.chart
	if w != "" && w != "scatter" || len(a.measured) > 0 || d.in.counted && w == "" {
		return false
	}
	if w == "scatter" || d.in.relation && len(a.keys)+len(a.numbers) >= 2 {
		d.promote(a, w == "scatter")
	}
	return len(a.numbers) >= 2 && (w == "scatter" || !slices.ContainsFunc(a.keys, d.timely))
}

// dropRows leaves out what only names the rows where rows are counted or measured
// by something else: "the model count by origin".
func (d *draft) dropRows(a *attributes) {
	if a.rows == nil || a.rows.role != asColumn || len(a.keys) == 0 || len(a.measured) == 0 {
		return
	}
	isRows := func(t *term) bool { return t == a.rows }
	d.in.outs = slices.DeleteFunc(d.in.outs, isRows)
	d.in.groups = slices.DeleteFunc(d.in.groups, isRows)
}

// countKeys counts rows where a chart of one bar would count what the bars are:
// "a pie of the number of industries".
func (d *draft) countKeys(a *attributes) {
	if len(a.measured) != 1 || len(a.numbers) > 0 {
		return
	}
	t := a.measured[0]
	if t.role != asColumn || t.agg != plan.CountDistinct || len(d.in.sorts) > 0 {
		return
	}
	named := slices.ContainsFunc(a.keys, func(k *term) bool { return k.link.ref == t.link.ref })
	chart := d.drawing.chart
	if !named && (len(a.keys) > 0 || chart == "" || chart == "table" || chart == "scatter") {
		return
	}
	if !named {
		k := *t
		k.agg, k.distinct = "", false
		a.keys = append(a.keys, &k)
		d.in.groups = append(d.in.groups, &k)
		d.in.punish(0.85, "counted for each rather than in all")
	}
	*t = term{role: asRows, agg: plan.Count, implicit: true}
}

// ofIdentifiers reports keys that are numbers without a measure: "the change of
// invoice number over date". Each row is drawn; counting them would say one of
// each.
func (d *draft) ofIdentifiers(a *attributes) bool {
	w := d.drawing.chart
	if len(a.keys) < 2 || len(a.measured)+len(a.numbers) > 0 || d.in.counted || w == "pie" || w == "scatter" || w == "" && !d.in.relation {
		return false
	}
	return slices.ContainsFunc(a.keys, d.identifier)
}

func (d *draft) identifier(t *term) bool {
	if t.role != asColumn || t.bucket != "" || t.part != "" || t.link.ref.col < 0 {
		return false
	}
	c := d.p.column(t.link.ref)
	return c.Type.Numeric() && (c.id || c.link)
}

// promote makes numbers of keys that are numbers, until there are two: of
// identifiers, and where points are asked for of any.
func (d *draft) promote(a *attributes, anyNumber bool) {
	for i := 0; i < len(a.keys) && len(a.numbers) < 2; i++ {
		t := a.keys[i]
		if !anyNumber && (t.bucket != "" || t.part != "" || !d.p.column(t.link.ref).id) {
			continue
		}
		if t.bucket != "" || t.part != "" || !d.p.column(t.link.ref).Type.Numeric() || t.it != nil && (t.it.channel == "color" || t.it.channel == "facet") {
			continue
		}
		a.numbers = append(a.numbers, t)
		a.keys = slices.Delete(a.keys, i, i+1)
		i--
	}
}

// timely reports a key that is a time.
func (d *draft) timely(t *term) bool {
	if t.bucket != "" || t.part != "" {
		return true
	}
	c := d.p.column(t.link.ref)
	return c.Type.Temporal() || yearlike(c)
}

// ofOneNumber reports a question for how often the values of one number occur.
func (d *draft) ofOneNumber(a *attributes) bool {
	in, w := d.in, d.drawing
	if len(a.numbers) != 1 || len(a.keys) > 0 || w.chart == "scatter" || w.chart == "line" || w.chart == "pie" {
		return false
	}
	counted := len(a.measured) == 1 && (a.measured[0].role == asRows || a.measured[0].role == asTable) && a.measured[0].agg == plan.Count
	return len(a.measured) == 0 && (w.chart != "" || in.distribution || w.binned) || counted
}

// lists reports rows that are drawn one by one: a number for each thing.
func (d *draft) lists(a *attributes) bool {
	return a.rows != nil && len(a.keys) == 0
}
