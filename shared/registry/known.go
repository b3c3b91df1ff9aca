package registry

import (
	"context"
	"sync"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxKnown is how many decoded records are kept. A record may take megabytes.
const maxKnown = 64

// maxCurrent is how many current versions are kept.
const maxCurrent = 4096

// known are decoded records, by key. A record of many columns takes longer to decode
// than a question that was answered before takes in all.
type known struct {
	mu sync.Mutex
	// records are guarded by mu; what they point to is never changed.
	records map[string]knownRecord
	// versions are those that were current when they were last looked up, by the key of
	// the dataset's pointer; guarded by mu.
	versions map[string]string
}

type knownRecord struct {
	revision uint64
	dataset  *catalog.Dataset
}

// decode returns what the entry holds; it is shared, and not to be changed.
func (k *known) decode(e bus.Entry) (*catalog.Dataset, error) {
	k.mu.Lock()
	old, ok := k.records[e.Key]
	k.mu.Unlock()
	if ok && old.revision == e.Revision {
		return old.dataset, nil
	}
	d, err := decode(e)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.records) >= maxKnown {
		for key := range k.records { // any of them will do: it is decoded again
			delete(k.records, key)
			break
		}
	}
	k.records[e.Key] = knownRecord{revision: e.Revision, dataset: d}
	return d, nil
}

// current is the version that was the current one last time; "" if that is not known.
func (k *known) current(org, id string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.versions[pointerKey(org, id)]
}

func (k *known) isCurrent(org, id, version string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.versions) >= maxCurrent {
		clear(k.versions)
	}
	k.versions[pointerKey(org, id)] = version
}

// Known returns what [Registry.Record] does, as it is stored now, but decoded once
// for each of its revisions. Callers share it and must not change it.
func (r *Registry) Known(ctx context.Context, org, id, version string) (*catalog.Dataset, error) {
	e, err := r.entry(ctx, org, id, version)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, noVersion(id, version)
	}
	if err != nil {
		return nil, err
	}
	return r.known.decode(e)
}

// Current returns the current version of a dataset as [Registry.Known] does, so
// without what people said about it, or NOT_FOUND with a hint that names the nearest
// id the org has.
func (r *Registry) Current(ctx context.Context, org, id string) (*catalog.Dataset, error) {
	guess := r.known.current(org, id)
	record := make(chan *catalog.Dataset, 1)
	if guess != "" { // most of the time it is the same as last time
		go func() {
			d, _ := r.Known(ctx, org, id, guess) // what is wrong is found below
			record <- d
		}()
	} else {
		record <- nil
	}
	p, err := r.current(ctx, org, id)
	d := <-record
	if err != nil {
		return nil, err
	}
	r.known.isCurrent(org, id, p.Version)
	if d != nil && p.Version == guess {
		return d, nil
	}
	return r.Known(ctx, org, id, p.Version)
}
