package rules

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// personName reads a quoted "Ada Moss" as the first and the last name of a
// person, both of which the data knows.
func (ps *parser) personName(i int) bool {
	it := ps.items[i]
	words := strings.Fields(it.text)
	if len(words) != 2 {
		return false
	}
	for ti, t := range ps.p.tables {
		if len(t.person) != 2 {
			continue
		}
		var found []link
		for k, w := range words {
			for v := range ps.p.index.values.named(valueWords(w)...) {
				if v.ref == (ref{ti, t.person[k]}) {
					found = append(found, link{ref: v.ref, value: v.value, isVal: true, score: 1, why: "value"})
					break
				}
			}
		}
		if len(found) < 2 {
			continue
		}
		for _, l := range found {
			ps.addCondition(i, &condition{op: plan.Equal, values: []link{l}, after: it.from, left: &term{role: asColumn, it: it}})
		}
		return true
	}
	return false
}

// guessName takes a proper name no value is known for as the name of a row, where
// only one table has names that the profile does not list in full, or the table
// stands right before it: "the city Kabul".
func (ps *parser) guessName(i int) int {
	it := ps.items[i]
	text, n := it.text, 1
	for next := ps.at(i + n); it.kind == kUnknown && next != nil && next.kind == kUnknown && next.capital && !next.breaks; next = ps.at(i + n) {
		text += " " + next.text
		n++
	}
	near := -1
	if t := ps.lastTerm; t != nil && t.role == asTable && t.it != nil && ps.lastAt >= i-2 && len(t.it.tabs) > 0 {
		near = t.it.tabs[0].ref.table
	}
	if prev := ps.before(i); it.kind == kUnknown && near < 0 && prev.kind != kFunction && !prev.is("when") {
		return 0
	}
	var at []ref
	for ti, t := range ps.p.tables {
		if len(t.label) != 1 || near >= 0 && ti != near {
			continue
		}
		c := t.columns[t.label[0]]
		if c.Type == catalog.Text && c.Profile != nil && !c.Profile.Complete {
			at = append(at, c.ref)
		}
	}
	if len(at) != 1 {
		return 0
	}
	l := link{ref: at[0], score: 0.7, why: "guess"}
	ps.in.punish(0.8*ps.p.lex.weights["guess_value"], "value not seen in the data: "+text)
	ps.addCondition(i, &condition{op: plan.Equal, text: text, after: it.from, left: &term{role: asColumn, it: it, link: l}})
	return n
}

// numberOf reads "course 301": the row of the table before with that number.
func (ps *parser) numberOf(i int) bool {
	t, it, next := ps.lastTerm, ps.items[i], ps.at(i+1)
	if t == nil || t.role != asTable || ps.lastAt != i-1 || it.breaks || len(t.it.tabs) == 0 || next != nil && (next.kind == kName || next.kind == kUnknown) && !next.breaks {
		return false
	}
	words := strings.Fields(strings.ToLower(t.it.text))
	if last := words[len(words)-1]; ps.p.lex.lemma(last) != last {
		return false // "courses 301" is no name
	}
	tb := ps.p.tables[t.it.tabs[0].ref.table]
	if tb.key < 0 || tb.columns[tb.key].Type != catalog.Integer {
		return false
	}
	l := link{ref: ref{t.it.tabs[0].ref.table, tb.key}, score: 0.9, why: "key"}
	ps.in.punish(0.95, "the one with the number "+it.text)
	ps.addCondition(i, &condition{op: plan.Equal, numbers: []float64{it.num}, left: &term{role: asColumn, it: it, link: l, numeric: true}, after: it.from})
	return true
}
