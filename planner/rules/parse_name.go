package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

func top(links []link) float64 {
	if len(links) == 0 {
		return 0
	}
	return links[0].score
}

// name reads a mention of the schema.
func (ps *parser) name(i int) int {
	it := ps.items[i]
	if ps.isValue(i) {
		return ps.value(i)
	}
	if c := ps.truthColumn(i); c != nil {
		return ps.predicate(i, c)
	}
	if n := ps.spanOfTime(i); n > 0 {
		return n
	}
	if n := ps.dateState(i); n > 0 {
		return n
	}
	if next := ps.at(i + 1); next.is("share") && next.payload == "" && ps.in.share == nil && len(it.cols) > 0 {
		ps.note(i, &term{role: asColumn, it: it})
		return 1
	}
	if ps.verb(i) {
		ps.in.punish(0.97, "verb "+it.text)
		return 1
	}
	switch {
	case ps.count != nil:
		return ps.counted(i)
	case ps.super != nil:
		return ps.superTarget(i)
	case len(ps.aggs) > 0:
		return ps.aggregate(i)
	case ps.how.is("howmuch") && ps.in.prev != nil && ps.in.cues.refer && !ps.in.prev.grouped():
		ps.how = nil // "how much do they cost" is asked of each
	case ps.how.is("howmuch"):
		ps.aggs, ps.aggItem, ps.how = []plan.Agg{plan.Sum}, ps.how, nil
		return ps.aggregate(i)
	}
	if ps.tableLike(it) {
		return ps.tableMention(i)
	}
	return ps.columnMention(i)
}

// tableLike decides between a table and a column of the same name.
func (ps *parser) tableLike(it *item) bool {
	if len(it.tabs) == 0 || top(it.tabs) < top(it.cols)-0.02 {
		return false
	}
	if len(it.cols) == 0 || top(it.cols) < 0.97 {
		return true
	}
	// A column of the table itself, whose values repeat, under the same word:
	// the word is about what the column names.
	c := ps.p.column(it.cols[0].ref)
	return c.unique || c.ref.table != it.tabs[0].ref.table || !c.id && c.Type != catalog.Text
}

// note remembers a term as the latest one.
func (ps *parser) note(i int, t *term) { ps.lastTerm, ps.lastAt = t, i }

// retract removes the last term from the outputs: it turned out to be the left
// side of a condition.
func (ps *parser) retract() {
	outs := ps.in.outs
	if n := len(outs); n > 0 && outs[n-1] == ps.lastTerm && outs[n-1].agg == "" {
		ps.in.outs = outs[:n-1]
	}
}

// truthColumn returns the yes/no column a mention stands for when it is used as
// a predicate: "returned orders", "met the SLA".
func (ps *parser) truthColumn(i int) *link {
	it := ps.items[i]
	if len(it.cols) == 0 || top(it.tabs) >= top(it.cols) {
		return nil
	}
	c := ps.p.column(it.cols[0].ref)
	if c.truth == nil || ps.inGroupList(i) {
		return nil
	}
	if len(ps.aggs) > 0 && ps.aggs[len(ps.aggs)-1] != plan.Sum {
		return nil
	}
	next := ps.at(i + 1)
	listed := len(ps.in.outs) > 0 && (ps.coordinated(i) || next.is("and"))
	if ps.section == selecting && (listed || next.is("and") && c.Type != catalog.Boolean) {
		return nil
	}
	if c.Type == catalog.Integer && !ps.nounFollows(i) && it.cols[0].score < 0.9 {
		return nil
	}
	return &it.cols[0]
}

func (ps *parser) inGroupList(i int) bool {
	prev := ps.at(i - 1)
	return prev.is("group") && prev.word != "across" || prev.is("by") && !ps.doneBy(i-1)
}

func (ps *parser) predicate(i int, l *link) int {
	it := ps.items[i]
	c := &condition{left: &term{role: asColumn, it: it}, truth: true, op: plan.Equal, after: it.from}
	if next := ps.at(i + 1); next.is("share") && next.payload == "" {
		ps.in.share = next
		ps.in.percent = isPercent(next)
		ps.addCondition(i, c)
		c.share, ps.in.shareSaid = true, true
		ps.in.counted = true
		return 2
	}
	if opposite(l) {
		c.no = !c.no
	}
	if ps.super != nil && ps.super.most && !ps.nounFollows(i) {
		ps.in.sorts = append(ps.in.sorts, &sorter{term: &term{role: asRows, agg: plan.Count}, desc: ps.super.desc, superlative: true})
		ps.setLimit(ps.super)
		ps.super = nil
	}
	if ps.count != nil && !ps.nounFollows(i) && len(ps.in.outs) == 0 && ps.in.subject == nil {
		ps.count = nil
		ps.in.outs = append(ps.in.outs, &term{role: asRows, agg: plan.Count})
		ps.in.counted = true
	}
	ps.addCondition(i, c)
	return 1
}

