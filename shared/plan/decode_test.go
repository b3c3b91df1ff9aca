package plan_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

func TestDecodeReadsEveryFieldAndKeepsIt(t *testing.T) {
	data, err := os.ReadFile("testdata/full.json")
	if err != nil {
		t.Fatal(err)
	}
	q, err := plan.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Validate(); err != nil {
		t.Fatal(err)
	}
	got, err := q.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(got, &b); err != nil {
		t.Fatal(err)
	}
	have, _ := json.Marshal(b)
	want, _ := json.Marshal(a)
	if string(have) != string(want) {
		t.Errorf("decoded and encoded again:\n%s\nwant\n%s", have, want)
	}
	if !strings.Contains(string(got), `"value":1.10}`) || !strings.Contains(string(got), "[1,10.50]") {
		t.Error("numbers lost their digits")
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	cases := []struct{ name, in, path, near string }{
		{"unknown field in a filter", `{"table":"t","filters":[{"colum":"a","op":"=","value":1}]}`, "/filters/0/colum", "column"},
		{"other word for agg", `{"table":"t","select":[{"aggregation":"sum","column":"a"}]}`, "/select/0/aggregation", "agg"},
		{"other word for filters", `{"table":"t","where":[]}`, "/where", "filters"},
		{"camel case", `{"table":"t","groupBy":[]}`, "/groupBy", "group_by"},
		{"other word for order_by", `{"table":"t","sort":[]}`, "/sort", "order_by"},
		{"alias", `{"table":"t","select":[{"column":"a","alias":"b"}]}`, "/select/0/alias", "as"},
		{"nothing near", `{"table":"t","zzzzzzzz":1}`, "/zzzzzzzz", ""},
		{"field names are exact", `{"Table":"t"}`, "/Table", "table"},
		{"deep", `{"table":"t","select":[{"of":{"of":{"left":{"x y":1}}}}]}`, "/select/0/of/of/left/x y", ""},
		{"pointer escapes", `{"table":"t","a/b~c":1}`, "/a~1b~0c", ""},
		{"text for a number", `{"table":"t","limit":"10"}`, "/limit", ""},
		{"fraction for a whole number", `{"table":"t","limit":1.5}`, "/limit", ""},
		{"number for text", `{"table":7}`, "/table", ""},
		{"text for a flag", `{"table":"t","distinct":"yes"}`, "/distinct", ""},
		{"number for an expression", `{"table":"t","select":[1]}`, "/select/0", ""},
		{"object for a list", `{"table":"t","select":{"column":"a"}}`, "/select", ""},
		{"object for a value", `{"table":"t","filters":[{"column":"a","op":"=","value":{"x":1}}]}`, "/filters/0/value", ""},
		{"list in a list of values", `{"table":"t","filters":[{"column":"a","op":"in","value":[[1]]}]}`, "/filters/0/value/0", ""},
		{"null in a list", `{"table":"t","select":[null]}`, "/select/0", ""},
		{"null in a list of values", `{"table":"t","filters":[{"column":"a","op":"in","value":[null]}]}`, "/filters/0/value/0", ""},
		{"number too large", `{"table":"t","select":[{"column":"a","bin":1e999}]}`, "/select/0/bin", ""},
		{"field twice", `{"table":"t","filters":[{"op":"=","op":">"}]}`, "/filters/0/op", ""},
		{"not an object", `[]`, "", ""},
		{"null", `null`, "", ""},
		{"text after the plan", `{"table":"t"} {}`, "", ""},
		{"garbage after the plan", `{"table":"t"}]`, "", ""},
		{"cut off", `{"table":"t"`, "", ""},
		{"empty", ``, "", ""},
		{"not JSON", `select 1`, "", ""},
		{"not UTF-8", "{\"table\":\"\xff\"}", "", ""},
		{"too large", `{"notes":"` + strings.Repeat("x", plan.MaxBytes) + `"}`, "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q, err := plan.Decode([]byte(c.in))
			if err == nil {
				t.Fatalf("accepted as %+v", q)
			}
			expectFault(t, err, c.path, c.near)
		})
	}
}

