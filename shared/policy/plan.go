package policy

import (
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// WideColumns is the number of output columns from which a listing counts as a
// dump of the table.
const WideColumns = 8

// CheckPlan refuses plans that are valid and still not a question: a listing of
// many columns without an aggregation and without a limit, which would move a
// table's raw rows and answer nothing. The fault is VALIDATION_ERROR and names
// the plan path.
func CheckPlan(q *plan.Query, d *catalog.Dataset) error {
	if q.Limit > 0 || q.Top != nil || q.Distinct || aggregates(q) {
		return nil
	}
	columns := len(q.Select) + len(q.GroupBy)
	if columns < WideColumns {
		return nil
	}
	f := fault.New(fault.Validation, "This plan lists %d columns of every row without a limit and without aggregating anything.", columns).
		WithHint("Add a limit, ask for fewer columns, or aggregate: count, sum or average by group.").
		With("path", "/select").With("rule", "wide_dump").With("max_columns", WideColumns-1)
	if t := d.Table(q.Table); t != nil {
		f = f.With("table_rows", t.Rows)
	}
	return f
}

// aggregates reports whether the plan's rows are groups.
func aggregates(q *plan.Query) bool {
	if len(q.GroupBy) > 0 {
		return true
	}
	for i := range q.Select {
		if hasAgg(&q.Select[i]) {
			return true
		}
	}
	return false
}

func hasAgg(e *plan.Expr) bool {
	if e == nil {
		return false
	}
	return e.Agg != "" || hasAgg(e.Left) || hasAgg(e.Right) || hasAgg(e.Of)
}
