package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

func isPercent(it *item) bool {
	return len(it.word) >= 7 && it.word[:7] == "percent" || it.word == "pct" || it.word == "%"
}

// share reads "percentage of", "return rate", "proportion".
func (ps *parser) share(i int) int {
	it := ps.items[i]
	if prev := ps.at(i - 1); it.word == "%" && prev != nil && prev.kind == kNumber {
		return 1
	}
	if ps.in.share != nil {
		return 0
	}
	ps.in.share, ps.in.percent = it, isPercent(it)
	ps.in.counted = true
	if ps.lastTerm != nil && ps.lastAt == i-1 && ps.lastTerm.role == asColumn && ps.lastTerm.agg == "" {
		l := &ps.lastTerm.it.cols[0]
		if ps.p.column(l.ref).truth != nil {
			ps.retract()
			ps.addCondition(i, &condition{left: ps.lastTerm, truth: true, op: plan.Equal, after: it.from})
			ps.lastCond.share = true
			return 1
		}
	}
	// "X rate" where X is a value or state already read as a condition.
	if c := ps.lastCond; c != nil && ps.condAt == i-1 && c.period == nil {
		c.share = true
	}
	return 1
}

// duration reads "time" after a verb: "resolution time". Alone it is left over.
func (ps *parser) duration(i int) int {
	if _, b, n := ps.spanBetween(i); n > 0 {
		return ps.spanFrom(i, b, n)
	}
	next := ps.at(ps.skip(i+1, "to", "of", "for"))
	if next != nil && next.kind == kName && ps.temporal(next) >= 0 {
		k := ps.skip(i+1, "to", "of", "for")
		return ps.addSpan(next, k-i+1, k)
	}
	return 0
}

// temporal returns which column link of a mention holds dates, or -1.
func (ps *parser) temporal(it *item) int {
	return slices.IndexFunc(it.cols, func(l link) bool { return ps.p.column(l.ref).Type.Temporal() })
}

// spanOfTime reads "resolution time": a date column by its verb and then a word
// for duration.
func (ps *parser) spanOfTime(i int) int {
	it := ps.items[i]
	at := ps.temporal(it)
	if at < 0 {
		return 0
	}
	if next := ps.at(i + 1); next.is("duration") && !next.breaks {
		return ps.addSpan(it, 2, i+1)
	}
	if ps.how.is("howlong") {
		ps.how = nil
		if len(ps.aggs) == 0 {
			ps.aggs = []plan.Agg{plan.Avg}
		}
		return ps.addSpan(it, 1, i)
	}
	return 0
}

func (ps *parser) addSpan(it *item, n, at int) int {
	t := &term{role: asSpan, it: it, numeric: true}
	ps.note(at, t)
	switch {
	case len(ps.aggs) > 0:
		t.agg, t.fraction = ps.aggs[0], ps.fraction
		ps.aggs = nil
		return ps.place(at, t, n)
	case ps.super != nil:
		s := ps.super
		ps.super = nil
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
		ps.setLimit(s)
	case ps.comparisonFollows(at + 1):
	default:
		ps.in.outs = append(ps.in.outs, t)
	}
	return n
}
