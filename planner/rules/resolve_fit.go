package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// pick chooses the column a mention means.
func (d *draft) pick(it *item, w want) (link, bool) {
	if it == nil || len(it.cols) == 0 {
		return link{}, false
	}
	type scored struct {
		link  link
		score float64
	}
	var all []scored
	for _, l := range it.cols {
		all = append(all, scored{l, l.score + d.fit(it, l, w)})
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		switch {
		case a.score > b.score+1e-9:
			return -1
		case b.score > a.score+1e-9:
			return 1
		}
		return 0
	})
	best := all[0]
	if len(all) > 1 && best.score-all[1].score < 0.04 && !d.p.same(best.link.ref, all[1].link.ref) {
		d.ambiguous++
		if d.ambiguous == d.choose {
			best = all[1]
		}
		d.in.punish(d.p.lex.weights["ambiguous_column"], "several columns fit: "+it.text)
	}
	return best.link, true
}

// fit rates a candidate by its type and by the tables the question is about.
func (d *draft) fit(it *item, l link, w want) float64 {
	c := d.p.column(l.ref)
	s := 0.0
	if d.mentioned[l.ref.table] {
		s += 0.25
	}
	if d.used[l.ref.table] > 0 {
		s += 0.12
	}
	if d.nearTable(it) == l.ref.table {
		s += 0.35
	}
	if l.own {
		s += 0.03
	}
	if d.counts(l.ref) {
		s -= 0.3
	}
	if d.sorting && d.listed(l.ref) {
		s += 0.2
	}
	if d.denied[l.ref.table] {
		s -= 0.4
	}
	for _, g := range d.in.groups {
		if g.role == asTable && g.it != nil && len(g.it.tabs) > 0 && g.it.tabs[0].ref.table == l.ref.table {
			s += 0.25
			break
		}
	}
	if d.in.prev != nil && d.in.prev.shows(l.ref) {
		s += 0.3
	}
	if d.main >= 0 && d.main == l.ref.table {
		s += 0.1
	} else if d.main >= 0 {
		if hops := d.p.hops[d.main][l.ref.table]; hops < 0 {
			s -= 0.5
		} else {
			s -= 0.05 * float64(hops)
		}
	}
	switch {
	case w.numeric && c.Type.Numeric() && !c.id:
		s += 0.2
	case w.numeric && c.Type.Numeric():
		s -= 0.1
	case w.numeric:
		s -= 0.6
	case w.temporal && !c.Type.Temporal() && !c.year:
		s -= 0.5
	case w.number && c.Type.Temporal():
		s -= 0.3
	}
	if c.link {
		s -= 0.02
	}
	return s
}

// nearTable is the table named right after the mention ("name of the singer"),
// or right before it; -1 when there is none.
func (d *draft) nearTable(it *item) int {
	if it.owner >= 0 {
		return it.owner
	}
	at := slices.Index(d.items, it)
	for k := at + 1; at >= 0 && k < len(d.items) && k <= at+4; k++ {
		x := d.items[k]
		if x.kind == kName && len(x.tabs) > 0 && top(x.tabs) > 0.6 && top(x.tabs) >= top(x.cols)-0.02 {
			return x.tabs[0].ref.table
		}
		if x.kind == kName && len(x.cols) > 0 && x.owner >= 0 {
			return x.owner
		}
		if x.kind == kName && len(x.cols) > 0 && x.cols[0].own && k > at+1 && d.items[k-1].is("and") {
			return x.cols[0].ref.table
		}
		if !(x.kind == kFunction || x.is("and") || x.is("when") || x.kind == kName || x.is("agg") || x.is("most") || x.is("super") || x.is("adj") || x.is("distinct") || x.is("topn") || x.kind == kNumber) {
			break
		}
	}
	if at > 0 {
		x := d.items[at-1]
		if x.kind == kName && len(x.tabs) > 0 && top(x.tabs) > 0.6 {
			return x.tabs[0].ref.table
		}
	}
	return d.antecedent(at)
}

// antecedent is the table of what "that is" or "whose" points back to: in "a cat
// that is 3 years old" the age is that of the pet. -1 when there is none.
func (d *draft) antecedent(at int) int {
	k := at - 1
	for k >= 0 && (d.items[k].kind == kFunction || d.items[k].kind == kNumber || d.items[k].is("cmp")) {
		k--
	}
	if k < 1 || !d.items[k].is("that") && !d.items[k].is("who") && !d.items[k].is("whose") && !d.items[k].is("which") {
		return -1
	}
	x := d.items[k-1]
	switch {
	case x.kind == kName && len(x.vals) > 0 && len(x.cols)+len(x.tabs) == 0:
		return x.vals[0].ref.table
	case x.kind == kName && len(x.tabs) > 0 && top(x.tabs) > 0.9:
		return x.tabs[0].ref.table
	}
	return -1
}

// listed reports a column that is shown or grouped by already.
func (d *draft) listed(r ref) bool {
	has := func(t *term) bool { return t.role == asColumn && t.link.score > 0 && t.link.ref == r }
	return slices.ContainsFunc(d.in.outs, has) || slices.ContainsFunc(d.in.groups, has)
}

// counts reports the key of rows that are counted: beside their number it would
// be one group a row.
func (d *draft) counts(r ref) bool {
	if c := d.p.column(r); d.p.tables[r.table].key != r.col && (!c.id || c.link) {
		return false
	}
	counted := func(t *term) bool {
		i, ok := d.tableOf(t.it)
		return t.role == asTable && t.agg == plan.Count && ok && i == r.table
	}
	if slices.ContainsFunc(d.in.conds, func(c *condition) bool { return c.left != nil && counted(c.left) }) {
		return true
	}
	return slices.ContainsFunc(d.in.outs, counted) || slices.ContainsFunc(d.in.sorts, func(s *sorter) bool { return s.term != nil && counted(s.term) })
}
