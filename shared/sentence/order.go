package sentence

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

func (w writer) top(t *plan.Top) string {
	which := "highest"
	if t.Direction == plan.Asc {
		which = "lowest"
	}
	per := make([]string, len(t.Per))
	for i, p := range t.Per {
		per[i] = name(p)
	}
	count := "one"
	if t.N != 1 {
		count = strconv.Itoa(t.N)
	}
	return fmt.Sprintf("the %s with the %s %s for each %s", count, which, name(t.By), and(per))
}

// order words the sort keys; "highest first" says enough where one number is
// shown.
func (w writer) order() string {
	list := w.q.OrderBy
	if len(list) == 1 && w.isOnlyMeasure(list[0].By) {
		return direction(catalog.Decimal, list[0].Direction)
	}
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = w.sortKey(&list[i])
	}
	return "ordered by " + and(parts)
}

func (w writer) sortKey(o *plan.OrderBy) string {
	if o.Expr != nil && o.Expr.Position && o.Expr.Agg == "" {
		if o.Direction == plan.Desc {
			return "place in the table (last first)"
		}
		return "place in the table"
	}
	text := name(o.By)
	var typ catalog.Type
	if o.Expr != nil {
		text, typ = w.expr(o.Expr), w.typeOf(o.Expr)
	} else if e := w.named(o.By); e != nil {
		typ = w.typeOf(e)
		// A name that was not worth saying with its output means nothing here.
		if e.Agg != "" && w.says(w.expr(e), e.As) {
			text = w.expr(e)
		}
	} else {
		typ = w.columnType(o.By)
	}
	if typ == catalog.Text || typ == catalog.Boolean || typ == "" {
		if o.Direction == plan.Desc {
			return text + " descending"
		}
		return text
	}
	return text + " (" + direction(typ, o.Direction) + ")"
}

// direction says which end of an order comes first.
func direction(typ catalog.Type, d string) string {
	switch {
	case typ.Temporal() && d == plan.Desc:
		return "newest first"
	case typ.Temporal():
		return "oldest first"
	case d == plan.Desc:
		return "highest first"
	}
	return "lowest first"
}

// named finds the output the plan calls by this name.
func (w writer) named(by string) *plan.Expr {
	for _, list := range [][]plan.Expr{w.q.Select, w.q.GroupBy} {
		for i := range list {
			if e := &list[i]; e.As != "" && strings.EqualFold(e.As, by) {
				return e
			}
		}
	}
	return nil
}

// isOnlyMeasure reports whether by names the one number the plan shows.
func (w writer) isOnlyMeasure(by string) bool {
	if by == "" || !w.grouped() {
		return false
	}
	var only *plan.Expr
	for i := range w.q.Select {
		if e := &w.q.Select[i]; !w.isKey(e) {
			if only != nil {
				return false
			}
			only = e
		}
	}
	return only != nil && strings.EqualFold(only.As, by) && w.typeOf(only).Numeric()
}
