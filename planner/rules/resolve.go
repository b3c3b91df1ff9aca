package rules

import (
	"math"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
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
	return slices.ContainsFunc(d.in.outs, counted) || slices.ContainsFunc(d.in.sorts, func(s *sorter) bool { return s.term != nil && counted(s.term) })
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

// turnHints sorts by the direction of the column a superlative found: the youngest
// have the lowest age, or the latest date of birth.
func (d *draft) turnHints() {
	for _, s := range d.in.sorts {
		if t := s.term; t != nil && t.role == asHint && len(t.hints) == 1 && t.link.score > 0 {
			s.desc = t.hints[0].direction == "desc"
		}
	}
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

// resolveHint finds the column that "oldest" or "cheaper" is about, in the
// tables the question names.
func (d *draft) resolveHint(t *term) {
	var tables []int
	if d.main >= 0 {
		tables = append(tables, d.main)
	}
	for i := range d.p.tables {
		if d.mentioned[i] || d.used[i] > 0 {
			tables = append(tables, i)
		}
	}
	if d.hintIn(t, tables) || d.hintIn(t, d.neighbours(tables)) {
		return
	}
	d.in.leftover = append(d.in.leftover, t.it)
	d.fail("no column for " + t.it.text)
}

// hintIn takes the first column of the tables that one of the hints fits.
func (d *draft) hintIn(t *term, tables []int) bool {
	for _, h := range t.hints {
		for _, ti := range tables {
			if l, ok := d.p.hinted(ti, h); ok {
				t.link, t.hints = l, []hint{h}
				d.use(l)
				return true
			}
		}
	}
	return false
}

// neighbours are the tables that have one row for each row of the given ones:
// the person that a player is.
func (d *draft) neighbours(tables []int) []int {
	var out []int
	for _, ti := range tables {
		for _, s := range d.p.stepsFrom(ti) {
			if !s.down && !slices.Contains(tables, s.target()) && !slices.Contains(out, s.target()) {
				out = append(out, s.target())
			}
		}
	}
	return out
}

func (p *Planner) hinted(ti int, h hint) (link, bool) {
	t := p.tables[ti]
	best := link{}
	for _, c := range t.columns {
		if !(c.Type.Numeric() && !c.id || c.Type.Temporal() || c.Type == catalog.Time) {
			continue
		}
		hit := 0
		for _, w := range h.words {
			if slices.Contains(c.stems, w) {
				hit++
			}
		}
		if hit == len(h.words) {
			if s := 0.75 + 0.2*float64(hit)/float64(len(c.stems)); s > best.score {
				best = link{ref: c.ref, score: s, why: "adjective"}
			}
		}
	}
	if best.score == 0 && h.anyDate && len(t.dates) > 0 {
		return link{ref: ref{ti, t.dates[0]}, score: 0.85, why: "adjective"}, true
	}
	return best, best.score > 0
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
