package plan_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/plan"
)

func TestTwoLimitsOfADateAreOneStretchOfDays(t *testing.T) {
	limit := func(op plan.FilterOp, v any) plan.Filter { return plan.Filter{Column: "day", Op: op, Value: v} }
	cases := map[string]struct {
		list     []plan.Filter
		from, to string
	}{
		"a year":                     {[]plan.Filter{limit(">=", "2025-01-01"), limit("<", "2026-01-01")}, "2025-01-01", "2025-12-31"},
		"the upper one first":        {[]plan.Filter{limit("<", "2026-01-01"), limit(">=", "2025-01-01")}, "2025-01-01", "2025-12-31"},
		"both included":              {[]plan.Filter{limit(">=", "2025-01-01"), limit("<=", "2025-01-31")}, "2025-01-01", "2025-01-31"},
		"after a day":                {list: []plan.Filter{limit(">", "2025-01-01"), limit("<", "2025-01-31")}},
		"whole months":               {[]plan.Filter{limit(">=", "2025-02"), limit("<=", "2025-Q2")}, "2025-02-01", "2025-06-30"},
		"midnight":                   {[]plan.Filter{limit(">=", "2025-01-01T00:00:00"), limit("<", "2025-02-01 00:00")}, "2025-01-01", "2025-01-31"},
		"the column in other case":   {[]plan.Filter{limit(">=", "2025-01-01"), {Column: "DAY", Op: "<", Value: "2025-01-02"}}, "2025-01-01", "2025-01-01"},
		"an instant":                 {list: []plan.Filter{limit(">=", "2025-01-01T08:00"), limit("<", "2026-01-01")}},
		"to an instant":              {list: []plan.Filter{limit(">=", "2025-01-01"), limit("<=", "2026-01-01T00:00")}},
		"the clock":                  {list: []plan.Filter{limit(">=", "2025-01-01"), limit("<", "today")}},
		"nothing between":            {list: []plan.Filter{limit(">=", "2026-01-01"), limit("<", "2026-01-01")}},
		"three limits":               {list: []plan.Filter{limit(">=", "2025-01-01"), limit("<", "2026-01-01"), limit("<", "2025-07-01")}},
		"a number":                   {list: []plan.Filter{{Column: "size", Op: ">=", Value: "2025"}, {Column: "size", Op: "<", Value: "2026"}}},
		"two columns":                {list: []plan.Filter{limit(">=", "2025-01-01"), {Column: "other", Op: "<", Value: "2026-01-01"}}},
		"one limit":                  {list: []plan.Filter{limit(">=", "2025-01-01")}},
		"a limit that is computed":   {list: []plan.Filter{limit(">=", "2025-01-01"), {Column: "day", Op: "<", Right: &plan.Expr{Column: "other"}}}},
		"a condition without column": {list: []plan.Filter{{Op: ">=", Value: "2025-01-01"}, {Op: "<", Value: "2026-01-01"}}},
	}
	isDate := func(column string) bool { return column != "size" }
	for name, c := range cases {
		ranges := plan.DayRanges(c.list, isDate)
		if c.from == "" {
			if len(ranges) != 0 {
				t.Errorf("%s: %v is no range of days", name, ranges)
			}
			continue
		}
		if len(ranges) != 1 || ranges[0].From.Format(time.DateOnly) != c.from || ranges[0].To.Format(time.DateOnly) != c.to {
			t.Errorf("%s: got %v, want %s to %s", name, ranges, c.from, c.to)
		}
	}
}
