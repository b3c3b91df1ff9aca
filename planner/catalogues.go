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

// known is a dataset version, with what people said about it, and the planner
// built for both.
type known struct {
	dataset *catalog.Dataset
	// curation is the revision of what people said.
	curation uint64
	rules    *rules.Planner
	// index finds tables and columns for a model; made when it is first needed.
	index func() *agent.Index
	near  proposals
}

// catalogues caches dataset versions that are ready. Those do not change; what
// people said about a dataset does, so its revision is looked up each time and
// holds for the next question.
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
	said, revision, err := c.registry.Curation(ctx, org, id)
	if err != nil {
		return nil, err
	}
	key := org + "." + id + "." + version
	c.mu.Lock()
	k := c.cache[key]
	c.mu.Unlock()
	if k != nil && k.curation == revision {
		return k, nil
	}
	d, err := c.registry.Record(ctx, org, id, version)
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
	said.Apply(d)
	visible := d.Visible()
	k = &known{
		dataset: d, curation: revision, rules: rules.New(visible),
		index: sync.OnceValue(func() *agent.Index { return agent.NewIndex(visible) }),
	}
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
