package thesaurus_test

import (
	"slices"
	"testing"

	"github.com/leo-analytics/leo/planner/rules/thesaurus"
)

func TestRelatedWordsAreFoundBothWays(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want thesaurus.Distance
	}{
		{"airport", "aerodrome", thesaurus.Near},
		{"salary", "wage", thesaurus.Near},
		{"heavy", "weight", thesaurus.Derived},
		{"old", "age", thesaurus.Derived},
		{"employee", "worker", thesaurus.Broad},
	} {
		for range 2 {
			related := thesaurus.Of(c.a)
			i := slices.IndexFunc(related, func(r thesaurus.Related) bool { return r.Word == c.b })
			if i < 0 {
				t.Errorf("%s is not related to %s", c.a, c.b)
			} else if got := related[i].Distance; got != c.want && c.want != thesaurus.Broad {
				t.Errorf("%s and %s are at distance %d, want %d", c.a, c.b, got, c.want)
			}
			c.a, c.b = c.b, c.a
		}
	}
}

func TestUnknownWordsAreRelatedToNothing(t *testing.T) {
	for _, word := range []string{"", " ", "zzzzzz", "a", "aardvark\n", "airport aerodrome", "~"} {
		if got := thesaurus.Of(word); got != nil {
			t.Errorf("%q is related to %v", word, got)
		}
	}
}

func TestNearestWordsComeFirst(t *testing.T) {
	related := thesaurus.Of("document")
	if !slices.IsSortedFunc(related, func(a, b thesaurus.Related) int { return int(a.Distance - b.Distance) }) {
		t.Errorf("not sorted by distance: %v", related)
	}
}

func BenchmarkOf(b *testing.B) {
	for b.Loop() {
		thesaurus.Of("document")
	}
}
