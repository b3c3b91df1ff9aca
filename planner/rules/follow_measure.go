package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// anotherMeasure reads "and humidity?" after an average temperature: a number that
// is named alone is measured as the one before was. It reports whether that is
// what the follow-up says.
func (d *draft) anotherMeasure() bool {
	in, e := d.in, d.in.prev
	shown := measures(e.outs)
	if len(shown) == 0 || in.cues.refer || len(in.outs) == 0 || len(in.bareAggs) > 0 {
		return false
	}
	x := shown[len(shown)-1].expr
	if x == nil || x.Column == "" || x.Agg == "" || x.Agg == plan.Count || x.Agg == plan.CountDistinct {
		return false
	}
	if !slices.ContainsFunc(in.outs, func(t *term) bool { return t.it != nil }) {
		return false
	}
	for _, t := range in.outs {
		if t.aggregated() || t.role != asColumn || t.it == nil || !d.p.measurable(t.it) {
			return false
		}
	}
	for _, t := range in.outs {
		t.agg, t.fraction, t.numeric = x.Agg, x.Percentile, true
	}
	in.groups, in.keepSorts = slices.Clone(e.groups), false
	if in.cues.add {
		in.outs = append(shown, in.outs...)
	}
	return true
}

// measurable reports a mention whose columns are all numbers that can be averaged.
func (p *Planner) measurable(it *item) bool {
	return len(it.cols) > 0 && !slices.ContainsFunc(it.cols, func(l link) bool {
		if l.ref.col < 0 || l.isVal {
			return true
		}
		c := p.column(l.ref)
		return !c.Type.Numeric() || c.id || c.year || c.truth != nil
	})
}

// namesShownPeriod takes "month" off what was not understood where one row a month
// is on show: "which month had the most".
func (d *draft) namesShownPeriod() {
	in := d.in
	in.leftover = slices.DeleteFunc(in.leftover, func(it *item) bool {
		unit, ok := unitOf(it.word)
		return ok && slices.ContainsFunc(in.prev.groups, func(t *term) bool {
			return t.expr != nil && string(t.expr.Bucket) == string(unit)
		})
	})
}
