package rules

import (
	"slices"
	"strings"
)

// matchOpposite matches a name of a yes/no or date column by its contrary:
// "unresolved" for resolved_at, "breached the SLA" for sla_met.
func (p *Planner) matchOpposite(n *name, tokens []token) (float64, bool) {
	if n.ref.col < 0 || p.column(n.ref).truth == nil && !p.column(n.ref).Type.Temporal() {
		return 0, false
	}
	turned := slices.Clone(tokens)
	done := false
	for i := range turned {
		for _, word := range p.contraries(&turned[i]) {
			if !done && slices.Contains(n.stems, word) {
				turned[i].stem, turned[i].lower, done = word, word, true
			}
		}
	}
	if !done {
		return 0, false
	}
	return n.match(turned, p)
}

// contraries returns the stems of the words a token is the contrary of.
func (p *Planner) contraries(t *token) []string {
	out := p.lex.antonyms[t.stem]
	for _, prefix := range []string{"un", "in", "non", "dis"} {
		if rest, ok := strings.CutPrefix(t.lower, prefix); ok && len(rest) > 3 {
			out = append(slices.Clip(out), p.lex.stem(rest))
		}
	}
	return out
}

// preferOpposite settles words that are the contrary of one column and merely
// resemble the name of another: a ticket that is open was not resolved, while one
// that was opened has an opening date.
func (p *Planner) preferOpposite(tokens []token, best map[ref]link) {
	if len(tokens) != 1 || !p.lex.opposites[tokens[0].lower] {
		return
	}
	contrary := false
	for r, l := range best {
		if l.why == "antonym" {
			l.score = max(l.score, 0.95)
			best[r], contrary = l, true
		}
	}
	for r, l := range best {
		if contrary && r.col >= 0 && p.column(r).Type.Temporal() && l.why != "antonym" && !slices.Contains(p.column(r).words, tokens[0].lower) {
			l.score *= 0.5
			best[r] = l
		}
	}
}
