package rules

import (
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// left finds the left side of a comparison at i: the column or count just
// before, or nil.
func (ps *parser) left(i int) *term {
	if ps.lastTerm == nil || !ps.adjacent(i) {
		return nil
	}
	t := ps.lastTerm
	if t.role == asTable && t.agg == "" {
		return nil
	}
	for k := ps.lastAt + 1; k < i; k++ {
		switch ps.items[k].word {
		case "have", "has", "had", "with", "having":
			return nil // "how many products have fewer than": of the products
		}
	}
	ps.retract()
	return t
}

// leftAfter finds what is compared behind the number, as in "more than 5
// bedrooms" or "older than 30", and how many items it takes.
func (ps *parser) leftAfter(i, j int) (*term, int) {
	if hints := ps.p.comparativeHints(ps.items[i].word, ps.items[i].text); hints != nil {
		return &term{role: asHint, hints: hints, it: ps.items[i], numeric: true}, 0
	}
	k := ps.skip(j, "of", "in")
	for ps.at(k) != nil && (ps.at(k).is("distinct") || ps.at(k).kind == kUnknown && ps.p.lex.light[ps.at(k).word] > 0) {
		k++
	}
	if t, n := ps.unitColumn(k); t != nil {
		return t, n + k - j
	}
	next := ps.at(k)
	if next == nil || next.kind != kName || next.breaks {
		return nil, 0
	}
	if len(next.cols) > 0 && (top(next.cols) > top(next.tabs)+0.02 || len(next.tabs) == 0) && ps.acceptsNumber(next) {
		t := &term{role: asColumn, it: next}
		ps.note(k, t)
		return t, k - j + 1
	}
	if c := ps.countColumn(next); c != nil {
		t := &term{role: asColumn, it: c}
		ps.note(k, t)
		return t, k - j + 1
	}
	if len(next.tabs) > 0 {
		ps.mentionTable(next)
		return &term{role: asTable, agg: plan.Count, it: next}, k - j + 1
	}
	return nil, 0
}

// unitColumn reads "pieces in stock": the unit of a column and the column.
func (ps *parser) unitColumn(k int) (*term, int) {
	unit := ps.at(k)
	m := ps.skip(k+1, "in", "of", "at", "on")
	if m == k+1 && ps.at(m).is("when") {
		m++
	}
	next := ps.at(m)
	if unit == nil || next == nil || next.kind != kName || next.breaks {
		return nil, 0
	}
	for _, l := range next.cols {
		c := ps.p.column(l.ref)
		if c.Unit != "" && c.Type.Numeric() && ps.p.lex.stem(strings.ToLower(c.Unit)) == ps.p.lex.stem(unit.word) {
			t := &term{role: asColumn, it: next}
			ps.note(m, t)
			return t, m - k + 1
		}
	}
	return nil, 0
}

// comparativeHints finds the columns of "older than" and "cheaper than".
func (p *Planner) comparativeHints(word, text string) []hint {
	text = strings.ToLower(strings.TrimSuffix(text, " than"))
	if h, ok := p.lex.adjective[text]; ok {
		return h
	}
	return p.lex.adjective[word]
}
