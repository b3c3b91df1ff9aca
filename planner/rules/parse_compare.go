package rules

import (
	"time"

	"github.com/leo-analytics/leo/shared/plan"
)

// columnThenNumber reports that a number column and a number stand at j, as in
// "above age 20".
func (ps *parser) columnThenNumber(j int) bool {
	it := ps.at(j)
	next := ps.at(ps.skip(j+1, "of", "is", "at"))
	return it != nil && it.kind == kName && len(it.cols) > 0 && !it.breaks && next != nil && !next.breaks &&
		next.kind == kNumber && ps.acceptsNumber(it)
}

// compareColumn reads "above age 20" from the operator at i and the column at j.
func (ps *parser) compareColumn(i, j int, c *condition) int {
	it := ps.at(j)
	k := ps.skip(j+1, "of", "is", "at")
	c.left = &term{role: asColumn, it: it, numeric: true}
	c.numbers = []float64{ps.at(k).num}
	ps.note(j, c.left)
	ps.section = filtering
	ps.addCondition(i, c)
	ps.condAt = k
	return k - i + 1
}

// comparedNoun reads "a greater weight than 10" and "a higher salary than the
// average": what is compared stands between the operator and its "than".
func (ps *parser) comparedNoun(i int) int {
	j := ps.skip(i + 1)
	it, than := ps.at(j), ps.at(j+1)
	if it == nil || it.kind != kName || it.breaks || len(it.cols) == 0 || !than.is("than") {
		return 0
	}
	c := &condition{op: plan.FilterOp(ps.items[i].payload), after: ps.items[i].from}
	c.left = &term{role: asColumn, it: it, numeric: true}
	k := ps.skip(j + 2)
	operand := ps.at(k)
	switch {
	case operand == nil:
		return 0
	case operand.kind == kNumber:
		c.numbers = []float64{operand.num}
		if ps.tableLike(it) {
			c.left = &term{role: asTable, agg: plan.Count, it: it}
			ps.mentionTable(it)
		}
		ps.note(j, c.left)
		ps.section = filtering
		ps.addCondition(i, c)
		ps.condAt = k
		return k - i + 1
	case operand.is("agg"):
		ps.note(j, c.left)
		if n := ps.againstAggregate(i, k, c); n > 0 {
			return n
		}
	}
	return 0
}

// oneMoreYear reads the second year of "in 2023 and 2024".
func (ps *parser) oneMoreYear(i int) bool {
	it, last, prev := ps.items[i], ps.lastCond, ps.at(i-1)
	if last == nil || last.period == nil || last.period.year == 0 || ps.condAt != i-2 || !prev.is("and") && !prev.is("or") || it.num < 1000 || it.num > 2200 {
		return false
	}
	pd := absolute(time.Date(int(it.num), 1, 1, 0, 0, 0, 0, time.UTC), plan.Year)
	c := &condition{op: last.op, period: &pd, numbers: []float64{it.num}, left: last.left, after: it.from, or: prev.is("or")}
	ps.in.conds = append(ps.in.conds, c)
	ps.lastCond, ps.condAt = c, i
	return true
}

// sameLeft is what the comparison before was about: "below 600 or above 900".
func (ps *parser) sameLeft(i int) *term {
	prev, last := ps.at(ps.condAt+1), ps.lastCond
	if last == nil || last.left == nil || len(last.numbers) == 0 || last.period != nil || ps.condAt != i-2 || !prev.is("or") && !prev.is("and") {
		return nil
	}
	return last.left
}

// orBefore reports an "or" before the condition at i, whose left side may stand
// between: "or a price above 5".
func (ps *parser) orBefore(i int, c *condition) bool {
	k := i - 1
	small := func() {
		for ps.at(k) != nil && (ps.at(k).kind == kFunction || ps.at(k).is("when") && ps.at(k).kind == kLexicon) {
			k--
		}
	}
	small()
	if x := ps.at(k); x != nil && c.left != nil && c.left.it == x && x.kind == kName {
		k--
		small()
	}
	return ps.at(k).is("or")
}

// comparative reads "younger than 20" and "longer than any sloop" of adjectives
// that name their column.
func (ps *parser) comparative(i int) int {
	compared := *ps.items[i]
	op := plan.Less
	if ps.p.lex.adjective[compared.payload][0].direction == "desc" {
		op = plan.Greater
	}
	compared.class, compared.payload = "cmp", string(op)
	ps.items[i] = &compared
	if ps.at(i + 1).is("quant") {
		return ps.comparedRows(i)
	}
	than := *ps.items[i+1]
	than.kind = kFunction
	ps.items[i+1] = &than
	return ps.comparison(i)
}
