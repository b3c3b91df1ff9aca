package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run ingests one file and returns its profile and where the result is.
func run(t *testing.T, name string, content []byte, types map[string]string) (*protocol.TableProfile, string, error) {
	t.Helper()
	in, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(in, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
	profiles, err := Run(t.Context(), Options{DataDir: in, OutDir: out}, []protocol.IngestFile{{Name: name, Table: "t", Types: types}})
	if err != nil {
		if left, readErr := os.ReadDir(out); readErr != nil || len(left) > 0 {
			t.Errorf("after an error, %v is left (%v)", left, readErr)
		}
		return nil, "", err
	}
	entries, err := os.ReadDir(out)
	if err != nil || len(entries) != 1 || entries[0].Name() != protocol.PreparedName {
		t.Errorf("the result is %v, %v", entries, err)
	}
	return &profiles[0], filepath.Join(out, protocol.PreparedName), nil
}

// loaded is what a file became.
type loaded struct {
	*protocol.TableProfile
	rows string
}

// load ingests text that must load.
func load(t *testing.T, content string, types map[string]string) loaded {
	t.Helper()
	p, path, err := run(t, "file.csv", []byte(content), types)
	if err != nil {
		t.Fatalf("%.80q: %v", content, err)
	}
	return loaded{p, contents(t, path)}
}

// contents writes a table as lines of cells between bars; NULL is ∅.
func contents(t *testing.T, path string) string {
	t.Helper()
	db, err := engine.Open(engine.Options{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Exec(t.Context(), "SET TimeZone = 'UTC'"); err != nil {
		t.Fatal(err)
	}
	rows, err := db.Query(t.Context(), "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM t")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next(t.Context()) {
		for i := range rows.Columns() {
			text, ok := rows.Text(i)
			if !ok {
				text = "∅"
			}
			if i > 0 {
				b.WriteByte('|')
			}
			b.WriteString(text)
		}
		b.WriteByte('\n')
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return b.String()
}

// header writes names and types.
func (l loaded) header() string {
	var parts []string
	for _, c := range l.Columns {
		parts = append(parts, c.Name+" "+c.Type)
	}
	return strings.Join(parts, ", ")
}

func (l loaded) says(part string) bool {
	return slices.ContainsFunc(l.Notes, func(n string) bool { return strings.Contains(n, part) })
}

func TestFilesBecomeTables(t *testing.T) {
	for name, c := range map[string]struct{ content, header, rows string }{
		"comma":                 {"id,name\n1,Ann\n2,Bob\n", "id BIGINT, name VARCHAR", "1|Ann\n2|Bob\n"},
		"semicolon":             {"id;name\n1;Ann\n2;Bob, Jr\n", "id BIGINT, name VARCHAR", "1|Ann\n2|Bob, Jr\n"},
		"tab":                   {"id\tname\n1\tAnn\n2\tBob\n", "id BIGINT, name VARCHAR", "1|Ann\n2|Bob\n"},
		"pipe":                  {"id|name\n1|Ann\n2|Bob\n", "id BIGINT, name VARCHAR", "1|Ann\n2|Bob\n"},
		"one column":            {"name\nAnn\nBob\n", "name VARCHAR", "Ann\nBob\n"},
		"one column of times":   {"at\n08:30:00\n09:45:10\n", "at TIME", "08:30:00\n09:45:10\n"},
		"no last line end":      {"a,b\n1,2\n3,4", "a BIGINT, b BIGINT", "1|2\n3|4\n"},
		"windows line ends":     {"a,b\r\n1,2\r\n3,4\r\n", "a BIGINT, b BIGINT", "1|2\n3|4\n"},
		"old mac line ends":     {"a,b\r1,2\r3,4\r", "a BIGINT, b BIGINT", "1|2\n3|4\n"},
		"mixed line ends":       {"a,b\n1,2\r\n3,4\r5,6\n", "a BIGINT, b BIGINT", "1|2\n3|4\n5|6\n"},
		"quotes":                {"a,b\n1,\"x, y\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n", "a BIGINT, b VARCHAR", "1|x, y\n2|say \"hi\"\n3|two\nlines\n"},
		"spaces before quotes":  {"a,b\n1, \"x, y\"\n2, \"z\"\n", "a BIGINT, b VARCHAR", "1|x, y\n2|z\n"},
		"quotes inside":         {"a,b\n1,5\" pipe\n2,\"the \"big\" one\"\n", "a BIGINT, b VARCHAR", "1|5\" pipe\n2|the \"big\" one\n"},
		"text after a quote":    {"a,b\n\"x\"y,\"z\"\nu,\"v\"w\n", "a VARCHAR, b VARCHAR", "xy|z\nu|vw\n"},
		"single quotes":         {"a,b\n1,'x, y'\n2,'z'\n3,'w'\n", "a BIGINT, b VARCHAR", "1|x, y\n2|z\n3|w\n"},
		"apostrophes":           {"a,b\n1,it's\n2,that's\n", "a BIGINT, b VARCHAR", "1|it's\n2|that's\n"},
		"backslashes":           {"a,b\n1,\"say \\\"hi\\\", you\"\n2,\"c:\\dir\"\n3,\"x\"\n", "a BIGINT, b VARCHAR", "1|say \"hi\", you\n2|c:\\dir\n3|x\n"},
		"empty is NULL":         {"a,b,c\n1,,x\n,\"\",\n3,NULL,NA\n", "a BIGINT, b VARCHAR, c VARCHAR", "1|∅|x\n3|NULL|NA\n"},
		"names are trimmed":     {" a , b  c ,\"d\ne\"\n1,2,3\n", "a BIGINT, b c BIGINT, d e BIGINT", "1|2|3\n"},
		"names are unique":      {"a,A,a,,\n1,2,3,4,5\n", "a BIGINT, A_1 BIGINT, a_2 BIGINT, col_3 BIGINT, col_4 BIGINT", "1|2|3|4|5\n"},
		"no header":             {"1,x,2026-01-01\n2,y,2026-01-02\n3,x,2026-01-03\n", "col_0 BIGINT, col_1 VARCHAR, col_2 DATE", "1|x|2026-01-01\n2|y|2026-01-02\n3|x|2026-01-03\n"},
		"header of years":       {"Country,2019,2020\nA,1.5,2\nB,3,4\n", "Country VARCHAR, 2019 DOUBLE, 2020 BIGINT", "A|1.5|2\nB|3.0|4\n"},
		"header only":           {"a,b,c\n", "a VARCHAR, b VARCHAR, c VARCHAR", ""},
		"title before":          {"Sales of 2026,,\n,,\nid,name,amount\n1,Ann,2.5\n2,Bob,3\n", "id BIGINT, name VARCHAR, amount DOUBLE", "1|Ann|2.5\n2|Bob|3.0\n"},
		"title of one cell":     {"Sales of 2026\nid,name\n1,Ann\n2,Bob\n3,Cy\n", "id BIGINT, name VARCHAR", "1|Ann\n2|Bob\n3|Cy\n"},
		"title as wide":         {"Created as a new data set,Sample 12 by the analyst\nx,y\n1,2\n3,4\n5,6\n7,8\n", "x BIGINT, y BIGINT", "1|2\n3|4\n5|6\n7|8\n"},
		"units below":           {"time,speed\n[s],[m/s]\n0.1,2\n0.2,3\n0.3,4\n0.4,4\n", "time [s] DOUBLE, speed [m/s] BIGINT", "0.1|2\n0.2|3\n0.3|4\n0.4|4\n"},
		"nothing known yet":     {"name,amount\nTotal,n/a\na,1\nb,2\nc,3\nd,4\n", "name VARCHAR, amount VARCHAR", "Total|n/a\na|1\nb|2\nc|3\nd|4\n"},
		"groups above":          {"Date,Travel,,Total\n,Air,Rail,\n2026-01-01,1,2,3\n2026-01-02,4,5,9\n", "Date DATE, Travel Air BIGINT, Travel Rail BIGINT, Total BIGINT", "2026-01-01|1|2|3\n2026-01-02|4|5|9\n"},
		"comments":              {"# made by hand\na,b\n# more\n1,2\n#3,4\n5,6\n", "a BIGINT, b BIGINT", "1|2\n5|6\n"},
		"hash is data":          {"tag,n\n#one,1\n#two,2\n", "tag VARCHAR, n BIGINT", "#one|1\n#two|2\n"},
		"byte order mark":       {"\ufeffa,b\n1,2\n", "a BIGINT, b BIGINT", "1|2\n"},
		"empty cells at end":    {"a,b\n1,2,,\n3,4,\n", "a BIGINT, b BIGINT", "1|2\n3|4\n"},
		"sparse header":         {"a,,\n1,x,y\n2,z,w\n", "a BIGINT, col_1 VARCHAR, col_2 VARCHAR", "1|x|y\n2|z|w\n"},
		"words for a truth":     {"a\ntrue\nFALSE\nTrue\n", "a BOOLEAN", "true\nfalse\ntrue\n"},
		"codes keep zeros":      {"zip,n\n00123,1\n10115,2\n", "zip VARCHAR, n BIGINT", "00123|1\n10115|2\n"},
		"long numbers":          {"id,n\n12345678901234567890,1\n2,2\n", "id VARCHAR, n BIGINT", "12345678901234567890|1\n2|2\n"},
		"largest number":        {"id\n9223372036854775807\n-9223372036854775808\n", "id BIGINT", "9223372036854775807\n-9223372036854775808\n"},
		"large beside decimals": {"id\n9223372036854775807\n1.5\n", "id VARCHAR", "9223372036854775807\n1.5\n"},
		"floats":                {"x\n1\n-2.5\n1e3\n+.5\n 7 \n", "x DOUBLE", "1.0\n-2.5\n1000.0\n0.5\n7.0\n"},
		"not a number":          {"x\n1.5\nNaN\n-inf\n", "x DOUBLE", "1.5\nnan\n-inf\n"},
		"decimal comma":         {"x;y\n1,5;a\n1.234,56;b\n2;c\n", "x DOUBLE, y VARCHAR", "1.5|a\n1234.56|b\n2.0|c\n"},
		"thousands stay text":   {"x;y\n1,500;a\n2,250;b\n", "x VARCHAR, y VARCHAR", "1,500|a\n2,250|b\n"},
		"money stays text":      {"x\n£1.50\n£2\n", "x VARCHAR", "£1.50\n£2\n"},
		"iso dates":             {"d\n2026-01-31\n2026/02/01\n", "d VARCHAR", "2026-01-31\n2026/02/01\n"},
		"day first":             {"d\n31/01/2026\n01/02/2026\n", "d DATE", "2026-01-31\n2026-02-01\n"},
		"month first":           {"d\n01/31/2026\n02/01/2026\n", "d DATE", "2026-01-31\n2026-02-01\n"},
		"german dates":          {"d\n01.02.2026\n03.04.2026\n", "d DATE", "2026-02-01\n2026-04-03\n"},
		"short years":           {"d\n31/12/99\n01/06/26\n", "d DATE", "1999-12-31\n2026-06-01\n"},
		"named months":          {"d\n05-Jan-2026\n6 February 2026\n\"March 7, 2026\"\n", "d DATE", "2026-01-05\n2026-02-06\n2026-03-07\n"},
		"no such day":           {"d\n2026-02-30\n2026-01-01\n", "d VARCHAR", "2026-02-30\n2026-01-01\n"},
		"timestamps":            {"d\n2026-01-31 08:30:00\n2026-01-31T08:30\n2026-01-31 08:30:00.25\n2026-02-01\n", "d TIMESTAMP", "2026-01-31 08:30:00\n2026-01-31 08:30:00\n2026-01-31 08:30:00.25\n2026-02-01 00:00:00\n"},
		"us timestamps":         {"d\n1/31/2026 8:30 PM\n2/1/2026 12:05 AM\n", "d TIMESTAMP", "2026-01-31 20:30:00\n2026-02-01 00:05:00\n"},
		"instants":              {"d\n2026-01-31T08:30:00Z\n2026-01-31T08:30:00+02:00\n2026-01-31 08:30:00-0530\n", "d TIMESTAMP WITH TIME ZONE", "2026-01-31 08:30:00+00\n2026-01-31 06:30:00+00\n2026-01-31 14:00:00+00\n"},
		"zone for some":         {"d\n2026-01-31T08:30:00Z\n2026-01-31T08:30:00\n", "d VARCHAR", "2026-01-31T08:30:00Z\n2026-01-31T08:30:00\n"},
		"versions are text":     {"v\n1.2.3\n1.10.0\n", "v VARCHAR", "1.2.3\n1.10.0\n"},
		"addresses are text":    {"ip\n10.0.0.1\n192.168.1.12\n", "ip VARCHAR", "10.0.0.1\n192.168.1.12\n"},
		"quoted numbers":        {"\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"\n", "a BIGINT, b VARCHAR", "1|x\n2|y\n"},
		"spaces are kept":       {"a,b\n1, x \n2,y\n", "a BIGINT, b VARCHAR", "1| x \n2|y\n"},
		"unicode":               {"náme,数\nZoë 🎉,1\n", "náme VARCHAR, 数 BIGINT", "Zoë 🎉|1\n"},
		"latin as utf-8":        {"a\n\u0093quoted\u0094\n", "a VARCHAR", "“quoted”\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got := load(t, c.content, nil)
			if got.header() != c.header {
				t.Errorf("columns\n got %s\nwant %s", got.header(), c.header)
			}
			if got.rows != c.rows {
				t.Errorf("rows\n got %q\nwant %q", got.rows, c.rows)
			}
			if want := int64(strings.Count(c.rows, "\n")); !strings.Contains(name, "quotes") && got.Rows != want {
				t.Errorf("the profile counts %d rows, want %d", got.Rows, want)
			}
			if got.Rejected != 0 {
				t.Errorf("rejected: %v", got.Rejects)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	text := "id,name\n1,Zoë\n2,Jürgen\n3,“x”\n"
	utf16Of := func(big bool, mark string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune(mark + text + "4,🎉\n")) {
			if big {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return b
	}
	windows := []byte("id,name\n1,Zo\xeb\n2,J\xfcrgen\n3,\x93x\x94\n")
	for name, c := range map[string]struct {
		content  []byte
		encoding string
		rows     string
	}{
		"utf-8":                    {[]byte(text), "utf-8", "1|Zoë\n2|Jürgen\n3|“x”\n"},
		"windows-1252":             {windows, "windows-1252", "1|Zoë\n2|Jürgen\n3|“x”\n"},
		"utf-16le with a mark":     {utf16Of(false, "\ufeff"), "utf-16le", "1|Zoë\n2|Jürgen\n3|“x”\n4|🎉\n"},
		"utf-16be with a mark":     {utf16Of(true, "\ufeff"), "utf-16be", "1|Zoë\n2|Jürgen\n3|“x”\n4|🎉\n"},
		"utf-16le without a mark":  {utf16Of(false, ""), "utf-16le", "1|Zoë\n2|Jürgen\n3|“x”\n4|🎉\n"},
		"utf-16be without a mark":  {utf16Of(true, ""), "utf-16be", "1|Zoë\n2|Jürgen\n3|“x”\n4|🎉\n"},
		"utf-8 with one bad byte":  {[]byte(text + "4,Zoë ë ë ë \xff!\n"), "utf-8", "1|Zoë\n2|Jürgen\n3|“x”\n4|Zoë ë ë ë \ufffd!\n"},
		"utf-16 that is cut short": {append(utf16Of(false, "\ufeff"), 'x'), "utf-16le", "1|Zoë\n2|Jürgen\n3|“x”\n4|🎉\n\ufffd|∅\n"},
	} {
		t.Run(name, func(t *testing.T) {
			p, path, err := run(t, "file.csv", c.content, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := contents(t, path); strings.ReplaceAll(got, "∅|\ufffd", "\ufffd|∅") != c.rows {
				t.Errorf("got %q\nwant %q", got, c.rows)
			}
			if p.Format["encoding"] != c.encoding {
				t.Errorf("encoding is %s", p.Format["encoding"])
			}
			l := loaded{TableProfile: p}
			if odd := c.encoding == "windows-1252" || strings.Contains(name, "bad byte"); odd && !l.says("UTF-8") {
				t.Errorf("nothing is said about it: %v", p.Notes)
			}
		})
	}
}

func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGzipIsRecognisedByItsContent(t *testing.T) {
	for _, name := range []string{"file.csv.gz", "file.csv"} {
		p, path, err := run(t, name, zipped(t, "a,b\n1,2\n"), nil)
		if err != nil || contents(t, path) != "1|2\n" || p.Format["compression"] != "gzip" {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, path, err := run(t, "two.gz", append(zipped(t, "a,b\n1,2\n"), zipped(t, "3,4\n")...), nil)
	if err != nil || contents(t, path) != "1|2\n3|4\n" {
		t.Errorf("two parts: %v", err)
	}
}

func TestFilesThatAreNotTablesAreRefused(t *testing.T) {
	whole := zipped(t, strings.Repeat("a,b\n1,2\n", 5000))
	for name, c := range map[string]struct {
		content string
		says    string
		code    fault.Code
	}{
		"empty":             {"", "is empty", fault.Validation},
		"only space":        {" \n\n\t\n", "is empty", fault.Validation},
		"only a mark":       {"\ufeff", "", fault.Validation},
		"excel":             {"PK\x03\x04rest of it", "a damaged Excel workbook", fault.Validation},
		"old excel":         {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "an old Office", fault.Validation},
		"parquet":           {"PAR1rest", "cannot be read as Parquet", fault.Validation},
		"pdf":               {"%PDF-1.7\n%\xe2\xe3", "a PDF", fault.Validation},
		"html":              {"\n <!DOCTYPE html><html><body>1,2</body></html>", "a web page", fault.Validation},
		"xml":               {"<?xml version=\"1.0\"?><a/>", "an XML file", fault.Validation},
		"json of numbers":   {"[1, 2, 3]", "holds no list of objects", fault.Validation},
		"one long object":   {"{\n\"a\": 1,\n\"b\": 2}\n", "holds no list of objects", fault.Validation},
		"zeros":             {"a,b\n1,\x00\x01\x02\n", "a binary file", fault.Validation},
		"image":             {"\x89PNG\r\n\x1a\n", "an image", fault.Validation},
		"sqlite":            {"SQLite format 3\x00", "an SQLite database", fault.Validation},
		"damaged gzip":      {string(whole[:len(whole)/2]), "ends in the middle, on line", fault.Validation},
		"gzip in name only": {"\x1f\x8bnot really", "a damaged gzip file", fault.Validation},
		"another script":    {"name,n\n" + strings.Repeat("\xcf\xf0\xe8\xe2\xe5\xf2,1\n", 20), "its encoding cannot be told", fault.Validation},
		"unclosed only":     {"\"never closed", "has no columns", fault.Validation},
		"too many columns":  {strings.Repeat("a,", maxColumns+1) + "b\n", "columns; at most", fault.Validation},
		"absurdly wide":     {strings.Repeat("a,", 2<<20) + "b\n1,2\n", "columns; at most", fault.Validation},
		"one endless line":  {"a,b\n" + strings.Repeat("x", maxRecord+1), "a line of more than", fault.Validation},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := run(t, "upload.csv", []byte(c.content), nil)
			var f *fault.Fault
			if !errors.As(err, &f) || f.Code != c.code || !strings.Contains(f.Message, c.says) || f.Hint == "" {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(f.Message, "upload.csv") {
				t.Errorf("the file is not named: %s", f.Message)
			}
		})
	}
}

func TestRequestsThatMakeNoSenseAreRefused(t *testing.T) {
	in := t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "a.csv"), []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][]protocol.IngestFile{
		"no file":        {},
		"missing":        {{Name: "b.csv", Table: "t"}},
		"outside":        {{Name: "../a.csv", Table: "t"}},
		"absolute":       {{Name: "/etc/passwd", Table: "t"}},
		"no table":       {{Name: "a.csv"}},
		"odd table":      {{Name: "a.csv", Table: "a; drop"}},
		"the same table": {{Name: "a.csv", Table: "t"}, {Name: "a.csv", Table: "T"}},
		"unknown column": {{Name: "a.csv", Table: "t", Types: map[string]string{"b": "BIGINT"}}},
		"unknown type":   {{Name: "a.csv", Table: "t", Types: map[string]string{"a": "MONEY"}}},
		"evil type":      {{Name: "a.csv", Table: "t", Types: map[string]string{"a": "INTEGER); DROP TABLE t; --"}}},
	} {
		_, err := Run(t.Context(), Options{DataDir: in, OutDir: t.TempDir()}, files)
		if fault.CodeOf(err) != fault.Validation {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestRaggedLinesAreCounted(t *testing.T) {
	got := load(t, "a,b,c\n1,2,3\n4,5\n6\n7,8,9,10\n\n,,\n11,12,13\n\"x\ny\",2,3,4\n14,15,16\n", nil)
	if got.rows != "1|2|3\n4|5|∅\n6|∅|∅\n11|12|13\n14|15|16\n" {
		t.Errorf("rows are %q", got.rows)
	}
	if got.Rejected != 2 || len(got.Rejects) != 2 || got.Rejects[0].Line != 5 || got.Rejects[1].Line != 9 {
		t.Errorf("rejected %d: %+v", got.Rejected, got.Rejects)
	}
	if !strings.Contains(got.Rejects[0].Message, "4 values") || !strings.Contains(got.Rejects[0].Message, "3 columns") {
		t.Errorf("the reason is %q", got.Rejects[0].Message)
	}
	for _, part := range []string{"2 lines could not be read", "2 empty lines", "2 lines have fewer values than the table has columns; the missing ones are empty. (lines 3, 4)"} {
		if !got.says(part) {
			t.Errorf("no note says %q: %q", part, got.Notes)
		}
	}
}

func TestManyLongerLinesWidenTheTable(t *testing.T) {
	got := load(t, "a,b\n1,2\n3,4,5\n6,7,8\n9,10,11\n", nil)
	if got.header() != "a BIGINT, b BIGINT, col_2 BIGINT" || got.Rejected != 0 {
		t.Errorf("got %s, rejected %v", got.header(), got.Rejects)
	}
	// Longer lines far behind the part that the layout is read off.
	var b strings.Builder
	b.WriteString("a,b\n")
	for range maxSampled + 10 {
		b.WriteString("1,2\n")
	}
	for range maxSampled {
		b.WriteString("1,2,3\n")
	}
	if got := load(t, b.String(), nil); len(got.Columns) != 3 || got.Rows != 2*maxSampled+10 {
		t.Errorf("got %s, %d rows, rejected %d", got.header(), got.Rows, got.Rejected)
	}
}

func TestUnclosedQuoteCostsOneLine(t *testing.T) {
	got := load(t, "a,b\n1,x\n2,\"never closed\n3,y\n4,z\n", nil)
	if got.rows != "1|x\n3|y\n4|z\n" || got.Rejected != 1 || got.Rejects[0].Line != 3 {
		t.Errorf("rows %q, rejected %+v", got.rows, got.Rejects)
	}
	// Followed by more than any cell may hold.
	long := "a,b\n1,x\n2,\"never closed\n" + strings.Repeat("3,yyyyyyyyyyyyyyyyyyyyyyyy\n", maxQuoted/25)
	if got := load(t, long, nil); got.Rejected != 1 || got.Rows != int64(maxQuoted/25)+1 {
		t.Errorf("rows %d, rejected %d", got.Rows, got.Rejected)
	}
}

func TestLateSurprisesDecideTheType(t *testing.T) {
	var b strings.Builder
	b.WriteString("n,d,always\n")
	for i := range 30_000 {
		fmt.Fprintf(&b, "%d,2026-01-%02d,%d\n", i, i%28+1, i)
	}
	b.WriteString("n/a,unknown,7\n")
	got := load(t, b.String(), nil)
	if got.header() != "n VARCHAR, d VARCHAR, always BIGINT" || got.Rows != 30_001 || got.Rejected != 0 {
		t.Errorf("got %s, %d rows", got.header(), got.Rows)
	}
	if !got.says(`Column "n" is text because 1 of its 30001 values are not plain numbers, first "n/a" on line 30002.`) ||
		!got.says(`Column "d" is text because 1 of its 30001 values are not dates, first "unknown" on line 30002.`) {
		t.Errorf("notes: %q", got.Notes)
	}
}

func TestAmbiguousDatesFollowTheOthersOfTheFile(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"alone":         {"d\n01/02/2026\n03/04/2026\n", "2026-01-02"},
		"beside a day":  {"e,d\n31/01/2026,01/02/2026\n01/02/2026,03/04/2026\n", "2026-01-31|2026-02-01"},
		"by semicolons": {"e;d\nx;01/02/2026\ny;03/04/2026\n", "x|2026-02-01"},
	} {
		got := load(t, c.content, nil)
		if first, _, _ := strings.Cut(got.rows, "\n"); first != c.want {
			t.Errorf("%s: got %s, want %s", name, first, c.want)
		}
		if !got.says("day first or month first") {
			t.Errorf("%s: nobody is told: %q", name, got.Notes)
		}
	}
}

func TestTypesAPersonAsksFor(t *testing.T) {
	content := "id,price,code,day,n\n1,1.10,7,31/01/2026,1\n2,oops,8,01/02/2026,2\n3,,9,,x\n4,12345.678,10,02/02/2026,4\n"
	got := load(t, content, map[string]string{"PRICE": "decimal(10, 2)", "code": "varchar", "day": "TIMESTAMP", "n": "INTEGER", "id": "BIGINT"})
	if want := "id BIGINT, price DECIMAL(10,2), code VARCHAR, day TIMESTAMP, n INTEGER"; got.header() != want {
		t.Errorf("columns are %s", got.header())
	}
	if got.rows != "1|1.10|7|2026-01-31 00:00:00|1\n4|12345.68|10|2026-02-02 00:00:00|4\n" {
		t.Errorf("rows are %q", got.rows)
	}
	if got.Rejected != 2 || len(got.Rejects) != 2 {
		t.Fatalf("rejected %d: %+v", got.Rejected, got.Rejects)
	}
	if r := got.Rejects[0]; r.Line != 3 || r.Column != "price" || r.Message != `"oops" is not a DECIMAL(10, 2)` {
		t.Errorf("first reject is %+v", r)
	}
	if r := got.Rejects[1]; r.Line != 4 || r.Column != "n" {
		t.Errorf("second reject is %+v", r)
	}
}

func TestSeveralFilesBecomeOneDataset(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"a.csv": "x\n1\n", "b.csv": "y\n2\n3\n"} {
		if err := os.WriteFile(filepath.Join(in, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := []protocol.IngestFile{{Name: "a.csv", Table: "first"}, {Name: "b.csv", Table: "Second one"}}
	profiles, err := Run(t.Context(), Options{DataDir: in, OutDir: out}, files)
	if err != nil || len(profiles) != 2 || profiles[0].Name != "first" || profiles[1].Rows != 2 {
		t.Fatalf("got %+v, %v", profiles, err)
	}
	files[1].Name = "missing.csv"
	out = t.TempDir()
	if _, err := Run(t.Context(), Options{DataDir: in, OutDir: out}, files); err == nil {
		t.Error("half a dataset was accepted")
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestExistingDatasetIsLeftAlone(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "a.csv"), []byte("x\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := []protocol.IngestFile{{Name: "a.csv", Table: "t"}}
	if _, err := Run(t.Context(), Options{DataDir: in, OutDir: out}, files); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), Options{DataDir: in, OutDir: out}, files); err == nil {
		t.Error("it was overwritten")
	}
	if got := contents(t, filepath.Join(out, protocol.PreparedName)); got != "1\n" {
		t.Errorf("it holds %q", got)
	}
}

func TestDeadlineIsATimeout(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "a.csv"), []byte(strings.Repeat("some text,12345,2026-01-01\n", 200_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	_, err := Run(ctx, Options{DataDir: in, OutDir: out}, []protocol.IngestFile{{Name: "a.csv", Table: "t"}})
	if fault.CodeOf(err) != fault.Timeout {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestFormatSaysWhatWasDetected(t *testing.T) {
	got := load(t, "some title;\na;b\n1;'x; y'\n2;'z'\n", nil)
	want := map[string]string{"delimiter": ";", "quote": "'", "encoding": "utf-8", "header": "true", "skipped_lines": "1"}
	if !maps.Equal(got.Format, want) {
		t.Errorf("got %v", got.Format)
	}
}

func TestProfileOfWhatWasLoaded(t *testing.T) {
	got := load(t, "city,n,flag\nParis,1,true\nRome,2,false\nParis,,true\n,4,\n", nil)
	city, n, flag := got.Columns[0], got.Columns[1], got.Columns[2]
	if city.Nulls != 1 || city.Distinct != 2 || city.Min != "Paris" || city.Max != "Rome" || !city.Complete ||
		!slices.Equal(city.Top, []protocol.ValueCount{{Value: "Paris", Count: 2}, {Value: "Rome", Count: 1}}) {
		t.Errorf("city is %+v", city)
	}
	if n.Nulls != 1 || n.Distinct != 3 || n.Min != "1" || n.Max != "4" || flag.Type != "BOOLEAN" || flag.Distinct != 2 {
		t.Errorf("n is %+v, flag is %+v", n, flag)
	}
}
