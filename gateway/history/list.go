package history

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// Query narrows a list of runs. Zero fields do not narrow.
type Query struct {
	Status    run.Status
	DatasetID string
	ThreadID  string
	// User is who asked.
	User string
	// RequestKind is question, plan, sql or python.
	RequestKind string
	// Origin and Road are those of the newest statement.
	Origin event.Origin
	Road   event.Road
	// Code is the run's fault, or AnyCode for every run that has one.
	Code fault.Code
	// From is inclusive, To exclusive; both are when the run was asked.
	From, To time.Time
	// Text is looked for in questions, sentences, answers, statements, users and
	// dataset ids, without case; every word must occur.
	Text string
	// Listed leaves out the runs of deleted conversations.
	Listed bool
	// Limit is 1 to MaxPage; 0 means DefaultPage.
	Limit int
	// Cursor is what the page before returned.
	Cursor string
}

// AnyCode selects the runs that ended with a fault, whichever it is.
const AnyCode fault.Code = "any"

// Runs returns a page of an org's runs, newest first, and the cursor of the next
// page, "" on the last. A limit or cursor that makes no sense is
// VALIDATION_ERROR.
func (db *DB) Runs(ctx context.Context, org string, q Query) ([]Summary, string, error) {
	limit, err := pageSize(q.Limit)
	if err != nil {
		return nil, "", err
	}
	in, done := db.use()
	defer done()
	c, err := in.conditions(ctx, org, q)
	if err != nil {
		return nil, "", err
	}
	if q.Cursor != "" {
		at, id, err := readCursor(q.Cursor)
		if err != nil {
			return nil, "", err
		}
		c.and("(runs.asked_at, runs.run_id) < (?, ?)", at, id)
	}
	// The page is found in the index and only its rows are read; CROSS JOIN keeps
	// SQLite from doing it the other way round.
	//nolint:gosec // conditions are constants
	query := `SELECT r.run_id, r.status, r.request_kind, r.question, r.sentence, r.dataset_id, r.version, r.thread_id, r.parent_run_id,
		r.user, r.asked_at, r.finished_at, r.row_count, r.text, r.error, r.origin, r.road, r.cache
		FROM (SELECT runs.run_id AS id FROM ` + c.from + ` WHERE ` + c.where() + ` ORDER BY runs.asked_at DESC, runs.run_id DESC LIMIT ?) AS page
		CROSS JOIN runs AS r ON r.org = ? AND r.run_id = page.id ORDER BY r.asked_at DESC, r.run_id DESC`
	rows, err := in.read.QueryContext(ctx, query, append(c.args, limit+1, org)...)
	if err != nil {
		return nil, "", fmt.Errorf("list runs: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	out := []Summary{}
	for rows.Next() {
		s, err := scan(rows.Scan)
		if err != nil {
			return nil, "", err
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		return nil, "", fmt.Errorf("list runs: %w", err)
	}
	if len(out) <= limit {
		return out, "", nil
	}
	out = out[:limit]
	last := out[limit-1]
	return out, writeCursor(last.AskedAt, last.RunID), nil
}

// conditions are the FROM and WHERE of a query. Every condition is a constant;
// what a caller says is an argument.
type conditions struct {
	from  string
	conds []string
	args  []any
}

func (c *conditions) and(cond string, args ...any) {
	c.conds, c.args = append(c.conds, cond), append(c.args, args...)
}

func (c *conditions) where() string { return strings.Join(c.conds, " AND ") }

func (f *file) conditions(ctx context.Context, org string, q Query) (*conditions, error) {
	c := &conditions{from: "runs"}
	if err := f.search(ctx, c, org, q.Text); err != nil {
		return nil, err
	}
	c.and("runs.org = ?", org)
	for _, by := range []struct{ cond, value string }{
		{"runs.status = ?", string(q.Status)},
		{"runs.dataset_id = ?", q.DatasetID},
		{"runs.thread_id = ?", q.ThreadID},
		{"runs.user = ?", q.User},
		{"runs.request_kind = ?", q.RequestKind},
		{"runs.origin = ?", string(q.Origin)},
		{"runs.road = ?", string(q.Road)},
	} {
		if by.value != "" {
			c.and(by.cond, by.value)
		}
	}
	if q.Listed {
		c.and("NOT EXISTS (SELECT 1 FROM labels l WHERE l.org = runs.org AND l.thread_id = runs.thread_id AND l.deleted_at > 0)")
	}
	switch q.Code {
	case "":
	case AnyCode:
		c.and("runs.code <> ''")
	default:
		c.and("runs.code = ?", string(q.Code))
	}
	if !q.From.IsZero() {
		c.and("runs.asked_at >= ?", micros(q.From))
	}
	if !q.To.IsZero() {
		c.and("runs.asked_at < ?", micros(q.To))
	}
	return c, nil
}

// fewCandidates is up to how many runs the trigram index is worth following: the
// rows of more than these are read sooner in the order of the list, where words
// that are so common are met at once.
const fewCandidates = 3000

// search narrows by words. The index of trigrams says which runs may hold them;
// the text says which do. Words of one or two characters are in no trigram.
func (f *file) search(ctx context.Context, c *conditions, org, text string) error {
	words := strings.Fields(strings.ToLower(text))
	match := trigrams(words)
	few := false
	if match != "" && !f.salvaged {
		var n int
		err := f.read.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", match, fewCandidates+1).Scan(&n)
		if err != nil {
			return fmt.Errorf("search runs: %w", err)
		}
		few = n <= fewCandidates
	}
	if few {
		c.from = `(SELECT rowid AS first FROM words WHERE words MATCH ? UNION ALL SELECT first FROM runs INDEXED BY runs_open WHERE org = ? AND open = 1) AS found
			CROSS JOIN runs ON runs.first = found.first`
		c.args = append(c.args, match, org)
	}
	for _, word := range words {
		c.and("instr(runs.search, ?) > 0", word)
	}
	return nil
}

// maxTrigrams bounds what is looked up for one search; more would find no fewer.
const maxTrigrams = 24

// trigrams is the query for the runs that hold every trigram of the words; "" when
// they have none.
func trigrams(words []string) string {
	var out []string
	seen := map[string]bool{}
	for _, word := range words {
		chars := []rune(word)
		for i := 0; i+3 <= len(chars) && len(out) < maxTrigrams; i++ {
			t := string(chars[i : i+3])
			if seen[t] || !utf8.ValidString(t) || strings.ContainsRune(t, 0) {
				continue
			}
			seen[t] = true
			out = append(out, `"`+strings.ReplaceAll(t, `"`, `""`)+`"`)
		}
	}
	return strings.Join(out, " AND ")
}
