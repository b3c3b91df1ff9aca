package planner

import (
	"context"
	"sync"

	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/shared/vector"
)

// maxNear is how many places an index proposes for a text.
const maxNear = 40

// near returns what a model's view of the catalogue takes from the search index, or
// nil where that compares words alone: those the agent compares itself.
func (d draft) near(ctx context.Context) func(text string) []agent.Place {
	if d.index == nil || !d.index.ByMeaning() {
		return nil
	}
	return func(text string) []agent.Place {
		if known, ok := d.known.near.get(text); ok {
			return known
		}
		found, err := d.index.Search(ctx, d.org, vector.Query{
			Kind: vector.Catalogue, Text: text, Groups: []string{d.known.dataset.ID}, Limit: maxNear,
		})
		if err != nil || !found.Dense {
			return nil
		}
		out := make([]agent.Place, 0, len(found.Hits))
		for _, h := range found.Hits {
			if p := (agent.Place{Table: h.Payload[vector.TableField], Column: h.Payload[vector.ColumnField]}); p.Table != "" {
				out = append(out, p)
			}
		}
		d.known.near.put(text, out)
		return out
	}
}

// maxTexts is how many texts of a dataset version are remembered.
const maxTexts = 256

// proposals remembers what was found, so that the rounds of a conversation show the
// model the same and pay for one embedding.
type proposals struct {
	mu    sync.Mutex // guards texts
	texts map[string][]agent.Place
}

func (p *proposals) get(text string) ([]agent.Place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found, ok := p.texts[text]
	return found, ok
}

func (p *proposals) put(text string, found []agent.Place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.texts == nil || len(p.texts) >= maxTexts {
		p.texts = map[string][]agent.Place{}
	}
	p.texts[text] = found
}
