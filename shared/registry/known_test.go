package registry_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

func TestAKnownRecordIsTheStoredOne(t *testing.T) {
	r := setup(t)
	d := add(t, r, "shop", "a\n1\n")
	first, err := r.Known(t.Context(), "acme", "shop", d.Version)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.Known(t.Context(), "acme", "shop", d.Version); err != nil || again != first {
		t.Errorf("it was decoded again: %p and %p, %v", again, first, err)
	}
	if current, err := r.Current(t.Context(), "acme", "shop"); err != nil || current != first {
		t.Errorf("the current version is %p and not %p, %v", current, first, err)
	}
	if err := r.Update(t.Context(), "acme", "shop", d.Version, func(c *catalog.Dataset) error { c.State = catalog.Ready; return nil }); err != nil {
		t.Fatal(err)
	}
	changed, err := r.Known(t.Context(), "acme", "shop", d.Version)
	if err != nil || changed.State != catalog.Ready || first.State == catalog.Ready {
		t.Errorf("after a change it is %s and was %s, %v", changed.State, first.State, err)
	}
	if err := r.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Known(t.Context(), "acme", "shop", d.Version); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("after its deletion: %v", err)
	}
	if _, err := r.Current(t.Context(), "acme", "shop"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("after its deletion: %v", err)
	}
	again := add(t, r, "shop", "a\n1\n") // the same bytes are the same version
	if anew, err := r.Known(t.Context(), "acme", "shop", again.Version); err != nil || anew == changed || anew.State == catalog.Ready {
		t.Errorf("added again it is %+v, %v", anew, err)
	}
}

// More records than are kept, read by many at once: each is what was asked for.
func TestKnownRecordsAreNotMixedUp(t *testing.T) {
	r := setup(t)
	versions := map[string]string{}
	for i := range 80 {
		id := fmt.Sprintf("d%d", i)
		versions[id] = add(t, r, id, fmt.Sprintf("a\n%d\n", i)).Version
	}
	var reading sync.WaitGroup
	for range 4 {
		reading.Go(func() {
			for id, version := range versions {
				if d, err := r.Known(t.Context(), "acme", id, version); err != nil || d.ID != id || d.Version != version {
					t.Errorf("%s is %+v, %v", id, d, err)
				}
			}
		})
	}
	reading.Wait()
}

func TestWhatCanNameADataset(t *testing.T) {
	long := "a123456789012345678901234567890123456789012345678901234567890123"
	for id, want := range map[string]bool{
		"a": true, "0": true, "shop": true, "a-b_c9": true, "a-": true, long: true,
		"": false, "-a": false, "_a": false, "A": false, "ä": false, "a b": false, "a.b": false, "a*": false, "a\n": false, long + "4": false,
	} {
		if got := registry.ValidID(id); got != want {
			t.Errorf("%q: %t", id, got)
		}
	}
}
