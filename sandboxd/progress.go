package sandboxd

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

// tellEvery is how often the record of a dataset says how far its preparation is.
const tellEvery = 2 * time.Second

// telling keeps a dataset's record informed about its preparation. Use it from one
// goroutine.
type telling struct {
	s     *Service
	ctx   context.Context //nolint:containedctx // it tells as long as the preparation lasts
	d     *catalog.Dataset
	began time.Time
	last  time.Time
	// copied are the bytes that are in the scratch directory, total those of all
	// files.
	copied, total int64
}

// report begins to tell about the preparation of d. What takes no longer than
// tellEvery is not told.
func (s *Service) report(ctx context.Context, d *catalog.Dataset) *telling {
	now := time.Now()
	t := &telling{s: s, ctx: ctx, d: d, began: now, last: now}
	for _, f := range d.Files {
		t.total += f.Bytes
	}
	return t
}

// Write counts what was copied; it never fails.
func (t *telling) Write(p []byte) (int, error) {
	t.copied += int64(len(p))
	t.tell(catalog.Progress{Stage: catalog.StageCopying, Done: t.copied, Total: t.total})
	return len(p), nil
}

// sandbox passes on what a sandbox says, which is not to be trusted: a name that
// no table of these files can have is left out.
func (t *telling) sandbox(p protocol.Progress) {
	said := catalog.Progress{Stage: p.Stage, Done: min(p.Done, p.Total), Total: p.Total, Rows: p.Rows}
	if slices.ContainsFunc(t.d.Files, func(f catalog.File) bool { return strings.HasPrefix(p.Table, f.Table) }) && len(p.Table) <= 256 {
		said.Table = p.Table
	}
	t.tell(said)
}

// tell writes it down, unless that was done a moment ago. That it cannot is no
// reason not to prepare.
func (t *telling) tell(p catalog.Progress) {
	now := time.Now()
	if now.Sub(t.last) < tellEvery {
		return
	}
	t.last = now
	p.Began, p.At = t.began.UTC(), now.UTC()
	err := t.s.registry.Update(t.ctx, t.d.Org, t.d.ID, t.d.Version, func(r *catalog.Dataset) error {
		if r.State == catalog.Preparing {
			r.Progress = &p
		}
		return nil
	})
	if err != nil && t.ctx.Err() == nil {
		t.s.log.DebugContext(t.ctx, "progress of a preparation not recorded", "dataset", t.d.ID, "error", err)
	}
}
