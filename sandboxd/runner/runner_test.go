package runner

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

// dataset writes a prepared dataset and returns its directory.
func dataset(t *testing.T, statements ...string) string {
	t.Helper()
	dir := t.TempDir()
	db, err := engine.Open(engine.Options{Path: filepath.Join(dir, protocol.PreparedName)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if err := db.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	return dir
}

// sales is the dataset of most tests.
func sales(t *testing.T) string {
	t.Helper()
	return dataset(t,
		"CREATE TABLE sales(id INTEGER, region VARCHAR, amount DECIMAL(10,2), sold DATE)",
		"INSERT INTO sales SELECT range, ['north','south','east'][1 + range % 3], range * 1.5, DATE '2026-01-01' + CAST(range AS INTEGER) FROM range(1000)",
		"CREATE TABLE secrets(id INTEGER, word VARCHAR)",
		"INSERT INTO secrets VALUES (1, 'hidden')")
}

// config is that of a runner over a directory.
func config(mode Mode, data, out string) Config {
	return Config{
		Mode: mode, DataDir: data, OutDir: out, MemoryMB: 256, Threads: 1, Started: time.Now(),
		Log: slog.New(slog.DiscardHandler),
	}
}

// talk runs a whole conversation in this process.
func talk(t *testing.T, cfg Config, req protocol.Request) *protocol.Response {
	t.Helper()
	line, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := Run(t.Context(), cfg, bytes.NewReader(append(line, '\n')), &out); code != 0 {
		t.Fatalf("exit status %d: %s", code, out.String())
	}
	r := bufio.NewReader(&out)
	if _, err := protocol.ReadReady(r); err != nil {
		t.Fatal(err)
	}
	resp, err := protocol.ReadResponse(r, req.ID, max(limits(req).MaxOutputBytes, envelope))
	if err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Errorf("the response is followed by %q, %v", rest, err)
	}
	return resp
}

// ask runs one SQL request over a dataset, with its table sales.
func ask(t *testing.T, dir string, req protocol.Request) *protocol.Response {
	t.Helper()
	req.ID = t.Name()
	if req.QueryType == "" {
		req.QueryType = protocol.SQL
	}
	if req.Tables == nil {
		req.Tables = []string{"sales"}
	}
	return talk(t, config(SQL, dir, ""), req)
}

func cells(rows [][]any) string {
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintln(&b, row...)
	}
	return b.String()
}

func TestStatementIsAnswered(t *testing.T) {
	resp := ask(t, sales(t), protocol.Request{
		Statement:       "SELECT region, count(*) AS n, sum(amount) AS total FROM sales WHERE amount > 10 GROUP BY region ORDER BY region",
		CountsStatement: "SELECT count(*) AS rows_read, count(*) FILTER (WHERE amount > 10) AS rows_kept FROM sales",
	})
	if resp.Status != protocol.OK || resp.Truncated || resp.RowCount != 3 {
		t.Fatalf("got %+v", resp)
	}
	if got, want := cells(resp.Rows), "east 331 249739.50\nnorth 331 250236.00\nsouth 331 249243.00\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	want := []protocol.Column{{Name: "region", Type: "VARCHAR"}, {Name: "n", Type: "BIGINT"}, {Name: "total", Type: "DECIMAL(38,2)"}}
	for i, c := range want {
		if resp.Columns[i] != c {
			t.Errorf("column %d is %v, want %v", i, resp.Columns[i], c)
		}
	}
	if resp.Counts["rows_read"] != 1000 || resp.Counts["rows_kept"] != 993 {
		t.Errorf("counts are %v", resp.Counts)
	}
}

