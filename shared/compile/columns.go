package compile

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// describe keeps what the result's columns are, before layers replace the
// expressions they are made of.
func describe(q *query) error {
	for _, o := range q.outputs {
		c := OutputColumn{
			Name: o.name, Type: o.of.typ, Unit: o.of.unit, Role: q.role(o), Path: string(o.of.path),
		}
		if o.of.percent {
			c.Format = Percent
		}
		if b, ok := o.of.node.(bucketed); ok {
			c.Bucket = b.unit
		}
		q.columns = append(q.columns, c)
	}
	return nil
}

// role says what an output is for. Numbers are measured, unless they are what
// the rows are grouped by, or identify something.
func (q *query) role(o *output) Role {
	x := o.of
	switch {
	case x.typ.Temporal() && x.level == rowLevel:
		return Time
	case o.key || !x.typ.Numeric():
		return Dimension
	case x.level > rowLevel:
		return Measure
	}
	switch n := x.node.(type) {
	case parted, binned, position:
		return Dimension
	case column:
		if q.identifies(n) {
			return Dimension
		}
	}
	return Measure
}

// identifies reports whether a number is a key, a reference to one, or is named
// like one.
func (q *query) identifies(c column) bool {
	name := c.col.Name
	if containsFold(c.src.table.Key, name) && len(c.src.table.Key) == 1 {
		return true
	}
	lower := strings.ToLower(name)
	if lower == "id" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(name, "ID") || lower == "year" {
		return true
	}
	return slices.ContainsFunc(q.c.data.Relations, func(r catalog.Relation) bool {
		return strings.EqualFold(r.FromTable, c.src.table.Name) && containsFold(r.FromColumns, name) ||
			strings.EqualFold(r.ToTable, c.src.table.Name) && containsFold(r.ToColumns, name)
	})
}

// setQualifiers lets the columns of a plan's only table stand without it, which
// reads better, where nothing else can have their names: no related table, and
// no output that is called like a column and is another thing.
func setQualifiers(q *query) error {
	if len(q.scope.sources) > 1 {
		return nil
	}
	src := q.scope.sources[0]
	for _, f := range q.plan.Conditions() {
		if f.Exists != nil {
			return nil
		}
	}
	for _, o := range q.outputs {
		c, plain := o.of.node.(column)
		if src.table.Column(o.name) != nil && (!plain || !strings.EqualFold(c.col.Name, o.name)) {
			return nil
		}
	}
	src.bare = true
	clear(q.ids)
	return nil
}

// keyNames names the output of each expression of group_by.
func (q *query) keyNames() []string {
	names := make([]string, len(q.groups))
	for i, o := range q.groups {
		names[i] = o.name
	}
	return names
}

// sources describes what the plan reads its rows from.
func (q *query) sources() []Source {
	out := make([]Source, len(q.scope.sources))
	for i, src := range q.scope.sources {
		out[i] = Source{Name: src.name, Table: src.table, Subplan: src.subplan, Join: i - 1, Lookup: i > 0 && src.grain != src}
		if src.parent == nil {
			continue
		}
		out[i].Parent = src.parent.name
		for _, on := range src.on {
			eq, ok := on.(compare)
			if !ok {
				continue
			}
			left, right := eq.left.node.(column), eq.right.node.(column)
			out[i].On = append(out[i].On, plan.OnPair{Left: left.col.Name, Right: right.col.Name})
		}
	}
	return out
}
