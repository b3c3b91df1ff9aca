package sentence

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// all words conditions that must hold together.
func (w writer) all(list []plan.Filter) string {
	parts := []string{}
	w.each(list, func(i int, days *plan.DayRange) {
		switch {
		case days != nil:
			parts = append(parts, w.within(list[i].Column, *days))
		case list[i].Or != nil && len(list) > 1:
			parts = append(parts, "("+w.condition(&list[i])+")")
		default:
			parts = append(parts, w.condition(&list[i]))
		}
	})
	return strings.Join(parts, " and ")
}

// each visits conditions that must hold together, two that limit a stretch of days
// as one, at the place of the first.
func (w writer) each(list []plan.Filter, visit func(i int, days *plan.DayRange)) {
	ranges := plan.DayRanges(list, func(column string) bool { return w.columnType(column).Temporal() })
	for i := range list {
		if r, ok := plan.RangeAt(ranges, i); ok {
			visit(i, &r)
		} else if !slices.ContainsFunc(ranges, func(r plan.DayRange) bool { return r.Second() == i }) {
			visit(i, nil)
		}
	}
}

func (w writer) within(column string, days plan.DayRange) string {
	return name(column) + " is " + stretchOf(days.From, days.To.AddDate(0, 0, 1))
}

func (w writer) condition(f *plan.Filter) string {
	switch {
	case f.And != nil:
		return w.all(f.And)
	case f.Or != nil:
		parts := make([]string, len(f.Or))
		for i := range f.Or {
			parts[i] = w.condition(&f.Or[i])
			if len(f.Or[i].And) > 1 {
				parts[i] = "(" + parts[i] + ")"
			}
		}
		return strings.Join(parts, " or ")
	case f.Not != nil && f.Not.Exists != nil:
		return w.exists(f.Not.Exists, "no ")
	case f.Not != nil:
		return "not (" + w.condition(f.Not) + ")"
	case f.Exists != nil:
		return w.exists(f.Exists, "")
	}
	return w.comparison(f)
}

// exists words the demand for related rows; its names are looked up in their
// table first.
func (w writer) exists(e *plan.Exists, which string) string {
	text := name(e.Table) + " has " + which + "matching rows"
	if len(e.Filters) > 0 {
		inner := w
		inner.tables = append(w.add(nil, e.Table, ""), w.tables...)
		text += " where " + inner.all(e.Filters)
	}
	return text
}

func (w writer) comparison(f *plan.Filter) string {
	left, typ := name(f.Column), w.columnType(f.Column)
	if f.Expr != nil {
		left, typ = w.expr(f.Expr), w.typeOf(f.Expr)
	} else if e := w.named(f.Column); typ == "" && e != nil {
		typ = w.typeOf(e)
	}
	switch f.Op {
	case plan.IsNull:
		return left + " is missing"
	case plan.NotNull:
		return left + " is not missing"
	}
	if f.Period != nil {
		return left + " is " + w.period(f.Period, typ)
	}
	if f.Right != nil {
		return left + " " + opPhrase(f.Op, typ) + " " + w.right(f.Right, typ)
	}
	list, _ := f.Value.([]any)
	switch f.Op {
	case plan.In:
		return left + " is " + w.oneOf(list, typ)
	case plan.NotIn:
		return left + " is not " + w.oneOf(list, typ)
	case plan.Between:
		if len(list) == 2 {
			if days, ok := w.ends(list, typ); ok {
				return left + " is " + days
			}
			return left + " is between " + w.value(typ, list[0]) + " and " + w.value(typ, list[1])
		}
	}
	return left + " " + opPhrase(f.Op, typ) + w.in(f, typ) + w.value(typ, f.Value)
}

// ends words two ends of dates that are whole days, both included.
func (w writer) ends(ends []any, typ catalog.Type) (string, bool) {
	if !typ.Temporal() {
		return "", false
	}
	from, okFrom := plan.ParseMoment(fmt.Sprint(ends[0]), w.asOf)
	to, okTo := plan.ParseMoment(fmt.Sprint(ends[1]), w.asOf)
	if !okFrom || !okTo || from.Unit == "" || to.Unit == "" || !from.Start.Before(to.End) {
		return "", false
	}
	return stretchOf(from.Start, to.End), true
}

// in says that a date is in a month or year it is compared with.
func (w writer) in(f *plan.Filter, typ catalog.Type) string {
	if typ.Temporal() && (f.Op == plan.Equal || f.Op == plan.NotEqual) {
		if m, ok := plan.ParseMoment(fmt.Sprint(f.Value), w.asOf); ok && m.Unit != "" && m.Unit != plan.Day {
			return " in "
		}
	}
	return " "
}

// opPhrase is the verb of a comparison.
func opPhrase(op plan.FilterOp, typ catalog.Type) string {
	if typ.Temporal() {
		switch op {
		case plan.Less:
			return "is before"
		case plan.LessOrEqual:
			return "is not after"
		case plan.Greater:
			return "is after"
		case plan.GreaterOrEqual:
			return "is not before"
		}
	}
	return map[plan.FilterOp]string{
		plan.Equal: "is", plan.NotEqual: "is not", plan.Less: "is below", plan.LessOrEqual: "is at most",
		plan.Greater: "is above", plan.GreaterOrEqual: "is at least",
		plan.Contains: "contains", plan.StartsWith: "starts with", plan.EndsWith: "ends with",
	}[op]
}

// right words an expression on the right; an aggregation in a filter is over the
// whole table.
func (w writer) right(e *plan.Expr, typ catalog.Type) string {
	if e.Value != nil && e.Agg == "" {
		return w.value(typ, e.Value)
	}
	switch {
	case !aggregates(e):
		return w.expr(e)
	case w.groups:
		return "the " + w.expr(e)
	case len(e.Where) > 0:
		return "the " + w.expr(e) + " over the whole table"
	}
	return "the " + w.expr(e) + " over all rows"
}

// shownValues is how many values of a list are written out.
const shownValues = 5

func (w writer) oneOf(list []any, typ catalog.Type) string {
	parts := make([]string, 0, shownValues)
	for _, v := range list[:min(len(list), shownValues)] {
		parts = append(parts, w.value(typ, v))
	}
	switch more := len(list) - len(parts); {
	case more == 1:
		return strings.Join(parts, ", ") + " or 1 other value"
	case more > 1:
		return strings.Join(parts, ", ") + fmt.Sprintf(" or one of %d other values", more)
	case len(parts) > 1:
		return strings.Join(parts[:len(parts)-1], ", ") + " or " + parts[len(parts)-1]
	}
	return strings.Join(parts, "")
}