func TestFailingCountsDoNotFailTheAnswer(t *testing.T) {
	dir := sales(t)
	for _, counts := range []string{"SELECT count(*) AS n FROM secrets", "SELECT 'x' AS n", "SELECT 1 AS n UNION ALL SELECT 2", "nonsense", "SELECT NULL AS n"} {
		resp := ask(t, dir, protocol.Request{Statement: "SELECT 1 AS one", CountsStatement: counts})
		if resp.Status != protocol.OK || (counts != "SELECT 1 AS n UNION ALL SELECT 2" && resp.Counts != nil) {
			t.Errorf("%s: got %+v", counts, resp)
		}
	}
}

func TestTextRunsAsItIsWritten(t *testing.T) {
	dir := sales(t)
	for sql, want := range map[string]string{
		"SELECT 1 AS a -- the end":                                               "1\n",
		"SELECT 1 AS a;":                                                         "1\n",
		"SELECT 1 AS a; -- the end":                                              "1\n",
		"SELECT 1 AS a /* the end */ ;;":                                         "1\n",
		"  \n\tSELECT 'it''s' AS a, $$a ' b$$ AS b":                              "it's a ' b\n",
		"SELECT '--' AS a, ';' AS b, E'\\'' AS c":                                "-- ; '\n",
		"FROM sales SELECT id ORDER BY id DESC LIMIT 2":                          "999\n998\n",
		"SELECT id, id, s.id FROM sales s WHERE id = 7":                          "7 7 7\n",
		"WITH q AS (SELECT 1 AS c0) SELECT c0, c0 + 1 AS c1 FROM q":              "1 2\n",
		"VALUES (1, 'x')":                                                        "1 x\n",
		"SELECT id FROM sales ORDER BY amount DESC":                              "",
		"(SELECT id FROM sales ORDER BY id LIMIT 1) UNION ALL SELECT -1":         "0\n-1\n",
		"SELECT max(id) AS \"weird \"\"name\"\"\", min(id) AS \"c1\" FROM sales": "999 0\n",
		"PIVOT sales ON region IN ('north', 'south') USING count(*)":             "",
	} {
		resp := ask(t, dir, protocol.Request{Statement: sql})
		if resp.Status != protocol.OK {
			t.Errorf("%s: %v", sql, resp.Error)
		} else if got := cells(resp.Rows); want != "" && got != want {
			t.Errorf("%s: got %q, want %q", sql, got, want)
		}
	}
}

func TestOrderSurvivesTheRowLimit(t *testing.T) {
	dir := sales(t)
	for _, sql := range []string{
		"SELECT id FROM sales ORDER BY id DESC",
		"WITH s AS (SELECT * FROM sales) SELECT id FROM s ORDER BY amount DESC, id",
		"SELECT id FROM (SELECT id FROM sales ORDER BY id DESC)",
		"SELECT id FROM sales WHERE id < 900 UNION ALL SELECT id FROM sales WHERE id >= 900 ORDER BY id DESC",
		"SELECT id FROM sales ORDER BY ALL DESC",
	} {
		resp := ask(t, dir, protocol.Request{Statement: sql, MaxRows: 500})
		if resp.Status != protocol.OK || len(resp.Rows) != 500 {
			t.Errorf("%s: %d rows, %v", sql, len(resp.Rows), resp.Error)
			continue
		}
		for i, row := range resp.Rows {
			if want := fmt.Sprint(999 - i); fmt.Sprint(row[0]) != want {
				t.Errorf("%s: row %d is %v, want %s", sql, i, row[0], want)
				break
			}
		}
	}
	resp := ask(t, dir, protocol.Request{Statement: "SELECT id FROM sales", MaxRows: 1000})
	for i, row := range resp.Rows {
		if fmt.Sprint(row[0]) != fmt.Sprint(i) {
			t.Fatalf("without ORDER BY, row %d is %v: rows come in the order of the file", i, row[0])
		}
	}
}

