package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/google/uuid"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/act"
	"github.com/leo-analytics/leo/shared/bus"
)

// The kinds of acts.
const (
	ActVerified   = "answer.verified"
	ActUnverified = "answer.unverified"

	ActThreadRenamed  = "thread.renamed"
	ActThreadDeleted  = "thread.deleted"
	ActThreadRestored = "thread.restored"

	ActCaseDeleted = "test_case.deleted"

	// An upload becomes a version of a dataset; one is read again, because it failed
	// or to be read differently.
	ActUploaded = "dataset.uploaded"
	ActReread   = "dataset.reread"

	ActCurated        = "dataset.described"
	ActRestored       = "dataset.restored"
	ActVersionDeleted = "dataset.version_deleted"
	ActDatasetDeleted = "dataset.deleted"
	// Somebody asks for a catalogue to be brought up to date; what the syncer then
	// does is an act of its own, act.DatasetSynced.
	ActSyncAsked = "dataset.sync_asked"

	ActTokenCreated = "token.created"
	ActTokenRevoked = "token.revoked"
	// A session begins when somebody signs in; it is refused when the token was
	// revoked or has expired.
	ActSignedIn = "session.begun"
	ActRefused  = "session.refused"

	// What auditors do is on record, too.
	ActExported = "audit.exported"
	ActChecked  = "audit.checked"
	// Somebody has the run list made anew, which runs are checked against.
	ActRebuildAsked = "audit.rebuild_asked"
)

// Act is a line of the export of acts: something a person, or Leo itself, did to
// what others rely on.
type Act = act.Act

// Acts keeps what people did that is no run, in the key-value bucket "acts" under
// <org>.<id>; nothing there is ever changed. Safe for concurrent use.
type Acts struct{ kv *bus.KV }

// NewActs returns the acts kept on the bus, whose buckets must exist.
func NewActs(b *bus.Bus) *Acts { return &Acts{kv: b.KV(bus.BucketActs)} }

// Record writes down that a principal is about to do something. It comes before
// the deed, so that nothing is done unrecorded; a deed that then fails leaves its
// line.
func (a *Acts) Record(ctx context.Context, p auth.Principal, kind, target, runID string, detail any) error {
	line, err := json.Marshal(detail)
	if err != nil {
		return fmt.Errorf("encode act: %w", err)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("act id: %w", err)
	}
	return act.Record(ctx, a.kv, Act{
		ID: id.String(), Time: time.Now().UTC(), Org: p.Org, User: p.User, TokenID: p.TokenID,
		Kind: kind, Target: target, RunID: runID, Detail: line,
	})
}

// Acts writes every act of an org, oldest first, as f lets them through: its org,
// and its times.
func (x *Export) Acts(ctx context.Context, f bus.Filter) (*os.File, int64, error) {
	entries, err := x.acts.kv.List(ctx, f.Org+".")
	if err != nil {
		return nil, 0, err
	}
	return x.write(func(enc *json.Encoder) error {
		for _, e := range entries {
			line, err := decodeAct(e)
			if err != nil {
				return err
			}
			early := !f.FromTime.IsZero() && line.Time.Before(f.FromTime)
			late := !f.ToTime.IsZero() && !line.Time.Before(f.ToTime)
			if early || late || f.RunID != "" && line.RunID != f.RunID {
				continue
			}
			if err := enc.Encode(line); err != nil {
				return err
			}
		}
		return nil
	})
}
