package results_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// column builds one column with a null and two values.
type column struct {
	name, typ string
	values    []any
}

func n(s string) json.Number { return json.Number(s) }

// everyType is a result with each of the engine's types, its edges, and text
// that tries to be a formula.
func everyType() []column {
	return []column{
		{"b", "BOOLEAN", []any{true, false}},
		{"tiny", "TINYINT", []any{n("-128"), n("127")}},
		{"small", "SMALLINT", []any{n("-32768"), n("32767")}},
		{"int", "INTEGER", []any{n("-2147483648"), n("2147483647")}},
		{"big", "BIGINT", []any{n("-9223372036854775808"), n("9223372036854775807")}},
		{"ubig", "UBIGINT", []any{n("0"), n("18446744073709551615")}},
		{"huge", "HUGEINT", []any{n("-99999999999999999999999999999999999999"), n("99999999999999999999999999999999999999")}},
		{"price", "DECIMAL(18,2)", []any{n("-1234567890123456.78"), n("0.10")}},
		{"wide", "DECIMAL(38,10)", []any{n("-1234567890123456789012345678.0123456789"), n("1")}},
		{"double", "DOUBLE", []any{n("0.1"), "NaN"}},
		{"inf", "DOUBLE", []any{"Infinity", "-Infinity"}},
		{"float", "FLOAT", []any{n("1.5"), n("-0.25")}},
		{"day", "DATE", []any{"1969-12-31", "2026-02-28"}},
		{"at", "TIMESTAMP", []any{"2026-01-31T08:30:00", "1969-12-31T23:59:59.123456"}},
		{"atz", "TIMESTAMP WITH TIME ZONE", []any{"2026-01-31T08:30:00+01:00", "2026-01-31T08:30:00Z"}},
		{"far", "DATE", []any{"infinity", "2026-02-28"}},
		{"text", "VARCHAR", []any{"plain, \"quoted\"\nand long", "ümlaut"}},
		{"formula", "VARCHAR", []any{"=1+1", "@SUM(A1)"}},
		{"signed", "VARCHAR", []any{"-1.5e3", "-1+1"}},
		{"list", "INTEGER[]", []any{"[1, 2]", "[]"}},
		{"=name", "VARCHAR", []any{"+1", "\tx"}},
		{"text", "VARCHAR", []any{"a second column", "of the same name"}},
	}
}

func executed(columns []column) event.Executed {
	x := event.Executed{Preview: [][]any{{}, {}, {}}, RowCount: 3}
	for _, c := range columns {
		x.Columns = append(x.Columns, event.Column{Name: c.name, Type: c.typ})
		x.Preview[0] = append(x.Preview[0], nil)
		for i, v := range c.values {
			x.Preview[i+1] = append(x.Preview[i+1], v)
		}
	}
	return x
}

func store(t *testing.T) (*results.Store, *bus.Bus, string) {
	t.Helper()
	b, dir := bustest.New(t), t.TempDir()
	return results.NewStore(b, dir), b, dir
}

func render(t *testing.T, s *results.Store, x event.Executed, f results.Format) []byte {
	t.Helper()
	file, size, err := s.Render(t.Context(), x, f)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil || int64(len(data)) != size {
		t.Fatalf("%d bytes of %d, %v", len(data), size, err)
	}
	return data
}

func TestFormatsKeepEveryDigitAndDefuseFormulas(t *testing.T) {
	s, _, dir := store(t)
	x := executed(everyType())
	x.Truncated, x.TruncatedBy = true, "rows"
	for _, f := range []results.Format{results.JSON, results.CSV} {
		got := render(t, s, x, f)
		golden := filepath.Join("testdata", "every_type."+string(f))
		if *update {
			if err := os.WriteFile(golden, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is\n%s\nwant\n%s", f, got, want)
		}
	}
	leftNothing(t, dir)
}

func leftNothing(t *testing.T, dir string) {
	t.Helper()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("temporary files left: %v %v", left, err)
	}
}

