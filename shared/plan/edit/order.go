package edit

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// order sets a sort key, or adds one behind the others.
func (w *work) order(path plan.Path, o Order) error {
	if o.By != "" && !slices.ContainsFunc(w.e.outputs(), func(out Output) bool { return same(out.Name, o.By) }) {
		return invalid(w.at, "The plan shows no column %q to sort by.", clip(o.By)).WithHint("Choose one of the columns it shows.")
	}
	if o.Direction != "" && o.Direction != plan.Asc && o.Direction != plan.Desc {
		return invalid(w.at, "%q is not a direction.", clip(o.Direction)).WithHint("It is asc or desc.")
	}
	if path == "" {
		if o.By == "" {
			return invalid("/order_by", "The order does not say what to sort by.").WithHint("Choose one of the columns the plan shows.")
		}
		w.at = plan.Path("/order_by").Index(len(w.q.OrderBy))
		w.q.OrderBy = append(w.q.OrderBy, plan.OrderBy{By: o.By, Direction: o.Direction})
		return nil
	}
	for i := range w.q.OrderBy {
		if path != plan.Path("/order_by").Index(i) {
			continue
		}
		if o.By != "" {
			w.q.OrderBy[i].By, w.q.OrderBy[i].Expr = o.By, nil
		}
		w.q.OrderBy[i].Direction = o.Direction
		return nil
	}
	return noPart(path, "order")
}

// limit sets how many rows there are at most, or per group.
func (w *work) limit(path plan.Path, n int) error {
	switch {
	case path == "/top" && w.q.Top != nil:
		w.q.Top.N = n
	case path == "/limit" && w.q.Limit > 0, path == "" && w.q.Limit == 0:
		w.at = "/limit"
		if n < 1 {
			return invalid("/limit", "A limit is 1 to %d rows, not %d.", plan.MaxLimit, n).WithHint("Remove it to get the default of %d rows.", plan.DefaultLimit)
		}
		w.q.Limit = n
	case path == "":
		return invalid("/limit", "The plan has a limit already.").WithHint("Change that one.")
	default:
		return noPart(path, "limit")
	}
	return nil
}
