package event_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// update rewrites the golden files of the current versions. A changed file means
// a changed body: that is a new version, and the old file stays.
func update() bool { return flag.Lookup("update").Value.String() == "true" }

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden files")
	flag.Parse()
	m.Run()
}

// ptr returns a pointer to a value.
func ptr[T any](v T) *T { return &v }

func sampleTime() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 890_123_000, time.UTC) }

func sampleFault() *fault.Fault {
	return fault.New(fault.Validation, "There is no column %q.", "totle").
		WithHint("Did you mean total?").
		With("path", "/select/0/column").With("position", json.Number("17"))
}

func sampleLimits() event.Limits {
	return event.Limits{MaxRows: 200, TimeoutMS: 10_000, MaxOutputBytes: 1 << 20, MemoryMB: 512}
}

// sample is a body of the kind with every field set, even those that exclude
// each other, so that a golden file shows every field.
func sample(k event.Kind) event.Body {
	switch k {
	case event.KindAsked:
		return sampleAsked()
	case event.KindPlanned:
		return samplePlanned()
	case event.KindRejected:
		return event.Rejected{Stage: event.StagePlanning, Fault: sampleFault(), Words: []string{"frobnicate"}, Usage: sampleUsage()}
	case event.KindStarted:
		return event.Started{Executor: "native", SandboxID: "leo-1f", Attempt: 1}
	case event.KindExecuted:
		return sampleExecuted()
	case event.KindFailed:
		return event.Failed{Stage: event.StageExecuting, Fault: sampleFault(), Stdout: "out", Stderr: "err", Usage: sampleUsage()}
	case event.KindAnswered:
		return sampleAnswered()
	case event.KindNeedsInput:
		return event.NeedsInput{
			Question:   "Which total?",
			Readings:   []event.Reading{{Label: "orders", Sentence: "Sum of total.", Plan: json.RawMessage(`{"table":"orders"}`), Confidence: 0.6, Chart: "pie", Channels: &event.Channels{X: "a", Color: "b", Facet: "c"}}},
			ModelFault: fault.New(fault.Model, "The model answered with status 500.").WithHint("Ask again.").With("model", "scripted"),
			Usage:      sampleUsage(),
		}
	case event.KindCancelled:
		return event.Cancelled{User: "ada", Reason: "too slow"}
	}
	return nil
}

func sampleUsage() *event.Usage {
	return &event.Usage{
		InputTokens: 1, OutputTokens: 2, CostUSD: 0.003, Model: "m", ModelMS: 3, PlanMS: 4, ExecMS: 5, AnswerMS: 6, TotalMS: 15,
	}
}

func sampleAsked() event.Body {
	return event.Asked{
		User: "ada", ThreadID: "t1", ParentRunID: "r0",
		Dataset: event.DatasetRef{ID: "shop", Version: strings.Repeat("0f", 32)},
		Request: event.Request{Question: "How many <orders> & returns?", Plan: json.RawMessage(`{"table":"orders"}`), SQL: "select 1", Python: "print(1)"},
		Limits:  sampleLimits(), Fresh: true,
		Conversation: event.Context{
			Turns: []string{"orders by month"}, Instructions: "revenue means total",
			Constraints: "2024 only", AnswerFormat: "one number", AsOf: sampleTime(),
			Previous: &event.Previous{RunID: "r0", Sentence: "Orders.", Plan: json.RawMessage(`{"version":1,"table":"orders"}`)},
			Named:    []event.NamedPlan{*sampleNamed()},
			Chosen:   &event.Chosen{RunID: "r0", Chart: "pie", Channels: &event.Channels{X: "a", Color: "b", Facet: "c"}, ModelFault: fault.New(fault.Model, "The model answered with status 500.").WithHint("Ask again.").With("model", "scripted")},
			Edited:   sampleEdited(),
			Again: &event.Again{
				RunID: "r0", Question: "How many?", Sentence: "Number of rows.", Origin: event.OriginVerified, Confidence: 0.7,
				Verified: sampleVerified(), Edited: sampleEdited(), Chart: "pie", Channels: &event.Channels{X: "a", Color: "b", Facet: "c"},
			},
		},
		Deadline: sampleTime(), IdempotencyKey: "k1",
	}
}

