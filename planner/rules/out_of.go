package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
)

// runOut reads "out of stock" as "with stock 0": of what a number column counts,
// nothing is left. Other things one takes parts out of (out of 5, out of the total)
// stay as they are.
func (p *Planner) runOut(tokens []token) []token {
	for i := 0; i+2 < len(tokens); i++ {
		what := &tokens[i+2]
		if tokens[i].lower != "out" || tokens[i+1].lower != "of" || what.quoted || what.isNum || !p.counts(what) {
			continue
		}
		said, ok := p.lex.tokenize("with " + what.lower + " 0")
		if !ok || len(said) != 3 {
			continue
		}
		said[0].breaks, said[0].sentence = tokens[i].breaks, tokens[i].sentence
		return slices.Replace(slices.Clone(tokens), i, i+3, said...)
	}
	return tokens
}

// counts reports a word that is the whole name of a column of whole numbers and
// has no meaning of its own, as "total" does.
func (p *Planner) counts(t *token) bool {
	if p.lex.known[t.lower] || p.lex.known[t.lemma] || t.stop {
		return false
	}
	return slices.ContainsFunc(p.index.byStem[t.stem], func(i int) bool {
		n := p.index.names[i]
		return len(n.stems) == 1 && n.source == "name" && n.ref.col >= 0 && p.column(n.ref).Type == catalog.Integer
	})
}
