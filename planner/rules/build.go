package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/policy"
)

// wideTable is the number of columns up to which listing a thing shows all of
// them; wider tables show what names the thing.
const wideTable = 16

// build turns a resolved intent into a plan.
func (d *draft) build() {
	if d.broken != "" {
		return
	}
	if d.main < 0 {
		d.fail("no table")
		return
	}
	d.shape()
	if d.broken != "" {
		return
	}
	q := &plan.Query{Version: plan.Version, DatasetID: d.p.data.ID, Table: d.p.tables[d.main].Name}
	d.query = q
	d.groupBy()
	d.selects()
	d.share()
	d.sorts()
	d.conditions()
	d.weekdays()
	d.course()
	d.limit()
	d.joins()
	if d.in.prev != nil && d.broken == "" {
		d.keepJoins()
	}
	q.Distinct = q.Distinct || d.in.distinct && len(q.GroupBy) == 0 && !anyAggregate(q.Select)
	if d.listsCategories() {
		q.Distinct = true
	}
	if q.Distinct && slices.ContainsFunc(q.OrderBy, func(o plan.OrderBy) bool {
		return !slices.ContainsFunc(q.Select, func(e plan.Expr) bool { return o.By == e.Column || o.By == e.As })
	}) {
		d.fail("distinct rows sorted by what they do not show")
	}
	if len(q.Select)+len(q.GroupBy) == 0 {
		d.fail("nothing to show")
	}
	if len(q.GroupBy) == 0 && anyAggregate(q.Select) && (len(q.OrderBy) > 0 || !allAggregates(q.Select)) {
		d.fail("single rows beside an aggregate")
	}
}

func anyAggregate(exprs []plan.Expr) bool {
	return slices.ContainsFunc(exprs, func(e plan.Expr) bool { return isAggregate(&e) })
}

func allAggregates(exprs []plan.Expr) bool {
	return !slices.ContainsFunc(exprs, func(e plan.Expr) bool { return !isAggregate(&e) })
}

// listsCategories reports a question for the values of one column, "what
// statuses are there", where repeating a value tells nothing.
func (d *draft) listsCategories() bool {
	q, in := d.query, d.in
	if len(q.Select) != 1 || len(q.GroupBy) > 0 || len(in.outs) != 1 || in.outs[0].role != asColumn || len(in.sorts) > 0 || in.subject != nil || in.limit > 0 {
		return false
	}
	c := d.p.column(in.outs[0].link.ref)
	return d.in.prev == nil && q.Select[0].Agg == "" && c.Type == catalog.Text && !c.unique && c.Profile != nil && in.chart == ""
}

func isAggregate(e *plan.Expr) bool {
	return e != nil && (e.Agg != "" || isAggregate(e.Left) || isAggregate(e.Right) || isAggregate(e.Of))
}

// groupBy writes the group keys.
func (d *draft) groupBy() {
	for _, g := range d.in.groups {
		if g.role == asColumn && g.bucket == "" && g.part == "" && g.bin == 0 {
			if k, ok := d.namesake(g); ok {
				d.addGroup(plan.Expr{Column: d.columnName(k)})
			}
			for _, r := range d.parts(g.link) {
				d.addGroup(plan.Expr{Column: d.columnName(r)})
			}
			continue
		}
		if g.role != asTable {
			e := d.plain(g)
			if g.bin > 0 {
				e.As = safe(d.p.column(g.link.ref).Name) + "_bin"
			}
			d.addGroup(e)
			continue
		}
		for _, r := range d.entityColumns(g.link.ref.table) {
			d.addGroup(plan.Expr{Column: d.columnName(r)})
		}
	}
}

// namesake is the key that tells things of one name apart when groups are such
// things: two owners called Ada are two groups.
func (d *draft) namesake(g *term) (ref, bool) {
	t := d.p.tables[g.link.ref.table]
	named := slices.Contains(t.label, g.link.ref.col) || slices.Contains(t.person, g.link.ref.col)
	if !g.listed || !named || t.key < 0 || g.link.ref.col == t.key || g.link.ref.table == d.main || d.p.column(g.link.ref).unique {
		return ref{}, false
	}
	return ref{g.link.ref.table, t.key}, true
}

func (d *draft) addGroup(e plan.Expr) {
	if !slices.ContainsFunc(d.query.GroupBy, func(x plan.Expr) bool { return x.Column == e.Column && x.Bucket == e.Bucket && x.Part == e.Part }) {
		d.query.GroupBy = append(d.query.GroupBy, e)
	}
}

