package compile

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// bindFilters binds the conditions on rows. Aggregations on their right sides
// are values of their own.
func bindFilters(q *query) (err error) {
	q.where, err = binder{q: q, scope: &q.scope}.conditions(q.path.Key("filters"), q.plan.Filters)
	return err
}

// bindHaving binds the conditions on groups, in which outputs may be named.
func bindHaving(q *query) (err error) {
	b := binder{q: q, scope: &q.scope, outputs: q.output, outputsFirst: true}
	q.having, err = b.conditions(q.path.Key("having"), q.plan.Having)
	var windows *expr
	eachInConds(q.having, func(x *expr) bool {
		q.grouped = q.grouped || aggregates(x)
		if x.level == windowLevel {
			windows = x
		}
		return false
	})
	if windows != nil && err == nil {
		return invalid(windows.path, "%s is computed by a window, after groups are filtered.", subject(windows)).
			WithHint("Put the plan with the window into \"with\" and filter that.")
	}
	return err
}

func (b binder) conditions(path plan.Path, list []plan.Filter) ([]cond, error) {
	var out []cond
	for i := range list {
		c, err := b.condition(path.Index(i), &list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func (b binder) condition(path plan.Path, f *plan.Filter) (cond, error) {
	switch {
	case f.And != nil:
		list, err := b.conditions(path.Key("and"), f.And)
		return allOf{list}, err
	case f.Or != nil:
		list, err := b.conditions(path.Key("or"), f.Or)
		return anyOf{list}, err
	case f.Not != nil:
		c, err := b.condition(path.Key("not"), f.Not)
		return notOf{c}, err
	case f.Exists != nil:
		return b.exists(path.Key("exists"), f.Exists)
	}
	left, err := b.left(path, f)
	if err != nil {
		return nil, err
	}
	switch {
	case f.Op == plan.IsNull || f.Op == plan.NotNull:
		return nullness{left, f.Op == plan.NotNull}, nil
	case f.Period != nil:
		return b.period(path.Key("period"), f.Period, left)
	case f.Right != nil:
		return b.right(path, f, left)
	}
	return b.value(path, f, left)
}

// left binds the left side of a comparison.
func (b binder) left(path plan.Path, f *plan.Filter) (*expr, error) {
	if f.Expr != nil {
		return b.expr(path.Key("expr"), f.Expr)
	}
	at := path.Key("column")
	if b.outputsFirst {
		return b.q.named(at, f.Column)
	}
	x, err := b.scope.find(at, f.Column)
	if err != nil {
		return nil, err
	}
	if x == nil {
		if b.scope == &b.q.scope && b.q.output(f.Column) != nil {
			return nil, invalid(at, "%q is an output of the plan, not a column.", clip(f.Column)).
				WithHint("Filter outputs that are aggregations in \"having\".")
		}
		return nil, b.q.noColumn(b.scope, at, f.Column)
	}
	return x, nil
}

// right binds a comparison with an expression.
func (b binder) right(path plan.Path, f *plan.Filter, left *expr) (cond, error) {
	r := f.Right
	if r.Value != nil && r.Agg == "" && r.Window == nil {
		return b.comparison(path.Key("right").Key("value"), f.Op, left, r.Value)
	}
	inner := b
	inner.scalars = !b.outputsFirst
	right, err := inner.expr(path.Key("right"), r)
	if err != nil {
		return nil, err
	}
	if !matching(left.typ, right.typ) {
		return nil, invalid(path.Key("right"), "%s holds %s and %s holds %s; they cannot be compared.",
			subject(left), holdings(left.typ), subject(right), holdings(right.typ))
	}
	return compare{sqlOp(f.Op), left, right}, nil
}

// sqlOp spells a comparison in SQL.
func sqlOp(op plan.FilterOp) string {
	if op == plan.NotEqual {
		return "<>"
	}
	return string(op)
}

// value binds a comparison with literals.
func (b binder) value(path plan.Path, f *plan.Filter, left *expr) (cond, error) {
	at := path.Key("value")
	switch f.Op {
	case plan.In, plan.NotIn:
		return b.members(at, f, left)
	case plan.Between:
		return b.between(at, left, f.Value.([]any))
	case plan.Contains, plan.StartsWith, plan.EndsWith:
		if left.typ != catalog.Text {
			return nil, invalid(path.Key("op"), "%s holds %s; %s needs text.", subject(left), holdings(left.typ), f.Op)
		}
		return match{f.Op, left, f.Value.(string)}, nil
	}
	return b.comparison(at, f.Op, left, f.Value)
}

// comparison binds left op value. A date that names a whole period stands for
// all of it.
func (b binder) comparison(path plan.Path, op plan.FilterOp, left *expr, value any) (cond, error) {
	if left.typ.Temporal() {
		m, err := b.moment(path, left, value)
		if err != nil {
			return nil, err
		}
		return compareMoment(op, left, m), nil
	}
	right, err := coerce(path, op, left, value)
	if err != nil {
		return nil, err
	}
	return compare{sqlOp(op), left, right}, nil
}

func (b binder) members(path plan.Path, f *plan.Filter, left *expr) (cond, error) {
	var list []*expr
	var spans []cond
	for i, v := range f.Value.([]any) {
		at := path.Index(i)
		if !left.typ.Temporal() {
			x, err := coerce(at, plan.Equal, left, v)
			if err != nil {
				return nil, err
			}
			list = append(list, x)
			continue
		}
		m, err := b.moment(at, left, v)
		if err != nil {
			return nil, err
		}
		if isPoint(left.typ, m) {
			list = append(list, momentExpr(left.typ, m, m.Start))
		} else {
			spans = append(spans, compareMoment(plan.Equal, left, m))
		}
	}
	not := f.Op == plan.NotIn
	if len(spans) == 0 {
		return member{left, list, not}, nil
	}
	if len(list) > 0 {
		spans = append(spans, member{of: left, list: list})
	}
	if not {
		return notOf{anyOf{spans}}, nil
	}
	return anyOf{spans}, nil
}

// between includes both ends; a date that names a whole period is included to
// its last moment.
func (b binder) between(path plan.Path, left *expr, ends []any) (cond, error) {
	if left.typ.Temporal() {
		from, err := b.moment(path.Index(0), left, ends[0])
		if err != nil {
			return nil, err
		}
		to, err := b.moment(path.Index(1), left, ends[1])
		if err != nil {
			return nil, err
		}
		if to.Start.Before(from.Start) {
			return nil, backwards(path, ends)
		}
		w := within{of: left, from: momentExpr(left.typ, from, from.Start), fromOp: ">=", to: momentExpr(left.typ, to, to.Start), toOp: "<="}
		if !isPoint(left.typ, to) {
			w.to, w.toOp = momentExpr(left.typ, to, to.End), "<"
		}
		return w, nil
	}
	from, err := coerce(path.Index(0), plan.GreaterOrEqual, left, ends[0])
	if err != nil {
		return nil, err
	}
	to, err := coerce(path.Index(1), plan.LessOrEqual, left, ends[1])
	if err != nil {
		return nil, err
	}
	if left.typ.Numeric() && less(to.node.(literal).text, from.node.(literal).text) {
		return nil, backwards(path, ends)
	}
	return within{of: left, from: from, fromOp: ">=", to: to, toOp: "<="}, nil
}

func backwards(path plan.Path, ends []any) error {
	return invalid(path, "between %v and %v holds nothing: the first is the larger one.", ends[0], ends[1]).
		WithHint("Write the lower value first.")
}

// period binds a stretch of time counted from the clock.
func (b binder) period(path plan.Path, p *plan.Period, left *expr) (cond, error) {
	if err := needsDate(path, left, p.Unit.HasTime()); err != nil {
		return nil, err
	}
	span := p.Span(b.q.c.opts.AsOf)
	w := within{of: left, from: timeExpr(left.typ, span.From), fromOp: ">=", to: timeExpr(left.typ, span.To), toOp: "<"}
	if span.FromOpen {
		w.fromOp = ">"
	}
	if span.ToClosed {
		w.toOp = "<="
	}
	return w, nil
}

// exists binds a related row that passes filters. Its names are looked up in the
// related table first.
func (b binder) exists(path plan.Path, e *plan.Exists) (cond, error) {
	if b.outputsFirst {
		return nil, invalid(path, "A group has no related rows to ask for.").WithHint("Put exists into filters.")
	}
	src, err := b.q.open(path.Key("table"), e.Table, "")
	if err != nil {
		return nil, err
	}
	pairs, err := b.q.link(path, e.On, src, b.scope)
	if err != nil {
		return nil, err
	}
	src.alias = b.scope.freeAlias(src.name)
	inner := binder{q: b.q, scope: &scope{sources: []*source{src}, outer: b.scope}}
	filters, err := inner.conditions(path.Key("filters"), e.Filters)
	if err != nil {
		return nil, err
	}
	return exists{src, slices.Concat(equalities(pairs), filters)}, nil
}

// freeAlias returns a name no source of the scopes around has.
func (s *scope) freeAlias(name string) string {
	taken := func(alias string) bool {
		for sc := s; sc != nil; sc = sc.outer {
			for _, src := range sc.sources {
				if strings.EqualFold(src.alias, alias) {
					return true
				}
			}
		}
		return false
	}
	return free(name, taken)
}
