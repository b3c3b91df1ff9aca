package plan

import "iter"

// Plans yields q and its sub-plans, each with its path, q first.
func (q *Query) Plans() iter.Seq2[Path, *Query] {
	return func(yield func(Path, *Query) bool) {
		q.walk("", visitor{plan: yield})
	}
}

// Exprs yields every expression of the plan and its sub-plans with its path,
// each before those inside it.
func (q *Query) Exprs() iter.Seq2[Path, *Expr] {
	return func(yield func(Path, *Expr) bool) {
		q.walk("", visitor{expr: yield})
	}
}

// Conditions yields every filter of the plan and its sub-plans (filters, having,
// where and those inside and, or, not and exists) with its path, each before
// those inside it.
func (q *Query) Conditions() iter.Seq2[Path, *Filter] {
	return func(yield func(Path, *Filter) bool) {
		q.walk("", visitor{filter: yield})
	}
}

// Orders yields every sort key of the plan, its windows and its sub-plans.
func (q *Query) Orders() iter.Seq2[Path, *OrderBy] {
	return func(yield func(Path, *OrderBy) bool) {
		q.walk("", visitor{order: yield})
	}
}

// visitor holds the one callback a walk is for; the walk ends when it says no.
type visitor struct {
	plan   func(Path, *Query) bool
	expr   func(Path, *Expr) bool
	filter func(Path, *Filter) bool
	order  func(Path, *OrderBy) bool
}

func (q *Query) walk(path Path, v visitor) bool {
	if v.plan != nil && !v.plan(path, q) {
		return false
	}
	for i := range q.With {
		if p := q.With[i].Plan; p != nil && !p.walk(path.Key("with").Index(i).Key("plan"), v) {
			return false
		}
	}
	return v.exprs(path.Key("select"), q.Select) &&
		v.filters(path.Key("filters"), q.Filters) &&
		v.exprs(path.Key("group_by"), q.GroupBy) &&
		v.filters(path.Key("having"), q.Having) &&
		v.orders(path.Key("order_by"), q.OrderBy)
}

func (v visitor) exprs(path Path, list []Expr) bool {
	for i := range list {
		if !v.one(path.Index(i), &list[i]) {
			return false
		}
	}
	return true
}

func (v visitor) one(path Path, e *Expr) bool {
	if e == nil {
		return true
	}
	if v.expr != nil && !v.expr(path, e) {
		return false
	}
	ok := v.one(path.Key("left"), e.Left) && v.one(path.Key("right"), e.Right) &&
		v.one(path.Key("of"), e.Of) && v.filters(path.Key("where"), e.Where)
	if ok && e.Window != nil {
		return v.orders(path.Key("window").Key("order_by"), e.Window.OrderBy)
	}
	return ok
}

func (v visitor) orders(path Path, list []OrderBy) bool {
	for i := range list {
		o := &list[i]
		if v.order != nil && !v.order(path.Index(i), o) {
			return false
		}
		if !v.one(path.Index(i).Key("expr"), o.Expr) {
			return false
		}
	}
	return true
}

func (v visitor) filters(path Path, list []Filter) bool {
	for i := range list {
		if !v.condition(path.Index(i), &list[i]) {
			return false
		}
	}
	return true
}

func (v visitor) condition(path Path, f *Filter) bool {
	if f == nil {
		return true
	}
	if v.filter != nil && !v.filter(path, f) {
		return false
	}
	ok := v.one(path.Key("expr"), f.Expr) && v.one(path.Key("right"), f.Right) &&
		v.filters(path.Key("and"), f.And) && v.filters(path.Key("or"), f.Or) &&
		v.condition(path.Key("not"), f.Not)
	if ok && f.Exists != nil {
		return v.filters(path.Key("exists").Key("filters"), f.Exists.Filters)
	}
	return ok
}
