package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxRejects is the number of rejected lines that are shown.
const maxRejects = 20

// maxShort is the number of padded lines that are named.
const maxShort = 5

// table is one file on its way into the database.
type table struct {
	file    protocol.IngestFile
	name    string
	source  *source
	options catalog.ReadOptions
	nulls   map[string]bool
	dialect dialect
	layout  layout
	columns []column
	read    []reading
	// choices, by column, are what a person said, and final the names that columns
	// have in the table; those that are left out have none.
	choices   []choice
	final     []string
	anyGiven  bool
	overrides []override
	tally     tally
	// keys are the columns of a file of JSON objects.
	keys *keys
	// sheet is set for a sheet of a workbook.
	sheet *sheet
	// remarks are notes of the reader.
	remarks []string
	// wide says that the first line has more cells than any table.
	wide bool
	// loading says that the rows are being stored; before, they are examined.
	loading bool
}

// tally counts what became of the records of a file. Every record is counted
// once: nothing disappears.
type tally struct {
	// loaded are rows of the table, padded those of them that had fewer cells
	// than the table has columns.
	loaded, padded int64
	// short are the lines of the first of those that were padded.
	short []int64
	// blank, comments and before are records without data: empty lines, lines
	// that begin with #, and what stands before the table.
	blank, comments, before int64
	rejected                int64
	// failed counts values that do not have the type they were given.
	failed int64
	// errors counts cells of a workbook that hold an error instead of a value.
	errors int64
	// headerLine is where the header begins, 0 without one.
	headerLine int64
	rejects    []catalog.Reject
	widths     map[int]int64
}

// reject leaves a record out and says why.
func (t *tally) reject(r catalog.Reject) {
	t.rejected++
	if len(t.rejects) < maxRejects {
		t.rejects = append(t.rejects, r)
	}
}

