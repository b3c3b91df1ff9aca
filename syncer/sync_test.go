package syncer_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/act"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/syncer"
)

// world is a bus with one dataset that is ready, and syncers over it.
type world struct {
	t   *testing.T
	bus *bus.Bus
	reg *registry.Registry
}

func newWorld(t *testing.T, d *catalog.Dataset) *world {
	t.Helper()
	b := bustest.New(t)
	w := &world{t: t, bus: b, reg: registry.New(b, slog.New(slog.DiscardHandler))}
	if err := w.reg.Put(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return w
}

// start runs a syncer until stop is called.
func (w *world) start() (stop func()) {
	w.t.Helper()
	return w.startWith(syncer.Config{})
}

// startWith runs one of a configuration, which looks at everything each second.
func (w *world) startWith(cfg syncer.Config) (stop func()) {
	w.t.Helper()
	cfg.SweepEvery = time.Second
	s, err := syncer.New(cfg, w.bus, slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	return func() {
		cancel()
		w.t.Logf("the syncer ended with %v", <-done) // cut off or not: what it left is what the test looks at
	}
}

// await waits until the dataset's sync state is as wanted.
func (w *world) await(what string, ok func(*catalog.SyncState) bool) *catalog.SyncState {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		s, _, err := w.reg.SyncState(ctx, "acme", "shop")
		if err == nil && ok(s) {
			return s
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("never %s: %+v %v", what, s, err)
		}
	}
}

// eventually waits until something holds.
func (w *world) eventually(what string, holds func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("never %s", what)
		}
	}
}

func ended(s *catalog.SyncState) bool { return s.Current != nil && !s.Current.Ended.IsZero() }

// acts are the syncs that the audit knows.
func (w *world) acts() []catalog.Sync {
	w.t.Helper()
	entries, err := w.bus.KV(bus.BucketActs).List(w.t.Context(), "acme.")
	if err != nil {
		w.t.Fatal(err)
	}
	var out []catalog.Sync
	for _, e := range entries {
		var a act.Act
		var s catalog.Sync
		if err := json.Unmarshal(e.Value, &a); err != nil {
			w.t.Fatal(err)
		}
		if err := json.Unmarshal(a.Detail, &s); err != nil || a.Kind != act.DatasetSynced || a.User != act.Syncer || a.Target != "shop" {
			w.t.Fatalf("act %+v: %v", a, err)
		}
		out = append(out, s)
	}
	return out
}

func shop() *catalog.Dataset {
	number := func(name string, distinct int64) catalog.Column {
		return catalog.Column{Name: name, Type: catalog.Integer, EngineType: "BIGINT", Profile: &catalog.Profile{Distinct: distinct, Min: "1", Max: "9"}}
	}
	return &catalog.Dataset{
		ID: "shop", Org: "acme", Title: "Shop", Version: "ab", State: catalog.Ready, CreatedAt: time.Now().UTC(), Files: []catalog.File{},
		Tables: []catalog.Table{
			{Name: "orders", Rows: 9, Columns: []catalog.Column{number("order_id", 9), number("customer_id", 3)}},
			{Name: "customers", Rows: 3, Columns: []catalog.Column{number("customer_id", 3)}},
		},
		Relations: []catalog.Relation{{
			FromTable: "orders", FromColumns: []string{"customer_id"}, ToTable: "customers", ToColumns: []string{"customer_id"},
			Origin: catalog.Declared, Confidence: 1,
		}},
	}
}

func TestANewVersionIsDescribedAndPublished(t *testing.T) {
	w := newWorld(t, shop())
	defer w.start()()
	s := w.await("synced", ended)
	d, err := w.reg.Get(t.Context(), "acme", "shop")
	if err != nil {
		t.Fatal(err)
	}
	if c := d.Table("orders").Column("customer_id"); c.Description != "Points to customers, by its customer_id." || c.DescribedBy != catalog.ByRules {
		t.Errorf("described as %q by %q", c.Description, c.DescribedBy)
	}
	snap, err := w.reg.Snapshot(t.Context(), "acme", "shop", "ab", s.Current.Snapshot)
	if err != nil || snap.Table("orders").Description != d.Table("orders").Description {
		t.Errorf("snapshot %+v: %v", snap, err)
	}
	if s.Current.Reason != catalog.SyncVersion || s.Current.Failed() {
		t.Errorf("sync %+v", s.Current)
	}
	if acts := w.acts(); len(acts) != 1 || acts[0].ID != s.Current.ID || acts[0].Snapshot == "" {
		t.Errorf("audit %+v", acts)
	}
}

