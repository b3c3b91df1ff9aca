package ingest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// read ingests one file with options and returns its tables and the database.
func read(t *testing.T, name string, content []byte, options map[string]catalog.ReadOptions) ([]protocol.TableProfile, string, error) {
	t.Helper()
	in, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "00-t"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	profiles, err := Run(t.Context(), Options{DataDir: in, OutDir: out}, []protocol.IngestFile{{Name: "00-t", Label: name, Table: "t", Options: options}})
	return profiles, filepath.Join(out, protocol.PreparedName), err
}

// mustRead is read of a file that becomes the one table t.
func mustRead(t *testing.T, name, content string, options catalog.ReadOptions) loaded {
	t.Helper()
	p, path, err := read(t, name, []byte(content), map[string]catalog.ReadOptions{"t": options})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return loaded{&p[0], contents(t, path)}
}

// shape is the names and types of a table.
func (l loaded) shape() string {
	var out []string
	for _, c := range l.Columns {
		out = append(out, c.Name+" "+c.Type)
	}
	return strings.Join(out, ", ")
}

func packed(t *testing.T, texts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, text := range texts {
		w, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func TestZstdIsRecognisedByItsContent(t *testing.T) {
	got := mustRead(t, "a.csv", string(packed(t, "a,b\n1,2\n", "3,4\n")), catalog.ReadOptions{})
	if got.rows != "1|2\n3|4\n" || got.Report.Compression != "zstd" {
		t.Errorf("rows %q, %+v", got.rows, got.Report)
	}
	got = mustRead(t, "a.jsonl", string(packed(t, "{\"a\":1}\n{\"a\":2}\n")), catalog.ReadOptions{})
	if got.rows != "1\n2\n" || got.Report.Format != "jsonl" {
		t.Errorf("rows %q, %+v", got.rows, got.Report)
	}
	whole := packed(t, "a,b\n"+strings.Repeat("1,2\n", 1000)+strings.Repeat("3,5\n", 90000))
	_, _, err := read(t, "cut.csv", whole[:len(whole)-3], nil)
	if f := fault.From(err); err == nil || f.Code != fault.Validation || !strings.Contains(f.Message, "zstd") || f.Details["line"] == nil {
		t.Errorf("a truncated file: %v", err)
	}
}

func TestBombsAreBounded(t *testing.T) {
	for name, bomb := range map[string][]byte{
		"zstd": packed(t, "a,b\n"+strings.Repeat(strings.Repeat("1,2\n", 1<<18), 300)),
		"gzip": zipped(t, "a,b\n"+strings.Repeat(strings.Repeat("1,2\n", 1<<18), 300)),
	} {
		_, _, err := read(t, "bomb.csv", bomb, nil)
		if fault.CodeOf(err) != fault.PayloadTooLarge {
			t.Errorf("%s of %d bytes: %v", name, len(bomb), err)
		}
	}
}

func TestJSONLinesBecomeATable(t *testing.T) {
	for name, c := range map[string]struct{ content, shape, rows string }{
		"lines":      {"{\"a\":1,\"b\":\"x\"}\n\n{\"b\":\"y\",\"c\":true}\n", "a BIGINT, b VARCHAR, c BOOLEAN", "1|x|∅\n∅|y|true\n"},
		"a list":     {" [ {\"a\": 1},\n {\"a\": 2.5}\n]\n", "a DOUBLE", "1.0\n2.5\n"},
		"nested":     {"{\"u\":{\"id\":1,\"geo\":{\"lat\":1.5}},\"tags\":[\"x\", 1]}\n{\"u\":{}}\n", "u.id BIGINT, u.geo.lat DOUBLE, tags VARCHAR", "1|1.5|[\"x\",1]\n∅|∅|∅\n"},
		"mixed":      {"{\"a\":1}\n{\"a\":\"x\"}\n{\"a\":null}\n", "a VARCHAR", "1\nx\n∅\n"},
		"codes":      {"{\"zip\":\"01234\",\"n\":\"5\"}\n", "zip VARCHAR, n VARCHAR", "01234|5\n"},
		"dates":      {"{\"d\":\"2026-01-31\",\"t\":\"2026-01-31T08:30:00Z\"}\n", "d DATE, t TIMESTAMP WITH TIME ZONE", "2026-01-31|2026-01-31 08:30:00+00\n"},
		"big":        {"{\"id\":12345678901234567890}\n", "id VARCHAR", "12345678901234567890\n"},
		"dots":       {"{\"a.b\":1,\"a\":{\"b\":2}}\n", "a.b BIGINT, a.b_1 BIGINT", "1|2\n"},
		"empty row":  {"{\"a\":1}\n{\"a\":null}\n", "a BIGINT", "1\n∅\n"},
		"utf-16":     {"\xff\xfe{\x00\"\x00a\x00\"\x00:\x001\x00}\x00\n\x00", "a BIGINT", "1\n"},
		"unreadable": {"{\"a\":1}\n{\"a\":\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":3}", "a BIGINT", "1\n3\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, "x.jsonl", c.content, catalog.ReadOptions{})
			if got.shape() != c.shape || got.rows != c.rows {
				t.Errorf("%s\n%s", got.shape(), got.rows)
			}
			if name == "unreadable" {
				lines := []int64{}
				for _, r := range got.Rejects {
					lines = append(lines, r.Line)
				}
				if fmt.Sprint(lines) != "[2 3 4]" || got.Rejects[2].Message != "it has the key \"a\" twice" || got.Rejects[1].Sample != "[1]" {
					t.Errorf("rejects %+v", got.Rejects)
				}
			}
		})
	}
}

