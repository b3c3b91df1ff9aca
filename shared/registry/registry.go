package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// writeTimeout bounds a change that consists of several writes.
const writeTimeout = 15 * time.Second

// Buckets and the largest record, in bytes, that fits into one message.
const (
	recordBucket   = "datasets"
	uploadBucket   = "uploads"
	preparedBucket = "prepared"
	maxRecordSize  = 900 << 10
)

// TaskPrepare is the kind of task that has a dataset version prepared. The
// syncer enqueues it, sandboxd does it, and its data is a [PrepareTask].
const TaskPrepare = "prepare"

// PrepareTask names a dataset version.
type PrepareTask struct {
	ID      string `json:"id"`
	Version string `json:"version"`
}

// Registry reads and writes datasets. Safe for concurrent use.
type Registry struct {
	records   *bus.KV
	curations *bus.KV
	uploads   *bus.Objects
	prepared  *bus.Objects
	sessions  *bus.KV
	syncs     *bus.KV
	snapshots *bus.KV
	known     known
	log       *slog.Logger
}

// New returns a registry on the bus's buckets, which must exist
// (bus.EnsureTopology).
func New(b *bus.Bus, log *slog.Logger) *Registry {
	return &Registry{
		records: b.KV(recordBucket), curations: b.KV(bus.BucketCuration),
		uploads: b.Objects(uploadBucket), prepared: b.Objects(preparedBucket), sessions: b.KV(bus.BucketIntake),
		syncs: b.KV(bus.BucketSyncs), snapshots: b.KV(bus.BucketSnapshots), log: log,
		known: known{records: map[string]knownRecord{}, versions: map[string]string{}},
	}
}

// pointer is the value behind a dataset's own key.
type pointer struct {
	Version string `json:"version"`
}

// ValidID reports whether s can name a dataset: 1 to 64 lower-case letters,
// digits, '-' and '_', starting with a letter or digit.
func ValidID(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' || s[0] == '_' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func pointerKey(org, id string) string         { return org + "." + id }
func recordKey(org, id, version string) string { return org + "." + id + "." + version }

// Get returns the current version of a dataset, with what people said about it,
// or NOT_FOUND with a hint that names the nearest id the org has.
func (r *Registry) Get(ctx context.Context, org, id string) (*catalog.Dataset, error) {
	p, err := r.current(ctx, org, id)
	if err != nil {
		return nil, err
	}
	return r.Version(ctx, org, id, p.Version)
}

// current is the pointer of a dataset, or NOT_FOUND with a hint.
func (r *Registry) current(ctx context.Context, org, id string) (pointer, error) {
	if !ValidID(id) {
		return pointer{}, r.unknown(ctx, org, id)
	}
	p, err := r.pointer(ctx, org, id)
	if fault.CodeOf(err) == fault.NotFound {
		return pointer{}, r.unknown(ctx, org, id)
	}
	return p, err
}

// Version returns one version of a dataset, the newest or an older one, with what
// people said about the dataset.
func (r *Registry) Version(ctx context.Context, org, id, version string) (*catalog.Dataset, error) {
	d, err := r.Record(ctx, org, id, version)
	if err != nil {
		return nil, err
	}
	c, _, err := r.Curation(ctx, org, id)
	if err != nil {
		return nil, err
	}
	c.Apply(d)
	return d, nil
}

// Record returns one version of a dataset as it was prepared.
func (r *Registry) Record(ctx context.Context, org, id, version string) (*catalog.Dataset, error) {
	d, _, err := r.record(ctx, org, id, version)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, noVersion(id, version)
	}
	return d, err
}

func noVersion(id, version string) error {
	return fault.New(fault.NotFound, "Dataset %q has no version %.12s.", id, version).
		WithHint("It may have been deleted. Ask again about the current version.")
}

