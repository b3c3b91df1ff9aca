package registry_test

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// ready marks a version as prepared, with one table.
func ready(t *testing.T, r *registry.Registry, d *catalog.Dataset, column string) {
	t.Helper()
	err := r.Update(t.Context(), d.Org, d.ID, d.Version, func(d *catalog.Dataset) error {
		d.State, d.Tables = catalog.Ready, []catalog.Table{{Name: d.ID, Columns: []catalog.Column{{Name: column, Description: "found"}}}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSaidHoldsForEveryVersionAndIsNotLost(t *testing.T) {
	r := setup(t)
	first := add(t, r, "shop", "a\n1\n")
	ready(t, r, first, "a")
	said, description := catalog.Curation{}, "What it cost."
	said.Merge(&catalog.Curation{Tables: []catalog.CuratedTable{{Name: "shop", Columns: []catalog.CuratedColumn{{Name: "a", Description: &description}}}}})
	revision, err := r.Curate(t.Context(), "acme", "shop", &said, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, stale := range []uint64{0, revision + 1} {
		if _, err := r.Curate(t.Context(), "acme", "shop", &said, stale); fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), "Somebody else") {
			t.Errorf("at %d: %v", stale, err)
		}
	}
	second := add(t, r, "shop", "a\n2\n")
	ready(t, r, second, "a")
	for _, version := range []string{first.Version, second.Version} {
		d, err := r.Version(t.Context(), "acme", "shop", version)
		if err != nil || d.Tables[0].Columns[0].Description != description {
			t.Errorf("%+v, %v", d, err)
		}
		if d, err = r.Record(t.Context(), "acme", "shop", version); err != nil || d.Tables[0].Columns[0].Description != "found" {
			t.Errorf("the record holds what was said: %+v, %v", d, err)
		}
	}
	list, err := r.List(t.Context(), "acme")
	if err != nil || list[0].Tables[0].Columns[0].Description != description {
		t.Errorf("%+v, %v", list, err)
	}
	if err := r.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	if c, revision, err := r.Curation(t.Context(), "acme", "shop"); err != nil || revision != 0 || len(c.Tables) != 0 {
		t.Errorf("%+v, %d, %v", c, revision, err)
	}
	if _, err := r.Curate(t.Context(), "acme", "shop", &said, 0); err != nil {
		t.Errorf("said again after it was deleted: %v", err)
	}
}

func TestAnOlderVersionIsRestoredAndDeleted(t *testing.T) {
	r := setup(t)
	first := add(t, r, "shop", "a\n1\n")
	second := add(t, r, "shop", "a\n2\n")
	if err := r.Restore(t.Context(), "acme", "shop", first.Version, second.Version); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("restored a version that is not ready: %v", err)
	}
	ready(t, r, first, "a")
	if err := r.Restore(t.Context(), "acme", "shop", first.Version, first.Version); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("restored over a version that is not current: %v", err)
	}
	if err := r.Restore(t.Context(), "acme", "shop", strings.Repeat("0", 64), second.Version); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("restored a version there is not: %v", err)
	}
	if err := r.Restore(t.Context(), "acme", "shop", first.Version, second.Version); err != nil {
		t.Fatal(err)
	}
	all, current, err := r.Versions(t.Context(), "acme", "shop")
	if err != nil || current != first.Version || len(all) != 2 || all[0].Version != second.Version {
		t.Errorf("%s %d, %v", current, len(all), err)
	}
	if err := r.DeleteVersion(t.Context(), "acme", "shop", first.Version); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("deleted the current version: %v", err)
	}
	if err := r.DeleteVersion(t.Context(), "acme", "shop", second.Version); err != nil {
		t.Fatal(err)
	}
	if all, _, err = r.Versions(t.Context(), "acme", "shop"); err != nil || len(all) != 1 {
		t.Errorf("%d, %v", len(all), err)
	}
	if _, err := r.Open(t.Context(), second.Files[0]); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("its file is still there: %v", err)
	}
	if _, _, err := r.Versions(t.Context(), "other", "shop"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another org sees it: %v", err)
	}
}
