package describe_test

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/syncer/describe"
)

func shop() *catalog.Dataset {
	texts := func(distinct int64, values ...string) *catalog.Profile {
		p := &catalog.Profile{Distinct: distinct, Complete: int(distinct) == len(values)}
		for _, v := range values {
			p.Top = append(p.Top, catalog.ValueCount{Value: v, Count: 10})
		}
		return p
	}
	return &catalog.Dataset{
		ID: "shop", Org: "acme", Version: "ab", State: catalog.Ready,
		Tables: []catalog.Table{
			{Name: "orders", Rows: 1200, Columns: []catalog.Column{
				{Name: "order_id", Type: catalog.Integer, Profile: &catalog.Profile{Distinct: 1200, Min: "1", Max: "1200"}},
				{Name: "customer_id", Type: catalog.Integer, Profile: &catalog.Profile{Distinct: 40, Min: "1", Max: "40"}},
				{Name: "status", Type: catalog.Text, Profile: texts(2, "paid", "open")},
				{Name: "ordered_on", Type: catalog.Date, Profile: &catalog.Profile{Distinct: 300, Min: "2025-01-01", Max: "2025-12-30"}},
				{Name: "distance_km", Type: catalog.Decimal, Profile: &catalog.Profile{Nulls: 300, Distinct: 99, Min: "0.5", Max: "80"}},
				{Name: "note", Type: catalog.Text, Profile: texts(500, "<script>alert(1)</script>", "see https://evil.example/x", "gift")},
				{Name: "gone", Type: catalog.Text, Profile: &catalog.Profile{Nulls: 1200}},
				{Name: "total", Type: catalog.Decimal, Description: "What the customer pays.", Profile: &catalog.Profile{Distinct: 9}},
			}},
			{Name: "customers", Rows: 40, Columns: []catalog.Column{
				{Name: "customer_id", Type: catalog.Integer, Profile: &catalog.Profile{Distinct: 40, Min: "1", Max: "40"}},
			}},
		},
		Relations: []catalog.Relation{{
			FromTable: "orders", FromColumns: []string{"customer_id"}, ToTable: "customers", ToColumns: []string{"customer_id"}, Origin: catalog.Discovered,
		}},
	}
}

func TestRulesSayWhatIsInATable(t *testing.T) {
	d := shop()
	if n := describe.Rules(d); n != 10 {
		t.Errorf("%d texts were written, want 10", n)
	}
	orders := d.Table("orders")
	want := map[string]string{
		"":            "One row per order. 1,200 rows, 8 columns, from 2025-01-01 to 2025-12-30. Each belongs to a row of customers.",
		"order_id":    "Identifies a row of orders.",
		"customer_id": "Points to customers, by its customer_id.",
		"status":      "One of “paid” and “open”.",
		"ordered_on":  "Day, from 2025-01-01 to 2025-12-30.",
		"distance_km": "Number in kilometres, from 0.5 to 80. Empty in 25% of the rows.",
		"note":        "Text, such as “gift”.",
		"gone":        "Empty in every row.",
		"total":       "What the customer pays.",
	}
	for name, text := range want {
		got, by := orders.Description, orders.DescribedBy
		if name != "" {
			got, by = orders.Column(name).Description, orders.Column(name).DescribedBy
		}
		if got != text {
			t.Errorf("%s: %q, want %q", name, got, text)
		}
		if (by == catalog.ByRules) == (name == "total") {
			t.Errorf("%s is described by %q", name, by)
		}
	}
	if n := describe.Rules(d); n != 0 {
		t.Errorf("a second time %d texts changed", n)
	}
}

func TestAPersonsWordsStay(t *testing.T) {
	d := shop()
	empty, text := "", "Orders of the web shop."
	said := catalog.Curation{Tables: []catalog.CuratedTable{{
		Name: "orders", Description: &text, Columns: []catalog.CuratedColumn{{Name: "status", Description: &empty}},
	}}}
	describe.Rules(d)
	said.Apply(d)
	describe.Rules(d)
	o := d.Table("orders")
	if o.Description != text || o.DescribedBy != catalog.ByPerson || o.Column("status").Description != "" {
		t.Errorf("now %q by %q, and %q", o.Description, o.DescribedBy, o.Column("status").Description)
	}
}

func TestAWideDatasetStaysSmall(t *testing.T) {
	d := &catalog.Dataset{ID: "w", Tables: []catalog.Table{{Name: "wide", Rows: 5}}}
	for range 20_000 {
		d.Tables[0].Columns = append(d.Tables[0].Columns, catalog.Column{Name: "c", Type: catalog.Text, Profile: &catalog.Profile{Distinct: 3}})
	}
	describe.Rules(d)
	size := 0
	for _, c := range d.Tables[0].Columns {
		size += len(c.Description)
	}
	if size == 0 || size > 100<<10 {
		t.Errorf("%d bytes were written", size)
	}
}

func TestPlainTakesWordsOnly(t *testing.T) {
	for _, text := range []string{
		"", " a", "<b>x</b>", "see http://x.example", "a\nb", "a\u202eb", "a\u200bb", "`rm`", "[link](x)", strings.Repeat("a", 301), "\xff", "www.x.example",
		"contact a@b.c", "javascript:alert(1)", "# Title", "{{x}}",
	} {
		if describe.Plain(text) {
			t.Errorf("%q is taken", text)
		}
	}
	for _, text := range []string{"Day on which the order was placed.", "Größe in m², gerundet (ganze Zahlen)", "Yes/no: 5 % of rows"} {
		if !describe.Plain(text) {
			t.Errorf("%q is refused", text)
		}
	}
}
