package history

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
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
	seq                 uint64
	plan, change        string
	first               uint64
	origin, road        string
	code, cache         string
	proof               proof
}

// proof is what is recorded of a run's capsule when it ends; zero before that.
type proof struct {
	digest, head string
	// links are the first linkBytes of each of the chain's hashes: enough to say
	// which event is another one.
	links []byte
}

// linkBytes is how much of a chain's hash is kept for each event.
const linkBytes = 8

func proofOf(c *run.Capsule) (proof, error) {
	digest, err := c.Digest()
	if err != nil {
		return proof{}, err
	}
	p := proof{digest: digest, head: c.Chain.Head, links: make([]byte, 0, linkBytes*len(c.Chain.Events))}
	for _, l := range c.Chain.Events {
		hash, err := hex.DecodeString(l.Hash)
		if err != nil {
			return proof{}, fmt.Errorf("hash of event %d: %w", l.Seq, err)
		}
		p.links = append(p.links, hash[:linkBytes]...)
	}
	return p, nil
}

// rowOf is a pure function of the fold, which is what makes a rebuilt file equal
// to the one that grew.
func rowOf(r *run.Run, first uint64, p proof) row {
	a := r.Asked
	out := row{
		org: r.Org, id: r.ID, status: r.Status, kind: r.RequestKind(), question: a.Request.Question,
		dataset: a.Dataset.ID, version: a.Dataset.Version, thread: a.ThreadID, parent: a.ParentRunID,
		user: a.User, asked: r.Times.AskedAt, finished: r.Times.FinishedAt, deadline: a.Deadline,
		seq: r.Seq, first: first, proof: p,
	}
	if r.Planned != nil {
		out.sentence, out.origin, out.road = r.Planned.Sentence, string(r.Planned.Origin), string(r.Planned.Road())
	}
	// What a person wrote has its name before it is planned.
	switch {
	case a.Request.SQL != "":
		out.sentence = run.SQLName(a.Request.SQL)
	case a.Request.Python != "":
		out.sentence = run.PythonName(a.Request.Python)
	}
	if r.Executed != nil {
		out.cache = r.Executed.Cache
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
		out.fault, out.code = string(line), string(r.Fault.Code)
	}
	out.search = strings.ToLower(strings.Join([]string{out.question, out.sentence, out.text, a.Request.SQL, a.Request.Python, out.user, out.dataset}, "\n"))
	return out
}

const upsert = `INSERT INTO runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
ON CONFLICT (org, run_id) DO UPDATE SET
	status=excluded.status, open=excluded.open, sentence=excluded.sentence, finished_at=excluded.finished_at,
	row_count=excluded.row_count, text=excluded.text, error=excluded.error, search=excluded.search,
	digest=excluded.digest, seq=excluded.seq, plan=excluded.plan, change=excluded.change,
	origin=excluded.origin, road=excluded.road, code=excluded.code, cache=excluded.cache, head=excluded.head, links=excluded.links
WHERE excluded.seq > runs.seq`

// indexWords comes once for each run, when it has ended: open runs are few, and
// each of their events would cost it again.
const indexWords = `INSERT OR REPLACE INTO words (rowid, search) VALUES (?,?)`

// rememberName keeps a person or a dataset for [DB.Names].
const rememberName = `INSERT OR IGNORE INTO names VALUES (?,?,?)`

// The kinds of names.
const (
	nameUser    = "user"
	nameDataset = "dataset"
)

// saving are the statements rows are written with.
type saving struct{ row, words, name *sql.Stmt }

// prepare prepares them once for the file: SQLite takes longer to compile them
// than to do them.
func prepare(ctx context.Context, db *sql.DB) (s saving, err error) {
	for stmt, text := range map[**sql.Stmt]string{&s.row: upsert, &s.words: indexWords, &s.name: rememberName} {
		if *stmt, err = db.PrepareContext(ctx, text); err != nil {
			return saving{}, errors.Join(err, s.close())
		}
	}
	return s, nil
}

// in returns the statements as part of a transaction.
func (s saving) in(ctx context.Context, tx *sql.Tx) saving {
	return saving{row: tx.StmtContext(ctx, s.row), words: tx.StmtContext(ctx, s.words), name: tx.StmtContext(ctx, s.name)}
}

func (s saving) close() (err error) {
	for _, stmt := range []*sql.Stmt{s.row, s.words, s.name} {
		if stmt != nil {
			err = errors.Join(err, stmt.Close())
		}
	}
	return err
}

func (s saving) save(ctx context.Context, r row) error {
	open := 1
	if r.status.Terminal() {
		open = 0
	}
	_, err := s.row.ExecContext(ctx,
		r.org, r.id, string(r.status), open, r.kind, r.question, r.sentence, r.dataset, r.version, r.thread, r.parent,
		r.user, micros(r.asked), micros(r.finished), micros(r.deadline), r.rowCount, r.text, r.fault, r.search, r.proof.digest, int64(r.seq), r.plan, r.change, //nolint:gosec // sequences stay far below 2^63
		int64(r.first), r.origin, r.road, r.code, r.cache, r.proof.head, orEmpty(r.proof.links)) //nolint:gosec // likewise
	if err != nil {
		return err
	}
	for kind, name := range map[string]string{nameUser: r.user, nameDataset: r.dataset} {
		if _, err := s.name.ExecContext(ctx, r.org, kind, name); err != nil {
			return err
		}
	}
	if open == 1 {
		return nil
	}
	_, err = s.words.ExecContext(ctx, int64(r.first), r.search) //nolint:gosec // likewise
	return err
}

// orEmpty keeps nil from being stored as NULL.
func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
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
