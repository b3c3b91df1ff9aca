package history

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// The sizes of a page of runs or threads.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// Summary is one run in a list.
type Summary struct {
	RunID       string     `json:"run_id"`
	Status      run.Status `json:"status"`
	RequestKind string     `json:"request_kind"`
	Question    string     `json:"question,omitempty"`
	// Sentence says what was computed, once it was planned.
	Sentence    string    `json:"sentence,omitempty"`
	DatasetID   string    `json:"dataset_id"`
	Version     string    `json:"dataset_version_hash"`
	ThreadID    string    `json:"thread_id,omitempty"`
	ParentRunID string    `json:"parent_run_id,omitempty"`
	User        string    `json:"user"`
	AskedAt     time.Time `json:"asked_at"`
	FinishedAt  time.Time `json:"finished_at,omitzero"`
	// MS is from asked to finished, in milliseconds; nil while it is under way.
	MS *float64 `json:"ms,omitempty"`
	// RowCount is nil when nothing was executed.
	RowCount *int64       `json:"row_count,omitempty"`
	Text     string       `json:"text,omitempty"`
	Error    *fault.Fault `json:"error,omitempty"`
	// Origin and Road say how the newest statement was made; empty before there
	// is one.
	Origin event.Origin `json:"origin,omitempty"`
	Road   event.Road   `json:"road,omitempty"`
	// Cache is hit, miss or off; empty when nothing was executed.
	Cache string `json:"cache,omitempty"`
}

func scan(into func(...any) error) (Summary, error) {
	var s Summary
	var asked, finished int64
	var f string
	err := into(&s.RunID, &s.Status, &s.RequestKind, &s.Question, &s.Sentence, &s.DatasetID, &s.Version, &s.ThreadID,
		&s.ParentRunID, &s.User, &asked, &finished, &s.RowCount, &s.Text, &f, &s.Origin, &s.Road, &s.Cache)
	if err != nil {
		return s, fmt.Errorf("read run list: %w", err)
	}
	s.AskedAt, s.FinishedAt = timeOf(asked), timeOf(finished)
	if finished != 0 {
		ms := float64(finished-asked) / 1000
		s.MS = &ms
	}
	if f != "" {
		if s.Error, err = fault.Decode([]byte(f)); err != nil {
			return s, fmt.Errorf("read run list: %w", err)
		}
	}
	return s, nil
}

// OpenRuns says how many runs have not ended.
type OpenRuns struct {
	// OfUser are one user's, OfOrg those of everybody in the org, All those of every
	// org.
	OfUser, OfOrg, All int
	// Position is the sequence of the last event that was counted.
	Position uint64
}

// CountOpen counts the runs of an org, and of one of its users, that have not
// ended.
func (db *DB) CountOpen(ctx context.Context, org, user string) (OpenRuns, error) {
	var o OpenRuns
	in, done := db.use()
	defer done()
	// One statement sees one state of the file.
	err := in.read.QueryRowContext(ctx,
		"SELECT (SELECT count(*) FROM runs WHERE org = ? AND user = ? AND open = 1), (SELECT count(*) FROM runs WHERE org = ? AND open = 1), (SELECT count(*) FROM runs WHERE open = 1), position FROM meta",
		org, user, org).Scan(&o.OfUser, &o.OfOrg, &o.All, &o.Position)
	if err != nil {
		return OpenRuns{}, fmt.Errorf("count open runs: %w", err)
	}
	return o, nil
}

// OpenRun is a run that has not ended.
type OpenRun struct {
	Org, RunID string
	// Allowed is how long after it was asked it may take, by the clock of the gateway
	// that accepted it.
	Allowed time.Duration
}

// Open returns the runs of every org that have not ended, at most limit, those whose
// deadline comes first at the front.
func (db *DB) Open(ctx context.Context, limit int) ([]OpenRun, error) {
	in, done := db.use()
	defer done()
	rows, err := in.read.QueryContext(ctx, "SELECT org, run_id, deadline - asked_at FROM runs WHERE open = 1 ORDER BY deadline LIMIT ?", limit)
	if err != nil {
		return nil, fmt.Errorf("list open runs: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	var out []OpenRun
	for rows.Next() {
		var o OpenRun
		var allowed int64
		if err := rows.Scan(&o.Org, &o.RunID, &allowed); err != nil {
			return nil, fmt.Errorf("list open runs: %w", err)
		}
		o.Allowed = time.Duration(allowed) * time.Microsecond
		out = append(out, o)
	}
	return out, rows.Err()
}

// Digest is what a finished run's capsule was when its last event came in.
type Digest struct {
	Org, RunID string
	// SHA256 is [run.Capsule.Digest]'s.
	SHA256 string
	// Seq is the run's last event.
	Seq uint64
}

// Digests returns the digests of finished runs whose last event is after a
// sequence, in the order of the log, at most limit of them, for a comparison
// with a fresh replay. The empty org means every org.
func (db *DB) Digests(ctx context.Context, org string, after uint64, limit int) ([]Digest, error) {
	in, done := db.use()
	defer done()
	rows, err := in.read.QueryContext(ctx, `SELECT org, run_id, digest, seq FROM runs
		WHERE open = 0 AND seq > ?1 AND (?2 = '' OR org = ?2) ORDER BY seq LIMIT ?3`, int64(after), org, limit) //nolint:gosec // sequences stay far below 2^63
	if err != nil {
		return nil, fmt.Errorf("list digests: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	var out []Digest
	for rows.Next() {
		var d Digest
		if err := rows.Scan(&d.Org, &d.RunID, &d.SHA256, &d.Seq); err != nil {
			return nil, fmt.Errorf("list digests: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

func pageSize(limit int) (int, error) {
	switch {
	case limit == 0:
		return DefaultPage, nil
	case limit < 0 || limit > MaxPage:
		return 0, fault.New(fault.Validation, "The limit is %d; it must be between 1 and %d.", limit, MaxPage).
			WithHint("Ask for less and follow next_cursor.").With("path", "limit")
	}
	return limit, nil
}

func writeCursor(at time.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(at.UnixMicro(), 10) + " " + id))
}

func readCursor(s string) (int64, string, error) {
	bad := fault.New(fault.Validation, "The cursor is not one that Leo gave out.").
		WithHint("Use next_cursor of the page before, unchanged, or leave it out.").With("path", "cursor")
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, "", bad
	}
	at, id, ok := strings.Cut(string(raw), " ")
	us, err := strconv.ParseInt(at, 10, 64)
	if !ok || err != nil {
		return 0, "", bad
	}
	return us, id, nil
}
