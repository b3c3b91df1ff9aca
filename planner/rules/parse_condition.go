package rules

import (
	"github.com/leo-analytics/leo/shared/plan"
)

// comparison reads "more than 5", with what is compared before or after it.
func (ps *parser) comparison(i int) int {
	it := ps.items[i]
	op := plan.FilterOp(it.payload)
	j := i + 1
	for ps.at(j) != nil && ps.at(j).kind == kFunction {
		j++
	}
	c := &condition{op: op, after: it.from}
	if n := ps.comparedNoun(i); n > 0 {
		return n
	}
	if n := ps.comparedRows(i); n > 0 {
		return n
	}
	operand := ps.at(j)
	switch {
	case operand == nil:
		return 0
	case operand.kind == kNumber, operand.kind == kPeriod && operand.period.year > 0 && !ps.leftIsDate():
		c.numbers = []float64{operand.num}
		j++
	case operand.kind == kUnknown && operand.word == "one":
		c.numbers = []float64{1}
		j++
	case operand.kind == kPeriod:
		return ps.periodComparison(i, j, op)
	case operand.is("agg"):
		return ps.againstAggregate(i, j, c)
	case operand.kind == kQuote:
		c.text = operand.text
		j++
	case ps.columnThenNumber(j):
		return ps.compareColumn(i, j, c)
	case operand.kind == kName && len(operand.vals) > 0 && (op == plan.NotEqual || op == plan.Equal):
		if op == plan.NotEqual {
			ps.neg = it
		}
		return 1
	case operand.kind == kName && ps.namedNumber(j):
		c.numbers = []float64{ps.at(j + 1).num}
		c.left = &term{role: asColumn, it: operand}
		j += 2
	default:
		return 0
	}
	if next := ps.at(j); next.is("postcmp") {
		j++
	}
	var n int
	if c.left, n = ps.compared(i, j, c); c.left == nil {
		return 0
	}
	j += n
	c.left.numeric = c.left.numeric || len(c.numbers) > 0
	ps.section = filtering
	ps.addCondition(i, c)
	ps.condAt = j - 1
	return j - i
}

// compared finds what the comparison at i is about: named with the number, meant
// by the comparative, said before it, or behind it at j, which takes n items.
func (ps *parser) compared(i, j int, c *condition) (left *term, n int) {
	if c.left != nil {
		c.left.numeric = true
		return c.left, 0
	}
	it := ps.items[i]
	if hints := ps.p.comparativeHints(it.word, it.text); hints != nil && (ps.lastTerm == nil || ps.lastTerm.role != asColumn) {
		return &term{role: asHint, hints: hints, it: it, numeric: true}, 0
	}
	if left = ps.left(i); left != nil {
		return left, 0
	}
	if left, n = ps.leftAfter(i, j); left != nil {
		return left, n
	}
	return ps.sameLeft(i), 0
}

// namedNumber reports "age 30": a numeric column and its value.
func (ps *parser) namedNumber(j int) bool {
	it, next := ps.at(j), ps.at(j+1)
	return next != nil && next.kind == kNumber && !next.breaks && len(it.cols) > 0 && top(it.cols) > top(it.tabs) && ps.numericName(it)
}

func (ps *parser) leftIsDate() bool {
	if ps.lastTerm == nil || ps.lastTerm.role != asColumn || ps.lastTerm.it == nil || len(ps.lastTerm.it.cols) == 0 {
		return false
	}
	return ps.p.column(ps.lastTerm.it.cols[0].ref).Type.Temporal()
}

// againstAggregate reads "above the average", optionally with its column.
func (ps *parser) againstAggregate(i, j int, c *condition) int {
	right := &term{role: asColumn, agg: plan.Agg(ps.items[j].payload), numeric: true}
	j++
	if c.left == nil {
		c.left = ps.left(i)
	}
	k := ps.skip(j, "of", "for")
	next := ps.at(k)
	if next != nil && next.kind == kName && len(next.cols) > 0 && !next.breaks && top(next.cols) > top(next.tabs) {
		right.it = next
		if c.left == nil {
			c.left = &term{role: asColumn, it: next, numeric: true}
		}
		j = k + 1
	} else if c.left != nil {
		right.it = c.left.it
	}
	if c.left == nil {
		if hints := ps.p.comparativeHints(ps.items[i].word, ps.items[i].text); hints != nil {
			c.left = &term{role: asHint, hints: hints, it: ps.items[i], numeric: true}
			right.role, right.hints = asHint, hints
			right.it = ps.items[i]
		}
	}
	if c.left == nil || c.left.agg != "" || right.it == nil {
		return 0
	}
	c.left.numeric, c.right = true, right
	ps.section = filtering
	ps.addCondition(i, c)
	return j - i
}

func (ps *parser) periodComparison(i, j int, op plan.FilterOp) int {
	if op == plan.Equal || op == plan.NotEqual {
		return 0
	}
	n := ps.period(j, op)
	return j - i + n
}

