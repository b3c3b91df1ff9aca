package verified_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/verified"
)

func shop() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "shop", Tables: []catalog.Table{
			{Name: "orders", Columns: []catalog.Column{
				{Name: "id", Type: catalog.Integer},
				{Name: "customer_id", Type: catalog.Integer},
				{Name: "day", Type: catalog.Date},
				{Name: "total", Type: catalog.Decimal},
				{Name: "status", Type: catalog.Text},
				{Name: "unused", Type: catalog.Text},
			}},
			{Name: "customers", Columns: []catalog.Column{{Name: "id", Type: catalog.Integer}, {Name: "city", Type: catalog.Text}, {Name: "vip", Type: catalog.Boolean}}},
			{Name: "returns", Columns: []catalog.Column{{Name: "order_id", Type: catalog.Integer}, {Name: "reason", Type: catalog.Text}}},
		},
		Relations: []catalog.Relation{{FromTable: "orders", FromColumns: []string{"customer_id"}, ToTable: "customers", ToColumns: []string{"id"}}},
	}
}

const wide = `{"table":"orders","joins":[{"table":"customers","as":"c"}],
	"select":[{"agg":"sum","of":{"op":"*","left":{"column":"total"},"right":{"value":2}},"where":[{"column":"status","op":"=","value":"x"}],"as":"sum"}],
	"group_by":[{"column":"c.city"},{"column":"day","bucket":"month","as":"m"}],
	"filters":[{"not":{"exists":{"table":"returns","on":[{"left":"id","right":"order_id"}],"filters":[{"column":"reason","op":"not_null"}]}}}],
	"order_by":[{"by":"sum"}]}`

func TestColumnsAreThoseThePlanReads(t *testing.T) {
	q, err := plan.Decode([]byte(wide))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range verified.Columns(q, shop()) {
		got = append(got, strings.TrimSuffix(c.Table+"."+c.Name+" "+string(c.Type), " "))
	}
	want := []string{
		"customers.", "customers.city text", "customers.id integer",
		"orders.", "orders.customer_id integer", "orders.day date", "orders.id integer", "orders.status text", "orders.total decimal",
		"returns.", "returns.order_id integer", "returns.reason text",
	}
	if !slices.Equal(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
}

func TestAnAnswerIsStaleWhenAColumnItReadsIsAnother(t *testing.T) {
	q, err := plan.Decode([]byte(wide))
	if err != nil {
		t.Fatal(err)
	}
	a := verified.Answer{Columns: verified.Columns(q, shop())}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change func(*catalog.Dataset)
		want   string
	}{
		"nothing":          {func(*catalog.Dataset) {}, ""},
		"an unused column": {func(d *catalog.Dataset) { d.Tables[0].Columns = d.Tables[0].Columns[:5] }, ""},
		"a new column": {func(d *catalog.Dataset) {
			d.Tables[0].Columns = append(d.Tables[0].Columns, catalog.Column{Name: "new"})
		}, ""},
		"a table is gone":   {func(d *catalog.Dataset) { d.Tables = d.Tables[:2] }, "The table returns is gone."},
		"a column is gone":  {func(d *catalog.Dataset) { d.Tables[1].Columns[1].Name = "town" }, "The column city of customers is gone."},
		"another type":      {func(d *catalog.Dataset) { d.Tables[0].Columns[3].Type = catalog.Text }, "The column total of orders was decimal and is now text."},
		"another join key":  {func(d *catalog.Dataset) { d.Tables[0].Columns[1].Type = catalog.Text }, "The column customer_id of orders was integer and is now text."},
		"only another case": {func(d *catalog.Dataset) { d.Tables[1].Columns[1].Name = "City" }, ""},
	} {
		d := shop()
		c.change(d)
		if got := a.Stale(d, now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	a.Dated, a.AsOf = true, now
	if got := a.Stale(shop(), now.Add(23*time.Hour)); got != "" {
		t.Errorf("on its day: %q", got)
	}
	if got := a.Stale(shop(), now.Add(24*time.Hour)); !strings.Contains(got, "2026-03-01") {
		t.Errorf("a day later: %q", got)
	}
}
