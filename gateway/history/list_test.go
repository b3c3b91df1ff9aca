package history_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

func TestEveryFilterSelectsItsRuns(t *testing.T) {
	b := bustest.New(t)
	db, _ := project(t, b, filepath.Join(t.TempDir(), "h.db"), quiet())
	code := asked("", "bob", "t2")
	code.Request = event.Request{SQL: "SELECT margin FROM orders"}
	code.Dataset.ID = "cellar"
	add(t, b, "acme", "rules", asked("Umsatz ÄÖÜ heute?", "ada", "t1"))
	add(t, b, "acme", "rules", event.Planned{QueryType: "sql", SQL: "SELECT 1", Plan: json.RawMessage(`{}`), Sentence: "The total.", Origin: event.OriginRules})
	add(t, b, "acme", "rules", event.Executed{RowCount: 3, Cache: "hit"})
	add(t, b, "acme", "rules", event.Answered{Text: "It was \"100%\" of it."})
	middle := time.Now()
	add(t, b, "acme", "sql", code)
	add(t, b, "acme", "sql", event.Planned{QueryType: "sql", SQL: "SELECT margin FROM orders", Origin: event.OriginPerson})
	add(t, b, "acme", "sql", event.Failed{Stage: event.StageExecuting, Fault: fault.New(fault.Query, "No such column.")})
	add(t, b, "acme", "refused", asked("What is the margin?", "ada", "t1"))
	add(t, b, "acme", "refused", event.Rejected{Stage: event.StagePlanning, Fault: fault.New(fault.Validation, "No.")})
	add(t, b, "acme", "open", asked("What is the margin today?", "cem", "t3"))
	add(t, b, "other", "foreign", asked("What is the margin?", "ada", "t1"))
	reach(t, b, db)
	for _, c := range []struct {
		want string
		q    history.Query
	}{
		{"open refused sql rules", history.Query{}},
		{"refused rules", history.Query{User: "ada"}},
		{"sql", history.Query{DatasetID: "cellar"}},
		{"sql", history.Query{RequestKind: "sql"}},
		{"rules", history.Query{Origin: event.OriginRules}},
		{"sql", history.Query{Road: event.RoadPersonSQL}},
		{"sql", history.Query{Code: fault.Query}},
		{"refused sql", history.Query{Code: history.AnyCode}},
		{"rules", history.Query{To: middle}},
		{"open refused sql", history.Query{From: middle}},
		{"open refused sql", history.Query{Text: "MARGIN"}},
		{"sql", history.Query{Text: "margin orders"}},
		{"open refused", history.Query{Text: "hat margin"}},
		{"open", history.Query{Text: "margin today"}},
		{"rules", history.Query{Text: "äöü"}},
		{"rules", history.Query{Text: "\"100%\""}},
		{"rules", history.Query{Text: "of it"}},
		{"", history.Query{Text: "margin*"}},
		{"", history.Query{Text: "nothing"}},
		{"refused", history.Query{Text: "margin", Status: run.Rejected}},
	} {
		list, _, err := db.Runs(t.Context(), "acme", c.q)
		must(t, err)
		ids := []string{}
		for _, s := range list {
			ids = append(ids, s.RunID)
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%+v selects %q, want %q", c.q, got, c.want)
		}
		counts, err := db.Count(t.Context(), "acme", c.q)
		if err != nil || counts.Total != int64(len(ids)) {
			t.Errorf("%+v counts %+v, lists %d (%v)", c.q, counts, len(ids), err)
		}
	}
	counts, err := db.Count(t.Context(), "acme", history.Query{Text: "margin", Status: run.Failed})
	must(t, err)
	if counts.Total != 1 || counts.ByStatus[run.Rejected] != 1 || counts.ByStatus[run.Pending] != 1 {
		t.Errorf("%+v", counts)
	}
	names, err := db.Names(t.Context(), "acme")
	if err != nil || fmt.Sprint(names) != "{[ada bob cem] [cellar shop]}" {
		t.Errorf("%+v, %v", names, err)
	}
	list, _, err := db.Runs(t.Context(), "acme", history.Query{Text: "total"})
	must(t, err)
	if len(list) != 1 || list[0].Origin != event.OriginRules || list[0].Road != event.RoadRulesPlan || list[0].Cache != "hit" {
		t.Errorf("%+v", list)
	}
}

// TestCommonWordsAreFoundWithoutTheIndex has more matches than are worth following.
func TestCommonWordsAreFoundWithoutTheIndex(t *testing.T) {
	b := bustest.New(t)
	db, err := history.Open(t.Context(), filepath.Join(t.TempDir(), "h.db"), b, quiet())
	must(t, err)
	defer func() { must(t, db.Close()) }()
	must(t, history.Fill(t.Context(), db, manyRuns(4000)))
	list, next, err := db.Runs(t.Context(), "acme", history.Query{Text: "person", Limit: 200})
	if err != nil || len(list) != 200 || next == "" {
		t.Errorf("%d found, %v", len(list), err)
	}
	for text, want := range map[string]int64{"person": 4000, "platypus": 4, "person platypus": 4} {
		if c, err := db.Count(t.Context(), "acme", history.Query{Text: text}); err != nil || c.Total != want {
			t.Errorf("%q: %+v, want %d (%v)", text, c, want, err)
		}
	}
}
