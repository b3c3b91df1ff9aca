package compile_test

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/corpora"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// FuzzDecodedPlansCompile looks for bytes that are a plan and make the compiler
// panic, fail without a reason, or write what is not one statement.
func FuzzDecodedPlansCompile(f *testing.F) {
	for _, data := range seeds(f) {
		f.Add(data)
	}
	d := shop(f)
	f.Fuzz(func(t *testing.T, data []byte) { judge(t, d, data) })
}

// FuzzSplicedPlansCompile is the same for plans in which one value is replaced by a
// value of another plan, which fit together far more often than changed bytes.
func FuzzSplicedPlansCompile(f *testing.F) {
	list := seeds(f)
	for i := range list {
		f.Add(list[i], list[(i*7+1)%len(list)], uint16(i*13), uint16(i*5))
	}
	d := shop(f)
	f.Fuzz(func(t *testing.T, into, of []byte, at, from uint16) {
		var target, source any
		if json.Unmarshal(into, &target) != nil || json.Unmarshal(of, &source) != nil {
			return
		}
		places, values := spots(target), spots(source)
		places[int(at)%len(places)].set(values[int(from)%len(values)].value)
		data, err := json.Marshal(target)
		if err != nil {
			t.Fatal(err)
		}
		judge(t, d, data)
	})
}

// spot is a value inside of a JSON value, and how to replace it.
type spot struct {
	value any
	set   func(any)
}

// spots lists the values inside of v in a fixed order; at least one, that of v
// itself, which cannot be replaced.
func spots(v any) []spot {
	list := []spot{{v, func(any) {}}}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			inner := spots(v[key])
			inner[0].set = func(other any) { v[key] = other }
			list = append(list, inner...)
		}
	case []any:
		for i := range v {
			inner := spots(v[i])
			inner[0].set = func(other any) { v[i] = other }
			list = append(list, inner...)
		}
	}
	return list
}

// seeds are plans to begin with: those of the cases, and hostile texts in the
// places of texts.
func seeds(tb testing.TB) [][]byte {
	tb.Helper()
	var list [][]byte
	for _, name := range append(cases(tb, false), cases(tb, true)...) {
		data, err := os.ReadFile(filepath.Join("testdata/cases", name+".json"))
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, data)
	}
	for _, text := range corpora.Lines(tb, "sql_injection.txt", 300) {
		data, err := json.Marshal(plan.Query{
			Table: "orders", Select: []plan.Expr{{Agg: plan.Count, As: text}},
			Filters: []plan.Filter{{Column: "status", Op: plan.Equal, Value: text}, {Column: "status", Op: plan.Contains, Value: text}},
		})
		if err != nil {
			tb.Fatal(err)
		}
		list = append(list, data)
	}
	return list
}

// judge compiles what is a plan.
func judge(t *testing.T, d *catalog.Dataset, data []byte) {
	t.Helper()
	q, err := plan.Decode(data)
	if err != nil {
		return
	}
	st, err := compile.Compile(q, d, options())
	if err != nil {
		var fa *fault.Fault
		if !errors.As(err, &fa) || fa.Code != fault.Validation {
			t.Fatalf("refused without a reason: %v\n%s", err, data)
		}
		if _, ok := fa.Details["path"].(string); !ok {
			t.Fatalf("refused without a place: %v\n%s", err, data)
		}
		return
	}
	for _, sql := range []string{st.SQL, st.CountsSQL} {
		if _, err := lex(sql); err != nil {
			t.Fatalf("%v\n%s\n%s", err, sql, data)
		}
	}
	if len(st.Columns) == 0 || len(st.Tables) == 0 || st.Limit < 1 {
		t.Fatalf("a statement without columns, tables or a limit: %+v\n%s", st, data)
	}
	written, err := q.Canonical()
	if err != nil || len(written) > plan.MaxBytes {
		return
	}
	again, err := plan.Decode(written)
	if err != nil {
		t.Fatal(err)
	}
	if other, err := compile.Compile(again, d, options()); err != nil || !reflect.DeepEqual(st, other) {
		t.Fatalf("another statement for the canonical plan (%v):\n%s\n%+v\n%+v", err, written, st, other)
	}
}
