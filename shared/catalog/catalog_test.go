package catalog_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestTypeOf(t *testing.T) {
	cases := map[catalog.Type][]string{
		catalog.Integer:   {"BIGINT", "bigint", " INTEGER ", "HUGEINT", "UTINYINT", "SMALLINT"},
		catalog.Decimal:   {"DOUBLE", "DECIMAL(18,2)", "NUMERIC(38, 0)", "FLOAT"},
		catalog.Text:      {"VARCHAR", "VARCHAR(20)", "UUID", "ENUM('a', 'b')"},
		catalog.Boolean:   {"BOOLEAN", "bool"},
		catalog.Date:      {"DATE"},
		catalog.Timestamp: {"TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_NS"},
		catalog.Time:      {"TIME", "TIME WITH TIME ZONE"},
		catalog.Other:     {"", "INTEGER[]", "INTEGER[3]", "STRUCT(a INTEGER)", "MAP(VARCHAR, INTEGER)", "BLOB", "INTERVAL", "DECIMAL(18,2)[]"},
	}
	for want, engineTypes := range cases {
		for _, e := range engineTypes {
			if got := catalog.TypeOf(e); got != want {
				t.Errorf("TypeOf(%q) = %q, want %q", e, got, want)
			}
		}
	}
}

func TestTypesKnowWhatTheyCanDo(t *testing.T) {
	numeric := []catalog.Type{catalog.Integer, catalog.Decimal}
	temporal := []catalog.Type{catalog.Date, catalog.Timestamp}
	for _, typ := range []catalog.Type{
		catalog.Integer, catalog.Decimal, catalog.Text, catalog.Boolean, catalog.Date, catalog.Timestamp, catalog.Time, catalog.Other, "",
	} {
		if typ.Numeric() != slices.Contains(numeric, typ) || typ.Temporal() != slices.Contains(temporal, typ) {
			t.Errorf("%q: numeric %v, temporal %v", typ, typ.Numeric(), typ.Temporal())
		}
	}
}

func shop() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "shop", Org: "local", Title: "Shop", Version: "abc", State: catalog.Ready,
		Tables: []catalog.Table{
			{Name: "Orders", Rows: 3, Columns: []catalog.Column{
				{Name: "Order ID", Type: catalog.Integer, EngineType: "BIGINT"},
				{Name: "total", Type: catalog.Decimal, EngineType: "DOUBLE", Unit: "USD", Profile: &catalog.Profile{Nulls: 1, Distinct: 2, Min: "1", Max: "2", Top: []catalog.ValueCount{{Value: "1", Count: 1}}, Complete: true}},
			}, Key: []string{"Order ID"}},
			{Name: "customers"},
		},
		Relations: []catalog.Relation{{FromTable: "Orders", FromColumns: []string{"a"}, ToTable: "customers", ToColumns: []string{"b"}, Origin: catalog.Declared, Confidence: 1}},
		CreatedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func TestLookupsIgnoreCaseAndShareTheRecord(t *testing.T) {
	d := shop()
	table := d.Table("ORDERS")
	if table == nil || table.Column("order id") == nil {
		t.Fatal("not found in another case")
	}
	table.Column("TOTAL").Unit = "EUR"
	if d.Tables[0].Columns[1].Unit != "EUR" {
		t.Error("a lookup returned a copy")
	}
	if d.Table("order") != nil || table.Column("tot") != nil {
		t.Error("a part of a name was found")
	}
	if got := d.TableNames(); !slices.Equal(got, []string{"Orders", "customers"}) {
		t.Errorf("tables are %q", got)
	}
	if got := table.ColumnNames(); !slices.Equal(got, []string{"Order ID", "total"}) {
		t.Errorf("columns are %q", got)
	}
}

func TestADatasetSurvivesItsJSON(t *testing.T) {
	d := shop()
	d.State, d.Fault = catalog.Failed, fault.New(fault.Validation, "The file is empty.")
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back catalog.Dataset
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(*d, back) {
		t.Errorf("got  %+v\nwant %+v", back, *d)
	}
}
