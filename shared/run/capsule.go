package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// CapsuleVersion is the version of the capsule's own shape.
const CapsuleVersion = 1

// Capsule is the immutable record of a run: what its events say, once read and
// once verbatim. A capsule of an unfinished run is a snapshot.
type Capsule struct {
	CapsuleVersion     int              `json:"capsule_version"`
	RunID              string           `json:"run_id"`
	Status             Status           `json:"status"`
	Times              Times            `json:"times"`
	Org                string           `json:"org"`
	User               string           `json:"user"`
	ThreadID           string           `json:"thread_id,omitempty"`
	ParentRunID        string           `json:"parent_run_id,omitempty"`
	DatasetID          string           `json:"dataset_id"`
	DatasetVersionHash string           `json:"dataset_version_hash"`
	RequestKind        string           `json:"request_kind"`
	Question           string           `json:"question,omitempty"`
	Plan               json.RawMessage  `json:"plan_json,omitempty"`
	CompiledSQL        string           `json:"compiled_sql,omitempty"`
	PythonCode         string           `json:"python_code,omitempty"`
	QueryType          string           `json:"query_type,omitempty"`
	Sentence           string           `json:"sentence,omitempty"`
	Origin             event.Origin     `json:"origin,omitempty"`
	Interpretation     []event.Chip     `json:"interpretation,omitempty"`
	RunnerMode         string           `json:"runner_mode,omitempty"`
	ResourceLimits     event.Limits     `json:"resource_limits"`
	Preview            *Preview         `json:"result_preview,omitempty"`
	Result             *event.ObjectRef `json:"result,omitempty"`
	Stats              Stats            `json:"stats"`
	Stdout             string           `json:"stdout"`
	Stderr             string           `json:"stderr"`
	Error              *fault.Fault     `json:"error,omitempty"`
	Answer             *Answer          `json:"answer,omitempty"`
	Readings           []event.Reading  `json:"readings,omitempty"`
	Trust              *event.Trust     `json:"trust,omitempty"`
	Usage              *event.Usage     `json:"usage,omitempty"`
	Chain              Chain            `json:"chain"`
}

// Preview is the part of a result that travels with the capsule.
type Preview struct {
	Columns     []event.Column `json:"columns"`
	Rows        [][]any        `json:"rows"`
	RowCount    int            `json:"row_count"`
	Truncated   bool           `json:"truncated"`
	TruncatedBy string         `json:"truncated_by,omitempty"`
}

// Stats are the figures of the run.
type Stats struct {
	RowsRead *int64 `json:"rows_read,omitempty"`
	RowsKept *int64 `json:"rows_kept,omitempty"`
	Cache    string `json:"cache,omitempty"`
	// CachedAt is when a result that was found had been computed.
	CachedAt time.Time     `json:"cached_at,omitzero"`
	Engine   string        `json:"engine,omitempty"`
	Warm     bool          `json:"warm,omitempty"`
	Timings  event.Timings `json:"timings"`
	Steps    int           `json:"steps"`
}

