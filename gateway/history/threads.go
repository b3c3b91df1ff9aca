package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// Thread is a conversation: the runs that share a thread id.
type Thread struct {
	ThreadID string `json:"thread_id"`
	// Title is what somebody called the thread, or else its first question, or what
	// its first run computed.
	Title string `json:"title"`
	Runs  int    `json:"runs"`
	// User asked the thread's first question.
	User string `json:"user"`
	// LastAt, LastRunID, Status and DatasetID are of the thread's newest run.
	LastAt    time.Time  `json:"last_at"`
	LastRunID string     `json:"last_run_id"`
	Status    run.Status `json:"status"`
	DatasetID string     `json:"dataset_id"`
}

// ThreadQuery narrows a list of threads. Zero fields do not narrow.
type ThreadQuery struct {
	// Text is looked for in titles and in what [Query].Text looks in, without case;
	// every word must occur somewhere in the thread.
	Text string
	// Limit is 1 to MaxPage; 0 means DefaultPage.
	Limit int
	// Cursor is what the page before returned.
	Cursor string
}

// Threads returns a page of an org's threads that are not deleted, those with the
// newest run first, and the cursor of the next page, "" on the last. A limit or
// cursor that makes no sense is VALIDATION_ERROR.
func (db *DB) Threads(ctx context.Context, org string, q ThreadQuery) ([]Thread, string, error) {
	limit, err := pageSize(q.Limit)
	if err != nil {
		return nil, "", err
	}
	where, args := []string{"coalesce(l.deleted_at, 0) = 0"}, []any{org}
	for _, word := range strings.Fields(strings.ToLower(q.Text)) {
		args = append(args, word)
		n := len(args)
		where = append(where, fmt.Sprintf(`(instr(coalesce(l.search, ''), ?%d) > 0 OR EXISTS
			(SELECT 1 FROM runs w WHERE w.org = ?1 AND w.thread_id = t.thread_id AND instr(w.search, ?%d) > 0))`, n, n))
	}
	if q.Cursor != "" {
		at, id, err := readCursor(q.Cursor)
		if err != nil {
			return nil, "", err
		}
		args = append(args, at, id)
		where = append(where, fmt.Sprintf("(t.last, t.thread_id) < (?%d, ?%d)", len(args)-1, len(args)))
	}
	out, err := db.threads(ctx, strings.Join(where, " AND "), append(args, limit+1))
	if err != nil || len(out) <= limit {
		return out, "", err
	}
	out = out[:limit]
	return out, writeCursor(out[limit-1].LastAt, out[limit-1].ThreadID), nil
}

// threads selects threads t with their labels l; the first argument is the org and
// the last the limit.
func (db *DB) threads(ctx context.Context, where string, args []any) ([]Thread, error) {
	in, done := db.use()
	defer done()
	rows, err := in.read.QueryContext(ctx, fmt.Sprintf(`
		SELECT t.thread_id, t.n, t.last, coalesce(nullif(l.title, ''), nullif(f.question, ''), f.sentence), f.user, e.run_id, e.status, e.dataset_id
		FROM (SELECT thread_id, count(*) n, max(asked_at) last FROM runs WHERE org = ?1 AND thread_id <> '' GROUP BY thread_id) t
		LEFT JOIN labels l ON l.org = ?1 AND l.thread_id = t.thread_id
		JOIN runs f ON f.org = ?1 AND f.run_id =
			(SELECT run_id FROM runs WHERE org = ?1 AND thread_id = t.thread_id ORDER BY asked_at, run_id LIMIT 1)
		JOIN runs e ON e.org = ?1 AND e.run_id =
			(SELECT run_id FROM runs WHERE org = ?1 AND thread_id = t.thread_id ORDER BY asked_at DESC, run_id DESC LIMIT 1)
		WHERE %s ORDER BY t.last DESC, t.thread_id DESC LIMIT ?%d`, where, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list threads: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	out := []Thread{}
	for rows.Next() {
		var t Thread
		var last int64
		if err := rows.Scan(&t.ThreadID, &t.Runs, &last, &t.Title, &t.User, &t.LastRunID, &t.Status, &t.DatasetID); err != nil {
			return nil, fmt.Errorf("list threads: %w", err)
		}
		t.LastAt = timeOf(last)
		out = append(out, t)
	}
	return out, rows.Err()
}

// ThreadOwner returns who asked a thread's first question, or NOT_FOUND for a
// thread without runs.
func (db *DB) ThreadOwner(ctx context.Context, org, thread string) (string, error) {
	var user string
	in, done := db.use()
	defer done()
	err := in.read.QueryRowContext(ctx, `SELECT user FROM runs WHERE org = ? AND thread_id = ? AND thread_id <> ''
		ORDER BY asked_at, run_id LIMIT 1`, org, thread).Scan(&user)
	if errors.Is(err, sql.ErrNoRows) {
		return "", noThread()
	}
	if err != nil {
		return "", fmt.Errorf("read thread: %w", err)
	}
	return user, nil
}

func noThread() error {
	return fault.New(fault.NotFound, "There is no conversation with this id.").
		WithHint("GET /api/v1/threads lists the conversations there are.")
}