func TestRowLimitIsExact(t *testing.T) {
	dir := sales(t)
	for _, c := range []struct {
		n         int
		truncated bool
	}{{99, false}, {100, false}, {101, true}, {1000, true}, {0, false}} {
		resp := ask(t, dir, protocol.Request{Statement: fmt.Sprintf("SELECT id FROM sales ORDER BY id LIMIT %d", c.n), MaxRows: 100})
		if resp.RowCount != min(c.n, 100) || resp.Truncated != c.truncated || (c.truncated && resp.TruncatedBy != "rows") {
			t.Errorf("%d rows: got %d, truncated %v by %q", c.n, resp.RowCount, resp.Truncated, resp.TruncatedBy)
		}
	}
}

func TestByteLimitHolds(t *testing.T) {
	dir := sales(t)
	for _, limit := range []int{4 << 10, 20 << 10, 100 << 10} {
		req := protocol.Request{
			ID: t.Name(), QueryType: protocol.SQL, MaxRows: 10_000, MaxOutputBytes: limit,
			Statement: `SELECT range AS n, '<' || repeat('"x', 100) AS t FROM range(100000)`,
		}
		line, err := json.Marshal(req)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		Run(t.Context(), config(SQL, dir, ""), bytes.NewReader(append(line, '\n')), &out)
		answer := out.Bytes()[bytes.IndexByte(out.Bytes(), '\n')+1:]
		var resp protocol.Response
		if err := json.Unmarshal(answer, &resp); err != nil {
			t.Fatal(err)
		}
		if len(answer) > limit {
			t.Errorf("limit %d: the response has %d bytes", limit, len(answer))
		}
		if !resp.Truncated || resp.TruncatedBy != "bytes" || len(resp.Rows) == 0 || len(answer)+envelope+600 < limit {
			t.Errorf("limit %d: %d rows, %d bytes, truncated by %q", limit, len(resp.Rows), len(answer), resp.TruncatedBy)
		}
	}
}

func TestHugeValueIsNotCopied(t *testing.T) {
	resp := ask(t, sales(t), protocol.Request{
		Statement:      "SELECT string_agg(repeat('x', 1000), '') AS t FROM range(50000)",
		MaxOutputBytes: 64 << 10,
	})
	if resp.Status != protocol.OK || resp.RowCount != 0 || resp.TruncatedBy != "bytes" {
		t.Errorf("got %d rows, truncated by %q, %v", resp.RowCount, resp.TruncatedBy, resp.Error)
	}
}

func TestTooManyColumnsIsAFault(t *testing.T) {
	var cols []string
	for i := range 400 {
		cols = append(cols, fmt.Sprintf("%d AS column_number_%d", i, i))
	}
	resp := ask(t, sales(t), protocol.Request{Statement: "SELECT " + strings.Join(cols, ", "), MaxOutputBytes: 8 << 10})
	if resp.Error == nil || resp.Error.Code != fault.ResourceExceeded {
		t.Errorf("got %v", resp.Error)
	}
}

func TestFaultsOfStatements(t *testing.T) {
	dir := sales(t)
	for _, c := range []struct {
		sql, message, hint string
		code               fault.Code
	}{
		{"SELECT regon FROM sales", `There is no column "regon"`, `Did you mean "region"`, fault.Query},
		{"SELECT * FROM sale", `There is no table "sale" in this dataset.`, `Did you mean "sales"?`, fault.Query},
		{"SELECT * FROM secrets", `There is no table "secrets" in this dataset.`, "", fault.Query},
		{"SELECT * FORM sales", "The SQL cannot be read: syntax error", "", fault.Query},
		{"SELECT CAST(region AS INTEGER) FROM sales", "Could not convert string 'north' to INT32", "", fault.Query},
		{"SELECT * FROM read_csv('x.csv')", "read_csv may not be used: it reads files", "", fault.SQLPolicy},
		{"DROP TABLE sales", "Only queries may run here: DROP changes tables.", "", fault.SQLPolicy},
		{"SELECT 1; SELECT 2", "Only one statement may run at a time.", "", fault.SQLPolicy},
		{"CALL enable_logging('QueryLog', storage = 'stdout')", "Only queries may run here", "", fault.SQLPolicy},
		{"", "The SQL is empty.", "Write one SELECT", fault.Validation},
		{"SELECT current_user", "current_user shows the session", "", fault.SQLPolicy},
	} {
		for _, kind := range []protocol.QueryType{protocol.SQL, protocol.Check} {
			if kind == protocol.Check && strings.HasPrefix(c.message, "Could not convert") {
				continue
			}
			resp := ask(t, dir, protocol.Request{QueryType: kind, Statement: c.sql})
			if resp.Error == nil || resp.Error.Code != c.code || !strings.HasPrefix(resp.Error.Message, c.message) || !strings.HasPrefix(resp.Error.Hint, c.hint) {
				t.Errorf("%s %s: got %+v", kind, c.sql, resp.Error)
			} else if text := fmt.Sprint(resp.Error); strings.Contains(text, dir) {
				t.Errorf("%s: the fault names the directory: %s", c.sql, text)
			}
		}
	}
}

