package compile

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// top is the bound Top of a plan.
type top struct {
	n   int
	per []*expr
	by  sortKey
}

// bindTop binds what the best rows are kept per and compared by.
func bindTop(q *query) error {
	t := q.plan.Top
	if t == nil {
		return nil
	}
	path := q.path.Key("top")
	bound := &top{n: t.N}
	for i, name := range t.Per {
		x, err := q.named(path.Key("per").Index(i), name)
		if err != nil {
			return err
		}
		bound.per = append(bound.per, x)
	}
	by, err := q.named(path.Key("by"), t.By)
	if err != nil {
		return err
	}
	bound.by = sortKey{by, t.Direction != plan.Asc}
	q.top = bound
	return nil
}

// bindOrder binds order_by.
func bindOrder(q *query) (err error) {
	q.order, err = q.sortKeys(q.path.Key("order_by"), q.plan.OrderBy)
	if err != nil {
		return err
	}
	for i, k := range q.order {
		q.grouped = q.grouped || aggregates(k.of)
		if q.plan.Distinct && q.outputOf(k.of) == nil {
			return invalid(q.path.Key("order_by").Index(i), "Distinct rows can only be ordered by what they show.").
				WithHint("Add the expression to select.")
		}
	}
	return nil
}

func (q *query) sortKeys(path plan.Path, list []plan.OrderBy) ([]sortKey, error) {
	var keys []sortKey
	b := binder{q: q, scope: &q.scope, outputs: q.output, outputsFirst: true}
	for i := range list {
		o, at := &list[i], path.Index(i)
		var x *expr
		var err error
		if o.Expr != nil {
			x, err = b.expr(at.Key("expr"), o.Expr)
		} else {
			x, err = q.named(at.Key("by"), o.By)
		}
		if err != nil {
			return nil, err
		}
		keys = append(keys, sortKey{x, o.Direction == plan.Desc})
	}
	return keys, nil
}

// outputOf returns the output that is the expression x.
func (q *query) outputOf(x *expr) *output {
	id := q.id(x)
	for _, o := range q.outputs {
		if q.id(o.of) == id {
			return o
		}
	}
	return nil
}

// totalOrder is the order of the final rows: as asked, then by what tells the
// rest apart, so that the same plan over the same data gives the same rows in
// the same order, also where the limit cuts. Plain rows of one table keep its
// order.
func (q *query) totalOrder() []sortKey {
	if q.name != "" && q.plan.Limit == 0 {
		return nil // what reads a whole sub-plan does not care
	}
	keys := slices.Clone(q.order)
	if len(keys) == 0 && q.top != nil {
		for _, p := range q.top.per {
			keys = append(keys, sortKey{p, false})
		}
		keys = append(keys, q.top.by)
	}
	windows := q.top != nil || len(q.pending) > 0
	switch {
	case q.grouped:
		keys = q.breakTies(keys, nil)
	case len(keys) == 0 && len(q.scope.sources) == 1 && !q.scope.sources[0].subplan && !q.plan.Distinct && !windows:
		return nil
	case !windows && q.tableKey() != nil:
		return q.appendKeys(keys, q.tableKey())
	default:
		keys = q.appendKeys(q.breakTies(keys, nil), q.windowOutputs())
	}
	if q.plan.Distinct {
		keys = slices.DeleteFunc(keys, func(k sortKey) bool { return q.outputOf(k.of) == nil })
	}
	return keys
}

// appendKeys adds expressions an order does not have yet.
func (q *query) appendKeys(keys []sortKey, more []*expr) []sortKey {
	seen := map[string]bool{}
	for _, k := range keys {
		seen[q.id(k.of)] = true
	}
	for _, x := range more {
		if id := q.id(x); !seen[id] {
			seen[id] = true
			keys = append(keys, sortKey{x, false})
		}
	}
	return keys
}

func (q *query) windowOutputs() []*expr {
	var list []*expr
	for _, o := range q.outputs {
		if o.of.level == windowLevel {
			list = append(list, o.of)
		}
	}
	return list
}

// breakTies adds to an order what is needed to make it total over the rows a
// window sees: the groups, or all outputs that are not windows.
func (q *query) breakTies(keys []sortKey, partition []*expr) []sortKey {
	fixed := map[string]bool{}
	for _, p := range partition {
		fixed[q.id(p)] = true
	}
	rest := q.keys
	if !q.grouped {
		rest = q.outputs
	}
	var more []*expr
	for _, o := range rest {
		if _, constant := o.of.node.(literal); o.of.level != windowLevel && !constant && !fixed[q.id(o.of)] {
			more = append(more, o.of)
		}
	}
	return q.appendKeys(keys, more)
}

// tableKey returns the key of the plan's only table: a shorter way than all
// outputs to tell rows apart.
func (q *query) tableKey() []*expr {
	src := q.scope.sources[0]
	if len(q.scope.sources) > 1 || q.plan.Distinct || src.subplan || len(src.table.Key) == 0 {
		return nil
	}
	var key []*expr
	for _, name := range src.table.Key {
		col := src.table.Column(name)
		if col == nil {
			return nil
		}
		key = append(key, columnExpr(src, col, ""))
	}
	return key
}
