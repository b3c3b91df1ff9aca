package catalog_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/catalog"
)

func TestNearestFindsWhatWasMeant(t *testing.T) {
	columns := []string{"order_id", "customer_id", "order_date", "total", "status", "Größe"}
	cases := []struct{ name, want string }{
		{"totl", "total"},
		{"TOTAL", "total"},
		{"toatl", "total"}, // neighbours swapped
		{"totals", "total"},
		{"order_dat", "order_date"},
		{"date", "order_date"},         // contained
		{"total_amount_usd", "total"},  // contains
		{"grosse", "Größe"},            // three edits of six letters
		{"größe", "Größe"},             // case beyond ASCII
		{"customerid", "customer_id"},  // a missing underscore
		{"customer id", "customer_id"}, // a space for it
		{"revenue", ""},                // nothing near
		{"", ""},                       // nothing asked
		{"x", ""},                      // every letter would change
		{"st", ""},                     // too short to be "contained"
		{"\xff\xfe", ""},               // not text
		{strings.Repeat("total", 9), "total"},
	}
	for _, c := range cases {
		if got := catalog.Nearest(c.name, columns); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNearestPrefersTheFirstOfEquals(t *testing.T) {
	if got := catalog.Nearest("pric", []string{"price", "prico"}); got != "price" {
		t.Errorf("got %q", got)
	}
	if got := catalog.Nearest("anything", nil); got != "" {
		t.Errorf("got %q out of no candidates", got)
	}
}

func FuzzNearest(f *testing.F) {
	for _, s := range []string{"total", "TOTL", "", "größe", "\xff", "日付", "a,b", "ß", "İ"} {
		f.Add(s, "order_id,total,日付,größe,\xff")
	}
	f.Fuzz(func(t *testing.T, name, list string) {
		if len(name) > 200 || len(list) > 1000 {
			return
		}
		candidates := strings.Split(list, ",")
		got := catalog.Nearest(name, candidates)
		if got != "" && !slices.Contains(candidates, got) {
			t.Fatalf("Nearest(%q, %q) = %q is no candidate", name, candidates, got)
		}
		// A name is nearest to itself, once it has a letter and is text.
		if name != "" && utf8.ValidString(name) {
			if self := catalog.Nearest(name, []string{name}); self != name {
				t.Fatalf("Nearest(%q, itself) = %q", name, self)
			}
		}
		if catalog.Nearest(name, candidates) != got {
			t.Fatal("not deterministic")
		}
	})
}
