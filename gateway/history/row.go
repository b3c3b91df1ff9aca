package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/run"
)

// row is what the table holds of one run.
type row struct {
	org, id             string
	status              run.Status
	kind                string
	question, sentence  string
	dataset, version    string
	thread, parent      string
	user                string
	asked, finished     time.Time
	deadline            time.Time
	rowCount            sql.NullInt64
	text, fault, search string
	digest              string
	seq                 uint64
	plan, change        string
}

// rowOf is a pure function of the fold, which is what makes a rebuilt file equal
// to the one that grew.
func rowOf(r *run.Run, digest string) row {
	a := r.Asked
	out := row{
		org: r.Org, id: r.ID, status: r.Status, kind: r.RequestKind(), question: a.Request.Question,
		dataset: a.Dataset.ID, version: a.Dataset.Version, thread: a.ThreadID, parent: a.ParentRunID,
		user: a.User, asked: r.Times.AskedAt, finished: r.Times.FinishedAt, deadline: a.Deadline,
		digest: digest, seq: r.Seq,
	}
	if r.Planned != nil {
		out.sentence = r.Planned.Sentence
	}
	if r.Executed != nil {
		out.rowCount = sql.NullInt64{Int64: int64(r.Executed.RowCount), Valid: true}
	}
	if r.Answered != nil {
		out.text = r.Answered.Text
		if r.Planned != nil {
			out.plan = string(r.Planned.Plan)
		}
		if c := r.Answered.Thread; c != nil {
			line, _ := json.Marshal(c) // plain data
			out.change = string(line)
		}
	}
	if r.Fault != nil {
		// It was read from JSON, so it can be written as JSON.
		line, _ := json.Marshal(r.Fault)
		out.fault = string(line)
	}
	out.search = strings.ToLower(strings.Join([]string{out.question, out.sentence, out.text, a.Request.SQL, a.Request.Python, out.user, out.dataset}, "\n"))
	return out
}

const upsert = `INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (org, run_id) DO UPDATE SET
	status=excluded.status, open=excluded.open, sentence=excluded.sentence, finished_at=excluded.finished_at,
	row_count=excluded.row_count, text=excluded.text, error=excluded.error, search=excluded.search,
	digest=excluded.digest, seq=excluded.seq, plan=excluded.plan, change=excluded.change
WHERE excluded.seq > runs.seq`

func (r row) save(ctx context.Context, stmt *sql.Stmt) error {
	open := 1
	if r.status.Terminal() {
		open = 0
	}
	_, err := stmt.ExecContext(ctx,
		r.org, r.id, string(r.status), open, r.kind, r.question, r.sentence, r.dataset, r.version, r.thread, r.parent,
		r.user, micros(r.asked), micros(r.finished), micros(r.deadline), r.rowCount, r.text, r.fault, r.search, r.digest, int64(r.seq), r.plan, r.change) //nolint:gosec // sequences stay far below 2^63
	return err
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
