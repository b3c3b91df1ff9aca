package vouch

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/plaintext"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/run"
	"github.com/leo-analytics/leo/shared/verified"
)

// maxNote is the longest note, in characters.
const maxNote = 1000

// Runs reads runs; see runs.Service.
type Runs interface {
	Run(ctx context.Context, p auth.Principal, runID string) (*run.Run, error)
}

// Datasets reads datasets; see registry.Registry.
type Datasets interface {
	Get(ctx context.Context, org, id string) (*catalog.Dataset, error)
	Version(ctx context.Context, org, id, version string) (*catalog.Dataset, error)
}

// Service marks and lists verified answers. Safe for concurrent use.
type Service struct {
	runs     Runs
	datasets Datasets
	acts     *audit.Acts
	store    *verified.Store
}

// New returns a service over the answers kept on the bus.
func New(runs Runs, datasets Datasets, acts *audit.Acts, b *bus.Bus) *Service {
	return &Service{runs: runs, datasets: datasets, acts: acts, store: verified.NewStore(b)}
}

// Request is the body of POST runs/{id}/verify.
type Request struct {
	// Question is what the answer is verified for; it must stand alone. Absent, it
	// is the run's, or that of the question whose reading the run is.
	Question string `json:"question,omitempty"`
	Note     string `json:"note,omitempty"`
	// Replace puts the answer in the place of one that is verified already.
	Replace bool `json:"replace,omitempty"`
}

// State says whether an answer is reused.
type State string

// The states. A stale answer does not fit the newest version of its dataset.
const (
	Valid State = "valid"
	Stale State = "stale"
)

// Listed is a verified answer and what has become of it.
type Listed struct {
	*verified.Answer
	Org   *struct{} `json:"org,omitempty"` // hidden: it is the reader's own
	State State     `json:"state"`
	// Reason says why a stale answer is stale.
	Reason string `json:"reason,omitempty"`
}

// Verify marks the answer of a run. replaced says that another one stood in its
// place. Faults: NOT_FOUND (no such run), VALIDATION_ERROR for what cannot be
// verified, CONFLICT for a run without an answer, a dataset that has changed
// since, or a question that has a verified answer.
func (s *Service) Verify(ctx context.Context, p auth.Principal, runID string, r Request) (_ Listed, replaced bool, err error) {
	if err := r.check(); err != nil {
		return Listed{}, false, err
	}
	answered, err := s.runs.Run(ctx, p, runID)
	if err != nil {
		return Listed{}, false, err
	}
	if err := verifiable(answered); err != nil {
		return Listed{}, false, err
	}
	question, err := s.question(ctx, p, answered, r)
	if err != nil {
		return Listed{}, false, err
	}
	a, err := s.answer(ctx, p, answered, question, r.Note)
	if err != nil {
		return Listed{}, false, err
	}
	revision, err := s.place(ctx, a, r.Replace)
	if err != nil {
		return Listed{}, false, err
	}
	if err := s.acts.Record(ctx, p, audit.ActVerified, a.ID, runID, a); err != nil {
		return Listed{}, false, err
	}
	if err := s.store.Put(ctx, a, revision); err != nil {
		return Listed{}, false, err
	}
	return Listed{Answer: a, State: Valid}, revision != 0, nil
}

func (r Request) check() error {
	for path, text := range map[string]string{"/question": r.Question, "/note": r.Note} {
		if err := plaintext.Check(path, text, maxNote); err != nil {
			return err
		}
	}
	return nil
}

// verifiable refuses a run that has nothing to vouch for.
func verifiable(r *run.Run) error {
	switch {
	case r.Status != run.Succeeded:
		return fault.New(fault.Conflict, "This run has no answer that could be verified: it is %s.", r.Status).
			WithHint("Verify a run that succeeded.").With("status", string(r.Status))
	case r.Planned == nil || len(r.Planned.Plan) == 0:
		return fault.New(fault.Validation, "Only an answer that was made from a plan can be verified; this one was made from SQL or Python.").
			WithHint("Ask for it in words or with a plan, and verify that answer.")
	}
	return nil
}

