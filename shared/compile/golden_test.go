package compile_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

var update = flag.Bool("update", false, "write the golden files")

// clock is the moment all cases are asked at: a Wednesday afternoon.
func clock() time.Time { return time.Date(2026, 9, 30, 15, 4, 5, 0, time.UTC) }

func shop(t testing.TB) *catalog.Dataset {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	var d catalog.Dataset
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

// cases returns the plans of testdata/cases: those that compile, or those that
// are refused.
func cases(t testing.TB, refused bool) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		if strings.Contains(name, ".") {
			continue // expected rows and faults
		}
		if strings.HasPrefix(name, "refuse-") == refused {
			out = append(out, name)
		}
	}
	if len(out) == 0 {
		t.Fatal("no cases")
	}
	return out
}

func readPlan(t testing.TB, name string) *plan.Query {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/cases", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	q, err := plan.Decode(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return q
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata/cases", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs (go test -update writes it):\n%s\nwant\n%s", file, got, want)
	}
}

func TestPlansCompile(t *testing.T) {
	d := shop(t)
	for _, name := range cases(t, false) {
		t.Run(name, func(t *testing.T) {
			st, err := compile.Compile(readPlan(t, name), d, compile.Options{AsOf: clock()})
			if err != nil {
				var f *fault.Fault
				if errors.As(err, &f) {
					t.Fatalf("%v %s %v", err, f.Hint, f.Details)
				}
				t.Fatal(err)
			}
			golden(t, name+".sql", transcript(st))
		})
	}
}

// transcript shows everything a statement has.
func transcript(st *compile.Statement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", st.SQL)
	if st.CountsSQL != "" {
		fmt.Fprintf(&b, "\n-- counts\n%s\n", st.CountsSQL)
	}
	fmt.Fprintf(&b, "\n-- reads %s; at most %d rows", strings.Join(st.Tables, ", "), st.Limit)
	if st.LimitDefaulted {
		b.WriteString(" by default")
	}
	if st.Ordered {
		b.WriteString("; ordered")
	}
	for _, c := range st.Columns {
		line := fmt.Sprintf("%s: %s %s %s %s %s from %s", c.Name, c.Type, c.Role, c.Format, c.Unit, c.Bucket, c.Path)
		fmt.Fprintf(&b, "\n-- %s", strings.Join(strings.Fields(line), " "))
	}
	for _, w := range st.Warnings {
		fmt.Fprintf(&b, "\n-- warning: %s", w)
	}
	return b.String() + "\n"
}

func TestPlansAreRefused(t *testing.T) {
	d := shop(t)
	for _, name := range cases(t, true) {
		t.Run(name, func(t *testing.T) {
			st, err := compile.Compile(readPlan(t, name), d, compile.Options{AsOf: clock()})
			if err == nil {
				t.Fatalf("compiled to\n%s", st.SQL)
			}
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != fault.Validation {
				t.Fatalf("error is %v, want a %s", err, fault.Validation)
			}
			if _, ok := f.Details["path"].(string); !ok {
				t.Error("no path")
			}
			data, err := json.MarshalIndent(f, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".err.json", string(data)+"\n")
		})
	}
}
