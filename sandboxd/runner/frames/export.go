package frames

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// exporter copies tables into an archive.
type exporter struct {
	db      *engine.DB
	archive archive
	// buf holds the values of one chunk.
	buf []byte
}

// export writes everything, and completes what tables says about the columns.
func (e *exporter) export(ctx context.Context, tables []table) error {
	for t := range tables {
		for c := range tables[t].Columns {
			if err := e.column(ctx, &tables[t], &tables[t].Columns[c], fmt.Sprintf("t%dc%d", t, c)); err != nil {
				return fmt.Errorf("column %d of table %d: %w", c, t, err)
			}
		}
	}
	return e.archive.finish(meta{Version: 1, Tables: tables})
}

// column writes one column into members whose names begin with prefix.
func (e *exporter) column(ctx context.Context, t *table, c *column, prefix string) error {
	c.Data = prefix + ".npy"
	source := storageOf(c.Type)
	sql := source.query(t.Name, c.Name)
	if c.Kind == texts {
		return e.text(ctx, t, c, prefix, sql)
	}
	nulls, err := e.fixed(ctx, t, c, source, sql)
	if err != nil || nulls == 0 || c.Kind == floats || c.Kind == moments {
		return err
	}
	return e.nulls(ctx, t, c, prefix)
}

// each calls fn with every chunk of a statement's one column.
func (e *exporter) each(ctx context.Context, sql string, fn func(*engine.Scan) error) error {
	scan, err := e.db.Scan(ctx, sql)
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	defer scan.Close()
	for scan.Next(ctx) {
		if err := fn(scan); err != nil {
			return err
		}
	}
	if err := scan.Err(); err != nil {
		return fmt.Errorf("read: %w", err)
	}
	return nil
}

// fill calls fn, which writes to array, with every chunk of a statement's column.
func (e *exporter) fill(ctx context.Context, a *array, sql string, fn func(*engine.Scan) error) error {
	if err := e.each(ctx, sql, fn); err != nil {
		return err
	}
	return a.close()
}

// fixed writes the data of a column whose values all have one size, and returns
// how many are missing.
func (e *exporter) fixed(ctx context.Context, t *table, c *column, source storage, sql string) (nulls int64, err error) {
	size, appendTo := 8, appendWords
	if c.Kind == flags {
		size, appendTo = 1, appendFlags
	}
	array, err := e.archive.array(c.Data, source.descr, size, t.Rows)
	if err != nil {
		return 0, err
	}
	err = e.fill(ctx, array, sql, func(scan *engine.Scan) error {
		var none int64
		e.buf, none = appendTo(e.buf[:0], scan, c.Kind)
		nulls += none
		return array.write(e.buf)
	})
	return nulls, err
}

// nulls writes where a column has no value.
func (e *exporter) nulls(ctx context.Context, t *table, c *column, prefix string) error {
	c.Nulls = prefix + "n.npy"
	array, err := e.archive.array(c.Nulls, "|b1", 1, t.Rows)
	if err != nil {
		return err
	}
	return e.fill(ctx, array, storageOf(c.Type).nullQuery(t.Name, c.Name), func(scan *engine.Scan) error {
		return array.write(scan.Flags())
	})
}

// missing is what stands for NULL in a column of eight bytes a value.
func missing(k kind) uint64 {
	switch k {
	case floats:
		return math.Float64bits(math.NaN())
	case moments:
		return 1 << 63 // the smallest int64, which is NumPy's NaT
	}
	return 0
}

// appendWords encodes the values of a chunk and counts the missing ones.
func appendWords(buf []byte, scan *engine.Scan, k kind) (out []byte, nulls int64) {
	none, valid := missing(k), scan.Valid()
	for i, word := range scan.Words() {
		switch {
		case engine.IsNull(valid, i):
			nulls++
			word = none
		case k == moments && isInfinite(word):
			word = none
		}
		buf = binary.LittleEndian.AppendUint64(buf, word)
	}
	return buf, nulls
}

// isInfinite reports whether the bits of a TIMESTAMP mean 'infinity' or
// '-infinity': its largest value and the negative of it.
func isInfinite(word uint64) bool {
	n := int64(word) //nolint:gosec // the same bits
	return n == math.MaxInt64 || n == -math.MaxInt64
}

// appendFlags is appendWords for BOOLEAN.
func appendFlags(buf []byte, scan *engine.Scan, _ kind) (out []byte, nulls int64) {
	valid := scan.Valid()
	for i, flag := range scan.Flags() {
		if engine.IsNull(valid, i) {
			nulls++
			flag = 0
		}
		buf = append(buf, flag)
	}
	return buf, nulls
}
