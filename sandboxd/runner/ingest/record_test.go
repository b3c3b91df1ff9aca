package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// records reads everything a scanner yields.
func records(tb testing.TB, r io.Reader, d dialect) []string {
	tb.Helper()
	return all(tb, newScanner(r, d))
}

// all reads every record.
func all(tb testing.TB, s recordReader) []string {
	tb.Helper()
	var out []string
	for {
		var rec record
		err := s.next(&rec)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%d %q", rec.line, rec.fault)
		for _, c := range rec.cells {
			fmt.Fprintf(&b, " %q", c.text)
		}
		out = append(out, b.String())
	}
}

func TestRecordsKnowTheirLines(t *testing.T) {
	got := records(t, strings.NewReader("a,b\n\"x\ny\r\nz\",1\r\n\n2,\"open\n3,4\n"), dialect{delimiter: ',', quote: '"'})
	want := []string{
		`1 "" "a" "b"`, `2 "" "x\ny\r\nz" "1"`, `5 "" ""`, `6 "a quotation mark is opened and never closed" "2,\"open"`, `7 "" "3" "4"`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// FuzzRecordsDoNotDependOnHowTheyArrive reads the same bytes at once and one by
// one.
func FuzzRecordsDoNotDependOnHowTheyArrive(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "\"a\"\"b\",c\r\nd", "\"x\"y,\"z", "a,\"b\"c\"d\",e\n\"\n", "\r\r\n\n", ",,\n\"\",\"\"", "\"a\nb\"c\nd\"\n", "\\\"", "\"a\\\"b\\\\\",c",
	} {
		f.Add([]byte(text), byte(','), byte('"'), false)
		f.Add([]byte(text), byte(','), byte('"'), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, delimiter, quote byte, backslash bool) {
		if len(data) > 512 || delimiter == '\n' || delimiter == '\r' || quote == '\n' || quote == '\r' || delimiter == quote || quote == ' ' || delimiter == ' ' {
			return
		}
		d := dialect{delimiter, quote, backslash}
		whole := records(t, bytes.NewReader(data), d)
		pieces := records(t, iotest.OneByteReader(bytes.NewReader(data)), d)
		if strings.Join(whole, "\n") != strings.Join(pieces, "\n") {
			t.Errorf("at once\n%s\none by one\n%s", strings.Join(whole, "\n"), strings.Join(pieces, "\n"))
		}
	})
}

// FuzzNothingIsLost feeds any bytes to everything that comes before the database:
// a file is refused with a fault, or each of its records is counted once.
func FuzzNothingIsLost(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n3\n4,5,6\n\n,,\n", "# c\na;b\n1;2\n# d\n", "title\nid,name\n1,x\n2,\"y\n3,z\n", "\xff\xfea\x00,\x00b\x00", "1,2\n3,4\n", "\"\n\n\n",
		"a\n\n\n1\n", "x,y\n[s],[m]\n1,2\n3,4\n5,6\n7,8\n", "Zo\xeb\n", "a,,\n,b,c\n1,2,3\n2,3,4\n",
		"{\"a\":1,\"b\":{\"c\":[1]}}\n{\"a\":\"x\"\n\n[{\"a\":1},2]", "[{\"a\":1},\n{\"b\":null}]",
	} {
		f.Add([]byte(text))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 64<<10 {
			return
		}
		if err := os.WriteFile(filepath.Join(dir, "f.csv"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		found, err := Options{DataDir: dir}.parts(t.Context(), []protocol.IngestFile{{Name: "f.csv", Table: "t"}})
		if err != nil {
			if code := fault.CodeOf(err); code != fault.Validation && code != fault.PayloadTooLarge {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		tab, ok := found[0].(*table)
		if !ok {
			return
		}
		r, closer, err := tab.open()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = closer.Close() }()
		all := int64(len(all(t, r)))
		c := tab.tally
		headers := min(int64(tab.layout.header), max(0, all-int64(tab.layout.skip)))
		if sum := c.loaded + c.rejected + c.blank + c.comments + c.before + headers; sum != all {
			t.Errorf("%d records: %d loaded, %d rejected, %d blank, %d comments, %d before, %d header", all, c.loaded, c.rejected, c.blank, c.comments, c.before, headers)
		}
		notes := strings.Join(tab.notes(), "\n")
		for part, n := range map[string]int64{"left out": c.rejected, "comment line": c.comments, "before the table": c.before, "empty line": c.blank} {
			if n > 0 && !strings.Contains(notes, part) {
				t.Errorf("%d records are not loaded, and no note says %q:\n%s", n, part, notes)
			}
		}
	})
}

func TestHostileQuotesAreReadInLinearTime(t *testing.T) {
	for _, pattern := range []string{`"a`, `" `, `"a" `, "\"\n", "\"a\n", `"a"b,`, `""a`, `"\"`, "\"x\"y\n", ` "`, `"  x`, "'\"\n\"',", ` "",  `, `,  "`} {
		data := strings.Repeat(pattern, (200<<10)/len(pattern))
		for _, d := range []dialect{{',', '"', false}, {',', '"', true}, {0, '"', false}} {
			started := time.Now()
			s := newScanner(strings.NewReader(data), d)
			var r record
			for s.next(&r) == nil {
				if time.Since(started) > 10*time.Second {
					t.Fatalf("%q takes too long", pattern)
				}
			}
		}
	}
}