// question is what the answer is verified for.
func (s *Service) question(ctx context.Context, p auth.Principal, r *run.Run, asked Request) (string, error) {
	text, alone := asked.Question, true
	if text == "" {
		text, alone = s.asked(ctx, p, r)
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.New(fault.Validation, "This run was not asked in words, so there is no question to verify it for.").
			WithHint("Say which question it answers in the field question.").With("path", "/question")
	case !alone || verified.Leans(text):
		return "", fault.New(fault.Validation, "The question leans on what was said before it.").
			WithHint("Say it in the field question so that it stands alone.").With("path", "/question").With("question", text)
	case verified.Normal(text) == "":
		return "", fault.New(fault.Validation, "The question has no word that says what is asked.").
			WithHint("Say it in the field question.").With("path", "/question")
	}
	return text, nil
}

// asked is the question of a run, or of the run whose reading or repetition it
// is; alone says that nothing else was said with it.
func (s *Service) asked(ctx context.Context, p auth.Principal, r *run.Run) (text string, alone bool) {
	if r.Asked.Request.Question == "" && r.Asked.ParentRunID != "" {
		parent, err := s.runs.Run(ctx, p, r.Asked.ParentRunID)
		if err != nil || parent.Asked.Dataset.ID != r.Asked.Dataset.ID || !offered(parent, r.Planned.Plan) {
			return "", true
		}
		r = parent
	}
	c, text := r.Asked.Conversation, r.Asked.Request.Question
	alone = len(c.Turns) == 0 && c.Instructions == "" && c.Constraints == "" && c.AnswerFormat == "" && !verified.Mentions(text, c.Named)
	return text, alone && (r.Planned == nil || r.Planned.Continues == nil)
}

// offered reports whether a run had this plan, as its own or as a reading.
func offered(r *run.Run, of []byte) bool {
	if r.Planned != nil && bytes.Equal(r.Planned.Plan, of) {
		return true
	}
	if r.NeedsInput == nil {
		return false
	}
	for _, reading := range r.NeedsInput.Readings {
		if bytes.Equal(reading.Plan, of) {
			return true
		}
	}
	return false
}

// answer builds the record. The dataset must still be what the run read.
func (s *Service) answer(ctx context.Context, p auth.Principal, r *run.Run, question, note string) (*verified.Answer, error) {
	q, err := plan.Decode(r.Planned.Plan)
	if err != nil {
		return nil, err
	}
	ref := r.Asked.Dataset
	d, err := s.datasets.Version(ctx, p.Org, ref.ID, ref.Version)
	if err != nil {
		return nil, err
	}
	asOf := r.Asked.Conversation.AsOf
	if asOf.IsZero() {
		asOf = r.Times.AskedAt
	}
	a := &verified.Answer{
		ID: verified.ID(ref.ID, question), Org: p.Org, DatasetID: ref.ID, DatasetVersion: ref.Version,
		Question: question, Plan: r.Planned.Plan, Sentence: r.Planned.Sentence, Chart: r.Planned.Chart, Channels: r.Planned.Channels,
		Columns: verified.Columns(q, d), Owner: p.User, Note: strings.TrimSpace(note),
		VerifiedAt: time.Now().UTC().Truncate(time.Second), RunID: r.ID, AsOf: asOf, Dated: verified.Dated(question, q),
	}
	if why := s.stale(ctx, p.Org, a, map[string]*catalog.Dataset{}); why != "" {
		return nil, fault.New(fault.Conflict, "The answer does not fit the dataset any more. %s", why).
			WithHint("Ask the question again and verify that answer.")
	}
	return a, nil
}

// place finds the revision to write at: 0, or that of the answer to be replaced.
func (s *Service) place(ctx context.Context, a *verified.Answer, replace bool) (uint64, error) {
	old, revision, err := s.store.Get(ctx, a.Org, a.ID)
	if fault.CodeOf(err) == fault.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if !replace && s.stale(ctx, a.Org, old, map[string]*catalog.Dataset{}) == "" {
		return 0, fault.New(fault.Conflict, "%s verified an answer to this question on %s.", old.Owner, old.VerifiedAt.Format("2 January 2006")).
			WithHint("Set replace to put this one in its place, or remove that one first.").
			With("id", old.ID).With("owner", old.Owner).With("question", old.Question)
	}
	return revision, nil
}
