package planner

import (
	"context"
	"slices"

	"github.com/leo-analytics/leo/planner/reuse"
	"github.com/leo-analytics/leo/shared/event"
)

// orVouched adds to what cannot be answered unasked the answers that people vouched
// for to questions much like it. A person takes one or leaves it: none is run here.
func (d draft) orVouched(ctx context.Context, text string, body event.Body) event.Body {
	offers := d.offers(ctx, text)
	if len(offers) == 0 {
		return body
	}
	ask, ok := body.(event.NeedsInput)
	if _, refused := body.(event.Rejected); !ok && !refused {
		return body
	}
	ask.Question = text
	for _, o := range offers {
		if !slices.ContainsFunc(ask.Readings, func(r event.Reading) bool { return string(r.Plan) == string(o.Plan) }) {
			ask.Readings = append(ask.Readings, o)
		}
	}
	return ask
}

func (d draft) offers(ctx context.Context, text string) []event.Reading {
	if d.book == nil {
		return nil
	}
	var out []event.Reading
	for _, p := range d.book.Near(ctx, d.index, reuse.Question{
		Org: d.org, Dataset: d.known.dataset, Text: text, Context: d.asked.Conversation, AsOf: d.asOf,
	}) {
		body, err := d.planned(p.Plan, event.OriginVerified, 1, p.Answer.Chart)
		made, ok := body.(event.Planned)
		if err != nil || !ok {
			continue
		}
		out = append(out, event.Reading{
			Label: p.Answer.Question + " (verified by " + p.Answer.Owner + ")", Sentence: made.Sentence, Plan: made.Plan,
			Chart: p.Answer.Chart, Channels: p.Answer.Channels,
		})
	}
	return out
}
