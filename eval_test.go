package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/run"
)

// zoo writes a suite of one table and four questions: one with a sure reading,
// one that two columns fit, one of words that nothing explains, one without an
// answer.
func zoo(t *testing.T) string {
	t.Helper()
	suite := t.TempDir()
	db := filepath.Join(suite, "dbs", "zoo")
	if err := os.MkdirAll(db, 0o755); err != nil {
		t.Fatal(err)
	}
	animals := "animal_id,kind,net_weight,gross_weight\n1,lion,190,200\n2,lion,180,190\n3,otter,12,14\n"
	questions := `{"id":"sure","db":"zoo","question":"How many animals are there by kind?","as_of":"2024-05-01 10:00:00","gold":{"columns":["kind","n"],"rows":[["otter",1],["lion",2]]}}
{"id":"unclear","db":"zoo","question":"What is the total weight by kind?","gold":{"columns":["kind","weight"],"rows":[["lion",370],["otter",12]]}}
{"id":"nonsense","db":"zoo","question":"frobnicate the quuxes"}
{"id":"absent","db":"zoo","kind":"unanswerable","question":"Which flights were late?"}
`
	for path, text := range map[string]string{filepath.Join(db, "animals.csv"): animals, filepath.Join(suite, "questions.jsonl"): questions} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return suite
}

// leo runs the program and returns its standard output; it must succeed.
func leo(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := program(t.Context(), args, stdio{in: strings.NewReader(""), out: &stdout, err: &stderr}); code != 0 {
		t.Fatalf("leo %s: exit %d\n%s", strings.Join(args, " "), code, &stderr)
	}
	return stdout.String()
}

func TestASuiteIsAskedPredictedAndScored(t *testing.T) {
	t.Setenv("LEO_RUNNER", executortest.RunnerBinary(t))
	suite := zoo(t)
	out := filepath.Join(suite, "out.jsonl")
	printed := leo(t, "eval", "--suite", suite, "--out", out, "--executor", "native", "--report")
	read, err := eval.ReadPredictions(out)
	if err != nil {
		t.Fatal(err)
	}
	sure, nonsense := read["sure"], read["nonsense"]
	if sure == nil || nonsense == nil || len(read) != 4 {
		t.Fatalf("predictions %v", read)
	}
	if sure.Status != run.Succeeded || len(sure.Rows) != 2 || sure.SQL == "" || sure.Sentence == "" || sure.Confidence <= 0 || sure.PlanMS <= 0 || sure.Origin != "rules" {
		t.Errorf("a sure reading: %+v", sure)
	}
	if sure.Chart != "bar" || sure.Enc == nil || sure.Enc.X != "kind" || sure.Enc.Aggregate != "count" {
		t.Errorf("its chart: %+v, %+v", sure, sure.Enc)
	}
	if !nonsense.Refused || nonsense.Status != run.Rejected || nonsense.Error != "" || nonsense.Why == "" {
		t.Errorf("a refusal: %+v", nonsense)
	}
	if again := leo(t, "eval", "report", "--suite", suite, out); again != printed || !strings.Contains(again, "kind unanswerable") {
		t.Errorf("the report of the file is not the one of the run:\n%s\n%s", again, printed)
	}
	if same := leo(t, "eval", "compare", "--suite", suite, out, out); !strings.HasPrefix(same, "4 questions compared: 0 gained, 0 lost, 0 moved") {
		t.Errorf("a run compared with itself: %s", same)
	}
}

