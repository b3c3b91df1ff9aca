package run_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

var update = flag.Bool("update", false, "write the vectors anew")

// vectors are what every verifier of capsules must agree on: testdata/proof holds
// a capsule, and changes of it. The page's own verifier is held to the same files.
type vectors struct {
	// Head and Digest are those of the unchanged capsule.
	Head    string   `json:"head"`
	Digest  string   `json:"digest"`
	Changes []change `json:"changes"`
}

// change replaces the first From by To. Event is the number of the event at which
// the chain breaks then; 0 where no single event is to blame.
type change struct {
	Name  string `json:"name"`
	From  string `json:"from"`
	To    string `json:"to"`
	Event int    `json:"event"`
	// Holds says that the change leaves a capsule that verifies.
	Holds bool `json:"holds,omitempty"`
}

// strangeRun has what verifiers trip over: integers beyond 2^53, escaped and
// unescaped characters, quotes and braces inside strings, two steps.
func strangeRun(t *testing.T) []event.Event {
	t.Helper()
	q := asked()
	q.Request.Question = `Which "{[names]}" are <b>bold</b> & naïve, 山 or \ 🦁?`
	first := event.Planned{QueryType: "sql", SQL: "SELECT name,\n\tn FROM t WHERE x = '},{' -- \"no\" \u2028", Plan: json.RawMessage(`{"table":"t","limit":9007199254740993}`), Sentence: "The names.", Origin: event.OriginRules, Limits: q.Limits}
	second := first
	second.SQL, second.Plan = "SELECT 2", nil
	return numbered(t, at(0, q), at(1, first),
		at(1, event.Executed{Fault: fault.New(fault.Query, "No such column: %q.", "n"), Executor: "native"}),
		at(2, second), at(2, event.Started{Executor: "native", SandboxID: "s1", Attempt: 1}),
		at(2, event.Executed{
			Columns: []event.Column{{Name: "n", Type: "HUGEINT"}}, RowCount: 1, Executor: "native",
			Preview: [][]any{{json.Number("170141183460469231731687303715884105727"), "a\\\"b", json.Number("1.50")}},
		}),
		at(2, event.Answered{Text: "There are 2.", Trust: event.Trust{Origin: event.OriginRules}}),
	)
}

func changes(c *run.Capsule) []change {
	third := c.Chain.Events[2]
	zeros := strings.Repeat("0", 64)
	return []change{
		{Name: "white space", From: `"capsule_version": 1`, To: "\"capsule_version\"\t:\n1", Holds: true},
		{Name: "the SQL of an event", From: `"sql": "SELECT 2"`, To: `"sql": "SELECT 3"`, Event: 4},
		{Name: "a digit of a large number", From: `105727`, To: `105728`},
		{Name: "the same number written otherwise", From: `1.50`, To: `1.5`},
		{Name: "an escape written otherwise", From: `\u003cb`, To: `<b`},
		{Name: "the SQL of the record", From: `"compiled_sql": "SELECT 2"`, To: `"compiled_sql": "SELECT 3"`},
		{Name: "the status of the record", From: `"status": "succeeded"`, To: `"status": "failed"`},
		{Name: "a subject", From: third.Subject, To: strings.Replace(third.Subject, ".01.", ".02.", 1), Event: 3},
		{Name: "a sequence", From: `"seq": 12`, To: `"seq": 13`, Event: 3},
		{Name: "a hash", From: third.Hash, To: zeros, Event: 3},
		{Name: "the head", From: `"head": "` + c.Chain.Head, To: `"head": "` + zeros},
		{Name: "the run id", From: `"run_id": "r1"`, To: `"run_id": "r2"`, Event: 1},
		{Name: "not JSON any more", From: `"run_id"`, To: `run_id`},
	}
}

func TestVerifiersAgreeOnTheVectors(t *testing.T) {
	capsulePath, vectorsPath := filepath.Join("testdata", "proof", "capsule.json"), filepath.Join("testdata", "proof", "vectors.json")
	if *update {
		writeVectors(t, capsulePath, vectorsPath)
	}
	data, err := os.ReadFile(capsulePath)
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	raw, err := os.ReadFile(vectorsPath)
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := run.Verify(data)
	if err != nil {
		t.Fatal(err)
	}
	if digest, err := c.Digest(); err != nil || digest != v.Digest || c.Chain.Head != v.Head {
		t.Errorf("head %s and digest %s, want %s and %s (%v)", c.Chain.Head, digest, v.Head, v.Digest, err)
	}
	for _, change := range v.Changes {
		changed := strings.Replace(string(data), change.From, change.To, 1)
		if changed == string(data) {
			t.Errorf("%s changes nothing", change.Name)
		}
		_, err := run.Verify([]byte(changed))
		if (err == nil) != change.Holds {
			t.Errorf("%s: %v", change.Name, err)
		}
		var f *fault.Fault
		if errors.As(err, &f) {
			if at, _ := f.Details["event"].(int); change.Event != 0 && at != change.Event {
				t.Errorf("%s breaks at event %d, want %d: %v", change.Name, at, change.Event, err)
			}
		}
	}
}

func writeVectors(t *testing.T, capsulePath, vectorsPath string) {
	t.Helper()
	c, err := run.NewCapsule(strangeRun(t))
	if err != nil {
		t.Fatal(err)
	}
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := c.Digest()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.MarshalIndent(vectors{Head: c.Chain.Head, Digest: digest, Changes: changes(c)}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(capsulePath), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{capsulePath: data, vectorsPath: append(raw, '\n')} {
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