// parquetOf writes what a query returns as Parquet.
func parquetOf(t *testing.T, query string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.parquet")
	db, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Exec(t.Context(), "COPY ("+query+") TO "+engine.QuoteText(path)+" (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParquetKeepsItsTypes(t *testing.T) {
	data := parquetOf(t, `SELECT * FROM (VALUES
		('007', 1.50::DECIMAL(9,2), DATE '2026-01-31', [1,2], {'x': 1}, encode('é'), 9007199254740993, 1::UTINYINT),
		(NULL, 2.25, NULL, NULL, NULL, '\xFF'::BLOB, NULL, NULL)) v("Code", price, d, list, rec, bytes, big, small)`)
	got := mustRead(t, "x.csv", string(data), catalog.ReadOptions{})
	if want := "Code VARCHAR, price DECIMAL(9,2), d DATE, list VARCHAR, rec VARCHAR, bytes VARCHAR, big BIGINT, small UTINYINT"; got.shape() != want {
		t.Errorf("types %s", got.shape())
	}
	if want := "007|1.50|2026-01-31|[1,2]|{\"x\":1}|é|9007199254740993|1\n∅|2.25|∅|∅|∅|\\xFF|∅|∅\n"; got.rows != want {
		t.Errorf("rows %q", got.rows)
	}
	if got.Report.Format != "parquet" || got.Report.Read != 2 || !got.says("JSON text") {
		t.Errorf("report %+v", got.Report)
	}
}

func TestParquetColumnsAreChanged(t *testing.T) {
	data := parquetOf(t, "SELECT 1.0::DOUBLE AS n, 'x' AS t, TIMESTAMP '2026-01-31 00:00:00' AS at UNION ALL SELECT 1.5, 'y', TIMESTAMP '2026-01-31 08:00:00'")
	got := mustRead(t, "x.parquet", string(data), catalog.ReadOptions{Columns: []catalog.ColumnOptions{
		{Column: "n", Type: "integer", Name: "count"}, {Column: "t", Drop: true},
	}})
	if got.shape() != "count BIGINT, at TIMESTAMP" || got.rows != "1|2026-01-31 00:00:00\n" || got.Rejected != 1 || got.Report.FailedCells != 1 {
		t.Errorf("%s\n%s%+v", got.shape(), got.rows, got.Report)
	}
	if r := got.Rejects; len(r) != 1 || r[0].Line != 2 || r[0].Column != "count" || r[0].Message != `"1.5" is not an integer` {
		t.Errorf("rejects %+v", r)
	}
}

func TestADamagedParquetFileIsRefused(t *testing.T) {
	data := parquetOf(t, "SELECT range AS n, 'text ' || range AS t FROM range(20000)")
	for name, content := range map[string][]byte{
		"cut":     data[:len(data)/2],
		"no end":  data[:len(data)-5],
		"changed": append(bytes.Repeat([]byte("PAR1"), len(data)/8), data[len(data)/8*4:]...),
		"small":   []byte("PAR1PAR1"),
	} {
		_, _, err := read(t, "x.parquet", content, nil)
		if f := fault.From(err); err == nil || f.Code != fault.Validation || !strings.Contains(f.Message, "x.parquet") || strings.Contains(f.Message, os.TempDir()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatAPersonSaysAboutAFileHolds(t *testing.T) {
	two, none := 2, 0
	for name, c := range map[string]struct {
		content     string
		options     catalog.ReadOptions
		shape, rows string
	}{
		"delimiter":    {"a,b;c\n1,2;3\n", catalog.ReadOptions{Delimiter: ";"}, "a,b DOUBLE, c BIGINT", "1.2|3\n"},
		"no delimiter": {"a,b\n1,2\n", catalog.ReadOptions{Delimiter: "none"}, "a,b DOUBLE", "1.2\n"},
		"tab":          {"a b\tc\n1 2\t3\n", catalog.ReadOptions{Delimiter: `\t`}, "a b VARCHAR, c BIGINT", "1 2|3\n"},
		"no quote":     {"a,b\n\"1,2\"\n", catalog.ReadOptions{Quote: "none", Delimiter: ","}, "a VARCHAR, b VARCHAR", "\"1|2\"\n"},
		"encoding":     {"name\n\xcf\xf0\xe8\xe2\xe5\xf2\n", catalog.ReadOptions{Encoding: "windows-1251"}, "name VARCHAR", "Привет\n"},
		"skip":         {"x,y\n\nid,n\n1,2\n", catalog.ReadOptions{Skip: 2}, "id BIGINT, n BIGINT", "1|2\n"},
		"header":       {"a,b\nc,d\n1,2\n", catalog.ReadOptions{Header: &two}, "c BIGINT, d BIGINT", "1|2\n"},
		"no header":    {"a,b\n1,2\n", catalog.ReadOptions{Header: &none}, "col_0 VARCHAR, col_1 VARCHAR", "a|b\n1|2\n"},
		"comma":        {"a;b\n1,234;5\n", catalog.ReadOptions{Decimal: ","}, "a DOUBLE, b BIGINT", "1.234|5\n"},
		"point":        {"a;b\n1,25;5\n", catalog.ReadOptions{Decimal: "."}, "a VARCHAR, b BIGINT", "1,25|5\n"},
		"nulls":        {"a,b\n1,x\nNA,-\n3,NA\n", catalog.ReadOptions{Nulls: []string{"NA", "-"}}, "a BIGINT, b VARCHAR", "1|x\n∅|∅\n3|∅\n"},
		"day first":    {"d\n01/02/2026\n", catalog.ReadOptions{DateOrder: "dmy"}, "d DATE", "2026-02-01\n"},
		"month first":  {"d;n\n01/02/2026;1\n", catalog.ReadOptions{DateOrder: "mdy"}, "d DATE, n BIGINT", "2026-01-02|1\n"},
		"not so":       {"d\n01/02/2026\n31/01/2026\n", catalog.ReadOptions{DateOrder: "mdy"}, "d VARCHAR", "01/02/2026\n31/01/2026\n"},
		"names":        {"a,b,c\n1,2,3\n", catalog.ReadOptions{Columns: []catalog.ColumnOptions{{Column: "A", Name: "first"}, {Column: "b", Drop: true}}}, "first BIGINT, c BIGINT", "1|3\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, "x.csv", c.content, c.options)
			if got.shape() != c.shape || got.rows != c.rows {
				t.Errorf("%s\n%s%v", got.shape(), got.rows, got.Notes)
			}
			if got.Report.Options == nil {
				t.Error("the report does not say what was asked for")
			}
		})
	}
}

func TestValuesWithoutTheTypeThatWasGivenAreRejectedWithTheirLine(t *testing.T) {
	for typ, c := range map[string]struct {
		good []string
		bad  []string
		rows string
		as   string
	}{
		"text":      {[]string{"1", "x"}, nil, "1\nx\n", "VARCHAR"},
		"integer":   {[]string{"007", "1,234", "5.0", "-3"}, []string{"1.5", "x", "1,23", "9999999999999999999"}, "7\n1234\n5\n-3\n", "BIGINT"},
		"decimal":   {[]string{"1.50", "1,234.5", "007", "-0.125"}, []string{"1e5", "x", "1.2.3", "-"}, "1.500\n1234.500\n7.000\n-0.125\n", "DECIMAL(18,3)"},
		"float":     {[]string{"1e3", "2", "1,234.5"}, []string{"x", "0x10", "1_0"}, "1000.0\n2.0\n1234.5\n", "DOUBLE"},
		"boolean":   {[]string{"yes", "N", "1", "TRUE"}, []string{"2", "maybe"}, "true\nfalse\ntrue\ntrue\n", "BOOLEAN"},
		"date":      {[]string{"31/01/2026", "01/02/2026", "5 Jan 2026"}, []string{"02/31/2026", "soon", "31/01/2026 08:00"}, "2026-01-31\n2026-02-01\n2026-01-05\n", "DATE"},
		"timestamp": {[]string{"2026-01-31", "2026-01-31 08:30:00"}, []string{"08:30", "x"}, "2026-01-31 00:00:00\n2026-01-31 08:30:00\n", "TIMESTAMP"},
	} {
		t.Run(typ, func(t *testing.T) {
			var b strings.Builder
			b.WriteString("v;w\n")
			for _, v := range append(append([]string{}, c.good...), c.bad...) {
				b.WriteString(v + ";x\n")
			}
			got := mustRead(t, "x.csv", b.String(), catalog.ReadOptions{Decimal: ".", Columns: []catalog.ColumnOptions{{Column: "v", Type: typ}, {Column: "w", Drop: true}}})
			if got.shape() != "v "+c.as || got.rows != c.rows {
				t.Errorf("%s\n%s", got.shape(), got.rows)
			}
			r := got.Report
			if int(got.Rejected) != len(c.bad) || int(r.FailedCells) != len(c.bad) || r.Columns[0].Failed != r.FailedCells || int(r.Read) != len(c.good)+len(c.bad) || !r.Columns[0].Given {
				t.Errorf("report %+v", r)
			}
			for i, bad := range c.bad {
				if r.Rejects[i].Line != int64(len(c.good)+i+2) || !strings.Contains(r.Rejects[i].Message, fmt.Sprintf("%q", bad)) || r.Rejects[i].Column != "v" || r.Rejects[i].Sample != bad+";x" {
					t.Errorf("reject %+v", r.Rejects[i])
				}
			}
		})
	}
}

func TestOptionsThatDoNotFitTheFileAreRefused(t *testing.T) {
	nine := 9
	for name, o := range map[string]map[string]catalog.ReadOptions{
		"no such column":   {"t": {Columns: []catalog.ColumnOptions{{Column: "c", Type: "text"}}}},
		"no such encoding": {"t": {Encoding: "klingon"}},
		"no such line":     {"t": {Header: &nine}},
		"no such table":    {"u": {Delimiter: ";"}},
		"the same name":    {"t": {Columns: []catalog.ColumnOptions{{Column: "a", Name: "B"}}}},
		"nothing is left":  {"t": {Columns: []catalog.ColumnOptions{{Column: "a", Drop: true}, {Column: "b", Drop: true}}}},
		"nonsense":         {"t": {Delimiter: "::"}},
	} {
		if _, _, err := read(t, "x.csv", []byte("a,b\n1,2\n"), o); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostileTextEndsInAClearRefusal(t *testing.T) {
	for name, c := range map[string]struct{ content, says string }{
		"a cell of 100 MB":         {"a,b\n1," + strings.Repeat("x", 100<<20) + "\n", "a line of more than"},
		"a quoted cell of 20 MB":   {"a,b\n1,\"" + strings.Repeat("x", 20<<20) + "\"\n", "a line of more than"},
		"a million columns":        {strings.Repeat("a,", 1_000_000) + "\n1\n", "columns"},
		"zero bytes":               {"a,b\n1,\x00\n2,\x00\n3,4\n", "a binary file"},
		"an object of 20 MB":       {"{\"a\":\"" + strings.Repeat("x", 20<<20) + "\"}\n", "a line of more than"},
		"a list that never ends":   {"[{\"a\":" + strings.Repeat("[", 10<<20), "a line of more than"},
		"a million keys":           {manyKeys(1 << 16), "columns"},
		"gzip in gzip":             {string(zipped(t, string(zipped(t, "a\n1\n")))), "a gzip file in another one"},
		"lists in lists in a line": {strings.Repeat("[", 1<<20) + "\n", "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, "evil.json", []byte(c.content), nil)
			f := fault.From(err)
			if err == nil || f.Code != fault.Validation && f.Code != fault.PayloadTooLarge || !strings.Contains(f.Message, c.says) || f.Hint == "" {
				t.Errorf("got %.300v", err)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"k%d\":1}\n", i)
	}
	return b.String()
}

func TestHostileTextIsOnlyText(t *testing.T) {
	got := mustRead(t, "x.csv", "a,b\n\"=cmd|' /C calc'!A0\",1\n@SUM(1),2\n\"'; DROP TABLE t; --\",3\n", catalog.ReadOptions{})
	if got.rows != "=cmd|' /C calc'!A0|1\n@SUM(1)|2\n'; DROP TABLE t; --|3\n" {
		t.Errorf("rows %q", got.rows)
	}
	// A quote that is never closed costs its line, however much follows.
	got = mustRead(t, "x.csv", "a,b\n1,\"open\n"+strings.Repeat("2,3\n", 1<<17), catalog.ReadOptions{})
	if got.Rows != 1<<17 || got.Rejected != 1 || got.Rejects[0].Line != 2 || got.Rejects[0].Sample != "1,\"open" {
		t.Errorf("%d rows, rejects %+v", got.Rows, got.Rejects)
	}
}
