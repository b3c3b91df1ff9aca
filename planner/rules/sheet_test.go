package rules_test

import (
	"cmp"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
)

// regatta is a table as people keep by hand: cells hold numbers and dates in
// text, several names, a row of totals, and the order of the rows says who came
// when.
func regatta() *catalog.Dataset {
	return sheetOf("regatta", []string{"No", "Race date", "Boat", "Skipper", "Harbour", "Crew", "Result", "Prize (EUR)", "Time"}, [][]string{
		{"1", "3 May 2014", "Sea Fox", "Ines Holm", "Port Agnes, Velm", "Tom, Kari", "W 3–1", "1,200[2]", "2:31.5"},
		{"2", "10 May 2014", "Grey Heron", "Paul Okoro", "Lund, Velm", "Kari", "L 0–2", "800", "2:40.1"},
		{"3", "1 June 2014", "Sea Fox", "Ines Holm", "Lund, Velm", "Tom, Lea", "W 2–1", "1,500", "2:29.9"},
		{"4", "14 June 2015", "Little Auk", "Rosa Lindt", "Port Agnes, Velm", "", "L 1–2", "350", "2:55.0"},
		{"5", "21 June 2015", "Grey Heron", "Paul Okoro", "Mirren, Osk", "Lea", "W 4–0", "2,100", "2:33.3"},
		{"6", "5 July 2015", "Sea Fox", "Ines Holm", "Mirren, Osk", "Tom", "L 2–3", "600", "2:38.0"},
		{"7", "2 May 2016", "Silver Tern", "Jan Brandt", "Lund, Velm", "", "W 1–0", "950", "2:36.6"},
		{"", "", "Total", "", "", "", "", "7,500", ""},
	})
}

// sheetOf makes a dataset of one table with the profile its rows give.
func sheetOf(id string, header []string, rows [][]string) *catalog.Dataset {
	t := catalog.Table{Name: "races", Rows: int64(len(rows))}
	for i, name := range header {
		counts := map[string]int64{}
		p := &catalog.Profile{Complete: true}
		typ := catalog.Integer
		for _, row := range rows {
			v := row[i]
			if v == "" {
				p.Nulls++
				continue
			}
			counts[v]++
			if _, err := strconv.Atoi(v); err != nil {
				typ = catalog.Text
			}
		}
		for v, n := range counts {
			p.Top = append(p.Top, catalog.ValueCount{Value: v, Count: n})
		}
		slices.SortFunc(p.Top, func(a, b catalog.ValueCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
		p.Distinct = int64(len(counts))
		t.Columns = append(t.Columns, catalog.Column{Name: name, Type: typ, Profile: p})
	}
	return &catalog.Dataset{ID: id, Tables: []catalog.Table{t}}
}

// Every kind of evidence has a weight: one that was added or renamed alone would
// count nothing.
func TestEvidenceIsWeighed(t *testing.T) {
	weights, err := os.ReadFile("lexicon/sheet_evidence.txt")
	if err != nil {
		t.Fatal(err)
	}
	r, err := rules.New(regatta()).Plan(t.Context(), rules.Question{Text: "what is the last boat listed?"})
	if err != nil || len(r.Readings) == 0 || len(r.Readings[0].Evidence) == 0 {
		t.Fatalf("no evidence: %v", err)
	}
	for _, e := range r.Readings[0].Evidence {
		if !strings.Contains(string(weights), "\n"+e.Name+" = ") {
			t.Errorf("%q has no weight", e.Name)
		}
	}
}
