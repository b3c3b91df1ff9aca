package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// comparedRows reads "older than any sloop" and "a greater length than all boats
// built in 1990": a comparison with the least or the greatest of other rows. The
// conditions behind it are on those rows.
func (ps *parser) comparedRows(i int) int {
	it := ps.items[i]
	k := i + 1
	var noun *item
	if next := ps.at(k); next != nil && next.kind == kName && len(next.cols) > 0 && !next.breaks && ps.measurable(next) && ps.at(k+1).is("quant") {
		noun = next
		k++
	}
	quant := ps.at(k)
	if !quant.is("quant") {
		return 0
	}
	op := plan.FilterOp(it.payload)
	if !above(op) && !below(op) {
		return 0
	}
	c := &condition{op: op, after: it.from}
	right := &term{role: asColumn, numeric: true, agg: extreme(op, quant.payload == "all")}
	switch hints := ps.p.comparativeHints(it.word, it.text); {
	case noun != nil:
		c.left = &term{role: asColumn, it: noun, numeric: true}
		right.it = noun
	case ps.left(i) != nil && ps.lastTerm.role == asColumn && ps.lastTerm.agg == "" && ps.lastTerm.it != nil:
		c.left = ps.lastTerm
		right.it = c.left.it
	case hints != nil:
		c.left = &term{role: asHint, hints: hints, it: it, numeric: true}
		right.role, right.hints, right.it = asHint, hints, it
	default:
		return 0
	}
	c.left.numeric, c.right = true, right
	ps.section = filtering
	ps.addCondition(i, c)
	ps.within = c
	return k - i + 1
}

// extreme is what a row must beat: for "longer than any" the least, for "longer
// than all" the greatest.
func extreme(op plan.FilterOp, all bool) plan.Agg {
	if above(op) == all {
		return plan.Max
	}
	return plan.Min
}

// inner keeps a condition for the rows of a comparison that came before it.
func (ps *parser) inner(c *condition) bool {
	if ps.within == nil || c == ps.within || c.exists != nil || c.or || c.no || len(c.values) == 0 && c.period == nil && len(c.numbers) == 0 && !c.truth {
		return false
	}
	ps.within.of = append(ps.within.of, c)
	ps.lastCond = c
	return true
}

// rightOf writes the aggregate a condition compares with, over the rows that meet
// its own conditions, which must be on the same table.
func (d *draft) rightOf(c *condition) *plan.Expr {
	e := &plan.Expr{Column: d.columnName(c.right.link.ref), Agg: c.right.agg}
	for _, w := range c.of {
		d.resolveCondition(w)
		if w.left != nil && w.left.link.score == 0 {
			d.resolveTerm(w.left)
		}
		if w.left == nil || w.left.link.ref.table != c.right.link.ref.table {
			if moved, ok := d.onTable(w, c.right.link.ref.table); ok {
				w = moved
			} else {
				d.fail("compared with rows of another table")
				return e
			}
		}
		e.Where = append(e.Where, d.filters(w)...)
	}
	return e
}

// onTable is the condition on the same value in a column of the table.
func (d *draft) onTable(c *condition, t int) (*condition, bool) {
	at := slices.IndexFunc(c.values, func(v link) bool { return v.ref.table == t })
	if at < 0 {
		return nil, false
	}
	moved := *c
	moved.values = []link{c.values[at]}
	moved.left = &term{role: asColumn, link: link{ref: c.values[at].ref, score: c.values[at].score, why: "value"}}
	return &moved, true
}
