package rules

import (
	"math"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// draft is an intent on its way to a plan.
type draft struct {
	p         *Planner
	in        *intent
	items     []*item
	mentioned map[int]bool // tables the question names
	turned    bool         // a direction chose a column or a join
	sorting   bool         // while columns to sort by are chosen
	denied    map[int]bool // tables of which there shall be no related row
	used      map[int]int  // tables in use, by number of links
	main      int
	// choose is which of several close columns to take where the n-th ambiguity
	// arises; ambiguous counts them.
	choose    int
	ambiguous int
	tied      bool // several columns hold a value of the question, and nothing tells which is meant
	links     []link
	path      []step // all joins, before some became exists
	nested    []int  // tables that only occur within a negated exists
	explain   []string
	score     float64
	behind    float64 // how much worse the tagging is than the best one
	query     *plan.Query
	drawing   *drawing
	places    map[string]ref // channel to column
	broken    string         // why there is no plan
}

func (d *draft) fail(reason string) {
	if d.broken == "" {
		d.broken = reason
	}
}

// want says what a column must be fit for.
type want struct {
	numeric, temporal, truth bool
	number                   bool
}

// same reports that two columns are linked by a relation, so that either will
// do.
func (p *Planner) same(a, b ref) bool {
	for _, e := range p.edges {
		if e.from == a && e.to == b || e.from == b && e.to == a {
			return true
		}
	}
	for _, e := range p.edges {
		for _, f := range p.edges {
			if e.to == f.to && e.from == a && f.from == b {
				return true
			}
		}
	}
	return false
}

func (d *draft) use(l link) {
	d.used[l.ref.table]++
	d.links = append(d.links, l)
}

// tableOf picks the table a mention means.
func (d *draft) tableOf(it *item) (int, bool) {
	if it == nil || len(it.tabs) == 0 {
		return -1, false
	}
	return it.tabs[0].ref.table, true
}

// mentionTables notes every table the question names.
func (d *draft) mentionTables() {
	for _, it := range d.in.tables {
		if t, ok := d.tableOf(it); ok {
			d.mentioned[t] = true
		}
	}
	if t, ok := d.tableOf(d.in.subject); ok {
		d.mentioned[t] = true
	}
	for _, it := range d.items {
		if it.owner >= 0 {
			d.mentioned[it.owner] = true
		}
	}
	for _, c := range d.in.conds {
		if t, ok := d.tableOf(c.exists); ok {
			d.denied[t] = true
		}
	}
	for _, it := range d.items {
		if it.kind == kName && len(it.cols) == 1 && it.cols[0].score > 0.9 && len(it.tabs) == 0 {
			d.used[it.cols[0].ref.table]++
		}
		if it.kind == kName && len(it.vals) == 1 && len(it.cols)+len(it.tabs) == 0 {
			d.used[it.vals[0].ref.table]++
		}
	}
}

// allTerms visits every term of the intent in a fixed order: what is measured
// first, because it decides the main table.
func (in *intent) allTerms(visit func(*term)) {
	for _, pass := range []bool{true, false} {
		for _, t := range in.outs {
			if t.aggregated() == pass {
				visit(t)
			}
		}
		for _, s := range in.sorts {
			if s.term != nil && s.term.aggregated() == pass {
				visit(s.term)
			}
		}
	}
	for _, t := range in.groups {
		visit(t)
	}
	for _, c := range in.conds {
		if c.left != nil && len(c.values) == 0 && !c.truth {
			visit(c.left)
		}
		if c.right != nil {
			visit(c.right)
		}
	}
}

// resolve chooses columns and the main table.
func (d *draft) resolve() {
	d.mentionTables()
	d.main = -1
	d.childMeasures()
	if d.in.prev != nil {
		d.recall()
		d.main = d.followMain()
	} else {
		d.main = d.mainTable()
	}
	for _, o := range d.in.outs {
		d.resolveTerm(o)
	}
	d.resolveSorts()
	d.in.allTerms(func(t *term) { d.resolveTerm(t) })
	d.turnHints()
	if d.main < 0 {
		d.main = d.anyTable()
	}
	for _, c := range d.in.conds {
		d.resolveCondition(c)
	}
	if d.main < 0 {
		d.main = d.anyTable()
	}
	if d.in.prev != nil {
		d.settle()
	}
}

// childMeasures adds up what a subject is ranked by when that lies in a table
// with several rows for each of the subject's: products by units sold.
func (d *draft) childMeasures() {
	subject, ok := d.tableOf(d.in.subject)
	if !ok {
		return
	}
	for _, s := range d.in.sorts {
		t := s.term
		if t == nil || t.role != asColumn || t.aggregated() || t.it == nil || !s.superlative {
			continue
		}
		l, ok := d.pick(t.it, want{numeric: true})
		if !ok || l.ref.table == subject || !d.p.column(l.ref).Type.Numeric() {
			continue
		}
		path := d.p.path([]int{subject}, l.ref.table)
		if !slices.ContainsFunc(path, func(st step) bool { return st.down }) {
			continue
		}
		t.agg, t.numeric, t.link = plan.Sum, true, l
		d.use(l)
		if !additive(d.p.column(l.ref)) {
			d.in.punish(d.p.lex.weights["guess_aggregate"], "aggregation not named")
		}
	}
}

// resolveSorts prefers what is shown: the id to sort by is the one in the list.
func (d *draft) resolveSorts() {
	d.sorting = true
	for _, t := range d.in.groups {
		d.resolveTerm(t)
	}
	for _, s := range d.in.sorts {
		if s.term != nil && !s.superlative && !s.term.aggregated() {
			d.resolveTerm(s.term)
		}
	}
	d.sorting = false
}

func (d *draft) resolveTerm(t *term) {
	if t.link.score > 0 {
		return
	}
	switch t.role {
	case asTable:
		if i, ok := d.tableOf(t.it); ok {
			t.link = link{ref: ref{i, -1}, score: t.it.tabs[0].score, why: t.it.tabs[0].why}
			d.use(t.link)
		} else {
			d.fail("no table")
		}
	case asColumn:
		if t.bucket != "" || t.part != "" {
			return // dates are chosen when the main table is known
		}
		l, ok := d.pick(t.it, want{numeric: t.numeric})
		if !ok {
			d.fail("no column")
			return
		}
		if t.numeric && t.agg != plan.Count && t.agg != plan.CountDistinct && t.agg != plan.Min && t.agg != plan.Max && !d.p.column(l.ref).Type.Numeric() {
			d.fail("not a number: " + t.it.text)
			return
		}
		t.link = l
		d.use(l)
	case asHint:
		d.resolveHint(t)
	case asSpan:
		d.resolveSpan(t)
	}
}

// resolveSpan finds the two dates of a duration: the named one ends it, the
// table's usual date starts it.
func (d *draft) resolveSpan(t *term) {
	l, ok := d.pick(t.it, want{temporal: true})
	if !ok {
		d.fail("no dates")
		return
	}
	tb := d.p.tables[l.ref.table]
	if since, ok := d.pick(t.since, want{temporal: true}); ok && since.ref != l.ref {
		t.link, t.start = l, since
		d.use(l)
		d.use(since)
		return
	}
	for _, c := range tb.dates {
		if c != l.ref.col && d.p.column(ref{l.ref.table, c}).Type == d.p.column(l.ref).Type {
			t.link, t.start = l, link{ref: ref{l.ref.table, c}, score: 1}
			t.link.score = math.Max(l.score, 0.85)
			d.use(t.link)
			return
		}
	}
	d.fail("a duration needs two dates")
}

// mainTable is the table whose rows are counted, measured or listed; -1 when
// the terms must decide.
func (d *draft) mainTable() int {
	for _, t := range d.in.outs {
		if t.aggregated() && t.role == asTable {
			if i, ok := d.tableOf(t.it); ok {
				return i
			}
		}
	}
	for _, s := range d.in.sorts {
		if s.term != nil && s.term.agg == plan.Count && s.term.role == asTable {
			if i, ok := d.tableOf(s.term.it); ok {
				return i
			}
		}
	}
	for _, c := range d.in.conds {
		if c.left != nil && c.left.agg == plan.Count && c.left.role == asTable {
			if i, ok := d.tableOf(c.left.it); ok {
				return i
			}
		}
	}
	var measured *term
	d.in.allTerms(func(t *term) {
		if measured == nil && t.aggregated() && (t.role == asColumn || t.role == asSpan) && t.it != nil {
			measured = t
		}
	})
	if measured != nil {
		d.resolveTerm(measured)
		if measured.link.score > 0 {
			return measured.link.ref.table
		}
	}
	if i, ok := d.tableOf(d.in.subject); ok {
		return i
	}
	for _, t := range d.in.outs {
		if t.role == asColumn && t.it != nil && d.in.prev == nil {
			d.resolveTerm(t)
			if t.link.score > 0 {
				return t.link.ref.table
			}
		}
	}
	return -1
}

// anyTable falls back on the tables in use, then on the only table.
func (d *draft) anyTable() int {
	best, most := -1, 0
	for i := range d.p.tables {
		if n := d.used[i]; n > most {
			best, most = i, n
		}
	}
	for i := range d.p.tables {
		if best < 0 && d.mentioned[i] {
			best = i
		}
	}
	if best < 0 && len(d.p.tables) == 1 {
		best = 0
	}
	if best < 0 {
		for _, c := range d.in.conds {
			if len(c.values) > 0 {
				return c.values[0].ref.table
			}
			if c.truth && c.left.it != nil {
				return c.left.it.cols[0].ref.table
			}
		}
	}
	return best
}

func (d *draft) note(what string, parts ...string) {
	d.explain = append(d.explain, what+" → "+strings.Join(parts, " "))
}
