package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
)

func TestMisspeltNamesAreReadAndSaid(t *testing.T) {
	p := rules.New(orchard())
	for q, word := range map[string]string{
		"average hieght by species":         "hieght", //nolint:misspell // the misspelling is what is tested
		"average height by speceis":         "speceis",
		"total harvst by soil":              "harvst",
		"scaterplot of height versus girth": "scaterplot",
	} {
		d := decide(t, p, q)
		if d.Action != rules.Run {
			t.Errorf("%q: %s, unknown %q", q, d.Action, d.Unknown)
			continue
		}
		said := slices.ContainsFunc(d.Readings[0].Explain, func(s string) bool { return strings.Contains(s, word) })
		if !said {
			t.Errorf("%q: the spelling is not mentioned in %q", q, d.Readings[0].Explain)
		}
	}
}

func TestWordsOfTheLanguageAreNoMisspellings(t *testing.T) {
	p := rules.New(orchard())
	for _, q := range []string{"average weight by species", "average height by season", "total harvest by boil"} {
		if d := decide(t, p, q); d.Action == rules.Run {
			t.Errorf("%q was run as %s", q, asJSON(t, d.Readings[0].Plan))
		}
	}
}

func TestAColumnOfCountriesIsCalledSo(t *testing.T) {
	d := &catalog.Dataset{ID: "boats", Tables: []catalog.Table{{Name: "boats", Rows: 900, Columns: []catalog.Column{
		col("boat_id integer!", 900), col("length decimal", 900), col("built_in text", 900, "Norway", "France", "USA"), col("harbour text", 900, "Nice", "Oslo"),
	}}}}
	q := run(t, d, "average length by country")
	if len(q.GroupBy) != 1 || q.GroupBy[0].Column != "built_in" {
		t.Errorf("grouped by %+v", q.GroupBy)
	}
}
