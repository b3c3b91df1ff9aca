package sqlpolicy_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/sqlpolicy"
	"github.com/leo-analytics/leo/shared/fault"
)

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// setup returns the policy and a locked engine with the tables of the corpus.
func setup(tb testing.TB) (*sqlpolicy.Policy, *engine.DB) {
	tb.Helper()
	policy, err := sqlpolicy.New()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "data.duckdb")
	db, err := engine.Open(engine.Options{Path: path})
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range []string{
		"CREATE TABLE sales(id INTEGER, region VARCHAR, amount DOUBLE, quantity INTEGER, sold_at TIMESTAMP, customer INTEGER, note VARCHAR)",
		"INSERT INTO sales VALUES (1, 'north', 10.5, 3, '2026-01-02', 1, NULL), (2, 'south', 4, 1, '2026-01-03', 2, 'x'), (3, 'north', 7, 2, '2026-02-01', NULL, 'y')",
		"CREATE TABLE customers(id INTEGER, name VARCHAR, since TIMESTAMP, tags VARCHAR[])",
		"INSERT INTO customers VALUES (1, 'Ann', '2025-01-01', ['vip']), (2, 'Bob', '2025-02-01', [])",
		"CREATE TABLE secrets(id INTEGER, i INTEGER, a INTEGER, b INTEGER, name VARCHAR, x INTEGER, y INTEGER)",
	} {
		if err := db.Exec(tb.Context(), s); err != nil {
			tb.Fatal(err)
		}
	}
	db.Close()
	if db, err = engine.Open(engine.Options{Path: path, ReadOnly: true}); err != nil {
		tb.Fatal(err)
	}
	if err := db.Lock(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return policy, db
}

func rules() sqlpolicy.Rules { return sqlpolicy.Rules{Tables: []string{"sales", "customers"}} }

// statements reads a corpus file.
func statements(tb testing.TB, name string) []string {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, strings.NewReplacer(`\n`, "\n", `\0`, "\x00").Replace(line))
		}
	}
	return list
}

func TestOrdinaryQueriesPassAndRun(t *testing.T) {
	policy, db := setup(t)
	for _, sql := range statements(t, "accepted.txt") {
		if err := policy.Check(t.Context(), db, sql, rules()); err != nil {
			t.Errorf("%s\n\trefused: %v", sql, describe(err))
			continue
		}
		if err := db.Exec(t.Context(), sql); err != nil {
			t.Errorf("%s\n\tdoes not run: %v", sql, err)
		}
	}
}

func TestQueriesThatMayDifferFromRunToRunAreVolatile(t *testing.T) {
	policy, db := setup(t)
	for sql, volatile := range map[string]bool{
		"SELECT count(*) FROM sales": false,
		"SELECT date_trunc('month', sold_at), sum(amount) FROM sales GROUP BY 1": false,
		"SELECT 'now()', 'random' FROM sales":                                    false,
		"SELECT now()":                                                           true,
		"SELECT CURRENT_DATE":                                                    true,
		"SELECT current_timestamp, count(*) FROM sales":                          true,
		"SELECT localtimestamp":                                                  true,
		"SELECT count(*) FROM sales WHERE sold_at > today() - INTERVAL 30 DAY":   true,
		"SELECT age(sold_at) FROM sales":                                         true,
		"WITH x AS (SELECT Random() AS r) SELECT r FROM x":                       true,
		"SELECT * FROM sales ORDER BY random() LIMIT 1":                          true,
		"SELECT * FROM sales USING SAMPLE 2 ROWS":                                true,
		"SELECT * FROM sales TABLESAMPLE 50%":                                    true,
		"SELECT count(*) FROM sales HAVING count(*) > (SELECT 10 * random())":    true,
	} {
		facts, err := policy.Judge(t.Context(), db, sql, rules())
		if err != nil || facts.Volatile != volatile {
			t.Errorf("%s: volatile %v, want %v (%v)", sql, facts.Volatile, volatile, err)
		}
	}
}

func describe(err error) string {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return fmt.Sprintf("no fault: %v", err)
	}
	where := ""
	if p, ok := f.Details["position"]; ok {
		where = fmt.Sprintf(" at %v", p)
	}
	rule := ""
	if r, ok := f.Details["rule"]; ok {
		rule = fmt.Sprintf(" (%v)", r)
	}
	return fmt.Sprintf("%s%s%s: %s / %s", f.Code, rule, where, f.Message, f.Hint)
}

