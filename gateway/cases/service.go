package cases

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/plaintext"
	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/run"
)

// Runs reads runs; see runs.Service.
type Runs interface {
	Run(ctx context.Context, p auth.Principal, runID string) (*run.Run, error)
}

// Results opens whole results; see results.Store.
type Results interface {
	Open(ctx context.Context, x event.Executed) (*results.Result, error)
}

// Service saves and lists test cases. Safe for concurrent use.
type Service struct {
	runs    Runs
	results Results
	acts    *audit.Acts
	kv      *bus.KV
}

// New returns a service over the cases kept on the bus.
func New(runs Runs, res Results, acts *audit.Acts, b *bus.Bus) *Service {
	return &Service{runs: runs, results: res, acts: acts, kv: b.KV(bus.BucketTestCases)}
}

// Request is the body of POST runs/{id}/test-case.
type Request struct {
	// Question is what the result is right for; absent, the run's own. A run that
	// was not asked in words needs one.
	Question string `json:"question,omitempty"`
	Note     string `json:"note,omitempty"`
}

// Save makes a case of a run. Faults: NOT_FOUND (no such run, or its result is
// not kept any more), VALIDATION_ERROR without a question, CONFLICT for a run
// without an answer or one that was saved before, PAYLOAD_TOO_LARGE for a result
// that is cut, or larger than a case holds.
func (s *Service) Save(ctx context.Context, p auth.Principal, runID string, r Request) (Summary, error) {
	if err := r.check(); err != nil {
		return Summary{}, err
	}
	answered, err := s.runs.Run(ctx, p, runID)
	if err != nil {
		return Summary{}, err
	}
	c, err := build(p, answered, r)
	if err != nil {
		return Summary{}, err
	}
	if c.Question == strings.TrimSpace(answered.Asked.Request.Question) {
		if c.Turns, err = s.turns(ctx, p, answered); err != nil {
			return Summary{}, err
		}
	}
	if err := s.expect(ctx, c, answered); err != nil {
		return Summary{}, err
	}
	value, err := json.Marshal(c)
	if err != nil {
		return Summary{}, fmt.Errorf("encode test case: %w", err)
	}
	_, err = s.kv.Create(ctx, key(p.Org, c.ID), value)
	if fault.CodeOf(err) == fault.Conflict {
		return Summary{}, fault.Wrap(err, fault.Conflict, "This run is a test case already.").
			WithHint("Delete that one to save it anew.").With("id", c.ID)
	}
	return c.summary(), err
}

func (r Request) check() error {
	for path, text := range map[string]string{"/question": r.Question, "/note": r.Note} {
		if err := plaintext.Check(path, text, maxText); err != nil {
			return err
		}
	}
	return nil
}

// build makes the case of a run, but for the result.
func build(p auth.Principal, r *run.Run, asked Request) (*Case, error) {
	if r.Status != run.Succeeded || r.Planned == nil || r.Executed == nil {
		return nil, fault.New(fault.Conflict, "This run has no answer that could be a test case: it is %s.", r.Status).
			WithHint("Save a run that succeeded.").With("status", string(r.Status))
	}
	question, told := strings.TrimSpace(asked.Question), r.Asked.Conversation
	switch {
	case question == "":
		question = strings.TrimSpace(r.Asked.Request.Question)
	case question != strings.TrimSpace(r.Asked.Request.Question):
		// A question of the saver's own: what was said before it is not its.
		told = event.Context{AsOf: told.AsOf}
	}
	if question == "" {
		return nil, fault.New(fault.Validation, "This run was not asked in words.").
			WithHint("Say which question its result answers in the field question.").With("path", "/question")
	}
	if told.AsOf.IsZero() {
		told.AsOf = r.Times.AskedAt
	}
	c := &Case{
		ID: r.ID, Org: p.Org, DatasetID: r.Asked.Dataset.ID, DatasetVersion: r.Asked.Dataset.Version,
		Question: question, Turns: told.Turns, Instructions: told.Instructions, Constraints: told.Constraints,
		AnswerFormat: told.AnswerFormat, AsOf: told.AsOf, Plan: r.Planned.Plan, SQL: r.Planned.SQL,
		Owner: p.User, Note: strings.TrimSpace(asked.Note), SavedAt: time.Now().UTC().Truncate(time.Second),
	}
	if len(c.Plan) > 0 {
		q, err := plan.Decode(c.Plan)
		if err != nil {
			return nil, err
		}
		c.Expected.Ordered = len(q.OrderBy) > 0
	}
	return c, nil
}

