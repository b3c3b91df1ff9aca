package agent

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// attach adds the conversation's named results that a plan uses to its sub-plans,
// each after those it uses itself. A name the plan defines or that is a table's
// stays what it is.
func (b *toolbox) attach(q *plan.Query) {
	if len(b.task.Named) == 0 {
		return
	}
	var added []plan.Named
	have := func(name string) bool {
		same := func(n plan.Named) bool { return strings.EqualFold(n.Name, name) }
		return b.task.Dataset.Table(name) != nil || slices.ContainsFunc(added, same) || slices.ContainsFunc(q.With, same)
	}
	for _, table := range tablesOf(q) {
		at := slices.IndexFunc(b.task.Named, func(n plan.Named) bool { return strings.EqualFold(n.Name, table) })
		if at < 0 || have(table) {
			continue
		}
		body := b.task.Named[at].Plan.Clone()
		for _, inner := range body.With {
			if !have(inner.Name) {
				added = append(added, inner)
			}
		}
		body.With = nil
		added = append(added, plan.Named{Name: b.task.Named[at].Name, Plan: body})
	}
	q.With = append(added, q.With...)
}

// tablesOf lists the names a plan and its sub-plans read from.
func tablesOf(q *plan.Query) []string {
	var out []string
	for _, p := range q.Plans() {
		out = append(out, p.Table)
		for _, j := range p.Joins {
			out = append(out, j.Table)
		}
	}
	for _, f := range q.Conditions() {
		if f.Exists != nil {
			out = append(out, f.Exists.Table)
		}
	}
	return out
}
