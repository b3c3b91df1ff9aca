package sandboxd

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

// warmAtStart is for how many datasets, the last ones prepared, a sandbox is made
// before anybody has asked.
const warmAtStart = 4

// places remembers which directories hold which version of which dataset. Its
// zero value is ready and it is safe for concurrent use.
type places struct {
	mu   sync.Mutex // guards dirs
	dirs map[string]map[string][]string
}

// has reports whether a version is known here.
func (p *places) has(d *catalog.Dataset) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.dirs[d.Org+"."+d.ID][d.Version]) > 0
}

// add notes a directory of a version.
func (p *places) add(d *catalog.Dataset, dir string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := d.Org + "." + d.ID
	if p.dirs == nil {
		p.dirs = map[string]map[string][]string{}
	}
	if p.dirs[key] == nil {
		p.dirs[key] = map[string][]string{}
	}
	known := p.dirs[key][d.Version]
	if !slices.Contains(known, dir) {
		p.dirs[key][d.Version] = append(known, dir)
	}
}

// forget removes the versions of a dataset that drop says, and returns their
// directories.
func (p *places) forget(d *catalog.Dataset, drop func(version string) bool) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	versions := p.dirs[d.Org+"."+d.ID]
	var gone []string
	for version, dirs := range versions {
		if drop(version) {
			gone = append(gone, dirs...)
			delete(versions, version)
		}
	}
	return gone
}

// follow keeps the shelves in step with the registry: a dataset that becomes
// ready gets a warm sandbox, and those of its other versions go; one that is
// deleted loses its sandboxes. An answer over an older version is reproduced in a
// sandbox that is prepared for it.
func (s *Service) follow(ctx context.Context) error {
	var found []*catalog.Dataset
	started := false
	return s.registry.Watch(ctx, func() {
		started = true
		slices.SortFunc(found, func(a, b *catalog.Dataset) int {
			return cmp.Or(b.PreparedAt.Compare(a.PreparedAt), cmp.Compare(a.ID, b.ID))
		})
		for _, d := range found[:min(len(found), warmAtStart)] {
			s.warm(ctx, d)
		}
	}, func(d *catalog.Dataset, deleted bool) {
		switch {
		case deleted:
			s.drop(d, func(version string) bool { return version == d.Version })
		case d.State != catalog.Ready || d.Prepared == nil:
		case started:
			s.warm(ctx, d)
		default:
			found = append(found, d)
		}
	})
}

func (s *Service) drop(d *catalog.Dataset, which func(version string) bool) {
	for _, dir := range s.places.forget(d, which) {
		s.shelves.Drop(dir)
	}
}

// warm asks for a sandbox over the current version of a dataset, with default
// limits, and gives up those of its other versions.
func (s *Service) warm(ctx context.Context, d *catalog.Dataset) {
	current, err := s.registry.Get(ctx, d.Org, d.ID)
	if err != nil || current.Version != d.Version {
		return // a change to a record of the past, or it is being deleted
	}
	s.drop(d, func(version string) bool { return version != d.Version })
	if s.places.has(d) {
		return
	}
	dir, release, err := s.cache.Dataset(ctx, d)
	if err != nil {
		s.log.WarnContext(ctx, "dataset not warmed", "dataset", d.ID, "error", err)
		return
	}
	// The directory may leave the cache while a sandbox has it open: the files
	// stay until that ends.
	release()
	s.places.add(d, dir)
	s.shelves.Warm(s.spec(d.Org, protocol.SQL, dir, s.cfg.Limits.Default.MemoryMB))
}
