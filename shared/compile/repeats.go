package compile

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// A join to the many side of a relation repeats the rows it is joined to: an
// order beside three items stands there three times, and the sum of its total is
// three times too large. So each aggregation is asked whose rows its operand
// lives on, its grain, and where a join to another grain repeats those, it counts
// each of them once per group.
//
// The grain of a source is the plan's table, or the nearest source on the way to
// it that was joined with several partners per row; looking up the one customer
// of an order changes nothing. The rows of an operand are told apart by the
// grains of its sources and of those they hang on.

// markRepeats finds the aggregations whose rows are repeated. Sums, averages and
// the like are corrected; a count of rows counts the joined rows, with a warning;
// min, max and count_distinct are not touched by repeats.
//
// What was looked up is different: the sum of the weights of sold products is
// meant to count a product once per sale. The sum of order totals over order
// items is not, but looks the same, so it only gets a warning.
func markRepeats(q *query) error {
	if len(q.scope.sources) == 1 || !q.grouped {
		return nil
	}
	grains := q.grains()
	var err error
	q.rewriteAll(func(x *expr) *expr {
		agg, ok := x.node.(aggregate)
		if !ok || err != nil {
			return nil
		}
		q.warnOfJoins(agg, x.name, grains)
		once := q.repeated(agg, grains)
		if once == nil {
			return nil
		}
		for _, src := range once {
			if _, err = rowID(src, x.path); err != nil {
				return nil
			}
		}
		agg.once, q.marked = once, true
		c := *x
		c.node = agg
		return &c
	})
	return err
}

// warnOfJoins tells of counts and sums that count a row more often than a reader
// may expect.
func (q *query) warnOfJoins(agg aggregate, name string, grains []*source) {
	if agg.of == nil {
		if len(grains) > 1 {
			q.c.warn("The count is one of joined rows: a row of %s counts once for each of its rows in %s.",
				grains[0].name, names(grains[1:]))
		}
		return
	}
	sources := sourcesOf(agg.of)
	lookedUp := func(s *source) bool { return s.grain != s }
	if agg.agg != plan.Sum && agg.agg != plan.Count || len(sources) == 0 || len(filter(sources, lookedUp)) < len(sources) {
		return
	}
	q.c.warn("%s goes by the rows of %s: a row of %s counts once for each of them.",
		name, sources[0].grain.name, names(sources))
}

// rewriteAll replaces parts of everything that is computed per group.
func (q *query) rewriteAll(replace func(*expr) *expr) {
	for _, o := range q.outputs {
		o.of = rewrite(o.of, replace)
	}
	q.having = rewriteConds(q.having, replace)
	q.order = rewriteKeys(q.order, replace)
	if q.top != nil {
		q.top.per = rewriteAll(q.top.per, replace)
		q.top.by.of = rewrite(q.top.by.of, replace)
	}
}

// grains lists the sources that set how often rows occur, the plan's table first.
func (q *query) grains() []*source {
	var list []*source
	for _, src := range q.scope.sources {
		list = appendNew(list, src.grain)
	}
	return list
}

// repeated returns the grains whose rows an aggregation must count once, or nil
// if no join repeats them.
func (q *query) repeated(agg aggregate, grains []*source) []*source {
	switch agg.agg {
	case plan.Min, plan.Max, plan.CountDistinct:
		return nil
	}
	own := map[*source]bool{}
	for _, src := range sourcesOf(agg.of) {
		for g := src.grain; ; g = g.parent.grain {
			own[g] = true
			if g.parent == nil {
				break
			}
		}
	}
	once := slices.DeleteFunc(slices.Clone(grains), func(g *source) bool { return !own[g] })
	if agg.of == nil || len(once) == 0 || len(once) == len(grains) {
		return nil
	}
	return once
}

// rowID returns what tells the rows of src apart: its key, or the engine's own
// number for a row.
func rowID(src *source, path plan.Path) ([]*expr, error) {
	var id []*expr
	for _, name := range src.table.Key {
		if col := src.table.Column(name); col != nil {
			id = append(id, columnExpr(src, col, ""))
		}
	}
	switch {
	case len(id) > 0:
		return id, nil
	case src.subplan || src.table.Column("rowid") != nil:
		return nil, invalid(path, "The joins repeat rows of %s, which has no key to count each of them once by.", src.name).
			WithHint("Aggregate before joining: put it into \"with\", grouped by what the join needs.")
	}
	return []*expr{{node: identity{src}}}, nil
}

func names(sources []*source) string {
	list := make([]string, len(sources))
	for i, s := range sources {
		list[i] = s.name
	}
	return strings.Join(list, " and ")
}