// entityColumns are the columns that stand for a row of a table: its name, and
// its key when names may repeat. When the rows at hand point to the table and it
// has no name, the pointing column does.
func (d *draft) entityColumns(t int) []ref {
	tb := d.p.tables[t]
	var out []ref
	unique := false
	for _, l := range tb.label {
		out = append(out, ref{t, l})
		unique = unique || tb.columns[l].unique || l == tb.key
	}
	if tb.key >= 0 && !unique {
		out = append([]ref{{t, tb.key}}, out...)
	}
	if t != d.main && len(out) == 1 && out[0].col == tb.key {
		for _, s := range d.p.stepsFrom(d.main) {
			if !s.down && s.edge.to == out[0] {
				return []ref{s.edge.from}
			}
		}
	}
	return out
}

// selects writes the outputs.
func (d *draft) selects() {
	q := d.query
	for _, t := range d.in.outs {
		if t.aggregated() {
			q.Select = append(q.Select, d.aggregate(t))
			continue
		}
		if t.role == asTable {
			for _, r := range d.entityColumns(t.link.ref.table) {
				q.Select = append(q.Select, plan.Expr{Column: d.columnName(r)})
			}
			continue
		}
		if t.role == asColumn && t.bucket == "" && t.part == "" {
			for _, r := range d.parts(t.link) {
				d.addSelect(plan.Expr{Column: d.columnName(r)})
			}
			continue
		}
		q.Select = append(q.Select, d.plain(t))
	}
	if len(q.Select)+len(q.GroupBy) == 0 && d.in.share == nil {
		d.listSubject()
	}
}

func (d *draft) addSelect(e plan.Expr) {
	if !slices.ContainsFunc(d.query.Select, func(x plan.Expr) bool { return x.Column == e.Column && !isAggregate(&x) }) {
		d.query.Select = append(d.query.Select, e)
	}
}

// listSubject shows rows of the subject.
func (d *draft) listSubject() {
	if d.in.subject == nil && d.in.subjectTable < 0 && len(d.in.conds) == 0 && len(d.in.sorts) == 0 {
		d.fail("nothing asked for")
		return
	}
	if d.in.subject == nil && d.in.subjectTable < 0 {
		d.in.punish(0.75, "no subject")
	}
	ti := d.main
	tb := d.p.tables[ti]
	if len(tb.columns) <= wideTable || len(tb.label) == 0 || d.in.listAll {
		for i := range tb.columns {
			d.query.Select = append(d.query.Select, plan.Expr{Column: d.columnName(ref{ti, i})})
		}
		if len(tb.columns) >= policy.WideColumns && d.in.limit == 0 {
			d.query.Limit = plan.DefaultLimit
		}
		return
	}
	cols := d.entityColumns(ti)
	if tb.key >= 0 && !slices.Contains(cols, ref{ti, tb.key}) {
		cols = append([]ref{{ti, tb.key}}, cols...)
	}
	for _, c := range d.in.conds {
		if c.left != nil && !c.left.aggregated() && c.left.link.ref.table == ti && c.left.link.ref.col >= 0 {
			cols = append(cols, c.left.link.ref)
		}
	}
	for _, r := range cols {
		e := plan.Expr{Column: d.columnName(r)}
		if !slices.ContainsFunc(d.query.Select, func(x plan.Expr) bool { return x.Column == e.Column }) {
			d.query.Select = append(d.query.Select, e)
		}
	}
}

// columnName spells a column; it is qualified when the plan is done and has
// joins, so until then always.
func (d *draft) columnName(r ref) string {
	return d.p.tables[r.table].Name + "." + d.p.column(r).Name
}

// plain writes a term without aggregation.
func (d *draft) plain(t *term) plan.Expr {
	if t.role == asSpan {
		return d.span(t)
	}
	if t.role == asCarried {
		return *t.expr.Clone()
	}
	return plan.Expr{Column: d.columnName(t.link.ref), Bucket: t.bucket, Part: t.part, Bin: t.bin}
}

func (d *draft) span(t *term) plan.Expr {
	unit := d.in.unit
	if unit == "" {
		unit = "hour"
		if d.p.column(t.link.ref).Type == catalog.Date {
			unit = "day"
		}
	}
	return plan.Expr{
		Op: plan.DateDiff, Unit: unit,
		Left:  &plan.Expr{Column: d.columnName(t.link.ref)},
		Right: &plan.Expr{Column: d.columnName(t.start.ref)},
	}
}

