package syncer

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestASyncIsDueForAReason(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	sync := func(change func(*catalog.Sync)) *catalog.Sync {
		s := &catalog.Sync{Version: "v1", Began: now.Add(-time.Hour), Ended: now.Add(-59 * time.Minute), Curation: 3}
		if change != nil {
			change(s)
		}
		return s
	}
	failed := func(s *catalog.Sync) {
		s.Steps = []catalog.SyncStep{{State: catalog.StepFailed, Fault: fault.New(fault.Unavailable, "Away.")}}
	}
	cases := map[string]struct {
		last  *catalog.Sync
		asked time.Duration // ago
		want  catalog.SyncReason
	}{
		"never synced":    {nil, 0, catalog.SyncVersion},
		"nothing new":     {sync(nil), 0, ""},
		"another version": {sync(func(s *catalog.Sync) { s.Version = "v0" }), 0, catalog.SyncVersion},
		"people spoke":    {sync(func(s *catalog.Sync) { s.Curation = 2 }), 0, catalog.SyncCuration},
		"asked before":    {sync(nil), 2 * time.Hour, ""},
		"asked since":     {sync(nil), time.Minute, catalog.SyncAsked},
		"a step failed":   {sync(failed), 0, catalog.SyncRetry},
		"failed a moment ago": {sync(func(s *catalog.Sync) {
			failed(s)
			s.Ended = now.Add(-time.Minute)
		}), 0, ""},
		"long ago": {sync(func(s *catalog.Sync) { s.Ended = now.Add(-27 * time.Hour) }), 0, catalog.SyncSchedule},
	}
	for name, c := range cases {
		w := &syncing{
			s: &Service{cfg: Config{}.WithDefaults()}, dataset: &catalog.Dataset{Org: "acme", ID: "shop", Version: "v1"}, saidAt: 3,
			state: &catalog.SyncState{Current: c.last},
		}
		if c.asked > 0 {
			w.wish = catalog.SyncWish{At: now.Add(-c.asked), By: "ada"}
		}
		if got := w.due(now); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDatasetsAreNotAllDueAtOnce(t *testing.T) {
	seen := map[time.Duration]bool{}
	for _, name := range []string{"a.a", "a.b", "a.c", "b.a"} {
		at := jittered(24*time.Hour, name)
		if at < 24*time.Hour || at > 27*time.Hour || at != jittered(24*time.Hour, name) {
			t.Errorf("%s is due after %s", name, at)
		}
		seen[at] = true
	}
	if len(seen) < 3 {
		t.Errorf("only %d times for 4 datasets", len(seen))
	}
}
