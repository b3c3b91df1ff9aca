package planner

import (
	"context"
	"sync"

	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// known is a dataset version and the planner built for it.
type known struct {
	dataset *catalog.Dataset
	rules   *rules.Planner
	// index finds tables and columns for a model; made when it is first needed.
	index func() *agent.Index
}

// catalogues caches dataset versions that are ready: those do not change, but
// for descriptions people edit, which a restart picks up.
type catalogues struct {
	registry *registry.Registry
	max      int

	mu    sync.Mutex // guards cache and order
	cache map[string]*known
	order []string // oldest first
}

func newCatalogues(r *registry.Registry, limit int) *catalogues {
	return &catalogues{registry: r, max: limit, cache: map[string]*known{}}
}

// get returns a version that is ready, or UNAVAILABLE while it is being
// prepared, or the fault it failed with.
func (c *catalogues) get(ctx context.Context, org, id, version string) (*known, error) {
	key := org + "." + id + "." + version
	c.mu.Lock()
	k := c.cache[key]
	c.mu.Unlock()
	if k != nil {
		return k, nil
	}
	d, err := c.registry.Version(ctx, org, id, version)
	if err != nil {
		return nil, err
	}
	switch d.State {
	case catalog.Ready:
	case catalog.Failed:
		return nil, d.Fault
	default:
		return nil, fault.New(fault.Unavailable, "Dataset %q is still being prepared.", id).
			WithHint("Try again in a moment.")
	}
	k = &known{dataset: d, rules: rules.New(d), index: sync.OnceValue(func() *agent.Index { return agent.NewIndex(d) })}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cache[key] == nil {
		c.order = append(c.order, key)
	}
	c.cache[key] = k
	for len(c.order) > c.max {
		delete(c.cache, c.order[0])
		c.order = c.order[1:]
	}
	return k, nil
}