// nounFollows reports whether a table is named right after i.
func (ps *parser) nounFollows(i int) bool {
	next := ps.at(i + 1)
	return next != nil && next.kind == kName && len(next.tabs) > 0
}

// countedNumber lowers readings that add up what "how many" asks for.
const countedNumber = 0.67

// counted reads the noun after "how many".
func (ps *parser) counted(i int) int {
	it := ps.items[i]
	if next := ps.at(i + 1); ps.tableLike(it) && next != nil && next.kind == kName && next.from == it.to && !next.breaks && top(next.tabs) >= 0.9 && ps.tableLike(next) && top(it.tabs) >= 0.9 && it.to-it.from == 1 {
		return 1 // "film ratings": the last noun is what is counted
	}
	t := &term{it: it, role: asTable, agg: plan.Count}
	if !ps.tableLike(it) {
		t.role = asColumn
		t.agg = plan.CountDistinct
		c := ps.p.column(it.cols[0].ref)
		if ps.amountCounted(c) {
			ps.count = nil
			return ps.aggregate(i)
		}
		if c.Type.Numeric() && !c.id && !c.year && ps.distinct == nil {
			t.agg, t.numeric, t.counts = plan.Sum, true, true
			ps.in.punish(countedNumber, "counted a number column")
		}
	} else {
		ps.mentionTable(it)
	}
	t.distinct = ps.distinct != nil
	ps.count, ps.distinct = nil, nil
	ps.note(i, t)
	return ps.place(i, t, 1)
}

// place puts an aggregated term where it belongs: the key of a pending
// superlative, the left side of a comparison, or an output.
func (ps *parser) place(i int, t *term, n int) int {
	ps.in.counted = true
	if len(ps.aggs) > 0 && t.agg == plan.Count {
		if ps.aggs[0] == plan.Avg {
			t.per = t.it
			t.guessed = true
		}
		ps.aggs = nil
	}
	switch {
	case ps.super != nil:
		s := ps.super
		ps.super = nil
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
		ps.setLimit(s)
	case ps.comparisonFollows(i + n):
	default:
		ps.in.outs = append(ps.in.outs, t)
	}
	return n
}

func (ps *parser) comparisonFollows(i int) bool {
	i = ps.skip(i, "is", "are", "was", "were")
	it := ps.at(i)
	if it != nil && it.word == "of" && it.to-it.from == 1 {
		it = ps.at(i + 1)
	}
	return ps.section == filtering && (it.is("cmp") || it.is("between"))
}

// aggregate reads the noun after "average".
func (ps *parser) aggregate(i int) int {
	it := ps.items[i]
	if len(it.cols) == 0 || (ps.aggs[0] == plan.Sum && ps.tableLike(it)) {
		if ps.aggs[0] == plan.Sum {
			ps.aggs = nil
			ps.count = ps.aggItem
			return ps.counted(i)
		}
		return ps.tableMention(i)
	}
	aggs := ps.aggs
	ps.aggs = nil
	var t *term
	for _, a := range aggs {
		t = &term{role: asColumn, it: it, agg: a, numeric: a != plan.Min && a != plan.Max}
		if a == plan.Percentile {
			t.fraction = ps.fraction
		}
		if len(aggs) > 1 || ps.super == nil {
			ps.place(i, t, 1)
		}
	}
	if len(aggs) == 1 && ps.super != nil {
		ps.place(i, t, 1)
	}
	ps.note(i, t)
	ps.distinct = nil
	return 1
}

// tableMention reads a table: the subject, or a related table.
func (ps *parser) tableMention(i int) int {
	it := ps.items[i]
	if c := ps.lastCond; c != nil && c.exists != nil && ps.section == filtering && ps.condAt >= i-2 && ps.neg == nil {
		return 1 // "do not hire any employee": the verb named the table between
	}
	if top(it.tabs) < 0.6 {
		ps.in.punish(0.8, "only resembles a table: "+it.text)
	}
	ps.mentionTable(it)
	t := &term{role: asTable, it: it}
	if ps.in.share != nil && !ps.in.shareBase && it.from > ps.in.share.from && !ps.inGroupList(i) {
		ps.in.shareBase = true
		for _, c := range ps.in.conds {
			c.early = c.early || c.share
			c.share = false
		}
	}
	prev := ps.at(i - 1)
	switch {
	case ps.inGroupList(i):
		ps.in.groups = append(ps.in.groups, t)
	case ps.neg != nil && ps.section == filtering && top(it.tabs) < 0.9 && ps.objectFollows(i):
		return 1 // "do not play football": the verb resembles a table
	case ps.neg != nil && ps.section == filtering:
		ps.addCondition(i, &condition{exists: it, after: it.from})
	case ps.section == selecting && ps.in.subject == nil && len(ps.in.outs) == 0:
		ps.in.subject = it
	case ps.in.subject == nil:
		ps.in.subject = it
	case prev.is("and") && ps.section == selecting && len(ps.in.outs) == 0:
		ps.in.punish(0.7, "two subjects")
	}
	ps.note(i, t)
	return 1
}

