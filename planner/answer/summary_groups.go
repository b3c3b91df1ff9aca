package answer

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// few is how many groups are read out one by one.
const few = 3

// groups is about measures by keys.
func (w *writer) groups(keys, measures []column) {
	m := lead(measures)
	times := w.of(compile.Time)
	way := w.sortedBy(m)
	switch {
	case len(times) == 1 && len(keys) == 1 && w.whole && w.overTime(times[0], m, measures):
	case w.in.Plan != nil && w.in.Plan.Top != nil:
		w.bestOfEach(keys, m)
	case way != "":
		w.ranked(keys, measures, m, way)
	case !w.whole:
		w.leading(keys, m)
	default:
		w.ranking(keys, measures, m)
	}
}

// lead is the measure to speak of: not one that is computed from the others.
func lead(measures []column) column {
	for _, c := range measures {
		if c.of == nil || c.of.Window == nil {
			return c
		}
	}
	return measures[0]
}

// leading reads out the first rows where they may not be all there is.
func (w *writer) leading(keys []column, m column) {
	w.say(upper(w.column(m)), ": ")
	n := min(few, len(w.rows))
	for i := range n {
		if i > 0 {
			w.say("; ")
		}
		w.keys(keys, i)
		w.say(" with ")
		w.value(m, i)
	}
	if w.total > n {
		w.say("; and others")
	}
	w.say(".")
}

// bestOfEach reads out the rows of a plan that keeps the best of each group.
func (w *writer) bestOfEach(keys []column, m column) {
	top := w.in.Plan.Top
	per := slices.DeleteFunc(slices.Clone(keys), func(c column) bool { return !w.perKey(c) })
	inside := slices.DeleteFunc(slices.Clone(keys), w.perKey)
	if len(per) == 0 || len(inside) == 0 {
		w.leading(keys, m)
		return
	}
	way := "highest"
	if top.Direction == plan.Asc {
		way = "lowest"
	}
	w.say(upper(way), " ", w.bare(m), " for each ", singular(w.column(per[0])), ": ")
	n := min(few, len(w.rows))
	for i := range n {
		if i > 0 {
			w.say("; ")
		}
		w.keys(per, i)
		w.say(": ")
		w.keys(inside, i)
		w.say(" with ")
		w.value(m, i)
	}
	if w.total > n {
		w.say("; and others")
	}
	w.say(".")
}

// perKey reports whether a key is what the plan's best rows are kept for.
func (w *writer) perKey(c column) bool {
	return slices.ContainsFunc(w.in.Plan.Top.Per, func(p string) bool {
		return strings.EqualFold(p, c.name) || c.of != nil && strings.EqualFold(p, c.of.Column)
	})
}

// ranking names the largest and the smallest group of all there are, or every
// one of a few.
func (w *writer) ranking(keys, measures []column, m column) {
	high, low, ok := extremes(w.table, m)
	if !ok {
		w.say("There is no ", w.column(m), " for any ", singular(w.column(keys[0])), ".")
		return
	}
	if w.equal(m, high, low) && !w.missing(m) {
		w.say(upper(w.column(m)), " is the same for every ", singular(w.column(keys[0])), ": ")
		w.value(m, high)
		w.say(".")
		return
	}
	if len(w.rows) <= few && len(keys) == 1 {
		w.all(keys, measures, m)
		return
	}
	most, least := w.ends(m)
	w.say(upper(w.column(m)), " is ", most, " ")
	w.place(keys, m, high)
	w.others(without(shares(measures), m), high)
	w.say(" and ", least, " ")
	w.place(keys, m, low)
	w.others(without(shares(measures), m), low)
	w.say(".")
	w.second(keys, plain(without(measures, m)))
}

// ends are the words for the largest and the smallest value of a measure, other
// ones than its name has.
func (w *writer) ends(m column) (most, least string) {
	if w.bare(m) != w.column(m) {
		return "greatest", "smallest"
	}
	return "highest", "lowest"
}

// second says the same of a second measure, more shortly.
func (w *writer) second(keys, more []column) {
	if len(more) == 0 {
		return
	}
	m := more[0]
	high, low, ok := extremes(w.table, m)
	if !ok || w.equal(m, high, low) {
		return
	}
	most, least := w.ends(m)
	w.say(" ", upper(w.column(m)), " is ", most, " ")
	w.place(keys, m, high)
	w.say(" and ", least, " ")
	w.place(keys, m, low)
	w.say(".")
}

// plain keeps the measures that no window computes.
func plain(list []column) []column {
	return slices.DeleteFunc(slices.Clone(list), func(c column) bool { return c.of != nil && c.of.Window != nil })
}

// all reads out a few groups, each with its figures.
func (w *writer) all(keys, measures []column, m column) {
	w.say(upper(w.column(m)), " is ")
	for i := range w.rows {
		w.separate(i, len(w.rows), true)
		w.value(m, i)
		w.others(without(measures, m), i)
		w.say(" ")
		w.preposition(keys[0])
		w.keys(keys, i)
	}
	w.say(".")
}

// place names the row, or rows, with one value.
func (w *writer) place(keys []column, m column, row int) {
	var rows []int
	for i := range w.rows {
		if w.equal(m, i, row) {
			rows = append(rows, i)
		}
	}
	if len(rows) > few {
		w.say("for several, among them ")
	} else {
		w.preposition(firstSaid(keys))
	}
	for i, r := range rows[:min(few, len(rows))] {
		w.separate(i, min(few, len(rows)), true)
		w.keys(keys, r)
	}
	w.say(" with ")
	w.value(m, row)
	if len(rows) > 1 {
		w.say(" each")
	}
}

// firstSaid is the key that [writer.keys] begins with: names come before times.
func firstSaid(keys []column) column {
	for _, c := range keys {
		if c.role != compile.Time && c.part == "" {
			return c
		}
	}
	return keys[0]
}

// preposition stands before a key.
func (w *writer) preposition(c column) {
	if c.role != compile.Time && c.part == "" {
		w.say("for ")
		return
	}
	w.say(preposition(c), " ")
}

func without(list []column, c column) []column {
	return slices.DeleteFunc(slices.Clone(list), func(o column) bool { return o.index == c.index })
}

// shares keeps the measures that are parts of a whole.
func shares(list []column) []column {
	return slices.DeleteFunc(slices.Clone(list), func(c column) bool {
		return c.of == nil || c.of.Window == nil || c.of.Window.Kind != plan.Share
	})
}

// equal reports whether two rows have the same value of a measure.
func (w *writer) equal(m column, a, b int) bool {
	x, y := rat(w.rows[a][m.index]), rat(w.rows[b][m.index])
	return x != nil && y != nil && x.Cmp(y) == 0
}

// missing reports whether a measure has no value in some row.
func (w *writer) missing(m column) bool {
	return slices.ContainsFunc(w.rows, func(r []any) bool { return r[m.index] == nil })
}
