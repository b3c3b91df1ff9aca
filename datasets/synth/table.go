package synth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// progressEvery is the number of rows between two reports, and between two
// looks at the context.
const progressEvery = 10_000

// Table writes one CSV file: comma separated, header first, lines end in \n,
// text is quoted only where it must be, NULL is an empty field.
//
// A row is written field by field and ended by [Table.End], which returns the
// first error met so far. A Table is not safe for concurrent use.
type Table struct {
	ctx      context.Context //nolint:containedctx // a table lives inside one call of a generator
	name     string
	columns  int
	file     *os.File
	out      *bufio.Writer
	progress func(file string, rows int)

	row    []byte
	fields int
	rows   int
}

func (t *Table) sep() {
	if t.fields > 0 {
		t.row = append(t.row, ',')
	}
	t.fields++
}

// Null writes an empty field.
func (t *Table) Null() { t.sep() }

// Int writes a whole number.
func (t *Table) Int(v int64) {
	t.sep()
	t.row = strconv.AppendInt(t.row, v, 10)
}

// Fixed writes v/10^decimals with all its decimals: Fixed(1250, 2) is 12.50.
func (t *Table) Fixed(v int64, decimals int) {
	t.sep()
	if v < 0 {
		t.row = append(t.row, '-')
		v = -v
	}
	unit := int64(1)
	for range decimals {
		unit *= 10
	}
	t.row = strconv.AppendInt(t.row, v/unit, 10)
	t.row = append(t.row, '.')
	for rest := v % unit; unit > 1; rest %= unit {
		unit /= 10
		t.row = append(t.row, "0123456789"[rest/unit])
	}
}

// Bool writes true or false.
func (t *Table) Bool(v bool) {
	t.sep()
	t.row = strconv.AppendBool(t.row, v)
}

// Text writes s, quoted where it holds a comma, a quote or a line break. An
// empty string is NULL to a reader of CSV; use [Table.Null] to say so.
func (t *Table) Text(s string) {
	t.sep()
	if !strings.ContainsAny(s, ",\"\r\n") {
		t.row = append(t.row, s...)
		return
	}
	t.row = append(t.row, '"')
	t.row = append(t.row, strings.ReplaceAll(s, `"`, `""`)...)
	t.row = append(t.row, '"')
}

// Date writes the day of v as 2026-01-31.
func (t *Table) Date(v time.Time) {
	t.sep()
	t.row = v.AppendFormat(t.row, time.DateOnly)
}

// Time writes v as 2026-01-31 08:30:00.
func (t *Table) Time(v time.Time) {
	t.sep()
	t.row = v.AppendFormat(t.row, time.DateTime)
}

// End finishes the row. It fails when the row has not as many fields as the
// header, when the disk refuses, and, looked at every few thousand rows, when
// the context is done.
func (t *Table) End() error {
	if t.fields != t.columns {
		return fmt.Errorf("%s: row %d has %d fields for %d columns", t.name, t.rows+1, t.fields, t.columns)
	}
	t.row = append(t.row, '\n')
	if _, err := t.out.Write(t.row); err != nil {
		return fmt.Errorf("write %s: %w", t.name, err)
	}
	t.row, t.fields = t.row[:0], 0
	t.rows++
	if t.rows%progressEvery == 0 {
		t.report()
		return context.Cause(t.ctx)
	}
	return nil
}

func (t *Table) report() {
	if t.progress != nil {
		t.progress(t.name, t.rows)
	}
}

// close flushes and closes the file; it is safe to call twice.
func (t *Table) close() error {
	if t.file == nil {
		return nil
	}
	err := errors.Join(t.out.Flush(), t.file.Close())
	t.file = nil
	return err
}
