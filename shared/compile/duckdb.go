package compile

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// duckDB is the dialect of DuckDB 1.5.
func duckDB() dialect {
	cast := func(typ string) func(string) string {
		return func(of string) string { return "CAST(" + of + " AS " + typ + ")" }
	}
	return dialect{
		quote:   func(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` },
		literal: duckLiteral,
		double:  cast("DOUBLE"), long: cast("BIGINT"), whole: cast("INTEGER"),
		bucket:     duckBucket,
		part:       duckPart,
		read:       duckRead,
		difference: duckDifference,
		bin:        duckBin,
		aggregate:  duckAggregate,
		filtered:   func(agg, cond string) string { return agg + " FILTER (WHERE " + cond + ")" },
		match: func(op plan.FilterOp, of, text string) string {
			name := map[plan.FilterOp]string{plan.Contains: "contains", plan.StartsWith: "starts_with", plan.EndsWith: "ends_with"}[op]
			return fmt.Sprintf("%s(lower(%s), lower(%s))", name, of, text)
		},
		sortKey: func(of string, desc bool) string {
			if desc {
				return of + " DESC NULLS LAST"
			}
			return of + " ASC NULLS LAST"
		},
		limit: func(n int) string { return "LIMIT " + strconv.Itoa(n) },
		rowID: "rowid",
	}
}

// duckLiteral: text has no escapes but the doubled quote.
func duckLiteral(l literal) string {
	switch l.typ {
	case catalog.Text:
		return "'" + strings.ReplaceAll(l.text, "'", "''") + "'"
	case catalog.Boolean:
		return strings.ToUpper(strconv.FormatBool(l.flag))
	case catalog.Date:
		return "DATE '" + l.time.Format("2006-01-02") + "'"
	case catalog.Timestamp:
		return "TIMESTAMP '" + l.time.Format("2006-01-02 15:04:05.999999") + "'"
	case catalog.Time:
		return "TIME '" + l.time.Format("15:04:05.999999") + "'"
	}
	return l.text
}

// duckBucket: date_trunc returns a timestamp whatever it is given.
func duckBucket(unit plan.Bucket, of string) string {
	cut := fmt.Sprintf("date_trunc('%s', %s)", unit, of)
	if unit.HasTime() {
		return cut
	}
	return "CAST(" + cut + " AS DATE)"
}

func duckPart(part plan.Part, of string) string {
	name := map[plan.Part]string{
		plan.HourOfDay: "hour", plan.DayOfWeek: "isodow", plan.DayOfMonth: "day", plan.WeekOfYear: "week",
		plan.MonthOfYear: "month", plan.QuarterOfYear: "quarter", plan.YearPart: "year",
	}[part]
	return fmt.Sprintf("date_part('%s', %s)", name, of)
}

// duckDifference counts microseconds, which is exact, and divides once. Months
// are counted by the calendar, with the rest in 31sts.
func duckDifference(unit, left, right string) string {
	microseconds := map[string]string{"second": "1e6", "minute": "6e7", "hour": "3.6e9", "day": "8.64e10", "week": "6.048e11"}
	if s, ok := microseconds[unit]; ok {
		return fmt.Sprintf("date_diff('microsecond', CAST(%s AS TIMESTAMP), CAST(%s AS TIMESTAMP)) / %s", right, left, s)
	}
	months := func(of string) string {
		return fmt.Sprintf("(date_part('year', %[1]s) * 12 + date_part('month', %[1]s)"+
			" + (date_part('day', %[1]s) + date_diff('microsecond', date_trunc('day', %[1]s), CAST(%[1]s AS TIMESTAMP)) / 8.64e10) / 31)", of)
	}
	if unit == "year" {
		return fmt.Sprintf("(%s - %s) / 12", months(left), months(right))
	}
	return fmt.Sprintf("%s - %s", months(left), months(right))
}

// duckBin: a fractional width is no binary number, so quotients are rounded
// before they are cut (0.3 / 0.1 is 2.9999999999999996), and products after.
func duckBin(width float64, whole bool, of string) string {
	w := strconv.FormatFloat(width, 'f', -1, 64)
	switch {
	case whole:
		return fmt.Sprintf("CAST(floor(%s / %s) * %s AS BIGINT)", of, w, w)
	case width == math.Trunc(width):
		return fmt.Sprintf("floor(%s / %s) * %s", of, w, w)
	}
	_, decimals, _ := strings.Cut(w, ".")
	return fmt.Sprintf("round(floor(round(CAST(%s AS DOUBLE) / %s, 9)) * %s, %d)", of, w, w, len(decimals))
}

func duckAggregate(agg plan.Agg, percentile float64, of string) string {
	switch agg {
	case plan.Count:
		if of == "" {
			return "count(*)"
		}
		return "count(" + of + ")"
	case plan.CountDistinct:
		return "count(DISTINCT " + of + ")"
	case plan.Median: // of decimals DuckDB's would be cut to their scale
		return "median(CAST(" + of + " AS DOUBLE))"
	case plan.Percentile:
		return fmt.Sprintf("quantile_cont(CAST(%s AS DOUBLE), %s)", of, strconv.FormatFloat(percentile, 'f', -1, 64))
	case plan.StdDev:
		return "stddev_samp(" + of + ")"
	}
	return string(agg) + "(" + of + ")"
}
