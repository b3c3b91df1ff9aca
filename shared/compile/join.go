package compile

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// bindJoins adds the joined tables, each linked by its own pairs of columns or
// by the catalogue's relation.
func bindJoins(q *query) error {
	for i, j := range q.plan.Joins {
		path := q.path.Key("joins").Index(i)
		src, err := q.open(path.Key("table"), j.Table, j.As)
		if err != nil {
			return err
		}
		src.join = plan.InnerJoin
		if j.Type != "" {
			src.join = j.Type
		}
		pairs, err := q.link(path, j.On, src, &q.scope)
		if err != nil {
			return err
		}
		src.on = equalities(pairs)
		src.parent = q.parentOf(pairs)
		src.grain = src.parent.grain
		if !unique(src, q.c.data, rightColumns(pairs)) {
			src.grain = src
		}
		q.scope.sources = append(q.scope.sources, src)
	}
	return nil
}

// pair is one bound equality of a link.
type pair struct{ left, right *expr }

func equalities(pairs []pair) []cond {
	out := make([]cond, len(pairs))
	for i, p := range pairs {
		out[i] = compare{"=", p.left, p.right}
	}
	return out
}

func rightColumns(pairs []pair) []string {
	names := make([]string, len(pairs))
	for i, p := range pairs {
		names[i] = p.right.node.(column).col.Name
	}
	return names
}

// parentOf returns the source a join hangs on: the latest one its left sides
// name.
func (q *query) parentOf(pairs []pair) *source {
	for _, src := range slices.Backward(q.scope.sources) {
		for _, p := range pairs {
			if p.left.node.(column).src == src {
				return src
			}
		}
	}
	return q.scope.sources[0]
}

// link finds the pairs of columns that connect src to the sources present.
func (q *query) link(path plan.Path, on []plan.OnPair, src *source, present *scope) ([]pair, error) {
	if len(on) == 0 {
		return q.relation(path, src, present)
	}
	inner := &scope{sources: []*source{src}}
	pairs := make([]pair, len(on))
	for i, p := range on {
		at := path.Key("on").Index(i)
		left, err := q.columnIn(present, at.Key("left"), p.Left)
		if err != nil {
			return nil, err
		}
		right, err := q.columnIn(inner, at.Key("right"), p.Right)
		if err != nil {
			return nil, err
		}
		if pairs[i], err = q.pair(at, left, right); err != nil {
			return nil, err
		}
	}
	return pairs, nil
}

func (q *query) columnIn(s *scope, path plan.Path, name string) (*expr, error) {
	e, err := s.find(path, name)
	if err == nil && e == nil {
		err = q.noColumn(s, path, name)
	}
	return e, err
}

// pair checks that two columns can be equal.
func (q *query) pair(path plan.Path, left, right *expr) (pair, error) {
	if !matching(left.typ, right.typ) {
		return pair{}, invalid(path, "%s holds %s and %s holds %s, so they never match.",
			subject(left), holdings(left.typ), subject(right), holdings(right.typ))
	}
	return pair{left, right}, nil
}

// matching reports whether an engine compares values of two types as they are.
func matching(a, b catalog.Type) bool {
	return a == b || a.Numeric() && b.Numeric() || a.Temporal() && b.Temporal()
}

// relation finds the catalogue's only link between src and what is present.
// Declared ones come before discovered ones.
func (q *query) relation(path plan.Path, src *source, present *scope) ([]pair, error) {
	links := q.relations(src, present)
	if declared := filter(links, func(l link) bool { return l.origin == catalog.Declared }); len(declared) > 0 {
		links = declared
	}
	switch len(links) {
	case 1:
		for _, p := range links[0].pairs {
			if _, err := q.pair(path, p.left, p.right); err != nil {
				return nil, err
			}
		}
		return links[0].pairs, nil
	case 0:
		f := invalid(path, "The catalogue knows no relation between %s and %s.", src.table.Name, present.names())
		if via := q.between(src, present); via != "" {
			return nil, f.WithHint("Join %s first: it is related to both.", via).With("via", via)
		}
		return nil, f.WithHint("Say which columns are equal in \"on\".")
	}
	candidates := make([]string, len(links))
	for i, l := range links {
		candidates[i] = l.String()
	}
	return nil, invalid(path, "There are several relations between %s and %s.", src.table.Name, present.names()).
		WithHint("Choose one with \"on\": %s.", strings.Join(candidates, ", or ")).With("candidates", candidates)
}