// expectFault checks that err is a complete VALIDATION_ERROR at path.
func expectFault(t *testing.T, err error, path, near string) {
	t.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.Validation {
		t.Fatalf("error is %v, want a %s", err, fault.Validation)
	}
	if got := f.Details["path"]; got != path {
		t.Errorf("path %q, want %q (%s)", got, path, f.Message)
	}
	if got, _ := f.Details["did_you_mean"].(string); got != near {
		t.Errorf("did_you_mean %q, want %q", got, near)
	}
	if !strings.HasSuffix(f.Message, ".") {
		t.Errorf("message is not a sentence: %q", f.Message)
	}
	if _, err := json.Marshal(f); err != nil {
		t.Errorf("fault does not encode: %v", err)
	}
}

func TestDecodeBoundsNesting(t *testing.T) {
	nest := func(n int) string {
		return `{"table":"t","filters":[` + strings.Repeat(`{"not":`, n) + `{"column":"a","op":"is_null"}` + strings.Repeat("}", n) + `]}`
	}
	// The plan and the list around the filters are two levels, the filter one.
	if _, err := plan.Decode([]byte(nest(plan.MaxDepth - 3))); err != nil {
		t.Errorf("deepest allowed plan: %v", err)
	}
	if _, err := plan.Decode([]byte(nest(plan.MaxDepth - 2))); err == nil {
		t.Error("a plan one level too deep was accepted")
	}
	// A short spelling is as deep as the canonical one.
	short := func(n int) string {
		return `{"table":"t","filters":` + strings.Repeat(`{"and":`, n) + `{"column":"a","op":"is_null"}` + strings.Repeat("}", n) + `}`
	}
	if _, err := plan.Decode([]byte(short(plan.MaxDepth/2 - 2))); err != nil {
		t.Errorf("a plan of many short levels: %v", err)
	}
	for n := range plan.MaxDepth {
		for _, inner := range []string{`"op":"in","value":[1]`, `"right":"b"`, `"exists":{"filters":{"not":{}}}`, `"expr":{"window":{"partition_by":["a"]}}`} {
			q, err := plan.Decode([]byte(strings.Replace(short(n), `"op":"is_null"`, inner, 1)))
			if err != nil {
				continue
			}
			data, err := q.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := plan.Decode(data); err != nil {
				t.Errorf("%s below %d levels was accepted, and its canonical spelling is not: %v", inner, n, err)
			}
		}
	}
	_, err := plan.Decode([]byte(short(plan.MaxDepth / 2)))
	if f := fault.From(err); err == nil || f.Code != fault.Validation || !strings.HasPrefix(fmt.Sprint(f.Details["path"]), "/filters/and") {
		t.Errorf("a plan whose canonical spelling is too deep: %v", err)
	}
}

