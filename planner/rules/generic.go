package rules

import (
	"slices"
	"strings"
)

// generic links words that stand for a property every table has: "name" is what
// a table's rows are called by, "id" its key. It adds to what names match.
func (p *Planner) generic(tokens []token, have []link) []link {
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.lemma
	}
	var why string
	switch strings.Join(words, " ") {
	case "full name":
		return p.fullNames()
	case "name", "title":
		why = "label"
	case "id", "identifier", "key", "code":
		why = "key"
	default:
		return nil
	}
	var out []link
	for i, t := range p.tables {
		named := slices.ContainsFunc(have, func(l link) bool { return l.ref.table == i && l.ref.col >= 0 && l.score > 0.9 })
		switch {
		case named:
		case why == "label" && len(t.label) > 0 && t.label[0] != t.key:
			out = append(out, link{ref: ref{i, t.label[0]}, score: 0.6, why: why})
		case why == "key" && t.key >= 0:
			out = append(out, link{ref: ref{i, t.key}, score: 0.6, why: why})
		case why == "key" && t.numbered() >= 0:
			out = append(out, link{ref: ref{i, t.numbered()}, score: 0.5, why: why})
		}
	}
	return out
}

// fullNames links "full name" to a column of that kind or to first and last name
// together.
func (p *Planner) fullNames() []link {
	var out []link
	for i, t := range p.tables {
		switch {
		case len(t.person) > 0:
			out = append(out, link{ref: ref{i, t.person[0]}, score: 0.95, why: "person"})
		case len(t.label) > 0 && t.label[0] != t.key:
			out = append(out, link{ref: ref{i, t.label[0]}, score: 0.6, why: "label"})
		}
	}
	return out
}

// parts are the columns a link stands for: one, or all of a name in parts.
func (d *draft) parts(l link) []ref {
	t := d.p.tables[l.ref.table]
	cols := []int{l.ref.col}
	switch l.why {
	case "label":
		cols = t.label
	case "person":
		cols = t.person
	}
	out := make([]ref, len(cols))
	for i, c := range cols {
		out[i] = ref{l.ref.table, c}
	}
	return out
}

// numbered is the column that holds the code or number of a row where the table
// has no key: the flight number of flights. It is called after the table.
func (t *table) numbered() int {
	return slices.IndexFunc(t.columns, func(c *column) bool {
		if len(c.words) < 2 || c.link {
			return false
		}
		last := c.words[len(c.words)-1]
		return (last == "number" || last == "code" || last == "id") && slices.Contains(t.stems, c.stems[0])
	})
}
