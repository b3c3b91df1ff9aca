package planner

import (
	"context"

	"github.com/leo-analytics/leo/planner/reuse"
	"github.com/leo-analytics/leo/shared/event"
)

// verified plans a question with the plan a person vouched for; nil when there is
// none, or none that still fits the dataset.
func (d draft) verified(ctx context.Context, text string) event.Body {
	a, q := d.book.Find(ctx, reuse.Question{
		Org: d.org, Dataset: d.known.dataset, Text: text, Context: d.asked.Conversation, AsOf: d.asOf,
	})
	if a == nil {
		return nil
	}
	body, err := d.planned(q, event.OriginVerified, 1, a.Chart)
	p, ok := body.(event.Planned)
	if err != nil || !ok {
		d.log.WarnContext(ctx, "verified answer does not compile", "org", d.org, "id", a.ID, "error", err)
		return nil
	}
	p.Verified, p.Channels = a.By(), a.Channels
	return p
}
