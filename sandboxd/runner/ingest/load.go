package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxRejects is the number of rejected lines that are shown.
const maxRejects = 20

// table is one file on its way into the database.
type table struct {
	file      protocol.IngestFile
	source    *source
	dialect   dialect
	layout    layout
	columns   []column
	read      []reading
	overrides []override
	tally     tally
	// wide says that the first line has more cells than any table.
	wide bool
}

// tally counts what became of the records of a file. Every record is counted
// once: nothing disappears.
type tally struct {
	// loaded are rows of the table, padded those of them that had fewer cells
	// than the table has columns.
	loaded, padded int64
	// blank, comments and before are records without data: empty lines, lines
	// that begin with #, and what stands before the table.
	blank, comments, before int64
	rejected                int64
	// headerLine is where the header begins, 0 without one.
	headerLine int64
	rejects    []catalog.Reject
	widths     map[int]int64
}

// reject leaves a record out and says why.
func (t *tally) reject(line int64, column, format string, args ...any) {
	t.rejected++
	if len(t.rejects) < maxRejects {
		t.rejects = append(t.rejects, catalog.Reject{Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
	}
}

// newTable finds out how a file is laid out and which types fit its columns. It
// reads the file, but does not touch the database.
func newTable(ctx context.Context, dir string, file protocol.IngestFile) (*table, error) {
	s, err := openSource(ctx, dir, file)
	if err != nil {
		return nil, err
	}
	t := &table{file: file, source: s}
	if err := t.look(); err != nil {
		return nil, err
	}
	if err := t.inspect(ctx); err != nil {
		return nil, err
	}
	if t.tally.rejected*10 > t.tally.loaded && widest(t.tally.widths) > len(t.layout.names) {
		// The first records were narrower than the file is.
		t.layout.names = uniqueNames(t.layout.names, widest(t.tally.widths))
		if err := t.inspect(ctx); err != nil {
			return nil, err
		}
	}
	return t, t.decide()
}

// The records, and their bytes, that the layout is read off.
const (
	maxSampled      = 5000
	maxSampledBytes = 8 << 20
)

// look finds the dialect and the layout from the beginning of the file.
func (t *table) look() error {
	r, closer, err := t.source.reader()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	sample, err := io.ReadAll(io.LimitReader(r, sampleSize))
	if err != nil {
		return t.source.readError(err)
	}
	atEnd := len(sample) < sampleSize
	t.dialect = sniff(sample, atEnd)
	scan := newScanner(io.MultiReader(bytes.NewReader(sample), r), t.dialect)
	var rows []row
	counts, size := map[int]int64{}, 0
	for len(rows) < maxSampled && size < maxSampledBytes {
		var rec record
		if err := scan.next(&rec); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return t.scanError(err, scan)
		}
		if rec.fault != "" {
			t.wide = t.wide || rec.fault == tooWide && len(rows) == 0
			rec.cells = nil
		}
		for _, c := range rec.cells {
			size += len(c.text)
		}
		rows = append(rows, bytesOf(rec.cells))
		if !rec.blank() && !isComment(rec.cells) {
			counts[len(rec.cells)]++
		}
	}
	t.layout = findLayout(rows, counts)
	return t.checkLayout()
}

// bytesOf copies cells, which are valid only until the next record.
func bytesOf(cells []cell) row {
	out := make(row, len(cells))
	for i, c := range cells {
		out[i] = cell{text: bytes.Clone(c.text), quoted: c.quoted}
	}
	return out
}

func (t *table) checkLayout() error {
	switch n := len(t.layout.names); {
	case t.wide:
		return fault.New(fault.Validation, "%s has more than %d columns; at most %d can be loaded.", t.source.name, maxCells, maxColumns).
			WithHint("Put the values of many columns into rows: one column for the name, one for the value.")
	case n == 0:
		return fault.New(fault.Validation, "%s has no columns.", t.source.name).
			WithHint("Upload a file with a header line and at least one column.")
	case n > maxColumns:
		return fault.New(fault.Validation, "%s has %d columns; at most %d can be loaded.", t.source.name, n, maxColumns).
			WithHint("Put the values of many columns into rows: one column for the name, one for the value.")
	}
	return nil
}

// scanError translates what goes wrong between records.
func (t *table) scanError(err error, s *scanner) error {
	if errors.Is(err, errLongLine) {
		return fault.New(fault.Validation, "%s has a line of more than %d MiB, from line %d on.", t.source.name, maxRecord>>20, s.line).
			WithHint("Check that the file has line breaks and that its quotation marks are closed.").With("line", s.line)
	}
	return t.source.readError(err)
}

// inspect watches every value that will be loaded.
func (t *table) inspect(ctx context.Context) error {
	t.columns = make([]column, len(t.layout.names))
	return t.each(ctx, func(r *record) error {
		for i, c := range r.cells {
			t.columns[i].watch(c.text, r.line)
		}
		return nil
	})
}

// decide chooses a type for every column, and checks the types a person asked
// for.
func (t *table) decide() error {
	dayFirst := firstDay(t.columns, t.dialect)
	t.read = make([]reading, len(t.columns))
	for i := range t.columns {
		t.read[i] = t.columns[i].decide(dayFirst)
	}
	return t.applyTypes()
}

// each reads the file from the beginning and calls fn for every record that
// becomes a row: none of its records has more cells than there are columns. It
// counts all of them anew.
func (t *table) each(ctx context.Context, fn func(*record) error) error {
	t.tally = tally{widths: map[int]int64{}}
	r, closer, err := t.source.reader()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	scan := newScanner(r, t.dialect)
	var rec record
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := scan.next(&rec); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return t.scanError(err, scan)
		}
		if !t.isRow(&rec, n) {
			continue
		}
		if err := fn(&rec); err != nil {
			return err
		}
	}
}

