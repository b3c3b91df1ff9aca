package run_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

func at(step int, body event.Body) event.Event {
	return event.Event{Org: "acme", RunID: "r1", Step: step, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Body: body}
}

// numbered gives events the sequences and the raw lines a log would.
func numbered(t *testing.T, events ...event.Event) []event.Event {
	t.Helper()
	out := make([]event.Event, len(events))
	for i, e := range events {
		e.Time = e.Time.Add(time.Duration(i) * time.Second)
		line, err := event.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if out[i], err = event.Decode(line); err != nil {
			t.Fatal(err)
		}
		out[i].Seq = uint64(10 + i)
	}
	return out
}

func asked() event.Asked {
	return event.Asked{
		User: "ada", Dataset: event.DatasetRef{ID: "shop", Version: "abc"},
		Request: event.Request{Question: "How many orders < 5 & more?"}, Limits: event.Limits{MaxRows: 200, TimeoutMS: 1000, MaxOutputBytes: 1, MemoryMB: 1},
	}
}

func answeredRun(t *testing.T) []event.Event {
	t.Helper()
	return numbered(
		t, at(0, asked()),
		at(1, event.Planned{QueryType: "sql", SQL: "SELECT 1", Plan: json.RawMessage(`{"table":"orders"}`), Origin: event.OriginRules, Limits: asked().Limits}),
		at(1, event.Started{Executor: "native", SandboxID: "s1", Attempt: 1}),
		at(1, event.Executed{Columns: []event.Column{{Name: "n", Type: "BIGINT"}}, Preview: [][]any{{json.Number("9007199254740993")}}, RowCount: 1, Executor: "native"}),
		at(1, event.Answered{Text: "N is 9,007,199,254,740,993.", Trust: event.Trust{Origin: event.OriginRules}}),
	)
}

func TestFoldFollowsARunToItsAnswer(t *testing.T) {
	want := []run.Status{run.Pending, run.Running, run.Running, run.Running, run.Succeeded}
	r := &run.Run{}
	for i, e := range answeredRun(t) {
		if err := r.Apply(e); err != nil {
			t.Fatal(err)
		}
		if r.Status != want[i] {
			t.Errorf("after %s: %s, want %s", e.Kind(), r.Status, want[i])
		}
	}
	if r.RequestKind() != "question" || r.Steps != 1 || r.Times.FinishedAt.IsZero() {
		t.Errorf("run is %+v", r)
	}
}

func TestEveryEventIsRefusedWhereItDoesNotFit(t *testing.T) {
	a, p, s, x := at(0, asked()), at(1, event.Planned{}), at(1, event.Started{}), at(1, event.Executed{})
	refused := fault.New(fault.Validation, "no")
	cases := map[string][]event.Event{
		"nothing before asked":           {p},
		"asked twice":                    {a, a},
		"planned twice for one step":     {a, p, p},
		"started before planned":         {a, at(0, event.Started{})},
		"started twice":                  {a, p, s, s},
		"executed before planned":        {a, at(0, event.Executed{})},
		"answered before executed":       {a, p, at(1, event.Answered{})},
		"a step skipped":                 {a, at(2, event.Planned{})},
		"next step before executed":      {a, p, s, at(2, event.Planned{})},
		"something after the end":        {a, at(0, event.Rejected{Fault: refused}), p},
		"two ends":                       {a, at(0, event.Cancelled{}), at(0, event.Cancelled{})},
		"an end of another step":         {a, p, at(2, event.Failed{Fault: refused})},
		"needs input while it runs":      {a, p, s, at(1, event.NeedsInput{})},
		"an answer to an older step":     {a, p, x, at(2, event.Planned{}), at(1, event.Answered{})},
		"an event of another run":        {a, {Org: "acme", RunID: "r2", Step: 1, Body: event.Planned{}}},
		"an event of another org":        {a, {Org: "other", RunID: "r1", Step: 1, Body: event.Planned{}}},
		"a sequence that goes backwards": {withSeq(a, 5), withSeq(p, 5)},
	}
	for name, events := range cases {
		t.Run(name, func(t *testing.T) {
			before, err := run.Fold(events[:len(events)-1])
			if err != nil {
				t.Fatal(err)
			}
			if _, err := run.Fold(events); !errors.Is(err, run.ErrTransition) {
				t.Errorf("error %v after %s", err, before.Status)
			}
		})
	}
}

func withSeq(e event.Event, seq uint64) event.Event { e.Seq = seq; return e }

