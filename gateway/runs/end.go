package runs

import (
	"context"
	"errors"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// Cancel ends a run and returns the sequence of its cancelled event. CONFLICT
// says that it has ended already; FORBIDDEN that it is somebody else's and the
// principal is no admin.
func (s *Service) Cancel(ctx context.Context, p auth.Principal, runID string) (seq uint64, err error) {
	for {
		r, err := s.Run(ctx, p, runID)
		if err != nil {
			return 0, err
		}
		if p.Role != auth.Admin && r.Asked.User != p.User {
			return 0, fault.New(fault.Forbidden, "Only %s or an admin can stop this run.", r.Asked.User).
				WithHint("Ask an admin of your org.")
		}
		if r.Status.Terminal() {
			return 0, fault.New(fault.Conflict, "The run has ended already: it is %s.", r.Status).
				WithHint("There is nothing left to stop.").With("status", string(r.Status))
		}
		done, err := s.bus.Append(ctx, r.Seq, event.Event{
			Org: p.Org, RunID: runID, Step: r.Step, Time: time.Now().UTC(), By: s.cfg.Instance,
			Body: event.Cancelled{User: p.User},
		})
		if errors.Is(err, bus.ErrMovedOn) {
			continue // a worker was faster: look where the run is now
		}
		if err != nil {
			return 0, err
		}
		// The run has ended, whether or not the worker hears of it: it cannot
		// append anything any more. The note only saves its time.
		_ = s.bus.Notify(bus.Note{Org: p.Org, RunID: runID, Kind: bus.NoteCancel})
		return done.Seq, nil
	}
}

// Reproduce begins a new run of the statement that runID ran, on the same
// version of the same dataset, whose result is computed anew. CONFLICT says that it never got to a statement.
func (s *Service) Reproduce(ctx context.Context, p auth.Principal, runID string) (Begun, error) {
	r, err := s.Run(ctx, p, runID)
	if err != nil {
		return Begun{}, err
	}
	request := Request{DatasetID: r.Asked.Dataset.ID, ThreadID: r.Asked.ThreadID, ParentRunID: runID, Fresh: true}
	if !statement(r, &request) {
		return Begun{}, fault.New(fault.Conflict, "The run was never planned, so there is nothing to do again.").
			WithHint("Ask its question again.").With("status", string(r.Status))
	}
	limits := r.Asked.Limits
	request.Limits = &Limits{MaxRows: limits.MaxRows, TimeoutMS: limits.TimeoutMS}
	if at := r.Asked.Conversation.AsOf; !at.IsZero() {
		request.AsOf = at.Format(time.RFC3339Nano)
	} else {
		// Relative periods count from the first run's clock, or the statement
		// would be a different one.
		request.AsOf = r.Times.AskedAt.Format(time.RFC3339Nano)
	}
	if err := request.check(s.cfg.Limits); err != nil {
		return Begun{}, err
	}
	began := Begun{RunID: newID(), ThreadID: r.Asked.ThreadID}
	if began.ThreadID == "" {
		began.ThreadID = newID()
	}
	return s.begin(ctx, p, request, began, &r.Asked.Dataset)
}

// statement copies what ran, or what a person asked to run, into request. The
// plan is preferred: it is what the SQL was compiled from.
func statement(r *run.Run, request *Request) bool {
	asked := r.Asked.Request
	if p := r.Planned; p != nil {
		asked = event.Request{Plan: p.Plan, SQL: p.SQL, Python: p.Python}
	}
	switch {
	case len(asked.Plan) > 0:
		request.Plan = asked.Plan
	case asked.SQL != "":
		request.SQL = &asked.SQL
	case asked.Python != "":
		request.Python = &asked.Python
	default:
		return false
	}
	return true
}
