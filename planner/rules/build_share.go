package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// share writes a part of a whole: rows that meet the conditions said after it
// among all rows, a rate of a yes/no column, or each group's part of the total.
func (d *draft) share() {
	in := d.in
	if in.share == nil || d.broken != "" {
		return
	}
	if !slices.ContainsFunc(in.conds, func(c *condition) bool { return c.share }) {
		for _, c := range in.conds {
			c.share = c.early
		}
	}
	var where []plan.Filter
	var rest []*condition
	for _, c := range in.conds {
		if c.share && c.exists == nil && c.left != nil && !c.left.aggregated() {
			where = append(where, d.filters(c)...)
			continue
		}
		rest = append(rest, c)
	}
	in.conds = rest
	d.doubtfulShare(where)
	switch {
	case len(where) > 0:
		d.query.Select = append(d.query.Select, d.ratio(where))
	case len(d.query.GroupBy) > 0 && in.share.word != "rate" && in.share.word != "rates" && in.share.word != "ratio":
		e := plan.Expr{Agg: plan.Count, Window: &plan.Window{Kind: plan.Share}, As: "share"}
		if n := len(d.query.Select); n > 0 && d.query.Select[n-1].Agg != "" && d.query.Select[n-1].Op == "" {
			e = d.query.Select[n-1]
			e.Window, e.As = &plan.Window{Kind: plan.Share}, "share"
		}
		d.query.Select = append(d.query.Select, e)
	case d.twoNumbers():
		n := len(d.query.Select)
		left, right := d.query.Select[n-2], d.query.Select[n-1]
		left.As, right.As = "", ""
		d.query.Select = append(d.query.Select, plan.Expr{Op: plan.Divide, Left: &left, Right: &right, As: "ratio"})
	default:
		d.fail("a share of what")
	}
}

// twoNumbers reports a ratio of two numbers that the question names: "the ratio of
// price to cost".
func (d *draft) twoNumbers() bool {
	q := d.query
	if n := len(q.Select); d.in.share.word != "ratio" || n < 2 || isAggregate(&q.Select[n-2]) != isAggregate(&q.Select[n-1]) {
		return false
	}
	for _, e := range q.Select[len(q.Select)-2:] {
		if e.Window != nil || e.Agg == "" && (e.Column == "" || len(q.GroupBy) > 0 || !d.numericColumn(e.Column)) {
			return false
		}
	}
	return true
}

func (d *draft) numericColumn(name string) bool {
	r, ok := d.p.columnRef(name)
	return ok && d.p.column(r).Type.Numeric() && !d.p.column(r).id
}

// doubtfulShare punishes shares whose part and whole are not clear: two
// conditions on one column, a condition on either side, a ratio of two things.
func (d *draft) doubtfulShare(where []plan.Filter) {
	in := d.in
	early, late := 0, 0
	for _, c := range in.conds {
		if c.early && len(c.values) > 0 {
			early++
		}
	}
	for i, f := range where {
		for _, g := range where[i+1:] {
			if f.Column == g.Column && f.Column != "" && f.Op != plan.GreaterOrEqual {
				late += 2
			}
		}
	}
	if len(in.tables) > 1 && len(where) == 0 {
		late += 2
	}
	if early > 0 && len(where) > 0 && where[0].Value != true || late > 1 || in.share.class == "ratio" {
		in.punish(0.4, "part and whole are not clear")
	}
}

func (d *draft) ratio(where []plan.Filter) plan.Expr {
	part := &plan.Expr{Agg: plan.Count, Where: where}
	whole := &plan.Expr{Agg: plan.Count}
	if d.in.percent {
		part = &plan.Expr{Op: plan.Multiply, Left: &plan.Expr{Value: float64(100)}, Right: part}
		return plan.Expr{Op: plan.Divide, Left: part, Right: whole, As: "percentage"}
	}
	return plan.Expr{Op: plan.Divide, Left: part, Right: whole, As: "rate"}
}
