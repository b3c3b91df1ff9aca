package answer

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// writer builds text and remembers where each figure came from.
type writer struct {
	wording
	table
	text strings.Builder
	refs []event.Ref
	at   int // length so far in UTF-16 code units
}

func (w *writer) say(parts ...string) {
	for _, s := range parts {
		w.text.WriteString(s)
		w.at += units(s)
	}
}

// bound writes a text that stands for a cell.
func (w *writer) bound(text string, c column, row int) {
	start := w.at
	w.say(text)
	r := ref(c, row)
	r.Start, r.End = start, w.at
	w.refs = append(w.refs, r)
}

// value writes a measured cell.
func (w *writer) value(c column, row int) { w.bound(format(w.rows[row][c.index], c), c, row) }

// summarise writes at most three sentences about the result: what there is to say
// about its shape, and whether it may not be all.
func summarise(in Input, t table) (string, []event.Ref) {
	w := &writer{wording: wording{in}, table: t}
	measures := t.of(compile.Measure)
	keys := append(t.of(compile.Dimension), t.of(compile.Time)...)
	switch {
	case len(t.columns) == 0:
		w.say("The code printed its result and returned no table.")
	case len(t.rows) == 0, w.ofNothing(keys, measures):
		w.nothing()
	case w.plainRows(measures):
		w.rowsAsTheyAre()
	case len(measures) == 0:
		w.listing()
	case len(t.rows) == 1:
		w.oneRow(keys, measures)
	case len(keys) == 0:
		w.unnamed(measures)
	default:
		w.groups(keys, measures)
	}
	if cut(in) {
		w.say(" There may be more rows than these.")
	}
	return w.text.String(), w.refs
}

// ofNothing reports a single row of measures without values, because no row was
// there to measure.
func (w *writer) ofNothing(keys, measures []column) bool {
	kept := w.in.Executed.RowsKept
	return len(w.rows) == 1 && len(keys) == 0 && len(measures) > 0 && kept != nil && *kept == 0 &&
		!slices.ContainsFunc(measures, func(m column) bool { return w.rows[0][m.index] != nil })
}

// nothing says what was looked for and not found.
func (w *writer) nothing() {
	var wanted []string
	for _, chip := range w.in.Planned.Interpretation {
		if chip.Kind == "filter" || chip.Kind == "range" {
			wanted = append(wanted, chip.Label)
		}
	}
	w.say("No ", w.things(), " match")
	if len(wanted) > 0 && len(strings.Join(wanted, "")) < 200 {
		w.say(": ", strings.Join(wanted, ", and "))
	}
	w.say(".")
	w.endOfData()
}

// endOfData says how far the data goes where a period after its end was asked for:
// a question about last month of data that nobody has updated.
func (w *writer) endOfData() {
	if w.in.Plan == nil {
		return
	}
	for _, f := range w.in.Plan.Filters {
		c := w.source(f.Column)
		if f.Period == nil || c == nil || c.Profile == nil || c.Profile.Max == "" {
			continue
		}
		last, ok := plan.ParseMoment(c.Profile.Max, w.in.AsOf)
		if ok && last.Start.Before(f.Period.Span(w.in.AsOf).From) {
			w.say(" The data ends on ", last.Start.Format("2 January 2006"), ".")
			return
		}
	}
}

// oneRow reads a single row out: the measures, of what they belong to.
func (w *writer) oneRow(keys, measures []column) {
	m := measures[0]
	if way := w.sortedBy(m); way != "" && len(keys) > 0 && w.in.Plan.Limit == 1 && w.rows[0][m.index] != nil {
		w.keys(keys, 0)
		w.say(" has the ", way, " ", w.bare(m), ": ")
		w.value(m, 0)
		w.others(measures[1:], 0)
		w.say(".")
		return
	}
	if len(keys) > 0 {
		w.keys(keys, 0)
		w.say(": ")
	}
	for i, c := range measures[:min(4, len(measures))] {
		name := w.column(c)
		if i > 0 {
			w.say(", ")
		} else if len(keys) == 0 {
			name = upper(name)
		}
		w.say(name, " is ")
		if w.rows[0][c.index] == nil {
			w.bound("unknown: there is no value", c, 0)
			continue
		}
		w.value(c, 0)
	}
	w.say(".")
}

// others adds further measures of a row in brackets.
func (w *writer) others(measures []column, row int) {
	n := 0
	for _, c := range measures {
		if w.rows[row][c.index] == nil || n == 2 {
			continue
		}
		w.say(map[bool]string{true: " (", false: ", "}[n == 0])
		w.said(c, row)
		n++
	}
	if n > 0 {
		w.say(")")
	}
}

// said writes a measure with its name, shares as "31% of the total".
func (w *writer) said(c column, row int) {
	if c.of != nil && c.of.Window != nil && c.of.Window.Kind == plan.Share {
		w.value(c, row)
		w.say(" of the total")
		return
	}
	w.say(w.column(c), " ")
	w.value(c, row)
}

// unnamed is of rows that nothing tells apart: their range.
func (w *writer) unnamed(measures []column) {
	m := measures[0]
	high, low, ok := extremes(w.table, m)
	if !ok || !w.whole {
		w.listing()
		return
	}
	w.say(upper(w.column(m)))
	if w.equal(m, high, low) {
		w.say(" is ")
		w.value(m, high)
		w.say(" in every row.")
		return
	}
	w.say(" goes from ")
	w.value(m, low)
	w.say(" to ")
	w.value(m, high)
	w.say(".")
}

// listing reads out the first values.
func (w *writer) listing() {
	first := w.columns[0]
	if len(w.rows) == 1 {
		for i, c := range w.columns[:min(4, len(w.columns))] {
			name := w.column(c)
			if i == 0 {
				name = upper(name)
			} else {
				w.say("; ")
			}
			w.say(name, ": ")
			w.bound(format(w.rows[0][c.index], c), c, 0)
		}
		w.say(".")
		return
	}
	most, more := 5, w.columns[1:]
	if len(more) > 0 {
		most, more = 3, more[:min(2, len(more))]
	}
	w.say(upper(plural(w.column(first))), ": ")
	n := min(most, len(w.rows))
	for i := range n {
		w.separate(i, n, w.total == n)
		w.bound(format(w.rows[i][first.index], first), first, i)
		for j, c := range more {
			w.say(map[bool]string{true: " (", false: ", "}[j == 0])
			w.bound(format(w.rows[i][c.index], c), c, i)
		}
		if len(more) > 0 {
			w.say(")")
		}
	}
	if w.total > n {
		w.say(", and others")
	}
	w.say(".")
}

// separate writes what stands before the i-th of n things.
func (w *writer) separate(i, n int, closes bool) {
	switch {
	case i == 0:
	case closes && i == n-1:
		w.say(" and ")
	default:
		w.say(", ")
	}
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
