package verified_test

import (
	"testing"

	"github.com/leo-analytics/leo/shared/verified"
)

func TestQuestionsThatShareMostWordsAreAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Total revenue by month", "Show me the total revenues per month", true},
		{"Total revenue by month in 2025", "Total revenue by month in 2026", true}, // alike, and not the same
		{"Total revenue by month", "Revenue by month and country", true},
		{"revenue", "total revenue", false},
		{"How many orders?", "Average delay of flights from Oslo", false},
		{"the", "the", false},
		{"", "", false},
	} {
		if got := verified.Alike(c.a, c.b); got != c.want || verified.Alike(c.b, c.a) != got {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}
