package runs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/policy"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/run"
)

// Config bounds what is accepted.
type Config struct {
	// Limits are the deployment's; see package policy.
	Limits policy.Limits
	// MaxInFlight is how many runs one user of one org may have under way, and
	// MaxInFlightOrg how many all of its users may.
	MaxInFlight, MaxInFlightOrg int
	// MaxQueued is how many events may wait for a worker before new questions
	// are refused; Queues names the workers that are watched.
	MaxQueued uint64
	Queues    []string
	// Light is how many runs an org may have under way for its next one to go ahead
	// of what waits; 0 for none.
	Light int
	// Instance names this process in the events it writes.
	Instance string
}

// Service begins, stops and reads runs. Safe for concurrent use.
type Service struct {
	cfg      Config
	bus      *bus.Bus
	datasets *registry.Registry
	history  *history.DB
	keys     *bus.KV

	places places
}

// New returns a service. All parts must be ready for use.
func New(cfg Config, b *bus.Bus, datasets *registry.Registry, h *history.DB) *Service {
	return &Service{
		cfg: cfg, bus: b, datasets: datasets, history: h,
		keys: b.KV(bus.BucketIdempotency), places: places{begun: map[string]map[string]place{}},
	}
}

// Limits are the policy limits in force.
func (s *Service) Limits() policy.Limits { return s.cfg.Limits }

// Begun says where a run that was accepted is found.
type Begun struct {
	RunID    string
	ThreadID string
	// Seq is the sequence of its asked event, and Asked the stored line. Both are
	// empty when another try of the same request wrote it at this moment.
	Seq   uint64
	Asked json.RawMessage
	// Replayed says that the run was there already, under the same idempotency
	// key.
	Replayed bool
}

// Ask begins a run. idempotencyKey may be empty. Faults: VALIDATION_ERROR,
// NOT_FOUND (dataset or parent run), the dataset's own fault when it failed,
// UNAVAILABLE when it is not ready or the log cannot be reached, CONFLICT when
// the key was used for something else, RATE_LIMITED.
func (s *Service) Ask(ctx context.Context, p auth.Principal, r Request, idempotencyKey string) (Begun, error) {
	if err := r.check(s.cfg.Limits); err != nil {
		return Begun{}, err
	}
	begun := Begun{RunID: newID(), ThreadID: r.ThreadID}
	if err := s.findThread(ctx, p, r, &begun); err != nil {
		return Begun{}, err
	}
	if idempotencyKey == "" {
		return s.begin(ctx, p, r, begun, nil)
	}
	return s.once(ctx, p, r, begun, idempotencyKey)
}

// findThread gives the run its thread: the one asked for, the parent's, or a new
// one.
func (s *Service) findThread(ctx context.Context, p auth.Principal, r Request, begun *Begun) error {
	if r.ParentRunID != "" {
		parent, err := s.Run(ctx, p, r.ParentRunID)
		if err != nil {
			return err
		}
		if begun.ThreadID == "" {
			begun.ThreadID = parent.Asked.ThreadID
		}
	}
	if begun.ThreadID == "" {
		begun.ThreadID = newID()
	}
	return nil
}

