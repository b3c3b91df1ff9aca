package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/rules/confidence"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestEveryLexiconLineIsRead(t *testing.T) {
	l := newLexicon()
	for _, file := range []string{"words.txt", "irregular.txt", "abbreviations.txt", "demonyms.txt", "antonyms.txt", "adjectives.txt", "sheet.txt"} {
		for _, line := range lexiconLines(file) {
			left, right, ok := strings.Cut(line, " = ")
			if !ok || strings.TrimSpace(left) == "" || strings.TrimSpace(right) == "" {
				t.Errorf("%s: no left or right side in %q", file, line)
			}
		}
	}
	for word, hints := range l.adjective {
		for _, h := range hints {
			if h.direction != "asc" && h.direction != "desc" || len(h.words) == 0 {
				t.Errorf("adjective %q: bad hint %+v", word, h)
			}
		}
	}
	if l.weights["unknown_word"] <= 0 {
		t.Error("weights.txt was not read")
	}
}

func TestPhrasesHaveMeaningsThePlanKnows(t *testing.T) {
	aggs := []string{"sum", "avg", "min", "max", "median", "stddev"}
	ops := []string{"=", "!=", "<", "<=", ">", ">="}
	for _, phrases := range newLexicon().phrases {
		for _, p := range phrases {
			ok := true
			switch p.class {
			case "agg":
				ok = slices.Contains(aggs, p.payload)
			case "cmp", "postcmp", "when":
				ok = slices.Contains(ops, p.payload)
			case "super", "topn", "dir":
				ok = p.payload == "asc" || p.payload == "desc"
			case "bucket":
				_, ok = unitOf(p.payload)
			case "part":
				ok = slices.Contains([]plan.Part{plan.HourOfDay, plan.DayOfWeek, plan.DayOfMonth, plan.WeekOfYear, plan.MonthOfYear}, plan.Part(p.payload))
			}
			if !ok {
				t.Errorf("%s %q of %q is unknown", p.class, p.payload, strings.Join(p.words, " "))
			}
		}
	}
}

func TestStemsBringFormsTogether(t *testing.T) {
	l := newLexicon()
	for _, forms := range [][]string{
		{"price", "prices", "priced", "pricing"},
		{"category", "categories"},
		{"ship", "shipped", "shipping", "shipments"},
		{"resolve", "resolved", "resolution"},
		{"anomaly", "anomalies", "anomalous"},
		{"city", "cities"},
		{"person", "people"},
		{"class", "classes"},
		{"status", "statuses"},
		{"box", "boxes"},
		{"return", "returned", "returns"},
		{"buy", "bought"},
	} {
		for _, f := range forms[1:] {
			if l.stem(f) != l.stem(forms[0]) {
				t.Errorf("stem(%q) = %q, stem(%q) = %q", f, l.stem(f), forms[0], l.stem(forms[0]))
			}
		}
	}
	for _, pair := range [][2]string{{"sing", "sign"}, {"bus", "bu"}, {"red", "r"}, {"need", "ne"}, {"string", "str"}} {
		if l.stem(pair[0]) == l.stem(pair[1]) {
			t.Errorf("%q and %q share a stem", pair[0], pair[1])
		}
	}
}

func TestNamesAreSplitIntoWords(t *testing.T) {
	for name, want := range map[string]string{
		"order_date": "order date", "OrderDate": "order date", "customerID": "customer id", "IDNumber": "id number",
		"Q3Revenue": "q 3 revenue", "Injuries (US $000)": "injuries us 000", "étéMoyen": "été moyen", "": "",
	} {
		if got := strings.Join(splitName(name), " "); got != want {
			t.Errorf("splitName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNumbersAreReadFromDigitsAndWords(t *testing.T) {
	l := newLexicon()
	for text, want := range map[string]float64{"1,250": 1250, "5k": 5000, "$2m": 2e6, "3.5": 3.5, "12%": 12, "two million": 2e6, "twenty five": 25, "seven": 7, "-4": -4} {
		tokens, _ := l.tokenize(text)
		if got, n := readNumber(tokens, 0); n != len(tokens) || got != want {
			t.Errorf("%q = %v over %d of %d tokens, want %v", text, got, n, len(tokens), want)
		}
	}
}

func TestTheModelOfConfidenceReadsFeaturesThereAre(t *testing.T) {
	data, err := lexiconFiles.ReadFile("lexicon/confidence.txt")
	if err != nil {
		t.Fatal(err)
	}
	m, err := confidence.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Names) < 20 {
		t.Fatalf("the model reads %d features", len(m.Names))
	}
	known := FeatureNames()
	for _, n := range m.Names {
		if !slices.Contains(known, n) {
			t.Errorf("the model reads %q, which is no feature", n)
		}
	}
}
