package plan

// Query is one QueryPlan. Table is required, and at least one of Select and
// GroupBy.
type Query struct {
	// Version is 1; absent means 1.
	Version   int    `json:"version,omitempty"`
	DatasetID string `json:"dataset_id,omitempty"`
	// With names sub-plans that Table, Joins and Exists may use like tables, each
	// seeing those before it. Sub-plans have no default limit, and no With of
	// their own.
	With  []Named `json:"with,omitempty"`
	Table string  `json:"table"`
	Joins []Join  `json:"joins,omitempty"`
	// Distinct removes equal output rows.
	Distinct bool      `json:"distinct,omitempty"`
	Select   []Expr    `json:"select,omitempty"`
	Filters  []Filter  `json:"filters,omitempty"`
	GroupBy  []Expr    `json:"group_by,omitempty"`
	Having   []Filter  `json:"having,omitempty"`
	Top      *Top      `json:"top,omitempty"`
	OrderBy  []OrderBy `json:"order_by,omitempty"`
	// Limit is 1 to [MaxLimit]; 0 means [DefaultLimit].
	Limit int `json:"limit,omitempty"`
	// Notes are for the reader; they change nothing.
	Notes string `json:"notes,omitempty"`
}

// Named is a sub-plan and the name it is used by: a letter or underscore, then
// letters, digits and underscores, at most 63 in all, and not a table's name.
type Named struct {
	Name string `json:"name"`
	Plan *Query `json:"plan"`
}

// Join adds the columns of another table. Without On, the catalogue's relation
// between Table and a table already present is used, a declared one before a
// discovered one; none or several are a fault.
type Join struct {
	Table string `json:"table"`
	// As renames the table within the plan, which joining a table twice needs.
	As string `json:"as,omitempty"`
	// Type is inner (the default) or left: left keeps rows without a partner.
	Type string   `json:"type,omitempty"`
	On   []OnPair `json:"on,omitempty"`
}

// OnPair is one equality of a join: Left names a column already present, Right
// one of the joined table.
type OnPair struct {
	Left  string `json:"left"`
	Right string `json:"right"`
}

// Expr is one value: a column, a literal, the place of the row, arithmetic over
// two values, or an aggregation or window over one. Exactly one of Column,
// Value, Position, Op and Of is set, except that count needs none; the other
// fields refine it, in this order: read, then part, bucket or bin (at most one
// of them), then agg (with where), then window.
type Expr struct {
	Column string `json:"column,omitempty"`
	// Value is a literal: a JSON number, string or boolean. Where a date is
	// expected, the strings "now" and "today" are the clock of the question.
	Value any `json:"value,omitempty"`
	// Position is the place of the row in the plan's table as it was loaded,
	// from 1: "the last row", "the one after". A sub-plan has no such order.
	Position bool `json:"position,omitempty"`
	// Op with Left and Right is arithmetic.
	Op    Op    `json:"op,omitempty"`
	Left  *Expr `json:"left,omitempty"`
	Right *Expr `json:"right,omitempty"`
	// Unit is second, minute, hour, day, week, month or year, for date_diff.
	Unit string `json:"unit,omitempty"`
	// Of is a nested expression, for an aggregation over arithmetic.
	Of *Expr `json:"of,omitempty"`

	// Read takes a number, date or duration out of a text.
	Read Read `json:"read,omitempty"`

	Bucket Bucket `json:"bucket,omitempty"`
	Part   Part   `json:"part,omitempty"`
	// Bin cuts a number down to a multiple of this width (greater than 0).
	Bin float64 `json:"bin,omitempty"`

	Agg Agg `json:"agg,omitempty"`
	// Percentile is greater than 0 and at most 1, for agg percentile.
	Percentile float64 `json:"percentile,omitempty"`
	// Where limits this aggregation to the rows that pass.
	Where []Filter `json:"where,omitempty"`

	Window *Window `json:"window,omitempty"`

	// As is the output name. Absent, one is made from the parts.
	As string `json:"as,omitempty"`
}

// Window computes a value from other rows of the result.
type Window struct {
	Kind WindowKind `json:"kind"`
	// PartitionBy names outputs or columns; the window starts anew for each.
	PartitionBy []string `json:"partition_by,omitempty"`
	// OrderBy defaults, for the kinds that need order, to the plan's date bucket
	// (or date), anew for each combination of the other group keys unless
	// PartitionBy says otherwise.
	OrderBy []OrderBy `json:"order_by,omitempty"`
	// Periods is 1 to 1000 and defaults to 1; moving_average needs 2 or more.
	Periods int `json:"periods,omitempty"`
}

// Filter is a condition: either a comparison (Op set), or exactly one of And,
// Or, Not and Exists.
type Filter struct {
	Column string `json:"column,omitempty"`
	// Expr is the left side when it is more than a column.
	Expr *Expr    `json:"expr,omitempty"`
	Op   FilterOp `json:"op,omitempty"`
	// Exactly one right side, none for is_null and not_null: a literal (a list
	// for in and not_in, two for between), a period of time (with between, or
	// with = which means the same), or an expression. An aggregation as right
	// side of a row filter is computed once over the whole table.
	Value  any     `json:"value,omitempty"`
	Period *Period `json:"period,omitempty"`
	Right  *Expr   `json:"right,omitempty"`

	And []Filter `json:"and,omitempty"`
	Or  []Filter `json:"or,omitempty"`
	Not *Filter  `json:"not,omitempty"`
	// Exists keeps rows that have a partner in another table.
	Exists *Exists `json:"exists,omitempty"`
}

// Exists asks for a related row that passes filters. Negate it with Not. In its
// filters a name is looked up in Table first and then in the plan around it.
type Exists struct {
	Table   string   `json:"table"`
	On      []OnPair `json:"on,omitempty"`
	Filters []Filter `json:"filters,omitempty"`
}

// Period is a stretch of time counted from the clock of the question. Exactly
// one of Last, This, Previous and ToDate is set.
type Period struct {
	// Unit is minute, hour, day, week, month, quarter or year.
	Unit Bucket `json:"unit"`
	// Last counts back Last units from the clock, which ends the period.
	Last int `json:"last,omitempty"`
	// This is the unit the clock is in, whole.
	This bool `json:"this,omitempty"`
	// Previous is the Previous whole units before the one the clock is in.
	Previous int `json:"previous,omitempty"`
	// ToDate runs from the start of the unit to the clock.
	ToDate bool `json:"to_date,omitempty"`
}

// Top keeps the best N rows of each group: exactly N where there are as many,
// equal values being told apart by the other outputs.
type Top struct {
	N int `json:"n"`
	// Per names outputs or columns; By names the output or column to compare.
	Per []string `json:"per"`
	By  string   `json:"by"`
	// Direction is desc (the default) or asc.
	Direction string `json:"direction,omitempty"`
}

// OrderBy sorts by an output name, a column, or an expression. Nulls come last
// in both directions.
type OrderBy struct {
	By   string `json:"by,omitempty"`
	Expr *Expr  `json:"expr,omitempty"`
	// Direction is asc (the default) or desc.
	Direction string `json:"direction,omitempty"`
}
