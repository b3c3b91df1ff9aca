package act

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// DatasetSynced is the kind of act that says that the catalogue of a dataset was
// brought up to date. Its detail is a catalog.Sync.
const DatasetSynced = "dataset.synced"

// Syncer is who does what the syncer does.
const Syncer = "syncer"

// Act is something that was done to what others rely on.
type Act struct {
	// ID sorts by time.
	ID      string    `json:"id"`
	Time    time.Time `json:"time"`
	Org     string    `json:"org"`
	User    string    `json:"user"`
	TokenID string    `json:"token_id,omitempty"`
	// Kind says what was done, and Target to what.
	Kind   string `json:"kind"`
	Target string `json:"target"`
	RunID  string `json:"run_id,omitempty"`
	// Detail is the thing itself, as it was then.
	Detail json.RawMessage `json:"detail,omitempty"`
}

// Record stores an act. One whose id is there already is recorded: the same act
// may be recorded again.
func Record(ctx context.Context, kv *bus.KV, a Act) error {
	value, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode act: %w", err)
	}
	_, err = kv.Create(ctx, a.Org+"."+a.ID, value)
	if fault.CodeOf(err) == fault.Conflict {
		return nil
	}
	return err
}
