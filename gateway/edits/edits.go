package edits

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/plan/edit"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/sentence"
)

// Datasets finds the newest version of a dataset; NOT_FOUND for any that is not
// the org's.
type Datasets interface {
	Get(ctx context.Context, org, id string) (*catalog.Dataset, error)
}

// Service answers for plans and columns. Safe for concurrent use.
type Service struct {
	datasets Datasets
	limits   policy.Limits
	now      func() time.Time
}

// New returns a service; limits are those of runs.
func New(datasets Datasets, limits policy.Limits) *Service {
	return &Service{datasets: datasets, limits: limits, now: time.Now}
}

// Request names a plan and, for a preview, an edit of it.
type Request struct {
	DatasetID string          `json:"dataset_id"`
	Plan      json.RawMessage `json:"plan"`
	Edit      *edit.Edit      `json:"edit,omitempty"`
	// AsOf is the clock of relative periods: a date or an RFC 3339 time; empty
	// means now.
	AsOf string `json:"as_of,omitempty"`
}

// Menu is a plan and what its parts may become.
type Menu struct {
	Plan     json.RawMessage `json:"plan"`
	Sentence string          `json:"sentence"`
	edit.Menu
}

// Preview is what an edit makes of a plan.
type Preview struct {
	Plan           json.RawMessage `json:"plan"`
	Sentence       string          `json:"sentence"`
	Interpretation []event.Chip    `json:"interpretation"`
	Changes        []event.Change  `json:"changes"`
	// Notes say what else had to change.
	Notes []string `json:"notes"`
}

// Menu lists a plan's chips with what they may become. Faults: VALIDATION_ERROR
// with the path, NOT_FOUND, UNAVAILABLE while the dataset is being prepared.
func (s *Service) Menu(ctx context.Context, p auth.Principal, r Request) (*Menu, error) {
	if r.Edit != nil {
		return nil, invalid("/edit", "Only a preview takes an edit.").WithHint("Post it to /api/v1/plans/preview.")
	}
	o, err := s.open(ctx, p, r)
	if err != nil {
		return nil, err
	}
	m := &Menu{Sentence: sentence.Sentence(o.plan, o.data, o.asOf), Menu: o.editor.Menu()}
	m.Plan, err = o.plan.Canonical()
	return m, err
}

// Preview applies an edit and says what came of it; nothing is run. Faults are
// those of [Service.Menu].
func (s *Service) Preview(ctx context.Context, p auth.Principal, r Request) (*Preview, error) {
	if r.Edit == nil {
		return nil, invalid("/edit", "The request has no edit.").WithHint("Send what is to change in \"edit\".")
	}
	o, err := s.open(ctx, p, r)
	if err != nil {
		return nil, err
	}
	done, err := o.editor.Apply(*r.Edit)
	if err != nil {
		return nil, hinted(err, "Choose another value, or change another part.")
	}
	out := &Preview{
		Sentence:       sentence.Sentence(done.Plan, o.data, o.asOf),
		Interpretation: sentence.Chips(done.Plan, o.data, o.asOf),
		Changes:        done.Changes, Notes: append([]string{}, done.Notes...),
	}
	out.Plan, err = done.Plan.Canonical()
	return out, err
}

// opened is a plan on the desk.
type opened struct {
	plan   *plan.Query
	data   *catalog.Dataset
	asOf   time.Time
	editor *edit.Editor
}

func (s *Service) open(ctx context.Context, p auth.Principal, r Request) (*opened, error) {
	if r.DatasetID == "" {
		return nil, invalid("/dataset_id", "The request does not say which dataset it is about.").
			WithHint("Set dataset_id to the id of a dataset; GET /api/v1/datasets lists them.")
	}
	if len(r.Plan) == 0 || string(r.Plan) == "null" {
		return nil, invalid("/plan", "The request has no plan.").WithHint("Send the plan of a run.")
	}
	q, err := plan.Decode(r.Plan)
	if err != nil {
		return nil, hinted(err, wrongPlan)
	}
	o := &opened{plan: q, asOf: s.now().UTC()}
	if r.AsOf != "" {
		if o.asOf, err = moment(r.AsOf); err != nil {
			return nil, err
		}
	}
	if o.data, err = s.dataset(ctx, p, r.DatasetID); err != nil {
		return nil, err
	}
	o.editor, err = edit.New(q, o.data, edit.Options{AsOf: o.asOf, DefaultLimit: s.limits.Default.MaxRows})
	return o, hinted(err, wrongPlan)
}

// wrongPlan is what to do about a plan that cannot be opened.
const wrongPlan = "Compare the plan with its JSON Schema, or take it from a run of this dataset."

// hinted adds what to do to a fault that does not say it.
func hinted(err error, hint string) error {
	var f *fault.Fault
	if errors.As(err, &f) && f.Hint == "" {
		return f.WithHint("%s", hint)
	}
	return err
}

// dataset is one whose columns are known.
func (s *Service) dataset(ctx context.Context, p auth.Principal, id string) (*catalog.Dataset, error) {
	d, err := s.datasets.Get(ctx, p.Org, id)
	if err != nil {
		return nil, err
	}
	switch {
	case d.State == catalog.Ready:
		return d, nil
	case d.State == catalog.Failed && d.Fault != nil:
		return nil, d.Fault
	}
	return nil, fault.New(fault.Unavailable, "Dataset %q is still being prepared.", d.ID).
		WithHint("Try again in a moment.").With("retry_after_s", 2).With("state", string(d.State))
}

func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, invalid("/as_of", "The clock of the request is not a date or a time.").
		WithHint("Write it as 2026-03-31 or as 2026-03-31T18:00:00Z.")
}

func invalid(path, message string) *fault.Fault {
	return fault.New(fault.Validation, "%s", message).With("path", path)
}
