package frames

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"unicode/utf8"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// The bounds of a dictionary: distinct values, and bytes of all of them together,
// since it is the one thing that is kept in memory.
const (
	maxDistinct = 65_536
	maxBytes    = 4 << 20
)

// text writes a column of texts: its distinct values and a code for each row, or,
// if there are too many, a value for each row.
func (e *exporter) text(ctx context.Context, t *table, c *column, prefix, sql string) error {
	c.Ends = prefix + "e.npy"
	d, err := e.collect(ctx, t, sql)
	switch {
	case errors.Is(err, errTooMany):
		return e.perRow(ctx, t, c, prefix, sql)
	case err != nil:
		return err
	}
	c.Codes = prefix + "k.npy"
	if err := e.distinct(c, d); err != nil {
		return err
	}
	return e.codes(ctx, t, c, d, sql)
}

// dictionary is the distinct values of a column.
type dictionary struct {
	codes map[string]int32
	// values has them one after the other, ends where each ends, in code points.
	values []byte
	ends   []int64
}

// errTooMany says that a column has no dictionary.
var errTooMany = errors.New("too many distinct values")

// collect reads the distinct values of a column, or returns errTooMany as soon as
// there are.
func (e *exporter) collect(ctx context.Context, t *table, sql string) (*dictionary, error) {
	d := &dictionary{codes: map[string]int32{}}
	most := min(maxDistinct, t.Rows/2)
	var end int64
	err := e.each(ctx, sql, func(scan *engine.Scan) error {
		for i := range scan.Len() {
			text := scan.Text(i)
			if text == nil {
				continue
			}
			if _, known := d.codes[string(text)]; known {
				continue
			}
			clean := readable(text)
			if int64(len(d.ends)) == most || len(d.values)+len(clean) > maxBytes {
				return errTooMany
			}
			d.codes[string(text)] = int32(len(d.ends)) //nolint:gosec // at most maxDistinct
			d.values = append(d.values, clean...)
			end += length(clean)
			d.ends = append(d.ends, end)
		}
		return nil
	})
	return d, err
}

// distinct writes the values of a dictionary.
func (e *exporter) distinct(c *column, d *dictionary) error {
	values, err := e.archive.array(c.Data, "|u1", 1, int64(len(d.values)))
	if err != nil {
		return err
	}
	if err := errors.Join(values.write(d.values), values.close()); err != nil {
		return err
	}
	ends, err := e.archive.array(c.Ends, "<i8", 8, int64(len(d.ends)))
	if err != nil {
		return err
	}
	e.buf = e.buf[:0]
	for _, end := range d.ends {
		e.buf = appendInt64(e.buf, end)
	}
	return errors.Join(ends.write(e.buf), ends.close())
}

// codes writes the place of each row's value in the dictionary.
func (e *exporter) codes(ctx context.Context, t *table, c *column, d *dictionary, sql string) error {
	array, err := e.archive.array(c.Codes, "<i4", 4, t.Rows)
	if err != nil {
		return err
	}
	return e.fill(ctx, array, sql, func(scan *engine.Scan) error {
		e.buf = e.buf[:0]
		for i := range scan.Len() {
			code := int32(-1)
			if text := scan.Text(i); text != nil {
				code = d.codes[string(text)]
			}
			e.buf = binary.LittleEndian.AppendUint32(e.buf, uint32(code)) //nolint:gosec // the same bits
		}
		return array.write(e.buf)
	})
}

// perRow writes a value for each row. Where they end comes first, which tells how
// long they all are.
func (e *exporter) perRow(ctx context.Context, t *table, c *column, prefix, sql string) error {
	ends, err := e.archive.array(c.Ends, "<i8", 8, t.Rows)
	if err != nil {
		return err
	}
	var size, end, nulls int64
	err = e.fill(ctx, ends, sql, func(scan *engine.Scan) error {
		e.buf = e.buf[:0]
		for i := range scan.Len() {
			text := scan.Text(i)
			if text == nil {
				nulls++
			}
			clean := readable(text)
			size += int64(len(clean))
			end += length(clean)
			e.buf = appendInt64(e.buf, end)
		}
		return ends.write(e.buf)
	})
	if err != nil {
		return err
	}
	if err := e.values(ctx, c, sql, size); err != nil || nulls == 0 {
		return err
	}
	return e.nulls(ctx, t, c, prefix)
}

// values writes the texts of a column one after the other.
func (e *exporter) values(ctx context.Context, c *column, sql string, size int64) error {
	array, err := e.archive.array(c.Data, "|u1", 1, size)
	if err != nil {
		return err
	}
	return e.fill(ctx, array, sql, func(scan *engine.Scan) error {
		e.buf = e.buf[:0]
		for i := range scan.Len() {
			e.buf = append(e.buf, readable(scan.Text(i))...)
			if len(e.buf) < flushAt {
				continue
			}
			if err := array.write(e.buf); err != nil {
				return err
			}
			e.buf = e.buf[:0]
		}
		return array.write(e.buf)
	})
}

// flushAt keeps a chunk of long texts from being copied at once.
const flushAt = 1 << 20

func appendInt64(buf []byte, n int64) []byte {
	return binary.LittleEndian.AppendUint64(buf, uint64(n)) //nolint:gosec // the same bits
}

// readable is text if it is UTF-8. The engine means to keep nothing else; should
// it happen, what a reader could not decode is replaced.
func readable(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return bytes.ToValidUTF8(text, []byte("\ufffd"))
}

// length counts code points.
func length(text []byte) int64 { return int64(utf8.RuneCount(text)) }
