package rules

import (
	"slices"
	"strings"
)

// mostStates is the share of a column's values that must be postal codes, or names
// of states, for it to be one of states.
const mostStates = 0.6

// readStates reads states.txt, in both directions.
func (l *lexicon) readStates() {
	l.states = map[string]string{}
	for _, line := range lexiconLines("states.txt") {
		name, codes := leftRight(line, ",")
		for _, code := range codes {
			l.states[name], l.states[code] = code, name
		}
	}
}

// postal finds "California" in a column that says CA, and the other way round. A
// code has to be written in capitals: "in" and "or" are words.
func (p *Planner) postal(tokens []token) []link {
	if len(tokens) > 4 {
		return nil
	}
	var said []string
	for _, t := range tokens {
		said = append(said, t.lower)
	}
	other, ok := p.lex.states[strings.Join(said, " ")]
	if !ok || len(said[0]) == 2 && len(said) == 1 && tokens[0].text != strings.ToUpper(tokens[0].text) {
		return nil
	}
	var links []link
	for v := range p.index.values.named(valueWords(other)...) {
		known := slices.ContainsFunc(links, func(l link) bool { return l.ref == v.ref })
		if !known && strings.EqualFold(strings.TrimSpace(v.value), other) && p.holdsStates(p.column(v.ref)) {
			links = append(links, link{ref: v.ref, value: v.value, isVal: true, score: 0.95, why: "value"})
		}
	}
	return links
}

// holdsStates reports a column most of whose values are states.
func (p *Planner) holdsStates(c *column) bool {
	if c.Profile == nil || len(c.Profile.Top) == 0 {
		return false
	}
	known := 0
	for _, v := range c.Profile.Top {
		if _, ok := p.lex.states[strings.ToLower(strings.TrimSpace(v.Value))]; ok {
			known++
		}
	}
	return float64(known) >= mostStates*float64(len(c.Profile.Top))
}
