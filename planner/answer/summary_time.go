package answer

import (
	"github.com/leo-analytics/leo/shared/plan"
)

// overTime names the ends, and the peak when it is not one of them; false when
// there are no two points in time.
func (w *writer) overTime(at, m column, measures []column) bool {
	first, last, ok := w.span(at, m)
	if !ok {
		return false
	}
	w.say(upper(w.column(m)))
	a, b := rat(w.rows[first][m.index]), rat(w.rows[last][m.index])
	switch {
	case w.looksLike(m, first, last):
		w.say(" is the same at both ends: ")
		w.value(m, first)
		w.say(" ", preposition(at), " ")
		w.key(at, first)
		w.say(" and ", preposition(at), " ")
		w.key(at, last)
		w.say(".")
		w.peaks(at, m, first, last)
		return true
	case a.Cmp(b) < 0:
		w.say(" rises from ")
	default:
		w.say(" falls from ")
	}
	w.value(m, first)
	w.say(" ", preposition(at), " ")
	w.key(at, first)
	w.say(" to ")
	w.value(m, last)
	w.say(" ", preposition(at), " ")
	w.key(at, last)
	w.latest(measures, m, last)
	w.say(".")
	w.peaks(at, m, first, last)
	return true
}

// latest adds what windows say of the last row.
func (w *writer) latest(measures []column, m column, last int) {
	for _, c := range without(measures, m) {
		if c.of == nil || c.of.Window == nil || rat(w.rows[last][c.index]) == nil {
			continue
		}
		switch c.of.Window.Kind {
		case plan.PercentChange, plan.Change:
			w.say(", ")
			w.value(c, last)
			w.say(map[int]string{1: " more than", -1: " against", 0: " different from"}[rat(w.rows[last][c.index]).Sign()], " the period before")
		case plan.RunningTotal:
			w.say(", with a running total of ")
			w.value(c, last)
		default:
			continue
		}
		return
	}
}

// peaks says when a measure was highest and lowest, unless that is an end, or
// more than one point in time.
func (w *writer) peaks(at, m column, first, last int) {
	high, low, ok := extremes(w.table, m)
	if !ok {
		return
	}
	top, bottom := w.single(at, m, high, first, last), w.single(at, m, low, first, last)
	if !top && !bottom {
		return
	}
	w.say(" It is ")
	if top {
		w.say("highest ", preposition(at), " ")
		w.key(at, high)
		w.say(" with ")
		w.value(m, high)
	}
	if bottom {
		if top {
			w.say(" and ")
		}
		w.say("lowest ", preposition(at), " ")
		w.key(at, low)
		w.say(" with ")
		w.value(m, low)
	}
	w.say(".")
}

// single reports whether a row is a point in time inside the span and the only
// one with its value.
func (w *writer) single(at, m column, row, first, last int) bool {
	if row == first || row == last || rowTime(w.table, at, row) == "" {
		return false
	}
	for i := range w.rows {
		if i != row && w.looksLike(m, i, row) {
			return false
		}
	}
	return true
}

// looksLike reports whether two values read the same as they are shown.
func (w *writer) looksLike(m column, a, b int) bool {
	return format(w.rows[a][m.index], m) == format(w.rows[b][m.index], m)
}

// span returns the rows with the earliest and the latest time that have a value;
// ok is false when fewer than two do.
func (w *writer) span(at, m column) (first, last int, ok bool) {
	first, last = -1, -1
	for i := range w.rows {
		s := rowTime(w.table, at, i)
		if s == "" || rat(w.rows[i][m.index]) == nil {
			continue
		}
		if first < 0 || s < rowTime(w.table, at, first) {
			first = i
		}
		if last < 0 || s > rowTime(w.table, at, last) {
			last = i
		}
	}
	return first, last, first != last
}

func rowTime(t table, at column, row int) string {
	s, _ := t.rows[row][at.index].(string)
	return s
}
