package registry_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func setup(t *testing.T) *registry.Registry {
	t.Helper()
	return registry.New(bustest.New(t), quiet())
}

// add uploads one small file as a dataset of acme.
func add(t *testing.T, r *registry.Registry, id, content string) *catalog.Dataset {
	t.Helper()
	u := r.Begin("acme")
	if err := u.Add(t.Context(), id+".csv", strings.NewReader(content)); err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	d, _, err := u.Commit(t.Context(), catalog.Dataset{ID: id})
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	return d
}

func TestAnUploadBecomesADataset(t *testing.T) {
	r := setup(t)
	u := r.Begin("acme")
	for _, name := range []string{`C:\data\Orders 2024.csv`, "orders-2024.CSV", "9 lives.tsv.gz"} {
		if err := u.Add(t.Context(), name, strings.NewReader("a,b\n1,"+name)); err != nil {
			t.Fatal(err)
		}
	}
	d, created, err := u.Commit(t.Context(), catalog.Dataset{ID: "shop"})
	if err != nil || !created {
		t.Fatal(err, created)
	}
	tables := []string{}
	for _, f := range d.Files {
		tables = append(tables, f.Table)
	}
	if got := strings.Join(tables, " "); got != "orders_2024 orders_2024_2 t_9_lives" {
		t.Errorf("tables %q", got)
	}
	got, err := r.Get(t.Context(), "acme", "shop")
	if err != nil || got.Version != u.Version() || got.State != catalog.Registered {
		t.Errorf("got %+v, %v", got, err)
	}
	body, err := r.Open(t.Context(), got.Files[0])
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil || !strings.HasPrefix(string(data), "a,b\n1,") {
		t.Errorf("%q, %v", data, err)
	}
}

func TestTheSameBytesAreTheSameVersion(t *testing.T) {
	r := setup(t)
	first := add(t, r, "shop", "a\n1\n")
	u := r.Begin("acme")
	if err := u.Add(t.Context(), "shop.csv", strings.NewReader("a\n1\n")); err != nil {
		t.Fatal(err)
	}
	again, created, err := u.Commit(t.Context(), catalog.Dataset{ID: "shop"})
	if err != nil || created || again.Version != first.Version || again.Files[0].Object != first.Files[0].Object {
		t.Errorf("created %v, %+v, %v", created, again, err)
	}
	if n, err := r.Sweep(t.Context(), 0); err != nil || n != 0 {
		t.Errorf("%d objects were left behind, %v", n, err)
	}
}

func TestOlderVersionsStay(t *testing.T) {
	r := setup(t)
	one, two := add(t, r, "shop", "a\n1\n"), add(t, r, "shop", "a\n2\n")
	now, err := r.Get(t.Context(), "acme", "shop")
	if err != nil || now.Version != two.Version {
		t.Errorf("%v", err)
	}
	old, err := r.Version(t.Context(), "acme", "shop", one.Version)
	if err != nil || old.Version != one.Version {
		t.Errorf("%v", err)
	}
	list, err := r.List(t.Context(), "acme")
	if err != nil || len(list) != 1 || list[0].Version != two.Version {
		t.Errorf("%v, %v", list, err)
	}
}

func TestOrgsDoNotSeeEachOther(t *testing.T) {
	r := setup(t)
	d := add(t, r, "shop", "a\n1\n")
	for _, org := range []string{"acm", "acme2", "other"} {
		if _, err := r.Get(t.Context(), org, "shop"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s: %v", org, err)
		}
		if _, err := r.Version(t.Context(), org, "shop", d.Version); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s: %v", org, err)
		}
		if list, err := r.List(t.Context(), org); err != nil || len(list) != 0 {
			t.Errorf("%s: %v, %v", org, list, err)
		}
	}
}

