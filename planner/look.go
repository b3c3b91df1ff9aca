package planner

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// answerReserve is the part of a run's time that is kept from the model, for
// saying that it did not answer.
const answerReserve = 2 * time.Second

// look shows the model the result of its statement: it plans the next one, or
// tells what it found. in is what the answer would be made of.
func (s *Service) look(ctx context.Context, t *bus.Turn, r *run.Run, events []event.Event, in answer.Input, k *known) error {
	began := time.Now()
	t.Progress("answering", "The model looks at the result")
	d := s.draft(t, r.Asked, k, r.Times.AskedAt)
	if d.agent == nil {
		return t.Append(ctx, event.Failed{Stage: event.StageAnswering, Fault: fault.New(fault.FeatureDisabled, "The model that planned this run is not configured any more.").
			WithHint("Ask again, or configure the model."), Usage: costOf(r.Model)})
	}
	steps := stepsOf(events)
	out, err := d.next(ctx, steps)
	if err != nil && ctx.Err() != nil {
		return err
	}
	if err == nil && out.Text != "" {
		return t.Append(ctx, s.told(r, steps, in, out, began))
	}
	read, failed := d.byRules(ctx, r.Asked.Request.Question)
	if failed != nil {
		return failed
	}
	if err == nil {
		if body, ok := d.statement(out, read); ok {
			return s.appendPlanned(ctx, t, body, began)
		}
	}
	body, failed := d.withoutModel(ctx, read, out, err, costOf(r.Model.Add(out.Step.Usage)))
	if failed != nil {
		return failed
	}
	return t.Append(ctx, body)
}

// told is the answer to the last result, in the model's words if the result
// vouches for them.
func (s *Service) told(r *run.Run, steps []agent.Step, in answer.Input, out agent.Outcome, began time.Time) event.Answered {
	body := answer.Compose(in)
	check := event.Check{Name: "narration", Outcome: "warn", Detail: "The model's text cited nothing of the result, or something that is not in it; this text is made from the result alone."}
	if text, refs, ok := answer.Narrate(out.Text, in); ok && speaks(text, refs) {
		body.Text, body.Refs = text, refs
		check.Outcome, check.Detail = "pass", "Every figure and name in the model's text is in the result."
	}
	body.Trust.Checks = append(body.Trust.Checks, check)
	u := r.Model.Add(out.Step.Usage).Usage()
	for _, step := range steps {
		u.PlanMS += step.Planned.PlanMS
		u.ExecMS += step.Executed.Timings.TotalMS
	}
	u.AnswerMS = sinceMS(began)
	u.TotalMS = max(0, sinceMS(r.Times.AskedAt))
	body.Usage = u
	return body
}

// maxQuoted is how long a cell may be that a text quotes, in UTF-16 code units.
const maxQuoted = 60

// speaks reports whether a text says something about the result in words of its
// own. One that cites nothing of it is no answer, however true; one that is little
// but a cell, or quotes a long one, says what whoever wrote the cell wants said.
func speaks(text string, refs []event.Ref) bool {
	if len(refs) == 0 {
		return false
	}
	units := utf16.Encode([]rune(text))
	var own []uint16
	at := 0
	for _, r := range refs {
		if r.End-r.Start > maxQuoted || r.Start < at || r.End > len(units) {
			return false
		}
		own = append(append(own, units[at:r.Start]...), ' ')
		at = r.End
	}
	words := strings.FieldsFunc(string(utf16.Decode(append(own, units[at:]...))), func(r rune) bool { return !unicode.IsLetter(r) })
	return len(words) >= 2
}

// stepsOf pairs the statements of a run with what became of them.
func stepsOf(events []event.Event) []agent.Step {
	var steps []agent.Step
	for _, e := range events {
		switch b := e.Body.(type) {
		case event.Planned:
			steps = append(steps, agent.Step{Planned: b})
		case event.Executed:
			if n := len(steps); n > 0 {
				steps[n-1].Executed = b
			}
		}
	}
	return steps
}

// costOf is what a run reports of a model.
func costOf(u event.ModelUsage) *event.Usage {
	usage := u.Usage()
	return &usage
}

// sinceMS is the time since then in milliseconds, to the microsecond.
func sinceMS(then time.Time) float64 { return float64(time.Since(then).Microseconds()) / 1000 }

// causeOf is what lies behind a fault, for the log.
func causeOf(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return errors.Unwrap(f)
	}
	return nil
}
