package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// judge gives "worst" and "best" their direction: the worst of what one wants
// little of, such as errors and returns, has the most of it.
func (d *draft) judge() {
	if !slices.ContainsFunc(d.items, judges) {
		return
	}
	for _, s := range d.in.sorts {
		if s.superlative && s.term != nil && d.unwelcome(s.term) {
			s.desc = !s.desc
		}
	}
}

// judges reports a word that says good or bad rather than much or little.
func judges(it *item) bool {
	return (it.is("super") || it.is("topn")) && (it.text == "worst" || it.text == "best")
}

// unwelcome reports a measure of which less is better: by its name, or because it
// counts rows that are restricted to something bad.
func (d *draft) unwelcome(t *term) bool {
	if r := t.link.ref; r.col >= 0 && (t.role != asRows && t.role != asTable) && (t.expr == nil || t.expr.Column != "") {
		return d.p.lex.bad(d.p.column(r).stems...)
	}
	if t.agg != plan.Count {
		return false
	}
	return slices.ContainsFunc(d.in.conds, func(c *condition) bool {
		if c.raw != nil {
			return c.raw.Op == plan.Equal && d.p.badFilter(c.raw)
		}
		if c.no || c.left == nil || c.op != "" && c.op != plan.Equal {
			return false
		}
		for _, v := range c.values {
			if d.p.lex.bad(d.p.stems(strings.Fields(strings.ToLower(v.value)))...) {
				return true
			}
		}
		r := c.left.link.ref
		return c.truth && r.col >= 0 && d.p.lex.bad(d.p.column(r).stems...)
	})
}

// badFilter reports a filter of an earlier plan that keeps what is bad.
func (p *Planner) badFilter(f *plan.Filter) bool {
	if said, ok := f.Value.(string); ok {
		return p.lex.bad(p.stems(strings.Fields(strings.ToLower(said)))...)
	}
	yes, ok := f.Value.(bool)
	return ok && yes && slices.ContainsFunc(p.columnsOfFilter(f), func(r ref) bool { return p.lex.bad(p.column(r).stems...) })
}

// bad reports that one of the stems is of a word for what one wants few of.
func (l *lexicon) bad(stems ...string) bool {
	return slices.ContainsFunc(stems, func(s string) bool { return l.unwelcome[s] })
}

func (l *lexicon) readUnwelcome() {
	l.unwelcome = map[string]bool{}
	for _, line := range lexiconLines("bad.txt") {
		for word := range strings.FieldsSeq(line) {
			l.unwelcome[l.stem(word)] = true
		}
	}
}