func TestWhatPeopleSayIsPublishedAndStays(t *testing.T) {
	w := newWorld(t, shop())
	defer w.start()()
	first := w.await("synced", ended).Current.Snapshot
	text := "What customers bought."
	said := &catalog.Curation{Tables: []catalog.CuratedTable{{Name: "orders", Description: &text}}}
	revision, err := w.reg.Curate(t.Context(), "acme", "shop", said, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := w.await("synced again", func(s *catalog.SyncState) bool { return ended(s) && s.Current.Curation == revision })
	if s.Current.Reason != catalog.SyncCuration || s.Current.Snapshot == first || len(s.Past) != 1 {
		t.Errorf("state %+v", s)
	}
	snap, err := w.reg.Snapshot(t.Context(), "acme", "shop", "ab", s.Current.Snapshot)
	if err != nil || snap.Table("orders").Description != text || snap.Table("orders").DescribedBy != catalog.ByPerson {
		t.Errorf("snapshot %+v: %v", snap, err)
	}
	if _, err := w.reg.Snapshot(t.Context(), "acme", "shop", "ab", first); err != nil {
		t.Errorf("the snapshot before is gone: %v", err)
	}
	if err := w.reg.Delete(t.Context(), "acme", "shop"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.reg.Snapshot(t.Context(), "acme", "shop", "ab", first); err == nil {
		t.Error("a snapshot outlived its dataset")
	}
}

func TestAKilledSyncGoesOnAtItsStep(t *testing.T) {
	d := shop()
	d.Relations[0].Origin = catalog.Discovered // and nothing measures it
	w := newWorld(t, d)
	stop := w.start()
	before := w.await("waiting for a sandbox", func(s *catalog.SyncState) bool {
		return s.Current != nil && s.Current.Steps[0].State == catalog.StepRunning
	})
	stop()
	if s := w.await("there", func(*catalog.SyncState) bool { return true }); ended(s) || len(w.acts()) != 0 {
		t.Fatalf("it ended: %+v", s.Current)
	}
	err := w.reg.Update(t.Context(), "acme", "shop", "ab", func(d *catalog.Dataset) error {
		d.Survey = &catalog.Survey{At: time.Now()}
		d.Relations[0].Overlap = &catalog.Overlap{Rows: 9, Values: 3, Matched: 3, Repeated: 1}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer w.start()()
	s := w.await("synced", ended)
	if s.Current.ID != before.Current.ID || !s.Current.Steps[0].Began.Equal(before.Current.Steps[0].Began) || len(s.Past) != 0 {
		t.Errorf("another sync began: %+v after %+v", s, before.Current)
	}
	if step := s.Current.Steps[1]; step.Name != "relate" || step.Changed != 1 || !strings.Contains(step.Detail, "several rows share") {
		t.Errorf("relate %+v", step)
	}
	if acts := w.acts(); len(acts) != 1 {
		t.Errorf("audit %+v", acts)
	}
}

func TestTwoSyncersDoOneSync(t *testing.T) {
	w := newWorld(t, shop())
	defer w.start()()
	defer w.start()()
	w.await("synced", ended)
	if err := w.reg.AskSync(t.Context(), "acme", "shop", catalog.SyncWish{At: time.Now(), By: "ada"}); err != nil {
		t.Fatal(err)
	}
	s := w.await("synced as asked", func(s *catalog.SyncState) bool { return ended(s) && s.Current.Reason == catalog.SyncAsked })
	if s.Current.By != "ada" || s.Current.Steps[3].Changed != 0 || len(s.Past) != 1 {
		t.Errorf("state %+v", s)
	}
	if acts := w.acts(); len(acts) != 2 {
		t.Errorf("%d syncs in the audit, want 2: %+v", len(acts), acts)
	}
}
