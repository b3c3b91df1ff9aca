package sentence

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// Sentence returns one sentence of what q computes over d when the clock shows
// asOf.
func Sentence(q *plan.Query, d *catalog.Dataset, asOf time.Time) string {
	w := newWriter(q, d, asOf)
	text := w.query()
	for _, n := range q.With {
		if n.Plan != nil {
			sub := newWriter(n.Plan, d, asOf)
			text += fmt.Sprintf("; %s stands for %s", name(n.Name), sub.query())
		}
	}
	return capital(text) + "."
}

// Expression words one expression of q, as a chip does.
func Expression(q *plan.Query, d *catalog.Dataset, asOf time.Time, e *plan.Expr) string {
	return newWriter(q, d, asOf).output(e)
}

// Condition words one condition of q, as a chip does; groups says that it is one
// on groups, as those in having are.
func Condition(q *plan.Query, d *catalog.Dataset, asOf time.Time, f *plan.Filter, groups bool) string {
	w := newWriter(q, d, asOf)
	w.groups = groups
	return w.condition(f)
}

// writer words one plan.
type writer struct {
	q    *plan.Query
	asOf time.Time
	// tables are those whose columns a name can mean, nearest first.
	tables []named
	data   *catalog.Dataset
	// groups says that conditions are about groups, not rows.
	groups bool
}

// named is a table by the name the plan has for it.
type named struct {
	name  string
	table *catalog.Table
}

func newWriter(q *plan.Query, d *catalog.Dataset, asOf time.Time) writer {
	if d == nil {
		d = &catalog.Dataset{}
	}
	w := writer{q: q, asOf: asOf, data: d}
	w.tables = w.add(nil, q.Table, "")
	for _, j := range q.Joins {
		w.tables = w.add(w.tables, j.Table, j.As)
	}
	return w
}

func (w writer) add(list []named, table, as string) []named {
	if as == "" {
		as = table
	}
	if t := w.data.Table(table); t != nil {
		list = append(list, named{as, t})
	}
	return list
}

// query words the plan without the capital and the full stop.
func (w writer) query() string {
	var b strings.Builder
	keys, measures := w.outputs()
	switch {
	case w.grouped() && len(measures) == 0:
		b.WriteString(different(keys) + w.from())
	case w.grouped():
		if w.startsWithName() {
			b.WriteString("the values of ")
		}
		b.WriteString(and(measures) + " from " + w.from())
		if len(keys) > 0 {
			b.WriteString(" per " + and(keys))
		}
	case w.q.Distinct:
		b.WriteString(different(measures) + w.from())
	default:
		b.WriteString("rows of " + w.from() + ", showing " + and(measures))
	}
	if w.grouped() && w.q.Distinct {
		b.WriteString(", each different row once")
	}
	if len(w.q.Filters) > 0 {
		b.WriteString(", where " + w.all(w.q.Filters))
	}
	if len(w.q.Having) > 0 {
		groups := w
		groups.groups = true
		b.WriteString(", only groups where " + groups.all(w.q.Having))
	}
	if t := w.q.Top; t != nil {
		b.WriteString(", only " + w.top(t))
	}
	if len(w.q.OrderBy) > 0 {
		b.WriteString(", " + w.order())
	}
	if w.q.Limit > 0 {
		b.WriteString(", " + rows(w.q.Limit))
	}
	return b.String()
}

func different(outputs []string) string {
	if len(outputs) == 1 {
		return "the different values of " + outputs[0] + " in "
	}
	return "the different combinations of " + and(outputs) + " in "
}

// outputs words the group_by expressions and the other outputs.
func (w writer) outputs() (keys, measures []string) {
	for i := range w.q.GroupBy {
		keys = append(keys, w.output(w.key(i)))
	}
	for i := range w.q.Select {
		if e := &w.q.Select[i]; !w.isKey(e) {
			measures = append(measures, w.output(e))
		}
	}
	return keys, measures
}

// key returns a group_by expression, or the one in select that it names.
func (w writer) key(i int) *plan.Expr {
	k := &w.q.GroupBy[i]
	if k.Column == "" || w.column(k.Column) != nil || k.Bucket != "" || k.Part != "" || k.Bin != 0 {
		return k
	}
	for j := range w.q.Select {
		if e := &w.q.Select[j]; e.As != "" && strings.EqualFold(e.As, k.Column) && !aggregates(e) {
			return e
		}
	}
	return k
}

// startsWithName reports whether the first thing shown is worded by its column,
// which a capital letter would change.
func (w writer) startsWithName() bool {
	for i := range w.q.Select {
		e := &w.q.Select[i]
		if w.isKey(e) {
			continue
		}
		for e.Agg == "" && (e.Window == nil || e.Window.Kind == plan.Previous) && e.Bucket == "" && e.Part == "" {
			switch {
			case e.Of != nil:
				e = e.Of
			case e.Left != nil && e.Op != plan.DateDiff:
				e = e.Left
			default:
				return e.Column != ""
			}
		}
		return false
	}
	return false
}

// grouped reports whether the plan's rows are groups.
func (w writer) grouped() bool {
	return len(w.q.GroupBy) > 0 || slices.ContainsFunc(w.q.Select, func(e plan.Expr) bool { return aggregates(&e) })
}

func aggregates(e *plan.Expr) bool {
	return e != nil && (e.Agg != "" || aggregates(e.Left) || aggregates(e.Right) || aggregates(e.Of))
}

// isKey reports whether a selected expression is one of group_by.
func (w writer) isKey(e *plan.Expr) bool {
	text := w.expr(e)
	for i := range w.q.GroupBy {
		if k := w.key(i); k == e || strings.EqualFold(w.expr(k), text) {
			return true
		}
	}
	return false
}

// from words the table and what is joined to it.
func (w writer) from() string {
	text := name(w.q.Table)
	for _, j := range w.q.Joins {
		text += " joined with " + name(j.Table)
		if j.As != "" && !strings.EqualFold(j.As, j.Table) {
			text += " as " + name(j.As)
		}
		if j.Type == plan.LeftJoin {
			text += " (if any)"
		}
	}
	return text
}

func rows(n int) string {
	if n == 1 {
		return "only the first row"
	}
	return fmt.Sprintf("at most %d rows", n)
}

// and joins words the way a list is spoken.
func and(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// maxName is how much of a name or value is shown, in characters.
const maxName = 60

// name makes a name from outside safe to put into a line of text.
func name(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > maxName {
		return string(r[:maxName]) + "…"
	}
	return s
}

// capital starts the sentence, inside a bracket if it starts with one.
func capital(s string) string {
	bracket := len(s) - len(strings.TrimLeft(s, "("))
	r, n := utf8.DecodeRuneInString(s[bracket:])
	return s[:bracket] + string(unicode.ToUpper(r)) + s[bracket+n:]
}
