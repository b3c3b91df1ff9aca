package gateway_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // as the run list

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// tamper changes what the run list has recorded, which to a comparison is the same
// as a log that was changed.
func (w *world) tamper(dir, query string, args ...any) {
	w.t.Helper()
	w.onFile(gateway.HistoryPath(dir), query, args...)
}

// onFile runs a statement on a run list.
func (w *world) onFile(path, query string, args ...any) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = db.ExecContext(w.t.Context(), query, args...)
	if err = errors.Join(err, db.Close()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) proof(id string) audit.Proof {
	w.t.Helper()
	var p audit.Proof
	w.want(w.do("GET", "/api/v1/runs/"+id+"/proof", nil), 200, "").into(w.t, &p)
	return p
}

func TestARunIsProvenAgainstWhatWasRecorded(t *testing.T) {
	dir := t.TempDir()
	w := setup(t, func(c *gateway.Config) { c.DataDir = dir })
	id := w.ask("How many <orders>?")
	if p := w.proof(id); p.Outcome != audit.Open || p.Events != 1 || p.Head == "" {
		t.Errorf("%+v", p)
	}
	w.add("local", id, succeed()...)
	p := w.proof(id)
	if p.Outcome != audit.Intact || p.Events != 5 || p.Status != run.Succeeded || p.Head != p.RecordedHead || p.Digest != p.RecordedDigest {
		t.Errorf("%+v", p)
	}
	capsule, err := run.Verify(w.do("GET", "/api/v1/runs/"+id, nil).body)
	if err != nil {
		t.Fatal(err)
	}
	if digest, err := capsule.Digest(); err != nil || digest != p.Digest || capsule.Chain.Head != p.Head {
		t.Errorf("the capsule has %s, the proof says %+v (%v)", digest, p, err)
	}
	w.tamper(dir, "UPDATE runs SET digest = 'x'")
	if p := w.proof(id); p.Outcome != audit.Altered || p.Event != 0 || p.Reason == "" {
		t.Errorf("%+v", p)
	}
	w.tamper(dir, "UPDATE runs SET links = CAST(substr(links, 1, 16) || zeroblob(8) || substr(links, 25) AS BLOB)")
	if p := w.proof(id); p.Outcome != audit.Altered || p.Event != 3 || p.Subject != capsule.Chain.Events[2].Subject {
		t.Errorf("%+v", p)
	}
	w.want(w.do("GET", "/api/v1/runs/nope/proof", nil), 404, fault.NotFound)
}

func TestManyRunsAreCheckedWithProgress(t *testing.T) {
	dir := t.TempDir()
	w := setup(t, func(c *gateway.Config) { c.DataDir = dir })
	var ids []string
	for i := range 6 {
		id := w.ask(fmt.Sprintf("Number %d?", i))
		if i != 5 {
			w.add("local", id, succeed()...)
		}
		w.proof(id)
		ids = append(ids, id)
	}
	w.tamper(dir, "UPDATE runs SET digest = 'x' WHERE run_id = ?", ids[2])
	check := func(query string) (last audit.Progress, found []string) {
		for _, line := range w.want(w.do("POST", "/api/v1/audit/check"+query, nil), 200, "").lines(t) {
			last = audit.Progress{}
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			for _, p := range last.Found {
				found = append(found, p.RunID)
			}
		}
		return last, found
	}
	last, found := check("")
	if !last.Done || last.Checked != 6 || last.Total != 6 || last.Intact != 4 || last.Open != 1 || last.Altered != 1 || fmt.Sprint(found) != fmt.Sprint(ids[2:3]) {
		t.Errorf("%+v, found %v", last, found)
	}
	if last, _ := check("?q=4%3F"); last.Checked != 1 || last.Intact != 1 || !last.Done {
		t.Errorf("%+v", last)
	}
	w.want(w.do("POST", "/api/v1/audit/check?status=odd", nil), 400, fault.Validation)
	// One that nobody reads to its end makes room for the next.
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url+"/api/v1/audit/check", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = resp.Body.Close()
	eventually(t, "the next check is let in", func() bool { return w.do("POST", "/api/v1/audit/check", nil).StatusCode == 200 })
}

