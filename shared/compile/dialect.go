package compile

import (
	"github.com/leo-analytics/leo/shared/plan"
)

// Dialect names the SQL a statement is written in.
type Dialect string

// DuckDB is the dialect of prepared datasets, and the default.
const DuckDB Dialect = "duckdb"

// dialect is what differs between engines. Everything else the renderer writes
// is common to them: SELECT, JOIN, WITH, CASE, OVER.
type dialect struct {
	// quote quotes an identifier, whatever is in it.
	quote func(name string) string
	// literal writes a constant that no text in it can leave.
	literal func(l literal) string
	// double makes a number a floating-point one; long one that a sum or
	// product of integers does not overflow; whole a boolean 1 or 0.
	double, long, whole func(of string) string
	// bucket and part take dates apart; see plan.Bucket and plan.Part.
	bucket func(unit plan.Bucket, of string) string
	part   func(part plan.Part, of string) string
	// read takes a value out of a text; see plan.Read.
	read func(read plan.Read, of string) string
	// difference is left minus right; see plan.DateDiff.
	difference func(unit, left, right string) string
	// bin cuts a number down to a multiple of width; whole says that both are
	// integers.
	bin func(width float64, whole bool, of string) string
	// aggregate writes an aggregation, and filtered one over the rows that meet
	// a condition.
	aggregate func(agg plan.Agg, percentile float64, of string) string
	filtered  func(aggregate, condition string) string
	// match compares text without case.
	match func(op plan.FilterOp, of, text string) string
	// sortKey puts nulls last.
	sortKey func(of string, desc bool) string
	// limit ends a SELECT.
	limit func(n int) string
	// rowID is the engine's own number of a row.
	rowID string
}

// dialects returns the dialects there are.
func dialects() map[Dialect]dialect {
	return map[Dialect]dialect{DuckDB: duckDB()}
}
