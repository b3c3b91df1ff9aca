package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// sheetReader reads the rows of a sheet as records. The line of a record is the
// number of its row.
type sheetReader struct {
	sheet  *sheet
	tokens *tokens
	row    int64
	// hidden is whether the row that was read last is.
	hidden bool
}

// open reads the sheet from its first row.
func (s *sheet) open() (recordReader, io.Closer, error) {
	archive, err := zip.OpenReader(s.book.source.path)
	if err != nil {
		return nil, nil, s.book.damaged(err)
	}
	t, part, err := s.book.part(&archive.Reader, s.part)
	if err != nil {
		return nil, nil, errors.Join(err, archive.Close())
	}
	return &sheetReader{sheet: s, tokens: t}, closers{archive.Close, part.Close}, nil
}

// measure reads the sheet once to know how wide it is, and how much it holds.
func (s *sheet) measure(ctx context.Context) error {
	r, closer, err := s.open()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	var rec record
	reader, _ := r.(*sheetReader)
	width := 0
	defer func() { s.width = width }() // only now: rows are cut to it
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := r.next(&rec)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		last := len(rec.cells)
		for last > 0 && len(bytes.TrimSpace(rec.cells[last-1].text)) == 0 {
			last--
		}
		width = max(width, last)
		if last > 0 {
			s.rows++
			if reader != nil && reader.hidden {
				s.hidden++
			}
		}
	}
}

// next reads the next row that is there. Rows that are left out are no records.
func (r *sheetReader) next(rec *record) error {
	*rec = record{cells: rec.cells[:0]}
	for {
		token, err := r.tokens.next()
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err != nil {
			return r.sheet.book.damaged(err)
		}
		e, ok := token.(xml.StartElement)
		if !ok || e.Name.Local != "row" {
			continue
		}
		if err := r.begin(e); err != nil {
			return err
		}
		rec.line = r.row
		if err := r.cells(rec); err != nil {
			return err
		}
		width := r.sheet.width
		for len(rec.cells) < width {
			rec.cells = append(rec.cells, cell{})
		}
		if width > 0 && rec.fault == "" {
			rec.cells = rec.cells[:width]
		}
		return nil
	}
}

// begin notes the number of a row.
func (r *sheetReader) begin(e xml.StartElement) error {
	r.row++
	if at := attribute(e, "r"); at != "" {
		n, err := strconv.ParseInt(at, 10, 64)
		if err != nil || n < r.row || n > maxSheetRow {
			return r.sheet.book.damaged(fmt.Errorf("row %q follows row %d", shorten(at, 20), r.row-1))
		}
		r.row = n
	}
	r.hidden = truth(attribute(e, "hidden"))
	return nil
}

// cells reads the cells of a row up to its end.
func (r *sheetReader) cells(rec *record) error {
	at := -1
	for {
		token, err := r.tokens.next()
		if errors.Is(err, io.EOF) {
			return r.sheet.book.damaged(io.ErrUnexpectedEOF)
		}
		if err != nil {
			return r.sheet.book.damaged(err)
		}
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			if at, err = r.place(e, at); err != nil {
				return err
			}
			for len(rec.cells) <= at {
				rec.cells = append(rec.cells, cell{})
			}
			if rec.cells[at], err = r.cell(e, rec); err != nil {
				return r.sheet.book.damaged(err)
			}
		}
	}
}

// place is the column of a cell, from 0. Cells stand in order.
func (r *sheetReader) place(e xml.StartElement, before int) (int, error) {
	ref := attribute(e, "r")
	if ref == "" && before+1 < maxSheetCol {
		return before + 1, nil
	}
	column := 0
	for i := 0; i < len(ref) && column <= maxSheetCol; i++ {
		c := ref[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		column = column*26 + int(c-'a') + 1
	}
	if column == 0 || column > maxSheetCol || column-1 <= before {
		return 0, fault.New(fault.Validation, "The sheet %q of %s has the cell %.20q where none can be, in row %d.",
			shorten(r.sheet.name, 60), r.sheet.book.source.name, ref, r.row).
			WithHint("Open it, save it again, and upload that.").With("line", r.row)
	}
	return column - 1, nil
}

// cell reads the value of a cell: of a formula, the one that was saved with it.
func (r *sheetReader) cell(e xml.StartElement, rec *record) (cell, error) {
	kind, style := attribute(e, "t"), attribute(e, "s")
	value, found := "", false
	for {
		token, err := r.tokens.next()
		if errors.Is(err, io.EOF) {
			return cell{}, io.ErrUnexpectedEOF
		}
		if err != nil {
			return cell{}, err
		}
		switch e := token.(type) {
		case xml.EndElement:
			if e.Name.Local == "c" {
				if !found {
					return cell{}, nil
				}
				return r.value(kind, style, value, rec)
			}
		case xml.StartElement:
			if name := e.Name.Local; name == "v" || name == "is" {
				text, err := r.tokens.text(name)
				if err != nil {
					return cell{}, err
				}
				value, found = text, true
			}
		}
	}
}

// value is what a cell of a type (ECMA-376 part 1, 18.18.11) holds.
func (r *sheetReader) value(kind, style, value string, rec *record) (cell, error) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(r.sheet.book.shared) {
			return cell{}, fmt.Errorf("row %d has a text that is not there", r.row)
		}
		return cell{text: []byte(r.sheet.book.shared[i]), literal: true}, nil
	case "str", "inlineStr":
		return cell{text: []byte(value), literal: true}, nil
	case "b":
		return cell{text: strconv.AppendBool(nil, truth(value))}, nil
	case "e":
		rec.errors++
		return cell{}, nil
	case "d":
		return cell{text: []byte(value)}, nil
	}
	return r.number(style, value), nil
}

