package rules

import (
	"github.com/leo-analytics/leo/shared/plan"
)

// spanBetween reads "from A to B" and "between A and B" after a word for a
// duration, where both are dates: the time from one to the other. It returns how
// many items it takes after i.
func (ps *parser) spanBetween(i int) (from, to *item, n int) {
	open := ps.at(i + 1)
	if open == nil || open.word != "from" && open.word != "between" {
		return nil, nil, 0
	}
	a, mid := ps.at(ps.skip(i+2)), ps.at(ps.skip(i+2)+1)
	if a == nil || mid == nil || a.kind != kName || ps.temporal(a) < 0 {
		return nil, nil, 0
	}
	k := ps.skip(i+2) + 1
	if mid.is("and") || mid.is("when") || mid.kind == kFunction {
		k++
	}
	k = ps.skip(k)
	b := ps.at(k)
	if b == nil || b.kind != kName || ps.temporal(b) < 0 || k == ps.skip(i+2) {
		return nil, nil, 0
	}
	return a, b, k - i
}

// spanInUnits reads a unit of time that is measured rather than grouped by:
// "hours to resolution", "how many days does it take to ship".
func (ps *parser) spanInUnits(i int) int {
	it := ps.items[i]
	u, ok := unitOf(it.word)
	if !ok || it.word != string(u)+"s" || it.to-it.from != 1 {
		return 0
	}
	if _, b, n := ps.spanBetween(i); n > 0 && (len(ps.aggs) > 0 || ps.count != nil) {
		ps.in.unit, ps.count = string(u), nil
		return ps.spanFrom(i, b, n)
	}
	next := ps.at(i + 1)
	if next == nil {
		return 0
	}
	k := ps.skip(i+1, "to")
	if end := ps.at(k); k > i+1 && end != nil && end.kind == kName && ps.temporal(end) >= 0 && len(ps.aggs) > 0 {
		ps.in.unit = string(u)
		return ps.addSpan(end, k-i+1, k)
	}
	if ps.count == nil || !ps.takes(i) {
		return 0
	}
	// "How many hours does it take": what follows says until when.
	ps.in.unit, ps.how, ps.count = string(u), &item{kind: kLexicon, class: "howlong", text: it.text}, nil
	return 1
}

// takes reports "… does it take", "… passed" soon after i.
func (ps *parser) takes(i int) bool {
	for k := i + 1; k < len(ps.items) && k <= i+5; k++ {
		switch ps.items[k].word {
		case "take", "takes", "took", "taken", "pass", "passed", "needed", "elapse", "elapsed":
			return true
		}
	}
	return false
}

// spanFrom adds the time between the two dates of spanBetween at i.
func (ps *parser) spanFrom(i int, b *item, n int) int {
	a, _, _ := ps.spanBetween(i)
	if len(ps.aggs) == 0 && ps.count == nil && ps.super == nil && ps.how != nil {
		ps.how, ps.aggs = nil, []plan.Agg{plan.Avg}
	}
	taken := ps.addSpan(b, n+1, i+n)
	if ps.lastTerm != nil && ps.lastTerm.role == asSpan {
		ps.lastTerm.since = a
	}
	return taken
}

// firstRows reads "first 5" after what the rows are sorted by: so many of them.
func (ps *parser) firstRows(i int) int {
	it, next := ps.items[i], ps.at(i+1)
	if it.word != "first" || it.to-it.from != 1 || next == nil || next.kind != kNumber || next.num < 1 || next.num > 1000 {
		return 0
	}
	if len(ps.in.sorts) == 0 && ps.super == nil {
		return 0
	}
	if ps.super != nil {
		ps.super.n = int(next.num)
		return 2
	}
	if after := ps.at(i + 2); after != nil && !after.breaks && after.kind == kName {
		return 0
	}
	ps.in.limit = int(next.num)
	return 2
}

// maybeYear reports a number right after a measure that is rather the year the
// measure is of: "revenue 2025" where the table has dates.
func (ps *parser) maybeYear(i int, left *term) bool {
	it := ps.items[i]
	if left == nil || left.it == nil || len(left.it.cols) == 0 || len(it.text) != 4 || it.num < 1900 || it.num > 2100 || ps.lastAt != i-1 {
		return false
	}
	c := ps.p.column(left.it.cols[0].ref)
	return c.Type.Numeric() && !c.id && !c.year && len(ps.p.tables[c.ref.table].dates) > 0
}
