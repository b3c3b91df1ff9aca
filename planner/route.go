package planner

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// Mode says who may plan a question. Verified answers come first in every mode.
type Mode string

// The modes.
const (
	// Auto asks the rules, and where they are not sure the model, if there is one.
	Auto Mode = "auto"
	// Rules never asks a model.
	Rules Mode = "rules"
	// Model asks the model for every question.
	Model Mode = "model"
)

// question takes the first road that leads somewhere: an utterance that only
// changes the conversation, a verified answer's plan,
// the rules if they are sure, the model, asking back, an honest no.
func (d draft) question(ctx context.Context, text string) (event.Body, error) {
	if body := d.command(text); body != nil {
		return body, nil
	}
	if body := d.verified(ctx, text); body != nil {
		return body, nil
	}
	read, err := d.byRules(ctx, text)
	if err != nil {
		return nil, err
	}
	if d.mode != Model && read.verdict.Action == rules.Run {
		return d.reading(read.verdict.Readings[0])
	}
	if d.agent == nil || d.mode == Rules {
		return d.unsure(ctx, text, read), nil
	}
	return d.byModel(ctx, read)
}

// understood is what the rules make of a question.
type understood struct {
	result  *rules.Result
	verdict rules.Decision
}

func (d draft) byRules(ctx context.Context, text string) (understood, error) {
	result, err := d.known.rules.Plan(ctx, d.asks(text))
	if err != nil {
		return understood{}, err
	}
	return understood{result, rules.Decide(result, rules.DefaultPolicy())}, nil
}

// reading is a plan by rules that is run unasked.
func (d draft) reading(best rules.Reading) (event.Body, error) {
	body, err := d.planned(best.Plan, event.OriginRules, best.Score, best.Chart)
	p, ok := body.(event.Planned)
	if !ok {
		return body, err
	}
	if best.Channels != (event.Channels{}) {
		p.Channels = &best.Channels
	}
	if best.Refines {
		p.Continues = d.continues()
	}
	return p, err
}

// unsure asks back where the rules have readings or people vouched for something
// much like it, and says no where they do not.
func (d draft) unsure(ctx context.Context, text string, read understood) event.Body {
	if read.verdict.Action == rules.Refuse {
		return d.orVouched(ctx, text, d.notUnderstood(read.result))
	}
	return d.orVouched(ctx, text, d.needsInput(text, read.verdict.Readings))
}

// byModel lets the model begin. What it cannot do falls back to asking or a
// fault; an error is only for a run that was stopped.
func (d draft) byModel(ctx context.Context, read understood) (event.Body, error) {
	out, err := d.next(ctx, nil)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	if err == nil {
		if body, ok := d.statement(out, read); ok {
			return body, nil
		}
	}
	return d.withoutModel(ctx, read, out, err, costOf(out.Step.Usage))
}

// next asks the model, within the run's deadline.
func (d draft) next(ctx context.Context, steps []agent.Step) (agent.Outcome, error) {
	if !d.asked.Deadline.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, remaining(d.asked.Deadline.Sub(d.askedAt), time.Since(d.askedAt))-answerReserve)
		defer cancel()
	}
	return d.agent.Next(ctx, agent.Task{
		Dataset: d.known.dataset, Index: d.known.index(), Asked: d.asked, AsOf: d.asOf, Steps: steps, Named: d.named(),
		Check: func(q *plan.Query) error {
			_, _, err := d.compile(q)
			return err
		},
		Near: d.near(ctx), OnText: d.onText,
	})
}

// remaining is how much of the time it is allowed a run has left. What has gone is the
// difference of two clocks, this machine's and that of the gateway that accepted the
// run. One that cannot be is not believed: the gateways, which watch every run, end
// one that takes too long.
func remaining(allowed, gone time.Duration) time.Duration {
	if gone < 0 || gone > allowed {
		return allowed
	}
	return allowed - gone
}

// statement is what the model wants to run; ok is false if it is nothing.
func (d draft) statement(out agent.Outcome, read understood) (event.Body, bool) {
	var p event.Planned
	switch {
	case out.Plan != nil:
		body, err := d.planned(out.Plan, event.OriginModel, 0, chartOf(read))
		planned, ok := body.(event.Planned)
		if err != nil || !ok {
			return nil, false // it was checked before
		}
		p = planned
		p.Limits = d.asked.Limits // a plan's limit lowers it; a model cannot raise it
		if n := out.Plan.Limit; n > 0 {
			p.Limits.MaxRows = min(p.Limits.MaxRows, n)
		}
	case out.SQL != "":
		p = d.sql(out.SQL)
		p.Sentence = "The result of SQL written by a model over dataset " + d.known.dataset.Title + "."
	case out.Python != "":
		body, err := d.python(out.Python)
		planned, ok := body.(event.Planned)
		if err != nil || !ok {
			return nil, false // the tool is not offered where Python is off
		}
		p = planned
		p.Sentence = "The result of Python written by a model over dataset " + d.known.dataset.Title + "."
	default:
		return nil, false
	}
	step := out.Step
	p.Origin, p.Confidence, p.Model, p.Repairable = event.OriginModel, 0, &step, out.Repairable
	return p, true
}

// chartOf is the chart the question names, which the rules know how to read.
func chartOf(read understood) string {
	if read.result == nil || len(read.result.Readings) == 0 {
		return ""
	}
	return read.result.Readings[0].Chart
}

// withoutModel ends a run that the model did not: by asking back with what the
// rules can read, unless a person insists on the model; or by saying what is wrong.
func (d draft) withoutModel(ctx context.Context, read understood, out agent.Outcome, err error, usage *event.Usage) (event.Body, error) {
	if err != nil {
		d.log.WarnContext(ctx, "the model did not plan a question", "org", d.org, "dataset", d.known.dataset.ID, "error", err, "cause", causeOf(err))
	}
	if d.mode != Model && len(read.verdict.Readings) > 0 {
		body := d.needsInput(d.asked.Request.Question, read.verdict.Readings)
		if ask, ok := body.(event.NeedsInput); ok {
			ask.Usage = usage
			if err != nil {
				ask.ModelFault = fault.From(err)
			}
			return ask, nil
		}
	}
	if err == nil {
		no := d.declined(read, out.Declined)
		no.Usage = usage
		return no, nil
	}
	f := fault.From(err)
	if f.Code.Rejects() {
		return event.Rejected{Stage: event.StagePlanning, Fault: f, Usage: usage}, nil
	}
	return event.Failed{Stage: event.StagePlanning, Fault: f, Usage: usage}, nil
}

// declined is the no of a model. Its words are shown apart from Leo's own.
func (d draft) declined(read understood, said string) event.Rejected {
	f := fault.New(fault.Validation, "The model found nothing in this dataset that answers the question.").WithHint("%s", d.vocabulary())
	if said != "" {
		f = f.With("model_said", said)
	}
	no := event.Rejected{Stage: event.StagePlanning, Fault: f}
	if read.result != nil {
		no.Words = read.result.Unknown
	}
	return no
}