func sampleEdited() *event.Edited {
	return &event.Edited{
		RunID: "r0", Question: "How many orders?", Chart: "bar",
		Changes: []event.Change{{Action: "changed", Kind: "dimension", Before: "region", After: "country"}},
	}
}

func samplePlanned() event.Body {
	return event.Planned{
		QueryType: "sql", Plan: json.RawMessage(`{"table":"orders","limit":200}`), SQL: "select count(*) from orders",
		CountsSQL: "select count(*), count(*) from orders", Python: "print(1)", Dialect: "duckdb", Tables: []string{"orders"},
		Sentence: "Count of orders.", Origin: event.OriginRules, Confidence: 0.9, Continues: &event.Continued{RunID: "r0", Sentence: "Orders."},
		Interpretation: []event.Chip{{Kind: "measure", Label: "count of orders", Path: "/select/0"}},
		Limits:         sampleLimits(), PlanMS: 1.5,
		Chart: "bar", Channels: &event.Channels{X: "region", Color: "kind", Facet: "shop"},
		Verified: sampleVerified(), Edited: sampleEdited(),
		Model: &event.ModelStep{
			Turns: []event.ModelTurn{{Text: "Let me see.", Calls: []event.ModelCall{{ID: "c1", Tool: "execute_sql", Arguments: `{"sql":"select 1"}`}}}},
			Usage: event.ModelUsage{Model: "m", InputTokens: 1, OutputTokens: 2, CostUSD: 0.003, Requests: 1, MS: 4.5},
		},
		Repairable: true,
	}
}

func sampleVerified() *event.Verified {
	return &event.Verified{ID: "v1", Owner: "ada", At: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Question: "How many orders?"}
}

func sampleExecuted() event.Body {
	return event.Executed{
		Fault:    sampleFault(),
		Columns:  []event.Column{{Name: "n", Type: "HUGEINT"}},
		Preview:  [][]any{{json.Number("170141183460469231731687303715884105727"), json.Number("0.10"), "é\u2028\"", true, nil}},
		RowCount: 1, Truncated: true, TruncatedBy: "rows", RowsRead: ptr(int64(50_000)), RowsKept: ptr(int64(1_200)),
		Result:   &event.ObjectRef{Bucket: "results", Key: "acme/r1/0", Bytes: 1 << 40, SHA256: strings.Repeat("ab", 32)},
		Executor: "native", Cache: "hit", CachedAt: sampleTime(), Warm: true, Engine: "duckdb v1.5.5",
		Timings: event.Timings{QueueMS: 1, PrepareMS: 2.5, ExecMS: 3.25, TotalMS: 6.75},
		Stdout:  "out", Stderr: "err",
	}
}

func sampleNamed() *event.NamedPlan {
	return &event.NamedPlan{Name: "big_orders", RunID: "r0", Sentence: "Orders over 100.", Plan: json.RawMessage(`{"version":1,"table":"orders"}`)}
}

func sampleAnswered() event.Body {
	return event.Answered{
		Text:   "There were 1,200 returned orders.",
		Refs:   []event.Ref{{Start: 11, End: 16, Row: 1, Column: "n"}},
		Labels: map[string]string{"n": "Number of orders"},
		Chart: &event.Chart{
			Type: "bar", X: "month", Y: []string{"n"}, Color: "status", Stacked: true,
			Title: "Orders", Reason: "one measure over time",
			Facet: "shop", Aggregate: "sum", BinWidth: 10,
		},
		FollowUps: []string{
			"And by month?",
		},
		Thread: &event.ThreadChange{Reset: true, Named: sampleNamed(), Forgot: "old_orders"},
		Trust: event.Trust{
			Sentence: "Count of orders.", Origin: event.OriginRules, Road: event.RoadRulesPlan, Confidence: 0.9, DatasetVersion: strings.Repeat("0f", 32), Verified: sampleVerified(),
			RowsRead: ptr(int64(50_000)), RowsKept: ptr(int64(1_200)), RowsDropped: ptr(int64(48_800)), Complete: true,
			Checks: []event.Check{{Name: "numbers", Outcome: "pass", Detail: "all from the result"}},
		},
		Usage: *sampleUsage(),
	}
}

