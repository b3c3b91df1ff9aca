package planner

import (
	"context"
	"errors"
	"time"

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
	d := s.draft(t, r.Asked, k, in.AsOf)
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
	// A text that cites nothing of the result may be true and is no answer to it.
	if text, refs, ok := answer.Narrate(out.Text, in); ok && len(refs) > 0 {
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
	u.TotalMS = sinceMS(r.Times.AskedAt)
	body.Usage = u
	return body
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
