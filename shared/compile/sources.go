package compile

import (
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// source is one occurrence of a table, or of a sub-plan, in a plan.
type source struct {
	// name is what the plan calls it, alias what the SQL does.
	name, alias string
	table       *catalog.Table
	// subplan says that table describes a sub-plan's result.
	subplan bool
	// bare says that its columns need no table before them.
	bare bool

	// How it was joined; the first source of a plan is not.
	join   string // inner or left
	on     []cond
	parent *source
	// grain is the source whose rows set how often this one's occur: itself, or
	// the one it was looked up from.
	grain *source
}

// scope is what names can mean.
type scope struct {
	sources []*source
	// outer is the scope around an exists.
	outer *scope
}

// bindSource is the first pass: it finds the plan's table.
func bindSource(q *query) error {
	src, err := q.open(q.path.Key("table"), q.plan.Table, "")
	if err != nil {
		return err
	}
	src.grain = src
	q.scope.sources = []*source{src}
	return nil
}

// open finds a table or sub-plan by name.
func (q *query) open(path plan.Path, table, as string) (*source, error) {
	src := &source{name: as, subplan: true}
	if t, ok := q.c.subplans[strings.ToLower(table)]; ok {
		src.table = t
	} else {
		src.subplan = false
		if src.table = q.c.data.Table(table); src.table == nil {
			return nil, q.noTable(path, table)
		}
		q.c.tables[src.table.Name] = true
	}
	if as == "" {
		src.name = src.table.Name
	}
	src.alias = src.name
	return src, nil
}

func (q *query) noTable(path plan.Path, name string) error {
	names := q.c.data.TableNames()
	for _, w := range q.c.plan.With {
		if _, ok := q.c.subplans[strings.ToLower(w.Name)]; ok {
			names = append(names, w.Name)
		}
	}
	f := invalid(path, "There is no table %q in the dataset.", clip(name))
	for _, t := range q.c.data.Tables {
		if containsFold(t.Synonyms, name) || t.Title != "" && strings.EqualFold(t.Title, name) {
			return f.With("did_you_mean", t.Name).WithHint("Did you mean %q?", t.Name)
		}
	}
	return suggest(f, name, names)
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// find looks a column up: in the first source, then in the others, then around.
// It returns nil where the name means nothing.
func (s *scope) find(path plan.Path, name string) (*expr, error) {
	if len(s.sources) == 0 {
		return nil, nil
	}
	if col := s.sources[0].table.Column(name); col != nil {
		return columnExpr(s.sources[0], col, path), nil
	}
	var found []*expr
	for _, src := range s.sources[1:] {
		if col := src.table.Column(name); col != nil {
			found = append(found, columnExpr(src, col, path))
		}
	}
	if len(found) == 0 {
		found = s.qualified(path, name)
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		names := make([]string, len(found))
		for i, e := range found {
			c := e.node.(column)
			names[i] = c.src.name + "." + c.col.Name
		}
		return nil, invalid(path, "The column %q is in several tables: %s.", clip(name), strings.Join(names, ", ")).
			WithHint("Write the table before the column.").With("candidates", names)
	case s.outer != nil:
		return s.outer.find(path, name)
	}
	return nil, nil
}

// qualified reads name as table.column, at each of its dots.
func (s *scope) qualified(path plan.Path, name string) []*expr {
	var found []*expr
	for i := range len(name) {
		if name[i] != '.' {
			continue
		}
		for _, src := range s.sources {
			if !strings.EqualFold(src.name, name[:i]) {
				continue
			}
			if col := src.table.Column(name[i+1:]); col != nil {
				found = append(found, columnExpr(src, col, path))
			}
		}
	}
	return found
}

func columnExpr(src *source, col *catalog.Column, path plan.Path) *expr {
	return &expr{node: column{src, col}, typ: col.Type, unit: col.Unit, name: col.Name, path: path}
}

// noColumn explains a name that means nothing: by an output that has it, a
// column of nearly that name or with that synonym, or a table not joined yet.
func (q *query) noColumn(s *scope, path plan.Path, name string, outputs ...string) error {
	table, rest, qualified := strings.Cut(name, ".")
	f := invalid(path, "There is no column %q in %s.", clip(name), s.names())
	if qualified && s.source(table) == nil && q.c.data.Table(table) != nil {
		return f.WithHint("The table %q is not part of the plan: add it to joins.", table)
	}
	if !qualified {
		rest = name
	}
	candidates := outputs
	for sc := s; sc != nil; sc = sc.outer {
		for i, src := range sc.sources {
			for _, col := range src.table.Columns {
				shown := col.Name
				if i > 0 || sc != s {
					shown = src.name + "." + col.Name
				}
				if containsFold(col.Synonyms, rest) {
					return f.With("did_you_mean", shown).WithHint("Did you mean %q?", shown)
				}
				candidates = append(candidates, shown)
			}
		}
	}
	if near := catalog.Nearest(rest, candidates); near != "" {
		return suggest(f, rest, candidates)
	}
	for _, t := range q.c.data.Tables {
		if col := t.Column(rest); col != nil && s.source(t.Name) == nil {
			return f.With("did_you_mean", t.Name+"."+col.Name).
				WithHint("The table %q has it: add that table to joins.", t.Name)
		}
	}
	return suggest(f, rest, candidates)
}

// names lists the sources for a message.
func (s *scope) names() string {
	list := make([]string, len(s.sources))
	for i, src := range s.sources {
		list[i] = src.name
	}
	return strings.Join(list, ", ")
}

// source finds a source by the plan's name for it.
func (s *scope) source(name string) *source {
	for _, src := range s.sources {
		if strings.EqualFold(src.name, name) {
			return src
		}
	}
	return nil
}
