package syncer

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/leo-analytics/leo/shared/act"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// stepAttempts is how often a step is tried in a row before the sync goes on
// without it.
const stepAttempts = 3

// syncing is one worker's work on the catalogue of one dataset.
type syncing struct {
	s       *Service
	dataset *catalog.Dataset // the current version as it was prepared
	// curation is what people said, and saidAt its revision.
	curation *catalog.Curation
	saidAt   uint64
	wish     catalog.SyncWish
	state    *catalog.SyncState
	revision uint64
	attempt  int
	// stopping is done when the process begins to shut down: what waits then leaves
	// the rest to whoever comes next.
	stopping context.Context //nolint:containedctx // it is not the work's own
}

// sync handles one task: it goes on with the sync that was interrupted, or begins
// one if one is due.
func (s *Service) sync(ctx, stopping context.Context, task bus.Task, attempt int) error {
	for {
		w, err := s.load(ctx, task.Org, task.ID)
		if err != nil || w == nil {
			return err
		}
		w.attempt, w.stopping = attempt, stopping
		if w.resumes() {
			s.log.InfoContext(ctx, "sync goes on", "org", task.Org, "dataset", task.ID, "sync", w.state.Current.ID)
		} else {
			reason := w.due(time.Now())
			if reason == "" {
				return nil
			}
			w.begin(reason)
		}
		switch err := w.run(ctx); {
		case fault.CodeOf(err) == fault.Conflict, fault.CodeOf(err) == fault.NotFound:
			// Somebody else is at it, or it was deleted; the next round looks again.
			s.log.InfoContext(ctx, "sync left to others", "org", task.Org, "dataset", task.ID, "error", err)
			return nil
		case err != nil:
			return err
		}
	}
}

// load reads everything a sync follows from; nil if there is nothing to sync.
func (s *Service) load(ctx context.Context, org, id string) (*syncing, error) {
	current, err := s.registry.Get(ctx, org, id)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil || current.State != catalog.Ready {
		return nil, err
	}
	w := &syncing{s: s}
	if w.dataset, err = s.registry.Record(ctx, org, id, current.Version); err != nil {
		return nil, err
	}
	if w.curation, w.saidAt, err = s.registry.Curation(ctx, org, id); err != nil {
		return nil, err
	}
	if w.wish, err = s.registry.SyncWish(ctx, org, id); err != nil {
		return nil, err
	}
	w.state, w.revision, err = s.registry.SyncState(ctx, org, id)
	return w, err
}

// resumes reports that a sync of this version was interrupted.
func (w *syncing) resumes() bool {
	c := w.state.Current
	return c != nil && c.Ended.IsZero() && c.Version == w.dataset.Version
}

// due says why a sync should begin now; empty if none should.
func (w *syncing) due(now time.Time) catalog.SyncReason {
	c, cfg := w.state.Current, w.s.cfg
	switch {
	case c == nil || c.Version != w.dataset.Version || c.Ended.IsZero():
		return catalog.SyncVersion
	case w.wish.At.After(c.Began):
		return catalog.SyncAsked
	case c.Curation != w.saidAt:
		return catalog.SyncCuration
	case c.Failed() && now.Sub(c.Ended) >= cfg.RetryEvery:
		return catalog.SyncRetry
	case w.s.index != nil && !indexed(c):
		return catalog.SyncIndex
	case now.Sub(c.Ended) >= jittered(cfg.SyncEvery, w.dataset.Org+"."+w.dataset.ID):
		return catalog.SyncSchedule
	}
	return ""
}

// indexed reports that a sync wrote the search index, or tried to.
func indexed(c *catalog.Sync) bool {
	return slices.ContainsFunc(c.Steps, func(s catalog.SyncStep) bool {
		return s.Name == stepEmbed && (s.State == catalog.StepDone || s.State == catalog.StepFailed)
	})
}

// jittered spreads what is due at once over a tenth of the interval, the same way
// in every process.
func jittered(every time.Duration, name string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never fails
	return every + time.Duration(int64(every/10)*int64(h.Sum32()%1000)/1000)
}

func (w *syncing) begin(reason catalog.SyncReason) {
	next := catalog.Sync{
		ID: uuid.Must(uuid.NewV7()).String(), Version: w.dataset.Version, Reason: reason, Curation: w.saidAt, Began: time.Now().UTC(),
	}
	if w.wish.At.After(began(w.state.Current)) {
		next.By = w.wish.By
	}
	for _, step := range steps() {
		next.Steps = append(next.Steps, catalog.SyncStep{Name: step.name, State: catalog.StepWaiting})
	}
	w.state.Begin(next)
}

