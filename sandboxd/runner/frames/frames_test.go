package frames

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// dataset prepares a database and opens it as a runner does.
func dataset(t testing.TB, statements ...string) *engine.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), protocol.PreparedName)
	db, err := engine.Open(engine.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if err := db.Exec(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	db.Close()
	return reopen(t, path, 1)
}

func reopen(t testing.TB, path string, threads int) *engine.DB {
	t.Helper()
	db, err := engine.Open(engine.Options{Path: path, ReadOnly: true, Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if err := db.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	return db
}

// write copies tables of a database and reads the copy.
func write(t testing.TB, db *engine.DB, tables ...string) *copied {
	t.Helper()
	dir := t.TempDir()
	if _, err := Write(t.Context(), db, dir, tables); err != nil {
		t.Fatal(err)
	}
	return read(t, dir)
}

func TestValuesOfEveryTypeComeBack(t *testing.T) {
	all := []struct {
		typ, kind string
		values    string
		want      []any
	}{
		{"TINYINT", "int", "-128, 127, NULL", []any{"-128", "127", nil}},
		{"SMALLINT", "int", "-32768, 32767", []any{"-32768", "32767"}},
		{"INTEGER", "int", "NULL, 2147483647", []any{nil, "2147483647"}},
		{"BIGINT", "int", "9223372036854775807, -9223372036854775808, 9007199254740993", []any{"9223372036854775807", "-9223372036854775808", "9007199254740993"}},
		{"UTINYINT", "int", "255", []any{"255"}},
		{"USMALLINT", "int", "65535", []any{"65535"}},
		{"UINTEGER", "int", "4294967295", []any{"4294967295"}},
		{"UBIGINT", "int", "18446744073709551615, NULL, 0", []any{"18446744073709551615", nil, "0"}},
		{"HUGEINT", "float", "170141183460469231731687303715884105727, NULL, -3", []any{"1.7014118346046923e+38", nil, "-3"}},
		{"UHUGEINT", "float", "7", []any{"7"}},
		{"DECIMAL(18,2)", "float", "12.34, -0.05, NULL", []any{"12.34", "-0.05", nil}},
		{"DECIMAL(38,10)", "float", "0.1", []any{"0.1"}},
		{"FLOAT", "float", "1.5, NULL", []any{"1.5", nil}},
		{"DOUBLE", "float", "0.1, 1e300, 'inf', '-inf', 'nan', NULL", []any{"0.1", "1e+300", "+Inf", "-Inf", nil, nil}},
		{"BOOLEAN", "bool", "TRUE, NULL, FALSE", []any{"true", nil, "false"}},
		{"BOOLEAN", "bool", "TRUE, FALSE", []any{"true", "false"}},
		{"DATE", "datetime", "'2026-01-31', '1969-12-31', NULL", []any{"1769817600000000", "-86400000000", nil}},
		{"DATE", "datetime", "'9999-12-31', '0044-03-15 (BC)', 'infinity', '-infinity'", []any{"253402214400000000", "-63517824000000000", nil, nil}},
		{"DATE", "datetime", "'5881580-07-10', '2000-01-01', '5877642-06-25 (BC)'", []any{nil, "946684800000000", nil}},
		{"TIMESTAMP", "datetime", "'2026-01-31 08:30:00.123456', '1969-12-31 23:59:59.999999', 'infinity'", []any{"1769848200123456", "-1", nil}},
		{"TIMESTAMP", "datetime", "'294247-01-10 04:00:54.775806', '290309-12-22 (BC) 00:00:00'", []any{"9223372036854775806", "-9223372022400000000"}},
		{"TIMESTAMP_S", "datetime", "'2026-01-31 08:30:00', 'infinity', NULL", []any{"1769848200000000", nil, nil}},
		{"TIMESTAMP_MS", "datetime", "'2026-01-31 08:30:00.123', '-infinity'", []any{"1769848200123000", nil}},
		{"TIMESTAMP_NS", "datetime", "'2026-01-31 08:30:00.123456789', 'infinity', NULL", []any{"1769848200123456", nil, nil}},
		{"TIMESTAMPTZ", "datetime", "'2026-01-31 08:30:00+02', NULL, 'infinity'", []any{"1769841000000000", nil, nil}},
		{"TIME", "text", "'08:30:00', NULL", []any{"08:30:00", nil}},
		{"TIMETZ", "text", "'08:30:00+02'", []any{"08:30:00+02"}},
		{"INTERVAL", "text", "'1 year 2 days 3 hours'", []any{"1 year 2 days 03:00:00"}},
		{"UUID", "text", "'4ac7a9e9-607c-4c8a-84f3-843f0191e3fd', NULL", []any{"4ac7a9e9-607c-4c8a-84f3-843f0191e3fd", nil}},
		{"BLOB", "text", `'\xDE\xAD\x00', NULL, ''`, []any{"dead00", nil, ""}},
		{"BIT", "text", "'0101'", []any{"0101"}},
		{"mood", "text", "'happy', NULL, 'happy', 'happy'", []any{"happy", nil, "happy", "happy"}},
		{"INTEGER[]", "text", "[1, NULL, 3], [], NULL", []any{"[1, NULL, 3]", "[]", nil}},
		{"INTEGER[2]", "text", "[1, 2], NULL", []any{"[1, 2]", nil}},
		{"STRUCT(a INTEGER, b VARCHAR)", "text", "{'a': 1, 'b': 'x'}, NULL", []any{"{'a': 1, 'b': x}", nil}},
		{"MAP(VARCHAR, INTEGER)", "text", "MAP {'k': 1}", []any{"{k=1}"}},
		{"UNION(n INTEGER, s VARCHAR)", "text", "1, 'x', NULL", []any{"1", "x", nil}},
		{"JSON", "text", `'{"a": [1, 2]}', 'null', NULL`, []any{`{"a": [1, 2]}`, "null", nil}},
		{"BIGNUM", "text", "'1234567890123456789012345678901234567890123'", []any{"1234567890123456789012345678901234567890123"}},
		{"VARCHAR", "text", "'naïve', '🦁🦁', '', NULL, 'a' || chr(0) || 'b', 'it''s \"so\"'", []any{"naïve", "🦁🦁", "", nil, "a\x00b", `it's "so"`}},
	}
	statements := []string{"CREATE TYPE mood AS ENUM ('sad', 'happy')"}
	for i, c := range all {
		statements = append(statements, fmt.Sprintf("CREATE TABLE t%d(v %s)", i, c.typ),
			fmt.Sprintf("INSERT INTO t%d SELECT unnest([%s])", i, listOf(c.typ, c.values)))
	}
	file := write(t, dataset(t, statements...))
	for i, c := range all {
		t.Run(c.typ, func(t *testing.T) {
			name := fmt.Sprintf("t%d", i)
			if col := file.table(t, name).Columns[0]; string(col.Kind) != c.kind {
				t.Errorf("%s is kept as %s, want %s", col.Type, col.Kind, c.kind)
			}
			if got := file.values(t, name, "v"); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// listOf casts each value, so that none decides about the type of the others.
func listOf(typ, values string) string {
	if strings.ContainsAny(values, "[{|") || strings.Contains(values, "(") && !strings.Contains(values, "BC") {
		return values
	}
	parts := strings.Split(values, ", ")
	for i, p := range parts {
		parts[i] = "CAST(" + p + " AS " + typ + ")"
	}
	return strings.Join(parts, ", ")
}

func TestTablesWithoutRowsOrValues(t *testing.T) {
	db := dataset(t, "CREATE TABLE nothing(i INTEGER, f DOUBLE, b BOOLEAN, d DATE, s VARCHAR)",
		"CREATE TABLE missing AS SELECT NULL::INTEGER AS i, NULL::DOUBLE AS f, NULL::BOOLEAN AS b, NULL::DATE AS d, NULL::VARCHAR AS s, NULL::UUID AS u FROM range(3)")
	file := write(t, db)
	for _, c := range file.table(t, "nothing").Columns {
		if got := file.values(t, "nothing", c.Name); len(got) != 0 {
			t.Errorf("%s has %v", c.Name, got)
		}
	}
	for _, c := range file.table(t, "missing").Columns {
		if got := file.values(t, "missing", c.Name); !reflect.DeepEqual(got, []any{nil, nil, nil}) {
			t.Errorf("%s has %v", c.Name, got)
		}
	}
}

func TestDatasetWithoutTablesIsCopied(t *testing.T) {
	if file := write(t, dataset(t)); file.meta.Version != 1 || file.meta.Tables == nil || len(file.meta.Tables) != 0 {
		t.Errorf("got %+v", file.meta)
	}
}

func TestAnyNameIsKept(t *testing.T) {
	name, col := `it's "a" table; -- \ 🦁`, `SELECT "x" FROM 'y'`
	db := dataset(t, "CREATE TABLE "+engine.QuoteName(name)+"("+engine.QuoteName(col)+" VARCHAR, \"a b\" INTEGER)",
		"INSERT INTO "+engine.QuoteName(name)+" VALUES ('v', 1)")
	file := write(t, db, name)
	if got := file.values(t, name, col); !reflect.DeepEqual(got, []any{"v"}) {
		t.Errorf("got %v", got)
	}
}

func TestFewDistinctTextsBecomeCodes(t *testing.T) {
	all := []struct {
		name, expr string
		rows       int
		codes      bool
	}{
		{"half as many as rows", "(range // 2)::VARCHAR", 1000, true},
		{"one more than half", "least(range, 500)::VARCHAR", 1000, false},
		{"one row", "'x'", 1, false},
		{"as many as are kept", "(range % 65536)::VARCHAR", 131_072, true},
		{"one more than is kept", "(range % 65537)::VARCHAR", 140_000, false},
		{"missing ones do not count", "CASE WHEN range % 2 = 0 THEN (range // 4)::VARCHAR END", 1000, true},
		{"long ones", "repeat('y', 20000) || (range % 300)::VARCHAR", 600, false},
	}
	var statements []string
	for i, c := range all {
		statements = append(statements, fmt.Sprintf("CREATE TABLE t%d AS SELECT %s AS s FROM range(%d)", i, c.expr, c.rows))
	}
	db := dataset(t, statements...)
	file := write(t, db)
	for i, c := range all {
		t.Run(c.name, func(t *testing.T) {
			name := fmt.Sprintf("t%d", i)
			if col := file.table(t, name).Columns[0]; (col.Codes != "") != c.codes {
				t.Errorf("codes are %q", col.Codes)
			}
			rows, err := db.Query(t.Context(), "SELECT s FROM "+name)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			for i, got := range file.values(t, name, "s") {
				if !rows.Next(t.Context()) {
					t.Fatal(rows.Err())
				}
				if text, ok := rows.Text(0); ok != (got != nil) || ok && got != text {
					t.Fatalf("row %d is %v, want %q", i, got, text)
				}
			}
		})
	}
}

func TestBytesThatAreNoTextAreReplaced(t *testing.T) {
	for in, want := range map[string]string{"a": "a", "a\xffb": "a\ufffdb", "\xed\xa0\x80": "\ufffd", "🦁": "🦁"} {
		if got := string(readable([]byte(in))); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// large is several row groups, with every kind of column.
func large(t testing.TB, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), protocol.PreparedName)
	db, err := engine.Open(engine.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Exec(t.Context(), fmt.Sprintf(`CREATE TABLE t AS SELECT (hash(range) >> 1)::BIGINT AS i, (range / 7)::DECIMAL(18,3) AS f,
		['north', 'south', NULL, 'wést'][1 + range %% 4] AS region, md5(range::VARCHAR) AS id, TIMESTAMP '2020-01-01' + to_seconds(range) AS m FROM range(%d)`, rows)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSameDatasetSameBytes(t *testing.T) {
	path := large(t, 250_000)
	var first []byte
	for _, threads := range []int{1, 1, 4} {
		dir := t.TempDir()
		if _, err := Write(t.Context(), reopen(t, path, threads), dir, nil); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, protocol.FramesName))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = data
		}
		if !bytes.Equal(first, data) {
			t.Errorf("other bytes with %d threads", threads)
		}
	}
}

func TestNamedTablesAreCopied(t *testing.T) {
	db := dataset(t, "CREATE TABLE b AS SELECT 1 AS x", "CREATE TABLE A AS SELECT range AS x FROM range(3)", "CREATE TABLE c AS SELECT 1 AS x",
		"CREATE VIEW v AS SELECT 1 AS x")
	dir := t.TempDir()
	got, err := Write(t.Context(), db, dir, []string{"a", "B", "a"})
	if err != nil {
		t.Fatal(err)
	}
	want := []protocol.TableProfile{{Name: "A", Rows: 3, Columns: []protocol.ColumnProfile{}}, {Name: "b", Rows: 1, Columns: []protocol.ColumnProfile{}}}
	if !reflect.DeepEqual(got, want) || len(read(t, dir).meta.Tables) != 2 {
		t.Errorf("got %+v", got)
	}
	dir = t.TempDir()
	if _, err := Write(t.Context(), db, dir, []string{"a", "nowhere"}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
	empty(t, dir)
}

func empty(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCopyThatIsThereIsNotReplaced(t *testing.T) {
	db, dir := dataset(t, "CREATE TABLE t AS SELECT 1 AS x"), t.TempDir()
	path := filepath.Join(dir, protocol.FramesName)
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), db, dir, nil); err == nil {
		t.Error("no error")
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
		t.Errorf("it holds %q, %v", data, err)
	}
}

// fuse is a context that is over after it was looked at a number of times.
type fuse struct {
	context.Context //nolint:containedctx // it is one
	left            *atomic.Int64
	cancel          context.CancelFunc
}

func (f fuse) Err() error {
	if f.left.Add(-1) == 0 {
		f.cancel()
	}
	return f.Context.Err()
}

func TestCancelledCopyLeavesNoFile(t *testing.T) {
	db := reopen(t, large(t, 20_000), 1)
	attempt := func(looks int64) (dir string, left int64, err error) {
		inner, cancel := context.WithCancel(t.Context())
		defer cancel()
		ctx := fuse{inner, &atomic.Int64{}, cancel}
		ctx.left.Store(looks)
		dir = t.TempDir()
		_, err = Write(ctx, db, dir, nil)
		return dir, ctx.left.Load(), err
	}
	const many = 1 << 20
	_, left, err := attempt(many)
	if err != nil {
		t.Fatal(err)
	}
	// Somewhere in every phase: before there is a file, in numbers, in texts.
	const phases = 12
	for i := range int64(phases) {
		looks := 1 + i*(many-left-1)/phases
		dir, _, err := attempt(looks)
		if fault.CodeOf(err) != fault.Cancelled || !errors.Is(err, context.Canceled) {
			t.Errorf("after %d looks: %v", looks, err)
		}
		empty(t, dir)
	}
}

func TestMissingDirectoryIsAnError(t *testing.T) {
	db := dataset(t, "CREATE TABLE t AS SELECT 1 AS x")
	if _, err := Write(t.Context(), db, filepath.Join(t.TempDir(), "nowhere"), nil); fault.CodeOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	const rows = 300_000
	db := reopen(b, large(b, rows), 1)
	b.ReportAllocs()
	var size int64
	for b.Loop() {
		dir := b.TempDir()
		if _, err := Write(b.Context(), db, dir, nil); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(dir, protocol.FramesName))
		if err != nil {
			b.Fatal(err)
		}
		size = info.Size()
	}
	b.SetBytes(size)
}