func (ps *parser) mentionTable(it *item) { ps.in.tables = append(ps.in.tables, it) }

// columnMention reads a column that nothing asked for: an output, or the left
// side of a condition to come.
func (ps *parser) columnMention(i int) int {
	it := ps.items[i]
	t := &term{role: asColumn, it: it}
	if ps.coordinated(i) && ps.lastTerm.role == asColumn && ps.lastTerm.agg != "" && ps.lastTerm.agg != plan.CountDistinct && ps.numericName(it) && len(ps.in.groups) == 0 {
		t.agg, t.numeric = ps.lastTerm.agg, true
	}
	if ps.distinct != nil {
		ps.in.distinct, ps.distinct = true, nil
	}
	if ps.lastAt == i-1 && i > 0 && !it.breaks && ps.lastTerm.role == asColumn && ps.lastCond == nil {
		ps.in.punish(0.7, "two names side by side: "+it.text)
	}
	switch {
	case ps.describes(i):
		return 1
	case ps.section == filtering && ps.lastCond != nil && len(ps.lastCond.values) > 0 && sharesColumn(it.cols, ps.lastCond.values) && !ps.comparisonFollows(i+1) && !ps.valueFollows(i):
		return 1 // names the column of the value before: "English is the language"
	case ps.neg != nil && ps.section == filtering && ps.p.column(it.cols[0].ref).link && it.cols[0].score < 0.9 && ps.objectFollows(i):
		return 1 // "did not lose any ship": the verb resembles a column
	case ps.neg != nil && ps.neg.class == "neg" && !ps.comparisonFollows(i+1) && !ps.valueFollows(i) && len(ps.in.outs)+len(ps.in.tables) > 0:
		ps.addCondition(i, &condition{left: t, op: plan.NotNull, after: it.from})
	case ps.comparisonFollows(i+1) || ps.valueFollows(i):
	case ps.section == filtering && len(ps.in.outs)+len(ps.in.groups) > 0 && !ps.coordinated(i):
		if prev := ps.at(i - 1); prev != nil && prev.is("and") || it.breaks {
			ps.in.outs = append(ps.in.outs, t)
		} else {
			ps.in.leftover = append(ps.in.leftover, it)
		}
	default:
		ps.in.outs = append(ps.in.outs, t)
	}
	ps.note(i, t)
	return 1
}

func (ps *parser) numericName(it *item) bool {
	c := ps.p.column(it.cols[0].ref)
	return c.Type.Numeric() && !c.id
}

// coordinated reports that "and" or a comma joins i to the last term.
func (ps *parser) coordinated(i int) bool {
	if ps.lastTerm == nil {
		return false
	}
	return ps.lastAt == i-1 && ps.items[i].breaks || ps.lastAt == i-2 && ps.items[i-1].is("and")
}

// valueFollows reports that the column at i is the left side of "is Austin",
// "= 5", "in 2024".
func (ps *parser) valueFollows(i int) bool {
	it := ps.items[i]
	j := ps.skip(i+1, "is", "are", "was", "were", "of", "in", "to", "from", "on", "at", "for", "been")
	next := ps.at(j)
	if next == nil || next.breaks {
		return false
	}
	if next.is("neg") || next.is("except") || next.is("cmp") && next.payload == "!=" || next.is("cmp") && next.payload == "=" {
		next = ps.at(ps.skip(j + 1))
		if next == nil {
			return false
		}
	}
	between := j > i+1
	switch next.kind {
	case kName:
		return len(next.vals) > 0 && sharesColumn(it.cols, next.vals) && (between || len(next.cols)+len(next.tabs) == 0)
	case kNumber:
		return (ps.section == filtering || !between) && ps.acceptsNumber(it)
	case kQuote:
		return !between || ps.section == filtering || true
	case kPeriod:
		return ps.section == filtering && ps.acceptsPeriod(it)
	case kLexicon:
		return next.is("contains") || next.is("startswith") || next.is("endswith") || next.is("isnull") || next.is("notnull") || (ps.section == filtering && next.is("between"))
	}
	return false
}

func (ps *parser) acceptsNumber(it *item) bool {
	return slices.ContainsFunc(it.cols, func(l link) bool {
		c := ps.p.column(l.ref)
		return c.Type.Numeric() || c.Type == catalog.Text && c.id
	})
}

func (ps *parser) acceptsPeriod(it *item) bool {
	return slices.ContainsFunc(it.cols, func(l link) bool {
		c := ps.p.column(l.ref)
		return l.score >= it.cols[0].score-0.05 && (c.Type.Temporal() || c.year)
	})
}
