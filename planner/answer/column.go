package answer

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// column is one column of a result and how to read it.
type column struct {
	index   int
	name    string
	label   string
	typ     catalog.Type
	role    compile.Role
	percent bool
	unit    string
	bucket  plan.Bucket
	// part is what a number taken out of a date stands for.
	part plan.Part
	// of is the expression of the plan the column holds; nil without a plan.
	of *plan.Expr
}

// described reads the columns off the statement's own description.
func described(q *plan.Query, st *compile.Statement) []column {
	cols := make([]column, len(st.Columns))
	for i, s := range st.Columns {
		cols[i] = column{
			index: i, name: s.Name, label: spoken(humanise(s.Name)), typ: s.Type, role: s.Role,
			percent: s.Format == compile.Percent, unit: s.Unit, bucket: s.Bucket,
		}
		if cols[i].unit == "fraction" {
			cols[i].unit, cols[i].percent = "", true
		}
		if q == nil {
			continue
		}
		if cols[i].of = exprAt(q, s.Path); cols[i].of != nil {
			cols[i].part = cols[i].of.Part
		}
	}
	return cols
}

// outputs are the expressions of a plan in the order of its result's columns.
// It is nil where the plan has another number of outputs than columns.
func outputs(q *plan.Query, columns int) []*plan.Expr {
	if q == nil {
		return nil
	}
	var out []*plan.Expr
	for i := range q.GroupBy {
		if !selects(q, &q.GroupBy[i]) {
			out = append(out, &q.GroupBy[i])
		}
	}
	for i := range q.Select {
		out = append(out, &q.Select[i])
	}
	if len(out) != columns {
		return nil
	}
	return out
}

// selects reports whether a group key is listed in select too.
func selects(q *plan.Query, key *plan.Expr) bool {
	for i := range q.Select {
		e := &q.Select[i]
		same := strings.EqualFold(e.Column, key.Column) && e.Bucket == key.Bucket && e.Part == key.Part && e.Bin == key.Bin
		if e.As != "" && strings.EqualFold(e.As, key.Column) || same && e.Agg == "" && e.Op == "" && key.Op == "" && e.Window == nil {
			return true
		}
	}
	return false
}

// binned is the width of the bins the column's values start; 0 for other columns.
func (c column) binned() float64 {
	if c.of == nil {
		return 0
	}
	return c.of.Bin
}

// agg is the column's aggregation; "" where it holds values of rows, or more
// than one aggregation went into it.
func (c column) agg() plan.Agg {
	if c.of == nil || c.of.Op != "" || c.of.Window != nil && c.of.Window.Kind != plan.RunningTotal {
		return ""
	}
	return c.of.Agg
}

// adds reports whether the values of a column may be added up to a whole:
// counts, sums, and shares of them.
func (c column) adds() bool {
	if c.of != nil {
		whole := c.of.Window == nil || c.of.Window.Kind == plan.Share
		return whole && c.of.Op == "" && (c.of.Agg == plan.Sum || c.of.Agg == plan.Count)
	}
	return strings.HasPrefix(c.label, "total") || strings.HasPrefix(c.label, "number of")
}

// ordered reports a key whose values run along a line: times, and years held as
// numbers.
func (c column) ordered() bool {
	if c.role == compile.Time {
		return true
	}
	if !c.typ.Numeric() || c.binned() > 0 {
		return false
	}
	if c.of != nil && c.of.Part != "" {
		return c.of.Part == plan.YearPart
	}
	for _, w := range strings.Fields(strings.ToLower(humanise(c.name))) {
		if w == "year" {
			return true
		}
	}
	return false
}
