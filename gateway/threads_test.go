package gateway_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/cases"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// threads lists the conversations a query finds.
func (w *world) threads(query string, opts ...option) []history.Thread {
	w.t.Helper()
	var list struct{ Threads []history.Thread }
	w.want(w.do("GET", "/api/v1/threads"+query, nil, opts...), 200, "").into(w.t, &list)
	return list.Threads
}

// threadOf is the conversation of a run.
func (w *world) threadOf(runID string, opts ...option) string {
	w.t.Helper()
	var r struct {
		Thread string `json:"thread_id"`
	}
	w.want(w.do("GET", "/api/v1/runs/"+runID, nil, opts...), 200, "").into(w.t, &r)
	return r.Thread
}

// acts are the kinds of what is on record.
func (w *world) acts() []string {
	w.t.Helper()
	var kinds []string
	for _, line := range w.want(w.do("GET", "/api/v1/audit/acts", nil), 200, "").lines(w.t) {
		var act audit.Act
		if err := json.Unmarshal([]byte(line), &act); err != nil {
			w.t.Fatal(err)
		}
		if act.Kind != audit.ActExported { // by looking, just now
			kinds = append(kinds, act.Kind)
		}
	}
	return kinds
}

func TestAConversationIsRenamedFoundAndNamedBack(t *testing.T) {
	w := setup(t)
	run1 := w.ask("How many orders?")
	w.add("local", run1, succeed()...)
	id := w.threadOf(run1)
	eventually(t, "the run's end in the list", func() bool { return w.threads("")[0].Status == run.Succeeded })
	if list := w.threads(""); len(list) != 1 || list[0].LastRunID != run1 || list[0].User != auth.LocalUser {
		t.Fatalf("%+v", list)
	}
	w.want(w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"title": "  Tea ÜBER all "}), 200, "")
	w.want(w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"title": "Tea ÜBER all"}), 200, "") // is so already
	for query, n := range map[string]int{"": 1, "?q=tea+orders": 1, "?q=%C3%BCber": 1, "?q=ledger": 0} {
		if got := w.threads(query); len(got) != n || n == 1 && got[0].Title != "Tea ÜBER all" {
			t.Errorf("%q finds %+v", query, got)
		}
	}
	w.want(w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"title": ""}), 200, "")
	if got := w.threads(""); got[0].Title != "How many orders?" {
		t.Errorf("%+v", got)
	}
	if got := strings.Join(w.acts(), " "); got != audit.ActThreadRenamed+" "+audit.ActThreadRenamed {
		t.Errorf("acts: %s", got)
	}
	for _, body := range []string{`{}`, `{"title":"two\nlines"}`, `{"title":"` + strings.Repeat("x", 201) + `"}`, `{"titel":"x"}`} {
		w.want(w.do("PATCH", "/api/v1/threads/"+id, body), 400, fault.Validation)
	}
	w.want(w.do("PATCH", "/api/v1/threads/nothing", map[string]any{"title": "x"}), 404, fault.NotFound)
	w.want(w.do("PATCH", "/api/v1/threads/a.b", map[string]any{"title": "x"}), 404, fault.NotFound)
}

func TestAFollowUpIsNotReadAloneWhileTheRunListIsBehind(t *testing.T) {
	dir := t.TempDir()
	w := setup(t, func(c *gateway.Config) { c.DataDir = dir })
	first := w.ask("How many orders?")
	thread := w.threadOf(first)
	w.proof(first) // the list has it
	free := w.holdList(dir)
	w.add("local", first, succeed()...)
	followUp := map[string]any{"dataset_id": "shop", "thread_id": thread, "question": "And returned?"}
	w.want(w.do("POST", "/api/v1/runs", followUp), 503, fault.Unavailable)
	w.ask("A question of its own?")
	free()
	var second begun
	eventually(t, "the run list is written again", func() bool {
		r := w.do("POST", "/api/v1/runs", followUp)
		if r.StatusCode == 202 {
			r.into(t, &second)
		}
		return r.StatusCode == 202
	})
	events, err := w.bus.Events(t.Context(), "local", second.RunID)
	if err != nil {
		t.Fatal(err)
	}
	if asked, ok := events[0].Body.(event.Asked); !ok || asked.Conversation.Previous == nil || asked.Conversation.Previous.RunID != first {
		t.Errorf("asked %+v", events[0].Body)
	}
}

