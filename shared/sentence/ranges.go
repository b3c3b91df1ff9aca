package sentence

import (
	"fmt"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// Conditions words what the rows of q must fulfil, "" where every row counts.
func Conditions(q *plan.Query, d *catalog.Dataset, asOf time.Time) string {
	return newWriter(q, d, asOf).all(q.Filters)
}

// between words two conditions that are one stretch of days: not before its first
// and before the day after its last.
func (w writer) between(a, b *plan.Filter) (string, bool) {
	if !plainDate(a) || !plainDate(b) || !strings.EqualFold(a.Column, b.Column) || !w.columnType(a.Column).Temporal() {
		return "", false
	}
	from, okFrom := plan.ParseMoment(fmt.Sprint(a.Value), w.asOf)
	to, okTo := plan.ParseMoment(fmt.Sprint(b.Value), w.asOf)
	if a.Op != plan.GreaterOrEqual || !okFrom || !okTo || from.Unit == "" || to.Unit == "" {
		return "", false
	}
	end := to.Start
	switch b.Op {
	case plan.Less:
	case plan.LessOrEqual:
		end = to.End
	default:
		return "", false
	}
	if !from.Start.Before(end) {
		return "", false
	}
	return name(a.Column) + " is " + days(from.Start, end), true
}

// plainDate reports a comparison of a column with a date that is written out.
func plainDate(f *plan.Filter) bool {
	_, text := f.Value.(string)
	return text && f.Column != "" && f.Expr == nil && f.Right == nil && f.Period == nil && f.And == nil && f.Or == nil && f.Not == nil && f.Exists == nil
}

// days words a stretch by the year, quarter, month or day it is, or by its first
// and last month or day.
func days(from, end time.Time) string {
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
