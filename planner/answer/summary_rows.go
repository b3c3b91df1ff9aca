package answer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// plainColumns is how many columns rows have that are too wide to read out.
const plainColumns = 4

// plainRows reports rows of a table as they stand there: nothing is grouped or
// computed, and no measure puts them in an order that could be told. Short rows
// that are all there are told as groups are.
func (w *writer) plainRows(measures []column) bool {
	if len(w.columns) < plainColumns && (w.whole || len(w.columns) < 2) || w.in.Plan == nil && w.listed() == nil {
		return false
	}
	if len(measures) > 0 && len(w.rows) > 0 && w.sortedBy(lead(measures)) != "" {
		return false
	}
	q := w.in.Plan
	return q == nil || len(q.GroupBy) == 0 && q.Top == nil && !slices.ContainsFunc(q.Select, computed)
}

// computed reports an expression over more than one row.
func computed(e plan.Expr) bool {
	if e.Agg != "" || e.Window != nil {
		return true
	}
	for _, part := range []*plan.Expr{e.Of, e.Left, e.Right} {
		if part != nil && computed(*part) {
			return true
		}
	}
	return false
}

// listed is the table whose columns the result of a person's statement has; nil
// where they are not all of one.
func (w *writer) listed() *catalog.Table {
	if w.in.Dataset == nil {
		return nil
	}
	for i := range w.in.Dataset.Tables {
		t := &w.in.Dataset.Tables[i]
		found := 0
		for _, c := range w.columns {
			if t.Column(c.name) != nil {
				found++
			}
		}
		if found == len(w.columns) {
			return t
		}
	}
	return nil
}

// rowsAsTheyAre says how many rows there are, of what and in which order: the
// table shows them.
func (w *writer) rowsAsTheyAre() {
	if len(w.rows) == 1 {
		w.singleRow()
		return
	}
	things, matching, order := w.things(), "", ""
	if q := w.in.Plan; q != nil {
		if len(q.Filters) > 0 {
			matching = " that match"
		}
		order = w.inOrder(q)
	} else {
		things = w.thingsOf(w.listed())
	}
	all := ""
	if w.whole {
		all = "all "
	}
	w.say("Here are ", all, grouped(strconv.Itoa(w.total)), " ", things, matching)
	if len(w.columns) < plainColumns {
		w.say(" with ", w.list(w.columns))
	}
	w.say(order, ".")
}

// inOrder words what a plan sorts by.
func (w *writer) inOrder(q *plan.Query) string {
	if len(q.OrderBy) == 0 {
		if len(q.Joins) > 0 || q.Distinct {
			return ""
		}
		return ", in the order they are stored"
	}
	o := q.OrderBy[0]
	for _, c := range w.columns {
		if o.By == "" || !strings.EqualFold(o.By, c.name) && (c.of == nil || !strings.EqualFold(o.By, c.of.Column)) {
			continue
		}
		switch down := o.Direction == plan.Desc; {
		case c.role == compile.Time:
			return map[bool]string{true: ", newest first", false: ", oldest first"}[down]
		case down:
			return ", by " + w.column(c) + " from the last to the first"
		}
		return ", by " + w.column(c)
	}
	return ""
}

// singleRow reads out the first cells of a row that have a value.
func (w *writer) singleRow() {
	n := 0
	for _, c := range w.columns {
		if v := w.rows[0][c.index]; v == nil || v == "" {
			continue
		}
		name := w.column(c)
		if n > 0 {
			w.say("; ")
		} else {
			name = upper(name)
		}
		w.say(name, ": ")
		w.value(c, 0)
		if n++; n > plainColumns {
			break
		}
	}
	if n == 0 {
		w.say("The row has no values")
	}
	w.say(".")
}
