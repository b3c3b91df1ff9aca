package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// earlier is the plan a follow-up refines, in terms of the planner.
type earlier struct {
	plan   *plan.Query // names qualified
	main   int
	tables []int // every table it reads, main first
	outs   []*term
	groups []*term
	conds  []*condition
	sorts  []*sorter
	limit  int
	// home is the planner whose tables the plan reads and with the sub-plans among
	// them.
	home *Planner
	with []plan.Named
	// trust is how sure the plan was, 1 when it was given.
	trust float64
}

// grouped reports one row for each of something.
func (e *earlier) grouped() bool { return len(e.groups) > 0 }

// aggregated reports a single row of measures.
func (e *earlier) aggregated() bool {
	return len(e.groups) == 0 && slices.ContainsFunc(e.outs, func(t *term) bool { return t.aggregated() })
}

// shows reports a column that the earlier result has.
func (e *earlier) shows(r ref) bool {
	return slices.ContainsFunc(slices.Concat(e.outs, e.groups), func(t *term) bool { return t.link.ref == r })
}

// lift reads a plan back; nil for one with sub-plans, or of tables this dataset
// does not have.
func (p *Planner) lift(q *plan.Query, trust float64) *earlier {
	if q == nil || len(q.With) > 0 || len(q.Select)+len(q.GroupBy) == 0 {
		return nil
	}
	e := &earlier{plan: q.Clone(), main: p.findTable(q.Table), trust: trust}
	if e.main < 0 {
		return nil
	}
	e.tables = []int{e.main}
	for _, j := range q.Joins {
		t := p.findTable(j.Table)
		if t < 0 || j.As != "" || j.Type == plan.LeftJoin || slices.Contains(e.tables, t) {
			return nil
		}
		e.tables = append(e.tables, t)
	}
	l := lifter{p: p, e: e}
	l.qualify()
	l.read()
	if l.bad {
		return nil
	}
	return e
}

type lifter struct {
	p   *Planner
	e   *earlier
	bad bool
}

// name qualifies a column; what is an output's name stays as it is.
func (l *lifter) name(s *string) {
	if *s == "" || *s == "*" {
		return
	}
	if tn, cn, ok := strings.Cut(*s, "."); ok {
		if t := l.p.findTable(tn); t >= 0 && l.p.findColumn(t, cn) >= 0 {
			return
		}
	}
	for _, t := range l.e.tables {
		if c := l.p.findColumn(t, *s); c >= 0 {
			*s = l.p.tables[t].Name + "." + l.p.tables[t].columns[c].Name
			return
		}
	}
	l.bad = true
}

func (l *lifter) expr(e *plan.Expr) {
	if e == nil {
		return
	}
	l.name(&e.Column)
	l.expr(e.Left)
	l.expr(e.Right)
	l.expr(e.Of)
	l.filters(e.Where)
}

func (l *lifter) filters(fs []plan.Filter) {
	for i := range fs {
		l.filter(&fs[i])
	}
}

func (l *lifter) filter(f *plan.Filter) {
	if f == nil {
		return
	}
	if f.Exists != nil {
		for i := range f.Exists.On {
			l.name(&f.Exists.On[i].Left)
		}
		return
	}
	l.name(&f.Column)
	l.expr(f.Expr)
	l.expr(f.Right)
	l.filters(f.And)
	l.filters(f.Or)
	l.filter(f.Not)
}

func (l *lifter) qualify() {
	q := l.e.plan
	for i := range q.Select {
		l.expr(&q.Select[i])
	}
	for i := range q.GroupBy {
		l.expr(&q.GroupBy[i])
	}
	l.filters(q.Filters)
	for i := range q.Having {
		if q.Having[i].Column != "" && l.output(q.Having[i].Column) != nil {
			q.Having[i].Expr = l.output(q.Having[i].Column).Clone()
			q.Having[i].Expr.As, q.Having[i].Column = "", ""
		}
	}
	l.filters(q.Having)
	for i := range q.OrderBy {
		if o := &q.OrderBy[i]; o.Expr != nil {
			l.expr(o.Expr)
		} else if l.output(o.By) == nil {
			l.name(&o.By)
		}
	}
	if q.Top != nil {
		for i := range q.Top.Per {
			if l.output(q.Top.Per[i]) == nil {
				l.name(&q.Top.Per[i])
			}
		}
	}
}

