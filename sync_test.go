package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway/curate"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/config"
)

// synced waits until the last wish for a sync was fulfilled.
func (l *testLeo) synced(t *testing.T, id string) curate.SyncView {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		var v curate.SyncView
		if err := l.call(t.Context(), http.MethodGet, "/api/v1/datasets/"+id+"/sync", nil, &v); err != nil {
			t.Fatal(err)
		}
		if c := v.Current; c != nil && !c.Ended.IsZero() && (v.Asked == nil || c.Began.After(v.Asked.At)) {
			return v
		}
		if time.Now().After(deadline) {
			t.Fatalf("never synced: %+v", v.Current)
		}
		if err := pause(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
}

// TestGuessedRelationsAreCountedInTheData uploads two tables of which one points to
// the other, with a few orphans.
func TestGuessedRelationsAreCountedInTheData(t *testing.T) {
	l := start(t, func(c *config.Config) { c.Demo = false })
	dir := t.TempDir()
	files := map[string]string{
		"customers.csv": "customer_id,name\n1,Ada\n2,Ben\n3,Cem\n4,Dee\n",
		"orders.csv":    "order_id,customer_id,total\n10,1,5\n11,1,6\n12,2,7\n13,9,8\n14,,9\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, _, errs := l.cli(t, "dataset", "add", "--id", "shop", filepath.Join(dir, "customers.csv"), filepath.Join(dir, "orders.csv"))
	if code != 0 {
		t.Fatal(errs)
	}
	v := l.synced(t, "shop")
	if v.Current.Failed() || !v.MayAsk {
		t.Errorf("sync %+v", v)
	}
	var d catalog.Dataset
	if err := l.call(t.Context(), http.MethodGet, "/api/v1/datasets/shop", nil, &d); err != nil {
		t.Fatal(err)
	}
	want := catalog.Overlap{Rows: 5, Empty: 1, Orphans: 1, Values: 3, Matched: 2}
	if len(d.Relations) != 1 || d.Relations[0].Overlap == nil || *d.Relations[0].Overlap != want {
		t.Errorf("relations %+v", d.Relations)
	}
	if c := d.Table("orders").Column("customer_id"); c.DescribedBy != catalog.ByRules || c.Description == "" {
		t.Errorf("described as %q by %q", c.Description, c.DescribedBy)
	}
	var snap catalog.Dataset
	if err := l.call(t.Context(), http.MethodGet, "/api/v1/datasets/shop/versions/"+d.Version+"/snapshots/"+v.Current.Snapshot, nil, &snap); err != nil {
		t.Fatal(err)
	}
	if snap.Version != d.Version || len(snap.Relations) != 1 {
		t.Errorf("snapshot %+v", snap)
	}
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/datasets/shop/sync", nil, nil); err != nil {
		t.Fatal(err)
	}
	if again := l.synced(t, "shop"); again.Current.Reason != catalog.SyncAsked || again.Current.Snapshot != v.Current.Snapshot || len(again.Past) != 1 {
		t.Errorf("asked: %+v", again)
	}
	var acts struct {
		Acts []struct {
			Kind, User, Target string
		} `json:"acts"`
	}
	if err := l.call(t.Context(), http.MethodGet, "/api/v1/acts?kind=dataset.synced", nil, &acts); err != nil {
		t.Fatal(err)
	}
	if len(acts.Acts) != 2 || acts.Acts[0].User != "syncer" || acts.Acts[0].Target != "shop" {
		t.Errorf("acts %+v", acts)
	}
}
