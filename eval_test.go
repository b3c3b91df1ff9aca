package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/eval"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/run"
)

// zoo writes a suite of one table and four questions: one with a sure reading,
// one with two readings, one of words that nothing explains, one without an
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
	sure, unclear, nonsense := read["sure"], read["unclear"], read["nonsense"]
	if sure == nil || unclear == nil || nonsense == nil || read["absent"] == nil {
		t.Fatalf("predictions %v", read)
	}
	if sure.Status != run.Succeeded || len(sure.Rows) != 2 || sure.SQL == "" || sure.Sentence == "" || sure.Confidence <= 0 || sure.PlanMS <= 0 || sure.Origin != "rules" {
		t.Errorf("a sure reading: %+v", sure)
	}
	if sure.Chart != "bar" || sure.Enc == nil || sure.Enc.X != "kind" || sure.Enc.Aggregate != "count" {
		t.Errorf("its chart: %+v, %+v", sure, sure.Enc)
	}
	if unclear.Status != run.NeedsInput || unclear.Refused || len(unclear.Rows) != 2 || unclear.Confidence <= 0 || unclear.Confidence == 1 {
		t.Errorf("the first of two readings: %+v", unclear)
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
