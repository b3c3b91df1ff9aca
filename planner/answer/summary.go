package answer

import (
	"encoding/json"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/planner/compile"
	"github.com/leo-analytics/leo/shared/event"
)

// writer builds text and remembers where each figure came from.
type writer struct {
	text strings.Builder
	refs []event.Ref
	at   int // length so far in UTF-16 code units
}

func (w *writer) say(s string) {
	w.text.WriteString(s)
	w.at += units(s)
}

// cell writes a formatted cell and binds it.
func (w *writer) cell(t table, c column, row int) {
	start := w.at
	w.say(format(t.rows[row][c.index], c))
	r := ref(c, row)
	r.Start, r.End = start, w.at
	w.refs = append(w.refs, r)
}

// summarise writes at most three sentences about the result.
func summarise(t table, cut bool) (string, []event.Ref) {
	w := &writer{}
	measures := t.of(compile.Measure)
	times, dims := t.of(compile.Time), t.of(compile.Dimension)
	switch {
	case len(t.columns) == 0:
		w.say("The code printed its result and returned no table.")
	case len(t.rows) == 0:
		w.say("No rows match.")
	case len(t.rows) == 1:
		oneRow(w, t)
	case len(measures) > 0 && len(dims)+len(times) > 0 && !t.whole:
		leading(w, t, append(dims, times...), measures[0])
	case len(measures) > 0 && len(times) == 1 && len(dims) == 0:
		overTime(w, t, times[0], measures[0])
	case len(measures) > 0 && len(dims)+len(times) > 0:
		ranking(w, t, append(dims, times...), measures[0])
	default:
		listing(w, t)
	}
	if cut {
		w.say(" There may be more rows than these.")
	}
	return w.text.String(), w.refs
}

// oneRow reads a single row out, measures after what they belong to.
func oneRow(w *writer, t table) {
	var keys []column
	for _, c := range t.columns {
		if c.role != compile.Measure {
			keys = append(keys, c)
		}
	}
	measures := t.of(compile.Measure)
	if len(measures) == 0 {
		listing(w, t)
		return
	}
	for i, c := range keys {
		if i > 0 {
			w.say(", ")
		}
		w.cell(t, c, 0)
	}
	if len(keys) > 0 {
		w.say(": ")
	}
	for i, c := range measures[:min(4, len(measures))] {
		if i > 0 {
			w.say(", ")
		}
		label := c.label
		if i == 0 && len(keys) == 0 {
			label = upper(label)
		}
		w.say(label + " is ")
		w.cell(t, c, 0)
	}
	w.say(".")
}

// overTime names the ends, and the peak when it is not one of them.
func overTime(w *writer, t table, at, m column) {
	first, last, ok := ends(t, at)
	if !ok {
		ranking(w, t, []column{at}, m)
		return
	}
	w.say(upper(m.label) + " goes from ")
	w.cell(t, m, first)
	w.say(" in ")
	w.cell(t, at, first)
	w.say(" to ")
	w.cell(t, m, last)
	w.say(" in ")
	w.cell(t, at, last)
	w.say(".")
	if high, low, ok := extremes(t, m); ok && high != first && high != last && rowTime(t, at, high) != "" {
		w.say(" It is highest in ")
		w.cell(t, at, high)
		w.say(" with ")
		w.cell(t, m, high)
		if low != first && low != last && rowTime(t, at, low) != "" {
			w.say(" and lowest in ")
			w.cell(t, at, low)
			w.say(" with ")
			w.cell(t, m, low)
		}
		w.say(".")
	}
}

// ends returns the rows with the earliest and the latest time; ok is false when
// fewer than two rows have one.
func ends(t table, at column) (first, last int, ok bool) {
	first, last = -1, -1
	for i := range t.rows {
		s := rowTime(t, at, i)
		if s == "" {
			continue
		}
		if first < 0 || s < rowTime(t, at, first) {
			first = i
		}
		if last < 0 || s > rowTime(t, at, last) {
			last = i
		}
	}
	return first, last, first != last
}

// leading reads out the first rows where they may not be all there is.
func leading(w *writer, t table, keys []column, m column) {
	w.say(upper(m.label) + ": ")
	n := min(3, len(t.rows))
	for i := range n {
		if i > 0 {
			w.say("; ")
		}
		key(w, t, keys, i)
		w.say(" with ")
		w.cell(t, m, i)
	}
	if t.total > n {
		w.say("; and others")
	}
	w.say(".")
}

func rowTime(t table, at column, row int) string {
	s, _ := t.rows[row][at.index].(string)
	return s
}

// ranking names the largest and the smallest group.
func ranking(w *writer, t table, keys []column, m column) {
	high, low, ok := extremes(t, m)
	if !ok {
		listing(w, t)
		return
	}
	w.say(upper(m.label) + " is highest for ")
	key(w, t, keys, high)
	w.say(" with ")
	w.cell(t, m, high)
	if low != high {
		w.say(" and lowest for ")
		key(w, t, keys, low)
		w.say(" with ")
		w.cell(t, m, low)
	}
	w.say(".")
}

func key(w *writer, t table, keys []column, row int) {
	for i, c := range keys[:min(3, len(keys))] {
		if i > 0 {
			w.say(", ")
		}
		w.cell(t, c, row)
	}
}

// listing reads out the first values of the first column.
func listing(w *writer, t table) {
	c := t.columns[0]
	w.say(upper(c.label) + ": ")
	n := min(5, len(t.rows))
	for i := range n {
		if i > 0 {
			w.say(", ")
		}
		w.cell(t, c, i)
	}
	if t.total > n {
		w.say(" and others")
	}
	w.say(".")
}

// extremes returns the rows with the largest and the smallest value.
func extremes(t table, m column) (high, low int, ok bool) {
	var max, min *big.Rat
	for i, r := range t.rows {
		v := rat(r[m.index])
		if v == nil {
			continue
		}
		if max == nil || v.Cmp(max) > 0 {
			max, high = v, i
		}
		if min == nil || v.Cmp(min) < 0 {
			min, low = v, i
		}
	}
	return high, low, max != nil
}

func rat(v any) *big.Rat {
	n, ok := v.(json.Number)
	if !ok {
		return nil
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return nil
	}
	return r
}

func upper(s string) string {
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
