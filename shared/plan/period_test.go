package plan_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/plan"
)

const clockFormat = "2006-01-02 15:04:05"

// at reads a time for a table of cases.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.Parse(clockFormat, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPeriodSpans(t *testing.T) {
	const clock = "2026-09-30 15:04:05" // a Wednesday
	cases := []struct {
		name   string
		period plan.Period
		want   string
	}{
		{"last 7 days", plan.Period{Unit: plan.Day, Last: 7}, "(2026-09-23 15:04:05, 2026-09-30 15:04:05]"},
		{"last 24 hours", plan.Period{Unit: plan.Hour, Last: 24}, "(2026-09-29 15:04:05, 2026-09-30 15:04:05]"},
		{"last 90 minutes", plan.Period{Unit: plan.Minute, Last: 90}, "(2026-09-30 13:34:05, 2026-09-30 15:04:05]"},
		{"last quarter length", plan.Period{Unit: plan.Quarter, Last: 1}, "(2026-06-30 15:04:05, 2026-09-30 15:04:05]"},
		{"this day", plan.Period{Unit: plan.Day, This: true}, "[2026-09-30 00:00:00, 2026-10-01 00:00:00)"},
		{"this week", plan.Period{Unit: plan.Week, This: true}, "[2026-09-28 00:00:00, 2026-10-05 00:00:00)"},
		{"this quarter", plan.Period{Unit: plan.Quarter, This: true}, "[2026-07-01 00:00:00, 2026-10-01 00:00:00)"},
		{"this hour", plan.Period{Unit: plan.Hour, This: true}, "[2026-09-30 15:00:00, 2026-09-30 16:00:00)"},
		{"previous month", plan.Period{Unit: plan.Month, Previous: 1}, "[2026-08-01 00:00:00, 2026-09-01 00:00:00)"},
		{"previous two years", plan.Period{Unit: plan.Year, Previous: 2}, "[2024-01-01 00:00:00, 2026-01-01 00:00:00)"},
		{"previous week", plan.Period{Unit: plan.Week, Previous: 1}, "[2026-09-21 00:00:00, 2026-09-28 00:00:00)"},
		{"year to date", plan.Period{Unit: plan.Year, ToDate: true}, "[2026-01-01 00:00:00, 2026-09-30 15:04:05]"},
	}
	for _, c := range cases {
		if got := show(c.period.Span(at(t, clock))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func show(s plan.Span) string {
	open, end := "[", ")"
	if s.FromOpen {
		open = "("
	}
	if s.ToClosed {
		end = "]"
	}
	return open + s.From.Format(clockFormat) + ", " + s.To.Format(clockFormat) + end
}

func TestPeriodUsesTheWallClock(t *testing.T) {
	zone := time.FixedZone("UTC+14", 14*3600)
	// In UTC this is still the last day of June.
	clock := time.Date(2026, 7, 1, 5, 0, 0, 0, zone)
	if got, want := show(plan.Period{Unit: plan.Month, This: true}.Span(clock)), "[2026-07-01 00:00:00, 2026-08-01 00:00:00)"; got != want {
		t.Errorf("this month is %s, want %s", got, want)
	}
}

func TestMonthsEndOnTheLastDayTheyHave(t *testing.T) {
	cases := []struct {
		from string
		unit plan.Bucket
		n    int
		want string
	}{
		{"2026-03-31 10:00:00", plan.Month, -1, "2026-02-28 10:00:00"},
		{"2024-03-31 10:00:00", plan.Month, -1, "2024-02-29 10:00:00"},
		{"2024-02-29 00:00:00", plan.Year, 1, "2025-02-28 00:00:00"},
		{"2026-05-31 00:00:00", plan.Quarter, -1, "2026-02-28 00:00:00"},
		{"2026-01-31 00:00:00", plan.Month, 3, "2026-04-30 00:00:00"},
		{"2026-12-15 00:00:00", plan.Month, 1, "2027-01-15 00:00:00"},
		{"2026-01-01 00:00:00", plan.Week, -1, "2025-12-25 00:00:00"},
	}
	for _, c := range cases {
		if got := c.unit.Add(at(t, c.from), c.n).Format(clockFormat); got != c.want {
			t.Errorf("%s %+d %s is %s, want %s", c.from, c.n, c.unit, got, c.want)
		}
	}
}

func TestBucketsTruncate(t *testing.T) {
	for unit, want := range map[plan.Bucket]string{
		plan.Minute: "2026-08-16 23:59:00", plan.Hour: "2026-08-16 23:00:00", plan.Day: "2026-08-16 00:00:00",
		plan.Week: "2026-08-10 00:00:00", plan.Month: "2026-08-01 00:00:00", plan.Quarter: "2026-07-01 00:00:00", plan.Year: "2026-01-01 00:00:00",
	} {
		if got := unit.Truncate(at(t, "2026-08-16 23:59:59")).Format(clockFormat); got != want { // a Sunday
			t.Errorf("%s starts at %s, want %s", unit, got, want)
		}
	}
}

func TestParseMoment(t *testing.T) {
	clock := at(t, "2026-09-30 15:04:05")
	cases := []struct{ in, start, end string }{
		{"2026", "2026-01-01 00:00:00", "2027-01-01 00:00:00"},
		{"2026-Q3", "2026-07-01 00:00:00", "2026-10-01 00:00:00"},
		{"2026q4", "2026-10-01 00:00:00", "2027-01-01 00:00:00"},
		{"2026-02", "2026-02-01 00:00:00", "2026-03-01 00:00:00"},
		{"2024-02-29", "2024-02-29 00:00:00", "2024-03-01 00:00:00"},
		{"today", "2026-09-30 00:00:00", "2026-10-01 00:00:00"},
		{"now", "2026-09-30 15:04:05", "2026-09-30 15:04:05"},
		{"2026-07-14T08:30", "2026-07-14 08:30:00", "2026-07-14 08:30:00"},
		{"2026-07-14 08:30:15.25", "2026-07-14 08:30:15", "2026-07-14 08:30:15"},
		{"2026-07-14T08:30:00+02:00", "2026-07-14 06:30:00", "2026-07-14 06:30:00"},
		{"2026-07-14T08:30:00Z", "2026-07-14 08:30:00", "2026-07-14 08:30:00"},
	}
	for _, c := range cases {
		m, ok := plan.ParseMoment(c.in, clock)
		if !ok || m.Start.Format(clockFormat) != c.start || m.End.Format(clockFormat) != c.end {
			t.Errorf("%q is %v to %v (%v), want %s to %s", c.in, m.Start, m.End, ok, c.start, c.end)
		}
		if (m.Unit == "") != m.Start.Equal(m.End) {
			t.Errorf("%q has unit %q", c.in, m.Unit)
		}
	}
	for _, in := range []string{"", "yesterday", "2026-13", "2025-02-29", "14.07.2026", "07/14/2026", "2026-Q5", "26-Q1", "2026-7-1", "20260714", "0000", "2026-07-14T25:00", " 2026"} {
		if m, ok := plan.ParseMoment(in, clock); ok {
			t.Errorf("%q was read as %v", in, m)
		}
	}
}
