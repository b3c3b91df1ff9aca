package api

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// maxMatches is how many finds a dataset of a search shows.
const maxMatches = 6

// datasetMatch is a place in a dataset that a search found.
type datasetMatch struct {
	// Table is empty where the dataset itself was found, Column where a table was.
	Table  string `json:"table,omitempty"`
	Column string `json:"column,omitempty"`
	// In says what holds the words: name, title, description or synonyms.
	In string `json:"in"`
	// Text is what was found.
	Text string `json:"text"`
}

// search finds what has every word of a query, in any case; no words find
// everything, without a match.
func search(d *catalog.Dataset, query string) (found []datasetMatch, ok bool) {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return nil, true
	}
	look := func(table, column, in, text string) {
		lower := strings.ToLower(text)
		for _, w := range words {
			if !strings.Contains(lower, w) {
				return
			}
		}
		if len(found) < maxMatches {
			found = append(found, datasetMatch{Table: table, Column: column, In: in, Text: text})
		}
	}
	look("", "", "title", d.Title)
	look("", "", "name", d.ID)
	look("", "", "description", d.Description)
	for _, t := range d.Tables {
		look(t.Name, "", "name", t.Name)
		look(t.Name, "", "title", t.Title)
		look(t.Name, "", "synonyms", strings.Join(t.Synonyms, ", "))
		look(t.Name, "", "description", t.Description)
	}
	for _, t := range d.Tables {
		for _, c := range t.Columns {
			look(t.Name, c.Name, "name", c.Name)
			look(t.Name, c.Name, "synonyms", strings.Join(c.Synonyms, ", "))
			look(t.Name, c.Name, "description", c.Description)
		}
	}
	return found, len(found) > 0
}
