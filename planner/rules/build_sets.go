package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// sets finds conditions that no single row can meet, such as a cat and a dog, or
// the years 2023 and 2024, and has each of them met by a row of its own: related
// rows of what is listed, or other rows with the value that is listed.
func (d *draft) sets() {
	in := d.in
	done := false
	d.route()
	for _, c := range in.conds {
		if c.all && len(c.values) > 1 {
			done = d.spread(c) || done
		}
	}
	for i, a := range in.conds {
		for _, b := range in.conds[i+1:] {
			if a.apart == nil && b.apart == nil && exclude(a, b) {
				done = d.part(a, b) || done
			}
		}
	}
	switch {
	case !in.both || done:
	case slices.ContainsFunc(in.conds, func(c *condition) bool { return c.all }):
		in.punish(0.3, "both values at once")
	default:
		in.punish(0.9, "both")
	}
}

// exclude reports two conditions on one column that cannot hold in one row.
func exclude(a, b *condition) bool {
	if a.left == nil || b.left == nil || b.or || a.no || b.no || a.share != b.share || a.left.aggregated() || b.left.aggregated() || a.raw != nil || b.raw != nil {
		return false
	}
	if a.left.link.ref != b.left.link.ref || a.left.link.ref.col < 0 || a.left.link.score == 0 {
		return false
	}
	switch {
	case len(a.values) == 1 && len(b.values) == 1:
		return a.values[0].value != b.values[0].value
	case a.period != nil && b.period != nil:
		return a.op == plan.Equal && b.op == plan.Equal && a.period.relative == nil && b.period.relative == nil && !a.period.start.Equal(b.period.start)
	case a.text != "" && b.text != "" && len(a.numbers)+len(b.numbers) == 0:
		return a.op == plan.Equal && b.op == plan.Equal && a.text != b.text
	case len(a.numbers) == 1 && len(b.numbers) == 1 && a.period == nil && b.period == nil:
		x, y := a.numbers[0], b.numbers[0]
		return a.op == plan.Equal && b.op == plan.Equal && x != y || above(a.op) && below(b.op) && x >= y || below(a.op) && above(b.op) && x <= y
	}
	return false
}

func above(op plan.FilterOp) bool { return op == plan.Greater || op == plan.GreaterOrEqual }
func below(op plan.FilterOp) bool { return op == plan.Less || op == plan.LessOrEqual }

// spread turns a condition with several values, all of which shall occur, into
// one condition each. Without "both", values of the listed rows themselves stay
// alternatives: customers in Bergen and Oslo.
func (d *draft) spread(c *condition) bool {
	away := d.awayFrom(c)
	if !away && !d.in.both {
		d.in.punish(0.65, "either value or both")
		return false
	}
	var parts []*condition
	for _, v := range c.values {
		if slices.ContainsFunc(parts, func(p *condition) bool { return p.values[0].value == v.value }) {
			continue
		}
		one := *c
		one.values, one.op, one.all = []link{v}, plan.Equal, false
		parts = append(parts, &one)
	}
	if len(parts) < 2 || !d.part(parts...) {
		d.in.punish(0.65, "either value or both")
		return false
	}
	at := slices.Index(d.in.conds, c)
	d.in.conds = slices.Replace(slices.Clone(d.in.conds), at, at+1, parts...)
	return true
}

// awayFrom reports that the condition is on rows of which each listed row has
// several.
func (d *draft) awayFrom(c *condition) bool {
	t := c.left.link.ref.table
	if t == d.main || slices.ContainsFunc(d.in.outs, func(o *term) bool { return o.link.score > 0 && o.link.ref.table == t }) {
		return false
	}
	return slices.ContainsFunc(d.p.path([]int{d.main}, t), func(s step) bool { return s.down })
}

// part gives each condition rows of its own; false when it is not clear whose.
func (d *draft) part(conds ...*condition) bool {
	first := conds[0]
	if d.awayFrom(first) {
		t := first.left.link.ref.table
		path := d.p.path([]int{d.main}, t)
		with := d.alongside(t, conds)
		for _, c := range conds {
			c.apart, c.with = path, with
		}
		return true
	}
	shared, ok := d.sharedColumn(first.left.link.ref)
	if !ok {
		return false
	}
	for _, c := range conds[1:] {
		own := step{edge: edge{from: shared, to: shared}, down: true}
		c.apart = []step{own}
	}
	d.in.distinct = true
	return true
}

// alongside are the other conditions on the rows of a table, which each of the
// rows asked for shall meet: English and French as official languages.
func (d *draft) alongside(t int, conds []*condition) []*condition {
	var out []*condition
	for _, c := range d.in.conds {
		if slices.Contains(conds, c) || c.exists != nil || c.raw != nil || c.left == nil || c.left.aggregated() || c.left.link.ref.table != t || c.inside || c.apart != nil || c.all {
			continue
		}
		c.inside = true
		out = append(out, c)
	}
	return out
}

// sharedColumn is the only column listed, when it belongs to the table of the
// condition and does not tell its rows apart: countries with a singer above 40
// and one below 30.
func (d *draft) sharedColumn(on ref) (ref, bool) {
	if len(d.in.outs) != 1 || len(d.in.groups) > 0 || on.table != d.main {
		return ref{}, false
	}
	o := d.in.outs[0]
	if o.role != asColumn || o.aggregated() || o.link.score == 0 || o.link.ref.table != on.table || o.link.ref == on || d.p.column(o.link.ref).unique {
		return ref{}, false
	}
	return o.link.ref, true
}

// apartFilter writes a condition that was given rows of its own.
func (d *draft) apartFilter(c *condition) []plan.Filter {
	one := *c
	path := one.apart
	one.apart = nil
	inner := d.filters(&one)
	for _, w := range one.with {
		inner = append(inner, d.filters(w)...)
	}
	for i := len(path) - 1; i >= 0; i-- {
		inner = []plan.Filter{{Exists: d.exists(path[i], inner)}}
		if t := path[i].target(); t != d.main {
			d.nested = append(d.nested, t)
		}
	}
	return inner
}