// maxTurns is how far back a conversation is followed.
const maxTurns = 20

// turns are the earlier questions a run's plan goes on from, oldest first.
func (s *Service) turns(ctx context.Context, p auth.Principal, r *run.Run) ([]string, error) {
	turns := slices.Clone(r.Asked.Conversation.Turns)
	for len(turns) < maxTurns && r.Planned != nil && r.Planned.Continues != nil {
		earlier, err := s.runs.Run(ctx, p, r.Planned.Continues.RunID)
		if fault.CodeOf(err) == fault.NotFound {
			break // older than the log
		}
		if err != nil {
			return nil, err
		}
		if q := strings.TrimSpace(earlier.Asked.Request.Question); q != "" {
			turns = append([]string{q}, turns...)
		}
		r = earlier
	}
	return turns, nil
}

// expect reads the whole result into the case.
func (s *Service) expect(ctx context.Context, c *Case, r *run.Run) (err error) {
	x := *r.Executed
	if x.Truncated || x.RowCount > MaxRows {
		return tooLarge(x.RowCount)
	}
	result, err := s.results.Open(ctx, x)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	c.Expected.Columns, c.Expected.Types, c.Expected.Rows = []string{}, []string{}, [][]any{}
	for _, col := range x.Columns {
		c.Expected.Columns = append(c.Expected.Columns, col.Name)
		c.Expected.Types = append(c.Expected.Types, col.Type)
	}
	for {
		row, err := result.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		c.Expected.Rows = append(c.Expected.Rows, row)
	}
	line, err := json.Marshal(c.Expected)
	if err != nil {
		return fmt.Errorf("encode result: %w", err)
	}
	if len(line) > MaxBytes {
		return tooLarge(x.RowCount)
	}
	return nil
}

func tooLarge(rows int) error {
	return fault.New(fault.PayloadTooLarge, "The result is cut, or larger than a test case holds: %d rows and %d KiB at most, all of them.", MaxRows, MaxBytes>>10).
		WithHint("Ask for fewer rows, or for a total.").With("rows", rows).With("max_rows", MaxRows)
}

// Suite returns the org's cases as questions.jsonl, in the order of their ids.
func (s *Service) Suite(ctx context.Context, p auth.Principal, datasetID string) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := s.each(ctx, p, datasetID, func(c *Case) error { return enc.Encode(c.line()) })
	return out.Bytes(), err
}

func (s *Service) each(ctx context.Context, p auth.Principal, datasetID string, fn func(*Case) error) error {
	entries, err := s.kv.List(ctx, p.Org+".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		c, err := decode(e)
		if err != nil {
			return err
		}
		if datasetID != "" && c.DatasetID != datasetID {
			continue
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return nil
}

// Get returns one of the org's cases, or NOT_FOUND.
func (s *Service) Get(ctx context.Context, p auth.Principal, id string) (*Case, error) {
	unknown := fault.New(fault.NotFound, "There is no test case %q.", clip(id)).
		WithHint("GET /api/v1/test-cases lists those there are.")
	if !event.ValidToken(id) {
		return nil, unknown
	}
	e, err := s.kv.Get(ctx, key(p.Org, id))
	if fault.CodeOf(err) == fault.NotFound {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	return decode(e)
}

// Delete removes a case and leaves an act that says so. FORBIDDEN says that it is somebody else's and the
// principal is no verifier.
func (s *Service) Delete(ctx context.Context, p auth.Principal, id string) error {
	c, err := s.Get(ctx, p, id)
	if err != nil {
		return err
	}
	if c.Owner != p.User && !p.Role.Includes(auth.Verifier) {
		return fault.New(fault.Forbidden, "Only %s or a verifier can delete this test case.", c.Owner).
			WithHint("Ask a verifier or an admin of your org.")
	}
	if err := s.acts.Record(ctx, p, audit.ActCaseDeleted, id, c.ID, c.summary()); err != nil {
		return err
	}
	return s.kv.Delete(ctx, key(p.Org, id))
}

func decode(e bus.Entry) (*Case, error) {
	var c Case
	dec := json.NewDecoder(bytes.NewReader(e.Value))
	dec.UseNumber() // integers keep their digits
	if err := dec.Decode(&c); err != nil {
		return nil, fmt.Errorf("decode test case %s: %w", e.Key, err)
	}
	return &c, nil
}

func key(org, id string) string { return org + "." + id }

func clip(s string) string {
	if len(s) <= 64 {
		return s
	}
	return strings.ToValidUTF8(s[:64], "") + "…"
}
