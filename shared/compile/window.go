package compile

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// pendingWindow is a window seen before all outputs had their names.
type pendingWindow struct {
	path plan.Path
	spec *plan.Window
	of   *windowed
}

// window puts a window over x. Its partition and order are bound by the pass of
// windows.
func (b binder) window(path plan.Path, w *plan.Window, x *expr) (*expr, error) {
	if x == nil {
		return nil, invalid(path, "The window has nothing to look at.")
	}
	if x.level == windowLevel {
		return nil, invalid(path, "%s is computed by a window already.", subject(x)).
			WithHint("Put the plan with the first window into \"with\" and use it as a table.")
	}
	typ, percent, unit := x.typ, x.percent, x.unit
	switch w.Kind {
	case plan.Rank:
		typ, percent, unit = catalog.Integer, false, ""
	case plan.Share, plan.PercentChange:
		typ, percent, unit = catalog.Decimal, true, ""
	case plan.MovingAverage:
		typ = catalog.Decimal
	}
	if w.Kind != plan.Rank && w.Kind != plan.Previous && !x.typ.Numeric() {
		return nil, invalid(path.Key("kind"), "%s holds %s; %s needs numbers.", subject(x), holdings(x.typ), w.Kind)
	}
	n := &windowed{kind: w.Kind, of: x, periods: max(w.Periods, 1)}
	b.q.pending = append(b.q.pending, pendingWindow{path, w, n})
	return &expr{
		node: n, typ: typ, level: windowLevel, unit: unit, percent: percent,
		name: shorten(string(w.Kind) + "_" + x.name), path: path,
	}, nil
}

// bindWindows binds the partition and order of every window.
func bindWindows(q *query) error {
	for _, p := range q.pending {
		for i, name := range p.spec.PartitionBy {
			at := p.path.Key("partition_by").Index(i)
			x, err := q.named(at, name)
			if err != nil {
				return err
			}
			if x.level == windowLevel {
				return invalid(at, "%q is computed by a window, which cannot split another one.", clip(name))
			}
			p.of.partition = append(p.of.partition, x)
		}
		keys, err := q.sortKeys(p.path.Key("order_by"), p.spec.OrderBy)
		if err != nil {
			return err
		}
		for i, k := range keys {
			if k.of.level == windowLevel {
				return invalid(p.path.Key("order_by").Index(i), "A window cannot be ordered by another window.")
			}
		}
		p.of.order = keys
		if err := q.orderWindow(p); err != nil {
			return err
		}
	}
	clear(q.ids)
	return nil
}

// orderWindow gives a window without an order its default one, and one with an
// order what tells equal rows apart.
func (q *query) orderWindow(p pendingWindow) error {
	switch {
	case p.spec.Kind == plan.Share:
		return nil
	case p.spec.Kind == plan.Rank:
		if len(p.of.order) == 0 {
			p.of.order = []sortKey{{p.of.of, true}}
		}
		return nil
	case len(p.of.order) == 0:
		key := q.dateKey()
		if key == nil {
			return invalid(p.path, "%s needs an order, and the plan has no single date it is grouped by.", p.spec.Kind).
				WithHint("Add \"order_by\" to the window, or group by a date bucket.")
		}
		p.of.order = []sortKey{{key.of, false}}
		if len(p.of.partition) == 0 {
			for _, k := range q.keys {
				if k != key {
					p.of.partition = append(p.of.partition, k.of)
				}
			}
		}
	}
	p.of.order = q.breakTies(p.of.order, p.of.partition)
	return nil
}

// dateKey returns the group that is a date bucket, or else the one that is a
// date, if there is exactly one.
func (q *query) dateKey() *output {
	for _, fits := range []func(*expr) bool{
		func(x *expr) bool { _, ok := x.node.(bucketed); return ok },
		func(x *expr) bool { return x.typ.Temporal() },
	} {
		found := slices.DeleteFunc(slices.Clone(q.keys), func(o *output) bool { return !fits(o.of) })
		if len(found) == 1 {
			return found[0]
		}
		if len(found) > 1 {
			return nil
		}
	}
	return nil
}

// id tells expressions apart: equal ones have equal SQL. It is kept for each
// until something changes how they are written.
func (q *query) id(x *expr) string {
	id, ok := q.ids[x]
	if !ok {
		id = q.c.render.expr(x)
		q.ids[x] = id
	}
	return id
}
