package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// sorts writes the order. A ranked measure is shown as well.
func (d *draft) sorts() {
	q := d.query
	grouped := len(q.GroupBy) > 0
	for _, s := range d.in.sorts {
		if d.broken != "" {
			return
		}
		t := s.term
		if grouped && !t.aggregated() && !d.isGroupKey(t) {
			d.aggregateSort(t, s.desc)
		}
		dir := "asc"
		if s.desc {
			dir = "desc"
		}
		q.OrderBy = append(q.OrderBy, plan.OrderBy{By: d.sortKey(t, s), Direction: dir})
	}
	d.sortByTime()
}

// sortByTime orders buckets when nothing else is asked for.
func (d *draft) sortByTime() {
	if len(d.query.OrderBy) > 0 {
		return
	}
	for i := range d.query.GroupBy {
		e := &d.query.GroupBy[i]
		if e.Bucket != "" || e.Part != "" {
			if e.As == "" {
				e.As = string(e.Bucket) + string(e.Part)
			}
			d.query.OrderBy = append(d.query.OrderBy, plan.OrderBy{By: e.As, Direction: "asc"})
			return
		}
	}
}

func (d *draft) isGroupKey(t *term) bool {
	if t.role == asTable || t.role == asCarried && t.expr.Column == "" {
		return true
	}
	name := d.columnName(t.link.ref)
	return slices.ContainsFunc(d.query.GroupBy, func(e plan.Expr) bool { return e.Column == name })
}

// aggregateSort decides how a plain column ranks groups: a group that is one row
// has one value; otherwise amounts are added up and anything else is a guess.
func (d *draft) aggregateSort(t *term, desc bool) {
	c := d.p.column(t.link.ref)
	if c.id {
		d.in.punish(0.3, "sorted groups by an identifier")
	}
	switch {
	case !c.Type.Numeric() || c.year:
		t.agg = plan.Min
		if desc {
			t.agg = plan.Max
		}
	case additive(c) || d.in.limit > 0:
		t.agg = plan.Sum
		if !additive(c) {
			d.in.punish(d.p.lex.weights["guess_aggregate"], "aggregation not named")
		}
	default:
		t.agg = plan.Avg
		d.in.punish(d.p.lex.weights["guess_aggregate"], "aggregation not named")
	}
}

// sortKey returns the name to sort by, adding an output where there is none.
func (d *draft) sortKey(t *term, s *sorter) string {
	q := d.query
	if t.role == asTable && !t.aggregated() {
		cols := d.entityColumns(t.link.ref.table)
		if len(cols) == 0 {
			d.fail("nothing to sort by")
			return ""
		}
		return d.columnName(cols[len(cols)-1])
	}
	if t.role == asCarried && t.expr.As != "" && slices.ContainsFunc(slices.Concat(q.Select, q.GroupBy), func(x plan.Expr) bool { return x.As == t.expr.As }) {
		return t.expr.As
	}
	var e plan.Expr
	if t.aggregated() {
		e = d.aggregate(t)
	} else {
		e = d.plain(t)
	}
	for _, x := range q.Select {
		if x.Column == e.Column && x.Agg == e.Agg && x.Op == e.Op && x.Of == nil && e.Of == nil && x.Window == nil {
			if x.As != "" {
				return x.As
			}
			return x.Column
		}
	}
	if e.Column != "" && e.Agg == "" && e.Op == "" {
		if !d.in.distinct && len(q.GroupBy) == 0 && s.superlative && len(q.Select) > 0 {
			q.Select = append(q.Select, e)
		}
		return e.Column
	}
	if e.As == "" {
		e.As = "sort_key"
	}
	q.Select = append(q.Select, e)
	return e.As
}

// limit writes the number of rows, per group where groups were asked for.
func (d *draft) limit() {
	q := d.query
	if d.in.top != nil && d.in.limit <= 0 {
		top := *d.in.top
		q.Top, q.OrderBy = &top, nil
		return
	}
	if d.in.limit <= 0 {
		return
	}
	if len(d.in.per) > 0 {
		d.topPerGroup()
		return
	}
	q.Limit = min(d.in.limit, 10000)
	if len(q.OrderBy) == 0 && len(d.in.sorts) > 0 {
		d.fail("a limit without order")
	}
}
