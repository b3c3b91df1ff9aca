package planner

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/planner/reuse"
	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/run"
	"github.com/leo-analytics/leo/shared/sentence"
	"github.com/leo-analytics/leo/shared/vector"
)

// plan handles an asked event: it appends planned, needs_input or rejected.
func (s *Service) plan(ctx context.Context, t *bus.Turn) error {
	asked, ok := t.Event.Body.(event.Asked)
	if !ok {
		return fmt.Errorf("worker got a %s event", t.Event.Kind())
	}
	began := time.Now()
	t.Progress("planning", "Understanding the request")
	k, err := s.catalogues.get(ctx, t.Event.Org, asked.Dataset.ID, asked.Dataset.Version)
	if err != nil {
		return err
	}
	d := s.draft(t, asked, k, t.Event.Time)
	body, err := d.body(ctx)
	if err != nil {
		return err
	}
	return s.appendPlanned(ctx, t, body, began)
}

// appendPlanned appends what a request became: the next step, or an end.
func (s *Service) appendPlanned(ctx context.Context, t *bus.Turn, body event.Body, began time.Time) error {
	p, ok := body.(event.Planned)
	if !ok {
		return t.Append(ctx, body)
	}
	p.PlanMS = sinceMS(began)
	return t.AppendStep(ctx, t.Event.Step+1, p)
}

// draft returns a request, asked at that time, with everything that planning it needs.
func (s *Service) draft(t *bus.Turn, asked event.Asked, k *known, at time.Time) draft {
	return draft{
		org: t.Event.Org, asked: asked, askedAt: at, known: k, asOf: asOf(asked, at), policy: s.cfg.Limits, pythonOn: s.cfg.Python,
		book: s.book, log: s.log, mode: s.cfg.Mode, agent: s.agent, index: s.index,
		onText: func(piece string) { t.Note(bus.NoteDelta, map[string]string{"text": piece}) },
	}
}

// asOf is the clock that relative periods are counted from.
func asOf(asked event.Asked, at time.Time) time.Time {
	if !asked.Conversation.AsOf.IsZero() {
		return asked.Conversation.AsOf
	}
	return at
}

// draft is one request on its way to a statement.
type draft struct {
	org   string
	asked event.Asked
	// askedAt is when, by the clock of the gateway that accepted it, and asOf what its
	// relative periods are counted from.
	askedAt time.Time
	asOf    time.Time
	known   *known
	// policy bounds what a plan's own limit may ask for.
	policy policy.Limits
	// pythonOn says that Python may be asked for.
	pythonOn bool
	// book holds the verified answers.
	book *reuse.Book
	log  *slog.Logger
	// mode says who plans, and agent is nil where no model is configured.
	mode  Mode
	agent *agent.Agent
	// index proposes verified answers and, with embeddings, what a model is shown;
	// nil for neither.
	index *vector.Index
	// onText passes on what a model writes, as it writes it.
	onText func(piece string)
}

// body decides what a request becomes. A fault it returns ends the run.
func (d draft) body(ctx context.Context) (event.Body, error) {
	body, err := d.made(ctx)
	if p, ok := body.(event.Planned); ok && d.asked.Conversation.Again != nil {
		return asBefore(p, d.asked.Conversation.Again), err
	}
	return body, err
}

// asBefore gives a statement that is run again the origin it had.
func asBefore(p event.Planned, a *event.Again) event.Planned {
	p.Origin, p.Confidence, p.Verified, p.Edited, p.Chart, p.Channels = a.Origin, a.Confidence, a.Verified, a.Edited, a.Chart, a.Channels
	if len(p.Plan) == 0 {
		p.Sentence = a.Sentence // a plan's is made from the plan alone
	}
	return p
}