func TestDecodeMakesSpellingsCanonical(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{
			"strings are columns", `{"table":"t","select":["a"],"group_by":["b"],"order_by":["a"]}`,
			`{"version":1,"table":"t","select":[{"column":"a"}],"group_by":[{"column":"b"}],"order_by":[{"by":"a"}]}`,
		},
		{
			"strings in arithmetic", `{"table":"t","select":[{"op":"/","left":"a","right":"b"}]}`,
			`{"version":1,"table":"t","select":[{"op":"/","left":{"column":"a"},"right":{"column":"b"}}]}`,
		},
		{
			"one filter", `{"table":"t","filters":{"or":[{"column":"a","op":"is null"}]}}`,
			`{"version":1,"table":"t","filters":[{"or":[{"column":"a","op":"is_null"}]}]}`,
		},
		{
			"nulls", `{"version":null,"table":"t","limit":null,"top":null,"select":[{"column":"a","agg":null}]}`,
			`{"version":1,"table":"t","select":[{"column":"a"}]}`,
		},
		{
			"operators", `{"table":"t","filters":[{"column":"a","op":"==","value":1},{"column":"a","op":"<>","value":1},{"column":"a","op":"NOT IN","value":[1]},{"column":"a","op":"starts_with","value":"x"},{"column":"a","op":"Is Not Null"},{"column":"a","op":"notnull"},{"column":"a","op":">=","value":0}]}`,
			`{"version":1,"table":"t","filters":[{"column":"a","op":"=","value":1},{"column":"a","op":"!=","value":1},{"column":"a","op":"not_in","value":[1]},{"column":"a","op":"startswith","value":"x"},{"column":"a","op":"not_null"},{"column":"a","op":"not_null"},{"column":"a","op":">=","value":0}]}`,
		},
		{
			"aggregations", `{"table":"t","select":[{"agg":"MEAN","column":"a"},{"agg":"average","column":"b"},{"agg":"Count Distinct","column":"a"},{"agg":"count","column":"*"}]}`,
			`{"version":1,"table":"t","select":[{"column":"a","agg":"avg"},{"column":"b","agg":"avg"},{"column":"a","agg":"count_distinct"},{"agg":"count"}]}`,
		},
		{
			"directions and defaults", `{"table":"t","joins":[{"table":"u","type":"INNER"}],"select":["a"],"order_by":[{"by":"a","direction":"ASC"},{"by":"b","direction":"Descending"}],"top":{"n":1,"per":["a"],"by":"b","direction":"DESC"}}`,
			`{"version":1,"table":"t","joins":[{"table":"u"}],"select":[{"column":"a"}],"top":{"n":1,"per":["a"],"by":"b"},"order_by":[{"by":"a"},{"by":"b","direction":"desc"}]}`,
		},
		{
			"dates and windows", `{"table":"t","select":[{"agg":"count","window":{"kind":"Running Total"}},{"op":"DATE_DIFF","left":"a","right":"b","unit":"Day"}],"group_by":[{"column":"d","bucket":"MONTH"},{"column":"d","part":"day of week"}],"filters":[{"column":"d","op":"=","period":{"unit":"Week","this":true}}]}`,
			`{"version":1,"table":"t","select":[{"agg":"count","window":{"kind":"running_total"}},{"op":"date_diff","left":{"column":"a"},"right":{"column":"b"},"unit":"day"}],"filters":[{"column":"d","op":"=","period":{"unit":"week","this":true}}],"group_by":[{"column":"d","bucket":"month"},{"column":"d","part":"day_of_week"}]}`,
		},
		{
			"inside sub-plans", `{"with":[{"name":"x","plan":{"version":1,"table":"t","select":["a"],"filters":{"column":"a","op":"<>","value":"<&>"}}}],"table":"x","select":["a"]}`,
			`{"version":1,"with":[{"name":"x","plan":{"table":"t","select":[{"column":"a"}],"filters":[{"column":"a","op":"!=","value":"<&>"}]}}],"table":"x","select":[{"column":"a"}]}`,
		},
		{
			"a limit that was set stays", `{"table":"t","select":["a"],"limit":200}`,
			`{"version":1,"table":"t","select":[{"column":"a"}],"limit":200}`,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			q, err := plan.Decode([]byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			got, err := q.Canonical()
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("canonical\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHashIsEqualForEqualPlansOnly(t *testing.T) {
	hash := func(in string) string {
		t.Helper()
		q, err := plan.Decode([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		h, err := q.Hash()
		if err != nil || len(h) != 64 {
			t.Fatalf("hash %q, %v", h, err)
		}
		return h
	}
	a := hash(`{"table":"t","select":["a"],"order_by":[{"by":"a","direction":"asc"}]}`)
	b := hash(`{"order_by":["a"],"select":[{"column":"a"}],"table":"t","version":1}`)
	if a != b {
		t.Error("two spellings of one plan have different hashes")
	}
	if a == hash(`{"table":"t","select":["a"],"order_by":[{"by":"a","direction":"desc"}]}`) {
		t.Error("two plans have one hash")
	}
}
