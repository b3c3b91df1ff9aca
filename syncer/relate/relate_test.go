package relate_test

import (
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/syncer/relate"
)

func TestWhatTheDataRefutesIsDropped(t *testing.T) {
	link := func(column string, origin catalog.RelationOrigin, o *catalog.Overlap) catalog.Relation {
		return catalog.Relation{FromTable: "a", FromColumns: []string{column}, ToTable: "b", ToColumns: []string{"id"}, Origin: origin, Overlap: o}
	}
	d := &catalog.Dataset{Relations: []catalog.Relation{
		link("good", catalog.Discovered, &catalog.Overlap{Rows: 9, Values: 3, Matched: 2, Orphans: 1}),
		link("shared", catalog.Discovered, &catalog.Overlap{Rows: 9, Values: 3, Matched: 3, Repeated: 1}),
		link("strange", catalog.Discovered, &catalog.Overlap{Rows: 9, Values: 3}),
		link("empty", catalog.Discovered, &catalog.Overlap{Rows: 9, Empty: 9}),
		link("said", catalog.Declared, &catalog.Overlap{Rows: 9, Values: 3, Repeated: 4}),
		link("unknown", catalog.Discovered, nil),
	}}
	if got := relate.Unmeasured(d); len(got) != 1 || got[0].FromColumns[0] != "unknown" {
		t.Errorf("to be measured: %+v", got)
	}
	dropped := relate.Judge(d)
	if len(dropped) != 2 || dropped[0] != "a.shared does not point to b.id: several rows share what it points to." ||
		dropped[1] != "a.strange does not point to b.id: none of its values is found." {
		t.Errorf("dropped: %q", dropped)
	}
	if len(d.Relations) != 4 {
		t.Errorf("left: %+v", d.Relations)
	}
	if again := relate.Judge(d); len(again) != 0 {
		t.Errorf("dropped a second time: %q", again)
	}
}
