package ingest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// book is a workbook for tests: parts replace or add to a minimal one.
type book struct {
	sheets []bookSheet
	shared string
	styles string
	props  string
	extra  map[string]string
}

type bookSheet struct{ name, state, rows string }

const relationKinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

// styles are: 0 general, 1 date, 2 date and time, 3 time, 4 percent, 5 a code with a
// literal, 6 a duration.
const someStyles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd hh:mm"/><numFmt numFmtId="165" formatCode="0.00 &quot;days&quot;"/>` +
	`<numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>` +
	`<xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="9"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`

func (b book) bytes(t testing.TB) []byte {
	t.Helper()
	parts := map[string]string{
		"_rels/.rels":          `<Relationships><Relationship Id="rId1" Type="` + relationKinds + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/sharedStrings.xml": "<sst>" + b.shared + "</sst>",
		"xl/styles.xml":        someStyles,
	}
	if b.styles != "" {
		parts["xl/styles.xml"] = b.styles
	}
	var list, rels strings.Builder
	for i, s := range b.sheets {
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" state="%s" r:id="rId%d"/>`, s.name, i+1, s.state, i+1)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%sworksheet" Target="worksheets/sheet%d.xml"/>`, i+1, relationKinds, i+1)
		parts[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = `<?xml version="1.0"?><worksheet><sheetData>` + s.rows + `</sheetData></worksheet>`
	}
	parts["xl/workbook.xml"] = `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="x">` + b.props + "<sheets>" + list.String() + "</sheets></workbook>"
	parts["xl/_rels/workbook.xml.rels"] = "<Relationships>" + rels.String() +
		`<Relationship Id="s" Type="` + relationKinds + `sharedStrings" Target="/xl/sharedStrings.xml"/>` +
		`<Relationship Id="t" Type="` + relationKinds + `styles" Target="styles.xml"/></Relationships>`
	for name, text := range b.extra {
		parts[name] = text
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// rowsOf writes rows of inline cells: numbers as they are, everything else as text.
func rowsOf(rows ...string) string {
	var b strings.Builder
	for i, r := range rows {
		fmt.Fprintf(&b, `<row r="%d">`, i+1)
		for j, c := range strings.Split(r, "|") {
			at := fmt.Sprintf(`r="%c%d"`, 'A'+j, i+1)
			switch {
			case c == "":
			case strings.HasPrefix(c, "<"):
				b.WriteString(strings.Replace(c, "<c", "<c "+at, 1))
			case strings.Trim(c, "0123456789.-") == "":
				fmt.Fprintf(&b, "<c %s><v>%s</v></c>", at, c)
			default:
				fmt.Fprintf(&b, `<c %s t="inlineStr"><is><t>%s</t></is></c>`, at, c)
			}
		}
		b.WriteString("</row>")
	}
	return b.String()
}

func (b book) mustRead(t *testing.T, options catalog.ReadOptions) loaded {
	t.Helper()
	return mustRead(t, "book.xlsx", string(b.bytes(t)), options)
}

func TestSheetsBecomeTables(t *testing.T) {
	for name, c := range map[string]struct {
		rows        string
		shape, want string
	}{
		"plain":     {rowsOf("id|name", "1|x", "2|y"), "id BIGINT, name VARCHAR", "1|x\n2|y\n"},
		"texts":     {rowsOf("code|n", `<c t="str"><v>007</v></c>|1`, `<c t="s"><v>0</v></c>|2`, `<c t="s"><v>1</v></c>|3`), "code VARCHAR, n BIGINT", "007|1\nshared|2\nrich text|3\n"},
		"dates":     {rowsOf("d|at|n", `<c s="1"><v>46053</v></c>|<c s="2"><v>46053.354166666664</v></c>|1`), "d DATE, at TIMESTAMP, n BIGINT", "2026-01-31|2026-01-31 08:30:00|1\n"},
		"times":     {rowsOf("t|n", `<c s="3"><v>0.35416666666666669</v></c>|1`), "t TIME, n BIGINT", "08:30:00|1\n"},
		"1900":      {rowsOf("d|n", `<c s="1"><v>1</v></c>|1`, `<c s="1"><v>61</v></c>|2`), "d DATE, n BIGINT", "1900-01-01|1\n1900-03-01|2\n"},
		"percent":   {rowsOf("p|n", `<c s="4"><v>0.12</v></c>|1`, `<c s="4"><v>0.30000000000000004</v></c>|2`), "p DOUBLE, n BIGINT", "0.12|1\n0.30000000000000004|2\n"},
		"codes":     {rowsOf("days|long", `<c s="5"><v>3.5</v></c>|<c s="6"><v>1.5</v></c>`), "days DOUBLE, long DOUBLE", "3.5|1.5\n"},
		"booleans":  {rowsOf("b|n", `<c t="b"><v>1</v></c>|1`, `<c t="b"><v>0</v></c>|2`), "b BOOLEAN, n BIGINT", "true|1\nfalse|2\n"},
		"formulas":  {rowsOf("n|s", `<c><f>1+1</f><v>2</v></c>|<c t="str"><f>"a"</f><v>a</v></c>`), "n BIGINT, s VARCHAR", "2|a\n"},
		"title":     {rowsOf("Sales of the year", "", "id|name|total", "1|x|2", "2|y|3"), "id BIGINT, name VARCHAR, total BIGINT", "1|x|2\n2|y|3\n"},
		"merged":    {rowsOf("id|Sales||Costs|", "|2024|2025|2024|2025", "1|2|3|4|5", "2|3|4|5|6"), "", ""},
		"gaps":      {`<row r="3"><c r="C3" t="inlineStr"><is><t>a</t></is></c></row><row r="9"><c r="C9"><v>1</v></c></row>`, "a BIGINT", "1\n"},
		"no places": {`<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row><row><c><v>1</v></c><c><v>2</v></c></row>`, "a BIGINT, b BIGINT", "1|2\n"},
		"a control": {rowsOf("a|n", "x_x000D_y|1"), "a VARCHAR, n BIGINT", "x\ry|1\n"},
		"prefixed":  {strings.NewReplacer("<row", "<x:row", "</row", "</x:row", "<c ", "<x:c ", "</c>", "</x:c>", "<v>", "<x:v>", "</v>", "</x:v>").Replace(rowsOf("<c t=\"str\"><v>a</v></c>", "1")), "a BIGINT", "1\n"},
	} {
		t.Run(name, func(t *testing.T) {
			b := book{shared: `<si><t>shared</t></si><si><r><t>rich</t></r><r><rPr/><t xml:space="preserve"> text</t></r><rPh><t>no</t></rPh></si>`, sheets: []bookSheet{{"One", "", c.rows}}}
			got := b.mustRead(t, catalog.ReadOptions{})
			if name == "merged" {
				if !strings.HasPrefix(got.shape(), "id BIGINT, Sales") || got.Rows != 2 {
					t.Errorf("%s\n%s%v", got.shape(), got.rows, got.Notes)
				}
				return
			}
			if got.shape() != c.shape || got.rows != c.want {
				t.Errorf("%s\n%s%v", got.shape(), got.rows, got.Notes)
			}
			if got.Report.Format != "xlsx" || got.Report.Sheet != "One" {
				t.Errorf("report %+v", got.Report)
			}
		})
	}
}

func TestAWorkbookSaysWhatItLeavesOut(t *testing.T) {
	b := book{sheets: []bookSheet{
		{"Orders 2026", "", rowsOf("id|n", "1|<c t=\"e\"><v>#N/A</v></c>", "2|3")},
		{"Secret", "hidden", rowsOf("x", "1")},
		{"Nothing", "", ""},
		{"People", "visible", rowsOf("id|n", "5|6", "7|8")},
	}}
	p, path, err := read(t, "my book.xlsx", b.bytes(t), map[string]catalog.ReadOptions{"t_people": {Columns: []catalog.ColumnOptions{{Column: "n", Name: "number"}}}})
	if err != nil || len(p) != 2 || p[0].Name != "t_orders_2026" || p[1].Name != "t_people" || p[1].Columns[1].Name != "number" {
		t.Fatalf("%v %+v", err, p)
	}
	_ = path
	notes := strings.Join(p[0].Notes, "\n")
	for _, part := range []string{`"Secret" is hidden`, `"Nothing" is empty`, "One cell holds an error"} {
		if !strings.Contains(notes, part) {
			t.Errorf("no note says %q: %s", part, notes)
		}
	}
	if r := p[0].Report; r.FailedCells != 1 || r.FileTable != "t" || r.Sheet != "Orders 2026" || r.HeaderLine != 1 {
		t.Errorf("report %+v", r)
	}
	old := book{props: `<workbookPr date1904="1"/>`, sheets: []bookSheet{{"One", "", rowsOf("d|n", `<c s="1"><v>0</v></c>|1`)}}}
	if got := old.mustRead(t, catalog.ReadOptions{}); got.rows != "1904-01-01|1\n" {
		t.Errorf("since 1904: %s", got.rows)
	}
}

func TestHostileWorkbooksAreRefused(t *testing.T) {
	bomb := "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + strings.Repeat(" ", 300<<20) + "</t></is></c></row>"
	laughs := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`
	one := func(rows string) book { return book{sheets: []bookSheet{{"One", "", rows}}} }
	with := func(name, text string) book {
		b := one(rowsOf("a", "1"))
		b.extra = map[string]string{name: text}
		return b
	}
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"a cell that never ends":  {one(bomb).bytes(t), "damaged"},
		"entities":                {with("xl/worksheets/sheet1.xml", laughs).bytes(t), "damaged"},
		"an entity of its own":    {one("<row><c t=\"inlineStr\"><is><t>&lol;</t></is></c></row>").bytes(t), "damaged"},
		"a column beyond":         {one(`<row r="1"><c r="XFE1"><v>1</v></c></row>`).bytes(t), "where none can be"},
		"a million columns":       {one(`<row r="1"><c r="BDWGO1"><v>1</v></c></row>`).bytes(t), "where none can be"},
		"a row beyond":            {one(`<row r="99999999"><c><v>1</v></c></row>`).bytes(t), "damaged"},
		"rows that go back":       {one(`<row r="5"><c><v>1</v></c></row><row r="4"><c><v>1</v></c></row>`).bytes(t), "damaged"},
		"the same cell twice":     {one(`<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`).bytes(t), "where none can be"},
		"a text that is not":      {one(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`).bytes(t), "damaged"},
		"cut":                     {one(`<row r="1"><c r="A1"><v>1</v>`).bytes(t)[:600], "damaged"},
		"broken off":              {with("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c><v>1").bytes(t), "damaged"},
		"a sheet outside":         {with("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="`+relationKinds+`worksheet" Target="../../../../etc/passwd"/></Relationships>`).bytes(t), "no sheet"},
		"no sheet":                {book{}.bytes(t), "no sheet"},
		"only hidden":             {book{sheets: []bookSheet{{"One", "veryHidden", rowsOf("a", "1")}}}.bytes(t), "no sheet"},
		"binary":                  {with("xl/workbook.bin", "x").bytes(t), ".xlsb"},
		"open document":           {with("mimetype", "application/vnd.oasis.opendocument.spreadsheet").bytes(t), "OpenDocument"},
		"an encrypted one":        {append([]byte(oldOffice), []byte("....E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")...), "protected by a password"},
		"one from before 2007":    {append([]byte(oldOffice), []byte("....W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00")...), "(.xls"},
		"thousands of parts":      {manyParts(t), "10001 parts"},
		"a workbook within gzip":  {zipped(t, string(one(rowsOf("a", "1")).bytes(t))), "a ZIP archive"},
		"a ZIP archive of others": {zipOf(t, "../../etc/passwd", "x"), "is a ZIP archive"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := read(t, "book.xlsx", c.content, nil)
			f := fault.From(err)
			if err == nil || f.Code != fault.Validation && f.Code != fault.PayloadTooLarge || !strings.Contains(f.Message, c.says) || !strings.Contains(f.Message, "book.xlsx") || f.Hint == "" {
				t.Errorf("got %v (%s)", err, f.Code)
			}
		})
	}
}

