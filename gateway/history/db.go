package history

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Log is what the projection needs to know of the event log when it opens.
type Log interface {
	LastSeq(ctx context.Context) (uint64, error)
	Get(ctx context.Context, seq uint64) (event.Event, error)
}

// DB is the projection's file. Safe for concurrent use.
type DB struct {
	path  string
	write *sql.DB // one connection
	read  *sql.DB

	mu sync.Mutex
	// position is the sequence of the last event committed; guarded by mu, and
	// moved is closed and replaced whenever it grows.
	position uint64
	moved    chan struct{}
	// broken is the last write's failure, nil after a success; guarded by mu.
	broken error
}

// Open opens the projection at path, or makes an empty one where there is none
// or where the one there is does not belong to log. The file is private to this
// process's user.
func Open(ctx context.Context, path string, log Log, logger *slog.Logger) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The directory for the run list cannot be made.").
			WithHint("Check that %s is on a writable disk with free space.", filepath.Dir(path))
	}
	db, err := load(ctx, path)
	if err == nil {
		var why string
		if why, err = db.foreign(ctx, log); err == nil && why == "" {
			return db, nil
		}
		if closing := db.Close(); err != nil {
			return nil, errors.Join(err, closing)
		}
		err = errors.New(why)
	}
	if !errors.Is(err, os.ErrNotExist) {
		logger.WarnContext(ctx, "run list is rebuilt from the log", "path", path, "reason", err)
	}
	if err := remove(path); err != nil {
		return nil, err
	}
	return create(ctx, path)
}

// OpenReadOnly opens an existing projection without changing it, for commands
// that compare it with the log. NOT_FOUND says there is none that can be read.
func OpenReadOnly(ctx context.Context, path string) (*DB, error) {
	db, err := load(ctx, path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "There is no run list at %s.", path).
			WithHint("It is made when the gateway runs: start `leo up` once.")
	}
	return db, nil
}

// load opens an existing file of the current schema version.
func load(ctx context.Context, path string) (*DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	db, err := connect(path)
	if err != nil {
		return nil, err
	}
	var version int
	var check string
	row := db.write.QueryRowContext(ctx, "PRAGMA user_version")
	if err = row.Scan(&version); err == nil && version != schemaVersion {
		err = fmt.Errorf("schema version %d, not %d", version, schemaVersion)
	}
	if err == nil {
		err = db.write.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&check)
	}
	if err == nil && check != "ok" {
		err = errors.New(check)
	}
	if err == nil {
		err = db.write.QueryRowContext(ctx, "SELECT position FROM meta").Scan(&db.position)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// create makes a new file with empty tables.
func create(ctx context.Context, path string) (*DB, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the path is configuration
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("create run list: %w", err)
	}
	db, err := connect(path)
	if err != nil {
		return nil, err
	}
	// The version is part of the same transaction as the tables: a file that has
	// it is complete.
	_, err = db.write.ExecContext(ctx, fmt.Sprintf("BEGIN; %s; PRAGMA user_version = %d; COMMIT;", schema, schemaVersion))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create run list: %w", err), db.Close())
	}
	return db, nil
}

func connect(path string) (*DB, error) {
	open := func(pragmas ...string) (*sql.DB, error) {
		q := url.Values{"_pragma": append(pragmas, "busy_timeout(1000)")}
		u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
		return sql.Open("sqlite", u.String())
	}
	write, err := open("journal_mode(WAL)", "synchronous(NORMAL)")
	if err != nil {
		return nil, fmt.Errorf("open run list: %w", err)
	}
	write.SetMaxOpenConns(1)
	read, err := open("query_only(1)")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open run list: %w", err), write.Close())
	}
	read.SetMaxOpenConns(4)
	return &DB{path: path, write: write, read: read, moved: make(chan struct{})}, nil
}

// remove deletes the file and what SQLite keeps beside it.
func remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove run list: %w", err)
		}
	}
	return nil
}

// foreign says why the file does not belong to the log; "" when it does.
func (db *DB) foreign(ctx context.Context, log Log) (string, error) {
	last, err := log.LastSeq(ctx)
	if err != nil {
		return "", err
	}
	if db.position == 0 {
		return "", nil
	}
	if db.position > last {
		return fmt.Sprintf("it is at event %d and the log ends at %d", db.position, last), nil
	}
	var hash string
	if err := db.read.QueryRowContext(ctx, "SELECT position_hash FROM meta").Scan(&hash); err != nil {
		return err.Error(), nil //nolint:nilerr // an unreadable file is rebuilt, which is the answer
	}
	e, err := log.Get(ctx, db.position)
	switch {
	case fault.CodeOf(err) == fault.NotFound || errors.Is(err, event.ErrUnknownSchema):
		return "", nil // the log has let go of it; nothing contradicts the file
	case err != nil:
		return "", err
	case hashOf(e.Raw) != hash:
		return fmt.Sprintf("event %d of the log is a different one", db.position), nil
	}
	return "", nil
}

func hashOf(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// Position is the sequence of the last event in the file.
func (db *DB) Position() uint64 {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.position
}

// WaitFor waits until the file holds event seq, at most for patience. It reports
// whether it does; a caller that asks for a list shows what there is either way.
func (db *DB) WaitFor(ctx context.Context, seq uint64, patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		db.mu.Lock()
		reached, moved := db.position >= seq, db.moved
		db.mu.Unlock()
		if reached {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return false
		case <-moved:
		}
	}
}

// Healthy returns why the projection cannot be written, or nil.
func (db *DB) Healthy() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.broken
}

func (db *DB) advance(position uint64) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.broken = nil
	if position > db.position {
		db.position = position
		close(db.moved)
		db.moved = make(chan struct{})
	}
}

func (db *DB) fail(err error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.broken = err
}

// Close closes the file.
func (db *DB) Close() error { return errors.Join(db.read.Close(), db.write.Close()) }