// isRow decides what the n-th record is and counts it.
func (t *table) isRow(r *record, n int) bool {
	width := len(t.layout.names)
	switch {
	case r.fault != "":
		t.tally.reject(r.line, "", "%s", r.fault)
		return false
	case n >= t.layout.skip && n < t.layout.skip+t.layout.header:
		if n == t.layout.skip {
			t.tally.headerLine = r.line
		}
		return false
	case r.blank():
		t.tally.blank++
		return false
	case n < t.layout.skip:
		t.tally.before++
		return false
	case t.layout.comments && isComment(r.cells):
		t.tally.comments++
		return false
	}
	t.tally.widths[len(r.cells)]++
	for len(r.cells) > width && len(bytes.TrimSpace(r.cells[len(r.cells)-1].text)) == 0 {
		r.cells = r.cells[:len(r.cells)-1]
	}
	if len(r.cells) > width {
		t.tally.reject(r.line, "", "the line has %d values, but the table has %d columns", len(r.cells), width)
		return false
	}
	t.tally.loaded++
	if len(r.cells) < width {
		t.tally.padded++
	}
	return true
}

// load creates the table in the database and fills it.
func (t *table) load(ctx context.Context, db *engine.DB) error {
	name, kinds := t.target()
	if err := db.Exec(ctx, t.createStatement(name)); err != nil {
		return fmt.Errorf("create table: %w", err)
	}
	a, err := db.Append(name, kinds)
	if err != nil {
		return fmt.Errorf("load %s: %w", t.source.name, err)
	}
	err = t.each(ctx, func(r *record) error { return t.store(ctx, a, r) })
	if closeErr := a.Close(ctx); err == nil && closeErr != nil {
		err = fmt.Errorf("load %s: %w", t.source.name, closeErr)
	}
	if err != nil {
		return err
	}
	return t.finish(ctx, db)
}

// store appends one row. Where types are converted afterwards, its line comes
// first, so that what does not convert can be found.
func (t *table) store(ctx context.Context, a *engine.Appender, r *record) error {
	col := 0
	if t.staged() {
		a.Int(0, r.line)
		col = 1
	}
	for i := range t.read {
		var text []byte
		if i < len(r.cells) {
			text = r.cells[i].text
		}
		if !t.read[i].store(a, col+i, text) {
			return fmt.Errorf("line %d: value of column %d no longer fits its type", r.line, i)
		}
	}
	return a.EndRow(ctx)
}