// begin checks what depends on the state of the world and appends asked. pinned
// is the dataset version to use; nil means the newest.
func (s *Service) begin(ctx context.Context, p auth.Principal, r Request, begun Begun, pinned *event.DatasetRef) (Begun, error) {
	asked, err := r.asked()
	if err != nil {
		return Begun{}, err
	}
	if asked.Limits, err = s.cfg.Limits.Clamp(r.limits()); err != nil {
		return Begun{}, err
	}
	if asked.Dataset, err = s.dataset(ctx, p.Org, r.DatasetID, pinned); err != nil {
		return Begun{}, err
	}
	waiting, err := s.waiting(ctx)
	if err != nil {
		return Begun{}, err
	}
	held, err := s.reserve(ctx, p, begun.RunID)
	if err != nil {
		return Begun{}, err
	}
	release := held.release
	if err := s.queueRoom(waiting, held); err != nil {
		release(0)
		return Begun{}, err
	}
	now := time.Now().UTC()
	asked.User, asked.ThreadID = p.User, begun.ThreadID
	// A new conversation has nothing to wait for and nothing to recall.
	if r.ThreadID != "" || r.ParentRunID != "" {
		if err := s.recall(ctx, p, &asked); err != nil {
			release(0)
			return Begun{}, err
		}
	}
	asked.Deadline = now.Add(time.Duration(s.cfg.Limits.RunDeadlineMS) * time.Millisecond).Truncate(time.Microsecond)
	write := s.bus.Append
	if held.ahead {
		write = s.bus.Express
	}
	done, err := write(ctx, 0, event.Event{Org: p.Org, RunID: begun.RunID, Time: now, By: s.cfg.Instance, Body: asked})
	if errors.Is(err, bus.ErrMovedOn) {
		// Only a retry under the same idempotency key makes the same run id.
		release(0)
		begun.Replayed = true
		return begun, nil
	}
	release(done.Seq)
	if err != nil {
		return Begun{}, err
	}
	begun.Seq, begun.Asked = done.Seq, done.Event.Raw
	return begun, nil
}

// dataset resolves the version a run is pinned to.
func (s *Service) dataset(ctx context.Context, org, id string, pinned *event.DatasetRef) (event.DatasetRef, error) {
	var d *catalog.Dataset
	var err error
	if pinned != nil {
		d, err = s.datasets.Known(ctx, org, pinned.ID, pinned.Version)
	} else {
		d, err = s.datasets.Current(ctx, org, id)
	}
	if err != nil {
		return event.DatasetRef{}, err
	}
	switch d.State {
	case catalog.Ready:
		return event.DatasetRef{ID: d.ID, Version: d.Version}, nil
	case catalog.Failed:
		if d.Fault != nil {
			return event.DatasetRef{}, d.Fault
		}
		return event.DatasetRef{}, fault.New(fault.Validation, "Dataset %q could not be prepared.", d.ID).
			WithHint("Upload it again, or retry its preparation.")
	}
	return event.DatasetRef{}, fault.New(fault.Unavailable, "Dataset %q is still being prepared.", d.ID).
		WithHint("Ask again in a moment.").With("retry_after_s", 2).With("state", string(d.State))
}

// Events returns the events of a run of the principal's org; NOT_FOUND for any
// other.
func (s *Service) Events(ctx context.Context, p auth.Principal, runID string) ([]event.Event, error) {
	unknown := fault.New(fault.NotFound, "There is no run %q.", clip(runID)).
		WithHint("GET /api/v1/runs lists the runs there are.")
	if !event.ValidToken(runID) {
		return nil, unknown
	}
	events, err := s.bus.Events(ctx, p.Org, runID)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, unknown
	}
	return events, err
}

// EventsUpTo is Events for who is told of those after a sequence in another way. A run
// that this gateway has not heard of yet is looked for in the whole log.
func (s *Service) EventsUpTo(ctx context.Context, p auth.Principal, runID string, seq uint64) ([]event.Event, error) {
	if event.ValidToken(runID) {
		events, err := s.bus.EventsUpTo(ctx, p.Org, runID, seq)
		if fault.CodeOf(err) != fault.NotFound {
			return events, err
		}
	}
	return s.Events(ctx, p, runID)
}

// Run returns the fold of a run.
func (s *Service) Run(ctx context.Context, p auth.Principal, runID string) (*run.Run, error) {
	events, err := s.Events(ctx, p, runID)
	if err != nil {
		return nil, err
	}
	r, err := run.Fold(events)
	if err != nil {
		return nil, fmt.Errorf("fold run %s: %w", runID, err)
	}
	return r, nil
}

// Capsule returns the capsule of a run, finished or not.
func (s *Service) Capsule(ctx context.Context, p auth.Principal, runID string) (*run.Capsule, error) {
	events, err := s.Events(ctx, p, runID)
	if err != nil {
		return nil, err
	}
	return run.NewCapsule(events)
}

// newID returns a version 7 UUID: unique, and sorted by time.
func newID() string {
	id, err := uuid.NewV7()
	if err != nil {
		// Only a broken random source gets here; version 4 reports it by panic.
		return uuid.NewString()
	}
	return id.String()
}