func TestEverythingElseIsRefusedWithAReason(t *testing.T) {
	policy, db := setup(t)
	var got strings.Builder
	for _, sql := range statements(t, "refused.txt") {
		err := policy.Check(t.Context(), db, sql, rules())
		if err == nil {
			t.Errorf("accepted: %s", sql)
			continue
		}
		var f *fault.Fault
		if !errors.As(err, &f) || f.Hint == "" {
			t.Errorf("%s\n\t%s", sql, describe(err))
		}
		fmt.Fprintf(&got, "%q\n\t%s\n", sql, describe(err))
	}
	golden(t, filepath.Join("testdata", "refused.golden"), got.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if updating() {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is no longer what comes out; run with -update and read the difference:\n%s", path, firstDifference(string(want), got))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\n-%s\n+%s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines became %d", len(w), len(g))
}

func TestSizeAndNestingAndEncodingAreBounded(t *testing.T) {
	policy, db := setup(t)
	for name, c := range map[string]struct {
		sql  string
		rule string
	}{
		"size":          {"SELECT '" + strings.Repeat("x", sqlpolicy.MaxBytes) + "'", "size"},
		"parentheses":   {"SELECT " + strings.Repeat("(", 201) + "1" + strings.Repeat(")", 201), "nesting"},
		"lists":         {"SELECT " + strings.Repeat("[", 50000), "nesting"},
		"not UTF-8":     {"SELECT '\xff'", "encoding"},
		"half a letter": {"SELECT '\xc3", "encoding"},
	} {
		err := policy.Check(t.Context(), db, c.sql, rules())
		var f *fault.Fault
		if !errors.As(err, &f) || f.Details["rule"] != c.rule {
			t.Errorf("%s: %v", name, err)
		}
	}
	at := "SELECT " + strings.Repeat("(", 150) + "1" + strings.Repeat(")", 150)
	if err := policy.Check(t.Context(), db, at, rules()); err != nil {
		t.Errorf("150 parentheses: %v", err)
	}
}

func TestBombsForTheParserEndQuickly(t *testing.T) {
	policy, db := setup(t)
	for name, sql := range map[string]string{
		"sum":       "SELECT 1" + strings.Repeat("+1", 30000),
		"not":       "SELECT " + strings.Repeat("NOT ", 15000) + "TRUE",
		"minus":     "SELECT " + strings.Repeat("- ", 30000) + "1",
		"case":      "SELECT " + strings.Repeat("CASE WHEN TRUE THEN ", 3000) + "1" + strings.Repeat(" END", 3000),
		"subquery":  "SELECT * FROM " + strings.Repeat("(SELECT * FROM ", 190) + "sales" + strings.Repeat(")", 190),
		"union":     "SELECT 1" + strings.Repeat(" UNION ALL SELECT 1", 3000),
		"with":      strings.Repeat("WITH a AS (SELECT 1) ", 1000) + "SELECT 1",
		"names":     "SELECT " + strings.Repeat("a.", 20000) + "a FROM sales",
		"in":        "SELECT 1 IN (" + strings.Repeat("1,", 30000) + "1)",
		"and":       "SELECT 1 WHERE TRUE" + strings.Repeat(" AND TRUE", 7000),
		"semicolon": "SELECT 1" + strings.Repeat(";", 60000),
	} {
		t.Run(name, func(t *testing.T) {
			err := policy.Check(t.Context(), db, sql, rules())
			if errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("parsing ran into its limit: %v", err)
			}
		})
	}
}

func TestSessionNamesAreColumnsWhereTheDatasetHasThem(t *testing.T) {
	policy, db := setup(t)
	r := rules()
	r.HasColumn = func(name string) bool { return strings.EqualFold(name, "user") }
	if err := policy.Check(t.Context(), db, "SELECT user FROM sales", r); err != nil {
		t.Errorf("a column called user: %v", err)
	}
	if err := policy.Check(t.Context(), db, "SELECT session_user FROM sales", r); err == nil {
		t.Error("session_user passed")
	}
}

func TestNoTablesMeansNoTables(t *testing.T) {
	policy, db := setup(t)
	if err := policy.Check(t.Context(), db, "SELECT * FROM sales", sqlpolicy.Rules{}); fault.CodeOf(err) != fault.Query {
		t.Errorf("got %v", err)
	}
	if err := policy.Check(t.Context(), db, "SELECT 1", sqlpolicy.Rules{}); err != nil {
		t.Errorf("got %v", err)
	}
}