// Answer is what the person was shown.
type Answer struct {
	Text      string            `json:"text"`
	Refs      []event.Ref       `json:"refs,omitempty"`
	Chart     *event.Chart      `json:"chart,omitempty"`
	FollowUps []string          `json:"follow_ups,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
}

// Chain proves that no event of a run was changed, added or left out. The first
// link hashes the run id; each further link hashes the link before it, the
// event's sequence, its subject and the event's stored bytes, each ended by a newline.
type Chain struct {
	Algorithm string `json:"algorithm"`
	Head      string `json:"head"`
	Events    []Link `json:"events"`
}

// Link is one event of the chain. Seq is where the log keeps it.
type Link struct {
	Seq     uint64          `json:"seq"`
	Subject string          `json:"subject"`
	Hash    string          `json:"hash"`
	Data    json.RawMessage `json:"data"`
}

// NewCapsule folds events, which must be all events of one run in order, into a
// capsule. Events without Raw are encoded.
func NewCapsule(events []event.Event) (*Capsule, error) {
	r, err := Fold(events)
	if err != nil {
		return nil, err
	}
	if r.ID == "" {
		return nil, fault.New(fault.NotFound, "There is no such run.")
	}
	chain, err := newChain(r.ID, events)
	if err != nil {
		return nil, err
	}
	c := r.capsule()
	c.Chain = chain
	return c, nil
}

// capsule maps the fold to the record.
func (r *Run) capsule() *Capsule {
	a := r.Asked
	c := &Capsule{
		CapsuleVersion: CapsuleVersion, RunID: r.ID, Status: r.Status, Times: r.Times, Org: r.Org,
		User: a.User, ThreadID: a.ThreadID, ParentRunID: a.ParentRunID,
		DatasetID: a.Dataset.ID, DatasetVersionHash: a.Dataset.Version,
		RequestKind: r.RequestKind(), Question: a.Request.Question,
		ResourceLimits: a.Limits, Stdout: r.Stdout, Stderr: r.Stderr, Error: r.Fault,
		Stats: Stats{Steps: r.Steps}, Usage: r.Usage,
	}
	// What was asked for stays visible even when it was refused before planning.
	c.Plan, c.CompiledSQL, c.PythonCode = a.Request.Plan, a.Request.SQL, a.Request.Python
	if p := r.Planned; p != nil {
		c.Plan, c.CompiledSQL, c.PythonCode, c.QueryType = p.Plan, p.SQL, p.Python, p.QueryType
		c.Sentence, c.Origin, c.Interpretation, c.ResourceLimits = p.Sentence, p.Origin, p.Interpretation, p.Limits
	}
	if r.Started != nil {
		c.RunnerMode = r.Started.Executor
	}
	if x := r.Executed; x != nil {
		c.RunnerMode = x.Executor
		c.Preview = &Preview{Columns: x.Columns, Rows: x.Preview, RowCount: x.RowCount, Truncated: x.Truncated, TruncatedBy: x.TruncatedBy}
		c.Result = x.Result
		c.Stats = Stats{RowsRead: x.RowsRead, RowsKept: x.RowsKept, Cache: x.Cache, CachedAt: x.CachedAt, Engine: x.Engine, Warm: x.Warm, Timings: x.Timings, Steps: r.Steps}
	}
	if ans := r.Answered; ans != nil {
		c.Answer = &Answer{Text: ans.Text, Refs: ans.Refs, Chart: ans.Chart, FollowUps: ans.FollowUps, Labels: ans.Labels}
		c.Trust = &ans.Trust
	}
	if r.NeedsInput != nil {
		c.Readings = r.NeedsInput.Readings
	}
	return c
}

// newChain hashes the events of run id.
func newChain(id string, events []event.Event) (Chain, error) {
	chain := Chain{Algorithm: "sha256"}
	head := genesis(id)
	for _, e := range events {
		data := e.Raw
		if data == nil {
			var err error
			if data, err = event.Encode(e); err != nil {
				return Chain{}, err
			}
		}
		subject := event.Subject(e)
		head = link(head, e.Seq, subject, data)
		chain.Events = append(chain.Events, Link{Seq: e.Seq, Subject: subject, Hash: head, Data: data})
	}
	chain.Head = head
	return chain, nil
}

// genesis is the hash before the first event of a run.
func genesis(id string) string {
	sum := sha256.Sum256([]byte("leo/capsule/1\n" + id + "\n"))
	return hex.EncodeToString(sum[:])
}

// link is the hash of one event on top of the hash before it.
func link(head string, seq uint64, subject string, data []byte) string {
	h := sha256.New()
	for _, part := range [][]byte{[]byte(head), strconv.AppendUint(nil, seq, 10), []byte(subject), data} {
		h.Write(part)
		h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Encode returns the capsule as indented JSON, the form that is downloaded.
func (c *Capsule) Encode() ([]byte, error) {
	line, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode capsule: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, line, "", "  "); err != nil {
		return nil, fmt.Errorf("encode capsule: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// Digest is the SHA-256, in hexadecimal, of the capsule's compact JSON. Two
// folds of the same log have the same digest.
func (c *Capsule) Digest() (string, error) {
	line, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("encode capsule: %w", err)
	}
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:]), nil
}
