package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// joins adds the tables that are used, moves conditions on many-side tables
// into exists, and shortens names where there are no joins.
func (d *draft) joins() {
	if d.broken != "" {
		return
	}
	shown := d.shownTables()
	filtered := tablesIn(d.query.Filters, d.p)
	needed := slices.Clone(shown)
	for i := range d.p.tables {
		if (slices.Contains(filtered, i) || d.mentioned[i] && !d.negated(i)) && !slices.Contains(needed, i) {
			needed = append(needed, i)
		}
	}
	needed = slices.DeleteFunc(needed, func(t int) bool { return t == d.main })
	steps, ok := d.p.connect(d.main, needed)
	if !ok {
		d.fail("tables are not related")
		return
	}
	steps = d.turn(steps)
	d.path = steps
	for _, s := range steps {
		if t := s.target(); s.down && slices.Contains(shown, t) && !d.mentioned[t] {
			d.in.punish(d.p.lex.weights["far_bridge"], "shows a column of a table that was not named")
		}
	}
	steps = d.semiJoins(steps, shown)
	for _, s := range steps {
		d.query.Joins = append(d.query.Joins, d.p.joinPlan(s))
		if s.down {
			d.fanOut()
		}
	}
	if len(d.query.Joins) == 0 {
		d.shorten()
	}
}

func (d *draft) negated(t int) bool {
	if slices.Contains(d.nested, t) {
		return true
	}
	return slices.ContainsFunc(d.in.conds, func(c *condition) bool {
		if c.exists == nil {
			return false
		}
		x, ok := d.tableOf(c.exists)
		return ok && x == t
	})
}

// repeats is the doubt about sums over rows that a join has more than once.
const repeats = "a join repeats rows"

// fanOut guards aggregates against rows that a join repeats.
func (d *draft) fanOut() {
	for i := range d.query.Select {
		e := &d.query.Select[i]
		switch {
		case e.Agg == plan.Sum || e.Agg == plan.Avg || e.Agg == plan.Median || e.Op != "" && isAggregate(e):
			d.in.punish(d.p.lex.weights["fan_out_sum"], repeats)
		case e.Agg == plan.Count && e.Column == "":
			if k := d.p.tables[d.main].key; k >= 0 {
				e.Agg, e.Column = plan.CountDistinct, d.columnName(ref{d.main, k})
			} else {
				d.in.punish(0.6, repeats)
			}
		}
	}
}

// shownTables are the tables whose columns the plan shows, groups or sorts by.
func (d *draft) shownTables() []int {
	var out []int
	add := func(name string) {
		tn, _, ok := strings.Cut(name, ".")
		if t := d.p.findTable(tn); ok && t >= 0 && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	var visit func(e *plan.Expr)
	visit = func(e *plan.Expr) {
		if e == nil {
			return
		}
		if e.Column != "" {
			add(e.Column)
		}
		for _, t := range tablesIn(e.Where, d.p) {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
		visit(e.Left)
		visit(e.Right)
		visit(e.Of)
	}
	for _, list := range [][]plan.Expr{d.query.Select, d.query.GroupBy} {
		for i := range list {
			visit(&list[i])
		}
	}
	for _, o := range d.query.OrderBy {
		add(o.By)
	}
	for _, t := range tablesIn(d.query.Having, d.p) {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return out
}

func tablesIn(fs []plan.Filter, p *Planner) []int {
	var out []int
	for _, f := range fs {
		names := []string{f.Column}
		var visit func(e *plan.Expr)
		visit = func(e *plan.Expr) {
			if e != nil {
				names = append(names, e.Column)
				visit(e.Left)
				visit(e.Right)
			}
		}
		visit(f.Expr)
		for _, n := range names {
			if tn, _, ok := strings.Cut(n, "."); ok {
				if t := p.findTable(tn); t >= 0 && !slices.Contains(out, t) {
					out = append(out, t)
				}
			}
		}
		if f.Exists != nil && len(f.Exists.On) > 0 {
			if tn, _, ok := strings.Cut(f.Exists.On[0].Left, "."); ok {
				if t := p.findTable(tn); t >= 0 && !slices.Contains(out, t) {
					out = append(out, t)
				}
			}
		}
		out = append(out, tablesIn(f.And, p)...)
		out = append(out, tablesIn(f.Or, p)...)
		if f.Not != nil {
			out = append(out, tablesIn([]plan.Filter{*f.Not}, p)...)
		}
	}
	return out
}

// semiJoins replaces joins to the many side that only filter by exists, which
// repeats no rows. Only the last steps of a path qualify.
func (d *draft) semiJoins(steps []step, shown []int) []step {
	for {
		moved := false
		for i := len(steps) - 1; i >= 0; i-- {
			s := steps[i]
			t := s.target()
			leaf := !slices.ContainsFunc(steps, func(o step) bool { return o.source() == t })
			if !leaf || slices.Contains(shown, t) || !d.repeats(steps, i) {
				continue
			}
			var inside, outside []plan.Filter
			simple := true
			for _, f := range d.query.Filters {
				in := tablesIn([]plan.Filter{f}, d.p)
				switch {
				case len(in) == 1 && in[0] == t:
					inside = append(inside, f)
				case slices.Contains(in, t):
					simple = false
				default:
					outside = append(outside, f)
				}
			}
			if !simple {
				continue
			}
			// An exists on another joined table hangs on the table it points from.
			d.query.Filters = append(outside, plan.Filter{Exists: d.exists(s, inside)})
			steps = slices.Delete(slices.Clone(steps), i, i+1)
			moved = true
			break
		}
		if !moved {
			return steps
		}
	}
}

// repeats reports that the step, or one on the way to it, repeats rows.
func (d *draft) repeats(steps []step, i int) bool {
	for s := steps[i]; ; {
		if s.down {
			return true
		}
		at := slices.IndexFunc(steps, func(o step) bool { return o.target() == s.source() })
		if at < 0 {
			return false
		}
		s = steps[at]
	}
}

// shorten drops the table from names when the plan has one table.
func (d *draft) shorten() {
	prefix := d.p.tables[d.main].Name + "."
	cut := func(s *string) { *s = strings.TrimPrefix(*s, prefix) }
	var expr func(e *plan.Expr)
	var filter func(f *plan.Filter)
	expr = func(e *plan.Expr) {
		if e == nil {
			return
		}
		cut(&e.Column)
		expr(e.Left)
		expr(e.Right)
		expr(e.Of)
		for i := range e.Where {
			filter(&e.Where[i])
		}
	}
	filter = func(f *plan.Filter) {
		if f == nil || f.Exists != nil {
			return
		}
		cut(&f.Column)
		expr(f.Expr)
		expr(f.Right)
		for i := range f.And {
			filter(&f.And[i])
		}
		for i := range f.Or {
			filter(&f.Or[i])
		}
		filter(f.Not)
	}
	q := d.query
	for i := range q.Select {
		expr(&q.Select[i])
	}
	for i := range q.GroupBy {
		expr(&q.GroupBy[i])
	}
	for i := range q.Filters {
		filter(&q.Filters[i])
	}
	for i := range q.Having {
		filter(&q.Having[i])
	}
	for i := range q.OrderBy {
		cut(&q.OrderBy[i].By)
	}
	if q.Top != nil {
		cut(&q.Top.By)
		for i := range q.Top.Per {
			cut(&q.Top.Per[i])
		}
	}
}
