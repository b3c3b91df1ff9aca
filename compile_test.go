package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/compile/compiletest"
	"github.com/leo-analytics/leo/shared/plan"
)

// compilerCases are the compiler's golden plans. The rows beside them were
// computed by SQL written independently of the compiler.
const compilerCases = "shared/compile/testdata"

// shop is the dataset of the golden plans, prepared by the real runner.
type shop struct {
	dataset *catalog.Dataset
	dir     string
	runner  string
}

func openShop(t *testing.T) shop {
	t.Helper()
	var d catalog.Dataset
	readJSON(t, filepath.Join(compilerCases, "shop.json"), &d)
	var files []protocol.IngestFile
	for _, table := range d.Tables {
		f := protocol.IngestFile{Name: table.Name + ".csv", Table: table.Name, Types: map[string]string{}}
		for _, c := range table.Columns {
			f.Types[c.Name] = c.EngineType
		}
		files = append(files, f)
	}
	return shop{&d, executortest.PreparedFrom(t, filepath.Join(compilerCases, "shop"), files), executortest.RunnerBinary(t)}
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// compile compiles at the clock the golden plans are asked at.
func (s shop) compile(t *testing.T, q *plan.Query) *compile.Statement {
	t.Helper()
	st, err := compile.Compile(q, s.dataset, compile.Options{AsOf: time.Date(2026, 9, 30, 15, 4, 5, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// run sends a statement to a runner of its own, the SQL policy included.
func (s shop) run(t *testing.T, st *compile.Statement) *protocol.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	args := executor.Spec{Mode: protocol.SQL, Limits: executor.DefaultLimits(protocol.SQL)}.Command(s.runner, s.dir, "", t.TempDir())
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = []string{}
	req := protocol.Request{
		ID: "case", QueryType: protocol.SQL, Statement: st.SQL, CountsStatement: st.CountsSQL, Tables: st.Tables,
		TimeoutMS: 30_000, MaxRows: st.Limit, MaxOutputBytes: 8 << 20,
	}
	line, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(append(line, '\n'))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("runner: %v\n%s\n%s", err, stdout, stderr.String())
	}
	r := bufio.NewReader(bytes.NewReader(stdout))
	if _, err := protocol.ReadReady(r); err != nil {
		t.Fatal(err)
	}
	resp, err := protocol.ReadResponse(r, req.ID, req.MaxOutputBytes)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Status != protocol.OK {
		t.Fatalf("%v\n%s", resp.Error, st.SQL)
	}
	return resp
}

func TestCompiledPlansReturnTheExpectedRows(t *testing.T) {
	s := openShop(t)
	files, err := filepath.Glob(filepath.Join(compilerCases, "cases", "*.rows.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no expected rows: %v", err)
	}
	for _, rows := range files {
		name := strings.TrimSuffix(rows, ".rows.json")
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			q, err := plan.Decode(data)
			if err != nil {
				t.Fatal(err)
			}
			var want [][]any
			readJSON(t, rows, &want)
			st := s.compile(t, q)
			resp := s.run(t, st)
			expectRows(t, resp.Rows, want)
			expectColumns(t, resp.Columns, st.Columns)
			s.expectCounts(t, q, resp.Counts, st.CountsSQL != "")
		})
	}
}

func expectRows(t *testing.T, got, want [][]any) {
	t.Helper()
	same := len(got) == len(want)
	for i := 0; same && i < len(got); i++ {
		same = len(got[i]) == len(want[i])
		for j := 0; same && j < len(got[i]); j++ {
			same = equalValues(got[i][j], want[i][j])
		}
	}
	if !same {
		t.Errorf("rows %v\nwant %v", got, want)
	}
}

// equalValues compares numbers to a billionth of their size, as sums of
// floating-point numbers depend on their order.
func equalValues(a, b any) bool {
	x, ok := a.(json.Number)
	y, also := b.(json.Number)
	if !ok || !also {
		return reflect.DeepEqual(a, b)
	}
	f, errF := x.Float64()
	g, errG := y.Float64()
	return errF == nil && errG == nil && math.Abs(f-g) <= 1e-9*max(1, math.Abs(f), math.Abs(g))
}

// expectColumns holds the compiler to the names and types the engine returns.
func expectColumns(t *testing.T, got []protocol.Column, want []compile.OutputColumn) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d columns, want %d", len(got), len(want))
	}
	for i, c := range want {
		typ := catalog.TypeOf(got[i].Type)
		if got[i].Name != c.Name || typ != c.Type && (!typ.Numeric() || !c.Type.Numeric()) {
			t.Errorf("column %d is %s %s, want %s %s", i+1, got[i].Name, got[i].Type, c.Name, c.Type)
		}
	}
}

func (s shop) expectCounts(t *testing.T, q *plan.Query, counts map[string]int64, counted bool) {
	t.Helper()
	if !counted {
		return
	}
	read, kept := counts["rows_read"], counts["rows_kept"]
	if rows := s.dataset.Table(q.Table).Rows; read != rows || kept < 0 || kept > read {
		t.Errorf("read %d and kept %d of %d rows", read, kept, rows)
	}
}

// Whatever the compiler makes of a plan that fits, the policy lets through and
// the engine computes.
func TestRandomPlansRun(t *testing.T) {
	s := openShop(t)
	const plans = 120
	for seed := range uint64(plans) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			q := compiletest.Random(s.dataset, seed)
			st := s.compile(t, q)
			resp := s.run(t, st)
			expectColumns(t, resp.Columns, st.Columns)
			s.expectCounts(t, q, resp.Counts, st.CountsSQL != "")
		})
	}
}
