package rules

import (
	"slices"
	"strconv"

	"github.com/leo-analytics/leo/shared/plan"
)

// weigh decides between an utterance on its own and as a follow-up: the words that
// point back, and how complete it is alone.
func (p *Planner) weigh(alone, refined []*draft, prev *earlier, c cues) {
	w := p.lex.weights
	for _, d := range refined {
		d.score *= 1 - w["follow_trust"]*(1-prev.trust)
	}
	switch {
	case c.any():
		for _, d := range alone {
			d.score *= w["alone_cue"]
		}
	case len(refined) == 0 || len(alone) == 0:
	default:
		for _, d := range refined {
			if p.complete(d, prev) {
				d.score *= w["follow_complete"]
			}
		}
		for _, d := range alone {
			if !p.complete(d, prev) {
				d.score *= w["alone_fragment"]
			}
		}
	}
}

// complete reports an utterance that needs nothing said before: it says what is
// asked for and names what it is about, a table or a value.
func (p *Planner) complete(d *draft, prev *earlier) bool {
	in := d.in
	said, about := in.subject != nil, len(in.tables) > 0 || in.subject != nil
	for _, t := range in.outs {
		if t.it != nil && t.role != asCarried {
			said = true
			about = about || t.it.owner >= 0 || prev != nil && !slices.Contains(prev.tables, t.link.ref.table)
		}
	}
	for _, t := range in.groups {
		about = about || said && t.it != nil && t.bucket == "" && t.part == ""
	}
	for _, s := range in.sorts {
		said = said || s.term != nil && s.term.it != nil && s.superlative
	}
	for _, c := range in.conds {
		about = about || c.raw == nil && (len(c.values) > 0 || len(c.numbers) > 0 || c.text != "")
	}
	return said && about
}

// inheritYear gives "Q2" and "March" the year the earlier plan is about.
func (p *Planner) inheritYear(tokens []token, prev *earlier) []token {
	year := prev.year()
	if year == 0 {
		return tokens
	}
	for i := range tokens {
		if tokens[i].quoted {
			continue
		}
		n := 0
		if _, k := quarterNumber(tokens[i:]); k > 0 {
			n = k
		} else if len(tokens[i].lower) >= 3 && monthOf(tokens[i].lower) > 0 && (tokens[i].lower != "may" || tokens[i].capital || tokens[i].sentence) {
			n = 1
		}
		if _, dated := yearAt(tokens, i+n); n == 0 || dated || i+n < len(tokens) && (tokens[i+n].isNum || tokens[i+n].lower == "of") {
			continue
		}
		y := p.lex.word(strconv.Itoa(year), strconv.Itoa(year))
		return slices.Insert(slices.Clone(tokens), i+n, y)
	}
	return tokens
}

// year is the year the plan's date filters lie in, 0 where there are none or
// several.
func (e *earlier) year() int {
	year := 0
	for _, f := range e.plan.Filters {
		if f.Op != plan.GreaterOrEqual {
			continue
		}
		if s, ok := f.Value.(string); ok && len(s) >= 10 && s[4] == '-' {
			y, err := strconv.Atoi(s[:4])
			if err != nil || year != 0 && year != y {
				return 0
			}
			year = y
		}
	}
	return year
}