func TestCheckBindsWithoutRunning(t *testing.T) {
	resp := ask(t, sales(t), protocol.Request{QueryType: protocol.Check, Statement: "SELECT region, CAST(region AS INTEGER) AS n FROM sales"})
	if resp.Status != protocol.OK || len(resp.Columns) != 2 || resp.Columns[1] != (protocol.Column{Name: "n", Type: "INTEGER"}) || len(resp.Rows) != 0 {
		t.Errorf("got %+v %v", resp, resp.Error)
	}
}

func TestColumnCalledUserIsAColumn(t *testing.T) {
	dir := dataset(t, `CREATE TABLE sales("user" VARCHAR)`, "INSERT INTO sales VALUES ('ann')")
	if resp := ask(t, dir, protocol.Request{Statement: "SELECT user FROM sales"}); cells(resp.Rows) != "ann\n" {
		t.Errorf("got %v %v", resp.Rows, resp.Error)
	}
}

func TestProfileDescribesEveryTable(t *testing.T) {
	resp := ask(t, sales(t), protocol.Request{QueryType: protocol.Profile})
	if resp.Status != protocol.OK || len(resp.Tables) != 2 || resp.Tables[0].Name != "sales" || resp.Tables[0].Rows != 1000 {
		t.Fatalf("got %+v %v", resp.Tables, resp.Error)
	}
	region := resp.Tables[0].Columns[1]
	if region.Distinct != 3 || !region.Complete || len(region.Top) != 3 || region.Top[0] != (protocol.ValueCount{Value: "north", Count: 334}) {
		t.Errorf("region is %+v", region)
	}
}

func TestProfileIsShortenedToItsBound(t *testing.T) {
	var cols []string
	for i := range 50 {
		cols = append(cols, fmt.Sprintf("'value number ' || (range %% 90) || ' of column' AS c%d", i))
	}
	dir := dataset(t, "CREATE TABLE sales AS SELECT "+strings.Join(cols, ", ")+" FROM range(900)")
	full := ask(t, dir, protocol.Request{QueryType: protocol.Profile, MaxOutputBytes: 8 << 20})
	short := ask(t, dir, protocol.Request{QueryType: protocol.Profile, MaxOutputBytes: 64 << 10})
	if a, b := len(full.Tables[0].Columns[0].Top), len(short.Tables[0].Columns[0].Top); a != 90 || b == 0 || b >= 90 || short.Tables[0].Columns[0].Complete {
		t.Errorf("%d values became %d", a, b)
	}
}

