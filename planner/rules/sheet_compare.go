package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// pair returns two mentions of one column with one of the words between them.
func (q *sheetQuestion) pair(words ...string) (a, b *cellMention) {
	for i := 1; i < len(q.cells); i++ {
		a, b := &q.cells[i-1], &q.cells[i]
		if b.from-a.to > 3 {
			continue
		}
		for k := a.to; k < b.from; k++ {
			if !slices.Contains(words, q.lower(k)) {
				continue
			}
			if a.col != b.col {
				q.align(a, b)
			}
			if a.col == b.col {
				return a, b
			}
		}
	}
	return nil, nil
}

// align moves two mentions to a column both stand in.
func (q *sheetQuestion) align(a, b *cellMention) {
	for _, c := range a.cols {
		if slices.Contains(b.cols, c) {
			a.col, b.col = c, c
			return
		}
	}
}

// either is the condition that a row has one of two cells.
func (q *sheetQuestion) either(a, b *cellMention) plan.Filter {
	return plan.Filter{Or: []plan.Filter{q.cellFilter(a), q.cellFilter(b)}}
}

// choice answers "which is longer, X or Y" with the one of the two.
func (q *sheetQuestion) choice() *plan.Query {
	a, b := q.pair("or", "versus", "vs")
	if a == nil || q.ask.payload == "many" {
		return nil
	}
	query := q.query()
	x, ok := q.cue("more")
	if !ok {
		// The two are what is asked for.
		query.Filters = q.filters(a, b)
		if len(query.Filters) == 0 {
			return nil
		}
		query.Filters = append(query.Filters, q.either(a, b))
		q.show(query, a.col)
		q.doubt["choice"] = 0.9
		return query
	}
	q.mark(x.from, x.to)
	query.Filters = append(q.filters(a, b), q.either(a, b))
	query.Limit = 1
	if x.payload == "first" || x.payload == "last" {
		q.show(query, a.col)
		if col := q.dateColumn(); col >= 0 {
			q.show(query, col)
			q.sortBy(query, col, x.payload == "last")
		} else {
			byPosition(query, x.payload == "last")
		}
		return query
	}
	return q.ranked(query, x, a)
}

// ranked compares two cells by a column, or by their numbers of rows.
func (q *sheetQuestion) ranked(query *plan.Query, x cue, a *cellMention) *plan.Query {
	desc, sort := q.direction(x)
	if sort < 0 {
		if sort = q.measure(0, len(q.tokens)); sort < 0 && !q.repeats(a.col) {
			sort = q.onlyAmount()
		}
	}
	if sort < 0 && !q.repeats(a.col) {
		sort = slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.ranked && c.number })
	}
	if sort < 0 {
		q.target = a.col
		g := q.mostOften(x, desc)
		g.Filters = query.Filters
		return g
	}
	if q.s.cols[sort].ranked && x.payload != "longer" {
		desc = !desc
	}
	q.show(query, a.col, sort)
	q.sortBy(query, sort, desc)
	return query
}

// difference subtracts the smaller of two numbers from the larger.
func (q *sheetQuestion) difference() *plan.Query {
	x, ok := q.cue("difference")
	if !ok {
		return nil
	}
	q.mark(x.from, x.to)
	col := q.measure(0, len(q.tokens))
	a, b := q.pair("and", "than", "or", "to", "from")
	if a == nil {
		a, b = q.apart()
	}
	query := q.query()
	switch {
	case a != nil && col >= 0:
		query.Filters = append(q.filters(a, b), q.either(a, b))
		query.Select = []plan.Expr{spread(q.s.amountOf(col))}
	case a != nil:
		if col = q.anyAmount(); col >= 0 && !q.repeats(a.col) {
			query.Filters = append(q.filters(a, b), q.either(a, b))
			query.Select = []plan.Expr{spread(q.s.amountOf(col))}
			break
		}
		query.Filters = q.filters(a, b)
		query.Select = []plan.Expr{{
			Op: plan.Subtract, As: "difference",
			Left:  &plan.Expr{Agg: plan.Count, Where: []plan.Filter{q.cellFilter(a)}},
			Right: &plan.Expr{Agg: plan.Count, Where: []plan.Filter{q.cellFilter(b)}},
		}}
	case col >= 0 && q.twoYears(query):
		query.Select = []plan.Expr{spread(q.s.amountOf(col))}
	case col >= 0 && len(q.cells) == 1:
		return q.twoColumns(query)
	case col >= 0 && len(q.cells) == 0:
		query.Filters = q.rowsThatCount(q.filters())
		query.Select = []plan.Expr{spread(q.s.amountOf(col))}
		q.markCue("extreme")
		q.doubt["difference"] = 0.8
	default:
		return nil
	}
	return query
}

// anyAmount is the column of durations where time is meant, else the only column
// of numbers, else the last one.
func (q *sheetQuestion) anyAmount() int {
	if q.says("time", "long", "longer", "faster", "minutes", "seconds") {
		if i := slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.duration }); i >= 0 {
			return i
		}
	}
	if only := q.onlyAmount(); only >= 0 {
		return only
	}
	last := -1
	for i, c := range q.s.cols {
		if c.number && !c.ranked {
			last = i
		}
	}
	if last >= 0 {
		q.doubt["compared by"] = 0.6
	}
	return last
}

