package plan

// Version is the plan version this package reads and writes.
const Version = 1

// The bounds of a plan. They keep a plan something a person can read and an
// engine can answer; [Query.Validate] enforces all but the first two, which
// [Decode] does.
const (
	// MaxBytes is the size of an encoded plan.
	MaxBytes = 64 << 10
	// MaxDepth is how deep objects and lists may nest.
	MaxDepth = 32
	// DefaultLimit is the number of rows a plan without a limit returns at most.
	DefaultLimit = 200
	// MaxLimit is the highest limit a plan may set.
	MaxLimit = 10_000
	// MaxListed is the longest list of values for in and not_in.
	MaxListed = 1_000
	// MaxItems is the longest list of anything else.
	MaxItems = 100
)

// Agg is an aggregation.
type Agg string

// The aggregations. Count counts rows (column "*" or none) or non-null values;
// Percentile needs Expr.Percentile and interpolates, as Median does; StdDev is
// the sample standard deviation. Sum and Avg of a boolean count true as 1.
const (
	Sum           Agg = "sum"
	Avg           Agg = "avg"
	Min           Agg = "min"
	Max           Agg = "max"
	Count         Agg = "count"
	CountDistinct Agg = "count_distinct"
	Median        Agg = "median"
	StdDev        Agg = "stddev"
	Percentile    Agg = "percentile"
)

// Aggs returns every aggregation.
func Aggs() []Agg {
	return []Agg{Sum, Avg, Min, Max, Count, CountDistinct, Median, StdDev, Percentile}
}

// Bucket cuts a date or timestamp down to the start of a period.
type Bucket string

// The buckets; weeks start on Monday.
const (
	Minute  Bucket = "minute"
	Hour    Bucket = "hour"
	Day     Bucket = "day"
	Week    Bucket = "week"
	Month   Bucket = "month"
	Quarter Bucket = "quarter"
	Year    Bucket = "year"
)

// Buckets returns every bucket, from the finest on.
func Buckets() []Bucket { return []Bucket{Minute, Hour, Day, Week, Month, Quarter, Year} }

// Part takes one number out of a date or timestamp, for "by day of week".
type Part string

// The parts: hour 0-23, day of month 1-31, day of week 1 (Monday) to 7, week
// 1-53 (ISO), month 1-12, quarter 1-4, year.
const (
	HourOfDay     Part = "hour_of_day"
	DayOfWeek     Part = "day_of_week"
	DayOfMonth    Part = "day_of_month"
	WeekOfYear    Part = "week_of_year"
	MonthOfYear   Part = "month_of_year"
	QuarterOfYear Part = "quarter_of_year"
	YearPart      Part = "year"
)

// Parts returns every part.
func Parts() []Part {
	return []Part{HourOfDay, DayOfWeek, DayOfMonth, WeekOfYear, MonthOfYear, QuarterOfYear, YearPart}
}

// Read takes a value out of a text; text that holds none gives null. A value
// that is a number, or a date, already is read as itself.
type Read string

// The readings. ReadNumber is the first number written in the text, with or
// without thousands commas: 1234.5 in "about $1,234.5 (2019)". ReadDate is the
// first date: year-month-day, month day year or day month year with the month
// in English words, numbers with slashes (the month first where that is
// possible), a month and year, a day and month (of the year 1900), or a year
// alone, which is its first day. ReadDuration is hours, minutes and seconds
// with colons as seconds, and a number without colons as itself.
const (
	ReadNumber   Read = "number"
	ReadDate     Read = "date"
	ReadDuration Read = "duration"
)

// Reads returns every reading.
func Reads() []Read { return []Read{ReadNumber, ReadDate, ReadDuration} }

// Op is an arithmetic operator between two expressions.
type Op string

// The operators. Divide yields null for a zero divisor and never truncates.
// DateDiff is Left minus Right in Unit, as a fraction: up to weeks it is the
// exact span of time; a month is a calendar month whose remainder counts in
// 31sts of a month (the MONTHS_BETWEEN of other systems, so that the 15th to
// the 15th is whole), and a year is twelve of those.
const (
	Add      Op = "+"
	Subtract Op = "-"
	Multiply Op = "*"
	Divide   Op = "/"
	DateDiff Op = "date_diff"
)

// Ops returns every operator.
func Ops() []Op { return []Op{Add, Subtract, Multiply, Divide, DateDiff} }

// DiffUnits returns the units of [DateDiff].
func DiffUnits() []string {
	return []string{"second", "minute", "hour", "day", "week", "month", "year"}
}

// WindowKind is what a window computes of its expression over the result rows.
type WindowKind string

// The windows. Share divides by the partition's total. RunningTotal sums from
// the first row on. Rank is 1 for the largest (with OrderBy: for the first),
// equal values share a rank. Previous, Change and PercentChange look Periods
// rows back in OrderBy; PercentChange is a fraction (0.1 is +10 %).
// MovingAverage spans Periods rows ending at this one.
const (
	Share         WindowKind = "share"
	RunningTotal  WindowKind = "running_total"
	Rank          WindowKind = "rank"
	Previous      WindowKind = "previous"
	Change        WindowKind = "change"
	PercentChange WindowKind = "percent_change"
	MovingAverage WindowKind = "moving_average"
)

// WindowKinds returns every window.
func WindowKinds() []WindowKind {
	return []WindowKind{Share, RunningTotal, Rank, Previous, Change, PercentChange, MovingAverage}
}

// FilterOp compares.
type FilterOp string

// The filter operators; see the package comment for nulls, case and dates.
const (
	Equal          FilterOp = "="
	NotEqual       FilterOp = "!="
	Less           FilterOp = "<"
	LessOrEqual    FilterOp = "<="
	Greater        FilterOp = ">"
	GreaterOrEqual FilterOp = ">="
	In             FilterOp = "in"
	NotIn          FilterOp = "not_in"
	Between        FilterOp = "between"
	Contains       FilterOp = "contains"
	StartsWith     FilterOp = "startswith"
	EndsWith       FilterOp = "endswith"
	IsNull         FilterOp = "is_null"
	NotNull        FilterOp = "not_null"
)

// FilterOps returns every filter operator.
func FilterOps() []FilterOp {
	return []FilterOp{
		Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, In, NotIn,
		Between, Contains, StartsWith, EndsWith, IsNull, NotNull,
	}
}

// Directions of an order, and types of a join; each pair starts with the default
// of [OrderBy] and [Join]. The default of [Top] is Desc.
const (
	Asc       = "asc"
	Desc      = "desc"
	InnerJoin = "inner"
	LeftJoin  = "left"
)
