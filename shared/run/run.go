package run

import (
	"errors"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Status is where a run is.
type Status string

// The statuses. Pending runs were asked and not yet planned.
const (
	Pending    Status = "pending"
	Running    Status = "running"
	Succeeded  Status = "succeeded"
	Failed     Status = "failed"
	Rejected   Status = "rejected"
	Cancelled  Status = "cancelled"
	NeedsInput Status = "needs_input"
)

// Terminal reports whether nothing can follow.
func (s Status) Terminal() bool { return s != Pending && s != Running && s != "" }

// ErrTransition is returned for an event that cannot follow the ones before.
var ErrTransition = errors.New("event does not fit the run's state")

// Run is the fold of a run's events. The zero value is a run before its first
// event.
type Run struct {
	ID     string
	Org    string
	Status Status
	// Last is the kind of the newest event and Seq its stream sequence.
	Last event.Kind
	Seq  uint64
	Step int
	// Steps counts the statements that were planned.
	Steps int

	Asked    event.Asked
	Planned  *event.Planned  // of the newest step
	Started  *event.Started  // of the newest step
	Executed *event.Executed // of the newest step that has a result

	Answered   *event.Answered
	NeedsInput *event.NeedsInput
	// Fault says why a rejected, failed or cancelled run ended, and Stage where.
	Fault *fault.Fault
	Stage event.Stage
	// Stdout and Stderr are what the newest statement printed, capped.
	Stdout, Stderr string
	// Model is what the steps so far cost where a model planned them.
	Model event.ModelUsage
	// Usage is what the run cost in all; nil until it ended, and where an end was
	// written by a part that does not know.
	Usage *event.Usage

	Times Times
}

// Times are when the run's newest step reached each state, in UTC. A time that
// was not reached is zero.
type Times struct {
	AskedAt    time.Time `json:"asked_at"`
	PlannedAt  time.Time `json:"planned_at,omitzero"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	ExecutedAt time.Time `json:"executed_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
}

// Fold applies events in order. It returns the run as far as it got and the
// first error.
func Fold(events []event.Event) (*Run, error) {
	r := &Run{}
	for _, e := range events {
		if err := r.Apply(e); err != nil {
			return r, err
		}
	}
	return r, nil
}

// Next reports whether an event of this kind and step can follow.
func (r *Run) Next(kind event.Kind, step int) bool {
	switch kind {
	case event.KindAsked:
		return r.Last == "" && step == 0
	case event.KindPlanned:
		return r.Last == event.KindAsked && step == 1 || r.Last == event.KindExecuted && step == r.Step+1
	case event.KindStarted:
		return r.Last == event.KindPlanned && step == r.Step
	case event.KindExecuted:
		return (r.Last == event.KindPlanned || r.Last == event.KindStarted) && step == r.Step
	case event.KindAnswered:
		// An utterance that only changes its thread is answered at once.
		return (r.Last == event.KindExecuted || r.Last == event.KindAsked) && step == r.Step
	case event.KindNeedsInput:
		return (r.Last == event.KindAsked || r.Last == event.KindExecuted) && step == r.Step
	case event.KindRejected, event.KindFailed, event.KindCancelled:
		return r.Last != "" && !r.Status.Terminal() && step == r.Step
	}
	return false
}

// Apply folds one event in. On ErrTransition the run is unchanged.
func (r *Run) Apply(e event.Event) error {
	if !r.Next(e.Kind(), e.Step) || r.ID != "" && (e.RunID != r.ID || e.Org != r.Org) || e.Seq != 0 && e.Seq <= r.Seq {
		return fmt.Errorf("%w: %s of step %d after %q of step %d in run %s", ErrTransition, e.Kind(), e.Step, r.Last, r.Step, e.RunID)
	}
	r.ID, r.Org, r.Last, r.Seq, r.Step = e.RunID, e.Org, e.Kind(), e.Seq, e.Step
	switch b := e.Body.(type) {
	case event.Asked:
		r.Status, r.Asked, r.Times.AskedAt = Pending, b, e.Time
	case event.Planned:
		r.Status, r.Planned, r.Started = Running, &b, nil
		r.Steps++
		if b.Model != nil {
			r.Model = r.Model.Add(b.Model.Usage)
		}
		r.Times.PlannedAt, r.Times.StartedAt, r.Times.ExecutedAt = e.Time, time.Time{}, time.Time{}
	case event.Started:
		r.Started, r.Times.StartedAt = &b, e.Time
	case event.Executed:
		r.Times.ExecutedAt = e.Time
		if b.Fault == nil {
			r.Executed, r.Stdout, r.Stderr = &b, b.Stdout, b.Stderr
		}
	case event.Answered:
		r.Answered, r.Usage = &b, &b.Usage
		r.end(Succeeded, e)
	case event.NeedsInput:
		r.NeedsInput, r.Usage = &b, b.Usage
		r.end(NeedsInput, e)
	case event.Rejected:
		r.Fault, r.Stage, r.Usage = b.Fault, b.Stage, b.Usage
		r.end(Rejected, e)
	case event.Failed:
		r.Fault, r.Stage, r.Usage = b.Fault, b.Stage, b.Usage
		r.Stdout, r.Stderr = b.Stdout, b.Stderr
		r.end(Failed, e)
	case event.Cancelled:
		r.Fault = fault.New(fault.Cancelled, "The run was stopped.")
		r.end(Cancelled, e)
	}
	return nil
}

func (r *Run) end(s Status, e event.Event) {
	r.Status, r.Times.FinishedAt = s, e.Time
	if r.Usage == nil && r.Model.Requests > 0 {
		u := r.Model.Usage()
		r.Usage = &u
	}
}

// RequestKind says how the run was asked: question, plan, sql or python.
func (r *Run) RequestKind() string {
	switch q := r.Asked.Request; {
	case q.Question != "":
		return "question"
	case len(q.Plan) > 0:
		return "plan"
	case q.SQL != "":
		return "sql"
	default:
		return "python"
	}
}
