package rules

import (
	"slices"
	"strconv"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// conditions writes filters and having.
func (d *draft) conditions() {
	q := d.query
	d.sets()
	d.contradictions()
	var wasHaving bool
	for _, c := range d.in.conds {
		if d.broken != "" {
			return
		}
		if c.inside {
			continue
		}
		if c.raw != nil {
			d.keepFilter(c)
			continue
		}
		fs := d.filters(c)
		if c.beside != nil {
			fs = []plan.Filter{{Or: []plan.Filter{*c.beside.Clone(), oneFilter(fs)}}}
		}
		having := c.left != nil && c.left.aggregated()
		target := &q.Filters
		if having {
			target = &q.Having
			if len(q.GroupBy) == 0 {
				d.havingGroups()
			}
		}
		if c.or && len(*target) > 0 && having == wasHaving {
			last := (*target)[len(*target)-1]
			alt := oneFilter(fs)
			if len(last.Or) > 0 {
				last.Or = append(last.Or, alt)
			} else {
				last = plan.Filter{Or: []plan.Filter{last, alt}}
			}
			(*target)[len(*target)-1] = last
		} else {
			*target = append(*target, fs...)
		}
		wasHaving = having
	}
}

// contradictions punishes two different values asked of one column at once: the
// question means something else, such as things that have both.
func (d *draft) contradictions() {
	for i, a := range d.in.conds {
		for _, b := range d.in.conds[i+1:] {
			if a.left == nil || b.left == nil || b.or || a.no || b.no || a.share != b.share || a.apart != nil || b.apart != nil {
				continue
			}
			if a.period != nil && b.period != nil && a.left.link.ref == b.left.link.ref && a.op == plan.Equal && b.op == plan.Equal {
				d.in.punish(0.3, "two times at once")
			}
			if len(a.values) > 0 && len(b.values) > 0 && a.left.link.ref == b.left.link.ref && a.values[0].value != b.values[0].value {
				d.in.punish(0.3, "two values at once")
			}
		}
	}
}

func oneFilter(fs []plan.Filter) plan.Filter {
	if len(fs) == 1 {
		return fs[0]
	}
	return plan.Filter{And: fs}
}

// havingGroups groups a listing by what it lists, so that "customers with more
// than 5 orders" has groups to count in.
func (d *draft) havingGroups() {
	q := d.query
	var keep []plan.Expr
	for _, e := range q.Select {
		if isAggregate(&e) {
			keep = append(keep, e)
			continue
		}
		if r, ok := d.p.columnRef(e.Column); ok {
			if k, ok := d.namesake(&term{listed: true, link: link{ref: r}}); ok {
				d.addGroup(plan.Expr{Column: d.columnName(k)})
			}
		}
		d.addGroup(e)
	}
	q.Select = keep
	if d.in.subject != nil {
		t := d.in.subject.tabs[0].ref.table
		if k := d.p.tables[t].key; k >= 0 && len(keep) == 0 {
			d.addGroup(plan.Expr{Column: d.columnName(ref{t, k})})
		}
	}
	if len(q.GroupBy) == 0 || len(keep) > 0 {
		d.fail("a condition on groups without groups")
	}
}

// filters writes one condition.
func (d *draft) filters(c *condition) []plan.Filter {
	if c.exists != nil {
		return d.notExists(c)
	}
	if c.apart != nil {
		return d.apartFilter(c)
	}
	if c.no && c.left != nil && !c.left.aggregated() && c.left.link.ref.col >= 0 && c.left.link.ref.table != d.main {
		if path := d.p.path([]int{d.main}, c.left.link.ref.table); slices.ContainsFunc(path, func(s step) bool { return s.down }) {
			return d.noneOf(c, path)
		}
	}
	f := plan.Filter{Op: c.op}
	l := c.left
	if l == nil {
		d.fail("a condition without a left side")
		return nil
	}
	if l.aggregated() {
		e := d.aggregate(l)
		e.As = ""
		f.Expr = &e
		if len(c.numbers) == 0 {
			d.fail("a group condition needs a number")
			return nil
		}
		f.Value = numberValue(c.numbers)
		return negate(c, []plan.Filter{f})
	}
	if l.role == asSpan {
		e := d.span(l)
		f.Expr = &e
		f.Value = numberValue(c.numbers)
		return negate(c, []plan.Filter{f})
	}
	if l.link.score == 0 || l.link.ref.col < 0 {
		d.fail("a condition without a column")
		return nil
	}
	f.Column = d.columnName(l.link.ref)
	return d.columnFilter(f, c, d.p.column(l.link.ref))
}

// columnFilter completes a filter on a plain column.
func (d *draft) columnFilter(f plan.Filter, c *condition, col *column) []plan.Filter {
	switch {
	case len(c.values) > 0:
		return []plan.Filter{valueFilter(f, c)}
	case c.truth:
		f.Value = col.truth.yes
		if c.no {
			f.Value = col.truth.no
		}
		return []plan.Filter{f}
	case c.period != nil && col.Type.Temporal():
		return negate(c, c.period.filters(f.Column, c.op, col.Type == catalog.Timestamp))
	case c.right != nil:
		f.Right = d.rightOf(c)
		return negate(c, []plan.Filter{f})
	case c.op == plan.IsNull || c.op == plan.NotNull:
		return negate(c, []plan.Filter{f})
	case len(c.numbers) > 0 && (col.Type.Numeric() || c.text == ""):
		if !col.Type.Numeric() {
			if col.Type != catalog.Text || c.op != plan.Equal && c.op != plan.NotEqual {
				d.fail("not a number: " + col.Name)
				return nil
			}
			f.Value = strconv.FormatFloat(c.numbers[0], 'f', -1, 64)
			return negate(c, []plan.Filter{f})
		}
		f.Value = numberValue(c.numbers)
		return negate(c, []plan.Filter{f})
	case c.text != "":
		if col.Type != catalog.Text {
			d.fail("not text: " + col.Name)
			return nil
		}
		f.Value = c.text
		return negate(c, []plan.Filter{f})
	}
	d.fail("a condition without a value")
	return nil
}

func numberValue(n []float64) any {
	if len(n) == 1 {
		return n[0]
	}
	return []any{n[0], n[1]}
}

func negate(c *condition, fs []plan.Filter) []plan.Filter {
	if !c.no {
		return fs
	}
	if len(fs) == 1 {
		flip := map[plan.FilterOp]plan.FilterOp{plan.Equal: plan.NotEqual, plan.NotEqual: plan.Equal, plan.Less: plan.GreaterOrEqual, plan.Greater: plan.LessOrEqual, plan.LessOrEqual: plan.Greater, plan.GreaterOrEqual: plan.Less, plan.IsNull: plan.NotNull, plan.NotNull: plan.IsNull, plan.In: plan.NotIn}
		if op, ok := flip[fs[0].Op]; ok && fs[0].Period == nil {
			f := fs[0]
			f.Op = op
			return []plan.Filter{f}
		}
	}
	one := oneFilter(fs)
	return []plan.Filter{{Not: &one}}
}

// valueFilter writes one or several values of a column.
func valueFilter(f plan.Filter, c *condition) plan.Filter {
	var values []any
	for _, v := range c.values {
		if !slices.Contains(values, any(v.value)) {
			values = append(values, v.value)
		}
	}
	switch {
	case len(values) == 1 && c.no:
		f.Op, f.Value = plan.NotEqual, values[0]
	case len(values) == 1:
		f.Op, f.Value = plan.Equal, values[0]
	case c.no:
		f.Op, f.Value = plan.NotIn, values
	default:
		f.Op, f.Value = plan.In, values
	}
	return f
}

// notExists writes "without any orders".
func (d *draft) notExists(c *condition) []plan.Filter {
	t, ok := d.tableOf(c.exists)
	if !ok {
		d.fail("no table")
		return nil
	}
	var inside []plan.Filter
	for _, other := range d.in.conds {
		if other != c && other.exists == nil && other.after > c.after && other.left != nil && !other.left.aggregated() && other.left.link.ref.table == t && !other.inside {
			inside = append(inside, d.filters(other)...)
			other.inside = true
		}
	}
	path := d.p.path([]int{d.main}, t)
	if len(path) == 0 {
		d.fail("no relation to " + c.exists.text)
		return nil
	}
	// Related in several ways, as harbours are to voyages that start and that end
	// there: none by any of them.
	var none []plan.Filter
	for _, s := range d.p.stepsFrom(d.main) {
		if s.target() == t {
			none = append(none, d.noneAlong([]step{s}, inside)...)
		}
	}
	if len(none) > 1 {
		d.in.punish(0.9, "several relations to "+c.exists.text)
		return none
	}
	return d.noneAlong(path, inside)
}

// noneAlong denies that a chain of related rows ends in one that passes inner.
// What only bridges to the last table may be left out: a student without pets
// has no row in the table that joins them either.
func (d *draft) noneAlong(path []step, inner []plan.Filter) []plan.Filter {
	for i := len(path) - 1; i >= 0; i-- {
		inner = []plan.Filter{{Exists: d.exists(path[i], inner)}}
		d.nested = append(d.nested, path[i].target())
	}
	return []plan.Filter{{Not: &inner[0]}}
}

// noneOf writes "do not have a cat": no related row has the value.
func (d *draft) noneOf(c *condition, path []step) []plan.Filter {
	yes := *c
	yes.no = false
	return d.noneAlong(path, d.filters(&yes))
}

func (d *draft) exists(s step, filters []plan.Filter) *plan.Exists {
	j := d.p.joinPlan(s)
	return &plan.Exists{Table: j.Table, On: j.On, Filters: filters}
}
