package plan

import (
	"strings"
	"time"
)

// DayRange is a stretch of whole days that two conditions give together: From is
// its first day and To its last, both at midnight. Lower and Upper are the places
// of the two in their list.
type DayRange struct {
	Lower, Upper int
	From, To     time.Time
}

// First is the place the range is known by: that of the condition that comes first.
func (r DayRange) First() int { return min(r.Lower, r.Upper) }

// Second is the place of the other condition.
func (r DayRange) Second() int { return max(r.Lower, r.Upper) }

// DayRanges finds, in conditions that hold together, the columns of dates that
// exactly one of them begins (not before) and exactly one ends, and returns the
// stretches between, in the order of the list. isDate tells which columns hold
// dates. Limits that are no whole days, that move with the clock, or that leave
// nothing between them make no range.
func DayRanges(list []Filter, isDate func(column string) bool) []DayRange {
	var out []DayRange
	for i := range list {
		lower, upper := boundsOf(list, list[i].Column)
		if len(lower) != 1 || len(upper) != 1 || i != min(lower[0], upper[0]) || !isDate(list[i].Column) {
			continue
		}
		from, okFrom := firstDay(&list[lower[0]])
		end, okTo := firstDay(&list[upper[0]])
		if okFrom && okTo && from.Before(end) {
			out = append(out, DayRange{Lower: lower[0], Upper: upper[0], From: from, To: end.AddDate(0, 0, -1)})
		}
	}
	return out
}

// RangeAt returns the range that is known by place i.
func RangeAt(ranges []DayRange, i int) (DayRange, bool) {
	for _, r := range ranges {
		if r.First() == i {
			return r, true
		}
	}
	return DayRange{}, false
}

// boundsOf lists the conditions that limit a column from below and from above.
func boundsOf(list []Filter, column string) (lower, upper []int) {
	for i := range list {
		f := &list[i]
		if column == "" || f.Expr != nil || f.Right != nil || f.Period != nil || !strings.EqualFold(f.Column, column) {
			continue
		}
		switch f.Op {
		case GreaterOrEqual:
			lower = append(lower, i)
		case Less, LessOrEqual:
			upper = append(upper, i)
		}
	}
	return lower, upper
}

// firstDay is the day that a lower limit begins with, or the one after the last of
// an upper limit.
func firstDay(f *Filter) (time.Time, bool) {
	text, ok := f.Value.(string)
	if !ok || text == "now" || text == "today" {
		return time.Time{}, false
	}
	m, ok := ParseMoment(text, time.Time{})
	if !ok {
		return time.Time{}, false
	}
	day := m.Start
	if f.Op == LessOrEqual {
		if m.Unit == "" {
			return time.Time{}, false // it takes in one instant of a day
		}
		day = m.End
	}
	return day, day.Equal(Day.Truncate(day))
}
