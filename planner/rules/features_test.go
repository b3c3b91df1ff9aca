package rules_test

import (
	"slices"
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
)

func TestEveryReadingCarriesItsFeatures(t *testing.T) {
	names := rules.FeatureNames()
	if sorted := slices.Sorted(slices.Values(names)); len(slices.Compact(sorted)) != len(names) {
		t.Error("two features have one name")
	}
	r, err := rules.New(bakery()).Plan(t.Context(), rules.Question{Text: "total revenue by branch"})
	if err != nil {
		t.Fatal(err)
	}
	for _, reading := range r.Readings {
		if len(reading.Features) != len(names) {
			t.Errorf("%d features, want %d", len(reading.Features), len(names))
		}
	}
	if len(r.Readings) == 0 || r.Readings[0].Score < 0.6 || r.Readings[0].Score >= 1 {
		t.Errorf("a plain question is read as %+v", r.Readings)
	}
}

func TestThingsTheDataDoesNotHaveAreMissing(t *testing.T) {
	p := rules.New(bakery())
	for q, want := range map[string][]string{
		"average humidity by branch":                                  {"humidity"},
		"which branch sells the most pastries, rounded to an integer": nil,
		"how many sales did we process by branch":                     nil,
		"number of sales per allergen":                                {"allergen"},
	} {
		r, err := p.Plan(t.Context(), rules.Question{Text: q})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Missing, want) {
			t.Errorf("%q misses %q, want %q", q, r.Missing, want)
		}
	}
}