func TestNoCSVCellStartsAFormula(t *testing.T) {
	s, _, _ := store(t)
	for _, text := range []string{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@x", "\t=1", "\r=1", "=", "-", "+", "-inf", "+0x1p4", "--1", "-1_000", "-1,5"} {
		x := event.Executed{Columns: []event.Column{{Name: text, Type: "VARCHAR"}}, Preview: [][]any{{text}}, RowCount: 1}
		for _, record := range readCSV(t, render(t, s, x, results.CSV)) {
			if strings.ContainsAny(record[0][:1], "=+-@\t\r") {
				t.Errorf("%q is written as %q", text, record[0])
			}
		}
	}
	for _, number := range []string{"-1", "+1", "-0.5", "-1e10", "+3E-7", "-1e999"} {
		x := event.Executed{Columns: []event.Column{{Name: "n", Type: "VARCHAR"}}, Preview: [][]any{{number}}, RowCount: 1}
		if got := readCSV(t, render(t, s, x, results.CSV))[1][0]; got != number {
			t.Errorf("the number %s is written as %q", number, got)
		}
	}
}

func readCSV(t *testing.T, data []byte) [][]string {
	t.Helper()
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestParquetHasTheEnginesTypes(t *testing.T) {
	s, _, _ := store(t)
	data := render(t, s, executed(everyType()), results.Parquet)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(file.Schema().String()), " ")
	want := "message result { optional boolean b; optional int32 tiny (INT(8,true)); optional int32 small (INT(16,true)); " +
		"optional int32 int (INT(32,true)); optional int64 big (INT(64,true)); optional fixed_len_byte_array(16) ubig (DECIMAL(38,0)); " +
		"optional fixed_len_byte_array(16) huge (DECIMAL(38,0)); optional int64 price (DECIMAL(18,2)); optional fixed_len_byte_array(16) wide (DECIMAL(38,10)); " +
		"optional double double; optional double inf; optional float float; optional int32 day (DATE); " +
		"optional int64 at (TIMESTAMP(isAdjustedToUTC=false,unit=MICROS)); optional int64 atz (TIMESTAMP(isAdjustedToUTC=true,unit=MICROS)); " +
		"optional binary far (STRING); optional binary text (STRING); optional binary formula (STRING); optional binary signed (STRING); " +
		"optional binary list (STRING); optional binary =name (STRING); optional binary text_2 (STRING); }"
	if got != want {
		t.Errorf("schema is\n%s\nwant\n%s", got, want)
	}
	rows := readParquet(t, file)
	if len(rows) != 3 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, v := range rows[0] {
		if !v.IsNull() {
			t.Errorf("column %d of the first row is %v, not null", i, v)
		}
	}
	for i, want := range []any{true, -128, -32768, -2147483648, int64(-9223372036854775808)} {
		if fmt.Sprint(rows[1][i]) != fmt.Sprint(want) {
			t.Errorf("column %d is %v, want %v", i, rows[1][i], want)
		}
	}
	for i, want := range map[int]string{
		7: "-123456789012345678", 12: "-1", 13: "1769848200000000", 14: "1769844600000000", 15: "infinity", 17: "=1+1",
	} {
		if got := rows[1][i].String(); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
	if got := rows[2][13].Int64(); got != -876544 {
		t.Errorf("a timestamp before 1970 is %d", got)
	}
	// -99…9 (38 digits) as two's complement.
	if got := fmt.Sprintf("%x", rows[1][6].ByteArray()); got != "b4c4b357a5793b85f675ddc000000001" {
		t.Errorf("huge is %s", got)
	}
	if got := fmt.Sprintf("%x", rows[2][5].ByteArray()); got != "0000000000000000ffffffffffffffff" {
		t.Errorf("ubig is %s", got)
	}
}

func readParquet(t *testing.T, file *parquet.File) []parquet.Row {
	t.Helper()
	var out []parquet.Row
	for _, g := range file.RowGroups() {
		rows := g.Rows()
		buf := make([]parquet.Row, 16)
		for {
			n, err := rows.ReadRows(buf)
			for _, r := range buf[:n] {
				out = append(out, r.Clone())
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// stored puts a full result of n rows into the bucket.
func stored(t *testing.T, b *bus.Bus, rows int) (event.Executed, []byte) {
	t.Helper()
	full := struct {
		RowCount  int            `json:"row_count"`
		Truncated bool           `json:"truncated"`
		Columns   []event.Column `json:"columns"`
		Rows      [][]any        `json:"rows"`
	}{RowCount: rows, Columns: []event.Column{{Name: "i", Type: "BIGINT"}, {Name: "s", Type: "VARCHAR"}}}
	for i := range rows {
		full.Rows = append(full.Rows, []any{i, strings.Repeat("x", i%50)})
	}
	data, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	info, err := b.Objects(bus.BucketResults).Put(t.Context(), "acme/r/01-1.json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return event.Executed{
		Columns: full.Columns, RowCount: rows, Preview: [][]any{{n("0"), ""}},
		Result: &event.ObjectRef{Bucket: bus.BucketResults, Key: "acme/r/01-1.json", Bytes: info.Bytes, SHA256: info.SHA256},
	}, data
}

func TestAStoredResultIsServedWhole(t *testing.T) {
	s, b, dir := store(t)
	const rows = 45_000 // several row groups
	x, _ := stored(t, b, rows)
	var got struct{ Rows [][]any }
	if err := json.Unmarshal(render(t, s, x, results.JSON), &got); err != nil || len(got.Rows) != rows {
		t.Fatalf("%d rows, %v", len(got.Rows), err)
	}
	if records := readCSV(t, render(t, s, x, results.CSV)); len(records) != rows+1 || records[rows][0] != fmt.Sprint(rows-1) {
		t.Errorf("%d records, last %v", len(records), records[len(records)-1])
	}
	data := render(t, s, x, results.Parquet)
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil || file.NumRows() != rows || len(file.RowGroups()) != 3 {
		t.Fatalf("%v rows, %v", file.NumRows(), err)
	}
	leftNothing(t, dir)
}

func TestADamagedOrMissingResultIsNeverServed(t *testing.T) {
	s, b, dir := store(t)
	x, data := stored(t, b, 10)
	objects := b.Objects(bus.BucketResults)
	for name, bad := range map[string][]byte{
		"other rows": bytes.Replace(data, []byte("xxx"), []byte("yyy"), 1), "cut short": data[:len(data)/2], "nothing": {},
	} {
		if _, err := objects.Put(t.Context(), x.Result.Key, bytes.NewReader(bad)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Render(t.Context(), x, results.CSV); fault.CodeOf(err) != fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := objects.Delete(t.Context(), x.Result.Key); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Render(t.Context(), x, results.JSON); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a result that is gone: %v", err)
	}
	ragged := event.Executed{Columns: []event.Column{{Name: "a", Type: "BIGINT"}}, Preview: [][]any{{1, 2}}, RowCount: 1}
	if _, _, err := s.Render(t.Context(), ragged, results.CSV); err == nil {
		t.Error("a row with too many values was written")
	}
	leftNothing(t, dir)
}

func TestAnEmptyResultHasItsColumns(t *testing.T) {
	s, _, _ := store(t)
	for _, preview := range [][][]any{nil, {}} {
		x := event.Executed{Columns: []event.Column{{Name: "a", Type: "BIGINT"}}, Preview: preview}
		if got := string(render(t, s, x, results.CSV)); got != "a\r\n" {
			t.Errorf("CSV %q", got)
		}
		if got := string(render(t, s, x, results.JSON)); got != `{"columns":[{"name":"a","type":"BIGINT"}],"rows":[],"row_count":0,"truncated":false}`+"\n" {
			t.Errorf("JSON %s", got)
		}
		data := render(t, s, x, results.Parquet)
		file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
		if err != nil || file.NumRows() != 0 || len(file.Schema().Fields()) != 1 {
			t.Errorf("parquet: %v", err)
		}
	}
}
