package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// extreme finds the row with the most or least of something, or the value that
// occurs most.
func (q *sheetQuestion) extreme() *plan.Query {
	x, ok := q.cue("extreme")
	if !ok {
		return nil
	}
	if q.ask.payload == "many" && q.target < 0 {
		return nil
	}
	desc, sort := q.direction(x)
	if sort < 0 {
		from, to := q.chunk(x.to)
		sort = q.measure(from, to)
		if sort < 0 && q.target >= 0 && q.comparable(q.target) && slices.ContainsFunc(q.headsIn(from, to), func(h *headMention) bool { return h.col() == q.target }) {
			sort = q.target
		}
		grouped := sort < 0 && q.target >= 0 && q.repeats(q.target) && (q.ask.payload != "many")
		if grouped {
			return q.mostOften(x, desc)
		}
		if sort < 0 {
			sort = q.measure(x.to, len(q.tokens))
		}
	}
	if sort < 0 && q.target >= 0 && q.comparable(q.target) && !q.s.cols[q.target].date {
		sort = q.target
	}
	if sort < 0 {
		if sort = q.onlyAmount(); sort < 0 {
			sort = slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.number && c.ranked })
			desc = desc == (sort < 0)
		}
		q.doubt["compared by"] = 0.7
	}
	if sort < 0 {
		return nil
	}
	q.mark(x.from, x.to)
	if q.s.cols[sort].ranked && (x.payload == "desc" || x.payload == "asc") && q.says("rank", "ranked", "ranking", "position", "place", "chart", "charts", "peak") {
		desc = !desc
	}
	query := q.query()
	query.Filters = q.rowsThatCount(q.filters())
	q.show(query, q.target, sort)
	q.sortBy(query, sort, desc)
	query.Limit = q.howManyRows(x)
	return query
}

// howManyRows is the number said beside a superlative.
func (q *sheetQuestion) howManyRows(x cue) int {
	for _, i := range []int{x.to, x.from - 1} {
		if i >= 0 && i < len(q.tokens) && q.tokens[i].isNum && q.tokens[i].number >= 2 && q.tokens[i].number <= 100 && !q.used[i] {
			q.mark(i, i+1)
			return int(q.tokens[i].number)
		}
	}
	return 1
}

func (q *sheetQuestion) comparable(col int) bool {
	c := q.s.cols[col]
	return c.number || c.duration || c.date
}

func (q *sheetQuestion) repeats(col int) bool {
	pr := q.s.cols[col].Profile
	return pr != nil && pr.Distinct+pr.Nulls < q.s.t.Rows
}

// direction says which end a superlative means and, where it names its column,
// as "longest" and "oldest" do, which one.
func (q *sheetQuestion) direction(x cue) (desc bool, col int) {
	switch x.payload {
	case "desc":
		return true, -1
	case "asc":
		return false, -1
	}
	hints := q.s.p.lex.adjective[map[string]string{"heaviest": q.span(x.from, x.from+1), "longer": "longest", "shorter": "shortest", "faster": "fastest", "slower": "slowest", "younger": "youngest"}[x.payload]]
	if len(hints) == 0 {
		hints = q.s.p.lex.adjective[x.payload]
	}
	for _, h := range hints {
		for i, c := range q.s.cols {
			if (c.number || c.duration || c.date) && slices.ContainsFunc(c.stems, func(s string) bool { return slices.Contains(h.words, s) }) {
				return h.direction == "desc", i
			}
		}
	}
	desc = slices.Contains([]string{"longest", "longer", "slowest", "slower", "oldest", "heaviest"}, x.payload)
	col = slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.duration })
	if col >= 0 && (x.payload == "oldest" || x.payload == "youngest" || x.payload == "younger") {
		col = -1
	}
	return desc, col
}

// mostOften ranks the values of the asked column by their number of rows.
func (q *sheetQuestion) mostOften(x cue, desc bool) *plan.Query {
	q.mark(x.from, x.to)
	q.markNoun(q.chunk(x.to))
	query := q.query()
	query.Filters = q.rowsThatCount(q.filters())
	name := q.s.cols[q.target].Name
	key := plan.Expr{Column: name}
	if q.asksYear() {
		key = *q.s.yearOf(q.target)
		key.As = "year"
	}
	query.GroupBy = []plan.Expr{key}
	query.Select = []plan.Expr{key, {Agg: plan.Count, As: "count"}}
	if q.s.cols[q.target].Profile.Nulls > 0 {
		query.Filters = append(query.Filters, plan.Filter{Column: name, Op: plan.NotNull})
	}
	dir := plan.Asc
	if desc {
		dir = plan.Desc
	}
	query.OrderBy = []plan.OrderBy{{By: "count", Direction: dir}}
	query.Limit = 1
	return query
}

