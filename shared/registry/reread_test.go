package registry_test

import (
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestFilesReadDifferentlyAreAnotherVersionOfTheSameBytes(t *testing.T) {
	r := setup(t)
	first := add(t, r, "shop", "a\n1\n")
	err := r.Update(t.Context(), "acme", "shop", first.Version, func(d *catalog.Dataset) error {
		d.State, d.Prepared = catalog.Ready, &catalog.Prepared{Object: "x"}
		d.Tables = []catalog.Table{{Name: first.Files[0].Table, Description: "mine", Rows: 1, Columns: []catalog.Column{
			{Name: "a", EngineType: "BIGINT", Type: catalog.Integer, Description: "said"}, {Name: "b", EngineType: "DATE"},
		}}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if first, err = r.Get(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	table := first.Files[0].Table
	semicolons := map[string]catalog.ReadOptions{table: {Delimiter: ";"}}
	second, created, err := r.Reread(t.Context(), first, semicolons)
	if err != nil || !created || second.Version == first.Version || second.Content != first.Version || second.State != catalog.Registered {
		t.Fatalf("%+v, %v, %v", second, created, err)
	}
	if second.Prepared != nil || second.Tables[0].Description != "mine" || second.Tables[0].Rows != 0 ||
		len(second.Tables[0].Columns) != 1 || second.Tables[0].Columns[0].EngineType != "" || second.Tables[0].Columns[0].Description != "said" {
		t.Errorf("the new version knows %+v", second.Tables)
	}
	if now, err := r.Get(t.Context(), "acme", "shop"); err != nil || now.Version != second.Version {
		t.Errorf("newest is %+v, %v", now, err)
	}
	again, created, err := r.Reread(t.Context(), second, semicolons)
	if err != nil || created || again.Version != second.Version {
		t.Errorf("the same options made %+v, %v, %v", again, created, err)
	}
	back, created, err := r.Reread(t.Context(), second, map[string]catalog.ReadOptions{table: {}})
	if err != nil || created || back.Version != first.Version || back.State != catalog.Ready {
		t.Errorf("without options it is %+v, %v, %v", back, created, err)
	}
	if n, err := r.Sweep(t.Context(), 0); err != nil || n != 0 {
		t.Errorf("%d objects were left behind, %v", n, err)
	}
	if err := r.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Sweep(t.Context(), 0); err != nil || n != 0 {
		t.Errorf("deleting left %d objects, %v", n, err)
	}
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	r := setup(t)
	d := add(t, r, "shop", "a\n1\n")
	table, line := d.Files[0].Table, -1
	for path, options := range map[string]map[string]catalog.ReadOptions{
		"/options/nothing":                      {"nothing": {}},
		"/options/" + table + "/delimiter":      {table: {Delimiter: ";;"}},
		"/options/" + table + "/quote":          {table: {Quote: ";", Delimiter: ";"}},
		"/options/" + table + "/header":         {table: {Header: &line}},
		"/options/" + table + "/skip":           {table: {Skip: -1}},
		"/options/" + table + "/decimal":        {table: {Decimal: "-"}},
		"/options/" + table + "/date_order":     {table: {DateOrder: "mmm"}},
		"/options/" + table + "/nulls":          {table: {Nulls: []string{""}}},
		"/options/" + table + "/columns/0/type": {table: {Columns: []catalog.ColumnOptions{{Column: "a", Type: "blob"}}}},
		"/options/" + table + "/columns/1/column": {table: {Columns: []catalog.ColumnOptions{
			{Column: "a", Drop: true}, {Column: "A", Type: "text"},
		}}},
	} {
		_, _, err := r.Reread(t.Context(), d, options)
		if f := fault.From(err); err == nil || f.Code != fault.Validation || f.Details["path"] != path {
			t.Errorf("%s: %v at %v", path, err, f.Details["path"])
		}
	}
	now, err := r.Get(t.Context(), "acme", "shop")
	if err != nil || now.Version != d.Version {
		t.Errorf("newest is %+v, %v", now, err)
	}
}