// List returns the newest version of every dataset of the org, with what people
// said about them, by title.
func (r *Registry) List(ctx context.Context, org string) ([]*catalog.Dataset, error) {
	entries, err := r.records.List(ctx, org+".")
	if err != nil {
		return nil, err
	}
	newest := map[string]string{}
	records := map[string]*catalog.Dataset{}
	for _, e := range entries {
		rest := strings.TrimPrefix(e.Key, org+".")
		id, version, isRecord := strings.Cut(rest, ".")
		if !isRecord {
			var p pointer
			if err := json.Unmarshal(e.Value, &p); err != nil {
				return nil, fmt.Errorf("dataset pointer %s: %w", e.Key, err)
			}
			newest[id] = p.Version
			continue
		}
		d, err := decode(e)
		if err != nil {
			return nil, err
		}
		records[id+"."+version] = d
	}
	var out []*catalog.Dataset
	for id, version := range newest {
		if d := records[id+"."+version]; d != nil {
			out = append(out, d)
		}
	}
	if err := r.curated(ctx, org, out); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b *catalog.Dataset) int {
		if c := strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// Orgs returns every org that has a dataset.
func (r *Registry) Orgs(ctx context.Context) ([]string, error) {
	entries, err := r.records.List(ctx, "")
	if err != nil {
		return nil, err
	}
	var orgs []string
	for _, e := range entries {
		if org, _, ok := strings.Cut(e.Key, "."); ok && !slices.Contains(orgs, org) {
			orgs = append(orgs, org)
		}
	}
	return orgs, nil
}

// Put stores a new version and makes it the newest. Storing a version that is
// already there changes only the pointer.
func (r *Registry) Put(ctx context.Context, d *catalog.Dataset) error {
	if !ValidID(d.ID) || d.Version == "" || d.Org == "" {
		return fault.New(fault.Validation, "%q cannot be the id of a dataset.", d.ID).
			WithHint("Use 1 to 64 lower-case letters, digits, '-' and '_'.")
	}
	value, err := encode(d)
	if err != nil {
		return err
	}
	p, err := json.Marshal(pointer{Version: d.Version})
	if err != nil {
		return err
	}
	// Both writes or none: a caller that goes away in between must not leave a
	// version that nothing points at.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	_, err = r.records.Create(ctx, recordKey(d.Org, d.ID, d.Version), value)
	created := err == nil
	if !created && fault.CodeOf(err) != fault.Conflict {
		return err
	}
	if _, err = r.records.Put(ctx, pointerKey(d.Org, d.ID), p); err != nil && created {
		return errors.Join(err, r.records.Delete(ctx, recordKey(d.Org, d.ID, d.Version)))
	}
	return err
}

// Update changes one version's record under its revision: change is called
// again on the newest state when somebody else was faster.
func (r *Registry) Update(ctx context.Context, org, id, version string, change func(*catalog.Dataset) error) error {
	for {
		d, revision, err := r.record(ctx, org, id, version)
		if err != nil {
			return err
		}
		if err := change(d); err != nil {
			return err
		}
		value, err := encode(d)
		if err != nil {
			return err
		}
		_, err = r.records.Update(ctx, recordKey(org, id, version), value, revision)
		if fault.CodeOf(err) != fault.Conflict {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Delete removes a dataset with all its versions and their snapshots, what people
// said about it, uploaded files and prepared databases. What a killed process left of it, Sweep removes. Runs over
// it keep their capsules and cannot be reproduced any more.
func (r *Registry) Delete(ctx context.Context, org, id string) error {
	if _, err := r.pointer(ctx, org, id); err != nil {
		if fault.CodeOf(err) == fault.NotFound {
			return r.unknown(ctx, org, id)
		}
		return err
	}
	err := errors.Join(
		r.records.Delete(ctx, pointerKey(org, id)), r.curations.Delete(ctx, pointerKey(org, id)),
		r.syncs.Delete(ctx, pointerKey(org, id)), r.syncs.Delete(ctx, wishKey(org, id)),
	)
	if err != nil {
		return err
	}
	entries, err := r.records.List(ctx, pointerKey(org, id)+".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		d, err := decode(e)
		if err != nil {
			return err
		}
		if err := r.forget(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// forget removes one version's record and everything stored for it.
func (r *Registry) forget(ctx context.Context, d *catalog.Dataset) error {
	if err := r.records.Delete(ctx, recordKey(d.Org, d.ID, d.Version)); err != nil {
		return err
	}
	r.dropFiles(ctx, d.Org, d.Files)
	r.dropSnapshots(ctx, d)
	var objects []string
	if d.Prepared != nil {
		objects = append(objects, d.Prepared.Object)
		if d.Prepared.Frames != nil {
			objects = append(objects, d.Prepared.Frames.Object)
		}
	}
	for _, object := range objects {
		if err := r.prepared.Delete(ctx, object); err != nil && fault.CodeOf(err) != fault.NotFound {
			r.log.WarnContext(ctx, "prepared dataset left behind", "object", object, "error", err)
		}
	}
	return nil
}

// Watch calls fn with every record there is, then ready once (nil is allowed),
// then fn with every change, one call at a time, until ctx ends. deleted
// records carry only Org, ID and Version. A record that cannot be read is logged
// and skipped.
func (r *Registry) Watch(ctx context.Context, ready func(), fn func(d *catalog.Dataset, deleted bool)) error {
	return r.records.Watch(ctx, "", ready, func(e bus.Entry, deleted bool) {
		parts := strings.Split(e.Key, ".")
		if len(parts) != 3 {
			return
		}
		if deleted {
			fn(&catalog.Dataset{Org: parts[0], ID: parts[1], Version: parts[2]}, true)
			return
		}
		d, err := decode(e)
		if err != nil {
			r.log.ErrorContext(ctx, "unreadable dataset record skipped", "key", e.Key, "error", err)
			return
		}
		fn(d, false)
	})
}

func (r *Registry) pointer(ctx context.Context, org, id string) (pointer, error) {
	var p pointer
	e, err := r.records.Get(ctx, pointerKey(org, id))
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(e.Value, &p); err != nil {
		return p, fmt.Errorf("dataset pointer %s: %w", e.Key, err)
	}
	return p, nil
}

func (r *Registry) record(ctx context.Context, org, id, version string) (*catalog.Dataset, uint64, error) {
	e, err := r.entry(ctx, org, id, version)
	if err != nil {
		return nil, 0, err
	}
	d, err := decode(e)
	return d, e.Revision, err
}

// entry is the record of a version, not decoded.
func (r *Registry) entry(ctx context.Context, org, id, version string) (bus.Entry, error) {
	if !ValidID(id) || version == "" || strings.ContainsAny(version, ".*> ") {
		return bus.Entry{}, fault.New(fault.NotFound, "There is no dataset %q.", id)
	}
	return r.records.Get(ctx, recordKey(org, id, version))
}

// unknown is the fault for an id the org does not have.
func (r *Registry) unknown(ctx context.Context, org, id string) error {
	f := fault.New(fault.NotFound, "There is no dataset %q.", id)
	all, err := r.List(ctx, org)
	if err != nil {
		return f.WithHint("`leo dataset list` shows the datasets there are.")
	}
	ids := make([]string, len(all))
	for i, d := range all {
		ids[i] = d.ID
	}
	if near := catalog.Nearest(id, ids); near != "" {
		return f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
	}
	if len(ids) == 0 {
		return f.WithHint("There are no datasets yet. Add one with `leo dataset add my.csv`.")
	}
	return f.WithHint("The datasets are: %s.", strings.Join(ids, ", "))
}

func decode(e bus.Entry) (*catalog.Dataset, error) {
	var d catalog.Dataset
	if err := json.Unmarshal(e.Value, &d); err != nil {
		return nil, fmt.Errorf("dataset record %s: %w", e.Key, err)
	}
	return &d, nil
}

// encode fits a record into one message: a dataset of wide tables loses its sample
// rows and histograms first, which costs something to look at, and then its rarest
// profile values, which costs value linking and nothing else.
func encode(d *catalog.Dataset) ([]byte, error) {
	c := *d
	for keep := 100; ; keep /= 2 {
		value, err := json.Marshal(&c)
		if err != nil {
			return nil, fmt.Errorf("encode dataset %s: %w", d.ID, err)
		}
		if len(value) <= maxRecordSize {
			return value, nil
		}
		if keep == 0 {
			return nil, fault.Wrap(errors.New("record too large"), fault.PayloadTooLarge, "The schema of dataset %q is too large to store.", d.ID).
				WithHint("Split it into datasets with fewer columns.")
		}
		if keep == 100 {
			c.Tables = dropSamples(c.Tables)
			if value, err := json.Marshal(&c); err == nil && len(value) <= maxRecordSize {
				return value, nil
			}
		}
		c.Tables = trimProfiles(c.Tables, keep)
		if keep <= 25 {
			c.Reports = trimReports(c.Reports)
		}
	}
}

func dropSamples(tables []catalog.Table) []catalog.Table {
	out := slices.Clone(tables)
	for i := range out {
		out[i].Sample = nil
		out[i].Columns = slices.Clone(out[i].Columns)
		for j := range out[i].Columns {
			if p := out[i].Columns[j].Profile; p != nil && p.Histogram != nil {
				plain := *p
				plain.Histogram = nil
				out[i].Columns[j].Profile = &plain
			}
		}
	}
	return out
}

func trimProfiles(tables []catalog.Table, keep int) []catalog.Table {
	out := slices.Clone(tables)
	for i := range out {
		out[i].Columns = slices.Clone(out[i].Columns)
		for j := range out[i].Columns {
			p := out[i].Columns[j].Profile
			if p == nil || len(p.Top) <= keep/2 {
				continue
			}
			trimmed := *p
			trimmed.Top, trimmed.Complete = p.Top[:keep/2], false
			out[i].Columns[j].Profile = &trimmed
		}
	}
	return out
}

// trimReports leaves out the columns of reports, which the tables have as well.
func trimReports(reports []catalog.FileReport) []catalog.FileReport {
	out := slices.Clone(reports)
	for i := range out {
		if len(out[i].Columns) > 0 {
			out[i].Columns = []catalog.ReportColumn{}
			out[i].Notes = append(slices.Clip(out[i].Notes), "There are too many columns to report each of them.")
		}
	}
	return out
}