// end shows the first or last rows: of a date column where there is one, else of
// the table.
func (q *sheetQuestion) end() *plan.Query {
	x, ok := q.cue("end")
	if !ok || q.ask.payload == "many" && q.target < 0 || q.target < 0 {
		return nil
	}
	q.mark(x.from, x.to)
	query := q.query()
	query.Filters = q.rowsThatCount(q.filters())
	desc := x.payload == "last"
	q.show(query, q.target)
	col := q.orderColumn()
	switch {
	case col >= 0:
		q.show(query, col)
		q.sortBy(query, col, desc)
	default:
		byPosition(query, desc)
	}
	query.Limit = q.howManyRows(x)
	return query
}

// orderColumn is the column that says what is first: a date that is named, a
// rank, else the first date; -1 for the order of the table.
func (q *sheetQuestion) orderColumn() int {
	if q.says("listed", "list", "table", "chart", "row", "top", "bottom", "appears") {
		q.markWords("listed", "list", "table", "chart", "row", "appears", "on")
		return -1
	}
	if q.says("ranked", "rank", "place", "finish", "finished", "came") {
		if i := slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.ranked && c.number }); i >= 0 && q.says("ranked", "rank") {
			return i
		}
		return -1
	}
	for i := range q.heads {
		if h := &q.heads[i]; q.s.cols[h.col()].date && !q.inCell(h.from) {
			return h.col()
		}
	}
	return q.dateColumn()
}

func (q *sheetQuestion) markWords(words ...string) {
	for i, t := range q.tokens {
		if slices.Contains(words, t.lower) {
			q.mark(i, i+1)
		}
	}
}

// positionOf is the place of the first or last row that meets conditions.
func positionOf(where []plan.Filter, last bool) *plan.Expr {
	agg := plan.Min
	if last {
		agg = plan.Max
	}
	return &plan.Expr{Agg: agg, Of: &plan.Expr{Position: true}, Where: where}
}

// neighbour shows the row after or before another one.
func (q *sheetQuestion) neighbour() *plan.Query {
	for _, x := range q.cues {
		if x.class != "next" || x.payload == "next" || q.inCell(x.from) {
			continue
		}
		at := slices.IndexFunc(q.cells, func(m cellMention) bool { return m.filter == nil && m.from >= x.to && m.from <= x.to+6 })
		if at < 0 || q.tokens[q.cells[at].from].isNum && !q.cells[at].full {
			continue
		}
		return q.beside(x, &q.cells[at])
	}
	return nil
}

func (q *sheetQuestion) beside(x cue, m *cellMention) *plan.Query {
	query := q.query()
	after := x.payload == "after"
	op := plan.Less
	if after {
		op = plan.Greater
	}
	q.mark(x.from, x.to)
	q.markCue("next")
	anchor, without := []plan.Filter{q.cellFilter(m)}, []*cellMention{m}
	q.conds = slices.DeleteFunc(q.conds, func(c *sheetCond) bool {
		if c.from < x.to {
			return false
		}
		anchor = append(anchor, c.filter)
		return true
	})
	for i := range q.cells {
		if other := &q.cells[i]; other.filter != nil && other.from >= x.to && other != m {
			anchor, without = append(anchor, q.cellFilter(other)), append(without, other)
		}
	}
	query.Filters = append(q.filters(without...), plan.Filter{Expr: &plan.Expr{Position: true}, Op: op, Right: positionOf(anchor, after)})
	if q.ask.payload == "many" && q.target < 0 {
		q.markNoun(q.chunk(q.ask.to))
		query.Select = []plan.Expr{{Agg: plan.Count, As: "count"}}
		query.Filters = q.rowsThatCount(query.Filters)
		return query
	}
	if q.target < 0 {
		q.target = q.s.subject
	}
	q.show(query, q.target)
	byPosition(query, !after)
	query.Limit = 1
	return query
}