func TestAnUnknownDatasetIsSaidWithTheNearestName(t *testing.T) {
	r := setup(t)
	_, err := r.Get(t.Context(), "acme", "shop")
	if f := fault.From(err); f.Code != fault.NotFound || !strings.Contains(f.Hint, "no datasets yet") {
		t.Errorf("%v %q", f, f.Hint)
	}
	add(t, r, "shop", "a\n1\n")
	for _, id := range []string{"shopp", "SHOP", "sohp"} {
		_, err := r.Get(t.Context(), "acme", id)
		if f := fault.From(err); f.Code != fault.NotFound || !strings.Contains(f.Hint, `"shop"`) {
			t.Errorf("%s: %v %q", id, f, f.Hint)
		}
	}
	for _, id := range []string{"", "a.b", "*", ">", "a b", "../x", strings.Repeat("x", 200)} {
		if _, err := r.Get(t.Context(), "acme", id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestAFailedUploadLeavesNothing(t *testing.T) {
	r := setup(t)
	u := r.Begin("acme")
	if err := u.Add(t.Context(), "a.csv", strings.NewReader("a\n1\n")); err != nil {
		t.Fatal(err)
	}
	broken := io.MultiReader(strings.NewReader(strings.Repeat("x", 300_000)), failing{})
	if err := u.Add(t.Context(), "b.csv", broken); !errors.Is(err, errGone) {
		t.Errorf("got %v", err)
	}
	if err := u.Add(t.Context(), "c.csv", strings.NewReader("")); fault.CodeOf(err) != fault.Validation {
		t.Errorf("an empty file: %v", err)
	}
	u.Abort(t.Context())
	if _, err := r.Get(t.Context(), "acme", "a"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("half a dataset: %v", err)
	}
	if n, err := r.Sweep(t.Context(), 0); err != nil || n != 0 {
		t.Errorf("%d objects were left behind, %v", n, err)
	}
}

var errGone = errors.New("the client went away")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errGone }

func TestSweepKeepsWhatIsUsedAndWhatIsYoung(t *testing.T) {
	r := setup(t)
	add(t, r, "shop", "a\n1\n")
	u := r.Begin("acme") // an upload whose process was killed
	if err := u.Add(t.Context(), "lost.csv", strings.NewReader("a\n1\n")); err != nil {
		t.Fatal(err)
	}
	if n, err := r.Sweep(t.Context(), time.Hour); err != nil || n != 0 {
		t.Errorf("young: %d, %v", n, err)
	}
	if n, err := r.Sweep(t.Context(), 0); err != nil || n != 1 {
		t.Errorf("old: %d, %v", n, err)
	}
	if n, err := r.Sweep(t.Context(), 0); err != nil || n != 0 {
		t.Errorf("again: %d, %v", n, err)
	}
}

func TestUpdateRetriesOnAConflict(t *testing.T) {
	r := setup(t)
	d := add(t, r, "shop", "a\n1\n")
	tries := 0
	err := r.Update(t.Context(), "acme", "shop", d.Version, func(c *catalog.Dataset) error {
		if tries++; tries == 1 {
			return r.Update(t.Context(), "acme", "shop", d.Version, func(c *catalog.Dataset) error { c.Title = "first"; return nil })
		}
		c.Description = "second"
		return nil
	})
	if err != nil || tries != 2 {
		t.Fatal(tries, err)
	}
	if got, err := r.Get(t.Context(), "acme", "shop"); err != nil || got.Title != "first" || got.Description != "second" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDeleteRemovesRecordsAndFiles(t *testing.T) {
	r := setup(t)
	add(t, r, "shop", "a\n1\n")
	d := add(t, r, "shop", "a\n2\n")
	if err := r.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Version(t.Context(), "acme", "shop", d.Version); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("%v", err)
	}
	if _, err := r.Open(t.Context(), d.Files[0]); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the file is still there: %v", err)
	}
	if err := r.Delete(t.Context(), "acme", "shop"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("%v", err)
	}
}

func TestWatchTellsTheStateAndThenTheChanges(t *testing.T) {
	r := setup(t)
	one := add(t, r, "one", "a\n1\n")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	type seen struct {
		id      string
		deleted bool
	}
	got := make(chan seen, 16)
	ready := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- r.Watch(ctx, func() { close(ready) }, func(d *catalog.Dataset, deleted bool) { got <- seen{d.ID, deleted} })
	}()
	<-ready
	if first := <-got; first != (seen{"one", false}) {
		t.Errorf("first %v", first)
	}
	add(t, r, "two", "a\n1\n")
	if next := <-got; next != (seen{"two", false}) {
		t.Errorf("next %v", next)
	}
	if err := r.Delete(t.Context(), "acme", one.ID); err != nil {
		t.Fatal(err)
	}
	if next := <-got; next != (seen{"one", true}) {
		t.Errorf("last %v", next)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestHugeSchemasAreTrimmedToFit(t *testing.T) {
	r := setup(t)
	d := add(t, r, "wide", "a\n1\n")
	table := catalog.Table{Name: "wide"}
	for i := range 200 {
		p := &catalog.Profile{Complete: true}
		for range 100 {
			p.Top = append(p.Top, catalog.ValueCount{Value: strings.Repeat("v", 200), Count: int64(i)})
		}
		table.Columns = append(table.Columns, catalog.Column{Name: "c" + strings.Repeat("x", i%40), Profile: p})
	}
	if err := r.Update(t.Context(), "acme", "wide", d.Version, func(c *catalog.Dataset) error { c.Tables = []catalog.Table{table}; return nil }); err != nil {
		t.Fatal(err)
	}
	got, err := r.Get(t.Context(), "acme", "wide")
	if err != nil || len(got.Tables[0].Columns) != 200 || got.Tables[0].Columns[0].Profile.Complete {
		t.Errorf("%v", err)
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"Orders 2024": "orders_2024", "  ": "data", "": "data", "Ünïcode": "n_code", "a--b": "a_b", strings.Repeat("x", 99): strings.Repeat("x", 60),
	} {
		if got := registry.Slug(in); got != want || !registry.ValidID(got) {
			t.Errorf("%q: %q", in, got)
		}
	}
}
