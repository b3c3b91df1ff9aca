package sqlpolicy_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/sqlpolicy"
)

// witness says what a text that the policy accepted really is.
type witness struct {
	policy *sqlpolicy.Policy
	rules  sqlpolicy.Rules
	// db is the locked engine the texts run on, path its dataset.
	db   *engine.DB
	path string
	// other is an engine of its own that names the tables of a text.
	other mapping.Connection
}

// newWitness prepares a dataset with names that many texts use, and one table that
// none of them may read.
func newWitness(tb testing.TB) *witness {
	tb.Helper()
	policy, err := sqlpolicy.New()
	if err != nil {
		tb.Fatal(err)
	}
	w := &witness{policy: policy, path: filepath.Join(tb.TempDir(), "data.duckdb")}
	w.rules = sqlpolicy.Rules{Tables: []string{"sales", "customers", "t", "t1", "t2", "test", "tbl", "integers", "strings"}}
	db, err := engine.Open(engine.Options{Path: w.path})
	if err != nil {
		tb.Fatal(err)
	}
	for _, s := range []string{
		"CREATE TABLE sales(id INTEGER, region VARCHAR, amount DOUBLE, quantity INTEGER, sold_at TIMESTAMP, customer INTEGER, note VARCHAR)",
		"INSERT INTO sales VALUES (1, 'north', 10.5, 3, '2026-01-02', 1, NULL), (2, 'south', 4, 1, '2026-01-03', 2, 'x'), (3, 'north', 7, 2, '2026-02-01', NULL, 'y')",
		"CREATE TABLE customers(id INTEGER, name VARCHAR, since TIMESTAMP, tags VARCHAR[])",
		"INSERT INTO customers VALUES (1, 'Ann', '2025-01-01', ['vip']), (2, 'Bob', '2025-02-01', [])",
		"CREATE TABLE secrets(id INTEGER, word VARCHAR)",
		"CREATE TABLE integers AS SELECT range::INTEGER AS i, range::INTEGER % 3 AS j, range::INTEGER AS k FROM range(5)",
		"CREATE TABLE strings AS SELECT range::VARCHAR AS s, 'x' AS a, 'y' AS b FROM range(5)",
		"CREATE TABLE t AS SELECT range::INTEGER AS a, range::INTEGER AS b, range::INTEGER AS c, range::INTEGER AS i, range::INTEGER AS j, 's' AS s, 'x' AS x, 'y' AS y FROM range(5)",
		"CREATE TABLE t1 AS FROM t", "CREATE TABLE t2 AS FROM t", "CREATE TABLE test AS FROM t", "CREATE TABLE tbl AS FROM t",
	} {
		if err := db.Exec(tb.Context(), s); err != nil {
			tb.Fatal(err)
		}
	}
	db.Close()
	w.open(tb)
	var other mapping.Database
	if mapping.Open("", &other) == mapping.StateError || mapping.Connect(other, &w.other) == mapping.StateError {
		tb.Fatal("there is no second engine")
	}
	return w
}

// open opens the dataset and locks the engine.
func (w *witness) open(tb testing.TB) {
	tb.Helper()
	var err error
	if w.db, err = engine.Open(engine.Options{Path: w.path, ReadOnly: true, MemoryMB: 64}); err != nil {
		tb.Fatal(err)
	}
	if err := w.db.Lock(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

// names fails if the engine finds another table in a text than it may read.
func (w *witness) names(t *testing.T, sql string) {
	t.Helper()
	list := mapping.GetTableNames(w.other, sql, false)
	if list.Ptr == nil {
		return // it names none if it cannot parse them, and binding says why
	}
	defer mapping.DestroyValue(&list)
	for i := range mapping.GetListSize(list) {
		v := mapping.GetListChild(list, i)
		name := mapping.GetVarchar(v)
		mapping.DestroyValue(&v)
		if !slices.ContainsFunc(w.rules.Tables, func(allowed string) bool { return strings.EqualFold(name, allowed) }) {
			t.Fatalf("accepted, and the engine finds the table %q in it: %s", name, sql)
		}
	}
}

// runs fails if a text is not one query, or if the lockdown stops it.
func (w *witness) runs(t *testing.T, sql string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
	defer cancel()
	_, err := w.db.Describe(ctx, sql)
	if err == nil {
		err = w.db.Exec(ctx, sql)
	}
	var e *engine.Error
	switch {
	case err == nil, errors.Is(err, context.DeadlineExceeded):
		return
	case !errors.As(err, &e):
		t.Fatalf("accepted, and no query: %v: %s", err, sql)
	case e.Kind == "FATAL" || strings.Contains(e.Message, "has been invalidated"):
		// An error of the engine's own: it serves nothing any more.
		w.db.Close()
		w.open(t)
	case e.Kind == "Permission" || e.Kind == "IO" || e.Kind == "HTTP" || e.Kind == "Missing Extension":
		t.Fatalf("accepted, and then stopped by the engine: %v: %s", err, sql)
	case strings.Contains(err.Error(), "secrets"):
		t.Fatalf("accepted, although it names another table: %v: %s", err, sql)
	}
}
