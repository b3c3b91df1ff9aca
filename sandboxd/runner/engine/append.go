package engine

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Kind is how the values of an appended column arrive.
type Kind int

// The kinds, with the type of the column they fill. Text may fill a column of
// any type that the engine casts text to.
const (
	Text      Kind = iota // VARCHAR
	Bool                  // BOOLEAN
	Int                   // BIGINT
	Float                 // DOUBLE
	Date                  // DATE, in days since 1970-01-01
	Time                  // TIME, in microseconds since midnight
	Timestamp             // TIMESTAMP, in microseconds since 1970-01-01
	Instant               // TIMESTAMP WITH TIME ZONE, as Timestamp in UTC
)

// Type returns the type of a column of this kind.
func (k Kind) Type() string {
	return [...]string{"VARCHAR", "BOOLEAN", "BIGINT", "DOUBLE", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}[k]
}

// typeID is the engine's identifier of the type.
func (k Kind) typeID() mapping.Type {
	return [...]mapping.Type{
		mapping.TypeVarchar, mapping.TypeBoolean, mapping.TypeBigInt, mapping.TypeDouble, mapping.TypeDate,
		mapping.TypeTime, mapping.TypeTimestamp, mapping.TypeTimestampTZ,
	}[k]
}

// Appender adds rows to a table, a chunk at a time. Every column of a row is set
// once, then [Appender.EndRow] is called. It owns the connection until
// [Appender.Close].
type Appender struct {
	db       *DB
	appender mapping.Appender
	chunk    mapping.DataChunk
	capacity int
	row      int
	cols     []target
}

// target is one vector of the chunk being filled.
type target struct {
	vector   mapping.Vector
	data     unsafe.Pointer
	validity unsafe.Pointer
}

// Append starts appending to a table whose columns have the types of kinds.
func (db *DB) Append(table string, kinds []Kind) (*Appender, error) {
	a := &Appender{db: db, capacity: size(mapping.VectorSize())}
	if mapping.AppenderCreate(db.conn, "main", table, &a.appender) == mapping.StateError {
		err := db.parse(mapping.AppenderError(a.appender))
		mapping.AppenderDestroy(&a.appender)
		return nil, fmt.Errorf("append to %s: %w", table, err)
	}
	types := make([]mapping.LogicalType, len(kinds))
	for i, k := range kinds {
		types[i] = mapping.CreateLogicalType(k.typeID())
		defer mapping.DestroyLogicalType(&types[i])
	}
	a.chunk = mapping.CreateDataChunk(types)
	a.cols = make([]target, len(kinds))
	a.begin()
	return a, nil
}

// begin points at the vectors of an empty chunk.
func (a *Appender) begin() {
	a.row = 0
	for i := range a.cols {
		vector := mapping.DataChunkGetVector(a.chunk, index(i))
		mapping.VectorEnsureValidityWritable(vector)
		a.cols[i] = target{vector, mapping.VectorGetData(vector), mapping.VectorGetValidity(vector)}
	}
}

// Null leaves a value out.
func (a *Appender) Null(col int) {
	word := (*uint64)(unsafe.Add(a.cols[col].validity, a.row/64*8))
	*word &^= 1 << (a.row % 64)
}

// Text sets a VARCHAR, which must be valid UTF-8; the bytes are copied.
func (a *Appender) Text(col int, value []byte) {
	mapping.VectorAssignStringElementLen(a.cols[col].vector, index(a.row), value)
}

// Bool sets a BOOLEAN.
func (a *Appender) Bool(col int, value bool) { put(a, col, value) }

// Float sets a DOUBLE.
func (a *Appender) Float(col int, value float64) { put(a, col, value) }

// Int sets a value of any other kind but Date, in its unit.
func (a *Appender) Int(col int, value int64) { put(a, col, value) }

// Date sets a DATE.
func (a *Appender) Date(col int, days int32) { put(a, col, days) }

// put writes a value of fixed size into the engine's array of them.
func put[T any](a *Appender, col int, value T) {
	*(*T)(unsafe.Add(a.cols[col].data, uintptr(a.row)*unsafe.Sizeof(value))) = value
}

// EndRow completes a row and hands over a full chunk.
func (a *Appender) EndRow(ctx context.Context) error {
	if a.row++; a.row < a.capacity {
		return nil
	}
	return a.flush(ctx)
}

// flush hands over the rows of the chunk.
func (a *Appender) flush(ctx context.Context) error {
	if a.row == 0 {
		return nil
	}
	err := a.db.guard(ctx, func() error {
		mapping.DataChunkSetSize(a.chunk, index(a.row))
		if mapping.AppendDataChunk(a.appender, a.chunk) == mapping.StateError {
			return a.db.parse(mapping.AppenderError(a.appender))
		}
		return nil
	})
	if err != nil {
		return err
	}
	mapping.DataChunkReset(a.chunk)
	a.begin()
	return nil
}

// Close hands over the rest and ends the appender. After an error, the table
// holds an unknown part of the rows and must be dropped.
func (a *Appender) Close(ctx context.Context) error {
	err := a.flush(ctx)
	if err == nil {
		err = a.db.guard(ctx, func() error {
			if mapping.AppenderClose(a.appender) == mapping.StateError {
				return a.db.parse(mapping.AppenderError(a.appender))
			}
			return nil
		})
	}
	mapping.DestroyDataChunk(&a.chunk)
	if mapping.AppenderDestroy(&a.appender) == mapping.StateError && err == nil {
		err = fmt.Errorf("append: the last rows were not written")
	}
	return err
}
