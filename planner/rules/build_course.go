package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// course writes what the question makes of its measures.
func (d *draft) course() {
	c := d.in.course
	if c == nil || d.broken != "" {
		return
	}
	if c.differ {
		d.difference(c)
	}
	if c.window != "" {
		d.window(c)
	}
}

// difference writes one measure less the other.
func (d *draft) difference(c *course) {
	var at []int
	for i := range d.query.Select {
		if e := &d.query.Select[i]; isAggregate(e) && e.Window == nil {
			at = append(at, i)
		}
	}
	if len(at) != 2 {
		d.in.punish(d.p.lex.weights["unknown_word"], c.text+" of which two numbers")
		return
	}
	left, right := d.query.Select[at[0]], d.query.Select[at[1]]
	if left.Agg == plan.Min && right.Agg == plan.Max {
		left, right = right, left
	}
	left.As, right.As = "", ""
	d.query.Select = append(d.query.Select, plan.Expr{Op: plan.Subtract, Left: &left, Right: &right, As: "difference"})
}

// window writes a measure beside the same measure of earlier periods.
func (d *draft) window(c *course) {
	bucket, order := d.timeGroup()
	grouped := bucket != "" || order != ""
	n := len(d.query.Select)
	periods, ok := stepsBack(c, bucket)
	if !grouped || !ok || n == 0 || !isAggregate(&d.query.Select[n-1]) || d.query.Select[n-1].Window != nil || d.in.limit > 0 {
		d.in.punish(d.p.lex.weights["unknown_word"], c.text+" of what")
		return
	}
	measure := d.query.Select[n-1]
	add := func(kind plan.WindowKind, as string, periods int) {
		e := *measure.Clone()
		e.Window, e.As = &plan.Window{Kind: kind, Periods: periods}, as
		if order != "" {
			e.Window.OrderBy = []plan.OrderBy{{By: order}}
		}
		d.query.Select = append(d.query.Select, e)
	}
	name := measure.As
	if name == "" {
		name = string(measure.Agg)
	}
	switch c.window {
	case plan.Change:
		add(plan.Previous, "previous_"+name, periods)
		add(plan.Change, "change", periods)
	case plan.PercentChange:
		add(plan.Previous, "previous_"+name, periods)
		add(plan.PercentChange, "growth", periods)
	case plan.MovingAverage:
		add(plan.MovingAverage, "moving_average", max(c.periods, 3))
	default:
		add(c.window, string(c.window), 0)
	}
}

// timeGroup finds the bucket the rows are grouped by, or the column of years.
func (d *draft) timeGroup() (bucket plan.Bucket, order string) {
	for i := range d.query.GroupBy {
		if e := &d.query.GroupBy[i]; e.Bucket != "" {
			return e.Bucket, ""
		}
	}
	for _, t := range d.in.groups {
		if t.isPeriod(d) {
			order = d.columnName(t.link.ref)
		}
	}
	return "", order
}

// stepsBack is how many rows back the period is that a course compares with:
// the same month of the year before is twelve months back.
func stepsBack(c *course, bucket plan.Bucket) (int, bool) {
	if c.window != plan.Change && c.window != plan.PercentChange || c.unit == "" || bucket == "" || c.unit == bucket {
		return 0, true
	}
	steps := map[[2]plan.Bucket]int{
		{plan.Year, plan.Quarter}: 4, {plan.Year, plan.Month}: 12, {plan.Quarter, plan.Month}: 3,
		{plan.Week, plan.Day}: 7, {plan.Day, plan.Hour}: 24, {plan.Hour, plan.Minute}: 60,
	}
	n, ok := steps[[2]plan.Bucket{c.unit, bucket}]
	return n, ok
}

// weekdays keeps the days of the week the question is about.
func (d *draft) weekdays() {
	c := d.in.course
	if c == nil || c.days == nil || d.broken != "" {
		return
	}
	l, ok := d.dateColumn(nil)
	if !ok || !d.p.column(l.ref).Type.Temporal() {
		d.fail("no date for " + c.text)
		return
	}
	d.use(l)
	d.query.Filters = append(d.query.Filters, plan.Filter{
		Expr: &plan.Expr{Column: d.columnName(l.ref), Part: plan.DayOfWeek}, Op: plan.In, Value: slices.Clone(c.days),
	})
}
