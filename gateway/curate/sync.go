package curate

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
)

// SyncView is how the catalogue of a dataset is kept.
type SyncView struct {
	DatasetID string `json:"dataset_id"`
	// Current is the sync that goes on, or the last one; nil before the first.
	Current *catalog.Sync `json:"current,omitempty"`
	// Past are those before it, the newest first; the audit has all of them.
	Past []catalog.Sync `json:"past"`
	// Asked is the newest wish; it waits if it is newer than the current sync.
	Asked *catalog.SyncWish `json:"asked,omitempty"`
	// MayAsk says whether the reader may ask for one.
	MayAsk bool `json:"may_ask"`
}

// Sync shows how the catalogue of a dataset is kept. Fault: NOT_FOUND.
func (s *Service) Sync(ctx context.Context, p auth.Principal, id string) (SyncView, error) {
	d, err := s.datasets.Get(ctx, p.Org, id)
	if err != nil {
		return SyncView{}, err
	}
	return s.syncOf(ctx, p, d)
}

func (s *Service) syncOf(ctx context.Context, p auth.Principal, d *catalog.Dataset) (SyncView, error) {
	v := SyncView{DatasetID: d.ID, Past: []catalog.Sync{}, MayAsk: mayEdit(p, d)}
	state, _, err := s.datasets.SyncState(ctx, p.Org, d.ID)
	if err != nil {
		return v, err
	}
	v.Current, v.Past = state.Current, append(v.Past, state.Past...)
	wish, err := s.datasets.SyncWish(ctx, p.Org, d.ID)
	if !wish.At.IsZero() {
		v.Asked = &wish
	}
	return v, err
}

// AskSync asks for the catalogue of a dataset to be brought up to date, which the
// syncer does soon, and shows how it is kept. Faults: NOT_FOUND, FORBIDDEN.
func (s *Service) AskSync(ctx context.Context, p auth.Principal, id string) (SyncView, error) {
	d, err := s.datasets.Get(ctx, p.Org, id)
	if err != nil {
		return SyncView{}, err
	}
	if err := mustEdit(p, d); err != nil {
		return SyncView{}, err
	}
	if err := s.acts.Record(ctx, p, audit.ActSyncAsked, id, "", struct {
		Version string `json:"version"`
	}{d.Version}); err != nil {
		return SyncView{}, err
	}
	if err := s.datasets.AskSync(ctx, p.Org, id, catalog.SyncWish{At: time.Now().UTC(), By: p.User}); err != nil {
		return SyncView{}, err
	}
	return s.syncOf(ctx, p, d)
}
