package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// superlative reads "highest", "top 5", "the 3 oldest", "most common".
func (ps *parser) superlative(i int) int {
	it := ps.items[i]
	if prev := ps.at(i - 1); prev != nil && prev.word == "at" {
		return 0 // "at least" is not a superlative
	}
	if next := ps.at(i + 1); it.class == "adj" && (next.is("quant") || next.is("than")) {
		return ps.comparative(i)
	}
	if n := ps.firstRows(i); n > 0 {
		return n
	}
	if n := len(ps.in.sorts); ps.topWithoutMeasure() && ps.in.limit > 1 && it.class == "super" {
		// "The top 2 airlines with the most flights": what they go by.
		ps.in.sorts = ps.in.sorts[:n-1]
	}
	s := &superlative{it: it, desc: it.payload == "desc", n: 1}
	n := 1
	if prev := ps.at(i - 1); prev != nil && prev.kind == kNumber && prev.num >= 1 && prev.num <= 10000 {
		s.n = int(prev.num)
	}
	if next := ps.at(i + 1); next != nil && next.kind == kNumber && next.num >= 1 && next.num <= 10000 {
		s.n = int(next.num)
		n = 2
	}
	switch it.class {
	case "adj":
		s.hints = ps.p.lex.adjective[it.payload]
		s.desc = s.hints[0].direction == "desc"
	case "most":
		s.common, s.desc = true, true
	case "leastcommon":
		s.common = true
	case "topn":
		s.top = true
		if n == 1 && s.n == 1 && it.word != "top" && it.word != "bottom" && it.to-it.from == 1 {
			s.top = false
		}
		if next := ps.at(i + n); next.is("super") {
			s.desc, s.top = next.payload == "desc", false
			n++
		}
	}
	s.most = strings.Contains(it.text, "number of") || it.word == "most" || it.word == "fewest" || it.word == "least"
	ps.super = s
	return n
}

// superTarget reads the noun after a superlative.
func (ps *parser) superTarget(i int) int {
	s, it := ps.super, ps.items[i]
	t := &term{role: asColumn, it: it}
	isTable := ps.tableLike(it)
	if isTable {
		t.role = asTable
		ps.mentionTable(it)
	}
	ps.note(i, t)
	switch {
	case len(ps.aggs) > 0 && !isTable:
		t.agg, t.numeric = ps.aggs[0], true
		ps.aggs = nil
		ps.super = nil
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
		ps.setLimit(s)
		return 1
	case len(s.hints) > 0 && !isTable && ps.measurable(it):
		s.desc = ps.direction(s, it)
		t.numeric = ps.numericName(it)
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
	case s.common, s.top && (isTable || !ps.numericName(it)), len(s.hints) > 0:
		return ps.superSubject(s, t, it, isTable)
	case isTable && !s.most && !strings.Contains(s.it.text, "number of") && ps.countColumn(it) == nil:
		s.hints = ps.p.lex.adjective[s.it.word]
		if len(s.hints) == 0 {
			s.top = true
		}
		return ps.superSubject(s, t, it, isTable)
	case isTable:
		if c := ps.countColumn(it); c != nil {
			t.role, t.numeric, t.it = asColumn, true, c
			ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
			break
		}
		t.agg = plan.Count
		ps.in.counted = true
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
	default:
		t.numeric = true
		if s.top {
			t.numeric = true
		}
		ps.in.sorts = append(ps.in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
	}
	ps.super, ps.aggs = nil, nil
	ps.setLimit(s)
	return 1
}

// superSubject makes the noun the thing that is listed: "top 5 products", "the
// most common status", "the oldest customer".
func (ps *parser) superSubject(s *superlative, t *term, it *item, isTable bool) int {
	ps.super = nil
	ps.setLimit(s)
	switch {
	case s.common:
		ps.in.common = true
		ps.in.groups = append(ps.in.groups, t)
		ps.in.sorts = append(ps.in.sorts, &sorter{term: &term{role: asRows, agg: plan.Count}, desc: s.desc, superlative: true})
	case len(s.hints) > 0:
		ps.listSubject(t, it, isTable)
		ps.in.sorts = append(ps.in.sorts, &sorter{term: &term{role: asHint, hints: s.hints, it: s.it}, desc: s.desc, superlative: true})
	default:
		ps.listSubject(t, it, isTable)
		ps.in.sorts = append(ps.in.sorts, &sorter{desc: s.desc, superlative: true})
	}
	return 1
}

// setLimit keeps a number of rows that was said earlier: "which 5 sensors".
func (ps *parser) setLimit(s *superlative) {
	if s.n > 1 || ps.in.limit == 0 {
		ps.in.limit = s.n
	}
}

func (ps *parser) listSubject(t *term, it *item, isTable bool) {
	if isTable {
		if ps.in.subject == nil {
			ps.in.subject = it
		}
		return
	}
	ps.in.outs = append(ps.in.outs, t)
}

// measurable reports a column that "shortest" or "earliest" can compare itself,
// as in "the shortest life expectancy".
func (ps *parser) measurable(it *item) bool {
	return ps.numericName(it) || ps.p.column(it.cols[0].ref).Type.Temporal()
}

// direction is that of the hint that fits the column, else the first one's.
func (ps *parser) direction(s *superlative, it *item) bool {
	for _, h := range s.hints {
		for _, w := range h.words {
			if slices.Contains(ps.p.column(it.cols[0].ref).stems, w) {
				return h.direction == "desc"
			}
		}
	}
	return s.hints[0].direction == "desc"
}
