package planner

import (
	"context"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/run"
)

// answer handles an executed event: it appends answered, or what a model that
// planned the run makes of the result.
func (s *Service) answer(ctx context.Context, t *bus.Turn) error {
	began := time.Now()
	executed, ok := t.Event.Body.(event.Executed)
	if !ok {
		return fmt.Errorf("worker got a %s event", t.Event.Kind())
	}
	t.Progress("answering", "Writing the answer")
	events, err := t.Events(ctx)
	if err != nil {
		return err
	}
	r, err := run.Fold(events)
	if err != nil {
		return err
	}
	if r.Planned == nil {
		return fmt.Errorf("run %s was executed without a plan", r.ID)
	}
	k, err := s.catalogues.get(ctx, r.Org, r.Asked.Dataset.ID, r.Asked.Dataset.Version)
	if err != nil {
		return err
	}
	in := answer.Input{Dataset: k.dataset, Asked: r.Asked, Planned: *r.Planned, Executed: executed, AsOf: asOf(r.Asked, r.Times.AskedAt)}
	if len(r.Planned.Plan) > 0 {
		// The statement is a function of plan, catalogue and clock, so what the
		// compiler knows about its columns need not be stored.
		q, err := plan.Decode(r.Planned.Plan)
		if err != nil {
			return err
		}
		st, err := compile.Compile(q, k.dataset, compile.Options{
			Dialect: compile.DuckDB, AsOf: in.AsOf, DefaultLimit: r.Asked.Limits.MaxRows,
		})
		if err != nil {
			return err
		}
		in.Plan, in.Statement = q, st
	}
	if r.Planned.Model != nil {
		return s.look(ctx, t, r, events, in, k)
	}
	body := answer.Compose(in)
	body.Usage.PlanMS = r.Planned.PlanMS
	body.Usage.ExecMS = executed.Timings.TotalMS
	body.Usage.AnswerMS = sinceMS(began)
	body.Usage.TotalMS = max(0, sinceMS(r.Times.AskedAt)) // of another clock
	return t.Append(ctx, body)
}
