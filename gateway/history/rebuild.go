package history

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/datadir"
	"github.com/leo-analytics/leo/shared/fault"
)

// Rebuilder makes the run list anew from the log while the old one is used, and puts it
// in its place. One per [DB]. It is a prometheus.Collector. Safe for concurrent use.
//
//	archive, then stream ──▶ history-2.rebuild ──caught up──▶ compared with history.db
//	                                                      ──▶ history-2.db, which is served
//
// What only the old list has is taken over: the labels, what was recorded of each run
// when it ended, and runs whose events are gone. A process that is killed leaves the old list, or the new one;
// one that was on its way is begun again when the gateway starts.
type Rebuilder struct {
	db      *DB
	stream  Stream
	archive string
	log     *slog.Logger
	figures figures
	// asked has room for the one rebuild that may be wanted.
	asked chan struct{}

	mu sync.Mutex // guards what follows
	// now is the last rebuild, without what work knows better while it goes on.
	now   Progress
	work  *rebuild
	ended map[RebuildState]float64
}

// NewRebuilder returns a rebuilder of db from the stream and the archive in a directory;
// "" is none. Nothing is done before Run.
func NewRebuilder(db *DB, stream Stream, archiveDir string, log *slog.Logger) *Rebuilder {
	return &Rebuilder{
		db: db, stream: stream, archive: archiveDir, log: log, figures: newFigures(),
		asked: make(chan struct{}, 1), now: Progress{State: RebuildNone}, ended: map[RebuildState]float64{},
	}
}

// Begin has the run list rebuilt and returns at once. It fails with CONFLICT while one is
// under way and with UNAVAILABLE where the disk has no room for a second list.
func (r *Rebuilder) Begin() (Progress, error) {
	if err := r.room(); err != nil {
		return Progress{}, err
	}
	now, begun := r.begin(CauseAsked)
	if !begun {
		return Progress{}, fault.New(fault.Conflict, "The run list is being rebuilt already.").
			WithHint("GET /api/v1/audit/rebuild says how far it is.")
	}
	return now, nil
}

func (r *Rebuilder) begin(why Cause) (now Progress, begun bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now.State == RebuildRunning {
		return r.now, false
	}
	r.now = Progress{State: RebuildRunning, Cause: why, StartedAt: time.Now().UTC()}
	r.asked <- struct{}{}
	return r.now, true
}

// room fails unless the disk has room for a second list and what grows meanwhile: the
// event log may be on the same one.
func (r *Rebuilder) room() error {
	f, _ := r.db.current()
	info, err := os.Stat(f.path)
	free, known := datadir.FreeBytes(filepath.Dir(f.path))
	if err != nil || !known || free > 2*info.Size() {
		return nil //nolint:nilerr // what is not known is tried
	}
	return fault.New(fault.Unavailable, "The disk has no room for a second run list.").
		WithHint("It needs %d MB free, and has %d.", 2*info.Size()>>20, free>>20)
}

// Progress says how far the last rebuild is.
func (r *Rebuilder) Progress() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now
	if r.work != nil {
		r.work.tell(&now)
	}
	return now
}

// Run rebuilds what is wanted until ctx ends.
func (r *Rebuilder) Run(ctx context.Context) error {
	if why := r.db.wanted; why != "" && (why != CauseEmpty || r.hasMore(ctx)) {
		r.begin(why)
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.asked:
			r.rebuild(ctx)
		}
	}
}

// hasMore says whether an archive may have events that the stream has no more.
func (r *Rebuilder) hasMore(ctx context.Context) bool {
	if r.archive == "" {
		return false
	}
	has, err := r.stream.Extent(ctx)
	return err != nil || has.Oldest > 1
}

// rebuild does one rebuild and tells of it.
func (r *Rebuilder) rebuild(ctx context.Context) {
	work := &rebuild{db: r.db, log: r.log, source: &wholeLog{stream: r.stream, dir: r.archive, log: r.log}}
	r.mu.Lock()
	r.work = work
	why := r.now.Cause
	r.mu.Unlock()
	r.log.InfoContext(ctx, "run list is being rebuilt", "cause", why)
	err := r.room()
	if err == nil {
		err = work.run(ctx)
	}
	if ctx.Err() != nil && err != nil {
		return // it is begun again when the gateway starts
	}
	r.mu.Lock()
	work.tell(&r.now)
	r.work = nil
	r.now.FinishedAt, r.now.State = time.Now().UTC(), RebuildDone
	if err != nil {
		r.now.State, r.now.Error = RebuildFailed, fault.From(err)
	}
	r.ended[r.now.State]++
	now := r.now
	r.mu.Unlock()
	if err != nil {
		r.log.ErrorContext(ctx, "run list could not be rebuilt; the old one stays", "cause", why, "error", err, "reason", errors.Unwrap(err))
		return
	}
	r.log.InfoContext(ctx, "run list was rebuilt", "cause", why, "position", now.Position, "events", now.Events, "archived", now.Archived,
		"missing", now.Missing, "kept", now.Kept, "altered", now.Altered, "unknown", now.Unknown, "seconds", now.FinishedAt.Sub(now.StartedAt).Seconds())
}
