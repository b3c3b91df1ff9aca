package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// rankWhatIsShown sorts by the measure on show, or keeps the order there was.
func (in *intent) rankWhatIsShown(e *earlier, desc bool) {
	if len(e.sorts) > 0 {
		return
	}
	if m := measures(e.outs); len(m) > 0 {
		in.sorts = append(in.sorts, &sorter{term: m[len(m)-1], desc: desc, superlative: true})
	}
}

// carry makes a term of an expression on a column.
func (d *draft) carry(x plan.Expr, r ref) *term {
	if x.Agg != "" {
		x.As = string(x.Agg) + "_" + safe(d.p.column(r).Name)
	}
	return &term{role: asCarried, expr: &x, agg: x.Agg, link: link{ref: r, score: 1, why: "before"}}
}

// bareWords gives "the average", "the lowest" and "descending" without a noun what
// they are about.
func (d *draft) bareWords() {
	in, e := d.in, d.in.prev
	if len(in.bareAggs) > 0 {
		d.bareAggregates()
	}
	if s := in.bareSuper; s != nil {
		d.bareSuperlative(s)
	}
	for _, s := range in.sorts {
		if s.term == nil {
			if t := d.shownMeasure(); t != nil {
				s.term = t
			} else if len(e.sorts) > 0 {
				s.term, s.desc = e.sorts[0].term, s.desc == e.sorts[0].desc || s.desc
			}
		}
	}
	if in.bareDir != "" && len(in.sorts) == 0 {
		t := d.shownMeasure()
		if len(e.sorts) > 0 {
			t = e.sorts[0].term
		} else if t == nil && len(e.outs) > 0 {
			t = e.outs[0]
		}
		if t == nil {
			d.fail("nothing to sort")
			return
		}
		in.sorts = append(in.sorts, &sorter{term: t, desc: in.bareDir == "desc"})
		if in.limit == 0 {
			in.limit = e.limit
		}
	}
}

// shownMeasure is the number on show: a measure, else the last numeric column.
func (d *draft) shownMeasure() *term {
	e := d.in.prev
	if m := measures(e.outs); len(m) > 0 {
		return m[len(m)-1]
	}
	for i := len(e.outs) - 1; i >= 0; i-- {
		if r := e.outs[i].link.ref; r.col >= 0 {
			if c := d.p.column(r); c.Type.Numeric() && (!c.id || len(e.outs) == 1) {
				return e.outs[i]
			}
		}
	}
	return nil
}

func (d *draft) bareAggregates() {
	in, e := d.in, d.in.prev
	t := d.shownMeasure()
	if t == nil && len(e.sorts) > 0 {
		t = e.sorts[0].term
	}
	if e.grouped() && !in.cues.add && !in.cues.swap {
		d.fail("groups are aggregated one level up")
		return
	}
	if t == nil || t.link.ref.col < 0 {
		if len(in.bareAggs) == 1 && in.bareAggs[0] == plan.Sum {
			in.outs = append(in.outs, &term{role: asRows, agg: plan.Count})
			return
		}
		d.fail("nothing to aggregate")
		return
	}
	for _, a := range in.bareAggs {
		if c := d.p.column(t.link.ref); !c.Type.Numeric() && (a != plan.Min && a != plan.Max || t.aggregated()) {
			d.fail("not a number: " + c.Name)
			return
		}
		in.outs = append(in.outs, d.carry(plan.Expr{Column: t.expr.Column, Agg: a}, t.link.ref))
	}
}

// bareSuperlative reads "which one is the highest", "the lowest instead".
func (d *draft) bareSuperlative(s *superlative) {
	in, e := d.in, d.in.prev
	switch t := d.shownMeasure(); {
	case s.common:
		shown := plains(append(slices.Clone(e.groups), e.outs...))
		if len(shown) == 0 {
			d.fail("most common what")
			return
		}
		in.groups = append(in.groups, shown[0])
		in.common = true
		in.sorts = append(in.sorts, &sorter{term: &term{role: asRows, agg: plan.Count}, desc: s.desc, superlative: true})
		in.limit = s.n
		return
	case t != nil && t.aggregated() && e.aggregated() && (t.expr.Agg == plan.Max || t.expr.Agg == plan.Min) && t.link.ref.col >= 0:
		agg := plan.Min
		if s.desc {
			agg = plan.Max
		}
		in.outs = append(in.outs, d.carry(plan.Expr{Column: t.expr.Column, Agg: agg}, t.link.ref))
		return
	case len(e.sorts) > 0 && !(t != nil && t.aggregated()):
		in.sorts = append(in.sorts, &sorter{term: e.sorts[0].term, desc: s.desc, superlative: true})
		if s.top {
			in.sorts[len(in.sorts)-1].desc = e.sorts[0].desc == s.desc
		}
	case t != nil:
		in.sorts = append(in.sorts, &sorter{term: t, desc: s.desc, superlative: true})
	default:
		d.fail("nothing to compare by")
		return
	}
	in.limit = max(s.n, 1)
	if in.cues.swap && s.n <= 1 && e.limit > 1 {
		in.limit = e.limit
	}
}

// measuresOfGroups adds up a number that is asked of groups shown before, "what is
// the population of each of those", where a group has many values of it.
func (d *draft) measuresOfGroups() {
	in := d.in
	carried := func(t *term) bool { return t.role == asCarried }
	if in.prev == nil || !slices.ContainsFunc(in.groups, carried) {
		return
	}
	for _, t := range in.outs {
		if t.role != asColumn || t.aggregated() || t.link.ref.col < 0 || t.link.score == 0 {
			continue
		}
		c := d.p.column(t.link.ref)
		told := slices.ContainsFunc(in.groups, func(g *term) bool {
			tb := d.p.tables[t.link.ref.table]
			return g.link.ref.table == t.link.ref.table && (g.link.ref.col == tb.key || slices.Contains(tb.label, g.link.ref.col))
		})
		if told || !c.Type.Numeric() || c.id || c.year {
			continue
		}
		t.agg, t.numeric, t.guessed = plan.Sum, true, true
		if !additive(c) {
			t.agg = plan.Avg
			in.punish(d.p.lex.weights["guess_aggregate"], "aggregation not named")
		}
	}
}
