package rules

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// mostCountries is the share of a column's values that must be countries for it to
// be one of countries.
const mostCountries = 0.6

// addPlaces lets a column of countries be called so where its own name says
// something else of them, as "origin" does, and no name of the dataset is the
// word.
func (p *Planner) addPlaces() {
	words := []string{"country", "nation", "region"}
	for _, w := range words {
		if len(p.index.byStem[p.lex.stem(w)]) > 0 {
			return
		}
	}
	for _, t := range p.tables {
		for _, c := range t.columns {
			if !p.holdsCountries(c) {
				continue
			}
			for _, w := range words {
				p.addName(c.ref, []string{w}, p.lex.weights["place"], "values", true)
				p.addName(c.ref, append([]string{w, "of"}, c.words...), 1, "values", true)
			}
		}
	}
}

// holdsCountries reports a text column whose values are countries.
func (p *Planner) holdsCountries(c *column) bool {
	pr := c.Profile
	if c.Type != catalog.Text || pr == nil || len(pr.Top) < 2 {
		return false
	}
	known := 0
	for _, v := range pr.Top {
		if p.lex.countries[strings.ToLower(strings.TrimSpace(v.Value))] {
			known++
		}
	}
	return float64(known) >= mostCountries*float64(len(pr.Top))
}
