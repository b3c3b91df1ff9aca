package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// upload registers a CSV file as (a new version of) a dataset and waits until it
// can be asked about.
func (l *testLeo) upload(t *testing.T, id, name, content string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := l.cli(t, "dataset", "add", path, "--id", id); code != 0 {
		t.Fatalf("dataset add: %d %s", code, errs)
	}
}

// as returns a client with a token of its own.
func (l *testLeo) as(t *testing.T, role string) *client {
	t.Helper()
	var made struct{ Token string }
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/tokens", map[string]any{"name": "a " + role, "role": role}, &made); err != nil {
		t.Fatal(err)
	}
	return &client{base: l.base, token: made.Token, http: l.http}
}

// askUntil asks until the answer is made in the wanted way: what was verified is
// known to the planner a moment later.
func (l *testLeo) askUntil(t *testing.T, dataset, question string, want event.Origin) *run.Capsule {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		c := l.ask(t, map[string]any{"dataset_id": dataset, "question": question})
		if c.Status == run.Succeeded && c.Trust.Origin == want {
			return c
		}
		if time.Now().After(deadline) {
			t.Fatalf("%q ended as %s %v, made by %s, want %s", question, c.Status, c.Error, c.Origin, want)
		}
	}
}

type verifiedAnswer struct {
	ID, Owner, State, Reason, Question string
}

func TestAVerifiedAnswerIsGivenAgainUntilItsColumnsChange(t *testing.T) {
	l := start(t, nil)
	l.upload(t, "parcels", "parcels.csv", "sent,weight,depot\n2026-01-05,3.5,North\n2026-02-06,4,South\n2026-02-07,1.5,North\n")
	first := l.ask(t, map[string]any{"dataset_id": "parcels", "question": "What is the total weight by depot?"})
	if first.Status != run.Succeeded || first.Trust.Origin != event.OriginRules || first.Trust.Verified != nil {
		t.Fatalf("ended as %s %v: %+v", first.Status, first.Error, first.Trust)
	}
	verify := "/api/v1/runs/" + first.RunID + "/verify"
	for _, role := range []string{"viewer", "analyst"} {
		if err := l.as(t, role).call(t.Context(), http.MethodPost, verify, map[string]any{}, nil); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("a %s verified an answer: %v", role, err)
		}
	}
	var v verifiedAnswer
	if err := l.as(t, "verifier").call(t.Context(), http.MethodPost, verify, map[string]any{"note": "Weighed."}, &v); err != nil {
		t.Fatal(err)
	}
	again := l.askUntil(t, "parcels", "Show me the total weights per depot", event.OriginVerified)
	by := again.Trust.Verified
	if by == nil || by.Owner != "a verifier" || by.ID != v.ID || by.Question != "What is the total weight by depot?" || again.CompiledSQL != first.CompiledSQL {
		t.Errorf("%+v\n%s\n%s", by, again.CompiledSQL, first.CompiledSQL)
	}
	sameRows(t, again.Preview.Rows, first.Preview.Rows)
	if other := l.ask(t, map[string]any{"dataset_id": "parcels", "question": "What is the total weight by depot in February 2026?"}); other.Origin == event.OriginVerified {
		t.Errorf("another question got the verified answer")
	}
	_, out, _ := l.cli(t, "ask", "-d", "parcels", "total weight by depot")
	if !strings.Contains(out, "verified by a verifier on ") {
		t.Errorf("leo ask prints\n%s", out)
	}
	// A reproduction runs what ran, whoever vouches for it by then.
	reproduceAfterUnmark(t, l, again, v.ID)
	if err := l.call(t.Context(), http.MethodPost, verify, map[string]any{}, &v); err != nil {
		t.Fatal(err)
	}
	l.askUntil(t, "parcels", "total weight by depot", event.OriginVerified)

	// The next version calls the column something else.
	l.upload(t, "parcels", "parcels.csv", "sent,mass,depot\n2026-01-05,3.5,North\n2026-02-06,4,South\n")
	stale := l.ask(t, map[string]any{"dataset_id": "parcels", "question": "total weight by depot"})
	if stale.Origin == event.OriginVerified {
		t.Errorf("a stale answer was given again: %+v", stale.Trust)
	}
	if got := l.verified(t); len(got) != 1 || got[0].State != "stale" || !strings.Contains(got[0].Reason, "weight") {
		t.Errorf("%+v", got)
	}
}

// reproduceAfterUnmark takes the mark of an answer away and reproduces a run that
// was made from it.
func reproduceAfterUnmark(t *testing.T, l *testLeo, c *run.Capsule, id string) {
	t.Helper()
	if err := l.call(t.Context(), http.MethodDelete, "/api/v1/verified/"+id, nil, nil); err != nil {
		t.Fatal(err)
	}
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+c.RunID+"/reproduce", nil, &accepted); err != nil {
		t.Fatal(err)
	}
	if r := l.finish(t, accepted.RunID); r.CompiledSQL != c.CompiledSQL {
		t.Errorf("the reproduction runs\n%s\nand not\n%s", r.CompiledSQL, c.CompiledSQL)
	}
	l.askUntil(t, "parcels", "total weight by depot", event.OriginRules)
}

func (l *testLeo) verified(t *testing.T) []verifiedAnswer {
	t.Helper()
	var list struct{ Verified []verifiedAnswer }
	if err := l.call(t.Context(), http.MethodGet, "/api/v1/verified?dataset_id=parcels", nil, &list); err != nil {
		t.Fatal(err)
	}
	return list.Verified
}

func TestASavedTestCaseIsALineOfASuite(t *testing.T) {
	l := shared(t)
	c := l.ask(t, map[string]any{"dataset_id": "sensors", "question": "How many readings are there for each location?"})
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+c.RunID+"/test-case", map[string]any{}, nil); err != nil {
		t.Fatal(err)
	}
	data, err := l.raw(t.Context(), "/api/v1/test-cases?format=suite&dataset_id=sensors")
	if err != nil {
		t.Fatal(err)
	}
	line := decode[struct {
		ID, DB, Question string
		Gold             struct {
			Columns []string
			Rows    [][]any
		}
	}](t, data)
	if line.ID != c.RunID || line.DB != "sensors" || len(line.Gold.Rows) != len(c.Preview.Rows) || len(line.Gold.Columns) != len(c.Preview.Columns) {
		t.Errorf("%s", data)
	}
}