func zipOf(t *testing.T, name, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func manyParts(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range maxParts {
		if _, err := z.Create(fmt.Sprintf("x%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := z.Create("xl/workbook.xml"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// FuzzWorkbooks feeds any XML to the reader of sheets: a workbook is refused with a
// fault, or its rows are counted.
func FuzzWorkbooks(f *testing.F) {
	f.Add(rowsOf("id|name", "1|x", "2|y"), someStyles, "<si><t>x</t></si>")
	f.Add(`<row r="3"><c r="C3" s="1"><v>46053.5</v></c></row>`, someStyles, "")
	f.Add(`<row><c t="s"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="b"><v>1</v></c></row>`, `<styleSheet><cellXfs><xf numFmtId="x"/></cellXfs></styleSheet>`, "<si><r><t>_x000D_</t></r></si>")
	f.Fuzz(func(t *testing.T, rows, styles, shared string) {
		if len(rows)+len(styles)+len(shared) > 16<<10 {
			return
		}
		b := book{sheets: []bookSheet{{"One", "", rows}}, styles: styles, shared: shared}
		p, _, err := read(t, "book.xlsx", b.bytes(t), nil)
		if code := fault.CodeOf(err); err != nil && code != fault.Validation && code != fault.PayloadTooLarge {
			t.Fatalf("refused with %v", err)
		}
		for _, table := range p {
			if table.Report.Read != table.Rows+table.Rejected {
				t.Errorf("%d rows were read, %d kept, %d rejected", table.Report.Read, table.Rows, table.Rejected)
			}
		}
	})
}

// FuzzObjects feeds any text to the reader of JSON lines.
func FuzzObjects(f *testing.F) {
	for _, text := range []string{"{\"a\":1}\n{\"a\":{\"b\":[1]}}", "[{\"a\":1},\n{}]", "{\"a\":1,\"a\":2}\n{", "[{\"a\":\"]\\\"\"}] x", "{\"\":\"\\ud800\"}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 16<<10 {
			return
		}
		p, _, err := read(t, "x.jsonl", []byte(text), nil)
		if code := fault.CodeOf(err); err != nil && code != fault.Validation && code != fault.PayloadTooLarge {
			t.Fatalf("refused with %v", err)
		}
		for _, table := range p {
			if table.Report.Read != table.Rows+table.Rejected {
				t.Errorf("%d rows were read, %d kept, %d rejected", table.Report.Read, table.Rows, table.Rejected)
			}
		}
	})
}
