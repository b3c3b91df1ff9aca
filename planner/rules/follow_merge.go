package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// merge puts what was asked before under what a follow-up says: it decides which
// outputs, groups, order and limit of the earlier plan stay. Conditions are merged
// once their columns are known.
func (d *draft) merge() {
	in, e := d.in, d.in.prev
	d.bareWords()
	aggs := slices.ContainsFunc(in.outs, func(t *term) bool { return t.aggregated() }) || in.share != nil
	plain := slices.ContainsFunc(in.outs, func(t *term) bool { return !t.aggregated() })
	sorted := len(in.sorts) > 0
	switch {
	case in.cues.each && len(in.groups) == 0:
		d.eachBefore(aggs)
	case len(in.groups) > 0:
		d.regroup(aggs)
	case aggs && !plain:
		d.remeasure()
	case plain && d.anotherMeasure():
	case plain:
		d.otherColumns(aggs)
	default:
		d.sameOutputs()
	}
	if !sorted && in.keepSorts {
		in.sorts = append(in.sorts, e.sorts...)
		if in.limit == 0 && !in.cues.all {
			in.limit = e.limit
		}
	}
	if len(in.groups) > 0 {
		d.namesShownPeriod()
	}
	in.conds = append(slices.Clone(e.conds), in.conds...)
	if !in.keepGroups() {
		in.conds = slices.DeleteFunc(in.conds, func(c *condition) bool { return c.raw != nil && c.left != nil })
	}
	if in.cues.all {
		in.conds = slices.DeleteFunc(in.conds, func(c *condition) bool { return c.raw != nil })
	}
}

// keepGroups reports that a condition on groups still has groups to hold for.
func (in *intent) keepGroups() bool { return len(in.groups) > 0 }

func measures(outs []*term) []*term {
	return slices.DeleteFunc(slices.Clone(outs), func(t *term) bool { return !t.aggregated() })
}

func plains(outs []*term) []*term {
	return slices.DeleteFunc(slices.Clone(outs), func(t *term) bool { return t.aggregated() })
}

// eachBefore gives one result for each thing shown before.
func (d *draft) eachBefore(aggs bool) {
	in, e := d.in, d.in.prev
	if !aggs {
		in.outs = append(slices.Clone(e.outs), in.outs...)
		in.groups, in.keepSorts = append(slices.Clone(e.groups), in.groups...), true
		return
	}
	if e.grouped() {
		in.groups, in.keepSorts = slices.Clone(e.groups), true
		in.outs = append(measures(e.outs), in.outs...)
		return
	}
	in.groups = d.thingsShown()
	if len(in.groups) == 0 {
		d.fail("nothing was listed before")
	}
}

// thingsShown are group keys that tell the rows of the earlier list apart.
func (d *draft) thingsShown() []*term {
	e := d.in.prev
	shown := plains(e.outs)
	tb := d.p.tables[e.main]
	entity := len(shown) > 4
	for _, t := range shown {
		if t.link.ref.col >= 0 && t.link.ref.table == e.main && (slices.Contains(tb.label, t.link.ref.col) || t.link.ref.col == tb.key) {
			entity = true
		}
	}
	if !entity || e.plan.Distinct {
		return shown
	}
	keys := []*term{{role: asTable, it: nil, link: link{ref: ref{e.main, -1}, score: 1, why: "before"}}}
	if len(shown) <= 4 {
		keys = append(keys, shown...)
	}
	return keys
}

// regroup reads "by month": what is measured stays.
func (d *draft) regroup(aggs bool) {
	in, e := d.in, d.in.prev
	if !aggs {
		in.outs = append(measures(e.outs), in.outs...)
	} else if in.cues.add {
		in.outs = append(measures(e.outs), in.outs...)
	}
	switch {
	case in.cues.each && !e.grouped():
		in.groups = append(d.thingsShown(), in.groups...)
	case in.cues.add, in.cues.each:
		in.groups = append(slices.Clone(e.groups), in.groups...)
	}
	if e.limit > 0 && in.cues.swap {
		in.keepSorts = true
	}
}

// remeasure reads "how many are there" and "the average too".
func (d *draft) remeasure() {
	in, e := d.in, d.in.prev
	switch {
	case e.grouped() && d.onlyCounts() && !in.cues.add && !in.cues.swap:
		d.fail("groups are counted one level up")
	case e.grouped():
		in.groups, in.keepSorts = slices.Clone(e.groups), true
		if in.cues.add {
			in.outs = append(measures(e.outs), in.outs...)
		}
	case in.cues.add && e.aggregated():
		in.outs = append(measures(e.outs), in.outs...)
	case in.cues.add && len(in.bareAggs) == 0:
		in.groups = d.thingsShown()
		in.keepSorts = e.limit > 0
	case e.limit > 0:
		d.fail("the limit comes first")
	case d.onlyCounts() && e.plan.Distinct:
		shown := plains(e.outs)
		if len(shown) != 1 {
			d.fail("different rows are counted one level up")
			return
		}
		in.outs = []*term{d.carry(plan.Expr{Column: shown[0].expr.Column, Agg: plan.CountDistinct}, shown[0].link.ref)}
	}
}