// output finds the expression an output's name stands for.
func (l *lifter) output(name string) *plan.Expr {
	for _, list := range [][]plan.Expr{l.e.plan.Select, l.e.plan.GroupBy} {
		for i := range list {
			if list[i].As == name && name != "" {
				return &list[i]
			}
		}
	}
	return nil
}

func (l *lifter) read() {
	q := l.e.plan
	for i := range q.Select {
		x := &q.Select[i]
		if slices.ContainsFunc(q.GroupBy, func(g plan.Expr) bool {
			return !isAggregate(x) && g.Column == x.Column && g.Bucket == x.Bucket && g.Part == x.Part
		}) {
			continue
		}
		l.e.outs = append(l.e.outs, l.term(x))
	}
	for i := range q.GroupBy {
		l.e.groups = append(l.e.groups, l.term(&q.GroupBy[i]))
	}
	for i := range q.Filters {
		l.e.conds = append(l.e.conds, &condition{raw: &q.Filters[i]})
	}
	for i := range q.Having {
		f := &q.Having[i]
		x := f.Expr
		if x == nil {
			x = &plan.Expr{Agg: plan.Count}
		}
		l.e.conds = append(l.e.conds, &condition{raw: f, left: l.term(x)})
	}
	for _, o := range q.OrderBy {
		x := o.Expr
		if x == nil {
			x = l.output(o.By)
		}
		if x == nil {
			x = &plan.Expr{Column: o.By}
		}
		l.e.sorts = append(l.e.sorts, &sorter{term: l.term(x), desc: o.Direction == plan.Desc, superlative: q.Limit > 0})
	}
	if q.Limit > 0 && q.Limit != plan.DefaultLimit {
		l.e.limit = q.Limit
	}
}

// term carries an expression over as it is.
func (l *lifter) term(x *plan.Expr) *term {
	t := &term{role: asCarried, expr: x, bucket: x.Bucket, part: x.Part, bin: x.Bin, link: link{ref: ref{l.e.main, -1}, score: 1, why: "before"}}
	if r, ok := l.p.columnRef(x.Column); ok {
		t.link.ref = r
	}
	if isAggregate(x) || x.Window != nil {
		t.agg = x.Agg
		if t.agg == "" {
			t.agg = plan.Count // of whatever it is made: it only tells measures from keys
		}
	}
	return t
}

// columnRef finds a qualified column.
func (p *Planner) columnRef(name string) (ref, bool) {
	tn, cn, ok := strings.Cut(name, ".")
	if !ok {
		return ref{}, false
	}
	t := p.findTable(tn)
	if t < 0 {
		return ref{}, false
	}
	c := p.findColumn(t, cn)
	return ref{t, c}, c >= 0
}

// columnsOfFilter lists the columns a filter compares.
func (p *Planner) columnsOfFilter(f *plan.Filter) []ref {
	var out []ref
	add := func(name string) {
		if r, ok := p.columnRef(name); ok && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	add(f.Column)
	if f.Expr != nil {
		add(f.Expr.Column)
	}
	for _, list := range [][]plan.Filter{f.And, f.Or} {
		for i := range list {
			out = append(out, p.columnsOfFilter(&list[i])...)
		}
	}
	if f.Not != nil {
		out = append(out, p.columnsOfFilter(f.Not)...)
	}
	if f.Exists != nil {
		for i := range f.Exists.Filters {
			out = append(out, p.columnsOfFilter(&f.Exists.Filters[i])...)
		}
	}
	return out
}