// apart finds two mentions of one column anywhere.
func (q *sheetQuestion) apart() (a, b *cellMention) {
	for i := range q.cells {
		for j := range i {
			if q.cells[i].col == q.cells[j].col {
				return &q.cells[j], &q.cells[i]
			}
		}
	}
	return nil, nil
}

// spread is the largest minus the smallest value.
func spread(of *plan.Expr) plan.Expr {
	most, least := *of, *of
	most.Agg, least.Agg = plan.Max, plan.Min
	return plan.Expr{Op: plan.Subtract, Left: &most, Right: &least, As: "difference"}
}

// twoYears turns two conditions on one column into alternatives.
func (q *sheetQuestion) twoYears(query *plan.Query) bool {
	if len(q.conds) != 2 || q.conds[0].col != q.conds[1].col {
		return false
	}
	query.Filters = []plan.Filter{{Or: []plan.Filter{q.conds[0].filter, q.conds[1].filter}}}
	return true
}

// twoColumns subtracts one column of a row from another.
func (q *sheetQuestion) twoColumns(query *plan.Query) *plan.Query {
	var cols []int
	for i := range q.heads {
		if c := q.numeric(&q.heads[i]); c >= 0 && !slices.Contains(cols, c) && !q.inCell(q.heads[i].from) {
			cols = append(cols, c)
			q.mark(q.heads[i].from, q.heads[i].to)
		}
	}
	if len(cols) != 2 {
		return nil
	}
	query.Filters = q.filters()
	q.show(query, q.s.subject)
	query.Select = append(query.Select, plan.Expr{Op: plan.Subtract, Left: q.s.amountOf(cols[0]), Right: q.s.amountOf(cols[1]), As: "difference"})
	return query
}

// likeAnother reads "the same party as X" and "fewer points than X".
func (q *sheetQuestion) likeAnother() *plan.Query {
	if same, ok := q.cue("same"); ok {
		if i := slices.IndexFunc(q.cells, func(m cellMention) bool { return m.from > same.to }); i >= 0 {
			return q.sameAs(same, &q.cells[i])
		}
	}
	for _, c := range q.cues {
		if q.isCue(c.from, "next") {
			continue
		}
		i := slices.IndexFunc(q.cells, func(m cellMention) bool { return c.class == "than" && (m.from == c.to || m.from == c.to+1) })
		more, ok := q.cue("more")
		if i < 0 && ok && more.from < c.to && q.lower(c.to) == "than" {
			i = slices.IndexFunc(q.cells, func(m cellMention) bool { return m.from >= c.to && m.from <= c.to+2 })
		}
		_ = more
		if i < 0 {
			continue
		}
		return q.thanAnother(c.payload == "desc", c.from, c.to, &q.cells[i])
	}
	more, ok := q.cue("more")
	if !ok {
		return nil
	}
	for i := range q.cells {
		m := &q.cells[i]
		if than := slices.IndexFunc(q.tokens, func(t token) bool { return t.lower == "than" }); than > more.from && m.from > than && m.from <= than+3 {
			desc, _ := q.direction(more)
			return q.thanAnother(desc, more.from, than+1, m)
		}
	}
	return nil
}

func (q *sheetQuestion) sameAs(same cue, m *cellMention) *plan.Query {
	heads := q.headsIn(same.to, m.from)
	if len(heads) == 0 || heads[0].col() == m.col {
		return nil
	}
	col := heads[0].col()
	q.mark(same.from, same.to)
	q.mark(heads[0].from, heads[0].to)
	q.markCue("other")
	query := q.query()
	anchor := q.cellFilter(m)
	right := &plan.Expr{Column: q.s.cols[col].Name, Agg: plan.Max, Where: []plan.Filter{anchor}}
	query.Filters = append(q.filters(m), plan.Filter{Column: q.s.cols[col].Name, Op: plan.Equal, Right: right}, plan.Filter{Not: &anchor})
	if q.ask.payload == "many" {
		query.Select = []plan.Expr{{Agg: plan.Count, As: "count"}}
		return query
	}
	if q.target < 0 || q.target == col {
		q.target = m.col
	}
	q.show(query, q.target, m.col, col)
	return query
}

func (q *sheetQuestion) thanAnother(desc bool, from, to int, m *cellMention) *plan.Query {
	col := q.measure(0, len(q.tokens))
	if col < 0 {
		if col = q.onlyAmount(); col < 0 {
			return nil
		}
	}
	q.mark(from, to)
	op := plan.Less
	if desc {
		op = plan.Greater
	}
	query := q.query()
	e := q.s.amountOf(col)
	right := *e
	right.Agg, right.Where = plan.Max, []plan.Filter{q.cellFilter(m)}
	f := plan.Filter{Expr: e, Op: op, Right: &right}
	query.Filters = q.rowsThatCount(append(q.filters(m), f))
	if q.ask.payload == "many" {
		query.Select = []plan.Expr{{Agg: plan.Count, As: "count"}}
		return query
	}
	if q.target < 0 || q.target == col {
		q.target = m.col
	}
	q.show(query, q.target, col)
	return query
}