// made turns the request into what it asks for.
func (d draft) made(ctx context.Context) (event.Body, error) {
	switch r := d.asked.Request; {
	case len(r.Plan) > 0:
		q, err := plan.Decode(r.Plan)
		if err != nil {
			return nil, err
		}
		return d.chosen(q)
	case r.SQL != "":
		return d.sql(r.SQL), nil
	case r.Python != "":
		return d.python(r.Python)
	default:
		return d.question(ctx, r.Question)
	}
}

// chosen is a person's plan. One that was offered as a reading of a question, or
// changed from the answer to one, is drawn as the question wants.
func (d draft) chosen(q *plan.Query) (event.Body, error) {
	wish := event.Chosen{}
	if c := d.asked.Conversation.Chosen; c != nil {
		wish = *c
	}
	edited := d.asked.Conversation.Edited
	if edited != nil {
		wish.Chart = edited.Chart
	}
	body, err := d.planned(q, event.OriginPerson, 1, wish.Chart)
	if p, ok := body.(event.Planned); ok {
		p.Channels, p.Edited = wish.Channels, edited
		return p, err
	}
	return body, err
}

// planned checks, compiles and words a plan.
func (d draft) planned(q *plan.Query, origin event.Origin, confidence float64, chart string) (event.Body, error) {
	st, canonical, err := d.compile(q)
	if err != nil {
		return nil, err
	}
	return event.Planned{
		QueryType: "sql", Plan: canonical, SQL: st.SQL, CountsSQL: st.CountsSQL, Dialect: string(st.Dialect),
		Tables: st.Tables, Sentence: sentence.Sentence(q, d.known.dataset, d.asOf), Origin: origin,
		Confidence: confidence, Chart: chart,
		Interpretation: sentence.Chips(q, d.known.dataset, d.asOf), Limits: d.limits(q),
	}, nil
}

// compile takes a plan through every check there is before the sandbox.
func (d draft) compile(q *plan.Query) (*compile.Statement, []byte, error) {
	id := d.known.dataset.ID
	if q.DatasetID != "" && q.DatasetID != id {
		return nil, nil, fault.New(fault.Validation, "The plan is for dataset %q and the run is for %q.", q.DatasetID, id).
			WithHint("Use the same dataset_id in both, or leave it out of the plan.").With("path", "/dataset_id")
	}
	if err := q.Validate(); err != nil {
		return nil, nil, err
	}
	if err := policy.CheckPlan(q, d.known.dataset); err != nil {
		return nil, nil, err
	}
	st, err := compile.Compile(q, d.known.dataset, compile.Options{
		Dialect: compile.DuckDB, AsOf: d.asOf, DefaultLimit: d.asked.Limits.MaxRows,
	})
	if err != nil {
		return nil, nil, err
	}
	canonical, err := q.Canonical()
	return st, canonical, err
}

// limits lets a plan's own limit lower the rows that come back, and raise them
// within the policy where the run asked for no number of its own.
func (d draft) limits(q *plan.Query) event.Limits {
	l := d.asked.Limits
	switch {
	case q.Limit > 0 && q.Limit < l.MaxRows:
		l.MaxRows = q.Limit
	case q.Limit > l.MaxRows && l.MaxRows == d.policy.Default.MaxRows:
		l.MaxRows = min(q.Limit, d.policy.Max.MaxRows)
	}
	return l
}

// sql names a person's SQL. Whether it may run is decided in the sandbox, by
// the engine's own parser.
func (d draft) sql(text string) event.Planned {
	return event.Planned{
		QueryType: "sql", SQL: text, Dialect: string(compile.DuckDB), Tables: d.known.dataset.TableNames(),
		Sentence: run.SQLName(text),
		Origin:   event.OriginPerson, Confidence: 1, Limits: d.asked.Limits,
	}
}

// python names a person's Python, where it may run at all. Which constructs may
// is decided in the sandbox.
func (d draft) python(text string) (event.Body, error) {
	if !d.pythonOn {
		return nil, fault.New(fault.FeatureDisabled, "Python is switched off on this Leo.").
			WithHint("Ask with a question, a plan or SQL. An administrator can switch Python on with LEO_PYTHON=on.")
	}
	return event.Planned{
		QueryType: "python", Python: text, Tables: d.known.dataset.TableNames(),
		Sentence: run.PythonName(text),
		Origin:   event.OriginPerson, Confidence: 1, Limits: d.asked.Limits,
	}, nil
}

