package registry

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxSnapshot bounds what a stored snapshot may unpack to, in bytes.
const maxSnapshot = 16 << 20

// Published names the newest snapshot of a version.
type Published struct {
	Hash string    `json:"hash"`
	At   time.Time `json:"at"`
	// Revision grows with each one; it is not stored.
	Revision uint64 `json:"-"`
}

func snapshotKey(org, id, version, hash string) string {
	return recordKey(org, id, version) + "." + hash
}

// Keep stores the snapshot of a dataset, with what people said, and returns its
// hash. One that is there stays as it is.
func (r *Registry) Keep(ctx context.Context, d *catalog.Dataset) (string, error) {
	data, hash, err := catalog.Hash(catalog.Snapshot(d))
	if err != nil {
		return "", err
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = z.Write(data)
	if err = errors.Join(err, z.Close()); err != nil {
		return "", fmt.Errorf("pack snapshot of %s: %w", d.ID, err)
	}
	_, err = r.snapshots.Create(ctx, snapshotKey(d.Org, d.ID, d.Version, hash), packed.Bytes())
	if fault.CodeOf(err) == fault.Conflict {
		err = nil
	}
	return hash, err
}

// Publish keeps the snapshot of a dataset and makes it the newest of its version.
// changed says that it was another one before.
func (r *Registry) Publish(ctx context.Context, d *catalog.Dataset) (hash string, changed bool, err error) {
	if hash, err = r.Keep(ctx, d); err != nil {
		return "", false, err
	}
	have, err := r.Published(ctx, d.Org, d.ID, d.Version)
	if err != nil || have.Hash == hash {
		return hash, false, err
	}
	value, err := json.Marshal(Published{Hash: hash, At: time.Now().UTC()})
	if err != nil {
		return "", false, err
	}
	_, err = r.snapshots.Put(ctx, recordKey(d.Org, d.ID, d.Version), value)
	return hash, true, err
}

// Published returns the newest snapshot of a version; zero if none was published.
func (r *Registry) Published(ctx context.Context, org, id, version string) (Published, error) {
	var p Published
	e, err := r.snapshots.Get(ctx, recordKey(org, id, version))
	if fault.CodeOf(err) == fault.NotFound {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(e.Value, &p); err != nil {
		return p, fmt.Errorf("published snapshot %s: %w", e.Key, err)
	}
	p.Revision = e.Revision
	return p, nil
}

// Snapshot returns a kept snapshot as it was. NOT_FOUND if there is none of that
// hash, RUNNER_INTERNAL_ERROR if what is stored is not what was kept.
func (r *Registry) Snapshot(ctx context.Context, org, id, version, hash string) (*catalog.Dataset, error) {
	if !ValidID(id) || !isToken(version) || !isToken(hash) {
		return nil, fault.New(fault.NotFound, "There is no such catalogue.").WithHint("It is named by a run's planned event.")
	}
	e, err := r.snapshots.Get(ctx, snapshotKey(org, id, version, hash))
	if fault.CodeOf(err) == fault.NotFound {
		return nil, fault.New(fault.NotFound, "Dataset %q has no catalogue %.12s.", id, hash).
			WithHint("It is deleted with the version it is about.")
	}
	if err != nil {
		return nil, err
	}
	damaged := func(err error) error {
		return fault.Wrap(err, fault.Internal, "The stored catalogue %.12s of %q is damaged.", hash, id).
			WithHint("Restore the event log from a backup.")
	}
	z, err := gzip.NewReader(bytes.NewReader(e.Value))
	if err != nil {
		return nil, damaged(err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxSnapshot))
	if err != nil {
		return nil, damaged(err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
		return nil, damaged(errors.New("its hash differs"))
	}
	var d catalog.Dataset
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, damaged(err)
	}
	return &d, nil
}

func isToken(s string) bool { return tokenPattern.MatchString(s) }

var tokenPattern = regexp.MustCompile(`^[0-9A-Za-z_-]{1,80}$`)

// dropSnapshots removes those of a version.
func (r *Registry) dropSnapshots(ctx context.Context, d *catalog.Dataset) {
	entries, err := r.snapshots.List(ctx, recordKey(d.Org, d.ID, d.Version))
	for _, e := range entries {
		err = errors.Join(err, r.snapshots.Delete(ctx, e.Key))
	}
	if err != nil {
		r.log.WarnContext(ctx, "snapshots left behind", "dataset", d.ID, "version", d.Version, "error", err)
	}
}