func filter[T any](list []T, keep func(T) bool) []T {
	var out []T
	for _, v := range list {
		if keep(v) {
			out = append(out, v)
		}
	}
	return out
}

// link is one way to connect a source.
type link struct {
	pairs  []pair
	origin catalog.RelationOrigin
}

func (l link) String() string {
	texts := make([]string, len(l.pairs))
	for i, p := range l.pairs {
		left, right := p.left.node.(column), p.right.node.(column)
		texts[i] = left.src.name + "." + left.col.Name + " = " + right.src.name + "." + right.col.Name
	}
	return strings.Join(texts, " and ")
}

// relations lists the links between src and each source present, in both
// directions.
func (q *query) relations(src *source, present *scope) []link {
	var links []link
	seen := map[string]bool{}
	add := func(l link, ok bool) {
		if ok && !seen[l.String()] {
			seen[l.String()] = true
			links = append(links, l)
		}
	}
	for _, r := range q.c.data.Relations {
		for _, p := range present.sources {
			if p.subplan || src.subplan {
				continue
			}
			if strings.EqualFold(r.FromTable, p.table.Name) && strings.EqualFold(r.ToTable, src.table.Name) {
				add(linkBy(r, p, r.FromColumns, src, r.ToColumns))
			}
			if strings.EqualFold(r.ToTable, p.table.Name) && strings.EqualFold(r.FromTable, src.table.Name) {
				add(linkBy(r, p, r.ToColumns, src, r.FromColumns))
			}
		}
	}
	return links
}

// linkBy binds a relation's columns; one that names columns the tables do not
// have is no link.
func linkBy(r catalog.Relation, left *source, leftColumns []string, right *source, rightColumns []string) (link, bool) {
	l := link{origin: r.Origin}
	if len(leftColumns) != len(rightColumns) {
		return l, false
	}
	for i := range leftColumns {
		a, b := left.table.Column(leftColumns[i]), right.table.Column(rightColumns[i])
		if a == nil || b == nil {
			return l, false
		}
		l.pairs = append(l.pairs, pair{columnExpr(left, a, ""), columnExpr(right, b, "")})
	}
	return l, len(l.pairs) > 0
}

// between names a table that is related to src and to something present.
func (q *query) between(src *source, present *scope) string {
	for i := range q.c.data.Tables {
		t := &q.c.data.Tables[i]
		via := &source{name: t.Name, table: t}
		if len(q.relations(via, present)) > 0 && len(q.relations(src, &scope{sources: []*source{via}})) > 0 {
			return t.Name
		}
	}
	return ""
}

// unique reports whether no two rows of src agree in all of columns, as far as
// the catalogue knows: they hold a key, the one side of a relation, or a column
// whose profile counted as many values as rows.
func unique(src *source, d *catalog.Dataset, columns []string) bool {
	holds := func(key []string) bool {
		for _, k := range key {
			if !containsFold(columns, k) {
				return false
			}
		}
		return len(key) > 0
	}
	if holds(src.table.Key) {
		return true
	}
	if src.subplan {
		return false
	}
	for _, r := range d.Relations {
		if strings.EqualFold(r.ToTable, src.table.Name) && holds(r.ToColumns) {
			return true
		}
	}
	for _, name := range columns {
		// Counts of distinct values are exact only up to 10 000.
		p := src.table.Column(name).Profile
		if p != nil && p.Nulls == 0 && p.Distinct == src.table.Rows && p.Distinct > 0 && p.Distinct <= 10_000 {
			return true
		}
	}
	return false
}
