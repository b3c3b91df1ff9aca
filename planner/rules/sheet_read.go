package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// read makes the plan of a question about the sheet, or nil.
func (q *sheetQuestion) read() *plan.Query {
	q.readNumbers()
	q.readCodes()
	q.findAsk()
	for _, op := range []struct {
		name string
		read func() *plan.Query
	}{
		{"difference", q.difference},
		{"choice", q.choice},
		{"neighbour", q.neighbour},
		{"like another", q.likeAnother},
		{"average", q.average},
		{"extreme", q.extreme},
		{"end", q.end},
		{"amount", q.amounts},
		{"count", q.count},
		{"lookup", q.lookup},
	} {
		if query := op.read(); query != nil {
			q.kind = op.name
			return query
		}
	}
	return nil
}

func (q *sheetQuestion) query() *plan.Query {
	return &plan.Query{Version: plan.Version, DatasetID: q.s.p.data.ID, Table: q.s.t.Name}
}

// show lists columns, each once, and then the subject of the row.
func (q *sheetQuestion) show(query *plan.Query, cols ...int) {
	for _, c := range append(cols, q.s.subject) {
		if c < 0 || slices.ContainsFunc(query.Select, func(e plan.Expr) bool { return e.Column == q.s.cols[c].Name }) {
			continue
		}
		query.Select = append(query.Select, plan.Expr{Column: q.s.cols[c].Name})
		if c == q.target && q.asksYear() {
			e := *q.s.yearOf(c)
			e.As = "year"
			query.Select = append(query.Select, e)
		}
	}
}

// asksYear reports that the year is asked for where the column has more of the
// date.
func (q *sheetQuestion) asksYear() bool {
	c := q.s.cols[q.target]
	said := false
	for i := q.ask.from; i < q.nounEnd; i++ {
		said = said || q.lower(i) == "year"
	}
	return said && c.date && c.Type != catalog.Integer && !c.years
}

// sortBy sorts by a column read as what can be compared.
func (q *sheetQuestion) sortBy(query *plan.Query, col int, desc bool) {
	o := plan.OrderBy{Direction: plan.Asc}
	if desc {
		o.Direction = plan.Desc
	}
	if e := q.s.amountOf(col); e.Read == "" {
		o.By = e.Column
	} else {
		o.Expr = e
	}
	query.OrderBy = append(query.OrderBy, o)
}

func byPosition(query *plan.Query, desc bool) {
	o := plan.OrderBy{Expr: &plan.Expr{Position: true}, Direction: plan.Asc}
	if desc {
		o.Direction = plan.Desc
	}
	query.OrderBy = append(query.OrderBy, o)
}

// lookup shows the asked column of the rows that meet the conditions.
func (q *sheetQuestion) lookup() *plan.Query {
	query := q.query()
	if q.target < 0 {
		return nil
	}
	query.Filters = q.filters()
	if len(q.conds) > 0 && !slices.ContainsFunc(q.cells, func(m cellMention) bool { return m.col == q.s.subject }) {
		query.Filters = q.rowsThatCount(query.Filters)
	}
	q.show(query, q.target)
	if len(query.Filters) == 0 {
		q.doubt["no condition"] = 0.5
		query.Select = query.Select[:1]
		query.Distinct = true
	}
	return query
}

// count counts the rows that meet the conditions, or different values.
func (q *sheetQuestion) count() *plan.Query {
	if q.ask.payload != "many" {
		return nil
	}
	query := q.query()
	from, to := q.chunk(q.ask.to)
	e := plan.Expr{Agg: plan.Count, As: "count"}
	_, different := q.cue("different")
	for _, h := range q.headsIn(from, to) {
		c := q.s.cols[h.col()]
		q.mark(h.from, h.to)
		if slices.ContainsFunc(q.cells, func(m cellMention) bool { return m.col == h.col() }) || h.links[0].score < 0.4 || !q.names(h) || c.date && h.links[0].score < 0.9 {
			continue
		}
		if c.Profile != nil && (5*(c.Profile.Distinct+c.Profile.Nulls) < 4*q.s.t.Rows || different || c.Profile.Nulls > 0) && !c.listed {
			e = plan.Expr{Agg: plan.CountDistinct, Column: c.Name, As: "count"}
		}
	}
	if different {
		q.markCue("different")
	}
	q.markNoun(from, to)
	query.Filters = q.rowsThatCount(q.filters())
	query.Select = []plan.Expr{e}
	return query
}

// names reports that a mention uses a word of the column's own name.
func (q *sheetQuestion) names(h *headMention) bool {
	return slices.ContainsFunc(q.tokens[h.from:h.to], func(t token) bool { return slices.Contains(q.s.cols[h.col()].stems, t.stem) })
}

func (q *sheetQuestion) markCue(c class) {
	if x, ok := q.cue(c); ok {
		q.mark(x.from, x.to)
	}
}

// amounts looks up or adds up the numbers "how many points" asks for.
func (q *sheetQuestion) amounts() *plan.Query {
	total, added := q.cue("total")
	if !added && q.says("total", "totals") && len(q.cells)+len(q.conds) == 0 {
		added = true
	}
	if q.ask.payload != "many" && q.ask.payload != "much" {
		if !added && !(q.several() && q.says("total", "combined", "together", "sum")) || q.target < 0 || !q.s.cols[q.target].number || q.inHead(total.from) && len(q.cells) > 0 && !q.several() {
			return nil
		}
	}
	if q.target < 0 || !q.s.cols[q.target].number && !q.s.cols[q.target].duration {
		return nil
	}
	query := q.query()
	query.Filters = q.filters()
	if added {
		q.mark(total.from, total.to)
	}
	// One row is looked up, several are added up.
	single := slices.ContainsFunc(q.cells, func(m cellMention) bool { return q.unique(&m) }) && !q.several()
	if single {
		q.show(query, q.target)
		return query
	}
	query.Filters = q.rowsThatCount(query.Filters)
	e := *q.s.amountOf(q.target)
	e.Agg, e.As = plan.Sum, "total"
	query.Select = []plan.Expr{e}
	return query
}

func (q *sheetQuestion) inHead(tok int) bool {
	return slices.ContainsFunc(q.heads, func(h headMention) bool { return h.from <= tok && tok < h.to })
}

// unique reports a mention that only one row has.
func (q *sheetQuestion) unique(m *cellMention) bool {
	n := int64(0)
	for _, c := range q.s.cells {
		if c.col == m.col && slices.Contains(m.values, c.value) {
			n += c.count
		}
	}
	return n == 1
}

// several reports two mentions of one column: "Ann and Bob together".
func (q *sheetQuestion) several() bool {
	for i := range q.cells {
		for j := range i {
			if q.cells[i].col == q.cells[j].col {
				return true
			}
		}
	}
	return false
}

// average is the mean of a column.
func (q *sheetQuestion) average() *plan.Query {
	avg, ok := q.cue("average")
	if !ok {
		return nil
	}
	col := q.measure(avg.to, len(q.tokens))
	if col < 0 {
		col = q.measure(0, avg.from)
	}
	if col < 0 {
		return nil
	}
	q.mark(avg.from, avg.to)
	query := q.query()
	query.Filters = q.rowsThatCount(q.filters())
	e := *q.s.amountOf(col)
	e.Agg, e.As = plan.Avg, "average"
	query.Select = []plan.Expr{e}
	return query
}