func TestBudgetEndsAStatement(t *testing.T) {
	started := time.Now()
	resp := ask(t, sales(t), protocol.Request{Statement: "SELECT sum(a.id * b.id) FROM sales a, sales b, sales c, sales d", TimeoutMS: 200})
	if resp.Error == nil || resp.Error.Code != fault.Timeout {
		t.Errorf("got %v", resp.Error)
	}
	if took := time.Since(started); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestMemoryLimitIsAFault(t *testing.T) {
	cfg := config(SQL, sales(t), "")
	cfg.MemoryMB = 32
	resp := talk(t, cfg, protocol.Request{
		ID: "m", QueryType: protocol.SQL, TimeoutMS: 60_000,
		Statement: "SELECT count(*) FROM (SELECT DISTINCT hash(range), range FROM range(30000000))",
	})
	if resp.Error == nil || resp.Error.Code != fault.ResourceExceeded {
		t.Errorf("got %v", resp.Error)
	}
}

func TestRequestsOfAnotherModeAreRefused(t *testing.T) {
	dir := sales(t)
	if resp := ask(t, dir, protocol.Request{QueryType: protocol.Ingest}); resp.Error == nil || resp.Error.Code != fault.Validation {
		t.Errorf("got %v", resp.Error)
	}
	resp := talk(t, config(Ingest, dir, t.TempDir()), protocol.Request{ID: "x", QueryType: protocol.SQL, Statement: "SELECT 1"})
	if resp.Error == nil || resp.Error.Code != fault.Validation {
		t.Errorf("got %v", resp.Error)
	}
}

func TestUnreadableRequestIsAnswered(t *testing.T) {
	dir := sales(t)
	for name, line := range map[string]string{
		"garbage":       "hello\n",
		"empty":         "\n",
		"cut off":       `{"id":"1","query_type":"sql"`,
		"unknown field": `{"id":"1","query_type":"sql","statement":"SELECT 1","read_only_rows":3}` + "\n",
		"two values":    `{"id":"1","query_type":"sql","statement":"SELECT 1"} {}` + "\n",
		"too long":      `{"id":"1","statement":"` + strings.Repeat("x", maxRequest) + "\"}\n",
	} {
		var out bytes.Buffer
		if code := Run(t.Context(), config(SQL, dir, ""), strings.NewReader(line), &out); code != 0 {
			t.Errorf("%s: exit status %d", name, code)
		}
		r := bufio.NewReader(&out)
		if _, err := protocol.ReadReady(r); err != nil {
			t.Fatal(err)
		}
		resp, err := protocol.ReadResponse(r, "", 1<<20)
		if err != nil || resp.Error == nil || resp.Error.Code != fault.Internal {
			t.Errorf("%s: %v %+v", name, err, resp)
		}
	}
}

func TestNothingAskedIsNothingAnswered(t *testing.T) {
	var out bytes.Buffer
	if code := Run(t.Context(), config(SQL, sales(t), ""), strings.NewReader(""), &out); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if lines := strings.Count(out.String(), "\n"); lines != 1 {
		t.Errorf("got %d lines: %s", lines, out.String())
	}
}

func TestMissingDatasetIsReportedBeforeAnyRequest(t *testing.T) {
	dir := t.TempDir()
	for name, prepare := range map[string]func() error{
		"missing": func() error { return nil },
		"damaged": func() error {
			return os.WriteFile(filepath.Join(dir, protocol.PreparedName), []byte(strings.Repeat("no database ", 1000)), 0o600)
		},
	} {
		if err := prepare(); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := Run(t.Context(), config(SQL, dir, ""), strings.NewReader(`{"id":"1"}`+"\n"), &out); code != 1 {
			t.Errorf("%s: exit status %d", name, code)
		}
		text := out.String()
		_, err := protocol.ReadReady(bufio.NewReader(&out))
		if fault.CodeOf(err) != fault.Internal || strings.Contains(text, dir) {
			t.Errorf("%s: %v, %s", name, err, text)
		}
	}
}

func TestTooLittleMemoryToOpenIsNoBrokenDataset(t *testing.T) {
	err := fmt.Errorf("open dataset: %w", &engine.Error{Kind: "Out of Memory", Message: "Allocation failure"})
	if f := openFault(err); f.Code != fault.ResourceExceeded {
		t.Errorf("got %v", f)
	}
}
