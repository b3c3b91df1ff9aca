package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
)

// Label is what people did to a conversation as a whole. It is the value of
// <org>.<thread id> in the key-value bucket "threads".
type Label struct {
	// Title stands in the place of the first question; "" is none.
	Title string `json:"title,omitempty"`
	// DeletedAt is when somebody took the conversation off the lists, and DeletedBy
	// who; zero when nobody did.
	DeletedAt time.Time `json:"deleted_at,omitzero"`
	DeletedBy string    `json:"deleted_by,omitempty"`
}

// Label returns the label of a thread; a thread nobody has labelled has the zero
// one.
func (db *DB) Label(ctx context.Context, org, thread string) (Label, error) {
	var l Label
	var deleted int64
	in, done := db.use()
	defer done()
	err := in.read.QueryRowContext(ctx, "SELECT title, deleted_at FROM labels WHERE org = ? AND thread_id = ?", org, thread).Scan(&l.Title, &deleted)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return Label{}, fmt.Errorf("read label: %w", err)
	}
	l.DeletedAt = timeOf(deleted)
	return l, nil
}

// SetLabel writes the label that an entry of that revision holds, unless a newer
// one is there.
func (db *DB) SetLabel(ctx context.Context, org, thread string, l Label, revision uint64) error {
	db.writes.RLock()
	defer db.writes.RUnlock()
	into, _ := db.current()
	_, err := into.write.ExecContext(ctx, `INSERT INTO labels VALUES (?,?,?,?,?,?)
		ON CONFLICT (org, thread_id) DO UPDATE SET title=excluded.title, search=excluded.search, deleted_at=excluded.deleted_at, revision=excluded.revision
		WHERE excluded.revision > labels.revision`,
		org, thread, l.Title, strings.ToLower(l.Title), micros(l.DeletedAt), int64(revision)) //nolint:gosec // revisions stay far below 2^63
	if err != nil {
		return fmt.Errorf("write label: %w", err)
	}
	return nil
}

// Labels is the bucket the labels are in; see bus.KV.
type Labels interface {
	Watch(ctx context.Context, prefix string, ready func(), fn func(e bus.Entry, deleted bool)) error
}

// Labeller keeps the labels of a [DB] equal to the bucket's. One per DB.
type Labeller struct {
	db     *DB
	source Labels
	log    *slog.Logger
}

// NewLabeller returns a labeller of db.
func NewLabeller(db *DB, source Labels, log *slog.Logger) *Labeller {
	return &Labeller{db: db, source: source, log: log}
}

// Run copies labels until ctx ends. An entry that cannot be read is passed over:
// its conversation is listed under its first question.
func (l *Labeller) Run(ctx context.Context) error {
	return l.source.Watch(ctx, "", nil, func(e bus.Entry, deleted bool) {
		org, thread, ok := strings.Cut(e.Key, ".")
		var label Label
		if !deleted {
			if err := json.Unmarshal(e.Value, &label); err != nil || !ok {
				l.log.ErrorContext(ctx, "label of a conversation cannot be read", "key", e.Key, "error", err)
				return
			}
		}
		l.keep(ctx, org, thread, label, e.Revision)
	})
}

// keep writes until it works or ctx ends: the watch does not come back to an
// entry.
func (l *Labeller) keep(ctx context.Context, org, thread string, label Label, revision uint64) {
	for {
		err := l.db.SetLabel(ctx, org, thread, label, revision)
		if err == nil || ctx.Err() != nil {
			return
		}
		l.log.ErrorContext(ctx, "label of a conversation cannot be written, trying again", "org", org, "thread_id", thread, "error", err)
		if pause(ctx) != nil {
			return
		}
	}
}
