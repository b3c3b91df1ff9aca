package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// TaskSync is the kind of task that has a dataset's catalogue brought up to date.
// Its id is that of the dataset, so one worker at a time does it, and it has no
// data: what is to be done follows from the records.
const TaskSync = "sync"

// TaskSurvey is the kind of task that has a version's relations measured, and
// profiled what has no profile. The syncer enqueues it, sandboxd does it, and its
// data is a [PrepareTask].
const TaskSurvey = "survey"

// TaskIndex is the kind of task that has a dataset's points in the search index
// written, or removed if it is gone. Its id is that of the dataset.
const TaskIndex = "index"

// TaskReindex is the kind of task that has the search index made anew. Its id is a
// kind of points.
const TaskReindex = "reindex"

// SyncState returns how a dataset's catalogue is kept, and its revision: 0 and an
// empty state before the first sync.
func (r *Registry) SyncState(ctx context.Context, org, id string) (*catalog.SyncState, uint64, error) {
	e, err := r.syncs.Get(ctx, pointerKey(org, id))
	if fault.CodeOf(err) == fault.NotFound {
		return &catalog.SyncState{}, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	var s catalog.SyncState
	if err := json.Unmarshal(e.Value, &s); err != nil {
		return nil, 0, fmt.Errorf("sync state %s: %w", e.Key, err)
	}
	return &s, e.Revision, nil
}

// PutSyncState stores a state in place of the one of a revision and returns the
// new one. CONFLICT says that somebody else is at it.
func (r *Registry) PutSyncState(ctx context.Context, org, id string, s *catalog.SyncState, revision uint64) (uint64, error) {
	value, err := json.Marshal(s)
	if err != nil {
		return 0, fmt.Errorf("encode sync state of %s: %w", id, err)
	}
	if revision == 0 {
		return r.syncs.Create(ctx, pointerKey(org, id), value)
	}
	return r.syncs.Update(ctx, pointerKey(org, id), value, revision)
}

// AskSync notes that somebody wants the catalogue of a dataset brought up to date.
// Asking twice before that began is one wish, the newer one.
func (r *Registry) AskSync(ctx context.Context, org, id string, wish catalog.SyncWish) error {
	value, err := json.Marshal(wish)
	if err != nil {
		return fmt.Errorf("encode sync wish of %s: %w", id, err)
	}
	_, err = r.syncs.Put(ctx, wishKey(org, id), value)
	return err
}

// SyncWish returns the newest wish; zero if nobody ever asked.
func (r *Registry) SyncWish(ctx context.Context, org, id string) (catalog.SyncWish, error) {
	var w catalog.SyncWish
	e, err := r.syncs.Get(ctx, wishKey(org, id))
	if fault.CodeOf(err) == fault.NotFound {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	if err := json.Unmarshal(e.Value, &w); err != nil {
		return w, fmt.Errorf("sync wish %s: %w", e.Key, err)
	}
	return w, nil
}

func wishKey(org, id string) string { return pointerKey(org, id) + ".asked" }

// WatchSyncWishes calls fn for every dataset that somebody asked a sync for, and
// again for every wish, one call at a time, until ctx ends.
func (r *Registry) WatchSyncWishes(ctx context.Context, fn func(org, id string)) error {
	return r.syncs.Watch(ctx, "", nil, func(e bus.Entry, deleted bool) {
		if parts := strings.Split(e.Key, "."); len(parts) == 3 && !deleted {
			fn(parts[0], parts[1])
		}
	})
}

// WatchCurations calls fn for every dataset that people said something about, and
// again after every change, one call at a time, until ctx ends.
func (r *Registry) WatchCurations(ctx context.Context, fn func(org, id string)) error {
	return r.curations.Watch(ctx, "", nil, func(e bus.Entry, deleted bool) {
		if org, id, ok := strings.Cut(e.Key, "."); ok && !deleted {
			fn(org, id)
		}
	})
}