// aggregate writes a term with aggregation.
func (d *draft) aggregate(t *term) plan.Expr {
	switch {
	case t.role == asCarried:
		return *t.expr.Clone()
	case t.per != nil:
		return d.perEntity(t)
	case t.role == asRows:
		return plan.Expr{Agg: plan.Count, As: "count"}
	case t.role == asTable:
		return d.countRows(t)
	case t.role == asSpan:
		e := d.span(t)
		words := strings.Join(d.p.column(t.link.ref).words, "_")
		return plan.Expr{Of: &e, Agg: t.agg, Percentile: t.fraction, As: string(t.agg) + "_time_to_" + safe(words) + "_" + e.Unit + "s"}
	}
	if c := d.p.column(t.link.ref); c.id && t.agg != plan.Count && t.agg != plan.CountDistinct && !namesIdentifier(t) {
		// "The best customers" is not the customer with the highest number.
		d.in.punish(0.3, "an identifier measures nothing")
	}
	e := plan.Expr{Column: d.columnName(t.link.ref), Agg: t.agg, Percentile: t.fraction}
	name := safe(d.p.column(t.link.ref).Name)
	e.As = string(t.agg) + "_" + strings.TrimPrefix(name, string(t.agg)+"_")
	return e
}

// tally is the column that says how many things a row stands for: rows of a table
// with a column called count were counted before.
func (t *table) tally() *column {
	for _, c := range t.columns {
		if len(c.words) == 1 && (c.words[0] == "count" || c.words[0] == "tally") && c.Type.Numeric() && !c.key && !c.link {
			return c
		}
	}
	return nil
}

func safe(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s), "_")
}

// countRows counts rows of a table: plainly when they are the plan's rows, else
// the distinct keys, so that joins do not count a row twice.
func (d *draft) countRows(t *term) plan.Expr {
	ti := t.link.ref.table
	name := "count_" + safe(d.p.tables[ti].Name)
	if ti == d.main && !t.distinct {
		if c := d.p.tables[ti].tally(); c != nil && t.per == nil {
			return plan.Expr{Agg: plan.Sum, Column: d.columnName(c.ref), As: "sum_" + safe(c.Name)}
		}
		return plan.Expr{Agg: plan.Count, As: name}
	}
	if key := d.p.tables[ti].key; key >= 0 {
		return plan.Expr{Agg: plan.CountDistinct, Column: d.columnName(ref{ti, key}), As: name}
	}
	if ti != d.main {
		d.in.punish(0.7, "counted joined rows")
	}
	return plan.Expr{Agg: plan.Count, As: name}
}

// perEntity writes "average number of X per Y": the Xs divided by the Ys that
// have any.
func (d *draft) perEntity(t *term) plan.Expr {
	count := *t
	count.per = nil
	count.agg = plan.Count
	top := d.countRows(&count)
	top.As = ""
	if len(d.in.groups) != 1 {
		d.fail("an average per what")
		return top
	}
	g := d.in.groups[0]
	d.in.groups = nil
	d.query.GroupBy = nil
	bottom := plan.Expr{Agg: plan.CountDistinct}
	switch {
	case g.role != asTable && g.bucket == "" && g.part == "":
		bottom.Column = d.columnName(g.link.ref)
	case g.role == asTable:
		bottom.Column = d.columnName(d.entityKey(g.link.ref.table))
	default:
		e := d.plain(g)
		bottom.Column, bottom.Bucket, bottom.Part = e.Column, e.Bucket, e.Part
	}
	return plan.Expr{Op: plan.Divide, Left: &top, Right: &bottom, As: "avg_count"}
}

// entityKey is the column that tells rows of a table apart, taken from the main
// table when that points there.
func (d *draft) entityKey(t int) ref {
	for _, s := range d.p.stepsFrom(d.main) {
		if !s.down && s.edge.to.table == t {
			return s.edge.from
		}
	}
	if k := d.p.tables[t].key; k >= 0 {
		return ref{t, k}
	}
	if l := d.p.tables[t].label; len(l) > 0 {
		return ref{t, l[0]}
	}
	d.fail("no key")
	return ref{t, 0}
}

// namesIdentifier reports whether a person asked for the identifier as such:
// "the highest order id".
func namesIdentifier(t *term) bool {
	if t.it == nil {
		return false
	}
	for _, w := range strings.Fields(strings.ToLower(strings.ReplaceAll(t.it.text, "_", " "))) {
		switch w {
		case "id", "ids", "number", "no", "code", "key", "identifier":
			return true
		}
	}
	return false
}
