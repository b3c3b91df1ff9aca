package edit

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// defaultPercentile is what "percentile" means without a number.
const defaultPercentile = 0.95

// aggsOf lists the aggregations that mean something for a type.
func aggsOf(t catalog.Type) []plan.Agg {
	switch {
	case t.Numeric():
		return []plan.Agg{plan.Sum, plan.Avg, plan.Median, plan.Min, plan.Max, plan.StdDev, plan.Percentile, plan.Count, plan.CountDistinct}
	case t == catalog.Boolean:
		return []plan.Agg{plan.Sum, plan.Avg, plan.Count, plan.CountDistinct}
	case t == catalog.Other:
		return []plan.Agg{plan.Count}
	}
	return []plan.Agg{plan.CountDistinct, plan.Count, plan.Min, plan.Max}
}

// simpleMeasure reports whether an expression is one aggregation of one column,
// perhaps with a condition and a window.
func simpleMeasure(x *plan.Expr) bool {
	plain := x.Value == nil && !x.Position && x.Op == "" && x.Of == nil && x.Read == "" && x.Bucket == "" && x.Part == "" && x.Bin == 0
	return plain && x.Agg != ""
}

// simpleColumn reports whether an expression is a column as it stands.
func simpleColumn(x *plan.Expr) bool {
	return x.Column != "" && x.Agg == "" && x.Window == nil && x.Read == "" && x.Bin == 0
}

// measure sets the measure at a path, or adds one.
func (w *work) measure(path plan.Path, m Measure) error {
	x, err := w.aggregation(m)
	if err != nil {
		return err
	}
	if path == "" {
		if !w.e.grouped {
			return invalid("/select", "This plan lists rows, which have no measures.").WithHint("Show another column instead.")
		}
		if slices.ContainsFunc(w.q.Select, func(have plan.Expr) bool { return sameExpr(&have, &x) }) {
			return invalid("/select", "The plan shows this already.").WithHint("Choose another measure.")
		}
		w.q.Select = append(w.q.Select, x)
		w.at = plan.Path("/select").Index(len(w.q.Select) - 1)
		return nil
	}
	old := w.exprAt(path)
	if old == nil || !simpleMeasure(old) {
		return noPart(path, "measure")
	}
	if old.Agg == x.Agg && w.e.id(old.Column) == w.e.id(x.Column) && (x.Column == "") == (old.Column == "" || old.Column == "*") && old.Percentile == x.Percentile {
		return nil
	}
	top, was := w.topOf(path)
	name := w.e.outputAt(top)
	old.Agg, old.Column, old.Percentile = x.Agg, x.Column, x.Percentile
	w.rename(top, name, was)
	return nil
}

// topOf returns the select or group_by item a path lies in, and a copy of it.
func (w *work) topOf(path plan.Path) (plan.Path, *plan.Expr) {
	for i := range w.q.Select {
		if at := plan.Path("/select").Index(i); at == path || inside(path, at) {
			return at, w.q.Select[i].Clone()
		}
	}
	for i := range w.q.GroupBy {
		if at := plan.Path("/group_by").Index(i); at == path || inside(path, at) {
			return at, w.q.GroupBy[i].Clone()
		}
	}
	return path, &plan.Expr{}
}

// aggregation is the expression of a measure.
func (w *work) aggregation(m Measure) (plan.Expr, error) {
	if m.Column == "" {
		if m.Agg != plan.Count {
			return plan.Expr{}, invalid(w.at, "This measure has no column.").WithHint("Choose a column, or count the rows.")
		}
		return plan.Expr{Agg: plan.Count}, nil
	}
	name, c, err := w.use(m.Column)
	if err != nil {
		return plan.Expr{}, err
	}
	if !slices.Contains(aggsOf(c.Type), m.Agg) {
		return plan.Expr{}, invalid(w.at, "%q is nothing that can be computed of %s.", clip(string(m.Agg)), c.Name).
			WithHint("Choose one of the aggregations that are offered for it.")
	}
	x := plan.Expr{Agg: m.Agg, Column: name}
	if m.Agg == plan.Percentile {
		if x.Percentile = m.Percentile; x.Percentile == 0 {
			x.Percentile = defaultPercentile
		}
	}
	return x, nil
}
