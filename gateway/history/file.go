package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
)

// file is one SQLite file: one connection writes it, some read it. No file of a
// run list is renamed while it is open: what SQLite keeps beside it goes by its
// name.
type file struct {
	path  string
	write *sql.DB // one connection
	read  *sql.DB
	// salvaged says that its rows were copied from a file that this program could not
	// serve: they are shown, and an index of words is not there.
	salvaged bool

	// open are the runs without an end at the position a rebuild left the file at; nil after
	// that, and in any other file.
	open map[key]*folding

	// readers are those who were given the file and are not done with it. None is
	// added once another file has its place.
	readers sync.WaitGroup
	// replaced is closed when another file has its place.
	replaced chan struct{}
}

// load opens an existing file of the current schema version and returns the
// position it is at.
func load(ctx context.Context, path string) (_ *file, position uint64, err error) {
	if _, err := os.Stat(path); err != nil {
		return nil, 0, err
	}
	f, err := connect(path)
	if err != nil {
		return nil, 0, err
	}
	var version int
	var check string
	row := f.write.QueryRowContext(ctx, "PRAGMA user_version")
	if err = row.Scan(&version); err == nil && version != schemaVersion {
		err = fmt.Errorf("schema version %d, not %d", version, schemaVersion)
	}
	if err == nil {
		err = f.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&check)
	}
	if err == nil && check != "ok" {
		err = errors.New(check)
	}
	if err == nil {
		position, err = f.begin(ctx)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.close())
	}
	return f, position, nil
}

// begin reads what a file says about itself.
func (f *file) begin(ctx context.Context) (position uint64, err error) {
	err = f.read.QueryRowContext(ctx, "SELECT position, EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'salvaged') FROM meta").
		Scan(&position, &f.salvaged)
	return position, err
}

// create makes a new file with empty tables. The file is private to this process's
// user.
func create(ctx context.Context, path string) (*file, error) {
	if err := remove(path); err != nil { // a piece of an earlier one
		return nil, err
	}
	private, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the path is configuration
	if err == nil {
		err = private.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("create run list: %w", err)
	}
	f, err := connect(path)
	if err != nil {
		return nil, err
	}
	// The version is part of the same transaction as the tables: a file that has
	// it is complete.
	_, err = f.write.ExecContext(ctx, fmt.Sprintf("BEGIN; %s; PRAGMA user_version = %d; COMMIT;", schema, schemaVersion))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create run list: %w", err), f.close())
	}
	return f, nil
}

func connect(path string) (*file, error) {
	write, err := open(path, "journal_mode(WAL)", "synchronous(NORMAL)", "temp_store(MEMORY)")
	if err != nil {
		return nil, fmt.Errorf("open run list: %w", err)
	}
	write.SetMaxOpenConns(1)
	read, err := open(path, "query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open run list: %w", err), write.Close())
	}
	read.SetMaxOpenConns(4)
	return &file{path: path, write: write, read: read, replaced: make(chan struct{})}, nil
}

func open(path string, pragmas ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append(pragmas, "busy_timeout(1000)")}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	return sql.Open("sqlite", u.String())
}

// seal puts all that was written into the file itself, and on the disk.
func (f *file) seal(ctx context.Context) error {
	var busy, logged, moved int
	err := f.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &logged, &moved)
	if err == nil && busy != 0 {
		err = errors.New("somebody else reads the file")
	}
	if err != nil {
		return fmt.Errorf("seal run list: %w", err)
	}
	return nil
}

func (f *file) close() error { return errors.Join(f.read.Close(), f.write.Close()) }

// retire closes the file once nobody reads it any more. It has been replaced.
func (f *file) retire() error {
	f.readers.Wait()
	return f.close()
}
