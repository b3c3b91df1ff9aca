package rules

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// mostCountries is the share of a column's values that must be countries for it to
// be one of countries.
const mostCountries = 0.6

// addPlaces lets a column of countries be called so where its own name says
// something else of them: "origin", "made in".
func (p *Planner) addPlaces(c *column) {
	pr := c.Profile
	if c.Type != catalog.Text || pr == nil || len(pr.Top) < 2 {
		return
	}
	known := 0
	for _, v := range pr.Top {
		if p.lex.countries[strings.ToLower(strings.TrimSpace(v.Value))] {
			known++
		}
	}
	if float64(known) < mostCountries*float64(len(pr.Top)) {
		return
	}
	for _, word := range []string{"country", "nation", "region"} {
		p.addName(c.ref, []string{word}, p.lex.weights["place"], "values", true)
		p.addName(c.ref, append([]string{word, "of"}, c.words...), 1, "values", true)
	}
}
