package compiletest

import (
	"fmt"
	"math/rand/v2"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// Random returns the plan of a seed over d.
func Random(d *catalog.Dataset, seed uint64) *plan.Query {
	g := &generator{r: rand.New(rand.NewPCG(seed, 1)), d: d} //nolint:gosec // tests need seeds, not secrets
	if !g.chance(15) {
		return g.query(g.source())
	}
	inner := g.query(g.source())
	inner.Limit, inner.OrderBy = 0, nil
	name := "part_one"
	outer := g.query(g.outputs)
	outer.With, outer.Table, outer.Joins = []plan.Named{{Name: name, Plan: inner}}, name, nil
	return outer
}

// generator draws the parts of one plan.
type generator struct {
	r     *rand.Rand
	d     *catalog.Dataset
	table string
	joins []plan.Join
	// outputs are those of the plan drawn last.
	outputs fields
	n       int
}

// field is a name with a type.
type field struct {
	name string
	typ  catalog.Type
}

type fields []field

func (g *generator) chance(percent int) bool { return g.r.IntN(100) < percent }

func pick[T any](g *generator, list []T) T { return list[g.r.IntN(len(list))] }

// name makes a fresh output name.
func (g *generator) name(base string) string {
	g.n++
	return fmt.Sprintf("%s %d", base, g.n)
}

// source draws a table and what is joined to it, and returns the columns.
func (g *generator) source() fields {
	t := pick(g, g.d.Tables)
	g.table, g.joins = t.Name, nil
	present := map[string]bool{t.Name: true}
	all := columns(&t, "")
	for range g.r.IntN(3) {
		r := pick(g, g.d.Relations)
		from, to := r.FromTable, r.ToTable
		left, right := r.FromColumns, r.ToColumns
		if !present[from] {
			from, to, left, right = to, from, right, left
		}
		if !present[from] {
			continue
		}
		as := g.name("joined")
		j := plan.Join{Table: to, As: as}
		if g.chance(30) {
			j.Type = plan.LeftJoin
		}
		if from == t.Name {
			for i := range left {
				j.On = append(j.On, plan.OnPair{Left: t.Name + "." + left[i], Right: right[i]})
			}
			g.joins = append(g.joins, j)
			all = append(all, columns(g.d.Table(to), as+".")...)
		}
	}
	return all
}

func columns(t *catalog.Table, prefix string) fields {
	var list fields
	for _, c := range t.Columns {
		name := c.Name
		if prefix == "" {
			name = t.Name + "." + c.Name
		}
		list = append(list, field{prefix + name, c.Type})
	}
	return list
}

// only keeps the fields of a kind.
func (f fields) only(keep func(catalog.Type) bool) fields {
	var list fields
	for _, x := range f {
		if keep(x.typ) {
			list = append(list, x)
		}
	}
	return list
}

func numeric(t catalog.Type) bool  { return t.Numeric() }
func temporal(t catalog.Type) bool { return t.Temporal() }

// query draws a plan over the fields.
func (g *generator) query(all fields) *plan.Query {
	q := &plan.Query{Table: g.table, Joins: g.joins}
	q.Filters = g.filters(all, 2)
	if g.chance(60) {
		g.grouped(q, all)
	} else {
		g.listed(q, all)
	}
	if g.chance(60) {
		q.Limit = 1 + g.r.IntN(50)
	}
	q.Distinct = g.chance(15)
	if g.chance(60) {
		o := pick(g, g.outputs)
		q.OrderBy = append(q.OrderBy, plan.OrderBy{By: o.name, Direction: pick(g, []string{"", plan.Asc, plan.Desc})})
	}
	return q
}

// listed selects plain rows, some with windows.
func (g *generator) listed(q *plan.Query, all fields) {
	g.outputs = nil
	for range 1 + g.r.IntN(4) {
		e, typ := g.rowExpr(all)
		e.As = g.name("col")
		q.Select = append(q.Select, e)
		g.outputs = append(g.outputs, field{e.As, typ})
	}
	if nums := g.outputs.only(numeric); len(nums) > 0 && g.chance(30) {
		g.window(q, pick(g, nums).name, pick(g, g.outputs).name)
	}
	if g.chance(15) {
		q.Top = &plan.Top{N: 1 + g.r.IntN(3), Per: []string{pick(g, g.outputs).name}, By: pick(g, g.outputs).name}
	}
}

// grouped selects groups and aggregations.
func (g *generator) grouped(q *plan.Query, all fields) {
	g.outputs = nil
	var keys fields
	for range g.r.IntN(3) {
		e, typ := g.key(all)
		e.As = g.name("key")
		q.GroupBy = append(q.GroupBy, e)
		keys = append(keys, field{e.As, typ})
	}
	var measures fields
	for range 1 + g.r.IntN(3) {
		e, typ := g.measure(all)
		e.As = g.name("val")
		q.Select = append(q.Select, e)
		measures = append(measures, field{e.As, typ})
	}
	g.outputs = append(append(g.outputs, keys...), measures...)
	nums := measures.only(numeric)
	if len(nums) > 0 && g.chance(25) {
		q.Having = append(q.Having, g.comparison(pick(g, nums)))
	}
	if len(nums) > 0 && len(keys) > 0 && g.chance(40) {
		g.window(q, pick(g, nums).name, pick(g, keys).name)
	}
	if len(keys) > 0 && g.chance(25) {
		q.Top = &plan.Top{N: 1 + g.r.IntN(3), Per: []string{pick(g, keys).name}, By: pick(g, g.outputs).name, Direction: pick(g, []string{"", plan.Asc})}
	}
}

// window adds a window over one output, ordered by another.
func (g *generator) window(q *plan.Query, of, by string) {
	w := &plan.Window{Kind: pick(g, plan.WindowKinds())}
	if w.Kind != plan.Share {
		w.OrderBy = []plan.OrderBy{{By: by, Direction: pick(g, []string{"", plan.Desc})}}
	}
	if w.Kind == plan.MovingAverage {
		w.Periods = 3
	}
	if g.chance(30) {
		w.PartitionBy = []string{by}
	}
	e := plan.Expr{Column: of, Window: w, As: g.name("win")}
	q.Select = append(q.Select, e)
	typ := catalog.Decimal
	if w.Kind == plan.Rank {
		typ = catalog.Integer
	}
	g.outputs = append(g.outputs, field{e.As, typ})
}
