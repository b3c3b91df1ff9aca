package edit

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// maxHops and maxSources bound what is offered of a dataset of many tables.
const (
	maxHops    = 3
	maxSources = 40
)

// source is a table whose columns a plan may name: one it reads, or one it could
// look up.
type source struct {
	name    string
	table   *catalog.Table
	subplan bool
	// joins are what reaching it adds to the plan; none where the plan reads it.
	joins []plan.Join
	// via names the source it hangs on, and on pairs their columns.
	via string
	on  []plan.OnPair
}

// reachable lists what the plan reads and, behind that, what it could look up.
func (e *Editor) reachable() []source {
	var out []source
	for _, s := range e.st.Sources {
		out = append(out, source{name: s.Name, table: s.Table, subplan: s.Subplan, via: s.Parent, on: s.On})
	}
	// The list grows while it is walked: what was reached is where to go on from.
	for i := 0; i < len(out) && len(out) < maxSources; i++ {
		if from := out[i]; !from.subplan && len(from.joins) < maxHops {
			out = e.lookups(out, from)
		}
	}
	return slices.DeleteFunc(out, func(s source) bool { return len(s.joins) > 0 && !e.joinable(s) })
}

// lookups adds the tables that a relation leads to from one that is reached.
func (e *Editor) lookups(out []source, from source) []source {
	for _, r := range e.data.Relations {
		to := e.data.Table(r.ToTable)
		if !same(r.FromTable, from.table.Name) || to == nil || len(r.FromColumns) != len(r.ToColumns) || len(r.ToColumns) == 0 {
			continue
		}
		if same(r.ToTable, from.table.Name) && len(from.joins) > 0 {
			continue // up a hierarchy once, not for ever
		}
		pairs := make([]plan.OnPair, len(r.ToColumns))
		for i := range pairs {
			pairs[i] = plan.OnPair{Left: r.FromColumns[i], Right: r.ToColumns[i]}
		}
		if slices.ContainsFunc(out, func(s source) bool {
			return same(s.table.Name, to.Name) && same(s.via, from.name) && slices.EqualFunc(s.on, pairs, samePair)
		}) {
			continue
		}
		out = append(out, e.lookup(out, from, to, pairs))
	}
	return out
}

func samePair(a, b plan.OnPair) bool { return same(a.Left, b.Left) && same(a.Right, b.Right) }

// lookup is the table to, reached from a source by pairs of columns.
func (e *Editor) lookup(known []source, from source, to *catalog.Table, pairs []plan.OnPair) source {
	taken := func(name string) bool {
		return slices.ContainsFunc(known, func(s source) bool { return same(s.name, name) }) ||
			slices.ContainsFunc(e.plan.With, func(n plan.Named) bool { return same(n.Name, name) }) ||
			!same(name, to.Name) && e.data.Table(name) != nil
	}
	s := source{name: to.Name, table: to, via: from.name, on: pairs}
	if taken(s.name) {
		s.name = to.Name + "_" + stem(pairs[0].Left)
		for n := s.name; taken(s.name); n += "_" {
			s.name = n + "_"
		}
	}
	j := plan.Join{Table: to.Name, Type: plan.LeftJoin}
	if s.name != to.Name {
		j.As = s.name
	}
	for _, p := range pairs {
		j.On = append(j.On, plan.OnPair{Left: from.name + "." + p.Left, Right: s.name + "." + p.Right})
	}
	s.joins = append(slices.Clone(from.joins), j)
	return s
}

// stem turns customer_id into customer: which of several customers it is.
func stem(column string) string {
	for _, end := range []string{"_id", "_key", "_code"} {
		if cut, ok := strings.CutSuffix(strings.ToLower(column), end); ok && cut != "" {
			return column[:len(cut)]
		}
	}
	return column
}

// joinable tries the joins that reach a source.
func (e *Editor) joinable(s source) bool {
	q := e.plan.Clone()
	q.Joins = append(q.Joins, s.joins...)
	st, err := e.compile(q)
	if err != nil {
		return false
	}
	for _, joined := range st.Sources[len(e.st.Sources):] {
		if !joined.Lookup {
			return false
		}
	}
	return true
}

// find splits a column's id into its source and column.
func (e *Editor) find(id string) (source, *catalog.Column) {
	for _, s := range e.sources {
		prefix := s.name + "."
		if len(id) > len(prefix) && same(id[:len(prefix)], prefix) {
			if c := s.table.Column(id[len(prefix):]); c != nil {
				return s, c
			}
		}
	}
	return source{}, nil
}

// use returns the plan's name for a column, joining its table where that is
// needed. field is the edit's, for the fault.
func (w *work) use(id string) (string, *catalog.Column, error) {
	s, c := w.e.find(id)
	if c == nil {
		f := invalid(w.at, "There is no column %q within reach of this plan.", clip(id)).WithHint("Choose one of the columns that are offered.")
		var ids []string
		for _, s := range w.e.sources {
			for _, c := range s.table.Columns {
				ids = append(ids, s.name+"."+c.Name)
			}
		}
		if near := catalog.Nearest(id, ids); near != "" {
			f = f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
		}
		return "", nil, f
	}
	for _, j := range s.joins {
		if !slices.ContainsFunc(w.q.Joins, func(have plan.Join) bool { return same(joinName(have), joinName(j)) }) {
			w.q.Joins = append(w.q.Joins, j)
			w.note("Looks up " + joinName(j) + ", for its column " + c.Name + ".")
		}
	}
	if same(s.name, w.e.st.Sources[0].Name) {
		return c.Name, c, nil
	}
	return s.name + "." + c.Name, c, nil
}

func joinName(j plan.Join) string {
	if j.As != "" {
		return j.As
	}
	return j.Table
}

// column resolves a name as the plan means it in a row: the plan's table first,
// then the others.
func (e *Editor) column(name string) (source, *catalog.Column) {
	if len(e.st.Sources) == 0 {
		return source{}, nil
	}
	present := e.sources[:len(e.st.Sources)]
	for _, s := range present {
		if c := s.table.Column(name); c != nil {
			return s, c
		}
	}
	for _, s := range present {
		prefix := s.name + "."
		if len(name) > len(prefix) && same(name[:len(prefix)], prefix) {
			if c := s.table.Column(name[len(prefix):]); c != nil {
				return s, c
			}
		}
	}
	return source{}, nil
}

// id is the menu's name for what the plan calls name; "" if it is no column.
func (e *Editor) id(name string) string {
	if s, c := e.column(name); c != nil {
		return s.name + "." + c.Name
	}
	return ""
}
