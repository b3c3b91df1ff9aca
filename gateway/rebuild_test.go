package gateway_test

import (
	"os"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/fault"
)

// rebuilt waits for the end of a rebuild.
func (w *world) rebuilt(opts ...option) (now history.Progress) {
	w.t.Helper()
	eventually(w.t, "the rebuild ends", func() bool {
		now = history.Progress{}
		w.want(w.do("GET", "/api/v1/audit/rebuild", nil, opts...), 200, "").into(w.t, &now)
		return now.State == history.RebuildDone || now.State == history.RebuildFailed
	})
	return now
}

// check is a line of /readyz.
func (w *world) check(name string) (detail string, ok bool) {
	w.t.Helper()
	var r struct {
		Checks []struct {
			Name, Detail string
			OK           bool
		}
	}
	w.do("GET", "/readyz", nil).into(w.t, &r)
	for _, c := range r.Checks {
		if c.Name == name {
			return c.Detail, c.OK
		}
	}
	w.t.Fatalf("no check %s", name)
	return "", false
}

func TestAnAdminHasTheRunListRebuilt(t *testing.T) {
	w, tokens, _ := guarded(t)
	admin := bearer(tokens[auth.Admin])
	id := w.ask("How many orders?", bearer(tokens[auth.Analyst]))
	w.add("acme", id, succeed()...)
	var now history.Progress
	w.want(w.do("GET", "/api/v1/audit/rebuild", nil, admin), 200, "").into(t, &now)
	if now.State != history.RebuildNone {
		t.Errorf("%+v", now)
	}
	for _, role := range []auth.Role{auth.Viewer, auth.Analyst, auth.Verifier} {
		w.want(w.do("POST", "/api/v1/audit/rebuild", nil, bearer(tokens[role])), 403, fault.Forbidden)
		w.want(w.do("GET", "/api/v1/audit/rebuild", nil, bearer(tokens[role])), 403, fault.Forbidden)
	}
	w.want(w.do("POST", "/api/v1/audit/rebuild", nil, admin), 202, "").into(t, &now)
	if now.State == history.RebuildNone || now.Cause != history.CauseAsked {
		t.Errorf("%+v", now)
	}
	if now = w.rebuilt(admin); now.State != history.RebuildDone || now.Position < 5 || now.Events < 5 {
		t.Errorf("%+v, %v", now, now.Error)
	}
	if list := w.want(w.do("GET", "/api/v1/runs?status=succeeded", nil, admin), 200, ""); !strings.Contains(string(list.body), id) {
		t.Errorf("listed are %s", list.body)
	}
	var page struct{ Acts []audit.Act }
	w.want(w.do("GET", "/api/v1/acts", nil, admin), 200, "").into(t, &page)
	if len(page.Acts) != 1 || page.Acts[0].Kind != audit.ActRebuildAsked || page.Acts[0].Target != "run_list" {
		t.Errorf("%+v", page.Acts)
	}
	figures := string(w.want(w.do("GET", "/metrics", nil, admin), 200, "").body)
	if !strings.Contains(figures, `leo_run_list_rebuilds_total{outcome="done"} 1`) || !strings.Contains(figures, "leo_run_list_rebuilding 0") {
		t.Error("the figures do not say so")
	}
	// New events go to the new list.
	next := w.ask("And now?", bearer(tokens[auth.Analyst]))
	if list := w.want(w.do("GET", "/api/v1/runs", nil, admin), 200, ""); !strings.Contains(string(list.body), next) {
		t.Errorf("listed are %s", list.body)
	}
}

func TestAGatewayStartsWithARunListThatItCannotServe(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"of another schema": func(t *testing.T, path string) { t.Helper(); (&world{t: t}).onFile(path, "PRAGMA user_version = 2") },
		"without a table":   func(t *testing.T, path string) { t.Helper(); (&world{t: t}).onFile(path, "DROP TABLE meta") },
		"no database": func(t *testing.T, path string) {
			t.Helper()
			if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			at := func(c *gateway.Config) { c.DataDir = dir }
			w := setup(t, at)
			id := w.ask("How many orders?")
			w.add("local", id, succeed()...)
			w.proof(id)
			if err := w.stop(); err != nil {
				t.Fatal(err)
			}
			spoil(t, gateway.HistoryPath(dir))
			w.start(at)
			eventually(t, "the run is listed as it ended", func() bool {
				return strings.Contains(string(w.do("GET", "/api/v1/runs?status=succeeded", nil).body), id)
			})
			eventually(t, "nothing is left to do", func() bool {
				detail, ok := w.check("run_list")
				return ok && detail == ""
			})
			if p := w.proof(id); p.Outcome != audit.Intact {
				t.Errorf("%+v", p)
			}
			if err := w.stop(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestARebuildThatFailsIsToldAndTheOldListStays(t *testing.T) {
	dir := t.TempDir()
	w := setup(t, func(c *gateway.Config) { c.DataDir = dir })
	id := w.ask("How many orders?")
	inTheWay := strings.TrimSuffix(gateway.HistoryPath(dir), ".db") + "-2.rebuild/x"
	if err := os.MkdirAll(inTheWay, 0o700); err != nil {
		t.Fatal(err)
	}
	w.want(w.do("POST", "/api/v1/audit/rebuild", nil), 202, "")
	now := w.rebuilt()
	if now.State != history.RebuildFailed || now.Error == nil || now.Error.Code != fault.Unavailable || now.Error.Hint == "" {
		t.Errorf("%+v, %v", now, now.Error)
	}
	if detail, ok := w.check("run_list"); !ok || !strings.Contains(detail, "could not be rebuilt") || strings.Contains(detail, dir) {
		t.Errorf("%q, %t", detail, ok)
	}
	if list := w.want(w.do("GET", "/api/v1/runs", nil), 200, ""); !strings.Contains(string(list.body), id) {
		t.Errorf("listed are %s", list.body)
	}
}
