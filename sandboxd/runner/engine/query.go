package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unsafe"

	bindings "github.com/duckdb/duckdb-go-bindings"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// interruptEvery is how often a statement that outlived its context is told to
// stop: an interrupt that arrives between two phases of a statement is lost.
const interruptEvery = 5 * time.Millisecond

// Exec runs one or more statements, gives each text argument to the parameter of
// its position, and ignores their rows. Several statements take no arguments.
func (db *DB) Exec(ctx context.Context, sql string, args ...string) error {
	stmts, count, err := db.extract(sql)
	if err != nil {
		return err
	}
	defer mapping.DestroyExtracted(stmts)
	if count > 1 && len(args) > 0 {
		return errors.New("arguments for more than one statement")
	}
	for i := range count {
		rows, err := db.run(ctx, *stmts, i, args)
		if err != nil {
			return err
		}
		for rows.Next(ctx) {
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

// Query runs exactly one statement and streams its rows. Every column must be a
// VARCHAR: callers cast, so that values are written the way the engine writes
// them and nothing is converted twice.
func (db *DB) Query(ctx context.Context, sql string, args ...string) (*Rows, error) {
	rows, err := db.stream(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	for i := range rows.columns {
		if mapping.ColumnType(&rows.result, index(i)) != mapping.TypeVarchar {
			rows.Close()
			return nil, fmt.Errorf("column %d of an internal query is not text", i)
		}
	}
	return rows, nil
}

// stream starts exactly one statement.
func (db *DB) stream(ctx context.Context, sql string, args []string) (*Rows, error) {
	stmts, count, err := db.extract(sql)
	if err != nil {
		return nil, err
	}
	defer mapping.DestroyExtracted(stmts)
	if count != 1 {
		return nil, fmt.Errorf("query holds %d statements", count)
	}
	return db.run(ctx, *stmts, 0, args)
}

// Text runs a query of one row and one column. NULL and no row are "".
func (db *DB) Text(ctx context.Context, sql string, args ...string) (string, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	if !rows.Next(ctx) {
		return "", rows.Err()
	}
	text, _ := rows.Text(0)
	return text, nil
}

// extract splits sql into statements with the engine's parser.
func (db *DB) extract(sql string) (*mapping.ExtractedStatements, mapping.IdxT, error) {
	var stmts mapping.ExtractedStatements
	count := mapping.ExtractStatements(db.conn, sql, &stmts)
	if count == 0 {
		message := mapping.ExtractStatementsError(stmts)
		mapping.DestroyExtracted(&stmts)
		if message == "" {
			return nil, 0, &Error{Kind: "Parser", Message: "the statement is empty"}
		}
		return nil, 0, db.parse(message)
	}
	return &stmts, count, nil
}

// run prepares and starts statement i.
func (db *DB) run(ctx context.Context, stmts mapping.ExtractedStatements, i mapping.IdxT, args []string) (*Rows, error) {
	rows := &Rows{db: db}
	err := db.guard(ctx, func() error {
		if mapping.PrepareExtractedStatement(db.conn, stmts, i, &rows.stmt) == mapping.StateError {
			return db.parse(mapping.PrepareError(rows.stmt))
		}
		for n, arg := range args {
			if mapping.BindVarcharLength(rows.stmt, index(n+1), arg, index(len(arg))) == mapping.StateError {
				return db.parse(mapping.PrepareError(rows.stmt))
			}
		}
		return rows.start()
	})
	if err != nil {
		rows.Close()
		return nil, err
	}
	rows.columns = size(mapping.ColumnCount(&rows.result))
	return rows, nil
}

// guard runs fn and interrupts the engine while ctx is over and fn is not.
func (db *DB) guard(ctx context.Context, fn func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	done, stopped := make(chan struct{}), make(chan struct{})
	// Not a goroutine that waits: a statement makes a dozen calls, and waking
	// another thread for each costs more than the call.
	unhook := context.AfterFunc(ctx, func() {
		defer close(stopped)
		db.interruptUntil(done)
	})
	err := fn()
	close(done)
	if !unhook() {
		<-stopped
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

// interruptUntil interrupts until done is closed.
func (db *DB) interruptUntil(done <-chan struct{}) {
	tick := time.NewTicker(interruptEvery)
	defer tick.Stop()
	for {
		mapping.Interrupt(db.conn)
		select {
		case <-done:
			return
		case <-tick.C:
		}
	}
}

// index and size convert between Go's numbers and the engine's, for rows and
// columns, of which there are never too many.
func index(i int) mapping.IdxT { return mapping.IdxT(i) } //nolint:gosec // see above

func size(n mapping.IdxT) int { return int(n) } //nolint:gosec // see above

// Rows is a result being streamed. Close it before the next statement.
type Rows struct {
	db      *DB
	stmt    mapping.PreparedStatement
	result  mapping.Result
	open    bool
	columns int

	chunk mapping.DataChunk
	size  int
	row   int
	cols  []column
	err   error
}

// column points at one vector of the current chunk, in memory of the engine.
type column struct{ data, validity unsafe.Pointer }

// start executes the prepared statement up to its first rows.
func (r *Rows) start() error {
	var pending mapping.PendingResult
	// The only call of the C interface that does not materialise a result. It is
	// marked as deprecated, without a successor.
	state := bindings.PendingPreparedStreaming(r.stmt, &pending)
	defer mapping.DestroyPending(&pending)
	if state == mapping.StateError {
		return r.db.parse(mapping.PendingError(pending))
	}
	state = mapping.ExecutePending(pending, &r.result)
	r.open = true
	if state == mapping.StateError {
		return r.db.parse(mapping.ResultError(&r.result))
	}
	return nil
}

// Next advances to the next row. It returns false at the end, at an error and
// when ctx is over; [Rows.Err] tells which.
func (r *Rows) Next(ctx context.Context) bool {
	r.row++
	for r.err == nil && r.row >= r.size {
		if !r.fetch(ctx) {
			return false
		}
	}
	return r.err == nil
}

// fetch reads the next chunk, which may execute a part of the query.
func (r *Rows) fetch(ctx context.Context) bool {
	mapping.DestroyDataChunk(&r.chunk)
	r.err = r.db.guard(ctx, func() error {
		r.chunk = mapping.FetchChunk(r.result)
		if r.chunk.Ptr == nil {
			if message := mapping.ResultError(&r.result); message != "" {
				return r.db.parse(message)
			}
		}
		return nil
	})
	if r.err != nil || r.chunk.Ptr == nil {
		return false
	}
	r.row, r.size = 0, size(mapping.DataChunkGetSize(r.chunk))
	if r.size == 0 {
		return false
	}
	r.cols = r.cols[:0]
	for i := range r.columns {
		vector := mapping.DataChunkGetVector(r.chunk, index(i))
		r.cols = append(r.cols, column{mapping.VectorGetData(vector), mapping.VectorGetValidity(vector)})
	}
	return true
}

// Err returns what ended the rows early; nil at the ordinary end.
func (r *Rows) Err() error { return r.err }

// Columns is the number of columns.
func (r *Rows) Columns() int { return r.columns }

// Len is the length in bytes of a value of the current row, without copying it;
// NULL is 0.
func (r *Rows) Len(i int) int {
	if r.isNull(i) {
		return 0
	}
	return int(mapping.StringTLength(*r.cell(i)))
}

// Text copies a value of the current row; ok is false for NULL.
func (r *Rows) Text(i int) (text string, ok bool) {
	if r.isNull(i) {
		return "", false
	}
	return mapping.StringTData(r.cell(i)), true
}

func (r *Rows) isNull(i int) bool {
	validity := r.cols[i].validity
	return validity != nil && !mapping.ValidityRowIsValid(validity, index(r.row))
}

// cell is the engine's string header of a value: an array of them is what the
// data pointer of a VARCHAR vector points to.
func (r *Rows) cell(i int) *mapping.StringT {
	return (*mapping.StringT)(unsafe.Add(r.cols[i].data, uintptr(r.row)*unsafe.Sizeof(mapping.StringT{})))
}

// Close gives the result back. It is safe to call more than once.
func (r *Rows) Close() {
	mapping.DestroyDataChunk(&r.chunk)
	if r.open {
		mapping.DestroyResult(&r.result)
		r.open = false
	}
	mapping.DestroyPrepare(&r.stmt)
}
