package compile

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// checkGrouping demands that a grouped plan shows, filters and sorts only what a
// group has: its keys and aggregations.
func checkGrouping(q *query) error {
	if !q.grouped {
		if len(q.having) > 0 {
			return invalid(q.path.Key("having"), "The plan has no groups for \"having\" to filter.").
				WithHint("Use filters, or add group_by or an aggregation.")
		}
		return nil
	}
	keys := map[string]bool{}
	for _, k := range q.keys {
		keys[q.id(k.of)] = true
	}
	check := groupCheck{q: q, keys: keys}
	for _, o := range q.outputs {
		if err := check.expr(o.of); err != nil {
			return err
		}
	}
	eachInConds(q.having, func(x *expr) bool { check.visit(x); return check.descend(x) })
	if check.err != nil {
		return check.err
	}
	for _, k := range q.order {
		if err := check.expr(k.of); err != nil {
			return err
		}
	}
	if q.top == nil {
		return nil
	}
	for _, x := range slices.Concat(q.top.per, []*expr{q.top.by.of}) {
		if err := check.expr(x); err != nil {
			return err
		}
	}
	return nil
}

// groupCheck looks for columns of rows that are lost in a group.
type groupCheck struct {
	q    *query
	keys map[string]bool
	err  error
}

func (g *groupCheck) expr(x *expr) error {
	each(x, func(part *expr) bool { g.visit(part); return g.descend(part) })
	return g.err
}

// descend leaves out what a group has whole: keys and aggregations.
func (g *groupCheck) descend(x *expr) bool {
	_, agg := x.node.(aggregate)
	return !agg && !g.keys[g.q.id(x)]
}

func (g *groupCheck) visit(x *expr) {
	c, ok := x.node.(column)
	if !ok || g.err != nil || g.keys[g.q.id(x)] {
		return
	}
	g.err = lostColumn(x.path, c, len(g.q.keys) == 0)
}

func lostColumn(path plan.Path, c column, single bool) error {
	if single {
		return invalid(path, "%s has many values, and the plan's aggregations make one row of them.", c.col.Name).
			WithHint("Add %q to group_by, or aggregate it too.", c.col.Name)
	}
	return invalid(path, "%s can have several values in one group.", c.col.Name).
		WithHint("Add %q to group_by, or give it an aggregation such as min or max.", c.col.Name)
}