// holdList keeps the run list from being written until free is called.
func (w *world) holdList(dir string) (free func()) {
	w.t.Helper()
	db, err := sql.Open("sqlite", "file:"+gateway.HistoryPath(dir)+"?_txlock=immediate&_pragma=busy_timeout(5000)")
	if err != nil {
		w.t.Fatal(err)
	}
	tx, err := db.BeginTx(context.WithoutCancel(w.t.Context()), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
			w.t.Error(err)
		}
	}
}

func TestADeletedConversationLeavesTheListsAndComesBack(t *testing.T) {
	w := setup(t)
	gone, kept := w.ask("How many orders?"), w.ask("How many orders are kept?")
	w.add("local", gone, succeed()...)
	w.add("local", kept, succeed()...)
	id := w.threadOf(gone)
	listed := func(path string) bool {
		return strings.Contains(string(w.want(w.do("GET", path, nil), 200, "").body), gone)
	}
	w.want(w.do("DELETE", "/api/v1/threads/"+id, nil), 204, "")
	w.want(w.do("DELETE", "/api/v1/threads/"+id, nil), 204, "")
	for path, want := range map[string]bool{
		"/api/v1/threads": false, "/api/v1/threads?q=orders": false, "/api/v1/runs": false, "/api/v1/runs?q=orders": false,
		"/api/v1/runs?deleted=true": true, "/api/v1/runs?thread_id=" + id: true, "/api/v1/runs/" + gone: true, "/api/v1/audit/events": true,
	} {
		if listed(path) != want {
			t.Errorf("%s holds the deleted run: %t, want %t", path, !want, want)
		}
	}
	if got := w.threads(""); len(got) != 1 || got[0].LastRunID != kept {
		t.Errorf("%+v", got)
	}
	var recalled history.ThreadContext
	w.want(w.do("GET", "/api/v1/threads/"+id, nil), 200, "").into(t, &recalled)
	if recalled.DeletedAt.IsZero() {
		t.Errorf("the conversation does not say that it was deleted: %+v", recalled)
	}
	w.want(w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"deleted": false}), 200, "")
	if !listed("/api/v1/threads") || !listed("/api/v1/runs") {
		t.Error("the conversation did not come back")
	}
	if got := strings.Join(w.acts(), " "); got != audit.ActThreadDeleted+" "+audit.ActThreadRestored {
		t.Errorf("acts: %s", got)
	}
	w.want(w.do("GET", "/api/v1/runs?deleted=maybe", nil), 400, fault.Validation)
}

func TestOnlyTheAskerOrAnAdminLabelsAConversation(t *testing.T) {
	w, tokens, _ := guarded(t)
	id := w.threadOf(w.ask("How many orders?", bearer(tokens[auth.Analyst])), bearer(tokens[auth.Analyst]))
	other := w.token("acme", "somebody-else", auth.Verifier)
	if len(w.threads("", bearer(other))) != 1 {
		t.Error("a colleague does not see the conversation")
	}
	w.want(w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"title": "x"}, bearer(other)), 403, fault.Forbidden)
	w.want(w.do("DELETE", "/api/v1/threads/"+id, nil, bearer(other)), 403, fault.Forbidden)
	w.want(w.do("DELETE", "/api/v1/threads/"+id, nil, bearer(tokens[auth.Viewer])), 403, fault.Forbidden)
	w.want(w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"title": "x"}, bearer(tokens[auth.Admin])), 200, "")
	w.want(w.do("DELETE", "/api/v1/threads/"+id, nil, bearer(tokens[auth.Analyst])), 204, "")
}