func sampleEvent(k event.Kind) event.Event {
	return event.Event{
		Org: "acme", RunID: "run_1", Step: 1, Time: sampleTime(), By: "planner/7c21", Cause: 41, Body: sample(k),
	}
}

// golden is the path of the file for a schema such as "planned/1".
func golden(schema string) string {
	return filepath.Join("testdata", strings.ReplaceAll(schema, "/", ".")+".json")
}

func TestEveryKindHasAGoldenFile(t *testing.T) {
	for _, kind := range event.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			e := sampleEvent(kind)
			if e.Body == nil {
				t.Fatalf("sample has no body of kind %q", kind)
			}
			if e.Kind() != kind {
				t.Fatalf("the sample of %q is a body of kind %q", kind, e.Kind())
			}
			line, err := event.Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			path := golden(event.Schema(kind))
			if update() {
				if err := os.WriteFile(path, append(line, '\n'), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (make it with -update)", err)
			}
			if string(want) != string(line)+"\n" {
				t.Errorf("stored form changed: that is a new version\n got %s\nwant %s", line, want)
			}
			got, err := event.Decode(line)
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Raw) != string(line) {
				t.Error("Raw is not the stored line")
			}
			got.Raw = nil
			if !reflect.DeepEqual(got, e) {
				t.Errorf("decoded\n %#v\nwant\n %#v", got, e)
			}
		})
	}
}

// TestEveryVersionEverWrittenCanBeRead walks the golden files: those of older
// versions stay for ever, and are upcast.
func TestEveryVersionEverWrittenCanBeRead(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) < len(event.Kinds()) {
		t.Fatalf("%d golden files (%v) for %d kinds", len(files), err, len(event.Kinds()))
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			line, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			e, err := event.Decode(line)
			if err != nil {
				t.Fatal(err)
			}
			if kind, _, _ := strings.Cut(filepath.Base(path), "."); e.Kind() != event.Kind(kind) {
				t.Errorf("kind %q", e.Kind())
			}
			if !slices.Contains(event.Kinds(), e.Kind()) {
				t.Errorf("kind %q is not in Kinds", e.Kind())
			}
			if _, err := event.Encode(e); err != nil {
				t.Errorf("an upcast event cannot be written again: %v", err)
			}
		})
	}
}

// TestSamplesSetEveryField keeps a new field from missing in the golden files.
func TestSamplesSetEveryField(t *testing.T) {
	for _, kind := range event.Kinds() {
		if path := empty(reflect.ValueOf(sample(kind)), string(kind)); path != "" {
			t.Errorf("%s is not set in the sample", path)
		}
	}
}

// empty returns the path of the first field without a value.
func empty(v reflect.Value, path string) string {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return path
		}
		return empty(v.Elem(), path)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			break
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				if missing := empty(v.Field(i), path+"."+f.Name); missing != "" {
					return missing
				}
			}
		}
		return ""
	case reflect.Slice:
		if v.Len() > 0 && v.Index(0).Kind() == reflect.Struct {
			return empty(v.Index(0), path+"[0]")
		}
	default:
	}
	if v.IsZero() {
		return path
	}
	return ""
}