// onlyCounts reports "how many are there": rows, or the things shown before.
func (d *draft) onlyCounts() bool {
	in, e := d.in, d.in.prev
	if len(in.outs) != 1 || in.share != nil {
		return false
	}
	t := in.outs[0]
	if t.role == asRows && t.agg == plan.Count {
		return true
	}
	ti, ok := d.tableOf(t.it)
	return t.role == asTable && t.agg == plan.Count && t.per == nil && ok && ti == e.main
}

// otherColumns reads "what are their names": other columns of the same rows.
func (d *draft) otherColumns(aggs bool) {
	in, e := d.in, d.in.prev
	in.keepSorts = true
	if in.cues.only && in.cues.refer && len(in.conds) == 0 {
		in.punish(0.8, "only which")
	}
	switch {
	case e.grouped():
		in.groups = slices.Clone(e.groups)
		in.outs = append(measures(e.outs), in.outs...)
	case e.aggregated():
		d.extremeRow()
	case in.cues.add && !aggs:
		in.outs = append(slices.Clone(e.outs), in.outs...)
		in.distinct = in.distinct || e.plan.Distinct
	case in.cues.refer && !aggs && !e.plan.Distinct && !in.distinct:
		in.outs = append(d.namesShown(), in.outs...)
	}
}

// namesShown are the columns on show that say what each row is; "how old are
// they" is answered beside them.
func (d *draft) namesShown() []*term {
	e := d.in.prev
	tb := d.p.tables[e.main]
	return slices.DeleteFunc(plains(e.outs), func(t *term) bool {
		r := t.link.ref
		return t.expr.Column == "" || r.table != e.main || !slices.Contains(tb.label, r.col) || slices.ContainsFunc(d.in.outs, func(o *term) bool {
			return o.it != nil && slices.ContainsFunc(o.it.cols, func(l link) bool { return l.ref == r })
		})
	})
}

// extremeRow turns an earlier maximum into the row that has it: "what is the
// highest price" and then "which product is that".
func (d *draft) extremeRow() {
	in, e := d.in, d.in.prev
	if len(e.outs) != 1 || len(in.sorts) > 0 || !in.cues.refer {
		return
	}
	x := e.outs[0].expr
	if x.Agg != plan.Max && x.Agg != plan.Min || x.Column == "" {
		return
	}
	in.sorts = append(in.sorts, &sorter{term: d.carry(plan.Expr{Column: x.Column}, e.outs[0].link.ref), desc: x.Agg == plan.Max, superlative: true})
	in.limit = 1
}

// sameOutputs keeps what is shown: the follow-up restricts, sorts or redraws it.
func (d *draft) sameOutputs() {
	in, e := d.in, d.in.prev
	subject, named := d.tableOf(in.subject)
	listing := slices.ContainsFunc(d.items, func(it *item) bool { return it.is("which") || it.is("who") || it.is("cmd") || it.is("what") })
	if named && subject != e.main && !in.cues.swap && d.related(in.subject) {
		in.subject, named = nil, false // "which of them have pets"
		if e.aggregated() {
			in.subjectTable = e.main
			return
		}
	}
	switch {
	case named && subject != e.main && !slices.Contains(e.tables, subject) && !in.cues.swap:
		return // another thing is listed, of what was shown
	case e.aggregated() && listing && (len(in.conds)+len(in.sorts) > 0 || named):
		if !named {
			in.subjectTable = e.main
		}
		return
	case e.aggregated() && len(in.sorts) > 0:
		in.subjectTable = e.main
		return
	}
	in.subject = nil
	in.outs = slices.Clone(e.outs)
	if in.who && !e.grouped() && len(d.namesShown()) == 0 {
		in.outs = append(d.whoseRows(), in.outs...)
	}
	in.groups = slices.Clone(e.groups)
	in.keepSorts = true
	if len(in.sorts) == 0 && in.limit > 0 {
		in.rankWhatIsShown(e, true)
	}
	in.distinct = in.distinct || e.plan.Distinct && len(in.sorts) == 0
	if e.plan.Top != nil {
		in.top = e.plan.Top
	}
}

// whoseRows is a term that names the rows of the earlier plan, for "who has the
// highest".
func (d *draft) whoseRows() []*term {
	for _, t := range d.in.prev.tables {
		tb := d.p.tables[t]
		if len(tb.label) > 0 && tb.label[0] != tb.key {
			return []*term{{role: asTable, link: link{ref: ref{t, -1}, score: 1, why: "before"}}}
		}
	}
	return nil
}
