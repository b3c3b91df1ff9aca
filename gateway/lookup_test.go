package gateway_test

import (
	"testing"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/lookup"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

const searchPath = "/api/v1/catalog/search"

func (w *world) found(query string, opts ...option) lookup.Found {
	w.t.Helper()
	var f lookup.Found
	w.want(w.do("GET", searchPath+"?"+query, nil, opts...), 200, "").into(w.t, &f)
	return f
}

func TestTheCatalogueIsSearched(t *testing.T) {
	w := setup(t)
	w.addDataset(auth.LocalOrg, "shop")
	w.addDataset(auth.LocalOrg, "fleet")
	w.relate(auth.LocalOrg)
	f := w.found("q=cities+of+customers")
	if len(f.Places) < 2 || f.By != "words" || f.Degraded {
		t.Fatalf("%+v", f)
	}
	for i, want := range []lookup.Place{{Table: "customers"}, {Table: "customers", Column: "city", Type: "text"}} {
		want.DatasetID, want.Dataset = "shop", "SHOP"
		if f.Places[i] != want && f.Places[1-i] != want {
			t.Errorf("%+v is not among %+v", want, f.Places)
		}
	}
	if f := w.found("q=totals"); len(f.Places) != 2 {
		t.Errorf("two datasets have a total: %+v", f.Places)
	}
	if f := w.found("q=totals&dataset_id=fleet"); len(f.Places) != 1 || f.Places[0].DatasetID != "fleet" {
		t.Errorf("in fleet: %+v", f.Places)
	}
	if f := w.found("q=totals&limit=1"); len(f.Places) != 1 {
		t.Errorf("one of them: %+v", f.Places)
	}
	w.want(w.do("PATCH", curationOfShop, map[string]any{"revision": 0, "tables": []any{map[string]any{
		"name": "orders", "columns": []any{map[string]any{"name": "total", "synonyms": []string{"turnover"}}},
	}}}), 200, "")
	if f := w.found("q=turnover"); len(f.Places) != 1 || f.Places[0].Column != "total" || f.Places[0].DatasetID != "shop" {
		t.Errorf("by what a person said a moment ago: %+v", f.Places)
	}
	w.want(w.do("DELETE", "/api/v1/datasets/fleet", nil), 204, "")
	if f := w.found("q=totals"); len(f.Places) != 1 || f.Places[0].DatasetID != "shop" {
		t.Errorf("after fleet was deleted: %+v", f.Places)
	}
	for query, code := range map[string]fault.Code{
		"q=": fault.Validation, "": fault.Validation, "q=x&limit=201": fault.Validation, "q=x&limit=-1": fault.Validation, "q=x&dataset_id=none": fault.NotFound,
	} {
		status := 400
		if code == fault.NotFound {
			status = 404
		}
		w.want(w.do("GET", searchPath+"?"+query, nil), status, code)
	}
}

func TestTheCatalogueIsSearchedInOnesOwnOrgAlone(t *testing.T) {
	w := &world{t: t}
	w.onBus()
	acme, rival := bearer(w.token("acme", "ada", auth.Viewer)), bearer(w.token("rival", "eve", auth.Viewer))
	w.start(tokenMode)
	w.addDataset("acme", "shop")
	d := w.addDataset("rival", "plans")
	if err := w.datasets.Update(t.Context(), "rival", "plans", d.Version, func(d *catalog.Dataset) error {
		d.Tables[0].Columns[0].Description = "takeover total"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if f := w.found("q=takeover", rival); len(f.Places) != 1 {
		t.Errorf("rival finds %+v", f)
	}
	if f := w.found("q=takeover+total+plans", acme); len(f.Places) != 1 || f.Places[0].DatasetID != "shop" {
		t.Errorf("acme finds %+v", f)
	}
	w.want(w.do("GET", searchPath+"?q=takeover&dataset_id=plans", nil, acme), 404, fault.NotFound)
	w.want(w.do("GET", searchPath+"?q=takeover", nil), 401, fault.Unauthenticated)
}