func TestUnknownSchemaIsToldApartFromABrokenLine(t *testing.T) {
	tests := []struct {
		name, line string
		unknown    bool
	}{
		{"newer version", `{"schema":"planned/2","body":{}}`, true},
		{"newer kind", `{"schema":"dreamt/1","body":{}}`, true},
		{"no version", `{"schema":"planned","body":{}}`, true},
		{"no schema", `{"body":{}}`, true},
		{"version with a zero", `{"schema":"planned/01","body":{}}`, true},
		{"not JSON", `planned`, false},
		{"empty", ``, false},
		{"cut off", `{"schema":"planned/1","body":{"sql":"sel`, false},
		{"body of another type", `{"schema":"planned/1","body":{"sql":7}}`, false},
		{"no body", `{"schema":"planned/1"}`, false},
		{"bad time", `{"schema":"planned/1","time":"yesterday","body":{}}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := event.Decode([]byte(test.line))
			if err == nil || errors.Is(err, event.ErrUnknownSchema) != test.unknown {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestFieldOfANewerWriterIsIgnored(t *testing.T) {
	e, err := event.Decode([]byte(`{"schema":"started/1","org":"acme","run_id":"r1","mood":"good","body":{"executor":"native","mood":1}}`))
	if err != nil || e.Body.(event.Started).Executor != "native" {
		t.Errorf("got %+v (%v)", e, err)
	}
}

func TestNumbersOfAResultStayExact(t *testing.T) {
	for _, number := range []string{
		"9007199254740993", "-9223372036854775808", "18446744073709551615",
		"170141183460469231731687303715884105727", "0.1000000000000000055511151231257827", "1e-400", "-0.0", "100.10",
	} {
		line := fmt.Sprintf(`{"schema":"executed/1","org":"acme","run_id":"r1","time":"2026-01-01T00:00:00Z","step":0,"body":{"preview":[[%s]]}}`, number)
		e, err := event.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		cell := e.Body.(event.Executed).Preview[0][0]
		if n, ok := cell.(json.Number); !ok || n.String() != number {
			t.Errorf("%s was read as %v (%T)", number, cell, cell)
		}
		again, err := event.Encode(e)
		if err != nil || !strings.Contains(string(again), "[["+number+"]]") {
			t.Errorf("%s was written as %s (%v)", number, again, err)
		}
	}
}

func TestTimeIsStoredInUTCToTheMicrosecond(t *testing.T) {
	e := sampleEvent(event.KindStarted)
	e.Time = time.Date(2026, 3, 4, 6, 6, 7, 890_123_456, time.FixedZone("CET", 3600))
	line, err := event.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := event.Decode(line)
	if err != nil || got.Time != sampleTime() {
		t.Errorf("got %v (%v)", got.Time, err)
	}
}

func TestEncodeRefusesWhatBreaksTheRules(t *testing.T) {
	tests := map[string]func(*event.Event){
		"no body":             func(e *event.Event) { e.Body = nil },
		"no org":              func(e *event.Event) { e.Org = "" },
		"org with a wildcard": func(e *event.Event) { e.Org = "*" },
		"no run id":           func(e *event.Event) { e.RunID = "" },
		"run id with a dot":   func(e *event.Event) { e.RunID = "a.b" },
		"negative step":       func(e *event.Event) { e.Step = -1 },
		"step too high":       func(e *event.Event) { e.Step = event.MaxStep + 1 },
		"preview without JSON form": func(e *event.Event) {
			e.Body = event.Executed{Preview: [][]any{{make(chan int)}}}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			e := sampleEvent(event.KindStarted)
			change(&e)
			if line, err := event.Encode(e); err == nil {
				t.Errorf("encoded as %s", line)
			}
		})
	}
}

func TestTerminalKinds(t *testing.T) {
	want := []event.Kind{event.KindRejected, event.KindFailed, event.KindAnswered, event.KindNeedsInput, event.KindCancelled}
	var got []event.Kind
	for _, kind := range event.Kinds() {
		if kind.Terminal() {
			got = append(got, kind)
		}
	}
	if !slices.Equal(got, want) || event.Kind("dreamt").Terminal() {
		t.Errorf("got %v", got)
	}
}
