package edit

import (
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

// The actions of a change.
const (
	changed = "changed"
	added   = "added"
	removed = "removed"
)

// Diff compares two plans part by part, in the words of their chips. It is empty
// where their interpretations are the same.
func Diff(before, after *plan.Query, d *catalog.Dataset, asOf time.Time) []event.Change {
	a, b := sentence.Chips(before, d, asOf), sentence.Chips(after, d, asOf)
	changes := []event.Change{}
	for _, kinds := range [][]string{{"measure"}, {"dimension"}, {"filter", "range"}, {"order"}, {"limit"}} {
		of := func(list []event.Chip) []event.Chip {
			return slices.DeleteFunc(slices.Clone(list), func(c event.Chip) bool { return !slices.Contains(kinds, c.Kind) })
		}
		changes = append(changes, diffChips(of(a), of(b))...)
	}
	return append(changes, diffTables(before, after)...)
}

// diffChips pairs what is left after equal parts are taken away: first those at
// the same place, then in order.
func diffChips(a, b []event.Chip) []event.Change {
	left, right := unmatched(a, b), unmatched(b, a)
	var out []event.Change
	if len(left) == len(right) {
		for i := range left {
			out = append(out, event.Change{Action: changed, Kind: right[i].Kind, Before: left[i].Label, After: right[i].Label})
		}
		return out
	}
	for _, c := range left {
		if i := slices.IndexFunc(right, func(r event.Chip) bool { return r.Path == c.Path }); i >= 0 {
			out = append(out, event.Change{Action: changed, Kind: right[i].Kind, Before: c.Label, After: right[i].Label})
			right = slices.Delete(right, i, i+1)
			continue
		}
		out = append(out, event.Change{Action: removed, Kind: c.Kind, Before: c.Label})
	}
	for _, c := range right {
		out = append(out, event.Change{Action: added, Kind: c.Kind, After: c.Label})
	}
	return out
}

// unmatched are the chips of a whose label b has not, as often as it has it.
func unmatched(a, b []event.Chip) []event.Chip {
	rest := map[string]int{}
	for _, c := range b {
		rest[c.Label]++
	}
	var out []event.Chip
	for _, c := range a {
		if rest[c.Label]--; rest[c.Label] < 0 {
			out = append(out, c)
		}
	}
	return out
}

func diffTables(before, after *plan.Query) []event.Change {
	of := func(q *plan.Query) []string {
		list := []string{q.Table}
		for _, j := range q.Joins {
			list = append(list, joinName(j))
		}
		return list
	}
	has := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	a, b := of(before), of(after)
	var out []event.Change
	for _, t := range a {
		if !has(b, t) {
			out = append(out, event.Change{Action: removed, Kind: "table", Before: t})
		}
	}
	for _, t := range b {
		if !has(a, t) {
			out = append(out, event.Change{Action: added, Kind: "table", After: t})
		}
	}
	return out
}
