package edit

import (
	"slices"
	"strconv"

	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// meaning says what a name of a plan can mean where it stands.
type meaning int

const (
	// row names are columns.
	row meaning = iota
	// columnFirst names are columns or, failing that, outputs.
	columnFirst
	// outputFirst names are outputs or, failing that, columns.
	outputFirst
)

// names calls see for every name of the plan outside its sub-plans, with what it
// can mean there. It may be changed in place.
func names(q *plan.Query, see func(site *string, m meaning)) {
	v := namer{see}
	for i := range q.Select {
		m := columnFirst
		if x := &q.Select[i]; x.Window != nil && x.Agg == "" {
			m = outputFirst
		}
		v.expr(&q.Select[i], m)
	}
	v.exprs(q.GroupBy, columnFirst)
	v.filters(q.Filters, row)
	v.filters(q.Having, outputFirst)
	if q.Top != nil {
		v.list(q.Top.Per)
		see(&q.Top.By, outputFirst)
	}
	v.orders(q.OrderBy)
}

type namer struct {
	see func(*string, meaning)
}

func (v namer) list(list []string) {
	for i := range list {
		v.see(&list[i], outputFirst)
	}
}

func (v namer) orders(list []plan.OrderBy) {
	for i := range list {
		if list[i].By != "" {
			v.see(&list[i].By, outputFirst)
		}
		v.expr(list[i].Expr, outputFirst)
	}
}

func (v namer) exprs(list []plan.Expr, m meaning) {
	for i := range list {
		v.expr(&list[i], m)
	}
}

func (v namer) expr(x *plan.Expr, m meaning) {
	if x == nil {
		return
	}
	inner := m
	if x.Agg != "" {
		inner = row
	}
	if x.Column != "" && x.Column != "*" {
		v.see(&x.Column, inner)
	}
	v.expr(x.Left, inner)
	v.expr(x.Right, inner)
	v.expr(x.Of, inner)
	v.filters(x.Where, row)
	if x.Window != nil {
		v.list(x.Window.PartitionBy)
		v.orders(x.Window.OrderBy)
	}
}

func (v namer) filters(list []plan.Filter, m meaning) {
	for i := range list {
		v.filter(&list[i], m)
	}
}

func (v namer) filter(f *plan.Filter, m meaning) {
	if f == nil {
		return
	}
	if f.Column != "" {
		v.see(&f.Column, m)
	}
	v.expr(f.Expr, m)
	v.expr(f.Right, m)
	v.filters(f.And, m)
	v.filters(f.Or, m)
	v.filter(f.Not, m)
	if f.Exists != nil {
		for j := range f.Exists.On {
			v.see(&f.Exists.On[j].Left, row)
		}
		v.filters(f.Exists.Filters, row)
	}
}

// follow lets everything that names the output old name the output now, and what
// sorts by the old expression itself likewise.
func (w *work) follow(old, now string, was *plan.Expr) {
	isKey := was.Agg == "" && was.Column != ""
	names(w.q, func(site *string, m meaning) {
		switch {
		case m == row:
		case same(*site, old) && (m == outputFirst || w.e.id(*site) == ""):
			*site = now
		case m == outputFirst && isKey && w.e.id(*site) != "" && w.e.id(*site) == w.e.id(was.Column):
			*site = now
		}
	})
	for i := range w.q.OrderBy {
		if o := &w.q.OrderBy[i]; o.Expr != nil && sameExpr(o.Expr, was) {
			o.By, o.Expr = now, nil
		}
	}
}

// sameExpr compares what two expressions compute, whatever they are called.
func sameExpr(a, b *plan.Expr) bool {
	x, y := a.Clone(), b.Clone()
	x.As, y.As = "", ""
	one, errX := (&plan.Query{Table: "t", Select: []plan.Expr{*x}}).Hash()
	two, errY := (&plan.Query{Table: "t", Select: []plan.Expr{*y}}).Hash()
	return errX == nil && errY == nil && one == two
}

// rename finds the name of what now stands at path and lets references follow.
// old is the name it had and was the expression.
func (w *work) rename(path plan.Path, old string, was *plan.Expr) {
	x := w.exprAt(path)
	if x == nil {
		return
	}
	as := x.As
	x.As = ""
	now := w.outputName(path)
	if now == "" {
		x.As = as // it computes with other outputs, so its own name says what it did
		return
	}
	if as != "" && w.reused(old) || w.taken(now, path) {
		x.As = now
	}
	w.follow(old, now, was)
}

// reused reports whether select computes with the output of that name.
func (w *work) reused(name string) bool {
	found := false
	only := plan.Query{Select: w.q.Select}
	names(&only, func(site *string, m meaning) {
		found = found || m != row && same(*site, name) && (m == outputFirst || w.e.id(*site) == "")
	})
	return found
}

// outputName is the name the compiler gives to what stands at path when nothing
// else is shown; where another output has it, one with a number.
func (w *work) outputName(path plan.Path) string {
	bare := w.q.Clone()
	bare.Select, bare.OrderBy, bare.Having, bare.Top = nil, nil, nil, nil
	want := path
	for i := range w.q.Select {
		if path == plan.Path("/select").Index(i) {
			bare.Select, want = []plan.Expr{*w.q.Select[i].Clone()}, "/select/0"
			if win := bare.Select[0].Window; win != nil {
				win.PartitionBy, win.OrderBy = nil, nil
			}
		}
	}
	st, err := w.e.compile(bare)
	if err != nil {
		return ""
	}
	name := nameAt(st, want)
	for n := 2; w.taken(name, path); n++ {
		name = nameAt(st, want) + "_" + strconv.Itoa(n)
	}
	return name
}

// taken reports whether an output elsewhere has a name of its own that is this.
func (w *work) taken(name string, path plan.Path) bool {
	for i := range w.q.Select {
		if plan.Path("/select").Index(i) != path && same(w.q.Select[i].As, name) {
			return true
		}
	}
	return false
}

// nameAt is the name of the output at path.
func nameAt(st *compile.Statement, path plan.Path) string {
	for i, name := range st.Keys {
		if path == plan.Path("/group_by").Index(i) {
			return name
		}
	}
	for _, c := range st.Columns {
		if c.Path == string(path) {
			return c.Name
		}
	}
	return ""
}

// outputAt is the name of the output at path, before the edit.
func (e *Editor) outputAt(path plan.Path) string { return nameAt(e.st, path) }

// exprAt finds the expression at a path of the plan itself.
func (w *work) exprAt(path plan.Path) *plan.Expr { return exprAt(w.q, path) }

func exprAt(q *plan.Query, path plan.Path) *plan.Expr {
	for at, x := range q.Exprs() {
		if at == path {
			return x
		}
	}
	return nil
}

func filterAt(q *plan.Query, path plan.Path) *plan.Filter {
	for at, f := range q.Conditions() {
		if at == path {
			return f
		}
	}
	return nil
}

// keyIn returns the places in select that show the group_by expression i.
func (w *work) keyIn(i int) []int {
	key := &w.q.GroupBy[i]
	var at []int
	for j := range w.q.Select {
		x := &w.q.Select[j]
		alias := key.Column != "" && same(x.As, key.Column) && w.e.id(key.Column) == "" && !aggregates(x)
		if alias || x.Window == nil && !aggregates(x) && sameKey(w.e, x, key) {
			at = append(at, j)
		}
	}
	return at
}

// sameKey is sameExpr that takes "status" and "orders.status" for one column.
func sameKey(e *Editor, a, b *plan.Expr) bool {
	x, y := a.Clone(), b.Clone()
	for _, z := range []*plan.Expr{x, y} {
		if id := e.id(z.Column); id != "" {
			z.Column = id
		}
	}
	return sameExpr(x, y)
}

func without[T any](list []T, i int) []T {
	out := slices.Delete(slices.Clone(list), i, i+1)
	if len(out) == 0 {
		return nil
	}
	return out
}
