package edit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// inside reports whether path lies below base.
func inside(path, base plan.Path) bool { return strings.HasPrefix(string(path), string(base)+"/") }

// remove takes a part out, and what is about nothing without it.
func (w *work) remove(path plan.Path) error {
	list, rest, ok := strings.Cut(strings.TrimPrefix(string(path), "/"), "/")
	i, err := strconv.Atoi(rest)
	single := ok && err == nil && rest == strconv.Itoa(i) && i >= 0
	switch {
	case path == "/limit" && w.q.Limit > 0:
		w.q.Limit = 0
		return nil
	case path == "/top" && w.q.Top != nil:
		w.q.Top = nil
		return nil
	case list == "order_by" && single && i < len(w.q.OrderBy):
		w.q.OrderBy = without(w.q.OrderBy, i)
		return nil
	case list == "select" && single && i < len(w.q.Select):
		return w.removeOutput(i)
	case list == "group_by" && single && i < len(w.q.GroupBy):
		return w.removeKey(i)
	}
	return w.removeCondition(path)
}

// removeOutput takes an expression out of select.
func (w *work) removeOutput(i int) error {
	if len(w.q.Select)+len(w.q.GroupBy) == 1 {
		return invalid(w.at, "This is all the plan shows.").WithHint("Change it, or add something else first.")
	}
	name, was := w.e.outputAt(plan.Path("/select").Index(i)), w.q.Select[i].Clone()
	w.q.Select = without(w.q.Select, i)
	w.forget(name, was)
	return nil
}

// removeKey takes an expression out of group_by, and out of select.
func (w *work) removeKey(i int) error {
	shown := w.keyIn(i)
	if len(w.q.Select)-len(shown)+len(w.q.GroupBy)-1 == 0 {
		return invalid(w.at, "This is all the plan shows.").WithHint("Change it, or add something else first.")
	}
	name, was := w.e.outputAt(w.at), w.q.GroupBy[i].Clone()
	if len(shown) > 0 {
		was = w.q.Select[shown[0]].Clone()
	}
	for n := len(shown) - 1; n >= 0; n-- {
		w.q.Select = without(w.q.Select, shown[n])
	}
	w.q.GroupBy = without(w.q.GroupBy, i)
	w.forget(name, was)
	return nil
}

// forget drops what names an output that is gone.
func (w *work) forget(name string, was *plan.Expr) {
	about := func(by string, x *plan.Expr) bool {
		key := was.Agg == "" && was.Column != "" && by != "" && w.e.id(by) != "" && w.e.id(by) == w.e.id(was.Column)
		return same(by, name) || key || x != nil && sameExpr(x, was)
	}
	for i := len(w.q.OrderBy) - 1; i >= 0; i-- {
		if o := w.q.OrderBy[i]; about(o.By, o.Expr) {
			w.q.OrderBy = without(w.q.OrderBy, i)
			w.note("Rows are no longer sorted by " + name + ".")
		}
	}
	for i := len(w.q.Having) - 1; i >= 0; i-- {
		if f := &w.q.Having[i]; about(f.Column, f.Expr) {
			w.q.Having = without(w.q.Having, i)
			w.note("Groups are no longer filtered by " + name + ".")
		}
	}
	if w.q.Top != nil {
		w.forgetTop(about)
	}
}

// forgetTop drops the best of each group where they were compared by the output.
// Where it was what they were kept per, the best of all are kept instead.
func (w *work) forgetTop(about func(string, *plan.Expr) bool) {
	t := w.q.Top
	if about(t.By, nil) {
		w.q.Top = nil
		w.note("The best of each group are no longer chosen: what they were compared by is gone.")
		return
	}
	var per []string
	for _, p := range t.Per {
		if !about(p, nil) {
			per = append(per, p)
		}
	}
	if len(per) > 0 {
		t.Per = per
		return
	}
	w.q.Top = nil
	direction := t.Direction
	if direction == "" {
		direction = plan.Desc
	}
	if len(w.q.OrderBy) == 0 && w.q.Limit == 0 {
		w.q.OrderBy, w.q.Limit = []plan.OrderBy{{By: t.By, Direction: direction}}, t.N
		w.note("The best are now those of all rows, not of each group.")
		return
	}
	w.note("The best of each group are no longer chosen: there are no groups of that kind.")
}

// removeCondition takes a condition out, wherever it stands in the plan itself.
func (w *work) removeCondition(path plan.Path) error {
	if filterAt(w.q, path) == nil || strings.HasPrefix(string(path), "/with/") {
		return noPart(path, "part")
	}
	paths := []plan.Path{path}
	if other, ok := w.e.otherLimit(path); ok {
		paths = append(paths, other)
	}
	measure, was := w.topOf(path)
	if !w.prune(paths...) {
		return noPart(path, "part")
	}
	if measure != path {
		w.rename(measure, w.e.outputAt(measure), was)
	}
	return nil
}

// prune takes the conditions at paths, all of one list, out of the plan itself;
// false says that there was none.
func (w *work) prune(paths ...plan.Path) bool {
	gone := false
	prune := func(list *[]plan.Filter, base plan.Path) {
		if inside(paths[0], base) {
			*list = pruned(*list, base, paths)
			gone = true
		}
	}
	prune(&w.q.Filters, "/filters")
	prune(&w.q.Having, "/having")
	for at, x := range w.q.Exprs() {
		if !strings.HasPrefix(string(at), "/with/") && x.Where != nil {
			prune(&x.Where, at.Key("where"))
		}
	}
	return gone
}

// pruned is a list of conditions without those at paths. Groups that are empty
// then go too, and those of one condition become it.
func pruned(list []plan.Filter, base plan.Path, paths []plan.Path) []plan.Filter {
	var out []plan.Filter
	for i := range list {
		at := base.Index(i)
		if slices.Contains(paths, at) {
			continue
		}
		f := list[i]
		if inside(paths[0], at) && !prunedGroup(&f, at, paths) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// prunedGroup prunes within one condition; false says that nothing is left of it.
func prunedGroup(f *plan.Filter, at plan.Path, paths []plan.Path) bool {
	switch {
	case f.Not != nil:
		if slices.Contains(paths, at.Key("not")) {
			return false
		}
		inner := *f.Not
		f.Not = &inner
		return prunedGroup(f.Not, at.Key("not"), paths)
	case f.Exists != nil:
		ex := *f.Exists
		ex.Filters = pruned(ex.Filters, at.Key("exists").Key("filters"), paths)
		f.Exists = &ex
		return true
	case f.And != nil:
		return collapse(f, pruned(f.And, at.Key("and"), paths), &f.And)
	case f.Or != nil:
		return collapse(f, pruned(f.Or, at.Key("or"), paths), &f.Or)
	}
	return true
}

func collapse(f *plan.Filter, left []plan.Filter, list *[]plan.Filter) bool {
	if len(left) == 1 {
		*f = left[0]
		return true
	}
	*list = left
	return len(left) > 0
}
