package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func harbour() *catalog.Dataset {
	return &catalog.Dataset{
		ID: "harbour", Title: "Harbour", State: catalog.Ready,
		Tables: []catalog.Table{
			{Name: "boats", Rows: 40, Columns: []catalog.Column{known("boat_id", 40), numbered("home", 1, 3), text("name", 40)}},
			{Name: "ports", Rows: 3, Columns: []catalog.Column{known("id", 3), text("town", 2, "Bergen", "Oslo")}},
		},
		Relations: []catalog.Relation{{FromTable: "boats", FromColumns: []string{"home"}, ToTable: "ports", ToColumns: []string{"id"}, Origin: catalog.Discovered, Confidence: 0.7}},
	}
}

func homeLink() catalog.Link {
	return catalog.Link{FromTable: "BOATS", FromColumns: []string{"home"}, ToTable: "ports", ToColumns: []string{"ID"}}
}

func ptr[T any](v T) *T { return &v }

func TestWhatPeopleSayStandsOverWhatWasFound(t *testing.T) {
	var said catalog.Curation
	said.Merge(&catalog.Curation{
		Title: ptr("Boats of the bay"), Prompts: ptr([]string{"How many boats?"}),
		Tables: []catalog.CuratedTable{
			{Name: "Boats", Description: ptr("One a row."), Columns: []catalog.CuratedColumn{{Name: "HOME", Synonyms: ptr([]string{"berth"}), Unit: ptr("port")}}},
			{Name: "crews", Synonyms: ptr([]string{"staff"}), Columns: []catalog.CuratedColumn{{Name: "age", Unit: ptr("years")}}},
		},
		Relations: []catalog.CuratedLink{{Link: homeLink(), Verdict: catalog.Confirmed}},
	})
	said.Merge(&catalog.Curation{Tables: []catalog.CuratedTable{{Name: "boats", Columns: []catalog.CuratedColumn{{Name: "home", Unit: ptr("")}, {Name: "mast", Unit: ptr("m")}}}}})
	d := harbour()
	said.Apply(d)
	home := d.Table("boats").Column("home")
	if d.Title != "Boats of the bay" || len(d.Prompts) != 1 || d.Table("boats").Description != "One a row." || home.Synonyms[0] != "berth" || home.Unit != "" {
		t.Errorf("%+v", d)
	}
	if r := d.Relations; len(r) != 1 || r[0].Origin != catalog.Declared || r[0].Confidence != 1 {
		t.Errorf("%+v", r)
	}
	if got := fmt.Sprint(said.Gone(d)); got != "[{boats mast} {crews }]" {
		t.Errorf("gone: %s", got)
	}
	said.ForgetGone(d)
	if left := said.Gone(d); len(left) != 0 || len(said.Tables) != 1 {
		t.Errorf("%+v", said)
	}
}

func TestRelationsFollowWhatWasDecided(t *testing.T) {
	added := catalog.Link{FromTable: "ports", FromColumns: []string{"town"}, ToTable: "boats", ToColumns: []string{"name"}}
	for verdict, want := range map[catalog.Verdict]int{catalog.Dismissed: 0, catalog.Confirmed: 1, catalog.Undecided: 1} {
		said, d := catalog.Curation{}, harbour()
		said.Merge(&catalog.Curation{Relations: []catalog.CuratedLink{{Link: homeLink(), Verdict: verdict}}})
		said.Apply(d)
		if len(d.Relations) != want {
			t.Errorf("%s: %+v", verdict, d.Relations)
		}
	}
	said, d := catalog.Curation{}, harbour()
	said.Merge(&catalog.Curation{Relations: []catalog.CuratedLink{{Link: added, Verdict: catalog.Added}}})
	said.Apply(d)
	if len(d.Relations) != 2 || d.Relations[1].Link().ToTable != "boats" || d.Relations[1].Origin != catalog.Declared {
		t.Errorf("%+v", d.Relations)
	}
	// A version without the column has no such relation, and gets it back with it.
	d = harbour()
	d.Tables[1].Columns = d.Tables[1].Columns[:1]
	if said.Apply(d); len(d.Relations) != 1 {
		t.Errorf("%+v", d.Relations)
	}
	said.Merge(&catalog.Curation{Relations: []catalog.CuratedLink{{Link: added, Verdict: catalog.Undecided}}})
	if len(said.Relations) != 0 {
		t.Errorf("%+v", said.Relations)
	}
}

func TestHiddenColumnsAreNotVisibleUnlessTheyLink(t *testing.T) {
	d := harbour()
	if d.Visible() != d {
		t.Error("a dataset that hides nothing is copied")
	}
	for i := range d.Tables {
		for j := range d.Tables[i].Columns {
			d.Tables[i].Columns[j].Hidden = true
		}
	}
	v := d.Visible()
	if got := v.Tables[0].ColumnNames(); !slices.Equal(got, []string{"home"}) {
		t.Errorf("boats shows %v", got)
	}
	if len(d.Tables[0].Columns) != 3 {
		t.Error("the dataset itself was changed")
	}
	d.Relations = nil
	if v = d.Visible(); len(v.Tables) != 0 {
		t.Errorf("%+v", v.Tables)
	}
}

func TestEvidenceSaysWhatWasCompared(t *testing.T) {
	d := harbour()
	e := catalog.EvidenceFor(d, homeLink())
	if e.Basis != catalog.ByValues || e.Values != 3 || e.Matched != 3 || !e.Unique {
		t.Errorf("%+v", e)
	}
	d.Tables[0].Columns[1] = numbered("home", 3, 3)
	if e = catalog.EvidenceFor(d, homeLink()); e.Matched != 1 {
		t.Errorf("%+v", e)
	}
	d.Tables[1].Columns[0].Profile.Complete = false
	if e = catalog.EvidenceFor(d, homeLink()); e.Basis != catalog.ByRange || e.Inside {
		t.Errorf("%+v", e)
	}
}

func TestALinkThatWouldCountTwiceIsRefused(t *testing.T) {
	d := harbour()
	link := func(from, column, to, key string) catalog.Link {
		return catalog.Link{FromTable: from, FromColumns: []string{column}, ToTable: to, ToColumns: []string{key}}
	}
	if err := catalog.CheckLink(d, homeLink()); err != nil {
		t.Error(err)
	}
	for want, l := range map[string]catalog.Link{
		"Several rows of boats": link("ports", "id", "boats", "home"),
		"never match":           link("boats", "name", "ports", "id"),
		"point to itself":       link("boats", "name", "Boats", "NAME"),
		`no table "port"`:       link("boats", "home", "port", "id"),
		`no column "homes"`:     link("boats", "homes", "ports", "id"),
		"as many columns":       {FromTable: "boats", FromColumns: []string{"home", "name"}, ToTable: "ports", ToColumns: []string{"id"}},
	} {
		err := catalog.CheckLink(d, l)
		f := fault.From(err)
		if f == nil || f.Code != fault.Validation || !strings.Contains(f.Message, want) || f.Hint == "" || f.Details["path"] == nil {
			t.Errorf("%s: %v", want, err)
		}
	}
}