// number is what a cell with a number holds: a date or a time where its style says
// so. What is no number stays as it is written.
func (r *sheetReader) number(style, value string) cell {
	number, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return cell{text: []byte(value)}
	}
	n, _ := strconv.Atoi(style) // no style is the first
	switch r.sheet.book.kindOfStyle(n) {
	case isMoment, isClock:
		if text := r.sheet.book.moment(number, r.sheet.book.kindOfStyle(n) == isClock); text != "" {
			return cell{text: []byte(text)}
		}
	case isPercent:
		r.sheet.percent = true
	case isNumber:
	}
	return cell{text: strconv.AppendFloat(nil, number, formatOf(number), -1, 64)}
}

// formatOf writes numbers in digits unless there would be very many.
func formatOf(number float64) byte {
	if a := math.Abs(number); a != 0 && (a >= 1e18 || a < 1e-9) {
		return 'e'
	}
	return 'f'
}

func (b *workbook) kindOfStyle(n int) numberKind {
	if n < 0 || n >= len(b.moments) {
		return isNumber
	}
	return b.moments[n]
}

// moment writes the days since the beginning of a workbook's calendar as a date, a
// date with a time, or a time; "" if there is no such day. Excel has a 29 February
// 1900, which never was.
func (b *workbook) moment(days float64, clock bool) string {
	if days < 0 || days >= 2958466 {
		return ""
	}
	millis := int64(math.Round(days * 86_400_000))
	whole, rest := millis/86_400_000, millis%86_400_000
	var since time.Time
	switch {
	case b.since1904:
		since = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case whole < 60:
		since = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	default:
		since = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	}
	at := since.AddDate(0, 0, int(whole)).Add(time.Duration(rest) * time.Millisecond)
	switch {
	case whole == 0 && clock:
		return at.Format("15:04:05.999")
	case rest == 0 && !clock:
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02T15:04:05.999")
}

// filled returns the sheets that hold something, and says which do not.
func (b *workbook) filled(ctx context.Context) ([]*sheet, error) {
	var out []*sheet
	for _, s := range b.sheets {
		if err := s.measure(ctx); err != nil {
			return nil, err
		}
		if s.rows == 0 {
			b.remarks = append(b.remarks, fmt.Sprintf("The sheet %q is empty and was not loaded.", shorten(s.name, 60)))
			continue
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Validation, "%s has no sheet with values that is shown.", b.source.name).
			WithHint("Unhide the sheet that holds the table, save the workbook, and upload that.")
	}
	return out, nil
}

// sheetTable makes the name of a sheet's table, which no other has.
func sheetTable(file, sheet string, taken map[string]bool) string {
	slug := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r | 0x20
		}
		return '_'
	}, sheet), "_")
	for strings.Contains(slug, "__") {
		slug = strings.ReplaceAll(slug, "__", "_")
	}
	if slug == "" {
		slug = "sheet"
	}
	base := file + "_" + slug
	base = strings.TrimRight(base[:min(len(base), 58)], "_")
	name := base
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s_%d", base, n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// checkSheetOptions refuses what no sheet has.
func (t *table) checkSheetOptions() error {
	if o := t.options; o.Delimiter != "" || o.Quote != "" || o.Encoding != "" || o.Skip != 0 {
		return fault.New(fault.Validation, "%s is a workbook, which has no delimiter, quote, encoding or lines to skip.", t.source.name).
			WithHint("Say the row of the header instead.").With("table", t.name)
	}
	return nil
}
