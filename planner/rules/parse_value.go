package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// isValue decides whether a mention is a value rather than a name.
func (ps *parser) isValue(i int) bool {
	it := ps.items[i]
	switch {
	case len(it.vals) == 0:
		return false
	case len(it.cols) == 0 && len(it.tabs) == 0:
		return true
	case top(it.vals) < max(top(it.cols), top(it.tabs)) && !it.capital && !ps.follows(i, it.vals):
		return false
	case ps.follows(i, it.vals):
		return true
	}
	// A value right before a table, as in "food allergy", or a proper name.
	next := ps.at(i + 1)
	if next != nil && next.kind == kName && !next.breaks && len(next.tabs) > 0 && top(it.tabs) < 0.9 && top(it.cols) < 0.9 {
		return true
	}
	return it.capital && max(top(it.cols), top(it.tabs)) < 0.9
}

// follows reports that a column holding one of the values stands just before.
func (ps *parser) follows(i int, vals []link) bool {
	return ps.lastTerm != nil && ps.lastTerm.role == asColumn && ps.adjacent(i) && sharesColumn(ps.lastTerm.it.cols, vals)
}

// adjacent reports that only small words stand between the last term and i.
func (ps *parser) adjacent(i int) bool {
	if ps.lastAt < 0 || ps.lastAt >= i {
		return false
	}
	for k := ps.lastAt + 1; k < i; k++ {
		it := ps.items[k]
		if it.kind != kFunction && !it.is("neg") && !it.is("except") && !it.is("that") && !(it.is("cmp") && (it.payload == "=" || it.payload == "!=")) && !it.is("when") {
			return false
		}
	}
	return !ps.items[i].breaks || ps.lastAt == i-1 && ps.section == filtering
}

func sharesColumn(cols, vals []link) bool {
	return slices.ContainsFunc(vals, func(v link) bool {
		return slices.ContainsFunc(cols, func(c link) bool { return c.ref == v.ref })
	})
}

// value reads a value as a condition on its column.
func (ps *parser) value(i int) int {
	it := ps.items[i]
	if it.quoted && !ps.follows(i, it.vals) {
		if n := ps.quotedWithin(i); n > 0 {
			return n
		}
	}
	c := &condition{op: plan.Equal, values: it.vals, after: it.from, left: &term{role: asColumn, it: it}}
	n := 1
	switch {
	case ps.follows(i, it.vals):
		c.left.it = ps.lastTerm.it
		c.values = slices.DeleteFunc(slices.Clone(it.vals), func(v link) bool {
			return !slices.ContainsFunc(ps.lastTerm.it.cols, func(c link) bool { return c.ref == v.ref })
		})
		ps.retract()
	case ps.joinValues(i, c):
		ps.condAt = i
		return 1
	default:
		next := ps.at(i + 1)
		if next != nil && next.kind == kName && !next.breaks && len(next.tabs) == 0 && sharesColumn(next.cols, it.vals) && ps.count == nil {
			c.values = slices.DeleteFunc(slices.Clone(it.vals), func(v link) bool {
				return !slices.ContainsFunc(next.cols, func(c link) bool { return c.ref == v.ref })
			})
			n = 2
		}
	}
	ps.addCondition(i, c)
	ps.condAt = i + n - 1
	return n
}

// joinValues adds a value to the condition just before: "A, B or C".
func (ps *parser) joinValues(i int, c *condition) bool {
	last := ps.lastCond
	if last == nil || len(last.values) == 0 || last.op != plan.Equal && last.op != plan.In {
		return false
	}
	gap := i - ps.condAt
	prev := ps.items[i-1]
	joined := gap == 1 && c.values != nil && ps.items[i].breaks || gap == 2 && (prev.is("or") || prev.is("and"))
	if !joined || !sharesColumn(last.values, c.values) {
		return false
	}
	common := slices.DeleteFunc(slices.Clone(last.values), func(v link) bool {
		return !slices.ContainsFunc(c.values, func(w link) bool { return w.ref == v.ref })
	})
	for _, v := range c.values {
		if slices.ContainsFunc(common, func(w link) bool { return w.ref == v.ref }) {
			common = append(common, v)
		}
	}
	last.values, last.op = common, plan.In
	last.all = last.all || prev.is("and") && (ps.section == filtering || ps.in.both)
	return true
}

// addCondition adds c, negated when a negation waits.
func (ps *parser) addCondition(i int, c *condition) {
	if ps.neg != nil {
		c.no, ps.neg = true, nil
	}
	if ps.lastCond != nil && ps.orBefore(i, c) {
		c.or = true
	}
	if ps.in.share != nil && c.period == nil && !ps.in.shareSaid {
		c.share = true
	}
	if ps.inner(c) {
		ps.condAt = i
		return
	}
	ps.in.conds = append(ps.in.conds, c)
	ps.lastCond, ps.condAt = c, i
}

// describes reports a noun that only says what the value right before it is, as
// in "owners with a sloop boat": it belongs to the value's table.
func (ps *parser) describes(i int) bool {
	it, c := ps.items[i], ps.lastCond
	if c == nil || len(c.values) == 0 || ps.condAt != i-1 || it.breaks || len(ps.in.outs) == 0 && ps.in.subject == nil || ps.in.chart != "" || ps.comparisonFollows(i+1) || ps.valueFollows(i) {
		return false
	}
	return slices.ContainsFunc(it.cols, func(l link) bool { return l.ref.table == c.values[0].ref.table && l.score < 0.9 }) ||
		slices.ContainsFunc(it.tabs, func(l link) bool { return l.ref.table == c.values[0].ref.table })
}
