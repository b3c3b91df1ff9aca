package frames

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// copied is a columnar copy, read the way its format is documented.
type copied struct {
	meta  meta
	files map[string]*zip.File
}

// read opens the copy in dir and checks what holds for every one.
func read(t testing.TB, dir string) *copied {
	t.Helper()
	z, err := zip.OpenReader(filepath.Join(dir, protocol.FramesName))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = z.Close() })
	c := &copied{files: map[string]*zip.File{}}
	for _, f := range z.File {
		if f.Method != zip.Store || c.files[f.Name] != nil {
			t.Errorf("member %s is compressed or there twice", f.Name)
		}
		c.files[f.Name] = f
	}
	if err := json.Unmarshal(c.member(t, "meta.json"), &c.meta); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{"meta.json": true}
	for _, tab := range c.meta.Tables {
		for _, col := range tab.Columns {
			for _, name := range []string{col.Data, col.Nulls, col.Ends, col.Codes} {
				used[name] = true
			}
		}
	}
	for name := range c.files {
		if !used[name] {
			t.Errorf("member %s belongs to no column", name)
		}
	}
	return c
}

// member reads a member, whose checksum is verified at its end.
func (c *copied) member(t testing.TB, name string) []byte {
	t.Helper()
	f := c.files[name]
	if f == nil {
		t.Fatalf("there is no member %q", name)
	}
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return data
}

// array reads an array of the given type; n is its length, -1 for any.
func (c *copied) array(t testing.TB, name, descr string, size int, n int64) []byte {
	t.Helper()
	data := c.member(t, name)
	if len(data) < 10 || string(data[:8]) != "\x93NUMPY\x01\x00" {
		t.Fatalf("%s is no array: %q", name, data[:min(len(data), 16)])
	}
	end := 10 + int(binary.LittleEndian.Uint16(data[8:]))
	header := string(data[10:end])
	if end%64 != 0 || header[len(header)-1] != '\n' {
		t.Errorf("the header of %s is %q, of %d bytes", name, header, end)
	}
	m := regexp.MustCompile(`^\{'descr': '([^']+)', 'fortran_order': False, 'shape': \((\d+),\), \} *\n$`).FindStringSubmatch(header)
	if m == nil {
		t.Fatalf("the header of %s is %q", name, header)
	}
	length, err := strconv.ParseInt(m[2], 10, 64)
	if err != nil || m[1] != descr || n >= 0 && length != n || int64(len(data)-end) != length*int64(size) {
		t.Fatalf("%s is %s of %d in %d bytes, want %s of %d", name, m[1], length, len(data)-end, descr, n)
	}
	return data[end:]
}

func words(data []byte) []uint64 {
	out := make([]uint64, len(data)/8)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(data[i*8:])
	}
	return out
}

// table finds a table.
func (c *copied) table(t testing.TB, name string) table {
	t.Helper()
	i := slices.IndexFunc(c.meta.Tables, func(tab table) bool { return tab.Name == name })
	if i < 0 {
		t.Fatalf("there is no table %q", name)
	}
	return c.meta.Tables[i]
}

// values returns a column, nil for what is missing, everything else as text.
func (c *copied) values(t testing.TB, tableName, columnName string) []any {
	t.Helper()
	tab := c.table(t, tableName)
	i := slices.IndexFunc(tab.Columns, func(col column) bool { return col.Name == columnName })
	if i < 0 {
		t.Fatalf("there is no column %q", columnName)
	}
	col := tab.Columns[i]
	out := make([]any, tab.Rows)
	switch col.Kind {
	case texts:
		out = c.texts(t, col, tab.Rows)
	case flags:
		for i, b := range c.array(t, col.Data, "|b1", 1, tab.Rows) {
			out[i] = [...]string{"false", "true"}[b]
		}
	default:
		descr := map[kind]string{integers: "<i8", floats: "<f8", moments: "<i8"}[col.Kind]
		if col.Type == "UBIGINT" {
			descr = "<u8"
		}
		for i, w := range words(c.array(t, col.Data, descr, 8, tab.Rows)) {
			out[i] = number(col, w)
		}
	}
	if col.Nulls == "" {
		return out
	}
	some := false
	for i, null := range c.array(t, col.Nulls, "|b1", 1, tab.Rows) {
		if null == 1 {
			if some = true; !slices.Contains([]any{"0", "false", ""}, out[i]) {
				t.Errorf("row %d of %s is missing and holds %v", i, columnName, out[i])
			}
			out[i] = nil
		}
	}
	if !some {
		t.Errorf("%s has a mask and nothing is missing", columnName)
	}
	return out
}

func number(col column, w uint64) any {
	switch {
	case col.Kind == floats && math.IsNaN(math.Float64frombits(w)), col.Kind == moments && int64(w) == math.MinInt64:
		return nil
	case col.Kind == floats:
		return fmt.Sprint(math.Float64frombits(w))
	case col.Type == "UBIGINT":
		return fmt.Sprint(w)
	}
	return fmt.Sprint(int64(w))
}

func (c *copied) texts(t testing.TB, col column, rows int64) []any {
	t.Helper()
	entries := int64(-1)
	if col.Codes == "" {
		entries = rows
	}
	all, from := []rune(string(c.array(t, col.Data, "|u1", 1, -1))), uint64(0)
	var values []string
	for _, end := range words(c.array(t, col.Ends, "<i8", 8, entries)) {
		if end < from || end > uint64(len(all)) {
			t.Fatalf("a value of %s ends at %d, after %d of %d", col.Name, end, from, len(all))
		}
		values = append(values, string(all[from:end]))
		from = end
	}
	if from != uint64(len(all)) {
		t.Errorf("the values of %s end at %d of %d", col.Name, from, len(all))
	}
	out := make([]any, rows)
	if col.Codes == "" {
		for i, v := range values {
			out[i] = v
		}
		return out
	}
	codes := c.array(t, col.Codes, "<i4", 4, rows)
	for i := range out {
		if code := int32(binary.LittleEndian.Uint32(codes[i*4:])); code >= 0 {
			out[i] = values[code]
		}
	}
	return out
}
