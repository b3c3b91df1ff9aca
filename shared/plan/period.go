package plan

import (
	"strings"
	"time"
)

// Span is a stretch of time on the wall clock, given in UTC. From belongs to it
// unless FromOpen; To does not unless ToClosed.
type Span struct {
	From, To time.Time
	FromOpen bool
	ToClosed bool
}

// Span returns the stretch of time p means when the clock shows asOf, whose wall
// clock counts: a zone is set aside, as data has none. Last excludes its first
// moment and includes the clock, so that "last 7 days" of a date column is seven
// dates ending today. Whole units exclude the start of the next one. ToDate
// includes the clock.
func (p Period) Span(asOf time.Time) Span {
	clock := wall(asOf)
	start := p.Unit.Truncate(clock)
	switch {
	case p.This:
		return Span{From: start, To: p.Unit.Add(start, 1)}
	case p.Previous > 0:
		return Span{From: p.Unit.Add(start, -p.Previous), To: start}
	case p.ToDate:
		return Span{From: start, To: clock, ToClosed: true}
	}
	return Span{From: p.Unit.Add(clock, -p.Last), To: clock, FromOpen: true, ToClosed: true}
}

// wall drops the zone and keeps what the clock on the wall shows.
func wall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// HasTime reports whether b is finer than a day.
func (b Bucket) HasTime() bool { return b == Minute || b == Hour }

// Truncate returns the start of the bucket t is in; weeks start on Monday.
func (b Bucket) Truncate(t time.Time) time.Time {
	y, m, d := t.Date()
	switch b {
	case Minute:
		return t.Truncate(time.Minute)
	case Hour:
		return t.Truncate(time.Hour)
	case Day:
		return date(y, m, d)
	case Week:
		return date(y, m, d-(int(t.Weekday())+6)%7)
	case Month:
		return date(y, m, 1)
	case Quarter:
		return date(y, m-(m-1)%3, 1)
	case Year:
		return date(y, 1, 1)
	}
	return t
}

// Add moves t by n buckets. A month without that day gives its last day: one
// month before 31 March is the end of February.
func (b Bucket) Add(t time.Time, n int) time.Time {
	switch b {
	case Minute:
		return t.Add(time.Duration(n) * time.Minute)
	case Hour:
		return t.Add(time.Duration(n) * time.Hour)
	case Day:
		return t.AddDate(0, 0, n)
	case Week:
		return t.AddDate(0, 0, 7*n)
	case Month:
		return addMonths(t, n)
	case Quarter:
		return addMonths(t, 3*n)
	case Year:
		return addMonths(t, 12*n)
	}
	return t
}

func addMonths(t time.Time, n int) time.Time {
	moved := t.AddDate(0, n, 0)
	if moved.Day() != t.Day() {
		// The day overflowed into the next month: step back to the last one.
		moved = moved.AddDate(0, 0, -moved.Day())
	}
	return moved
}

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// Moment is a date literal. One that names a whole period ("2026", "2026-Q3",
// "2026-07", "2026-07-14") has that Unit and stands for all of it: equal means
// within it, greater means after its end. One with a time of day is an instant:
// Unit is empty and End equals Start.
type Moment struct {
	Start, End time.Time
	Unit       Bucket
}

// ParseMoment reads a date literal: YYYY, YYYY-Qn, YYYY-MM, YYYY-MM-DD, or a date
// and a time of day, joined by T or a space, with seconds, fraction and zone
// optional; with a zone the moment is taken in UTC. The words "now" and "today"
// are asOf, as an instant and as a day.
func ParseMoment(s string, asOf time.Time) (Moment, bool) {
	switch s {
	case "now":
		return instant(wall(asOf)), true
	case "today":
		return whole(wall(asOf), Day), true
	}
	if t, ok := parseQuarter(s); ok {
		return whole(t, Quarter), true
	}
	for _, f := range momentFormats() {
		t, err := time.Parse(f.layout, s)
		if err != nil || t.Year() < 1 {
			continue
		}
		if f.unit != "" {
			return whole(t, f.unit), true
		}
		return instant(t.UTC()), true
	}
	return Moment{}, false
}

// parseQuarter reads 2026-Q3 and 2026Q3.
func parseQuarter(s string) (time.Time, bool) {
	year, q, ok := strings.Cut(strings.ToUpper(s), "Q")
	y, err := time.Parse("2006", strings.TrimSuffix(year, "-"))
	if !ok || err != nil || len(q) != 1 || q[0] < '1' || q[0] > '4' {
		return time.Time{}, false
	}
	return date(y.Year(), time.Month(3*int(q[0]-'0')-2), 1), true
}

type momentFormat struct {
	layout string
	unit   Bucket
}

func momentFormats() []momentFormat {
	formats := []momentFormat{{"2006-01-02", Day}, {"2006-01", Month}, {"2006", Year}}
	for _, day := range []string{"2006-01-02T", "2006-01-02 "} {
		for _, clock := range []string{"15:04", "15:04:05", "15:04Z07:00", "15:04:05Z07:00"} {
			formats = append(formats, momentFormat{layout: day + clock})
		}
	}
	return formats
}

func whole(t time.Time, unit Bucket) Moment {
	start := unit.Truncate(t)
	return Moment{Start: start, End: unit.Add(start, 1), Unit: unit}
}

func instant(t time.Time) Moment { return Moment{Start: t, End: t} }
