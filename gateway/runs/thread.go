package runs

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

const (
	// lookPatience is how long a look at a thread waits for the projection: it
	// shows what there is either way.
	lookPatience = 500 * time.Millisecond
	// recallPatience is how long a question waits for the answer before it to be
	// in the projection. Without that it would mean something else.
	recallPatience = 5 * time.Second
	// maxPrevious is the size from which an earlier plan is not brought along.
	maxPrevious = 64 << 10
)

// Thread returns what a new question of a thread may refer to; NOT_FOUND for a
// thread without runs.
func (s *Service) Thread(ctx context.Context, p auth.Principal, id string) (*history.ThreadContext, error) {
	if !event.ValidToken(id) {
		return nil, fault.New(fault.NotFound, "There is no conversation with this id.").
			WithHint("GET /api/v1/threads lists the conversations there are.")
	}
	if _, err := s.caughtUp(ctx, lookPatience); err != nil {
		return nil, err
	}
	return s.history.ThreadContext(ctx, p.Org, id)
}

// caughtUp waits until the projection has what is in the log by now, and reports
// whether it has: who just saw an answer goes on from it.
func (s *Service) caughtUp(ctx context.Context, patience time.Duration) (bool, error) {
	seq, err := s.bus.LastSeq(ctx)
	if err != nil {
		return false, err
	}
	return s.history.WaitFor(ctx, seq, patience), nil
}

// Say begins a run of a thread that changes it: "start over", "forget" a name.
// Faults as of [Service.Ask], and NOT_FOUND for a thread without runs.
func (s *Service) Say(ctx context.Context, p auth.Principal, id, text string) (Begun, error) {
	t, err := s.Thread(ctx, p, id)
	if err != nil {
		return Begun{}, err
	}
	return s.Ask(ctx, p, Request{DatasetID: t.DatasetID, ThreadID: id, Question: &text}, "")
}

// recall puts what the question may refer to into asked, so that a worker needs
// nothing but the event: the parent's plan where a parent is given, else that of
// the thread's last answer, and the thread's named results. UNAVAILABLE when the
// run list is far behind the log: a follow-up that is read alone would be answered
// wrongly without a word.
func (s *Service) recall(ctx context.Context, p auth.Principal, asked *event.Asked) error {
	if asked.Request.Question == "" {
		return s.choose(ctx, p, asked)
	}
	switch ok, err := s.caughtUp(ctx, recallPatience); {
	case err != nil:
		return err
	case !ok:
		return fault.New(fault.Unavailable, "Leo has not yet read what came before in this conversation.").
			WithHint("Ask again in a moment, or begin a new conversation: a question of its own needs nothing from before.").With("retry_after_s", 2)
	}
	t, err := s.history.ThreadContext(ctx, p.Org, asked.ThreadID)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		t = &history.ThreadContext{}
	case err != nil:
		return err
	}
	if t.DatasetID != asked.Dataset.ID {
		t.Previous, t.Named, t.Turns = nil, nil, nil
	}
	if asked.ParentRunID != "" {
		parent, err := s.Run(ctx, p, asked.ParentRunID)
		if err != nil {
			return err
		}
		if parent.Asked.Dataset.ID == asked.Dataset.ID {
			t.Previous = after(parent, asked.Request.Question, t.Previous)
		}
	}
	if t.Previous != nil && len(t.Previous.Plan) > maxPrevious {
		t.Previous = nil
	}
	c := &asked.Conversation
	c.Previous, c.Named = t.Previous, t.Named
	if len(c.Turns) == 0 {
		c.Turns = t.Turns
	}
	return nil
}

// after is what a question with a parent run goes on from: the parent's answer. A
// question that is asked again goes on from where it did the first time.
func after(parent *run.Run, question string, last *event.Previous) *event.Previous {
	switch {
	case parent.Asked.Request.Question == question:
		return parent.Asked.Conversation.Previous
	case parent.Planned != nil && len(parent.Planned.Plan) > 0:
		return &event.Previous{RunID: parent.ID, Sentence: parent.Planned.Sentence, Plan: parent.Planned.Plan}
	}
	return last
}
