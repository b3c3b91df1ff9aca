package engine

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Scan is one column being streamed, a chunk of rows at a time, in the engine's
// own representation: no value is converted or copied. What its methods return
// points into memory of the engine and is valid until the next [Scan.Next].
type Scan struct {
	rows *Rows
	typ  mapping.Type
}

// Scan runs exactly one statement that yields one column of type BIGINT,
// UBIGINT, DOUBLE, BOOLEAN, TIMESTAMP, TIMESTAMP WITH TIME ZONE or VARCHAR, and
// streams it. Close it before the next statement.
func (db *DB) Scan(ctx context.Context, sql string) (*Scan, error) {
	rows, err := db.stream(ctx, sql, nil)
	if err != nil {
		return nil, err
	}
	s := &Scan{rows: rows}
	if rows.columns == 1 {
		s.typ = mapping.ColumnType(&rows.result, 0)
	}
	if !s.isWords() && s.typ != mapping.TypeBoolean && s.typ != mapping.TypeVarchar {
		rows.Close()
		return nil, fmt.Errorf("scan %d columns, the first of type %d", rows.columns, s.typ)
	}
	return s, nil
}

// isWords reports whether values are eight bytes each.
func (s *Scan) isWords() bool {
	switch s.typ {
	case mapping.TypeBigInt, mapping.TypeUBigInt, mapping.TypeDouble, mapping.TypeTimestamp, mapping.TypeTimestampTZ:
		return true
	}
	return false
}

// Next advances to the next chunk. It returns false at the end, at an error and
// when ctx is over; [Scan.Err] tells which.
func (s *Scan) Next(ctx context.Context) bool { return s.rows.err == nil && s.rows.fetch(ctx) }

// Err returns what ended the scan early; nil at the ordinary end.
func (s *Scan) Err() error { return s.rows.err }

// Len is the number of rows of the chunk.
func (s *Scan) Len() int { return s.rows.size }

// Valid is the chunk's bits of rows that are not NULL, the first row lowest; nil
// when none is NULL.
func (s *Scan) Valid() []uint64 {
	validity := s.rows.cols[0].validity
	if validity == nil {
		return nil
	}
	return unsafe.Slice((*uint64)(validity), (s.rows.size+63)/64) //nolint:gosec // the engine's array
}

// Words are the bits of the chunk's values of a column of numbers or moments: an
// int64 of BIGINT and, in microseconds since 1970, of TIMESTAMP, a float64 of
// DOUBLE. Where Valid says NULL they mean nothing. Nil for another type.
func (s *Scan) Words() []uint64 {
	if !s.isWords() {
		return nil
	}
	return unsafe.Slice((*uint64)(s.rows.cols[0].data), s.rows.size) //nolint:gosec // the engine's array
}

// Flags are the chunk's values of a BOOLEAN column, 0 or 1. Where Valid says NULL
// they mean nothing. Nil for another type.
func (s *Scan) Flags() []byte {
	if s.typ != mapping.TypeBoolean {
		return nil
	}
	return unsafe.Slice((*byte)(s.rows.cols[0].data), s.rows.size) //nolint:gosec // the engine's array
}

// inlined is the length in bytes up to which the engine keeps a text inside of
// its header (duckdb_string_t), behind the length, and not behind a pointer.
const inlined = 12

// Text is the bytes of row i of a VARCHAR column; nil where it is NULL or the
// type is another.
func (s *Scan) Text(i int) []byte {
	if s.typ != mapping.TypeVarchar || IsNull(s.Valid(), i) {
		return nil
	}
	header := unsafe.Add(s.rows.cols[0].data, uintptr(i)*unsafe.Sizeof(mapping.StringT{}))
	n := *(*uint32)(header)
	if n <= inlined {
		return unsafe.Slice((*byte)(unsafe.Add(header, 4)), n) //nolint:gosec // the engine's text
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(header, 8)), n) //nolint:gosec // the engine's text
}

// IsNull reports whether row i is NULL according to what [Scan.Valid] returned.
func IsNull(valid []uint64, i int) bool { return valid != nil && valid[i/64]>>(i%64)&1 == 0 }

// Close gives the result back. It is safe to call more than once.
func (s *Scan) Close() { s.rows.Close() }
