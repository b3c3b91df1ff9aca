package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// errUnreadable says that nothing can be read of a file.
var errUnreadable = errors.New("nothing of it can be read")

// salvage makes file n+1 of what can be read of file n, which is then set aside. Columns that
// only one of them has are left out or empty, and after a damaged page nothing more is
// read: it is there to be shown until the run list is rebuilt.
func (o opening) salvage(ctx context.Context, n int) (f *file, position uint64, err error) {
	ext := filepath.Ext(o.path)
	half := named(o.path, n+1, unfinished)
	runs, err := copyFile(ctx, named(o.path, n, ext), half)
	if err != nil {
		return nil, 0, errors.Join(err, remove(half))
	}
	if err := errors.Join(finish(o.path, n+1), setAside(o.path, n)); err != nil {
		return nil, 0, err
	}
	if f, position, err = load(ctx, named(o.path, n+1, ext)); err != nil {
		return nil, 0, err
	}
	o.logger.WarnContext(ctx, "what can be read of the run list is served meanwhile", "runs", runs, "position", position, "set_aside", asideName(o.path))
	return f, position, nil
}

// copyFile makes a file at to of what can be read of the one at from, and returns how many
// runs that are. It fails with errUnreadable when that is nothing.
func copyFile(ctx context.Context, from, to string) (runs int64, err error) {
	old, err := open(from, "query_only(1)")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	var position int64
	var hash string
	// Without it, nobody can say which log the file is of.
	if err := old.QueryRowContext(ctx, "SELECT position, position_hash FROM meta").Scan(&position, &hash); err != nil {
		return 0, errors.Join(errUnreadable, err)
	}
	f, err := create(ctx, to)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	if runs, err = copyTables(ctx, old, tx); err == nil {
		_, err = tx.ExecContext(ctx, "CREATE TABLE salvaged (one)")
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "UPDATE meta SET position = ?, position_hash = ?", position, hash)
	}
	if err != nil {
		return 0, errors.Join(err, tx.Rollback())
	}
	return runs, errors.Join(tx.Commit(), f.seal(ctx))
}

// copyTables copies the runs and the labels that can be read, and finds the names again.
func copyTables(ctx context.Context, old *sql.DB, tx *sql.Tx) (runs int64, err error) {
	if runs, err = copyRows(ctx, old, tx, "runs", "org", "run_id", "seq", "first"); err == nil {
		_, err = copyRows(ctx, old, tx, "labels", "org", "thread_id", "revision")
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO names SELECT DISTINCT org, ?, user FROM runs", nameUser)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT OR IGNORE INTO names SELECT DISTINCT org, ?, dataset_id FROM runs", nameDataset)
	}
	return runs, err
}

// copyRows copies the rows of a table that can be read, which must have the columns
// that are needed.
func copyRows(ctx context.Context, old *sql.DB, tx *sql.Tx, table string, needed ...string) (copied int64, err error) {
	had, err := columns(ctx, old, table)
	if err != nil {
		return 0, errors.Join(errUnreadable, err)
	}
	for _, name := range needed {
		if _, ok := had[name]; !ok {
			return 0, errors.Join(errUnreadable, fmt.Errorf("table %s has no column %s", table, name))
		}
	}
	have, err := columns(ctx, tx, table)
	if err != nil {
		return 0, err
	}
	var names, shared, values []string
	for name, kind := range have {
		names = append(names, name)
		if _, ok := had[name]; ok {
			shared, values = append(shared, name), append(values, "?")
		} else {
			values = append(values, emptyOf(kind))
		}
	}
	rows, err := old.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s", strings.Join(shared, ","), table))
	if err != nil {
		return 0, errors.Join(errUnreadable, err)
	}
	defer func() { _ = rows.Close() }() // what cannot be read is left out
	insert, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT OR IGNORE INTO %s (%s) VALUES (%s)", table, strings.Join(names, ","), strings.Join(values, ",")))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	cells, into := make([]any, len(shared)), make([]any, len(shared))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() && rows.Scan(into...) == nil {
		if _, err := insert.ExecContext(ctx, cells...); err != nil {
			return copied, err
		}
		copied++
	}
	return copied, ctx.Err()
}

// emptyOf is what a column has that nothing is known for.
func emptyOf(kind string) string {
	switch kind {
	case "TEXT":
		return "''"
	case "BLOB":
		return "x''"
	}
	return "0"
}

// columns are the columns of a table and their types.
func columns(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, table string,
) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name, type FROM pragma_table_info(?)", table)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	out := map[string]string{}
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, err
		}
		out[name] = kind
	}
	return out, rows.Err()
}