func TestTheListIsExportedForASpreadsheet(t *testing.T) {
	w := setup(t)
	id := w.ask(`=HYPERLINK("http://evil","click")`)
	bad := answered()
	bad.Text = "+1 and \"more\",\nlines"
	w.add("local", id, planned(), started(), executed(), bad)
	for range 3 {
		w.add("local", w.ask("Another?"), event.Failed{Stage: event.StageExecuting, Fault: fault.New(fault.Query, "@No such column.")})
	}
	w.proof(id)
	r := w.want(w.do("GET", "/api/v1/audit/runs?format=csv", nil), 200, "")
	rows, err := csv.NewReader(strings.NewReader(string(r.body))).ReadAll()
	if err != nil || len(rows) != 5 || !strings.Contains(r.Header.Get("Content-Disposition"), ".csv") {
		t.Fatalf("%v, %v, %v", rows, err, r.Header)
	}
	column := func(name string, row []string) string {
		for i, n := range rows[0] {
			if n == name {
				return row[i]
			}
		}
		t.Fatalf("no column %s in %v", name, rows[0])
		return ""
	}
	last := rows[4]
	if got := column("question", last); got != `'=HYPERLINK("http://evil","click")` {
		t.Errorf("question %q", got)
	}
	if got := column("answer", last); got != "'+1 and \"more\",\nlines" || column("rows", last) != "1" || column("road", last) != "plan_by_rules" {
		t.Errorf("answer %q in %v", got, last)
	}
	if got := column("error", rows[1]); got != "'@No such column." || column("error_code", rows[1]) != "QUERY_ERROR" {
		t.Errorf("error %q in %v", got, rows[1])
	}
	lines := w.want(w.do("GET", "/api/v1/audit/runs?error=QUERY_ERROR", nil), 200, "").lines(t)
	var s history.Summary
	if err := json.Unmarshal([]byte(lines[0]), &s); err != nil || len(lines) != 3 || s.Status != run.Failed {
		t.Errorf("%d lines, %+v, %v", len(lines), s, err)
	}
	w.want(w.do("GET", "/api/v1/audit/runs?format=xls", nil), 400, fault.Validation)
}

func TestWhatPeopleDoIsOnRecord(t *testing.T) {
	w, tokens, stranger := guarded(t)
	admin := bearer(tokens[auth.Admin])
	var made struct {
		ID     string `json:"id"`
		Secret string `json:"token"`
	}
	w.want(w.do("POST", "/api/v1/tokens", map[string]any{"name": "temp", "role": "viewer"}, admin), 201, "").into(t, &made)
	w.want(w.do("POST", "/api/v1/session", map[string]any{"token": made.Secret}), 200, "")
	w.want(w.do("DELETE", "/api/v1/tokens/"+made.ID, nil, admin), 204, "")
	w.want(w.do("DELETE", "/api/v1/tokens/"+made.ID, nil, admin), 204, "") // changes nothing
	eventually(t, "the token is refused", func() bool { return w.do("GET", "/api/v1/runs", nil, bearer(made.Secret)).StatusCode == 401 })
	w.want(w.do("GET", "/api/v1/runs", nil, bearer(made.Secret)), 401, fault.Unauthenticated) // once a minute is enough
	w.want(w.do("GET", "/api/v1/audit/runs", nil, admin), 200, "")
	list := func(query string, opts ...option) (kinds []string, next string) {
		var page struct {
			Acts []audit.Act
			Next string `json:"next_cursor"`
		}
		w.want(w.do("GET", "/api/v1/acts"+query, nil, opts...), 200, "").into(t, &page)
		for _, a := range page.Acts {
			kinds = append(kinds, a.Kind)
			if a.Org != "acme" || a.User == "" || a.Target == "" || strings.Contains(string(a.Detail), made.Secret) {
				t.Errorf("%+v", a)
			}
		}
		return kinds, page.Next
	}
	kinds, next := list("", admin)
	if got := strings.Join(kinds, " "); got != "audit.exported session.refused token.revoked session.begun token.created" || next != "" {
		t.Errorf("%s, next %q", got, next)
	}
	for query, want := range map[string]string{
		"?kind=token.created": "token.created", "?user=temp": "session.refused session.begun", "?q=TEMP+viewer": "token.revoked token.created",
		"?to=2020-01-01T00:00:00Z": "",
	} {
		if kinds, _ := list(query, admin); strings.Join(kinds, " ") != want {
			t.Errorf("%s lists %v, want %s", query, kinds, want)
		}
	}
	first, next := list("?limit=2", admin)
	rest, _ := list("?limit=3&cursor="+next, admin)
	if len(first) != 2 || len(rest) != 3 || rest[0] != audit.ActTokenRevoked {
		t.Errorf("pages %v and %v", first, rest)
	}
	if kinds, _ := list("", bearer(stranger)); len(kinds) != 0 {
		t.Errorf("another org sees %v", kinds)
	}
	w.want(w.do("GET", "/api/v1/acts?limit=1000", nil, admin), 400, fault.Validation)
	w.want(w.do("GET", "/api/v1/acts", nil, bearer(tokens[auth.Verifier])), 403, fault.Forbidden)
}