// between reads "between A and B" of numbers or times.
func (ps *parser) between(i int) int {
	j := ps.skip(i+1, "from")
	a, mid, b := ps.at(j), ps.at(j+1), ps.at(j+2)
	if a == nil || mid == nil || b == nil || !mid.is("and") && mid.word != "to" && mid.kind != kFunction {
		return 0
	}
	switch {
	case a.kind == kPeriod && b.kind == kPeriod && a.period.relative == nil && b.period.relative == nil && a.period.month == 0 && b.period.month == 0:
		pd := *a.period
		pd.end, pd.year, pd.unit = b.period.end, 0, plan.Month
		c := &condition{op: plan.Between, period: &pd, after: ps.items[i].from}
		if ps.lastTerm != nil && ps.adjacent(i) && ps.lastTerm.role == asColumn {
			c.left = ps.left(i)
		}
		if a.period.year > 0 && b.period.year > 0 {
			c.numbers = []float64{a.num, b.num}
		}
		ps.section = filtering
		ps.addCondition(i, c)
		return j + 3 - i
	case (a.kind == kNumber || a.kind == kPeriod && a.num > 0) && (b.kind == kNumber || b.kind == kPeriod && b.num > 0):
		c := &condition{op: plan.Between, numbers: []float64{a.num, b.num}, after: ps.items[i].from}
		c.left = ps.left(i)
		n := 0
		if c.left == nil {
			if c.left, n = ps.leftAfter(i, j+3); c.left == nil {
				return 0
			}
		}
		c.left.numeric = true
		ps.section = filtering
		ps.addCondition(i, c)
		return j + 3 + n - i
	}
	return 0
}

// null reads "is missing" after a column, or "missing X" before it.
func (ps *parser) null(i int) int {
	it := ps.items[i]
	op := plan.IsNull
	if it.class == "notnull" {
		op = plan.NotNull
	}
	c := &condition{op: op, after: it.from, left: ps.left(i)}
	n := 1
	if c.left == nil {
		k := ps.skip(i+1, "for", "in")
		if next := ps.at(k); next != nil && next.kind == kName && len(next.cols) > 0 && top(next.cols) > top(next.tabs) {
			c.left, n = &term{role: asColumn, it: next}, k-i+1
		}
	}
	if c.left == nil || c.left.role != asColumn {
		return 0
	}
	ps.addCondition(i, c)
	return n
}

// when reads "since", "before", "during" and the period after it.
func (ps *parser) when(i int) int {
	it := ps.items[i]
	op := plan.FilterOp(it.payload)
	if next := ps.at(i + 1); it.word == "over" && next != nil && next.kind == kName && ps.namedNumber(i+1) {
		c := *it
		c.class, c.payload = "cmp", string(plan.Greater)
		ps.items[i] = &c
		return ps.comparison(i)
	}
	if next := ps.at(i + 1); next != nil && next.kind == kPeriod {
		if it.word == "from" {
			if mid := ps.at(i + 2); mid != nil && (mid.word == "to" || mid.is("when") && mid.payload == "<=") && ps.at(i+3) != nil && ps.at(i+3).kind == kPeriod {
				return ps.fromTo(i)
			}
			op = plan.Equal
		}
		return 1 + ps.period(i+1, op)
	}
	if next := ps.at(i + 1); next != nil && next.kind == kNumber && op != plan.Equal && ps.lastTerm != nil && ps.adjacent(i) {
		c := &condition{op: op, numbers: []float64{next.num}, left: ps.left(i), after: it.from}
		ps.addCondition(i, c)
		return 2
	}
	switch it.word {
	case "in", "on", "for", "of", "within", "over", "at", "from":
		if u, ok := ps.durationUnit(i); ok {
			ps.in.unit = u
			return 2
		}
		if len(ps.in.outs) > 0 || ps.in.subject != nil {
			if it.word != "of" {
				ps.section = filtering
			}
		}
		return 1
	}
	return 0
}

func (ps *parser) fromTo(i int) int {
	a, b := ps.at(i+1).period, ps.at(i+3).period
	if a.relative != nil || b.relative != nil || a.month > 0 || b.month > 0 {
		return 0
	}
	pd := *a
	pd.end, pd.year, pd.unit = b.end, 0, plan.Month
	c := &condition{op: plan.Between, period: &pd, after: ps.items[i].from}
	if a.year > 0 && b.year > 0 {
		c.numbers = []float64{float64(a.year), float64(b.year)}
	}
	ps.addCondition(i, c)
	return 4
}