func TestEachEndHasItsStatus(t *testing.T) {
	refused := fault.New(fault.SQLPolicy, "no")
	for want, body := range map[run.Status]event.Body{
		run.Rejected: event.Rejected{Stage: event.StageChecking, Fault: refused},
		run.Failed:   event.Failed{Stage: event.StageExecuting, Fault: refused}, run.Cancelled: event.Cancelled{User: "ada"},
	} {
		for _, before := range [][]event.Event{{at(0, asked())}, {at(0, asked()), at(1, event.Planned{})}, {at(0, asked()), at(1, event.Planned{}), at(1, event.Started{})}} {
			end := at(before[len(before)-1].Step, body)
			r, err := run.Fold(append(before, end))
			if err != nil || r.Status != want || !r.Status.Terminal() || r.Fault == nil {
				t.Errorf("%s after %d events: %v, %v", want, len(before), r.Status, err)
			}
		}
	}
}

func TestAModelMayLoop(t *testing.T) {
	r, err := run.Fold([]event.Event{
		at(0, asked()), at(1, event.Planned{SQL: "a"}), at(1, event.Executed{}),
		at(2, event.Planned{SQL: "b"}), at(2, event.Started{}), at(2, event.Executed{}), at(2, event.Answered{}),
	})
	if err != nil || r.Steps != 2 || r.Planned.SQL != "b" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestACapsuleVerifies(t *testing.T) {
	c, err := run.NewCapsule(answeredRun(t))
	if err != nil {
		t.Fatal(err)
	}
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := run.Verify(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := got.Digest(); err != nil || a != b {
		t.Errorf("digest %s became %s, %v", a, b, err)
	}
	if !bytes.Contains(data, []byte("9007199254740993")) {
		t.Error("a 64-bit integer lost digits")
	}
}

func TestAnyChangeOfACapsuleIsFound(t *testing.T) {
	c, err := run.NewCapsule(answeredRun(t))
	if err != nil {
		t.Fatal(err)
	}
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(string) string{
		"the answer's text": func(s string) string { return strings.Replace(s, `"text": "N is 9`, `"text": "N is 8`, 1) },
		"the status":        func(s string) string { return strings.Replace(s, `"status": "succeeded"`, `"status": "failed"`, 1) },
		"the SQL in the record": func(s string) string {
			return strings.Replace(s, `"compiled_sql": "SELECT 1"`, `"compiled_sql": "SELECT 2"`, 1)
		},
		"the SQL in its event": func(s string) string { return strings.Replace(s, `"sql": "SELECT 1"`, `"sql": "SELECT 2"`, 1) },
		"a subject": func(s string) string {
			return strings.Replace(s, `leo.acme.run.r1.01.started`, `leo.acme.run.r1.02.started`, 1)
		},
		"a hash": func(s string) string { return strings.Replace(s, c.Chain.Events[2].Hash, strings.Repeat("0", 64), 1) },
		"the head": func(s string) string {
			return strings.Replace(s, `"head": "`+c.Chain.Head, `"head": "`+strings.Repeat("0", 64), 1)
		},
		"the org":              func(s string) string { return strings.Replace(s, `"org": "acme",`, `"org": "evil",`, 1) },
		"a new field":          func(s string) string { return strings.Replace(s, `"run_id"`, `"extra": 1, "run_id"`, 1) },
		"something after it":   func(s string) string { return s + `{"forged": true}` },
		"a name in other case": func(s string) string { return strings.Replace(s, `"status"`, `"Status": "failed", "status"`, 1) },
		"every sequence": func(s string) string {
			for _, n := range []string{"14", "13", "12", "11", "10"} {
				s = strings.Replace(s, `"seq": `+n, `"seq": 90`+n, 1)
			}
			return s
		},
		"a sequence": func(s string) string { return strings.Replace(s, `"seq": 11`, `"seq": 10`, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			changed := change(string(data))
			if changed == string(data) {
				t.Fatal("the test changed nothing")
			}
			if _, err := run.Verify([]byte(changed)); err == nil {
				t.Error("it verifies")
			}
		})
	}
}

func TestVerifySaysWhatIsNotACapsule(t *testing.T) {
	for _, data := range []string{"", "{}", "[]", `{"capsule_version":2}`, "\x00"} {
		if _, err := run.Verify([]byte(data)); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestNoEventsAreNoRun(t *testing.T) {
	if _, err := run.NewCapsule(nil); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
}
