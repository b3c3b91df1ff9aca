package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// Curation returns what people said about a dataset, and its revision: 0 and
// nothing said when nobody did. It does not check that the dataset exists.
func (r *Registry) Curation(ctx context.Context, org, id string) (*catalog.Curation, uint64, error) {
	e, err := r.curations.Get(ctx, pointerKey(org, id))
	if fault.CodeOf(err) == fault.NotFound {
		return &catalog.Curation{}, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	c, err := decodeCuration(e)
	return c, e.Revision, err
}

// Curate stores what people said about a dataset in place of what had the given
// revision, and returns the new one. CONFLICT says that somebody was faster,
// PAYLOAD_TOO_LARGE that it is more than one record holds.
func (r *Registry) Curate(ctx context.Context, org, id string, c *catalog.Curation, revision uint64) (uint64, error) {
	value, err := json.Marshal(c)
	if err != nil {
		return 0, fmt.Errorf("encode curation of %s: %w", id, err)
	}
	if len(value) > maxRecordSize {
		return 0, fault.New(fault.PayloadTooLarge, "There is more text about this dataset than can be stored.").
			WithHint("Shorten some descriptions.")
	}
	if revision == 0 {
		revision, err = r.curations.Create(ctx, pointerKey(org, id), value)
	} else {
		revision, err = r.curations.Update(ctx, pointerKey(org, id), value, revision)
	}
	if fault.CodeOf(err) == fault.Conflict {
		return 0, fault.Wrap(err, fault.Conflict, "Somebody else changed what is said about this dataset in the meantime.").
			WithHint("Load it again, look at the change, and repeat yours.")
	}
	return revision, err
}

// curated lays what people said over datasets of one org.
func (r *Registry) curated(ctx context.Context, org string, list []*catalog.Dataset) error {
	entries, err := r.curations.List(ctx, org+".")
	if err != nil {
		return err
	}
	for _, d := range list {
		i := slices.IndexFunc(entries, func(e bus.Entry) bool { return e.Key == pointerKey(org, d.ID) })
		if i < 0 {
			continue
		}
		c, err := decodeCuration(entries[i])
		if err != nil {
			return err
		}
		c.Apply(d)
	}
	return nil
}

func decodeCuration(e bus.Entry) (*catalog.Curation, error) {
	var c catalog.Curation
	if err := json.Unmarshal(e.Value, &c); err != nil {
		return nil, fmt.Errorf("decode curation %s: %w", e.Key, err)
	}
	return &c, nil
}

// Versions returns every version of a dataset that is kept, newest upload first,
// as they are recorded, and the hash of the current one.
func (r *Registry) Versions(ctx context.Context, org, id string) (_ []*catalog.Dataset, current string, err error) {
	if !ValidID(id) {
		return nil, "", r.unknown(ctx, org, id)
	}
	p, err := r.pointer(ctx, org, id)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, "", r.unknown(ctx, org, id)
	}
	if err != nil {
		return nil, "", err
	}
	entries, err := r.records.List(ctx, pointerKey(org, id)+".")
	if err != nil {
		return nil, "", err
	}
	out := make([]*catalog.Dataset, 0, len(entries))
	for _, e := range entries {
		d, err := decode(e)
		if err != nil {
			return nil, "", err
		}
		out = append(out, d)
	}
	slices.SortFunc(out, func(a, b *catalog.Dataset) int {
		if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.Version, b.Version)
	})
	return out, p.Version, nil
}

// Restore makes a kept version the current one, if the current one still is the
// version named. CONFLICT says that it is not, or that the version to restore is
// not ready.
func (r *Registry) Restore(ctx context.Context, org, id, version, current string) error {
	d, err := r.Record(ctx, org, id, version)
	if err != nil {
		return err
	}
	if d.State != catalog.Ready {
		return fault.New(fault.Conflict, "Version %.12s was never prepared, so nothing could be asked about it.", version).
			WithHint("Restore a version that is ready.").With("state", string(d.State))
	}
	e, err := r.records.Get(ctx, pointerKey(org, id))
	if err != nil {
		return err
	}
	var p pointer
	if err := json.Unmarshal(e.Value, &p); err != nil {
		return fmt.Errorf("dataset pointer %s: %w", e.Key, err)
	}
	moved := fault.New(fault.Conflict, "The dataset has got another current version in the meantime.").
		WithHint("Load its versions again and choose once more.").With("current", p.Version)
	if p.Version != current {
		return moved
	}
	value, err := json.Marshal(pointer{Version: version})
	if err != nil {
		return err
	}
	if _, err = r.records.Update(ctx, e.Key, value, e.Revision); fault.CodeOf(err) == fault.Conflict {
		return moved
	}
	return err
}

// DeleteVersion removes one version with its files. CONFLICT says that it is the
// current one.
func (r *Registry) DeleteVersion(ctx context.Context, org, id, version string) error {
	d, err := r.Record(ctx, org, id, version)
	if err != nil {
		return err
	}
	p, err := r.pointer(ctx, org, id)
	if err != nil {
		return err
	}
	if p.Version == version {
		return fault.New(fault.Conflict, "This is the version that questions are asked about.").
			WithHint("Restore another version first, or delete the dataset.")
	}
	return r.forget(ctx, d)
}
