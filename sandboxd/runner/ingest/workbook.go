package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// The bounds of a workbook. Excel itself has 16384 columns, 1048576 rows and 32767
// characters in a cell.
const (
	maxParts      = 10_000
	maxSheets     = 200
	maxShared     = 192 << 20 // bytes of texts that cells share
	maxSharedText = 4 << 20   // how many
	maxStyles     = 70_000
	maxToken      = 2 << 20 // bytes of one piece of XML
	maxSheetRow   = 1 << 20
	maxSheetCol   = 1 << 14
)

// workbook is an Excel file (ECMA-376, Office Open XML). Its sheets are read as
// streams; only the texts that cells share, and what its styles say about dates,
// are kept.
type workbook struct {
	source *source
	sheets []*sheet
	shared []string
	// moments says of each style what its numbers stand for.
	moments []numberKind
	// since1904 says that days are counted from 1904, as old Macintoshes did.
	since1904 bool
	remarks   []string
}

// numberKind is what the number of a cell stands for.
type numberKind byte

const (
	isNumber numberKind = iota
	isMoment
	isClock
	isPercent
)

// sheet is one sheet of a workbook.
type sheet struct {
	book *workbook
	name string
	part string
	// width is the number of columns up to the last that is not empty, rows how many
	// rows hold a value, hidden how many of them are hidden.
	width        int
	rows, hidden int64
	percent      bool
}

// openWorkbook reads everything but the sheets' cells. Hidden and empty sheets are
// left out and said.
func openWorkbook(s *source) (*workbook, error) {
	b := &workbook{source: s}
	archive, err := zip.OpenReader(s.path)
	if err != nil {
		return nil, b.damaged(err)
	}
	defer func() { _ = archive.Close() }() // nothing was written
	if len(archive.File) > maxParts {
		return nil, b.tooLarge("it has %d parts", len(archive.File))
	}
	main := "xl/workbook.xml"
	relations, err := b.relations(&archive.Reader, "_rels/.rels")
	if err != nil {
		return nil, err
	}
	for _, r := range relations {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = inPackage("", r.target)
		}
	}
	targets, err := b.relations(&archive.Reader, path.Join(path.Dir(main), "_rels", path.Base(main)+".rels"))
	if err != nil {
		return nil, err
	}
	if err := b.readSheets(&archive.Reader, main, targets); err != nil {
		return nil, err
	}
	for _, r := range targets {
		part := inPackage(path.Dir(main), r.target)
		switch {
		case strings.HasSuffix(r.kind, "/sharedStrings"):
			err = b.readShared(&archive.Reader, part)
		case strings.HasSuffix(r.kind, "/styles"):
			err = b.readStyles(&archive.Reader, part)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// inPackage is the part that a relation of a folder leads to.
func inPackage(folder, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(folder, target)
}

func (b *workbook) damaged(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return err
	}
	if errors.Is(err, errTooLarge) {
		return b.tooLarge("a part of it expands to far more than is stored")
	}
	return fault.Wrap(err, fault.Validation, "%s is a damaged Excel workbook.", b.source.name).
		WithHint("Open it, save it again, and upload that.")
}

func (b *workbook) tooLarge(format string, args ...any) error {
	return fault.New(fault.PayloadTooLarge, "The workbook %s is too large: %s.", b.source.name, fmt.Sprintf(format, args...)).
		WithHint("Save its sheets as CSV, and upload those.")
}

// part opens a part of the package by its exact name; nothing is ever unpacked. A
// part that is not there is empty.
func (b *workbook) part(archive *zip.Reader, name string) (*tokens, io.Closer, error) {
	for _, f := range archive.File {
		if !strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, nil, b.damaged(err)
		}
		most := max(harmless, int64(min(f.CompressedSize64, 1<<40))*maxRatio)
		return newTokens(&limited{r: r, most: min(most, maxInput)}), r, nil
	}
	return newTokens(bytes.NewReader(nil)), io.NopCloser(nil), nil
}

// each calls fn for every element that begins in a part.
func (b *workbook) each(archive *zip.Reader, name string, fn func(t *tokens, e xml.StartElement) error) error {
	t, closer, err := b.part(archive, name)
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	for {
		token, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.damaged(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := fn(t, e); err != nil {
				return b.damaged(err)
			}
		}
	}
}

// relation leads from a part to another.
type relation struct{ id, kind, target string }

func (b *workbook) relations(archive *zip.Reader, name string) ([]relation, error) {
	var out []relation
	return out, b.each(archive, name, func(_ *tokens, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && len(out) < maxParts && attribute(e, "TargetMode") != "External" {
			out = append(out, relation{attribute(e, "Id"), attribute(e, "Type"), attribute(e, "Target")})
		}
		return nil
	})
}

