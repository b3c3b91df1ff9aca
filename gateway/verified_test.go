package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/cases"
	"github.com/leo-analytics/leo/gateway/vouch"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// sums is a run that reads a column.
func sums() []event.Body {
	p := planned()
	p.Plan = json.RawMessage(`{"table":"orders","select":[{"agg":"sum","column":"total","as":"n"}]}`)
	return []event.Body{p, started(), executed(), answered()}
}

// answeredRun asks a question and answers it.
func (w *world) answeredRun(question string) string {
	w.t.Helper()
	id := w.ask(question)
	w.add("local", id, sums()...)
	return id
}

func (w *world) verified() []vouch.Listed {
	w.t.Helper()
	var list struct{ Verified []vouch.Listed }
	w.want(w.do("GET", "/api/v1/verified", nil), 200, "").into(w.t, &list)
	return list.Verified
}

func TestAnAnswerIsVerifiedListedAndTakenBack(t *testing.T) {
	w := setup(t)
	run := w.answeredRun("What is the total of all orders?")
	r := w.want(w.do("POST", "/api/v1/runs/"+run+"/verify", map[string]any{"note": "  As in the ledger. "}), 201, "")
	var a vouch.Listed
	r.into(t, &a)
	if a.Question != "What is the total of all orders?" || a.Owner != auth.LocalUser || a.Note != "As in the ledger." || a.RunID != run ||
		a.State != vouch.Valid || a.DatasetID != "shop" || a.Sentence == "" || a.VerifiedAt.IsZero() || len(a.Columns) != 2 {
		t.Errorf("%s", r.body)
	}
	if strings.Contains(string(r.body), `"org"`) || r.Header.Get("Location") != "/api/v1/verified/"+a.ID {
		t.Errorf("%s %s", r.Header.Get("Location"), r.body)
	}
	if list := w.verified(); len(list) != 1 || list[0].ID != a.ID {
		t.Errorf("%+v", list)
	}
	for path, n := range map[string]int{"?dataset_id=shop": 1, "?dataset_id=cellar": 0, "?state=valid": 1, "?state=stale": 0} {
		if got := string(w.want(w.do("GET", "/api/v1/verified"+path, nil), 200, "").body); strings.Count(got, a.ID) != n {
			t.Errorf("%s: %s", path, got)
		}
	}
	w.want(w.do("GET", "/api/v1/verified?state=old", nil), 400, fault.Validation)
	w.want(w.do("GET", r.Header.Get("Location"), nil), 200, "")
	w.want(w.do("DELETE", r.Header.Get("Location"), nil), 204, "")
	w.want(w.do("DELETE", r.Header.Get("Location"), nil), 404, fault.NotFound)
	w.want(w.do("GET", "/api/v1/verified/nothing", nil), 404, fault.NotFound)
	if list := w.verified(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestWhatCannotBeVerifiedIsRefused(t *testing.T) {
	w := setup(t)
	open := w.ask("How many orders?")
	sql := w.ask("By SQL?")
	bare := planned()
	bare.Plan = nil
	w.add("local", sql, bare, started(), executed(), answered())
	good := w.answeredRun("How much is it?")
	leaning := w.answeredRun("And for those?")
	empty := w.answeredRun("What is it, please?")
	follow := func(body map[string]any) string {
		body["dataset_id"] = "shop"
		var b struct {
			RunID string `json:"run_id"`
		}
		w.want(w.do("POST", "/api/v1/runs", body), 202, "").into(t, &b)
		w.add("local", b.RunID, sums()...)
		return b.RunID
	}
	inThread := follow(map[string]any{"question": "by month", "context": map[string]any{"turns": []string{"orders"}}})
	defined := follow(map[string]any{"question": "total profit", "context": map[string]any{"instructions": "profit is total"}})
	byPlan := follow(map[string]any{"plan": map[string]any{"table": "orders", "select": []any{map[string]any{"agg": "count"}}}})
	for name, c := range map[string]struct {
		run    string
		body   any
		status int
		code   fault.Code
	}{
		"no such run":       {"nothing", nil, 404, fault.NotFound},
		"no answer yet":     {open, nil, 409, fault.Conflict},
		"made from SQL":     {sql, nil, 400, fault.Validation},
		"leans on another":  {leaning, nil, 400, fault.Validation},
		"asks nothing":      {empty, nil, 400, fault.Validation},
		"in a conversation": {inThread, nil, 400, fault.Validation},
		"with a definition": {defined, nil, 400, fault.Validation},
		"asked with a plan": {byPlan, nil, 400, fault.Validation},
		"a leaning wording": {good, map[string]any{"question": "only those"}, 400, fault.Validation},
		"too long a note":   {good, map[string]any{"note": strings.Repeat("x", 1001)}, 400, fault.Validation},
		"an unknown field":  {good, map[string]any{"notes": "x"}, 400, fault.Validation},
		"no JSON":           {good, "{", 400, fault.Validation},
		"a note of no text": {good, `{"note":"a\u0000b"}`, 400, fault.Validation},
		"a list":            {good, "[]", 400, fault.Validation},
	} {
		t.Run(name, func(t *testing.T) {
			w.want(w.do("POST", "/api/v1/runs/"+c.run+"/verify", c.body), c.status, c.code)
		})
	}
	if list := w.verified(); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	for _, run := range []string{inThread, defined, byPlan} {
		w.want(w.do("POST", "/api/v1/runs/"+run+"/verify", map[string]any{"question": "total orders of run " + run}), 201, "")
	}
}

func TestAReadingIsVerifiedForItsQuestion(t *testing.T) {
	w := setup(t)
	question := w.ask("Orders by size?")
	reading := json.RawMessage(`{"table":"orders","select":[{"agg":"sum","column":"total","as":"n"}]}`)
	w.add("local", question, event.NeedsInput{Question: "Orders by size?", Readings: []event.Reading{{Label: "a", Sentence: "b", Plan: reading}}})
	var b struct {
		RunID string `json:"run_id"`
	}
	w.want(w.do("POST", "/api/v1/runs", map[string]any{"dataset_id": "shop", "plan": reading, "parent_run_id": question}), 202, "").into(t, &b)
	w.add("local", b.RunID, sums()...)
	var a vouch.Listed
	w.want(w.do("POST", "/api/v1/runs/"+b.RunID+"/verify", nil), 201, "").into(t, &a)
	if a.Question != "Orders by size?" {
		t.Errorf("%+v", a)
	}
}

func TestAQuestionHasOneVerifiedAnswer(t *testing.T) {
	w := setup(t)
	first, second := w.answeredRun("What is the total of the orders?"), w.answeredRun("total of orders")
	w.want(w.do("POST", "/api/v1/runs/"+first+"/verify", nil), 201, "")
	f := w.want(w.do("POST", "/api/v1/runs/"+second+"/verify", nil), 409, fault.Conflict).fault()
	if f.Details["owner"] != auth.LocalUser || f.Details["id"] == "" || !strings.Contains(f.Message, auth.LocalUser) {
		t.Errorf("%+v", f)
	}
	w.want(w.do("POST", "/api/v1/runs/"+second+"/verify", map[string]any{"replace": true}), 200, "")
	if list := w.verified(); len(list) != 1 || list[0].RunID != second {
		t.Errorf("%+v", list)
	}
	other := w.answeredRun("total of orders over 5")
	w.want(w.do("POST", "/api/v1/runs/"+other+"/verify", nil), 201, "")
}

func TestAnAnswerTurnsStaleWithItsColumns(t *testing.T) {
	w := setup(t)
	run := w.answeredRun("total of the orders")
	w.want(w.do("POST", "/api/v1/runs/"+run+"/verify", nil), 201, "")
	version := func(letters string, c catalog.Column) {
		d, err := w.datasets.Get(t.Context(), "local", "shop")
		if err != nil {
			t.Fatal(err)
		}
		d.Version, d.Tables[0].Columns = strings.Repeat(letters, 32), []catalog.Column{c}
		if err := w.datasets.Put(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	version("cd", catalog.Column{Name: "amount", Type: catalog.Decimal})
	if list := w.verified(); len(list) != 1 || list[0].State != vouch.Stale || !strings.Contains(list[0].Reason, "total") {
		t.Errorf("%+v", list)
	}
	f := w.want(w.do("POST", "/api/v1/runs/"+run+"/verify", map[string]any{"replace": true}), 409, fault.Conflict).fault()
	if !strings.Contains(f.Message, "gone") {
		t.Errorf("%+v", f)
	}
	// With its column back, the answer holds; while it is stale another one takes
	// its place unasked.
	version("ef", catalog.Column{Name: "total", Type: catalog.Decimal})
	if list := w.verified(); list[0].State != vouch.Valid {
		t.Errorf("%+v", list)
	}
	version("12", catalog.Column{Name: "total", Type: catalog.Text})
	again := w.answeredRun("the total of all orders")
	w.want(w.do("POST", "/api/v1/runs/"+again+"/verify", nil), 200, "")
	if list := w.verified(); len(list) != 1 || list[0].State != vouch.Valid || list[0].RunID != again {
		t.Errorf("%+v", list)
	}
	w.want(w.do("DELETE", "/api/v1/datasets/shop", nil), 204, "")
	if list := w.verified(); list[0].State != vouch.Stale || !strings.Contains(list[0].Reason, "dataset") {
		t.Errorf("%+v", list)
	}
}

func TestVerifyingIsOnRecord(t *testing.T) {
	w := setup(t)
	run := w.answeredRun("total of the orders")
	var a vouch.Listed
	w.want(w.do("POST", "/api/v1/runs/"+run+"/verify", nil), 201, "").into(t, &a)
	w.want(w.do("DELETE", "/api/v1/verified/"+a.ID, nil), 204, "")
	var acts []audit.Act
	for _, line := range w.want(w.do("GET", "/api/v1/audit/acts", nil), 200, "").lines(t) {
		var act audit.Act
		if err := json.Unmarshal([]byte(line), &act); err != nil {
			t.Fatal(err)
		}
		acts = append(acts, act)
	}
	// The export itself is the last.
	if len(acts) != 3 || acts[0].Kind != audit.ActVerified || acts[1].Kind != audit.ActUnverified || acts[2].Kind != audit.ActExported {
		t.Fatalf("%+v", acts)
	}
	for _, act := range acts[:2] {
		if act.User != auth.LocalUser || act.Target != a.ID || act.RunID != run || act.Time.IsZero() || !strings.Contains(string(act.Detail), "total of the orders") {
			t.Errorf("%+v", act)
		}
	}
	if n := len(w.want(w.do("GET", "/api/v1/audit/acts?to=2020-01-01T00:00:00Z", nil), 200, "").lines(t)); n != 0 {
		t.Errorf("%d acts before the first", n)
	}
}

func TestAnAnswerIsKeptAsATestCase(t *testing.T) {
	w := setup(t)
	run := w.answeredRun("How <many> orders & more?")
	r := w.want(w.do("POST", "/api/v1/runs/"+run+"/test-case", map[string]any{"note": "n"}), 201, "")
	w.want(w.do("POST", "/api/v1/runs/"+run+"/test-case", nil), 409, fault.Conflict)
	var list struct {
		Cases []cases.Summary `json:"test_cases"`
	}
	w.want(w.do("GET", "/api/v1/test-cases?dataset_id=shop", nil), 200, "").into(t, &list)
	if len(list.Cases) != 1 || list.Cases[0].Rows != 1 || list.Cases[0].Note != "n" || list.Cases[0].ID != run {
		t.Errorf("%+v", list)
	}
	lines := w.want(w.do("GET", "/api/v1/test-cases?format=suite", nil), 200, "").lines(t)
	if len(lines) != 1 {
		t.Fatalf("%q", lines)
	}
	var line cases.Line
	if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
		t.Fatal(err)
	}
	if line.ID != run || line.DB != "shop" || line.Question != "How <many> orders & more?" || !strings.Contains(lines[0], `"rows":[[3]]`) ||
		line.Kind != "rows" || line.AsOf == "" || line.Turns == nil || line.Weak || !strings.Contains(lines[0], "<many>") {
		t.Errorf("%s", lines[0])
	}
	body := string(w.want(w.do("GET", r.Header.Get("Location"), nil), 200, "").body)
	if !strings.Contains(body, `"rows":[[3]]`) || strings.Contains(body, `"org"`) {
		t.Errorf("%s", body)
	}
	w.want(w.do("GET", "/api/v1/test-cases?format=csv", nil), 400, fault.Validation)
	w.want(w.do("DELETE", r.Header.Get("Location"), nil), 204, "")
	w.want(w.do("DELETE", r.Header.Get("Location"), nil), 404, fault.NotFound)
}

func TestWhatCannotBeATestCaseIsRefused(t *testing.T) {
	w := setup(t)
	open := w.ask("How many orders?")
	cut := w.ask("All orders?")
	x := executed()
	x.Truncated, x.TruncatedBy = true, "rows"
	w.add("local", cut, planned(), started(), x, answered())
	large := w.ask("Wide orders?")
	y := executed()
	y.RowCount = cases.MaxRows + 1
	w.add("local", large, planned(), started(), y, answered())
	var b struct {
		RunID string `json:"run_id"`
	}
	w.want(w.do("POST", "/api/v1/runs", map[string]any{"dataset_id": "shop", "sql": "SELECT 1"}), 202, "").into(t, &b)
	sql := planned()
	sql.Plan = nil
	w.add("local", b.RunID, sql, started(), executed(), answered())
	for name, c := range map[string]struct {
		run    string
		body   any
		status int
		code   fault.Code
	}{
		"no such run":      {"nothing", nil, 404, fault.NotFound},
		"no answer":        {open, nil, 409, fault.Conflict},
		"a result cut":     {cut, nil, 413, fault.PayloadTooLarge},
		"a large result":   {large, nil, 413, fault.PayloadTooLarge},
		"no question":      {b.RunID, nil, 400, fault.Validation},
		"an unknown field": {b.RunID, map[string]any{"q": "x"}, 400, fault.Validation},
	} {
		t.Run(name, func(t *testing.T) {
			w.want(w.do("POST", "/api/v1/runs/"+c.run+"/test-case", c.body), c.status, c.code)
		})
	}
	w.want(w.do("POST", "/api/v1/runs/"+b.RunID+"/test-case", map[string]any{"question": "How many are there?"}), 201, "")
	w.want(w.do("GET", "/api/v1/test-cases/nothing", nil), 404, fault.NotFound)
}

func TestOnlyTheirOwnerOrAVerifierDeletesATestCase(t *testing.T) {
	w, tokens, _ := guarded(t)
	run := w.ask("How many orders?", bearer(tokens[auth.Analyst]))
	w.add("acme", run, succeed()...)
	w.want(w.do("POST", "/api/v1/runs/"+run+"/test-case", nil, bearer(tokens[auth.Admin])), 201, "")
	w.want(w.do("DELETE", "/api/v1/test-cases/"+run, nil, bearer(tokens[auth.Analyst])), 403, fault.Forbidden)
	w.want(w.do("DELETE", "/api/v1/test-cases/"+run, nil, bearer(tokens[auth.Verifier])), 204, "")
}

func TestAFollowUpIsATestCaseWithWhatCameBefore(t *testing.T) {
	w := setup(t)
	first := w.answeredRun("total of the orders")
	follow := w.ask("in 2026")
	p := planned()
	p.Continues = &event.Continued{RunID: first}
	w.add("local", follow, p, started(), executed(), answered())
	var saved cases.Summary
	w.want(w.do("POST", "/api/v1/runs/"+follow+"/test-case", nil), 201, "").into(t, &saved)
	if len(saved.Turns) != 1 || saved.Turns[0] != "total of the orders" {
		t.Errorf("%+v", saved)
	}
	// Alone it would be another question.
	w.want(w.do("POST", "/api/v1/runs/"+follow+"/verify", nil), 400, fault.Validation)
	w.want(w.do("POST", "/api/v1/runs/"+follow+"/verify", map[string]any{"question": "total of the orders in 2026"}), 201, "")
}
