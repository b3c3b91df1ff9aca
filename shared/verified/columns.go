package verified

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// Columns returns the tables and columns of d that q reads, sorted. Where a name
// could be a column of several of the plan's tables it counts for each.
func Columns(q *plan.Query, d *catalog.Dataset) []Column {
	r := reading{data: d, tables: map[string][]*catalog.Table{}, seen: map[Column]bool{}}
	for _, p := range q.Plans() {
		r.table(p.Table, "")
		for _, j := range p.Joins {
			r.table(j.Table, j.As)
		}
	}
	for _, f := range q.Conditions() {
		if f.Exists != nil {
			r.table(f.Exists.Table, "")
		}
	}
	for _, name := range names(q) {
		r.name(name)
	}
	// A join that names no columns follows the catalogue's relation.
	for _, rel := range d.Relations {
		if from, to := d.Table(rel.FromTable), d.Table(rel.ToTable); r.uses(from) && r.uses(to) {
			for i := range rel.FromColumns {
				r.column(from, rel.FromColumns[i])
				r.column(to, rel.ToColumns[i])
			}
		}
	}
	slices.SortFunc(r.out, func(a, b Column) int {
		if c := strings.Compare(a.Table, b.Table); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return r.out
}

// reading collects what a plan reads.
type reading struct {
	data *catalog.Dataset
	// tables are the plan's, by each name it has for them, in lower case.
	tables map[string][]*catalog.Table
	seen   map[Column]bool
	out    []Column
}

func (r *reading) table(name, as string) {
	t := r.data.Table(name)
	if t == nil {
		return // a sub-plan, whose own tables are collected too
	}
	for _, n := range []string{name, as} {
		if n != "" {
			n = strings.ToLower(n)
			r.tables[n] = append(r.tables[n], t)
		}
	}
	r.add(Column{Table: t.Name})
}

func (r *reading) uses(t *catalog.Table) bool {
	return t != nil && r.tables[strings.ToLower(t.Name)] != nil
}

// name takes a name of the plan, which may also be that of an output.
func (r *reading) name(name string) {
	if table, column, ok := strings.Cut(name, "."); ok {
		for _, t := range r.tables[strings.ToLower(table)] {
			r.column(t, column)
		}
	}
	for _, tables := range r.tables {
		for _, t := range tables {
			r.column(t, name)
		}
	}
}

func (r *reading) column(t *catalog.Table, name string) {
	if c := t.Column(name); c != nil {
		r.add(Column{Table: t.Name, Name: c.Name, Type: c.Type})
	}
}

func (r *reading) add(c Column) {
	if !r.seen[c] {
		r.seen[c] = true
		r.out = append(r.out, c)
	}
}

// names are all names in a plan that may be columns.
func names(q *plan.Query) []string {
	var out []string
	pairs := func(list []plan.OnPair) {
		for _, p := range list {
			out = append(out, p.Left, p.Right)
		}
	}
	for _, p := range q.Plans() {
		for _, j := range p.Joins {
			pairs(j.On)
		}
		if p.Top != nil {
			out = append(append(out, p.Top.By), p.Top.Per...)
		}
	}
	for _, e := range q.Exprs() {
		out = append(out, e.Column)
		if e.Window != nil {
			out = append(out, e.Window.PartitionBy...)
		}
	}
	for _, f := range q.Conditions() {
		out = append(out, f.Column)
		if f.Exists != nil {
			pairs(f.Exists.On)
		}
	}
	for _, o := range q.Orders() {
		out = append(out, o.By)
	}
	return slices.DeleteFunc(out, func(n string) bool { return n == "" || n == "*" })
}