func TestRunsOfOtherSuitesAreNotScored(t *testing.T) {
	suite := zoo(t)
	other := filepath.Join(t.TempDir(), "other.jsonl")
	if err := os.WriteFile(other, []byte(`{"id":"x1","columns":["a"],"rows":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"eval", "report", "--suite", suite, other},
		{"eval", "report", other},
		{"eval", "report", "--suite", suite, filepath.Join(suite, "missing.jsonl")},
		{"eval", "--suite", filepath.Join(suite, "missing")},
		{"eval", "--suite", suite, "--planner", "oracle"},
	} {
		var stdout, stderr bytes.Buffer
		if code := program(t.Context(), args, stdio{in: strings.NewReader(""), out: &stdout, err: &stderr}); code == 0 || stdout.Len() > 0 {
			t.Errorf("leo %s: exit %d\n%s", strings.Join(args, " "), code, &stdout)
		}
	}
}

func TestADocumentIsWrittenOverADirectoryOfSuites(t *testing.T) {
	t.Setenv("LEO_RUNNER", executortest.RunnerBinary(t))
	suite := zoo(t)
	if err := os.WriteFile(filepath.Join(suite, "README.md"), []byte("# zoo: animals | and flights\nmore\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, keep := filepath.Join(t.TempDir(), "evaluation.md"), filepath.Join(t.TempDir(), "kept")
	leo(t, "eval", "document", "--suites", filepath.Dir(suite), "--out", out, "--keep", keep, "--executor", "native", "--limit", "2")
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(data); !strings.Contains(text, "animals / and flights") || !strings.Contains(text, "| demo ") || strings.Contains(text, "lion") {
		t.Errorf("the document:\n%s", text)
	}
	if read, err := eval.ReadPredictions(filepath.Join(keep, demoSuite+".jsonl")); err != nil || len(read) != 2 {
		t.Errorf("kept predictions: %d, %v", len(read), err)
	}
	again := out + ".again"
	leo(t, "eval", "document", "--suites", filepath.Dir(suite), "--out", again, "--from", keep, "--limit", "2")
	if second, err := os.ReadFile(again); err != nil || !bytes.Equal(second, data) {
		t.Errorf("the document of what was kept differs: %v\n%s", err, second)
	}
}

func TestSavedTestCasesAreAskedAgain(t *testing.T) {
	l := shared(t)
	l.upload(t, "huts", "huts.csv", "hut_id,region,beds\n1,north,20\n2,north,30\n3,south,12\n")
	var ids []string
	for _, question := range []string{"How many huts are there by region?", "total beds by region"} {
		c := l.ask(t, map[string]any{"dataset_id": "huts", "question": question})
		if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+c.RunID+"/test-case", nil, nil); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, c.RunID)
	}
	code, out, errs := l.cli(t, "eval", "cases", "-d", "huts")
	if code != 0 || !strings.Contains(out, "right  "+ids[0]) || !strings.Contains(out, "2 cases: 2 right, 0 wrong") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}

	dir := t.TempDir()
	if code, out, errs := l.cli(t, "eval", "cases", "-d", "huts", "--export", dir); code != 0 || !strings.Contains(out, "dbs/huts") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if items, err := eval.ReadSuite(dir, 0); err != nil || len(items) != 2 || items[0].DB != "huts" || items[0].Gold == nil || items[0].DatasetVersion == "" {
		t.Errorf("the exported suite: %v, %+v", err, items)
	}

	// Another hut changes the counts and not the beds.
	l.upload(t, "huts", "huts.csv", "hut_id,region,beds\n1,north,20\n2,north,30\n3,south,12\n4,south,0\n")
	c := l.ask(t, map[string]any{"dataset_id": "huts", "question": "How many huts are there?"})
	if err := l.call(t.Context(), http.MethodPost, "/api/v1/runs/"+c.RunID+"/test-case", map[string]any{"question": "frobnicate the quuxes"}, nil); err != nil {
		t.Fatal(err)
	}
	code, out, _ = l.cli(t, "eval", "cases", "-d", "huts")
	for _, want := range []string{"wrong  " + ids[0], "other values", "has changed since", "right  " + ids[1], "wrong  " + c.RunID, "refused: ", "3 cases: 1 right, 2 wrong"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if code != 1 || t.Failed() {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// asksBack is an API that answers every question with two readings, and every
// plan with a row. It keeps what it was sent.
type asksBack struct {
	mu   sync.Mutex // guards sent
	sent []map[string]any
}

func (s *asksBack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodPost:
		body := map[string]any{}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.sent = append(s.sent, body)
		fmt.Fprintf(w, `{"run_id":"r%d"}`, len(s.sent))
	case strings.HasSuffix(r.URL.Path, "/events"):
		w.WriteHeader(http.StatusNoContent)
	case strings.HasSuffix(r.URL.Path, "r1"):
		fmt.Fprint(w, `{"run_id":"r1","status":"needs_input","readings":[{"label":"net","plan":{"table":"a"},"confidence":0.6},{"label":"gross","plan":{"table":"b"},"confidence":0.5}]}`)
	default:
		fmt.Fprint(w, `{"run_id":"r2","status":"succeeded","plan_json":{"table":"a"},"result_preview":{"columns":[{"name":"n","type":"BIGINT"}],"rows":[[3]],"row_count":1}}`)
	}
}

func TestTheFirstReadingIsTakenWhereLeoAsksBack(t *testing.T) {
	api := &asksBack{}
	server := httptest.NewServer(api)
	defer server.Close()
	e := newEvaluation(&client{base: server.URL, http: server.Client()}, evalOptions{parallel: 1}, func(string, ...any) {})
	e.datasets["zoo"] = "zoo"
	items := []eval.Item{{
		Asked: eval.Asked{ID: "unclear", DB: "zoo", Question: "total weight", Turns: []string{"before"}, AsOf: "2024-05-01"},
		Gold:  &eval.Table{Columns: []string{"n"}, Rows: [][]any{{"secret"}}}, SQL: "secret",
	}}
	got, err := e.ask(t.Context(), items)
	if err != nil {
		t.Fatal(err)
	}
	p := got[0]
	if p.ID != "unclear" || p.Status != run.NeedsInput || p.Refused || p.Confidence != 0.6 || len(p.Rows) != 1 || len(p.Columns) != 1 {
		t.Errorf("prediction %+v", p)
	}
	if len(api.sent) != 2 {
		t.Fatalf("%d runs were asked for", len(api.sent))
	}
	question, choice := api.sent[0], api.sent[1]
	if question["question"] != "total weight" || question["as_of"] != "2024-05-01T00:00:00Z" || choice["as_of"] != question["as_of"] {
		t.Errorf("sent %v, then %v", question, choice)
	}
	if choice["parent_run_id"] != "r1" || fmt.Sprint(choice["plan"]) != "map[table:a]" {
		t.Errorf("the choice is not the first reading: %v", choice)
	}
	if strings.Contains(fmt.Sprint(api.sent), "secret") {
		t.Errorf("the gold was shown: %v", api.sent)
	}
}
