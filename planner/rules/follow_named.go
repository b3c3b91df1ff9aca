package rules

import (
	"context"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// home returns the planner whose tables q reads: this one, or a small one for the
// sub-plan that q reads alone. ok is false for plans that mix the two.
func (p *Planner) home(q *plan.Query) (*Planner, bool) {
	if len(q.With) == 0 {
		return p, true
	}
	homes := map[string]*Planner{}
	for _, w := range q.With {
		h := homes[strings.ToLower(w.Plan.Table)]
		if h == nil {
			h = p
		}
		e := h.lift(w.Plan, 1)
		if e == nil {
			return nil, false
		}
		homes[strings.ToLower(w.Name)] = h.mini(h.derived(w.Name, e.plan))
	}
	h := homes[strings.ToLower(q.Table)]
	return h, h != nil && len(q.Joins) == 0
}

// liftAny is lift for plans that may have sub-plans.
func (p *Planner) liftAny(q *plan.Query, trust float64) *earlier {
	if q == nil {
		return nil
	}
	h, ok := p.home(q)
	if !ok {
		return nil
	}
	flat := *q
	flat.With = nil
	e := h.lift(&flat, trust)
	if e != nil {
		e.home, e.with = h, q.With
	}
	return e
}

// mentioned finds the named result a question is about: its name is in the text,
// with underscores or blanks between its words.
func mentioned(tokens []token, named []plan.Named) *plan.Named {
	var best *plan.Named
	most := 0
	for k := range named {
		words := strings.FieldsFunc(strings.ToLower(named[k].Name), func(r rune) bool { return r == '_' })
		for i := 0; i+len(words) <= len(tokens) && len(words) > most; i++ {
			same := true
			for j, w := range words {
				same = same && !tokens[i+j].quoted && (tokens[i+j].lower == w || tokens[i+j].stem == w)
			}
			if same && named[k].Plan != nil {
				best, most = &named[k], len(words)
			}
		}
	}
	return best
}

// TableCalled returns the table whose name, or a part of it, is the words of a name
// in singular or plural; "" where there is none. A named result called so would be
// taken for that table, and the table for it.
func (p *Planner) TableCalled(name string) string {
	said := p.stems(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' }))
	for _, t := range p.tables {
		for i := 0; i+len(said) <= len(t.stems) && len(said) > 0; i++ {
			if slices.Equal(t.stems[i:i+len(said)], said) {
				return t.Name
			}
		}
	}
	return ""
}

// Grammar reports whether the words of a name are words questions are made of,
// such as "average", "by" and "how many": as a name they would be found in
// questions that do not mean it.
func (p *Planner) Grammar(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' })
	if len(words) == 0 {
		return true
	}
	if w := words[0]; len(words) == 1 && (p.lex.stop[w] || p.lex.function[w] || p.lex.opposites[w] || len(p.lex.adjective[w]) > 0) {
		return true
	}
	return slices.ContainsFunc(p.lex.phrases[words[0]], func(ph phrase) bool { return slices.Equal(ph.words, words) })
}

// about plans a question about a named result, which becomes a sub-plan.
func (p *Planner) about(ctx context.Context, tokens []token, n *plan.Named) ([]*draft, []*draft, error) {
	inner := n.Plan.Clone()
	with := inner.With
	inner.With = nil
	outer := &plan.Query{Version: plan.Version, With: append(slices.Clone(with), plan.Named{Name: n.Name, Plan: inner}), Table: n.Name}
	h, ok := p.home(outer)
	if !ok {
		return nil, nil, nil
	}
	drafts, broken, err := h.read(ctx, tokens, nil, cues{})
	if err != nil {
		return nil, nil, err
	}
	for _, d := range drafts {
		p.attach(d.query, outer.With)
	}
	return drafts, broken, nil
}

// attach gives a plan the sub-plans it reads.
func (p *Planner) attach(q *plan.Query, with []plan.Named) {
	if len(with) == 0 {
		return
	}
	q.DatasetID = p.data.ID
	all := slices.Clone(with)
	for i := range all {
		all[i].Plan = all[i].Plan.Clone()
		all[i].Plan.DatasetID, all[i].Plan.Version = "", 0
	}
	q.With = append(all, q.With...)
}

// Nameable makes a plan fit to be used as a sub-plan under a name: the sub-plan a
// follow-up made for itself gets a name that does not stand in the way of the
// next one's.
func Nameable(name string, q *plan.Query) *plan.Query {
	q = q.Clone()
	q.DatasetID, q.Version = "", 0
	if q.Limit == plan.DefaultLimit && len(q.OrderBy) == 0 {
		q.Limit = 0 // it bounds what is shown, not what there is
	}
	for i := range q.With {
		if w := &q.With[i]; strings.HasPrefix(w.Name, earlierName) {
			fresh := name + "_of_" + w.Name
			for k := range q.With {
				if q.With[k].Plan.Table == w.Name {
					q.With[k].Plan.Table = fresh
				}
			}
			if q.Table == w.Name {
				q.Table = fresh
			}
			w.Name = fresh
		}
	}
	return q
}