// attribute is the value of an attribute, whatever its prefix.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func truth(value string) bool { return value == "1" || value == "true" }

// readSheets lists the sheets that are shown.
func (b *workbook) readSheets(archive *zip.Reader, main string, targets []relation) error {
	err := b.each(archive, main, func(_ *tokens, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			b.since1904 = truth(attribute(e, "date1904"))
		case "sheet":
			b.addSheet(e, path.Dir(main), targets)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(b.sheets) > maxSheets {
		return b.tooLarge("it has %d sheets", len(b.sheets))
	}
	return nil
}

func (b *workbook) addSheet(e xml.StartElement, folder string, targets []relation) {
	name := attribute(e, "name")
	if state := attribute(e, "state"); state != "" && state != "visible" {
		b.remarks = append(b.remarks, fmt.Sprintf("The sheet %q is hidden and was not loaded.", shorten(name, 60)))
		return
	}
	for _, r := range targets {
		if r.id != relationOf(e) {
			continue
		}
		if !strings.HasSuffix(r.kind, "/worksheet") {
			b.remarks = append(b.remarks, fmt.Sprintf("The sheet %q holds no cells and was not loaded.", shorten(name, 60)))
			return
		}
		b.sheets = append(b.sheets, &sheet{book: b, name: name, part: inPackage(folder, r.target)})
		return
	}
}

// relationOf is the attribute r:id of a sheet, which must not be taken for others
// that end in id.
func relationOf(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// readShared reads the texts that cells share. The pieces of a rich text are
// joined; how it is pronounced is not a part of it.
func (b *workbook) readShared(archive *zip.Reader, name string) error {
	size := 0
	return b.each(archive, name, func(t *tokens, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		text, err := t.text(e.Name.Local)
		if err != nil {
			return err
		}
		if size += len(text); size > maxShared || len(b.shared) >= maxSharedText {
			return b.tooLarge("it has more than %d MiB of text", maxShared>>20)
		}
		b.shared = append(b.shared, text)
		return nil
	})
}

// readStyles finds the styles that make dates, times and percentages of numbers.
func (b *workbook) readStyles(archive *zip.Reader, name string) error {
	formats := map[string]string{}
	cells := false
	return b.each(archive, name, func(_ *tokens, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if len(formats) < maxStyles {
				formats[attribute(e, "numFmtId")] = attribute(e, "formatCode")
			}
		case "cellXfs":
			cells = true
		case "cellStyles", "cellStyleXfs", "dxfs":
			cells = false
		case "xf":
			if cells && len(b.moments) < maxStyles {
				id := attribute(e, "numFmtId")
				b.moments = append(b.moments, kindOfFormat(id, formats[id]))
			}
		}
		return nil
	})
}

// kindOfFormat tells what a number format makes of a number: by its number, where
// it is one of those that are built in (ECMA-376 part 1, 18.8.30), or by its code.
func kindOfFormat(id, code string) numberKind {
	n, err := strconv.Atoi(id)
	if code == "" {
		switch {
		case err != nil:
			return isNumber
		case n >= 14 && n <= 17, n == 22, n >= 27 && n <= 31, n == 36, n >= 50 && n <= 54, n >= 57 && n <= 58:
			return isMoment
		case n >= 18 && n <= 21, n >= 32 && n <= 35, n == 45, n == 47, n == 55, n == 56:
			return isClock
		case n == 9, n == 10:
			return isPercent
		}
		return isNumber
	}
	return kindOfCode(code)
}

// kindOfCode reads the code of a number format, without what stands in quotes, in
// brackets or behind a backslash.
func kindOfCode(code string) numberKind {
	var plain strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '\\', '_', '*':
			i++
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return isNumber
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return isNumber
			}
			if inner := strings.ToLower(code[i+1 : i+end]); strings.Trim(inner, "hms") == "" {
				return isNumber // a duration: [h]:mm
			}
			i += end
		case ';':
			i = len(code)
		default:
			plain.WriteByte(c | 0x20)
		}
	}
	text := strings.ReplaceAll(plain.String(), "am/pm", "h")
	switch {
	case strings.Contains(text, "general"):
		return isNumber
	case strings.ContainsAny(text, "yd"), strings.Contains(text, "m") && !strings.ContainsAny(text, "hs0#?"):
		return isMoment
	case strings.ContainsAny(text, "hs") && !strings.ContainsAny(text, "#?"):
		return isClock
	case strings.Contains(text, "%"):
		return isPercent
	}
	return isNumber
}
