package answer

import (
	"reflect"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// ranked reads out rows that were asked for in order: the first one is the
// highest of all, whatever a limit left out.
func (w *writer) ranked(keys, measures []column, m column, way string) {
	n := min(few, len(w.rows))
	if w.total == few+1 && len(w.rows) > few {
		n = few + 1
	}
	for i := range n {
		if w.rows[i][m.index] == nil {
			n = i // nulls come last
			break
		}
	}
	if n == 0 {
		w.leading(keys, m)
		return
	}
	if n > 1 && w.equal(m, 0, 1) {
		w.tied(keys, m, way)
		return
	}
	w.keys(keys, 0)
	w.say(" has the ", way, " ", w.bare(m), " with ")
	w.value(m, 0)
	w.others(without(measures, m), 0)
	for i := 1; i < n; i++ {
		w.say(map[bool]string{true: ", followed by ", false: " and "}[i == 1])
		if i > 1 && i < n-1 {
			w.trimAnd()
		}
		w.keys(keys, i)
		w.say(" with ")
		w.value(m, i)
	}
	w.say(".")
}

// trimAnd turns the " and " just written into a comma.
func (w *writer) trimAnd() {
	text := strings.TrimSuffix(w.text.String(), " and ") + ", "
	w.text.Reset()
	w.text.WriteString(text)
	w.at = units(text)
}

// tied says that several rows share the first place.
func (w *writer) tied(keys []column, m column, way string) {
	n := 0
	for n < len(w.rows) && w.equal(m, 0, n) {
		n++
	}
	w.together(keys, firstRows(n))
	w.say(" share the ", way, " ", w.bare(m), " with ")
	w.value(m, 0)
	w.say(" each.")
}

func firstRows(n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	return rows
}

// together names rows that are alike, not all of them if they are many.
func (w *writer) together(keys []column, rows []int) {
	shown := rows[:min(few, len(rows))]
	if len(rows) > few {
		w.say("Several, among them ")
	}
	for i, row := range shown {
		w.separate(i, len(shown), true)
		w.keys(keys, row)
	}
	if len(rows) > few {
		w.say(",")
	}
}

// sortedBy says whether the plan asked for rows by a measure, and the rows are
// so: "highest" where the first is the largest of all, "lowest", or "".
func (w *writer) sortedBy(m column) string {
	q := w.in.Plan
	if q == nil || len(q.OrderBy) == 0 || q.Top != nil || rat(w.rows[0][m.index]) == nil {
		return ""
	}
	o := q.OrderBy[0]
	same := o.By != "" && (strings.EqualFold(o.By, m.name) || m.of != nil && strings.EqualFold(o.By, m.of.As))
	if o.Expr != nil && m.of != nil {
		a, b := *o.Expr, *m.of
		a.As, b.As = "", ""
		same = reflect.DeepEqual(a, b)
	}
	if !same {
		return ""
	}
	sign, way := 1, "lowest"
	if o.Direction == plan.Desc {
		sign, way = -1, "highest"
	}
	for i := 1; i < len(w.rows); i++ {
		a, b := rat(w.rows[i-1][m.index]), rat(w.rows[i][m.index])
		if a == nil && b != nil || a != nil && b != nil && sign*a.Cmp(b) > 0 {
			return ""
		}
	}
	return way
}

// bare is a measure's name behind "highest" or "lowest", which an extreme of its
// own would double.
func (w *writer) bare(m column) string {
	name := w.column(m)
	for _, word := range []string{"highest ", "lowest "} {
		name = strings.TrimPrefix(name, word)
	}
	return name
}
