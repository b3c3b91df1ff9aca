package rules

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// before finds the plan a question may refine: the one that was given, else what
// the earlier turns come to when they are planned in order.
func (p *Planner) before(ctx context.Context, q Question) (*earlier, error) {
	if q.Previous != nil {
		return p.liftAny(q.Previous, 1), nil
	}
	var prev *earlier
	for i, text := range q.Turns {
		r, err := p.next(ctx, Question{Text: text, AsOf: q.AsOf, Turns: q.Turns[:i]}, prev)
		if err != nil {
			return nil, err
		}
		if len(r.Readings) == 0 {
			if prev != nil {
				prev.trust *= 0.7
			}
			continue
		}
		prev = p.liftAny(r.Readings[0].Plan, r.Readings[0].Score)
	}
	return prev, nil
}

// next plans one utterance after prev: on its own, and as a refinement.
func (p *Planner) next(ctx context.Context, q Question, prev *earlier) (*Result, error) {
	tokens, ok := p.lex.tokenize(q.Text)
	if !ok || len(tokens) == 0 {
		return &Result{}, nil
	}
	s := situation{defined: q.Instructions != "", tokens: len(tokens)}
	if prev != nil {
		s.trust = prev.trust
	}
	if n := mentioned(tokens, q.Named); n != nil {
		drafts, broken, err := p.about(ctx, tokens, n)
		if err != nil {
			return nil, err
		}
		sortDrafts(drafts)
		return p.result(drafts, broken, s), nil
	}
	drafts, broken, err := p.read(ctx, tokens, nil, cues{})
	if err != nil {
		return nil, err
	}
	if prev != nil {
		rest, c := p.cut(tokens)
		refined, failed, err := p.refine(ctx, rest, prev, c)
		if err != nil {
			return nil, err
		}
		p.weigh(drafts, refined, prev, c)
		drafts = append(refined, drafts...)
		broken = append(failed, broken...)
	}
	if _, c := p.cut(tokens); prev == nil && len(q.Turns) > 0 && c.refer {
		for _, d := range drafts {
			d.score *= p.lex.weights["anaphora"]
		}
	}
	sortDrafts(drafts)
	r := p.result(drafts, broken, s)
	p.addSheetReading(r, tokens)
	return r, nil
}

// refine reads what the cues leave as a change to prev.
func (p *Planner) refine(ctx context.Context, rest []token, prev *earlier, c cues) (drafts, broken []*draft, err error) {
	if len(rest) == 0 {
		return nil, nil, nil
	}
	rest = p.inheritYear(rest, prev)
	drafts, broken, err = prev.home.read(ctx, rest, prev, c)
	drafts = slices.DeleteFunc(drafts, func(d *draft) bool { return d.changesNothing() })
	if err == nil && prev.oneLevelUp(drafts, c) {
		var above []*draft
		above, err = prev.home.over(ctx, rest, prev, c)
		drafts = append(above, drafts...)
	}
	for _, d := range drafts {
		p.attach(d.query, prev.with)
	}
	return drafts, broken, err
}

// oneLevelUp reports that a follow-up may be about the rows of the earlier result
// rather than about what they were made of: nothing else fits, or a limit would
// be applied again.
func (e *earlier) oneLevelUp(drafts []*draft, c cues) bool {
	if len(drafts) == 0 {
		return e.grouped() || e.limit > 0 || e.plan.Distinct
	}
	if e.limit < 2 || !c.refer {
		return false
	}
	restricts := false
	for _, d := range drafts {
		if len(d.query.Filters)+len(d.query.Having) > len(e.plan.Filters)+len(e.plan.Having) {
			d.score *= d.p.lex.weights["follow_limit"]
			restricts = true
		}
	}
	return restricts
}

// changesNothing reports a refinement that says what was said: what the follow-up
// asks for was not understood.
func (d *draft) changesNothing() bool {
	if d.in.chart != "" || d.in.cues.add && len(d.links) > 0 {
		return false
	}
	return sameQuestion(d.query, d.in.prev.plan, d.p)
}

// sameQuestion compares plans whatever the spelling of their columns.
func sameQuestion(a, b *plan.Query, p *Planner) bool {
	if a == nil || b == nil {
		return false
	}
	spell := func(q *plan.Query) string {
		e := p.liftAny(q, 1)
		if e == nil {
			return ""
		}
		c := e.plan
		c.Version, c.DatasetID, c.Notes, c.Joins = 0, "", "", nil
		data, err := json.Marshal(c)
		if err != nil {
			return ""
		}
		return string(data)
	}
	x := spell(a)
	return x != "" && x == spell(b)
}
