package sentence

import (
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// Conditions words what the rows of q must fulfil, "" where every row counts.
func Conditions(q *plan.Query, d *catalog.Dataset, asOf time.Time) string {
	return newWriter(q, d, asOf).all(q.Filters)
}

// stretchOf words a stretch by the year, quarter, month or day it is, or by its first
// and last month or day.
func stretchOf(from, end time.Time) string {
	switch {
	case from.YearDay() == 1 && from.AddDate(1, 0, 0).Equal(end):
		return "in " + from.Format("2006")
	case from.Day() == 1 && from.Month()%3 == 1 && from.AddDate(0, 3, 0).Equal(end):
		return "in " + quarter(from)
	case from.Day() == 1 && from.AddDate(0, 1, 0).Equal(end):
		return "in " + from.Format("January 2006")
	case from.AddDate(0, 0, 1).Equal(end):
		return "on " + day(from)
	case from.Day() == 1 && end.Day() == 1:
		return "from " + from.Format("January 2006") + " to " + end.AddDate(0, -1, 0).Format("January 2006")
	}
	return "from " + day(from) + " to " + day(end.AddDate(0, 0, -1))
}
