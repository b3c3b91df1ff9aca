package sandboxd

import (
	"cmp"
	"context"
	"slices"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

// warmAtStart is for how many datasets, the last ones prepared, a sandbox is made
// before anybody has asked.
const warmAtStart = 4

// follow keeps the shelves in step with the registry: a dataset that becomes
// ready gets a warm sandbox, one that is deleted loses its sandboxes. Those of a
// version that was replaced go when nobody has used them for a while: older
// answers are reproduced on it.
func (s *Service) follow(ctx context.Context) error {
	dirs := map[string]string{} // of the databases, by org, id and version
	var found []*catalog.Dataset
	started := false
	return s.registry.Watch(ctx, func() {
		started = true
		slices.SortFunc(found, func(a, b *catalog.Dataset) int {
			return cmp.Or(b.PreparedAt.Compare(a.PreparedAt), cmp.Compare(a.ID, b.ID))
		})
		for _, d := range found[:min(len(found), warmAtStart)] {
			s.warm(ctx, d, dirs)
		}
	}, func(d *catalog.Dataset, deleted bool) {
		switch key := d.Org + "." + d.ID + "." + d.Version; {
		case deleted:
			s.shelves.Drop(dirs[key])
			delete(dirs, key)
		case d.State != catalog.Ready || d.Prepared == nil:
		case started:
			if dirs[key] == "" {
				s.warm(ctx, d, dirs)
			}
		default:
			found = append(found, d)
		}
	})
}

// warm asks for a sandbox over a dataset with default limits.
func (s *Service) warm(ctx context.Context, d *catalog.Dataset, dirs map[string]string) {
	dir, release, err := s.cache.Dataset(ctx, d)
	if err != nil {
		s.log.WarnContext(ctx, "dataset not warmed", "dataset", d.ID, "error", err)
		return
	}
	// The directory may leave the cache while a sandbox has it open: the files
	// stay until that ends.
	release()
	dirs[d.Org+"."+d.ID+"."+d.Version] = dir
	s.shelves.Warm(s.spec(protocol.SQL, dir, s.cfg.Limits.Default.MemoryMB))
}
