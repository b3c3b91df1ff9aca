package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// identifiersLast puts the axis first and what is drawn along it last.
func (d *draft) identifiersLast(keys []*term) []*term {
	out := d.order(keys)
	slices.SortStableFunc(out, func(a, b *term) int {
		x, y := d.identifier(a), d.identifier(b)
		switch {
		case x && !y:
			return 1
		case y && !x:
			return -1
		}
		return 0
	})
	return out
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
		case second == nil || d.identifier(t) && !d.identifier(second):
			second = t
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
