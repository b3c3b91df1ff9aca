package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// prepared writes a small database and returns its path.
func prepared(t *testing.T, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.duckdb")
	db, err := Open(Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if err := db.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return path
}

// locked opens a database read-only and locks it.
func locked(t *testing.T, path string) *DB {
	t.Helper()
	db, err := Open(Options{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

func memory(t *testing.T) *DB {
	t.Helper()
	db, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func all(t *testing.T, db *DB, sql string) ([][]string, error) {
	t.Helper()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]string
	for rows.Next(t.Context()) {
		row := make([]string, rows.Columns())
		for i := range row {
			text, ok := rows.Text(i)
			if !ok {
				text = "NULL"
			}
			if ok && len(text) != rows.Len(i) {
				t.Fatalf("Len says %d for %q", rows.Len(i), text)
			}
			row[i] = text
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func TestVersionIsTheOneThePolicyWasReviewedFor(t *testing.T) {
	if got := Version(); got != "1.5.5" {
		t.Errorf("engine is %s: review the lockdown and the policy for it", got)
	}
}

func TestQueryStreamsTextOfEveryLength(t *testing.T) {
	db := memory(t)
	got, err := all(t, db, `SELECT v FROM (VALUES (1, ''), (2, 'short'), (3, repeat('long ', 100)), (4, NULL), (5, 'zwölf Zeich')) x(i, v) ORDER BY i`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"", "short", strings.Repeat("long ", 100), "NULL", "zwölf Zeich"}
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i][0] != want[i] {
			t.Errorf("row %d is %q, want %q", i, got[i][0], want[i])
		}
	}
}

func TestQueryReadsManyChunksInOrder(t *testing.T) {
	db := memory(t)
	got, err := all(t, db, "SELECT CAST(range AS VARCHAR) FROM range(10000) ORDER BY range DESC")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range got {
		if want := fmt.Sprint(9999 - i); row[0] != want {
			t.Fatalf("row %d is %s, want %s", i, row[0], want)
		}
	}
	if len(got) != 10000 {
		t.Fatalf("%d rows", len(got))
	}
}

func TestEndlessResultCostsOnlyWhatIsRead(t *testing.T) {
	db := memory(t)
	rows, err := db.Query(t.Context(), "SELECT repeat('x', 100000) FROM range(1000000000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for range 10 {
		if !rows.Next(t.Context()) {
			t.Fatal(rows.Err())
		}
	}
}

func TestQueryTakesOneStatementAndTextOnly(t *testing.T) {
	db := memory(t)
	for _, sql := range []string{"SELECT 'a'; SELECT 'b'", "SELECT 1", "", "-- nothing"} {
		if _, err := db.Query(t.Context(), sql); err == nil {
			t.Errorf("%q was accepted", sql)
		}
	}
}

func TestTextBindsArgumentsAndNotText(t *testing.T) {
	db := memory(t)
	got, err := db.Text(t.Context(), "SELECT CAST($1 AS VARCHAR)", "it's; -- \"x\"")
	if err != nil || got != "it's; -- \"x\"" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestErrorsInTheMiddleOfAStreamAreReported(t *testing.T) {
	db := memory(t)
	_, err := all(t, db, "SELECT CAST(1 / CAST(CASE WHEN range = 50000 THEN error('boom') ELSE 1 END AS INTEGER) AS VARCHAR) FROM range(100000)")
	var e *Error
	if !errors.As(err, &e) || !strings.Contains(e.Message, "boom") {
		t.Errorf("got %v", err)
	}
}

func TestStatementStopsWhenItsContextEnds(t *testing.T) {
	db := memory(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	started := time.Now()
	_, err := db.Text(ctx, "SELECT CAST(sum(a.range * b.range) AS VARCHAR) FROM range(10000000) a, range(10000000) b")
	if f := Fault(err); f == nil || f.Code != fault.Timeout {
		t.Errorf("got %v", err)
	}
	if took := time.Since(started); took > 60*time.Second {
		t.Errorf("took %v", took)
	}
	if _, err := db.Text(t.Context(), "SELECT 'alive'"); err != nil {
		t.Errorf("the next statement fails: %v", err)
	}
}

func TestDescribeNamesAndTypes(t *testing.T) {
	db := memory(t)
	if err := db.Exec(t.Context(), "CREATE TYPE mood AS ENUM ('a', 'b')"); err != nil {
		t.Fatal(err)
	}
	got, err := db.Describe(t.Context(), `SELECT 1 AS id, 2::HUGEINT AS id, 1.50 AS price, DATE '2026-01-31' AS d, now() AS t,
		[1, 2] AS l, {'a': 1, 'b c': ['x']} AS s, MAP {'k': 1.5} AS m, 'a'::mood AS e, '{}'::JSON AS j, INTERVAL 1 DAY AS i,
		[1, 2]::INTEGER[2] AS arr, union_value(n := 1) AS u, NULL AS nothing, '\xAA'::BLOB AS b -- end`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{
		{"id", "INTEGER"},
		{"id", "HUGEINT"},
		{"price", "DECIMAL(3,2)"},
		{"d", "DATE"},
		{"t", "TIMESTAMP WITH TIME ZONE"},
		{"l", "INTEGER[]"},
		{"s", `STRUCT("a" INTEGER, "b c" VARCHAR[])`},
		{"m", "MAP(VARCHAR, DECIMAL(2,1))"},
		{"e", "ENUM"},
		{"j", "JSON"},
		{"i", "INTERVAL"},
		{"arr", "INTEGER[2]"},
		{"u", `UNION("n" INTEGER)`},
		{"nothing", "INTEGER"},
		{"b", "BLOB"},
	}
	for i, c := range want {
		if i >= len(got) || got[i] != c {
			t.Errorf("column %d is %+v, want %+v", i, got, c)
			return
		}
	}
}

func TestDescribeRefusesEverythingButOneQuery(t *testing.T) {
	db := memory(t)
	for _, sql := range []string{"SELECT 1; SELECT 2", "CREATE TABLE t(a INTEGER)", "SET threads = 2", ""} {
		if _, err := db.Describe(t.Context(), sql); err == nil {
			t.Errorf("%q was described", sql)
		}
	}
}

func TestFaultsSpeakToTheAuthorOfTheSQL(t *testing.T) {
	path := prepared(t, "CREATE TABLE orders(order_id INTEGER, total DECIMAL(10,2), placed DATE)", "INSERT INTO orders VALUES (1, 2, '2026-01-31')")
	db := locked(t, path)
	for _, c := range []struct {
		sql      string
		code     fault.Code
		message  string
		hint     string
		position int
	}{
		{"SELECT totl FROM orders", fault.Query, `There is no column "totl" in the tables this query reads.`, `Did you mean "total"?`, 7},
		{"SELECT o.totl FROM orders o", fault.Query, `Table "o" does not have a column named "totl".`, `Did you mean "total"?`, 7},
		{"SELECT * FROM ordes", fault.Query, `There is no table "ordes" in this dataset.`, `Did you mean "orders"?`, 14},
		{"SELECT smu(total) FROM orders", fault.Query, `There is no function "smu".`, `Did you mean`, 7},
		{"SELECT sum(placed) FROM orders", fault.Query, `No function matches`, `It can be called as sum(DECIMAL) -> DECIMAL`, 7},
		{"SELECT order_id FORM orders WHERE", fault.Query, `Syntax error at or near "orders".`, "Check the SQL", 21},
		{"SELECT 'x'::INTEGER", fault.Query, `Could not convert string 'x' to INT32.`, "Check the SQL", 10},
		{"SELECT order_id, sum(total) FROM orders", fault.Query, `Column "order_id" must appear in the GROUP BY clause`, "", 7},
		{"SELECT content FROM read_text('" + path + "')", fault.SQLPolicy, "The query tried something that the sandbox forbids.", "Read only", -1},
	} {
		_, err := db.Describe(t.Context(), c.sql)
		if err == nil {
			_, err = all(t, db, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM query("+QuoteText(c.sql)+")")
		}
		f := Fault(err)
		if f == nil {
			t.Errorf("%s: no fault", c.sql)
			continue
		}
		if f.Code != c.code || !strings.HasPrefix(f.Message, c.message) || !strings.HasPrefix(f.Hint, c.hint) {
			t.Errorf("%s:\n got %s / %s / %s\nwant %s / %s / %s", c.sql, f.Code, f.Message, f.Hint, c.code, c.message, c.hint)
		}
		if p, ok := f.Details["position"]; c.position >= 0 && (!ok || p != c.position) {
			t.Errorf("%s: position is %v, want %d", c.sql, p, c.position)
		}
		if text := fmt.Sprint(f.Message, f.Hint, f.Details); strings.Contains(text, filepath.Dir(path)) {
			t.Errorf("%s: the fault names the data directory: %s", c.sql, text)
		}
	}
}

func TestMemoryLimitIsResourceExceeded(t *testing.T) {
	db, err := Open(Options{MemoryMB: 64})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Text(t.Context(), "SELECT CAST(count(*) AS VARCHAR) FROM (SELECT DISTINCT hash(range) FROM range(30000000))")
	if f := Fault(err); f == nil || f.Code != fault.ResourceExceeded {
		t.Errorf("got %v", err)
	}
}

func TestOpenReportsWhatIsNotADatabase(t *testing.T) {
	if _, err := Open(Options{Path: filepath.Join(t.TempDir(), "missing.duckdb"), ReadOnly: true}); err == nil {
		t.Error("a missing file was opened")
	}
}
