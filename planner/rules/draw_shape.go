package rules

import (
	"slices"
	"strings"

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
	if asked {
		d.dropRows(a)
	}
	if !asked && !slices.ContainsFunc(in.groups, func(t *term) bool { return slices.Contains(a.numbers, t) }) {
		return
	}
	d.countKeys(a)
	if (w.chart == "line" || w.chart == "area") && len(a.keys) == 0 && len(a.measured) == 1 && len(in.groups) == 0 {
		in.trend = true
	}
	switch {
	case d.against(a):
		d.drawPoints(a)
	case d.ofIdentifiers(a):
		in.outs, in.groups, in.trend, in.distribution = d.order(a.keys), nil, false, false
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

// nameDates puts "in each day" and "group by date of issue" together: one date, cut
// into days. Years of a chart are whole numbers.
func (d *draft) nameDates() {
	in := d.in
	at := slices.IndexFunc(in.groups, func(t *term) bool { return t.bucket != "" && t.link.score == 0 })
	if at < 0 || !d.drawing.said() {
		return
	}
	for i, t := range in.groups {
		plain := t.role == asColumn && t.bucket == "" && t.part == "" && t.link.score > 0 && t.link.ref.col >= 0
		if plain && d.p.column(t.link.ref).Type.Temporal() {
			t.bucket = in.groups[at].bucket
			in.groups = slices.Delete(in.groups, at, at+1)
			if i > at {
				i--
			}
			at = i
			break
		}
	}
	if t := in.groups[at]; t.bucket == plan.Year && d.drawing.chart != "" {
		if l, ok := d.dateColumn(nil); t.link.score > 0 || ok && d.p.column(l.ref).Type.Temporal() {
			t.bucket, t.part = "", plan.YearPart
		}
	}
}

// asksChart reports a question that speaks of a chart, or of how things relate or
// are distributed.
func (d *draft) asksChart() bool {
	w := d.drawing
	return w.chart != "" && w.chart != "table" || w.binned || w.command || w.part != "" || d.in.relation || d.in.distribution ||
		slices.ContainsFunc(d.items, func(it *item) bool { return it.channel != "" })
}

// cutDates groups dates by the part that bins were asked for.
func (d *draft) cutDates() {
	part := d.drawing.part
	if part == "" {
		return
	}
	in := d.in
	dated := func(t *term) bool {
		return t.role == asColumn && t.link.score > 0 && t.link.ref.col >= 0 && t.bucket == "" && t.part == "" &&
			(d.p.column(t.link.ref).Type.Temporal() || d.p.column(t.link.ref).year) && t.agg != plan.Min && t.agg != plan.Max
	}
	var date *term
	for _, t := range slices.Concat(in.groups, in.outs) {
		if dated(t) && date == nil {
			c := *t
			date = &c
		}
	}
	if date == nil {
		l, ok := d.dateColumn(nil)
		if !ok {
			return
		}
		date = &term{role: asColumn, link: l, implicit: true}
		d.use(l)
	}
	date.agg, date.distinct = "", false
	in.leftover = slices.DeleteFunc(in.leftover, func(it *item) bool { return oneOf(it.word, "date", "dates", "day", "time") })
	if d.p.column(date.link.ref).Type.Temporal() {
		date.part = part
	}
	in.groups = slices.DeleteFunc(in.groups, dated)
	in.outs = slices.DeleteFunc(in.outs, dated)
	in.groups = append([]*term{date}, slices.DeleteFunc(in.groups, func(t *term) bool { return t.bucket != "" })...)
	in.trend = false
	if len(in.outs) == 0 {
		in.outs = append(in.outs, &term{role: asRows, agg: plan.Count, implicit: true})
	}
	in.counted = true
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
	if d.drawing.chart == "" || d.drawing.chart == "table" || len(a.measured) != 1 || len(a.numbers) > 0 {
		return
	}
	t := a.measured[0]
	if t.role != asColumn || t.agg != plan.CountDistinct || len(d.in.sorts) > 0 {
		return
	}
	named := slices.ContainsFunc(a.keys, func(k *term) bool { return k.link.ref == t.link.ref })
	if !named && (len(a.keys) > 0 || d.drawing.chart == "scatter") {
		return
	}
	if !named {
		k := *t
		k.agg, k.distinct = "", false
		a.keys = append(a.keys, &k)
		d.in.groups = append(d.in.groups, &k)
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
	return slices.ContainsFunc(a.keys, func(t *term) bool {
		if t.bucket != "" || t.part != "" {
			return false
		}
		c := d.p.column(t.link.ref)
		return c.Type.Numeric() && (c.id || c.link)
	})
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

// drawPoints lists two numbers of each row with what names the row and what
// colours it.
func (d *draft) drawPoints(a *attributes) {
	in := d.in
	x, y := a.numbers[1], a.numbers[0]
	if y.it != nil && y.it.channel == "x" || x.it != nil && x.it.channel == "y" {
		x, y = y, x
	}
	in.outs, in.groups, in.trend, in.distribution = nil, nil, false, false
	in.outs = append(in.outs, d.rowName(a)...)
	for _, t := range a.keys {
		if t.bucket == "" && t.part == "" {
			in.outs = append(in.outs, t)
			d.takePlace(t, d.apart(t))
		}
	}
	in.outs = append(in.outs, x, y)
	in.outs = append(in.outs, a.numbers[2:]...)
	d.places["x"] = x.link.ref
	in.chart = "scatter"
}

// rowName is the column that tells the points apart: the key, or else the name.
func (d *draft) rowName(a *attributes) []*term {
	if d.main < 0 {
		return nil
	}
	tb := d.p.tables[d.main]
	col := tb.key
	if col < 0 && len(tb.label) > 0 {
		col = tb.label[0]
	}
	if col < 0 || slices.ContainsFunc(slices.Concat(a.numbers, a.keys), func(t *term) bool { return t.link.ref == (ref{d.main, col}) }) {
		return nil
	}
	return []*term{{role: asColumn, implicit: true, link: link{ref: ref{d.main, col}, score: 1, why: "key"}}}
}

// apart says where a category goes that was given no place: into small charts of
// its own where the question separates by it, else into the colours.
func (d *draft) apart(t *term) string {
	if t.it == nil {
		return "color"
	}
	for k := slices.Index(d.items, t.it) - 1; k >= 0; k-- {
		it := d.items[k]
		if it.kind == kFunction || it.is("distinct") || it.is("when") {
			continue
		}
		if it.is("group") && d.saysApart(it) {
			return "facet"
		}
		break
	}
	if d.drawing.many {
		return "facet"
	}
	return "color"
}

func (d *draft) saysApart(it *item) bool {
	for _, w := range strings.Fields(strings.ToLower(it.text)) {
		if d.p.lex.speech["apart"][w] {
			return true
		}
	}
	return false
}

func (d *draft) takePlace(t *term, channel string) {
	if t.it != nil && t.it.channel != "" {
		channel = t.it.channel
	}
	if _, taken := d.places[channel]; !taken {
		d.places[channel] = t.link.ref
	}
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

// drawBins counts the rows in each range of a number.
func (d *draft) drawBins(a *attributes) {
	in := d.in
	t := *a.numbers[0]
	t.bin = binWidth(d.p.column(t.link.ref), d.drawing)
	t.agg = ""
	in.groups = []*term{&t}
	in.outs = []*term{{role: asRows, agg: plan.Count, implicit: true}}
	in.counted, in.distribution = true, false
	if len(in.sorts) == 0 {
		in.sorts = []*sorter{{term: &t}}
	}
	in.chart = "histogram"
}

// lists reports rows that are drawn one by one: a number for each thing.
func (d *draft) lists(a *attributes) bool {
	return a.rows != nil && len(a.keys) == 0
}

// drawMeasures groups numbers by the keys: amounts are added up, all else is
// averaged.
func (d *draft) drawMeasures(a *attributes) {
	in := d.in
	for _, t := range a.numbers {
		if t.it != nil && t.it.channel == "x" {
			return
		}
		t.agg, t.guessed = plan.Avg, true
		if additive(d.p.column(t.link.ref)) {
			t.agg = plan.Sum
		}
	}
	in.outs = slices.Concat(a.measured, a.numbers)
	in.groups = d.order(a.keys)
	in.counted, in.distribution = true, false
	d.splitMeans()
	in.punish(0.95, "aggregation not named")
}

// drawCounts counts the rows of each key.
func (d *draft) drawCounts(a *attributes) {
	in := d.in
	in.groups = d.order(a.keys)
	in.outs = []*term{{role: asRows, agg: plan.Count, implicit: true}}
	in.counted, in.distribution = true, false
}

// order puts times first.
func (d *draft) order(keys []*term) []*term {
	out := slices.Clone(keys)
	slices.SortStableFunc(out, func(a, b *term) int {
		switch ta, tb := d.timely(a), d.timely(b); {
		case ta && !tb:
			return -1
		case tb && !ta:
			return 1
		}
		return 0
	})
	return out
}

// splitMeans puts the second key of averages, which cannot be stacked, into small
// charts where the question separates by it.
func (d *draft) splitMeans() {
	in := d.in
	if len(in.groups) != 2 || len(d.places) > 0 || d.timely(in.groups[0]) || len(in.outs) != 1 || in.outs[0].agg != plan.Avg {
		return
	}
	if t := in.groups[1]; t.role == asColumn && d.apart(t) == "facet" {
		d.places["facet"] = t.link.ref
	}
}

// axisOrder sorts by the axis the question names.
func (d *draft) axisOrder() {
	w, in := d.drawing, d.in
	if w.order == "" || d.broken != "" {
		return
	}
	var x, y, second *term
	for _, t := range slices.Concat(in.groups, in.outs) {
		switch {
		case t.aggregated():
			y = first(y, t)
		case x == nil:
			x = t
		default:
			second = first(second, t)
		}
	}
	y = first(y, second)
	t := x
	if w.order == "y" && y != nil {
		t = y
	}
	if t != nil {
		in.sorts = []*sorter{{term: t, desc: w.desc}}
	}
}

func first(a, b *term) *term {
	if a != nil {
		return a
	}
	return b
}