func began(s *catalog.Sync) time.Time {
	if s == nil {
		return time.Time{}
	}
	return s.Began
}

// next is the step to go on with; nil if all have ended.
func (w *syncing) next() *catalog.SyncStep {
	for i := range w.state.Current.Steps {
		if s := &w.state.Current.Steps[i]; s.State == catalog.StepWaiting || s.State == catalog.StepRunning {
			return s
		}
	}
	return nil
}

// run does the steps that are left. Each is on record before it begins and when it
// has ended, so that whoever comes next goes on from there.
func (w *syncing) run(ctx context.Context) error {
	for now := w.next(); now != nil; now = w.next() {
		i := slices.IndexFunc(steps(), func(s step) bool { return s.name == now.Name })
		if now.Began.IsZero() {
			now.Began = time.Now().UTC()
		}
		now.State = catalog.StepRunning
		if err := w.save(ctx); err != nil {
			return err
		}
		out, err := outcome{state: catalog.StepSkipped, detail: "This Leo does not do this any more."}, error(nil)
		if i >= 0 {
			out, err = steps()[i].do(ctx, w)
		}
		if err != nil && (ctx.Err() != nil || errors.Is(err, errStopping) || fault.CodeOf(err) == fault.Conflict || w.tryAgain(err)) {
			return err
		}
		w.end(ctx, now, out, err)
	}
	return w.finish(ctx)
}

// tryAgain reports that a step's trouble may pass soon.
func (w *syncing) tryAgain(err error) bool {
	return fault.CodeOf(err).Disposition() == fault.Retry && w.attempt < stepAttempts
}

// end notes what became of a step.
func (w *syncing) end(ctx context.Context, now *catalog.SyncStep, out outcome, err error) {
	now.State, now.Ended, now.Changed, now.Detail, now.Fault = out.state, time.Now().UTC(), out.changed, out.detail, nil
	if now.State == "" {
		now.State = catalog.StepDone
	}
	if err != nil {
		now.State, now.Fault = catalog.StepFailed, fault.From(err)
		w.s.log.WarnContext(ctx, "a step of a sync failed", "org", w.dataset.Org, "dataset", w.dataset.ID, "step", now.Name, "error", err)
	}
}

// finish puts the sync on record and ends it, in this order: a sync that has ended
// is in the audit.
func (w *syncing) finish(ctx context.Context) error {
	c := w.state.Current
	c.Ended = time.Now().UTC()
	detail, err := encode(c)
	if err != nil {
		return err
	}
	err = act.Record(ctx, w.s.acts, act.Act{
		ID: c.ID, Time: c.Ended, Org: w.dataset.Org, User: act.Syncer, Kind: act.DatasetSynced, Target: w.dataset.ID, Detail: detail,
	})
	if err != nil {
		return err
	}
	w.s.log.InfoContext(ctx, "catalogue synced", "org", w.dataset.Org, "dataset", w.dataset.ID, "reason", c.Reason,
		"ms", c.Ended.Sub(c.Began).Milliseconds(), "failed", c.Failed())
	return w.save(ctx)
}

func (w *syncing) save(ctx context.Context) (err error) {
	w.revision, err = w.s.registry.PutSyncState(ctx, w.dataset.Org, w.dataset.ID, w.state, w.revision)
	return err
}

// change updates the version's record, where change says that it changed, and the
// copy that the steps work on.
func (w *syncing) change(ctx context.Context, change func(d *catalog.Dataset) bool) error {
	err := w.s.registry.Update(ctx, w.dataset.Org, w.dataset.ID, w.dataset.Version, func(d *catalog.Dataset) error {
		w.dataset = d
		if !change(d) {
			return errUnchanged
		}
		return nil
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// errStopping ends a wait because the process shuts down.
var errStopping = errors.New("the syncer is shutting down")

// errUnchanged ends an update that has nothing to write.
var errUnchanged = errors.New("unchanged")

// ensureSynced enqueues the sync of a dataset, whether or not one is due.
func (s *Service) ensureSynced(ctx context.Context, org, id string) {
	if err := s.bus.Enqueue(ctx, bus.Task{Org: org, Kind: registry.TaskSync, ID: id}); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "dataset cannot be queued for its sync", "dataset", id, "error", err)
	}
}
