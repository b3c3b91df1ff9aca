package plan_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/corpora"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// FuzzDecode looks for bytes that are taken for a plan and are not the same plan
// when they were written and read again.
func FuzzDecode(f *testing.F) {
	full, err := os.ReadFile("testdata/full.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	for _, s := range []string{
		`{"table":"t","select":["a"]}`, `{"table":"t","filters":{"and":[]}}`, `[[[[`, `{"table":null}`, `{"with":[{"name":"x"}],"table":"x"}`,
		`{"table":"t","select":[{"value":1e-7,"as":"\u0000"}]}`, `{"table":"t","select":[{"column":"a","bin":0.1}],"limit":-0}`,
		`{"table":"t","select":[{"agg":"Count Distinct","column":"*"}],"order_by":[{"by":"a","direction":"ASCENDING"}],"top":{"n":1,"direction":"Descending"}}`,
		`{"table":"t","filters":{"column":"d","op":"is not null","period":{"unit":" Month ","last":3}},"joins":[{"table":"u","type":"INNER"}]}`,
		`{"table":"t","filters":` + strings.Repeat(`{"and":`, 20) + `{"column":"a","op":"is_null"}` + strings.Repeat("}", 20) + `}`,
		`{"table":"t","select":` + strings.Repeat(`[{"of":{"op":"-","left":`, 9) + `"a"` + strings.Repeat("}}]", 9) + `}`,
	} {
		f.Add([]byte(s))
	}
	for _, text := range corpora.Lines(f, "sql_injection.txt", 300) {
		data, err := json.Marshal(plan.Query{Table: text, Select: []plan.Expr{{Column: text, As: text}}, Filters: []plan.Filter{{Column: "a", Op: plan.Equal, Value: text}}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := plan.Decode(data)
		if err != nil {
			if fault.CodeOf(err) != fault.Validation {
				t.Fatalf("not a validation fault: %v", err)
			}
			return
		}
		verdict(t, q)
		once, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		plain, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		for _, written := range [][]byte{once, plain} {
			if len(written) > plan.MaxBytes { // defaults and braces can push a plan over the limit
				continue
			}
			again, err := plan.Decode(written)
			if err != nil {
				t.Fatalf("what was written is refused: %v\n%s", err, written)
			}
			twice, err := again.Canonical()
			if err != nil || string(twice) != string(once) {
				t.Fatalf("another plan came back (%v):\n%s\n%s", err, once, twice)
			}
			if verdict(t, q) != verdict(t, again) {
				t.Fatalf("another verdict: %v, then %v\n%s", q.Validate(), again.Validate(), written)
			}
		}
	})
}

// verdict is what Validate says about a plan, in one word.
func verdict(t *testing.T, q *plan.Query) string {
	t.Helper()
	err := q.Validate()
	if err != nil && fault.CodeOf(err) != fault.Validation {
		t.Fatalf("not a validation fault: %v", err)
	}
	if err != nil {
		return err.Error()
	}
	return "valid"
}