func TestLabelsReachARunListThatIsRebuilt(t *testing.T) {
	w := setup(t)
	named, gone := w.ask("How many orders?"), w.ask("How many returned?")
	w.add("local", named, succeed()...)
	w.want(w.do("PATCH", "/api/v1/threads/"+w.threadOf(named), map[string]any{"title": "Tea"}), 200, "")
	w.want(w.do("DELETE", "/api/v1/threads/"+w.threadOf(gone), nil), 204, "")
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	w.start() // with another, empty directory
	eventually(t, "the labels in the new list", func() bool {
		list := w.threads("")
		return len(list) == 1 && list[0].Title == "Tea"
	})
}

func TestChangesOfOneConversationAtOnceAreAllMade(t *testing.T) {
	w := setup(t)
	id := w.threadOf(w.ask("How many orders?"))
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			r := w.do("PATCH", "/api/v1/threads/"+id, map[string]any{"title": fmt.Sprint("title ", i)})
			if r.StatusCode != 200 {
				t.Errorf("%d %s", r.StatusCode, r.body)
			}
		})
	}
	group.Wait()
	if n := len(w.acts()); n < 4 {
		t.Errorf("%d acts of 4 changes", n)
	}
}

func TestThreadsComeInPages(t *testing.T) {
	w := setup(t)
	var ids []string
	for i := range 5 {
		id := w.ask(fmt.Sprintf("How many orders in month %d?", i))
		w.add("local", id, succeed()...)
		ids = append([]string{id}, ids...)
	}
	var got []string
	for cursor := ""; ; {
		var page struct {
			Threads []history.Thread
			Next    string `json:"next_cursor"`
		}
		w.want(w.do("GET", "/api/v1/threads?limit=2&q=orders&cursor="+cursor, nil), 200, "").into(t, &page)
		for _, one := range page.Threads {
			got = append(got, one.LastRunID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(ids, " ") {
		t.Errorf("got %v, want %v", got, ids)
	}
	w.want(w.do("GET", "/api/v1/threads?cursor=!", nil), 400, fault.Validation)
	w.want(w.do("GET", "/api/v1/threads?limit=500", nil), 400, fault.Validation)
}

func TestTestCasesComeInPagesAndTheirEndIsOnRecord(t *testing.T) {
	w := setup(t)
	want := map[string]bool{}
	for i := range 5 {
		id := w.answeredRun(fmt.Sprintf("What is the total of month %d?", i))
		w.want(w.do("POST", "/api/v1/runs/"+id+"/test-case", nil), 201, "")
		want[id] = true
	}
	seen, pages := map[string]bool{}, 0
	for cursor := ""; ; pages++ {
		var page struct {
			Cases []cases.Summary `json:"test_cases"`
			Next  string          `json:"next_cursor"`
		}
		w.want(w.do("GET", "/api/v1/test-cases?dataset_id=shop&limit=2&cursor="+cursor, nil), 200, "").into(t, &page)
		for _, one := range page.Cases {
			if seen[one.ID] || !want[one.ID] {
				t.Errorf("%s comes twice, or from nowhere", one.ID)
			}
			seen[one.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 5 || pages != 2 {
		t.Errorf("%d cases after %d further pages", len(seen), pages)
	}
	for _, q := range []string{"limit=0", "limit=201", "cursor=YQ"} {
		w.want(w.do("GET", "/api/v1/test-cases?"+q, nil), 400, fault.Validation)
	}
	for id := range want {
		w.want(w.do("DELETE", "/api/v1/test-cases/"+id, nil), 204, "")
		break
	}
	if got := w.acts(); len(got) != 1 || got[0] != audit.ActCaseDeleted {
		t.Errorf("acts: %v", got)
	}
}
