package history

import (
	"context"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"github.com/leo-analytics/leo/shared/event"
)

// Log is what the projection needs to know of the event log when it opens.
type Log interface {
	LastSeq(ctx context.Context) (uint64, error)
	Get(ctx context.Context, seq uint64) (event.Event, error)
}

// DB is the projection. It has one file at a time, and a [Rebuilder] may put another
// one in its place while it is used. Safe for concurrent use.
type DB struct {
	path string // of the first file; see named
	// wanted says why it is to be rebuilt, as it was when it was opened; "" when it
	// need not be.
	wanted Cause

	// writes is held by whoever writes, together with others, and by whoever replaces
	// the file, alone: what is written to a file is in the one that follows it.
	writes sync.RWMutex

	mu sync.Mutex
	// live is the file and number its number; guarded by mu.
	live   *file
	number int
	// position is the sequence of the last event committed; guarded by mu, and
	// moved is closed and replaced whenever it grows.
	position uint64
	moved    chan struct{}
	// broken is the last write's failure, nil after a success; guarded by mu.
	broken error
}

func newDB(path string, f *file, number int, position uint64) *DB {
	return &DB{path: path, live: f, number: number, position: position, moved: make(chan struct{})}
}

// use returns the file for reading. It is not closed before done is called.
func (db *DB) use() (f *file, done func()) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.live.readers.Add(1)
	return db.live, db.live.readers.Done
}

// current returns the file and the position it is at. Only who holds writes may rely
// on it being the file a moment later.
func (db *DB) current() (*file, uint64) {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.live, db.position
}

// replace puts another file, which is at position, in the place of the one there is and returns
// that. The caller holds writes.
func (db *DB) replace(f *file, number int, position uint64) (old *file) {
	db.mu.Lock()
	old, db.live, db.number = db.live, f, number
	db.mu.Unlock()
	close(old.replaced)
	db.advance(position)
	return old
}

// Position is the sequence of the last event in the file.
func (db *DB) Position() uint64 {
	_, position := db.current()
	return position
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

// Close closes the file. Nothing of it is used any more.
func (db *DB) Close() error {
	f, _ := db.current()
	return f.close()
}