// newTable finds out how a text file, or a sheet, is laid out and which types fit
// its columns. It reads the file, but does not touch the database.
func newTable(ctx context.Context, t *table) (*table, error) {
	t.nulls = map[string]bool{}
	for _, word := range t.options.Nulls {
		t.nulls[strings.TrimSpace(word)] = true
	}
	if err := t.look(ctx); err != nil {
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

// recordReader is what a file is read through, whatever its format.
type recordReader interface {
	// next reads one record; io.EOF ends them.
	next(r *record) error
}

// open reads the file from the beginning.
func (t *table) open() (recordReader, io.Closer, error) {
	if t.sheet != nil {
		return t.sheet.open()
	}
	r, closer, err := t.source.reader()
	if err != nil {
		return nil, nil, err
	}
	if t.keys != nil {
		return newObjects(r, int64(t.source.skip), t.keys), closer, nil
	}
	scan := newScanner(r, t.dialect)
	scan.line += int64(t.source.skip)
	return scan, closer, nil
}

// look finds the dialect and the layout from the beginning of the file.
func (t *table) look(ctx context.Context) error {
	switch t.source.format {
	case formatJSON:
		return t.lookJSON(ctx)
	case formatCSV:
		if err := t.findDialect(); err != nil {
			return err
		}
	case formatXLSX, formatParquet:
	}
	scan, closer, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	var rows []row
	var lines []int64
	counts, size := map[int]int64{}, 0
	for len(rows) < maxSampled && size < maxSampledBytes {
		var rec record
		if err := scan.next(&rec); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return t.scanError(err)
		}
		if rec.fault != "" {
			t.wide = t.wide || rec.fault == tooWide && len(rows) == 0
			rec.cells = nil
		}
		for _, c := range rec.cells {
			size += len(c.text)
		}
		rows, lines = append(rows, bytesOf(rec.cells)), append(lines, rec.line)
		if !rec.blank() && !isComment(rec.cells) {
			counts[len(rec.cells)]++
		}
	}
	t.layout = findLayout(rows, counts)
	if err := t.placeHeader(rows, lines, counts); err != nil {
		return err
	}
	return t.checkLayout()
}

// findDialect finds how cells are separated and enclosed; what a person said
// holds.
func (t *table) findDialect() error {
	r, closer, err := t.source.reader()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	sample, err := io.ReadAll(io.LimitReader(r, sampleSize))
	if err != nil {
		return t.source.readError(err)
	}
	t.dialect = sniff(sample, len(sample) < sampleSize, t.options)
	return nil
}

// placeHeader puts the header where a person said it is.
func (t *table) placeHeader(rows []row, lines []int64, counts map[int]int64) error {
	if t.options.Header == nil {
		return nil
	}
	if *t.options.Header == 0 {
		if t.layout.header > 0 {
			t.layout.names = uniqueNames(nil, len(t.layout.names))
		}
		t.layout.header = 0
		return nil
	}
	want := int64(*t.options.Header + t.source.skip)
	at := slices.Index(lines, want)
	if at < 0 || rows[at].filled() == 0 {
		return fault.New(fault.Validation, "No header begins on line %d of %s.", want, t.source.name).
			WithHint("Name the line that holds the columns' names, or 0 if there is none.").With("line", want)
	}
	t.layout.skip, t.layout.header = at, 1
	var names []string
	for _, c := range rows[at] {
		names = append(names, string(c.text))
	}
	t.layout.names = uniqueNames(names, max(len(names), widest(counts)))
	return nil
}

// bytesOf copies cells, which are valid only until the next record.
func bytesOf(cells []cell) row {
	out := make(row, len(cells))
	for i, c := range cells {
		out[i] = cell{text: bytes.Clone(c.text), quoted: c.quoted, literal: c.literal}
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
func (t *table) scanError(err error) error {
	var long *longLineError
	if errors.As(err, &long) {
		return fault.New(fault.Validation, "%s has a line of more than %d MiB, from line %d on.", t.source.name, maxRecord>>20, long.line).
			WithHint("Check that the file has line breaks and that its quotation marks are closed.").With("line", long.line)
	}
	return t.source.readError(err)
}

// inspect watches every value that will be loaded.
func (t *table) inspect(ctx context.Context) error {
	t.columns, t.read, t.anyGiven = make([]column, len(t.layout.names)), nil, false
	return t.each(ctx, func(r *record) error {
		for i, c := range r.cells {
			if !t.isNull(c.text) {
				t.columns[i].watch(c, r.line)
			}
		}
		return nil
	})
}

// decide chooses a type for every column, and checks the types a person asked
// for.
func (t *table) decide() error {
	if err := t.applyColumns(); err != nil {
		return err
	}
	t.leaveOutEmpty()
	dayFirst := firstDay(t.columns, t.dialect)
	t.read = make([]reading, len(t.columns))
	for i := range t.columns {
		t.read[i] = t.columns[i].decide(dayFirst, t.options.Decimal, t.forcedOrder())
		if t.choices[i].typ != "" {
			t.read[i], t.anyGiven = t.readGiven(i, t.read[i], dayFirst), true
		}
	}
	return t.applyTypes()
}

// leaveOutEmpty leaves out the columns of a sheet that have neither a name nor a
// value: tables do not always begin in the first column.
func (t *table) leaveOutEmpty() {
	if t.sheet == nil {
		return
	}
	n := 0
	for i := range t.columns {
		if t.columns[i].values == 0 && t.layout.names[i] == "col_"+strconv.Itoa(i) && t.choices[i] == (choice{}) {
			t.choices[i].drop, t.final[i] = true, ""
			n++
		}
	}
	if n > 0 {
		t.remarks = append(t.remarks, fmt.Sprintf("%d columns that have neither a name nor a value were left out.", n))
	}
}

// each reads the file from the beginning and calls fn for every record that
// becomes a row: none of its records has more cells than there are columns. It
// counts all of them anew.
func (t *table) each(ctx context.Context, fn func(*record) error) error {
	t.tally = tally{widths: map[int]int64{}}
	for i := range t.choices {
		t.choices[i].failed = 0
	}
	scan, closer, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	var rec record
	for n := 0; ; n++ {
		if n%4096 == 0 {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			t.source.meter.at(t.progress())
		}
		if err := scan.next(&rec); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return t.scanError(err)
		}
		if !t.isRow(&rec, n) {
			continue
		}
		if err := fn(&rec); err != nil {
			return err
		}
	}
}

// progress says what is being done with the table, and how far it is.
func (t *table) progress() protocol.Progress {
	p := protocol.Progress{Stage: catalog.StageExamining, Table: t.name, Rows: t.tally.loaded}
	if t.loading {
		p.Stage = catalog.StageLoading
	}
	if t.sheet == nil { // a workbook is not read from its beginning to its end
		p.Total = t.source.size
	}
	return p
}

// isRow decides what the n-th record is and counts it.
func (t *table) isRow(r *record, n int) bool {
	width := len(t.layout.names)
	switch {
	case r.fault != "":
		t.tally.reject(catalog.Reject{Line: r.line, Message: r.fault, Sample: t.sample(r)})
		return false
	case n >= t.layout.skip && n < t.layout.skip+t.layout.header:
		if n == t.layout.skip {
			t.tally.headerLine = r.line
		}
		return false
	case !r.solid && r.blank():
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
		t.tally.reject(catalog.Reject{
			Line: r.line, Message: fmt.Sprintf("the line has %d values, but the table has %d columns", len(r.cells), width), Sample: t.sample(r),
		})
		return false
	}
	if !t.fits(r) {
		return false
	}
	t.tally.errors += r.errors
	t.tally.loaded++
	if len(r.cells) < width {
		if t.tally.padded++; len(t.tally.short) < maxShort {
			t.tally.short = append(t.tally.short, r.line)
		}
	}
	return true
}

// table implements part.
func (t *table) table() string { return t.name }

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
	t.loading = true
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
		if t.choices[i].drop {
			continue
		}
		var text []byte
		if i < len(r.cells) && !t.isNull(r.cells[i].text) {
			text = r.cells[i].text
		}
		if !t.read[i].store(a, col, text) {
			return fmt.Errorf("line %d: value of column %d no longer fits its type", r.line, i)
		}
		col++
	}
	return a.EndRow(ctx)
}