// needsInput offers the readings. One that does not compile is not offered; if
// that leaves a single one it still needs a person's word.
func (d draft) needsInput(text string, readings []rules.Reading) event.Body {
	body := event.NeedsInput{Question: text}
	for _, r := range readings {
		st, canonical, err := d.compile(r.Plan)
		if err != nil {
			continue
		}
		says := sentence.Sentence(r.Plan, d.known.dataset, d.asOf)
		label := answer.Label(r.Plan, st, d.known.dataset, d.asked, d.asOf)
		offer := event.Reading{Label: label + caveats(r), Sentence: says, Plan: canonical, Confidence: r.Score, Chart: r.Chart}
		if r.Channels != (event.Channels{}) {
			offer.Channels = &r.Channels
		}
		body.Readings = append(body.Readings, offer)
	}
	if len(body.Readings) == 0 {
		return d.notUnderstood(&rules.Result{})
	}
	return body
}

// caveats say what a person should know before choosing a reading.
func caveats(r rules.Reading) string {
	said := ""
	if len(r.Left) > 0 {
		said += "; " + quoted(r.Left) + map[bool]string{true: " was", false: " were"}[len(r.Left) == 1] + " not understood"
	}
	if r.Repeats {
		said += "; some rows may be counted more than once"
	}
	return said
}

// notUnderstood says no, and which words were the trouble.
func (d draft) notUnderstood(result *rules.Result) event.Rejected {
	f := fault.New(fault.Validation, "Leo could not turn this question into a query it is sure of.")
	switch {
	case len(result.Unknown) > 0:
		f = fault.New(fault.Validation, "Leo does not understand %s in this question.", quoted(result.Unknown)).
			With("words", result.Unknown)
	case result.Why != "":
		f = fault.New(fault.Validation, "%s", because(strings.TrimSuffix(result.Why, "."))).With("why", result.Why)
	}
	return event.Rejected{
		Stage: event.StagePlanning, Words: result.Unknown,
		Fault: f.WithHint("%s", d.vocabulary()),
	}
}

// because says what stood in the way, in words for whoever asked; why is the
// planner's own note.
func because(why string) string {
	kind, name, _ := strings.Cut(why, ": ")
	switch kind {
	case "no table", "no column", "nothing asked for", "nothing to show":
		return "Leo finds nothing in this question that this data is about."
	case "not a number":
		return fmt.Sprintf("The question takes %q for a number, and it holds none.", name)
	case "not a date", "not text":
		return fmt.Sprintf("The question takes %q for %s, and it is something else.", name, map[string]string{"not a date": "a date", "not text": "a text"}[kind])
	case "no dates", "no date to group by", "no date to compare with":
		return "The question is about time, and Leo finds no date to go by."
	case "tables are not related":
		return "The question is about tables that are not related to each other."
	}
	return "Leo could not turn this question into a query it is sure of: " + why + "."
}

// vocabulary is a hint made of what the dataset does have.
func (d draft) vocabulary() string {
	var parts []string
	for _, t := range d.known.dataset.Tables[:min(3, len(d.known.dataset.Tables))] {
		names := t.ColumnNames()
		parts = append(parts, t.Name+" ("+strings.Join(names[:min(8, len(names))], ", ")+")")
	}
	return "Rephrase with names from the data: " + strings.Join(parts, "; ") + "."
}

func quoted(words []string) string {
	q := make([]string, len(words))
	for i, w := range words {
		q[i] = `"` + w + `"`
	}
	if len(q) == 1 {
		return q[0]
	}
	return strings.Join(q[:len(q)-1], ", ") + " and " + q[len(q)-1]
}
