package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// dateState reads a date column used as a state: "resolved tickets" are those
// with a resolution date, "not resolved" those without. A column that is never
// empty says nothing and only tells which date is meant.
func (ps *parser) dateState(i int) int {
	it := ps.items[i]
	open := ps.stateAdjective(i)
	at := ps.temporal(it)
	if at != 0 || len(it.tabs) > 0 && ps.tableLike(it) || !open && !ps.participle(it) && it.cols[0].why != "antonym" || len(ps.aggs) > 0 || ps.inGroupList(i) {
		return 0
	}
	if ps.coordinated(i) && ps.section == selecting && ps.neg == nil {
		return 0
	}
	t := &term{role: asColumn, it: it}
	next := ps.at(ps.skip(i + 1))
	dated := next != nil && (next.kind == kPeriod || next.is("when") || next.is("between") || next.is("cmp"))
	if dated && next.is("when") {
		after := ps.at(ps.skip(i+1) + 1)
		dated = after != nil && after.kind == kPeriod
	}
	ps.in.dateHint = it
	if it.cols[0].why == "antonym" && ps.neg == nil {
		ps.neg = it
	}
	c := ps.p.column(it.cols[0].ref)
	nulls := c.Profile != nil && c.Profile.Nulls > 0
	switch {
	case dated && ps.neg == nil:
		ps.note(i, t)
	case ps.neg != nil:
		if !nulls {
			return 0
		}
		ps.neg = nil
		ps.addCondition(i, &condition{left: t, op: plan.IsNull, after: it.from})
	case nulls:
		ps.addCondition(i, &condition{left: t, op: plan.NotNull, after: it.from})
		ps.note(i, t)
	default:
		ps.note(i, t)
	}
	return 1
}

// participle reports that the mention is a past participle: created, sold.
func (ps *parser) participle(it *item) bool {
	words := strings.Fields(strings.ToLower(it.text))
	if len(words) == 0 {
		return false
	}
	w := words[len(words)-1]
	if strings.HasSuffix(w, "ed") {
		return true
	}
	return ps.p.lex.participle[w]
}

// verb reports a verb that merely resembles the name of a number column, as
// "sold" does "sales".
func (ps *parser) verb(i int) bool {
	it := ps.items[i]
	if it.to-it.from != 1 || len(it.cols) == 0 || top(it.tabs) > 0.5 {
		return false
	}
	if !ps.p.column(it.cols[0].ref).Type.Numeric() && (len(ps.in.tables) == 0 && ps.in.subject == nil || ps.count != nil) {
		return false
	}
	if slices.Contains(ps.p.column(it.cols[0].ref).Synonyms, it.word) {
		return false
	}
	for _, l := range it.cols {
		if slices.Contains(ps.p.column(l.ref).words, it.word) {
			return false
		}
	}
	if next := ps.at(ps.skip(i+1, "in", "at", "as")); next != nil && next.kind == kNumber && ps.acceptsNumber(it) {
		ps.section = filtering
		return false // "majored in 600"
	}
	return ps.participle(it) || strings.HasSuffix(it.word, "ing")
}

// objectFollows reports that a value or a table is named just behind i: what a
// verb at i is about.
func (ps *parser) objectFollows(i int) bool {
	for k := i + 1; k <= i+3; k++ {
		next := ps.at(k)
		if next == nil || next.breaks || next.is("and") || next.is("that") {
			return false
		}
		if next.kind == kName && (ps.isValue(k) || top(next.tabs) >= 0.9) {
			return true
		}
	}
	return false
}

// stateAdjective reads "open" before the things that are open: without the date
// of its contrary, not those that were opened. That reading is then the only one.
func (ps *parser) stateAdjective(i int) bool {
	it := ps.items[i]
	if it.to-it.from != 1 || !ps.nounFollows(i) || ps.participle(it) {
		return false
	}
	at := slices.IndexFunc(it.cols, func(l link) bool { return l.why == "antonym" && ps.p.column(l.ref).Type.Temporal() })
	if at < 0 {
		return false
	}
	it.cols = []link{it.cols[at]}
	return true
}
