package executortest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// engine is what must hold with the real runner inside.
func (s *suite) engine(t *testing.T) {
	dir := prepareBy(t, s.Runner, cities())
	s.run(t, "a query over a prepared dataset is answered", func(t *testing.T) {
		resp, stats, err := s.prepare(t, executor.Spec{DataDir: dir}).Run(t.Context(),
			query("SELECT city, sum(total) AS revenue FROM orders GROUP BY city ORDER BY city"))
		if err != nil {
			t.Fatalf("%v (%v) %s", err, errors.Unwrap(err), stats.Stderr)
		}
		wantRows(t, resp, "[[Oslo 12.5] [Rome 30.5]]")
	})
	for _, c := range []struct {
		name, sql string
		limits    executor.Limits
		want      fault.Code
	}{
		{"a statement that is not a query is refused", "DROP TABLE orders", executor.Limits{}, fault.SQLPolicy},
		{"a file of the sandbox is out of reach", "SELECT * FROM read_text('/data/data.duckdb')", executor.Limits{}, fault.SQLPolicy},
		{"a mistake is a query error", "SELECT nothing FROM orders", executor.Limits{}, fault.Query},
		{
			"a query that takes too long is a timeout",
			"SELECT sum(a.order_id * b.order_id % 7) FROM range(10000000) a(order_id), range(10000000) b(order_id)",
			executor.Limits{Timeout: 500 * time.Millisecond},
			fault.Timeout,
		},
		{
			"a query that needs too much memory exceeds a resource",
			"SELECT count(*) FROM (SELECT DISTINCT a.i * 100000 + b.j FROM range(100000) a(i), range(1000) b(j))",
			executor.Limits{Memory: 128 << 20, Timeout: time.Minute},
			fault.ResourceExceeded,
		},
	} {
		s.run(t, c.name, func(t *testing.T) {
			_, _, err := s.prepare(t, executor.Spec{DataDir: dir, Limits: c.limits}).Run(t.Context(), query(c.sql))
			if fault.CodeOf(err) != c.want {
				t.Errorf("%v (%v), want %s", err, errors.Unwrap(err), c.want)
			}
		})
	}
	s.run(t, "a broken dataset is a fault of the preparation", func(t *testing.T) {
		broken := Dataset(t, map[string]string{protocol.PreparedName: strings.Repeat("broken", 5000)})
		_, err := s.exec.Prepare(t.Context(), s.spec(t, executor.Spec{DataDir: broken}))
		var f *fault.Fault
		if !errors.As(err, &f) {
			t.Errorf("error is %v", err)
		}
	})
	s.run(t, "files become a prepared dataset", s.ingestAndQuery)
	s.run(t, "sandboxes share a dataset", func(t *testing.T) { s.sharing(t, dir) })
}

// ingestAndQuery goes the whole way: raw files, prepared dataset, query.
func (s *suite) ingestAndQuery(t *testing.T) {
	raw, files := rawFiles(t, cities())
	out := t.TempDir()
	sandbox := s.prepare(t, executor.Spec{Mode: protocol.Ingest, DataDir: raw, OutDir: out, Limits: executor.Limits{Timeout: time.Minute}})
	var said []protocol.Progress
	ctx := executor.WithProgress(t.Context(), func(p protocol.Progress) { said = append(said, p) })
	resp, stats, err := sandbox.Run(ctx, ingestRequest(files))
	if err != nil {
		t.Fatalf("ingest: %v (%v) %s", err, errors.Unwrap(err), stats.Stderr)
	}
	if len(said) == 0 || said[0].Stage != catalog.StageExamining || said[0].Table != "orders" {
		t.Errorf("it said of its progress %+v", said)
	}
	if len(resp.Tables) != 1 || resp.Tables[0].Rows != 3 {
		t.Errorf("ingest found %+v", resp.Tables)
	}
	destroy(t, sandbox)
	if !exists(prepared(out)) {
		t.Fatal("there is no prepared dataset")
	}
	resp, _, err = s.prepare(t, executor.Spec{DataDir: out}).Run(t.Context(), query("SELECT count(*) AS n FROM orders"))
	if err != nil {
		t.Fatalf("query: %v (%v)", err, errors.Unwrap(err))
	}
	wantRows(t, resp, "[[3]]")
}

// sharing opens one file in several sandboxes at once.
func (s *suite) sharing(t *testing.T, dir string) {
	var sandboxes []executor.Sandbox
	for range 4 {
		sandboxes = append(sandboxes, s.prepare(t, executor.Spec{DataDir: dir}))
	}
	for _, sandbox := range sandboxes {
		resp, _, err := sandbox.Run(t.Context(), query("SELECT max(total) AS m FROM orders"))
		if err != nil {
			t.Fatalf("query: %v (%v)", err, errors.Unwrap(err))
		}
		wantRows(t, resp, "[[20.5]]")
	}
}

func cities() map[string]string {
	return map[string]string{"orders": "order_id,city,total\n1,Rome,10.0\n2,Oslo,12.5\n3,Rome,20.5\n"}
}

func query(sql string) protocol.Request {
	return protocol.Request{ID: "query-1", QueryType: protocol.SQL, Statement: sql, Tables: []string{"orders"}, MaxRows: 200}
}

func wantRows(t *testing.T, resp *protocol.Response, want string) {
	t.Helper()
	if got := fmt.Sprint(resp.Rows); got != want {
		t.Errorf("rows are %s, want %s", got, want)
	}
}
