package sentence

import (
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// The kinds of chips.
const (
	measure   = "measure"
	dimension = "dimension"
	filter    = "filter"
	stretched = "range"
	sorted    = "order"
	limited   = "limit"
)

// Chips returns the parts of the interpretation a person can read and edit:
// measures, dimensions, filters and ranges (conditions connected by AND stand
// alone, also those of having, and two that limit a stretch of days are one, at
// the path of the first), order, and the limits the plan sets. Each path
// leads into q.
func Chips(q *plan.Query, d *catalog.Dataset, asOf time.Time) []event.Chip {
	c := chips{w: newWriter(q, d, asOf)}
	c.outputs()
	c.conditions("/filters", q.Filters)
	c.w.groups = true
	c.conditions("/having", q.Having)
	if q.Top != nil {
		c.add(limited, c.w.top(q.Top), "/top")
	}
	for i := range q.OrderBy {
		c.add(sorted, c.w.sortKey(&q.OrderBy[i]), plan.Path("/order_by").Index(i))
	}
	if q.Limit > 0 {
		c.add(limited, rows(q.Limit), "/limit")
	}
	return c.list
}

type chips struct {
	w    writer
	list []event.Chip
}

func (c *chips) add(kind, label string, path plan.Path) {
	c.list = append(c.list, event.Chip{Kind: kind, Label: label, Path: string(path)})
}

// outputs lists what is measured and what it is broken down by.
func (c *chips) outputs() {
	q := c.w.q
	for i := range q.Select {
		e, at := &q.Select[i], plan.Path("/select").Index(i)
		switch {
		case c.w.isKey(e):
		case aggregates(e) || e.Window != nil || e.Op != "" || !c.w.grouped() && c.w.isQuantity(e):
			c.add(measure, c.w.output(e), at)
		default:
			c.add(dimension, c.w.output(e), at)
		}
	}
	for i := range q.GroupBy {
		c.add(dimension, c.w.output(c.w.key(i)), plan.Path("/group_by").Index(i))
	}
}

// isQuantity reports whether a plain expression is a number that is measured, not
// one that identifies something.
func (w writer) isQuantity(e *plan.Expr) bool {
	lower := strings.ToLower(e.Column)
	id := lower == "id" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(lower, ".id")
	return w.typeOf(e).Numeric() && e.Part == "" && !id
}

func (c *chips) conditions(path plan.Path, list []plan.Filter) {
	c.w.each(list, func(i int, days *plan.DayRange) {
		f, at := &list[i], path.Index(i)
		switch {
		case days != nil:
			c.add(stretched, c.w.within(f.Column, *days), at)
		case f.And != nil:
			c.conditions(at.Key("and"), f.And)
		case f.Period != nil || f.Op == plan.Between || c.w.isDate(f):
			c.add(stretched, c.w.condition(f), at)
		default:
			c.add(filter, c.w.condition(f), at)
		}
	})
}

// isDate reports whether a comparison is one of dates, which limit a range of
// time.
func (w writer) isDate(f *plan.Filter) bool {
	switch f.Op {
	case "", plan.IsNull, plan.NotNull, plan.NotEqual, plan.NotIn:
		return false
	}
	if f.Expr != nil {
		return w.typeOf(f.Expr).Temporal()
	}
	return w.columnType(f.Column).Temporal()
}
