package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/curate"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

const curationOfShop = "/api/v1/datasets/shop/curation"

// relate gives shop a second table and a found relation to it.
func (w *world) relate(org string) {
	w.t.Helper()
	d, err := w.datasets.Get(w.t.Context(), org, "shop")
	if err != nil {
		w.t.Fatal(err)
	}
	err = w.datasets.Update(w.t.Context(), org, "shop", d.Version, func(d *catalog.Dataset) error {
		d.Tables[0].Columns = append(d.Tables[0].Columns, catalog.Column{Name: "customer_id", Type: catalog.Integer})
		d.Tables = append(d.Tables, catalog.Table{Name: "customers", Rows: 3, Key: []string{"id"}, Columns: []catalog.Column{{Name: "id", Type: catalog.Integer}, {
			Name: "city", Type: catalog.Text, Profile: &catalog.Profile{Distinct: 2},
		}}})
		d.Relations = []catalog.Relation{{FromTable: "orders", FromColumns: []string{"customer_id"}, ToTable: "customers", ToColumns: []string{"id"}, Origin: catalog.Discovered, Confidence: 0.8}}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func verdict(v string) map[string]any {
	return map[string]any{"from_table": "orders", "from_columns": []string{"customer_id"}, "to_table": "customers", "to_columns": []string{"id"}, "verdict": v}
}

func (w *world) curation(r reply) curate.View {
	w.t.Helper()
	var v curate.View
	w.want(r, 200, "").into(w.t, &v)
	return v
}

func TestADatasetIsDescribed(t *testing.T) {
	w := setup(t)
	w.relate("local")
	v := w.curation(w.do("GET", curationOfShop, nil))
	if v.Revision != 0 || !v.MayEdit || len(v.Relations) != 1 || v.Relations[0].State != curate.RelationFound || !v.Relations[0].Evidence.Unique {
		t.Fatalf("%+v", v)
	}
	v = w.curation(w.do("PATCH", curationOfShop, map[string]any{
		"revision": v.Revision, "title": "  The shop ", "prompts": []string{"How many?", " how  many? ", ""},
		"tables":    []any{map[string]any{"name": "ORDERS", "columns": []any{map[string]any{"name": "total", "synonyms": []string{"revenue", "Revenue", " sales "}, "unit": "EUR"}}}},
		"relations": []any{verdict("rejected")},
	}))
	if v.Revision == 0 || v.UpdatedBy != auth.LocalUser || v.UpdatedAt.IsZero() || v.Relations[0].State != curate.RelationRejected {
		t.Errorf("%+v", v)
	}
	var d catalog.Dataset
	w.want(w.do("GET", "/api/v1/datasets/shop", nil), 200, "").into(t, &d)
	total := d.Table("orders").Column("total")
	if d.Title != "The shop" || len(d.Prompts) != 1 || strings.Join(total.Synonyms, "|") != "revenue|sales" || total.Unit != "EUR" || len(d.Relations) != 0 {
		t.Errorf("%+v", d)
	}
	// A change made on what was there before does not undo it.
	f := w.want(w.do("PATCH", curationOfShop, map[string]any{"revision": 0, "title": "Mine"}), 409, fault.Conflict).fault()
	if !strings.Contains(f.Message, auth.LocalUser) {
		t.Errorf("%+v", f)
	}
	v = w.curation(w.do("PATCH", curationOfShop, map[string]any{"revision": v.Revision, "relations": []any{verdict("undecided")}}))
	if v.Relations[0].State != curate.RelationFound {
		t.Errorf("%+v", v.Relations)
	}
}

func TestWhatCannotBeSaidIsRefused(t *testing.T) {
	w := setup(t)
	w.relate("local")
	many := make([]string, 21)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	table := func(fields map[string]any) map[string]any { return map[string]any{"tables": []any{fields}} }
	backwards := map[string]any{"from_table": "customers", "from_columns": []string{"city"}, "to_table": "customers", "to_columns": []string{"city"}, "verdict": "added"}
	for path, body := range map[string]map[string]any{
		"/title":                     {"title": " "},
		"/description":               {"description": strings.Repeat("x", 2001)},
		"/tables/0/name":             table(map[string]any{"name": "order"}),
		"/tables/0/columns/0/name":   table(map[string]any{"name": "orders", "columns": []any{map[string]any{"name": "totall"}}}),
		"/tables/0/synonyms":         table(map[string]any{"name": "orders", "synonyms": many}),
		"/tables/0/synonyms/0":       table(map[string]any{"name": "orders", "synonyms": []string{"a\u0000b"}}),
		"/relations/0/to_columns":    {"relations": []any{backwards}},
		"/relations/0/verdict":       {"relations": []any{verdict("maybe")}},
		"/relations/0/from_tables":   {"relations": []any{map[string]any{"from_tables": "x"}}},
		"/tables/0/columns/0/colour": table(map[string]any{"name": "orders", "columns": []any{map[string]any{"name": "total", "colour": "red"}}}),
	} {
		body["revision"] = 0
		f := w.want(w.do("PATCH", curationOfShop, body), 400, fault.Validation).fault()
		if f.Details["path"] != path {
			t.Errorf("%s: %+v", path, f)
		}
	}
	if v := w.curation(w.do("GET", curationOfShop, nil)); v.Revision != 0 {
		t.Errorf("%+v", v)
	}
}

func TestOnlyOwnersVerifiersAndAdminsSayWhatADatasetMeans(t *testing.T) {
	w, tokens, _ := guarded(t)
	own := w.addDataset("acme", "mine")
	err := w.datasets.Update(t.Context(), "acme", "mine", own.Version, func(d *catalog.Dataset) error { d.Owner = "ada-analyst"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	body := map[string]any{"revision": 0, "description": "d"}
	w.want(w.do("PATCH", curationOfShop, body, bearer(tokens[auth.Viewer])), 403, fault.Forbidden)
	w.want(w.do("PATCH", curationOfShop, body, bearer(tokens[auth.Analyst])), 403, fault.Forbidden)
	w.want(w.do("PATCH", "/api/v1/datasets/mine/curation", body, bearer(tokens[auth.Analyst])), 200, "")
	w.want(w.do("PATCH", curationOfShop, body, bearer(tokens[auth.Verifier])), 200, "")
	if v := w.curation(w.do("GET", curationOfShop, nil, bearer(tokens[auth.Analyst]))); v.MayEdit || v.MayDelete {
		t.Errorf("%+v", v)
	}
	if v := w.curation(w.do("GET", curationOfShop, nil, bearer(tokens[auth.Admin]))); !v.MayEdit || !v.MayDelete {
		t.Errorf("%+v", v)
	}
}

func TestVersionsAreListedRestoredAndDeleted(t *testing.T) {
	w := setup(t)
	said := map[string]any{"revision": 0, "tables": []any{map[string]any{"name": "orders", "columns": []any{map[string]any{"name": "total", "description": "In euros."}}}}}
	w.want(w.do("PATCH", curationOfShop, said), 200, "")
	old, err := w.datasets.Record(t.Context(), "local", "shop", strings.Repeat("ab", 32))
	if err != nil {
		t.Fatal(err)
	}
	newer := *old
	newer.Version, newer.UploadedBy, newer.CreatedAt = strings.Repeat("cd", 32), "bob", time.Now().UTC().Add(time.Minute)
	newer.Tables = []catalog.Table{{Name: "orders", Rows: 5, Rejected: 2, Columns: []catalog.Column{{Name: "amount", Type: catalog.Decimal}}}}
	if err := w.datasets.Put(t.Context(), &newer); err != nil {
		t.Fatal(err)
	}
	v := w.curation(w.do("GET", curationOfShop, nil))
	if len(v.Gone) != 1 || v.Gone[0] != (catalog.Gone{Table: "orders", Column: "total"}) {
		t.Errorf("%+v", v)
	}
	var list struct {
		Versions []struct {
			Version    string
			Current    bool
			Rows       int64
			Rejected   int64
			UploadedBy string `json:"uploaded_by"`
		}
	}
	const versions = "/api/v1/datasets/shop/versions"
	w.want(w.do("GET", versions, nil), 200, "").into(t, &list)
	if l := list.Versions; len(l) != 2 || !l[0].Current || l[0].UploadedBy != "bob" || l[0].Rows != 5 || l[0].Rejected != 2 || l[1].Current || l[1].UploadedBy != "somebody" {
		t.Errorf("%+v", l)
	}
	if body := string(w.want(w.do("GET", versions+"/"+old.Version, nil), 200, "").body); !strings.Contains(body, "In euros.") || strings.Contains(body, "secret") {
		t.Errorf("%s", body)
	}
	restore := versions + "/" + old.Version + "/restore"
	w.want(w.do("POST", restore, map[string]any{"current": old.Version}), 409, fault.Conflict)
	w.want(w.do("DELETE", versions+"/"+newer.Version, nil), 409, fault.Conflict)
	w.want(w.do("POST", restore, map[string]any{"current": newer.Version}), 200, "")
	if v = w.curation(w.do("GET", curationOfShop, nil)); len(v.Gone) != 0 || v.Version != old.Version {
		t.Errorf("%+v", v)
	}
	w.want(w.do("DELETE", versions+"/"+newer.Version, nil), 204, "")
	w.want(w.do("GET", versions+"/"+newer.Version, nil), 404, fault.NotFound)
	w.want(w.do("DELETE", "/api/v1/datasets/shop", nil), 204, "")
	var kinds []string
	for _, line := range w.want(w.do("GET", "/api/v1/audit/acts", nil), 200, "").lines(t) {
		var act audit.Act
		if err := json.Unmarshal([]byte(line), &act); err != nil {
			t.Fatal(err)
		}
		if act.Kind == audit.ActExported {
			continue // reading the acts is one
		}
		if act.Target != "shop" || act.User != auth.LocalUser {
			t.Errorf("%+v", act)
		}
		kinds = append(kinds, act.Kind)
	}
	// What was refused for being too late was meant all the same.
	if got := strings.Join(kinds, " "); got != strings.Join([]string{
		audit.ActCurated, audit.ActRestored, audit.ActVersionDeleted, audit.ActRestored, audit.ActVersionDeleted, audit.ActDatasetDeleted,
	}, " ") {
		t.Errorf("%s", got)
	}
}

func TestDatasetsAreFoundByWhatIsInThem(t *testing.T) {
	w := setup(t)
	w.want(w.do("PATCH", curationOfShop, map[string]any{"revision": 0, "tables": []any{map[string]any{"name": "orders", "columns": []any{map[string]any{"name": "total", "synonyms": []string{"net sales"}}}}}}), 200, "")
	for query, want := range map[string]string{"": `"matches"`, "sales+NET": `"text":"net sales"`, "orders": `"table":"orders"`, "nothing": ""} {
		body := string(w.want(w.do("GET", "/api/v1/datasets?q="+query, nil), 200, "").body)
		if found := strings.Contains(body, `"id":"shop"`); found != (want != "") || query != "" && !strings.Contains(body, want) {
			t.Errorf("%q: %s", query, body)
		}
	}
}
