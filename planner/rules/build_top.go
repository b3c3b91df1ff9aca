package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// withinGroups recognises "the top 3 products by revenue in each region": groups
// were named, and something else is ranked within them.
func (d *draft) withinGroups(aggregates bool) {
	in := d.in
	ranked := slices.ContainsFunc(in.sorts, func(s *sorter) bool { return s.superlative })
	if slices.ContainsFunc(in.groups, func(t *term) bool { return t.role == asCarried }) {
		return // the groups of the earlier plan are what is ranked
	}
	if !ranked || in.common || len(in.groups) == 0 || in.limit == 0 {
		return
	}
	listed := slices.ContainsFunc(in.outs, func(t *term) bool { return !t.aggregated() })
	subject := in.subject != nil && !slices.ContainsFunc(in.groups, func(g *term) bool { return g.role == asTable && g.it == in.subject })
	if !aggregates && (listed || subject) {
		d.bestRows(listed)
		return
	}
	if !listed && !subject {
		return
	}
	in.per = slices.Clone(in.groups)
	if !listed {
		t := in.subject.tabs[0]
		in.groups = append(in.groups, &term{role: asTable, it: in.subject, link: link{ref: ref{t.ref.table, -1}, score: t.score}})
	}
}

// bestRows keeps rows rather than groups: "for each kind, the dearest pastry".
func (d *draft) bestRows(listed bool) {
	in := d.in
	in.per = in.groups
	if slices.ContainsFunc(in.per, func(g *term) bool { return g.bucket != "" || g.part != "" }) {
		d.fail("the best row of each period")
		return
	}
	shown := slices.Clone(in.groups)
	if !listed {
		t := in.subject.tabs[0]
		shown = append(shown, &term{role: asTable, it: in.subject, link: link{ref: ref{t.ref.table, -1}, score: t.score}})
	}
	in.outs, in.groups = append(shown, in.outs...), nil
}

// topPerGroup writes the limit as a number of rows per group.
func (d *draft) topPerGroup() {
	q := d.query
	if len(q.OrderBy) != 1 {
		d.fail("ranked by several things per group")
		return
	}
	top := &plan.Top{N: min(d.in.limit, 10000), By: q.OrderBy[0].By, Direction: q.OrderBy[0].Direction}
	for _, g := range d.in.per {
		switch {
		case g.role == asTable:
			for _, r := range d.entityColumns(g.link.ref.table) {
				top.Per = append(top.Per, d.columnName(r))
			}
		case g.bucket != "" || g.part != "":
			as := string(g.bucket) + string(g.part)
			for i := range q.GroupBy {
				if q.GroupBy[i].Bucket == g.bucket && q.GroupBy[i].Part == g.part && q.GroupBy[i].Column == d.columnName(g.link.ref) {
					q.GroupBy[i].As = as
				}
			}
			top.Per = append(top.Per, as)
		default:
			top.Per = append(top.Per, d.columnName(g.link.ref))
		}
	}
	q.Top, q.OrderBy = top, nil
}
