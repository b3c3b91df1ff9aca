package sentence

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// column finds the catalogue's column of a name.
func (w writer) column(full string) *catalog.Column {
	for _, t := range w.tables {
		if c := t.table.Column(full); c != nil {
			return c
		}
	}
	for _, t := range w.tables {
		prefix := t.name + "."
		if len(full) > len(prefix) && strings.EqualFold(full[:len(prefix)], prefix) {
			if c := t.table.Column(full[len(prefix):]); c != nil {
				return c
			}
		}
	}
	return nil
}

func (w writer) columnType(full string) catalog.Type {
	if c := w.column(full); c != nil {
		return c.Type
	}
	return ""
}

// rowType is the type of an expression before it is aggregated; "" if unknown.
func (w writer) rowType(e *plan.Expr) catalog.Type {
	switch {
	case e == nil:
		return ""
	case e.Bucket.HasTime():
		return catalog.Timestamp
	case e.Bucket != "":
		return catalog.Date
	case e.Part != "":
		return catalog.Integer
	case e.Position:
		return catalog.Integer
	case e.Read == plan.ReadDate:
		return catalog.Date
	case e.Op != "" || e.Bin != 0 || e.Read != "":
		return catalog.Decimal
	case e.Of != nil:
		return w.typeOf(e.Of)
	}
	return w.columnType(e.Column)
}

// typeOf is the type of an expression; "" if unknown.
func (w writer) typeOf(e *plan.Expr) catalog.Type {
	if e == nil {
		return ""
	}
	if e.Window != nil && e.Window.Kind != plan.Previous {
		return catalog.Decimal
	}
	switch e.Agg {
	case "", plan.Min, plan.Max:
		return w.rowType(e)
	}
	return catalog.Decimal
}

// looksUp reports whether a join finds at most one row: the catalogue has a
// relation to what it is joined by, or a key of it.
func (w writer) looksUp(i int) bool {
	j := w.q.Joins[i]
	t := w.data.Table(j.Table)
	if t == nil {
		return false
	}
	by := func(columns []string) bool {
		for _, c := range columns {
			if !slices.ContainsFunc(j.On, func(p plan.OnPair) bool {
				return strings.EqualFold(p.Right[strings.LastIndexByte(p.Right, '.')+1:], c)
			}) {
				return false
			}
		}
		return len(columns) > 0
	}
	if len(j.On) > 0 && by(t.Key) {
		return true
	}
	return slices.ContainsFunc(w.data.Relations, func(r catalog.Relation) bool {
		if !strings.EqualFold(r.ToTable, t.Name) {
			return false
		}
		if len(j.On) > 0 {
			return by(r.ToColumns)
		}
		return slices.ContainsFunc(w.tables, func(n named) bool { return strings.EqualFold(n.table.Name, r.FromTable) })
	})
}
