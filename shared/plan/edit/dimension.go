package edit

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// bucketsOf lists the periods dates of a type can be cut to.
func bucketsOf(t catalog.Type) []plan.Bucket {
	switch t {
	case catalog.Date:
		return []plan.Bucket{plan.Day, plan.Week, plan.Month, plan.Quarter, plan.Year}
	case catalog.Timestamp:
		return []plan.Bucket{plan.Hour, plan.Day, plan.Week, plan.Month, plan.Quarter, plan.Year}
	}
	return nil
}

// partsOf lists the numbers that can be taken out of dates of a type.
func partsOf(t catalog.Type) []plan.Part {
	switch t {
	case catalog.Date:
		return []plan.Part{plan.DayOfWeek, plan.DayOfMonth, plan.MonthOfYear, plan.QuarterOfYear}
	case catalog.Timestamp:
		return []plan.Part{plan.HourOfDay, plan.DayOfWeek, plan.DayOfMonth, plan.MonthOfYear, plan.QuarterOfYear}
	}
	return nil
}

// dimension sets what a plan is broken down by, or shows of each row, or adds to
// it.
func (w *work) dimension(path plan.Path, d Dimension) error {
	x, err := w.key(d)
	if err != nil {
		return err
	}
	if w.shows(&x, path) {
		return invalid(w.at, "The plan shows this already.").WithHint("Choose another column.")
	}
	switch {
	case path == "" && w.e.grouped:
		w.q.GroupBy = append(w.q.GroupBy, x)
		w.at = plan.Path("/group_by").Index(len(w.q.GroupBy) - 1)
		return nil
	case path == "":
		w.q.Select = append(w.q.Select, x)
		w.at = plan.Path("/select").Index(len(w.q.Select) - 1)
		return nil
	}
	for i := range w.q.GroupBy {
		if path == plan.Path("/group_by").Index(i) {
			return w.regroup(i, x)
		}
	}
	old := w.exprAt(path)
	if old == nil || !simpleColumn(old) || !w.isOutput(path) {
		return noPart(path, "grouping")
	}
	if sameKey(w.e, old, &x) {
		return nil
	}
	name, was := w.e.outputAt(path), old.Clone()
	*old = x
	w.rename(path, name, was)
	return nil
}

func (w *work) isOutput(path plan.Path) bool {
	for i := range w.q.Select {
		if path == plan.Path("/select").Index(i) {
			return true
		}
	}
	return false
}

// regroup replaces the group_by expression i, also where select shows it.
func (w *work) regroup(i int, x plan.Expr) error {
	path := plan.Path("/group_by").Index(i)
	shown := w.keyIn(i)
	was := w.q.GroupBy[i].Clone()
	if len(shown) > 0 {
		was = w.q.Select[shown[0]].Clone()
	}
	if !simpleColumn(was) && was.Bin == 0 {
		return noPart(path, "grouping")
	}
	if sameKey(w.e, was, &x) {
		return nil
	}
	name := w.e.outputAt(path)
	w.q.GroupBy[i] = x
	for _, j := range shown {
		w.q.Select[j] = *x.Clone()
	}
	w.rename(path, name, was)
	return nil
}

// key is the expression of a dimension.
func (w *work) key(d Dimension) (plan.Expr, error) {
	name, c, err := w.use(d.Column)
	if err != nil {
		return plan.Expr{}, err
	}
	switch {
	case d.Bucket != "" && d.Part != "":
		return plan.Expr{}, invalid(w.at, "A date is cut to a period, or a part is taken out of it, not both.").WithHint("Send bucket or part.")
	case d.Bucket != "" && !slices.Contains(bucketsOf(c.Type), d.Bucket), d.Part != "" && !slices.Contains(partsOf(c.Type), d.Part):
		return plan.Expr{}, invalid(w.at, "%s cannot be grouped by %q.", c.Name, clip(string(d.Bucket)+string(d.Part))).
			WithHint("Choose one of the periods that are offered for it.")
	}
	return plan.Expr{Column: name, Bucket: d.Bucket, Part: d.Part}, nil
}

// shows reports whether the plan is broken down by x elsewhere than at path.
func (w *work) shows(x *plan.Expr, path plan.Path) bool {
	list, base := w.q.GroupBy, plan.Path("/group_by")
	if !w.e.grouped {
		list, base = w.q.Select, "/select"
	}
	for i := range list {
		if base.Index(i) != path && sameKey(w.e, &list[i], x) {
			return true
		}
	}
	return false
}
