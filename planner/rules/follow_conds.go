package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// settle drops earlier conditions that the follow-up's own replace.
func (d *draft) settle() {
	in := d.in
	var fresh []*condition
	for _, c := range in.conds {
		if c.raw == nil && c.left != nil && !c.left.aggregated() && c.left.link.ref.col >= 0 && c.exists == nil {
			fresh = append(fresh, c)
		}
	}
	in.conds = slices.DeleteFunc(in.conds, func(c *condition) bool {
		if c.raw == nil || c.left != nil {
			return false
		}
		if f := d.joinsValues(fresh, c.raw); f != nil {
			f.beside = c.raw
			return true
		}
		cols := d.p.columnsOfFilter(c.raw)
		return slices.ContainsFunc(fresh, func(f *condition) bool { return slices.Contains(cols, f.left.link.ref) && d.replaces(f, c.raw) })
	})
}

// replaces decides whether a new condition on a column stands for an old one.
func (d *draft) replaces(f *condition, old *plan.Filter) bool {
	switch {
	case d.in.cues.swap, f.period != nil && d.p.column(f.left.link.ref).Type.Temporal():
		return true
	case len(f.values) > 0 && f.no:
		return old.Op == plan.Equal
	case len(f.values) > 0, f.truth:
		return old.Op == plan.Equal || old.Op == plan.In || old.Op == plan.NotEqual || old.Exists != nil && !d.in.cues.refer && !d.in.cues.add
	case len(f.numbers) > 0:
		return sameSide(f.op, old.Op)
	}
	return false
}

func sameSide(a, b plan.FilterOp) bool {
	up := func(o plan.FilterOp) bool { return o == plan.Greater || o == plan.GreaterOrEqual }
	down := func(o plan.FilterOp) bool { return o == plan.Less || o == plan.LessOrEqual }
	return a == b || up(a) && up(b) || down(a) && down(b) || b == plan.Equal || a == plan.Equal
}

// followMain chooses the main table: the earlier one while its measures stay.
func (d *draft) followMain() int {
	in, e := d.in, d.in.prev
	carried := slices.ContainsFunc(in.outs, func(t *term) bool { return t.role == asCarried && t.aggregated() }) ||
		slices.ContainsFunc(in.sorts, func(s *sorter) bool { return s.term != nil && s.term.role == asCarried && s.term.aggregated() }) ||
		slices.ContainsFunc(in.conds, func(c *condition) bool { return c.raw != nil && c.left != nil })
	if carried {
		return e.main
	}
	if m := d.mainTable(); m >= 0 {
		return m
	}
	return e.main
}

// recall notes the tables of the earlier plan as in use.
func (d *draft) recall() {
	for _, t := range d.in.prev.tables {
		d.used[t]++
	}
}

// keepJoins restores how the earlier plan joined its tables.
func (d *draft) keepJoins() {
	e := d.in.prev
	for i := range d.query.Joins {
		j := &d.query.Joins[i]
		for _, old := range e.plan.Joins {
			if old.Table == j.Table && len(old.On) > 0 && e.plan.Table == d.query.Table {
				j.On = slices.Clone(old.On)
			}
		}
	}
}

// related reports that a table is named as something the things shown have:
// "which of them have pets", not "which pets".
func (d *draft) related(it *item) bool {
	at := slices.Index(d.items, it)
	if at < 1 {
		return false
	}
	prev := d.items[at-1]
	switch {
	case prev.kind == kUnknown:
		return true
	case prev.kind != kFunction:
		return false
	}
	switch prev.word {
	case "is", "are", "was", "were":
		asks := func(x *item) bool { return x.is("which") || x.is("who") }
		return d.in.cues.refer && slices.ContainsFunc(d.items[:at], asks)
	case "of", "what", "whats", "do", "does", "did":
		return false
	}
	return true
}

// joinsValues reads "also those in 2015": the new value is allowed beside the old
// ones. It returns the condition that has it.
func (d *draft) joinsValues(fresh []*condition, old *plan.Filter) *condition {
	if !d.in.cues.add || old.Op != plan.Equal && old.Op != plan.In || old.Column == "" {
		return nil
	}
	for _, f := range fresh {
		if d.columnName(f.left.link.ref) == old.Column && !f.no && f.op == plan.Equal && (len(f.values) > 0 || len(f.numbers) == 1) {
			return f
		}
	}
	return nil
}

// keepFilter writes a condition of the earlier plan.
func (d *draft) keepFilter(c *condition) {
	q := d.query
	if c.left == nil {
		q.Filters = append(q.Filters, *c.raw.Clone())
		return
	}
	if len(q.GroupBy) == 0 {
		d.havingGroups()
	}
	q.Having = append(q.Having, *c.raw.Clone())
}
