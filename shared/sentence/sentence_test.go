package sentence_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

var update = flag.Bool("update", false, "write the golden files")

// cases are the compiler's: every plan has its SQL and its sentence beside it.
const cases = "../compile/testdata/cases"

func clock() time.Time { return time.Date(2026, 9, 30, 15, 4, 5, 0, time.UTC) }

func shop(t testing.TB) *catalog.Dataset {
	t.Helper()
	data, err := os.ReadFile("../compile/testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	var d catalog.Dataset
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

func plans(t testing.TB) map[string]*plan.Query {
	t.Helper()
	files, err := filepath.Glob(cases + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*plan.Query{}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if strings.Contains(name, ".") {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		q, err := plan.Decode(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = q
	}
	if len(out) == 0 {
		t.Fatal("no cases")
	}
	return out
}

func TestEveryPlanHasItsSentence(t *testing.T) {
	d := shop(t)
	for name, q := range plans(t) {
		if strings.HasPrefix(name, "refuse-") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			b.WriteString(sentence.Sentence(q, d, clock()) + "\n")
			for _, c := range sentence.Chips(q, d, clock()) {
				fmt.Fprintf(&b, "%s [%s] %s\n", c.Kind, c.Label, c.Path)
			}
			path := filepath.Join(cases, name+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(want) != b.String() {
				t.Errorf("got (go test -update writes it)\n%s\nwant\n%s", b.String(), want)
			}
		})
	}
}

func TestASentenceIsOneLineThatStartsAndEndsLikeOne(t *testing.T) {
	d := shop(t)
	for name, q := range plans(t) { // also those the compiler refuses
		s := sentence.Sentence(q, d, clock())
		if !strings.HasSuffix(s, ".") || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%s: %q", name, s)
		}
		if first := []rune(s)[0]; unicode.IsLower(first) {
			t.Errorf("%s starts small: %q", name, s)
		}
		valid := q.Validate() == nil
		if valid && strings.Contains(s, "  ") || strings.Contains(s, "<nil>") || strings.Contains(s, "%!") {
			t.Errorf("%s has a hole: %q", name, s)
		}
		if again := sentence.Sentence(q, d, clock()); again != s {
			t.Errorf("%s has two sentences:\n%s\n%s", name, s, again)
		}
	}
}

func TestHostileNamesStayOnTheLine(t *testing.T) {
	q := &plan.Query{
		Table:   "orders\nDROP\x00 \u202e",
		Select:  []plan.Expr{{Column: strings.Repeat("x", 500)}},
		Filters: []plan.Filter{{Column: "a\tb", Op: plan.Equal, Value: "line\nbreak\x1b[31m" + strings.Repeat("y", 500)}},
	}
	s := sentence.Sentence(q, shop(t), clock())
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) || len(s) > 400 {
		t.Errorf("%q", s)
	}
}

func TestLongListsAreCounted(t *testing.T) {
	list := []any{"a", "b", "c", "d", "e", "f", "g", "h"}
	q := &plan.Query{Table: "orders", Select: []plan.Expr{{Agg: plan.Count}}, Filters: []plan.Filter{{Column: "status", Op: plan.In, Value: list}}}
	want := `Number of rows from orders, where status is "a", "b", "c", "d", "e" or one of 3 other values.`
	if got := sentence.Sentence(q, shop(t), clock()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPeriodsSayWhatTheyStandFor(t *testing.T) {
	cases := []struct {
		column string
		period plan.Period
		want   string
	}{
		{"order_date", plan.Period{Unit: plan.Day, Last: 1}, "in the last day (30 Sep 2026)"},
		{"order_date", plan.Period{Unit: plan.Month, Last: 3}, "in the last 3 months (1 Jul 2026 to 30 Sep 2026)"},
		{"shipped_at", plan.Period{Unit: plan.Month, Last: 3}, "in the last 3 months (30 Jun 2026 15:04:05 to 30 Sep 2026 15:04:05)"},
		{"shipped_at", plan.Period{Unit: plan.Day, This: true}, "today (30 Sep 2026)"},
		{"shipped_at", plan.Period{Unit: plan.Year, Previous: 1}, "in the previous year (1 Jan 2025 to 31 Dec 2025)"},
		{"order_date", plan.Period{Unit: plan.Year, Previous: 2}, "in the previous 2 years (1 Jan 2024 to 31 Dec 2025)"},
		{"order_date", plan.Period{Unit: plan.Year, ToDate: true}, "in this year to date (1 Jan 2026 to 30 Sep 2026)"},
		{"shipped_at", plan.Period{Unit: plan.Hour, This: true}, "in this hour (30 Sep 2026 15:00 to 30 Sep 2026 16:00)"},
	}
	for _, c := range cases {
		q := &plan.Query{Table: "orders", Select: []plan.Expr{{Agg: plan.Count}}, Filters: []plan.Filter{{Column: c.column, Op: plan.Between, Period: &c.period}}}
		want := "Number of rows from orders, where " + c.column + " is " + c.want + "."
		if got := sentence.Sentence(q, shop(t), clock()); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// Every path of a chip leads to something in the plan's own JSON.
func TestChipsPointIntoThePlan(t *testing.T) {
	d := shop(t)
	for name, q := range plans(t) {
		data, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(data, &tree); err != nil {
			t.Fatal(err)
		}
		for _, c := range sentence.Chips(q, d, clock()) {
			if !leads(tree, c.Path) {
				t.Errorf("%s: %s is not in %s", name, c.Path, data)
			}
			switch c.Kind {
			case "measure", "dimension", "filter", "range", "order", "limit":
			default:
				t.Errorf("%s: chip of kind %q", name, c.Kind)
			}
			if c.Label == "" && q.Validate() == nil {
				t.Errorf("%s: %s has no label", name, c.Path)
			}
		}
	}
}

func leads(v any, path string) bool {
	for key := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch x := v.(type) {
		case map[string]any:
			v = x[key]
		case []any:
			i := 0
			if _, err := fmt.Sscan(key, &i); err != nil || i >= len(x) {
				return false
			}
			v = x[i]
		}
		if v == nil {
			return false
		}
	}
	return true
}

func FuzzSentence(f *testing.F) {
	for _, q := range plans(f) {
		data, err := q.Canonical()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	d := shop(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := plan.Decode(data)
		if err != nil {
			return
		}
		s := sentence.Sentence(q, d, clock())
		if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) || !strings.HasSuffix(s, ".") {
			t.Fatalf("%q", s)
		}
		sentence.Chips(q, nil, clock())
	})
}

func TestTwoDatesAreOneStretch(t *testing.T) {
	for filters, want := range map[string]string{
		`{"column":"order_date","op":">=","value":"2025-01-01"},{"column":"order_date","op":"<","value":"2026-01-01"}`:    "order_date is in 2025",
		`{"column":"order_date","op":">=","value":"2025-04-01"},{"column":"order_date","op":"<","value":"2025-07-01"}`:    "order_date is in Q2 2025",
		`{"column":"order_date","op":">=","value":"2025-02"},{"column":"order_date","op":"<=","value":"2025-02-28"}`:      "order_date is in February 2025",
		`{"column":"order_date","op":">=","value":"2025-02-05"},{"column":"order_date","op":"<","value":"2025-02-06"}`:    "order_date is on 5 Feb 2025",
		`{"column":"order_date","op":">=","value":"2025-02-05"},{"column":"order_date","op":"<","value":"2025-04-01"}`:    "order_date is from 5 Feb 2025 to 31 Mar 2025",
		`{"column":"order_date","op":">=","value":"2026-01-01"},{"column":"order_date","op":"<","value":"2025-01-01"}`:    "order_date is not before 1 Jan 2026 and order_date is before 1 Jan 2025",
		`{"column":"order_date","op":">","value":"2025-01-01"},{"column":"order_date","op":"<","value":"2026-01-01"}`:     "order_date is after 1 Jan 2025 and order_date is before 1 Jan 2026",
		`{"column":"order_date","op":">=","value":"2025-01-01"},{"column":"order_id","op":"<","value":5}`:                 "order_date is not before 1 Jan 2025 and order_id is below 5",
		`{"column":"order_date","op":">=","value":"2025-01-01 10:00"},{"column":"order_date","op":"<","value":"2026-01"}`: "order_date is not before 1 Jan 2025 10:00 and order_date is before January 2026",
	} {
		q, err := plan.Decode([]byte(`{"version":1,"table":"orders","select":[{"agg":"count"}],"filters":[` + filters + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := sentence.Conditions(q, shop(t), clock()); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", filters, got, want)
		}
	}
}
