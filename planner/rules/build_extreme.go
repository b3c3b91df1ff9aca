package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// extremes turns superlatives that say which rows are meant, rather than which to
// list first, into conditions: the voyages of the longest boat are all voyages of
// the boats as long as the longest.
func (d *draft) extremes() {
	in := d.in
	if in.limit > 1 || len(in.groups) > 0 {
		return
	}
	var keep []*sorter
	for _, s := range in.sorts {
		if !s.superlative || s.term == nil || !d.singlesOut(s.term) {
			keep = append(keep, s)
			continue
		}
		right := &term{role: asColumn, it: s.term.it, agg: plan.Min, numeric: true, link: s.term.link}
		if s.desc {
			right.agg = plan.Max
		}
		left := &term{role: asColumn, it: s.term.it, link: s.term.link}
		in.conds = append(in.conds, &condition{left: left, op: plan.Equal, right: right, after: s.term.it.from})
		in.limit = 0
	}
	in.sorts = keep
}

// singlesOut reports a superlative whose column belongs to what the listed or
// counted rows point to, several to one, or that stands within a count.
func (d *draft) singlesOut(t *term) bool {
	if t.aggregated() || t.link.score == 0 || t.link.ref.col < 0 || t.it == nil || d.main < 0 {
		return false
	}
	counted := len(d.in.outs) > 0 && !slices.ContainsFunc(d.in.outs, func(o *term) bool { return !o.aggregated() })
	if counted {
		return t.link.ref.table != d.main && !d.joinedByAnd(t.it) && !d.repeatsOnTheWay(t.link.ref.table)
	}
	if t.link.ref.table == d.main || len(d.in.outs) == 0 || slices.ContainsFunc(d.in.outs, func(o *term) bool { return o.aggregated() || o.link.ref.table == t.link.ref.table }) {
		return false
	}
	path := d.p.path([]int{d.main}, t.link.ref.table)
	several := slices.ContainsFunc(path, func(s step) bool { return !s.down && !d.p.column(s.edge.from).unique })
	return several && !d.repeatsOnTheWay(t.link.ref.table)
}

func (d *draft) repeatsOnTheWay(t int) bool {
	path := d.p.path([]int{d.main}, t)
	return len(path) == 0 || slices.ContainsFunc(path, func(s step) bool { return s.down })
}
