package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/plan/edit"
	"github.com/leo-analytics/leo/shared/run"
)

// choose recognises the statement of a run as its parent's, run once more, or as
// one of the readings its parent offered, and notes what goes with it besides: a
// plan says nothing of a chart, nor of who made it.
func (s *Service) choose(ctx context.Context, p auth.Principal, asked *event.Asked) error {
	if asked.ParentRunID == "" {
		return nil
	}
	parent, err := s.Run(ctx, p, asked.ParentRunID)
	if fault.CodeOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if asked.Conversation.Again = again(parent, asked); asked.Conversation.Again != nil || len(asked.Request.Plan) == 0 {
		return nil
	}
	if asked.Conversation.Chosen = chosen(parent, asked); asked.Conversation.Chosen == nil {
		asked.Conversation.Edited = s.edited(ctx, p, parent, asked)
	}
	return nil
}

// edited says how a plan differs from its parent's; nil where the parent had none
// or it is the same.
func (s *Service) edited(ctx context.Context, p auth.Principal, parent *run.Run, asked *event.Asked) *event.Edited {
	if parent.Planned == nil || len(parent.Planned.Plan) == 0 || parent.Asked.Dataset.ID != asked.Dataset.ID {
		return nil
	}
	before, errBefore := plan.Decode(parent.Planned.Plan)
	after, errAfter := plan.Decode(asked.Request.Plan)
	d, err := s.datasets.Version(ctx, p.Org, asked.Dataset.ID, asked.Dataset.Version)
	if errBefore != nil || errAfter != nil || err != nil || samePlan(parent.Planned.Plan, asked.Request.Plan) {
		return nil
	}
	asOf := asked.Conversation.AsOf
	if asOf.IsZero() {
		asOf = time.Now().UTC()
	}
	out := &event.Edited{
		RunID: parent.ID, Question: parent.Asked.Request.Question, Chart: parent.Planned.Chart,
		Changes: edit.Diff(before, after, d, asOf),
	}
	if earlier := parent.Planned.Edited; earlier != nil && out.Question == "" {
		out.Question = earlier.Question
	}
	return out
}

// again says how the parent's statement was made, where it is this one.
func again(parent *run.Run, asked *event.Asked) *event.Again {
	p, r := parent.Planned, asked.Request
	if p == nil || parent.Asked.Dataset.ID != asked.Dataset.ID {
		return nil
	}
	switch {
	case len(r.Plan) > 0 && len(p.Plan) > 0 && samePlan(r.Plan, p.Plan):
	case len(p.Plan) == 0 && r.SQL != "" && r.SQL == p.SQL:
	case len(p.Plan) == 0 && r.Python != "" && r.Python == p.Python:
	default:
		return nil
	}
	out := &event.Again{
		RunID: parent.ID, Question: parent.Asked.Request.Question, Sentence: p.Sentence, Origin: p.Origin, Confidence: p.Confidence,
		Verified: p.Verified, Edited: p.Edited, Chart: p.Chart, Channels: p.Channels,
	}
	if before := parent.Asked.Conversation.Again; before != nil && out.Question == "" {
		out.Question = before.Question
	}
	return out
}

func chosen(parent *run.Run, asked *event.Asked) *event.Chosen {
	if parent.NeedsInput == nil || parent.Asked.Dataset.ID != asked.Dataset.ID {
		return nil
	}
	for _, r := range parent.NeedsInput.Readings {
		if samePlan(r.Plan, asked.Request.Plan) {
			return &event.Chosen{RunID: parent.ID, Chart: r.Chart, Channels: r.Channels, ModelFault: parent.NeedsInput.ModelFault}
		}
	}
	return nil
}

// samePlan compares plans, however they are written.
func samePlan(a, b json.RawMessage) bool {
	x, errX := plan.Decode(a)
	y, errY := plan.Decode(b)
	if errX != nil || errY != nil {
		return false
	}
	one, errX := x.Canonical()
	two, errY := y.Canonical()
	return errX == nil && errY == nil && bytes.Equal(one, two)
}
