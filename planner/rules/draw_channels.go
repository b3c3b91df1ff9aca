package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/event"
)

// channels gives names their place in the chart, as in "color by region", "x
// axis month" and "with region as legend", and puts plain words of grouping where
// the chart's words stood.
func (p *Planner) channels(items []*item) []*item {
	var out []*item
	for i := 0; i < len(items); i++ {
		it := items[i]
		switch {
		case it.is("axis"):
			out = p.axis(out, items, i)
		case it.is("legend"):
			out = trimSmall(out)
			if n := len(out); n > 0 && hasColumns(out[n-1]) {
				out[n-1].channel = it.payload
			} else if next := after(items, i); next != nil && hasColumns(next) {
				next.channel = it.payload
				out = append(out, grouping(it))
			}
		case it.is("cmp") && oneOf(it.text, "over", "Over") && i+1 < len(items) && hasColumns(items[i+1]) && len(items[i+1].cols) > 0:
			out = append(out, grouping(it))
		case it.is("channel"):
			next := after(items, i)
			if next == nil || !hasColumns(next) && !next.is("part") && !next.is("bucket") {
				continue
			}
			next.channel = it.payload
			out = append(out, grouping(it))
		default:
			out = append(out, it)
		}
	}
	return out
}

// axis reads "on the x axis" after a name and "x axis is" before one.
func (p *Planner) axis(out, items []*item, i int) []*item {
	it := items[i]
	k := len(out)
	for k > 0 && oneOf(out[k-1].word, "on", "as", "in", "to", "at", "for", "is", "along") && out[k-1].to-out[k-1].from == 1 {
		k--
	}
	if !it.breaks && k > 0 && k < len(out) && hasColumns(out[k-1]) {
		out[k-1].channel = it.payload
		return out[:k]
	}
	next := after(items, i)
	if next == nil || !hasColumns(next) {
		return out
	}
	next.channel = it.payload
	if it.payload == "x" {
		return append(out, grouping(it))
	}
	return out
}

// after is the first name after item i, past small words and what is computed.
func after(items []*item, i int) *item {
	for k := i + 1; k < len(items) && k < i+6; k++ {
		switch it := items[k]; {
		case it.kind == kFunction, it.is("when"), it.is("distinct"), it.is("fluff"), it.is("agg"), it.is("count"), it.is("group") && it.to-it.from == 1:
			continue
		case it.is("cmp"), it.kind == kUnknown && it.weight > -1 && k == i+1:
			continue
		default:
			return it
		}
	}
	return nil
}

func hasColumns(it *item) bool { return it.kind == kName && len(it.cols)+len(it.tabs) > 0 }

// trimSmall drops the small words at the end: "as a", "in the".
func trimSmall(out []*item) []*item {
	for n := len(out); n > 0 && (oneOf(out[n-1].word, "as", "in", "to", "with", "on", "into", "for", "the", "include", "add") && out[n-1].to-out[n-1].from == 1); n = len(out) {
		out = out[:n-1]
	}
	return out
}

// grouping is the item that stands for "for each" where the chart's word stood.
func grouping(it *item) *item {
	g := *it
	g.class, g.payload, g.word, g.text = "group", "", "per", "per"
	return &g
}

// channelNames are the channels of the draft's chart, by the names the plan has
// for the columns.
func (d *draft) channelNames() event.Channels {
	var c event.Channels
	for channel, r := range d.places {
		name := d.columnName(r)
		if len(d.query.Joins) == 0 {
			name = d.p.column(r).Name
		}
		switch channel {
		case "x":
			c.X = name
		case "color":
			c.Color = name
		case "facet":
			c.Facet = name
		}
	}
	return c
}

// place notes the columns to which the question gives a place.
func (d *draft) place() {
	for _, t := range slices.Concat(d.in.groups, d.in.outs) {
		if t.it == nil || t.it.channel == "" || t.it.channel == "y" || t.link.score == 0 || t.link.ref.col < 0 || t.aggregated() {
			continue
		}
		d.places[t.it.channel] = t.link.ref
	}
}
