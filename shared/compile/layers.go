package compile

import (
	"fmt"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// layer is one SELECT. A plan becomes a stack of them, each reading the one
// below:
//
//	joined     the joined rows, with a mark on the first of those that repeat
//	grouped    the groups (or "picked": the rows, where nothing is grouped)
//	windowed   the windows over them
//	ranked     the place of each row in its group, for top
//	           the rows that are shown: place, order, limit
//
// Most plans need only the last. Layers below it are common table expressions.
type layer struct {
	distinct bool
	items    []item
	// from is the layer below; sources are read where it is empty.
	from    string
	sources []*source
	where   []cond
	groupBy []*expr
	having  []cond
	order   []sortKey
	limit   int
}

// item is one column of a layer.
type item struct {
	name string
	of   *expr
}

// buildLayers stacks the layers of the plan.
func buildLayers(q *query) error {
	l := layer{sources: q.scope.sources, where: q.where}
	if q.marked {
		l = q.joinedLayer(l)
	}
	if q.grouped {
		for _, k := range q.keys {
			l.groupBy = append(l.groupBy, k.of)
		}
	}
	l.having = q.having
	// The order is settled before layers replace what it names.
	q.order = q.totalOrder()
	if len(q.pending) > 0 {
		l = q.windowedLayer(l)
	}
	if q.top != nil {
		l = q.rankedLayer(l)
	}
	for _, o := range q.outputs {
		l.items = append(l.items, item{o.name, o.of})
	}
	l.distinct, l.order, l.limit = q.plan.Distinct, q.order, q.limit
	q.final = l
	return nil
}

// below is a layer that expressions above it take columns from.
type below struct {
	q     *query
	name  string
	layer *layer
	byID  map[string]*expr
	taken map[string]bool
}

// push makes l a layer of its own, whose columns are taken with column.
func (q *query) push(base string, l *layer) *below {
	return &below{q: q, name: q.layerName(base), layer: l, byID: map[string]*expr{}, taken: map[string]bool{}}
}

// close adds the finished layer to the statement and returns the one above it.
func (b *below) close() layer {
	b.q.c.layers = append(b.q.c.layers, namedLayer{b.name, b.q.c.render.layer(*b.layer)})
	return layer{from: b.name}
}

// reserve keeps the names of the outputs for the columns that are outputs.
func (b *below) reserve() {
	for _, o := range b.q.outputs {
		b.taken[strings.ToLower(o.name)] = true
	}
}

// free reports whether x may be called name: nothing else is, nor, unless x is
// that column, a column of the tables.
func (b *below) free(name string, x *expr) bool {
	if b.taken[strings.ToLower(name)] {
		return false
	}
	if _, plain := x.node.(column); plain {
		return true
	}
	for _, src := range b.q.scope.sources {
		if src.table.Column(name) != nil {
			return false
		}
	}
	return true
}

// column returns x as a column of the layer below, under the name of the output
// it is, or one made for it.
func (b *below) column(x *expr) *expr {
	id := b.q.id(x)
	if ref := b.byID[id]; ref != nil {
		return ref
	}
	var name string
	if o := b.q.outputOf(x); o != nil {
		name = o.name
	} else {
		base := x.name
		if base == "" {
			base = "value"
		}
		name = free(base, func(n string) bool { return !b.free(n, x) })
	}
	b.taken[strings.ToLower(name)] = true
	b.layer.items = append(b.layer.items, item{name, x})
	ref := *x
	ref.node, ref.level = reference{name}, rowLevel
	b.byID[id] = &ref
	return &ref
}

// windowedLayer moves everything but windows one layer down.
func (q *query) windowedLayer(l layer) layer {
	base := "picked"
	if q.grouped {
		base = "grouped"
	}
	b := q.push(base, &l)
	b.reserve()
	take := func(x *expr) *expr {
		if _, constant := x.node.(literal); constant || x.level == windowLevel {
			return nil
		}
		return b.column(x)
	}
	q.lift(take)
	return b.close()
}

// lift replaces parts of outputs, order and top by columns of the layer below.
// Outputs keep their own order of columns there.
func (q *query) lift(take func(*expr) *expr) {
	lifted := make([]*expr, len(q.outputs))
	for i, o := range q.outputs {
		lifted[i] = rewrite(o.of, take)
	}
	q.order = rewriteKeys(q.order, take)
	if q.top != nil {
		q.top.per = rewriteAll(q.top.per, take)
		q.top.by.of = rewrite(q.top.by.of, take)
	}
	for i, o := range q.outputs {
		o.of = lifted[i]
	}
}

// rankedLayer numbers the rows of each group of top, best first, and keeps the
// first ones.
func (q *query) rankedLayer(l layer) layer {
	if len(q.pending) > 0 {
		// A place may go by a window, and windows do not nest.
		b := q.push("windowed", &l)
		b.reserve()
		q.lift(b.column)
		l = b.close()
	}
	order := q.breakTies([]sortKey{q.top.by}, q.top.per)
	number := &expr{node: place{q.top.per, order}, typ: catalog.Integer, name: "place"}
	b := q.push("ranked", &l)
	b.reserve()
	q.lift(b.column)
	number = b.column(number)
	l = b.close()
	limit := &expr{node: literal{typ: catalog.Integer, text: fmt.Sprint(q.top.n)}}
	l.where = []cond{compare{"<=", number, limit}}
	return l
}

// joinedLayer moves the joined rows one layer down, each aggregation's operand
// and condition among its columns. A row is marked as the first of those that
// repeat in its group and meet the condition, and only marked rows are counted.
func (q *query) joinedLayer(l layer) layer {
	b := q.push("joined", &l)
	var keys []*expr
	keyIDs := map[string]bool{}
	for _, k := range q.keys {
		keys = append(keys, k.of)
		keyIDs[q.id(k.of)] = true
	}
	for _, k := range keys {
		b.column(k)
	}
	q.rewriteAll(func(x *expr) *expr {
		if keyIDs[q.id(x)] {
			return b.column(x)
		}
		agg, ok := x.node.(aggregate)
		if !ok {
			return nil
		}
		c := *x
		c.node = b.aggregate(agg, keys)
		return &c
	})
	return b.close()
}

// aggregate rebuilds an aggregation over the columns of the joined rows.
func (b *below) aggregate(agg aggregate, keys []*expr) aggregate {
	var met *expr
	if len(agg.where) > 0 {
		met = &expr{node: condition{agg.where}, typ: catalog.Boolean, name: "met"}
	}
	if len(agg.once) > 0 {
		number := place{partition: append([]*expr{}, keys...)}
		for _, src := range agg.once {
			id, err := rowID(src, "")
			if err == nil { // markRepeats has asked before
				number.partition = append(number.partition, id...)
			}
		}
		if met != nil {
			number.partition = append(number.partition, met)
		}
		first := compare{"=", &expr{node: number}, &expr{node: literal{typ: catalog.Integer, text: "1"}}}
		mark := &expr{node: condition{[]cond{first}}, typ: catalog.Boolean, name: "first"}
		agg.where, agg.once = []cond{holds{b.column(mark)}}, nil
		if met != nil {
			agg.where = append([]cond{holds{b.column(met)}}, agg.where...)
		}
	} else if met != nil {
		agg.where = []cond{holds{b.column(met)}}
	}
	if agg.of != nil {
		agg.of = b.column(agg.of)
	}
	return agg
}
