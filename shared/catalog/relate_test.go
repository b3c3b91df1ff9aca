package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
)

func key(name string, rows int64) catalog.Column {
	return catalog.Column{Name: name, Type: catalog.Integer, Profile: &catalog.Profile{Distinct: rows, Min: "1", Max: fmt.Sprint(rows)}}
}

// known is a key all of whose values the profile lists.
func known(name string, rows int64) catalog.Column {
	c := key(name, rows)
	c.Profile.Complete = true
	for i := range rows {
		c.Profile.Top = append(c.Profile.Top, catalog.ValueCount{Value: fmt.Sprint(i + 1), Count: 1})
	}
	return c
}

// numbered is a column of that many numbers from first on, all in the profile.
func numbered(name string, first, n int64) catalog.Column {
	c := catalog.Column{Name: name, Type: catalog.Integer, Profile: &catalog.Profile{Distinct: n, Min: fmt.Sprint(first), Max: fmt.Sprint(first + n - 1), Complete: true}}
	for i := range n {
		c.Profile.Top = append(c.Profile.Top, catalog.ValueCount{Value: fmt.Sprint(first + i), Count: 1})
	}
	return c
}

func number(name string, distinct, highest int64) catalog.Column {
	return catalog.Column{Name: name, Type: catalog.Integer, Profile: &catalog.Profile{Distinct: distinct, Min: "1", Max: fmt.Sprint(highest)}}
}

func text(name string, distinct int64, values ...string) catalog.Column {
	p := &catalog.Profile{Distinct: distinct, Complete: int64(len(values)) == distinct}
	for _, v := range values {
		p.Top = append(p.Top, catalog.ValueCount{Value: v, Count: 1})
	}
	return catalog.Column{Name: name, Type: catalog.Text, Profile: p}
}

func links(tables ...catalog.Table) []string {
	var out []string
	for _, r := range catalog.Relate(tables) {
		out = append(out, r.FromTable+"."+r.FromColumns[0]+" -> "+r.ToTable+"."+r.ToColumns[0])
	}
	return out
}

func TestRelateFindsManyToOneLinks(t *testing.T) {
	boats := catalog.Table{Name: "boats", Rows: 40, Columns: []catalog.Column{key("boat_id", 40), text("name", 40)}}
	ports := catalog.Table{Name: "ports", Rows: 3, Columns: []catalog.Column{text("code", 3, "BGO", "OSL", "TRD"), text("town", 3)}}
	tests := []struct {
		name   string
		tables []catalog.Table
		want   []string
	}{
		{"the same name", []catalog.Table{boats, {Name: "trips", Rows: 900, Columns: []catalog.Column{key("trip_id", 900), number("boat_id", 38, 40)}}}, []string{"trips.boat_id -> boats.boat_id"}},
		{
			"the table and a plain id",
			[]catalog.Table{{Name: "crews", Rows: 9, Columns: []catalog.Column{key("id", 9)}}, {Name: "shifts", Rows: 80, Columns: []catalog.Column{key("id", 80), number("crew_id", 9, 9)}}},
			[]string{"shifts.crew_id -> crews.id"},
		},
		{"a role before the name", []catalog.Table{ports, {Name: "trips", Rows: 900, Columns: []catalog.Column{key("trip_id", 900), text("port_code", 2, "BGO", "OSL")}}}, []string{"trips.port_code -> ports.code"}},
		{
			"a table that points to itself",
			[]catalog.Table{{Name: "staff", Rows: 50, Columns: []catalog.Column{key("staff_id", 50), number("boss_staff_id", 6, 50)}}},
			[]string{"staff.boss_staff_id -> staff.staff_id"},
		},
		{"a role before the table's name", []catalog.Table{ports, {Name: "trips", Rows: 900, Columns: []catalog.Column{key("trip_id", 900), text("last_port", 2, "BGO", "OSL")}}}, []string{"trips.last_port -> ports.code"}},
		{"a number of things is not one of them", []catalog.Table{boats, {Name: "owners", Rows: 30, Columns: []catalog.Column{key("owner_id", 30), number("number_of_boats", 4, 4)}}}, nil},
		{
			"what people are",
			[]catalog.Table{{Name: "people", Rows: 5, Columns: []catalog.Column{known("person_id", 5)}}, {Name: "skipper", Rows: 3, Columns: []catalog.Column{known("skipper_id", 3)}}},
			[]string{"skipper.skipper_id -> people.person_id"},
		},
		{
			"numbers that nothing else holds",
			[]catalog.Table{{Name: "wardens", Rows: 6, Columns: []catalog.Column{numbered("warden_id", 4101, 6)}}, {Name: "huts", Rows: 4, Columns: []catalog.Column{key("hut_id", 4), numbered("keeper", 4102, 3)}}},
			[]string{"huts.keeper -> wardens.warden_id"},
		},
		{
			"numbers that count from one",
			[]catalog.Table{{Name: "wardens", Rows: 6, Columns: []catalog.Column{known("warden_id", 6)}}, {Name: "huts", Rows: 4, Columns: []catalog.Column{key("hut_id", 4), numbered("beds", 2, 3)}}},
			nil,
		},
		{"plain ids are not related to each other", []catalog.Table{{Name: "a", Rows: 5, Columns: []catalog.Column{key("id", 5)}}, {Name: "b", Rows: 9, Columns: []catalog.Column{key("id", 9)}}}, nil},
		{"values that contradict", []catalog.Table{ports, {Name: "trips", Rows: 900, Columns: []catalog.Column{key("trip_id", 900), text("port_code", 2, "X", "Y")}}}, nil},
		{"types that differ", []catalog.Table{boats, {Name: "trips", Rows: 900, Columns: []catalog.Column{key("trip_id", 900), text("boat_id", 38)}}}, nil},
		{"nothing to go by", nil, nil},
		{"no profile", []catalog.Table{{Name: "a", Columns: []catalog.Column{{Name: "a_id", Type: catalog.Integer}}}, {Name: "b", Columns: []catalog.Column{{Name: "a_id", Type: catalog.Integer}}}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := links(tt.tables...); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestRelateIsDeterministicAndNeverSure(t *testing.T) {
	tables := []catalog.Table{
		{Name: "boats", Rows: 40, Columns: []catalog.Column{key("boat_id", 40), text("name", 40)}},
		{Name: "trips", Rows: 900, Columns: []catalog.Column{key("trip_id", 900), number("boat_id", 38, 40)}},
		{Name: "catches", Rows: 5000, Columns: []catalog.Column{key("catch_id", 5000), number("trip_id", 850, 900), number("boat_id", 38, 40)}},
	}
	first := links(tables...)
	if len(first) != 3 {
		t.Fatalf("got %q, want three links", first)
	}
	for range 10 {
		if again := links(tables...); !slices.Equal(first, again) {
			t.Fatalf("%q then %q", first, again)
		}
	}
	for _, r := range catalog.Relate(tables) {
		if r.Confidence >= 1 || r.Confidence < 0.5 || r.Origin != catalog.Discovered {
			t.Errorf("%+v", r)
		}
	}
}