// period adds a condition on a date, of the column just before or the table's
// usual one.
func (ps *parser) period(i int, op plan.FilterOp) int {
	it := ps.items[i]
	c := &condition{op: op, period: it.period, after: it.from}
	if it.period.year > 0 {
		c.numbers = []float64{it.num}
	}
	n := 1
	if post := ps.at(i + 1); post.is("postcmp") && op == plan.Equal {
		c.op, n = plan.FilterOp(post.payload), 2
	}
	at := i
	if prev := ps.at(i - 1); prev.is("when") || prev.is("cmp") {
		at = i - 1
	}
	if ps.lastTerm != nil && ps.lastTerm.role == asColumn && ps.adjacent(at) && ps.acceptsPeriod(ps.lastTerm.it) && ps.lastTerm.agg == "" {
		c.left = ps.lastTerm
		ps.retract()
	}
	if prev := ps.lastCond; prev != nil && prev.period != nil && ps.at(i-1).is("or") {
		c.or = true
	}
	if ps.in.share != nil {
		c.share = false
	}
	if ps.neg != nil {
		c.no, ps.neg = true, nil
	}
	ps.in.conds = append(ps.in.conds, c)
	ps.lastCond, ps.condAt = c, i+n-1
	return n
}

// number reads a bare number: the right side of "classroom 109", the left one of
// "2 parts", or a number of rows.
func (ps *parser) number(i int) int {
	it := ps.items[i]
	if next := ps.at(i + 1); next.is("super") || next.is("adj") || next.is("most") || next.is("leastcommon") || next.is("topn") {
		return 1 // the superlative looks back for it
	}
	if post := ps.at(i + 1); post.is("postcmp") {
		c := &condition{op: plan.FilterOp(post.payload), numbers: []float64{it.num}, after: it.from, left: ps.left(i)}
		n := 0
		if c.left == nil {
			c.left, n = ps.leftAfter(i, i+2)
		}
		if c.left == nil {
			return 0
		}
		c.left.numeric = true
		ps.addCondition(i, c)
		return 2 + n
	}
	if ps.lastTerm != nil && ps.lastTerm.role == asColumn && ps.adjacent(i) && ps.acceptsNumber(ps.lastTerm.it) {
		c := &condition{op: plan.Equal, numbers: []float64{it.num}, text: it.text, left: ps.left(i), after: it.from}
		if prev := ps.at(i - 1); prev.is("cmp") {
			return 0
		}
		if ps.maybeYear(i, c.left) {
			ps.in.punish(0.5, "a year taken for an amount")
		}
		ps.addCondition(i, c)
		return 1
	}
	if ps.oneMoreYear(i) || ps.numberOf(i) {
		return 1
	}
	if ps.section == filtering {
		if t, n := ps.leftAfter(i, i+1); t != nil && t.role != asHint {
			t.numeric = true
			ps.addCondition(i, &condition{op: plan.Equal, numbers: []float64{it.num}, left: t, after: it.from})
			ps.in.punish(0.9, "bare number")
			return 1 + n
		}
		return 0
	}
	if prev := ps.at(i - 1); ps.section == selecting && (i == 0 || prev.is("cmd") || prev.is("which") || prev.is("what")) && it.num >= 1 && it.num <= 1000 {
		ps.in.limit = int(it.num)
		return 1
	}
	return 0
}

// quote reads a quoted string no column holds: equal to the column before it.
func (ps *parser) quote(i int) int {
	it := ps.items[i]
	if t := ps.lastTerm; t == nil || !ps.adjacent(i) || !ps.textColumn(t.it) {
		if n := ps.quotedWithin(i); n > 0 {
			return n
		}
	}
	if ps.personName(i) {
		return 1
	}
	if ps.lastTerm == nil || ps.lastTerm.role != asColumn || !ps.adjacent(i) {
		return ps.guessName(i)
	}
	c := &condition{op: plan.Equal, text: it.text, left: ps.left(i), after: it.from}
	ps.in.punish(0.9, "value not seen in the data: "+it.text)
	ps.addCondition(i, c)
	return 1
}

// unknown takes a proper name after a column as a value that the profile does
// not list; any other unknown word is left over.
func (ps *parser) unknown(i int) int {
	it := ps.items[i]
	if n := ps.spanInUnits(i); n > 0 {
		return n
	}
	if prev := ps.at(i - 1); prev != nil && prev.kind == kNumber && ps.p.units[ps.p.lex.stem(it.word)] {
		return 1
	}
	if it.capital && ps.section == filtering && ps.lastTerm != nil && ps.lastTerm.role == asColumn && ps.lastTerm.agg == "" && ps.adjacent(i) {
		col := ps.p.column(ps.lastTerm.it.cols[0].ref)
		if col.Profile == nil || !col.Profile.Complete {
			text := it.text
			n := 1
			for next := ps.at(i + n); next != nil && next.kind == kUnknown && next.capital && !next.breaks; next = ps.at(i + n) {
				text += " " + next.text
				n++
			}
			ps.in.punish(ps.p.lex.weights["guess_value"], "value not seen in the data: "+text)
			ps.addCondition(i, &condition{op: plan.Equal, text: text, left: ps.left(i), after: it.from})
			return n
		}
	}
	if it.capital {
		return ps.guessName(i)
	}
	return 0
}

// opposite reports whether the link names its column by a word that negates it;
// such links come from the antonym table.
func opposite(l *link) bool { return l.why == "antonym" }
