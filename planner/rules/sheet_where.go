package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// cellFilter is the condition that a row has the mentioned cell.
func (q *sheetQuestion) cellFilter(m *cellMention) plan.Filter {
	c := q.s.cols[m.col]
	q.mark(m.from, m.to)
	if m.filter != nil {
		return *m.filter
	}
	if m.near {
		q.doubt["spelling"] = 0.9
	}
	if c.Type != catalog.Text {
		return plan.Filter{Column: c.Name, Op: plan.Equal, Value: literalOf(c, m.values[0])}
	}
	_, solo := q.cue("solo")
	switch {
	case m.full && (!c.listed && !q.within(m) || solo) && len(m.values) == 1:
		return plan.Filter{Column: c.Name, Op: plan.Equal, Value: m.values[0]}
	case m.full && len(m.values) > 1 && !c.listed:
		values := make([]any, len(m.values))
		for i, v := range m.values {
			values[i] = v
		}
		return plan.Filter{Column: c.Name, Op: plan.In, Value: values}
	}
	if !m.full && m.words == 1 && m.cover < 0.5 {
		q.doubt["part of a cell"] = 0.9
	}
	return plan.Filter{Column: c.Name, Op: plan.Contains, Value: m.text}
}

// within reports that other cells of the column have the mentioned one and
// more: "A" beside "A, B".
func (q *sheetQuestion) within(m *cellMention) bool {
	if m.words < 2 {
		return false
	}
	want := cellWords(m.text)
	for _, c := range q.s.cells {
		if c.col != m.col || len(c.words) <= len(want) {
			continue
		}
		for k := 0; k+len(want) <= len(c.words); k++ {
			if slices.EqualFunc(c.words[k:k+len(want)], want, func(a, b cellWord) bool { return a.text == b.text }) {
				return true
			}
		}
	}
	return false
}

func literalOf(c *sheetColumn, value string) any {
	if c.Type.Numeric() {
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			return v
		}
	}
	return value
}

// filters writes the conditions of the question, without those of the cells
// and conditions some other part has used. Cells of one column are alternatives.
func (q *sheetQuestion) filters(without ...*cellMention) []plan.Filter {
	var out []plan.Filter
	for _, c := range q.conds {
		out = append(out, c.filter)
	}
	type group struct {
		col  int
		list []plan.Filter
	}
	var groups []*group
	for i := range q.cells {
		m := &q.cells[i]
		if slices.Contains(without, m) {
			continue
		}
		f := q.cellFilter(m)
		if q.negated(m.from) {
			out = append(out, plan.Filter{Not: &f})
			continue
		}
		joined := i > 0 && m.from-q.cells[i-1].to < 3 && q.lower(m.from-1) == "or"
		at := slices.IndexFunc(groups, func(g *group) bool { return g.col == m.col && (!q.s.cols[m.col].listed || joined) })
		if at < 0 {
			groups = append(groups, &group{col: m.col})
			at = len(groups) - 1
		}
		groups[at].list = append(groups[at].list, f)
	}
	for _, g := range groups {
		if len(g.list) == 1 {
			out = append(out, g.list[0])
			continue
		}
		out = append(out, plan.Filter{Or: g.list})
	}
	return append(out, q.blanks()...)
}

// readCodes turns words that cells hold as a letter into conditions: the games
// that were won.
func (q *sheetQuestion) readCodes() {
	for i, t := range q.tokens {
		if q.inCell(i) || q.inHead(i) || q.used[i] || t.quoted {
			continue
		}
		if t.lower == "no" {
			q.none(i)
			continue
		}
		col, letter := q.s.coded(t.lower)
		if col < 0 || slices.ContainsFunc(q.cells, func(m cellMention) bool { return m.col == col }) {
			continue
		}
		f := plan.Filter{Column: q.s.cols[col].Name, Op: plan.StartsWith, Value: letter}
		if q.negated(i) {
			f = plan.Filter{Not: &plan.Filter{Column: f.Column, Op: f.Op, Value: f.Value}}
		}
		q.addCond(i, i+1, col, f)
	}
}

// none reads "no medals" as a number of zero.
func (q *sheetQuestion) none(i int) {
	for k := range q.heads {
		h := &q.heads[k]
		if col := q.numeric(h); h.from == i+1 && col >= 0 && !q.s.cols[col].duration {
			q.addCond(i, h.to, col, where(q.s.amountOf(col), plan.Equal, float64(0)))
			return
		}
	}
}

// negated reports a negation shortly before the span.
func (q *sheetQuestion) negated(from int) bool {
	for i := from - 1; i >= 0 && i >= from-5; i-- {
		if q.inCell(i) {
			return false
		}
		for _, c := range q.cues {
			if c.to != i+1 || c.class != "not" && (c.class != "other" || !slices.Contains([]string{"than", "besides", "from", "except", "for", "excluding"}, q.lower(i))) {
				continue
			}
			q.mark(c.from, c.to)
			return true
		}
	}
	return false
}

// blanks reads "with a name", "that have no frequency": cells that hold
// something or nothing.
func (q *sheetQuestion) blanks() []plan.Filter {
	var out []plan.Filter
	for i := range q.heads {
		h := &q.heads[i]
		c := q.s.cols[h.col()]
		if q.inCell(h.from) || h.from < q.nounEnd || q.used[h.from] || h.col() == q.target || c.Profile == nil || c.Profile.Nulls == 0 && len(q.s.blanksOf(h.col())) == 0 {
			continue
		}
		if slices.ContainsFunc(q.cells, func(m cellMention) bool { return m.col == h.col() }) {
			continue
		}
		prev := q.lower(h.from - 1)
		if prev == "a" || prev == "any" || prev == "listed" {
			prev = q.lower(h.from - 2)
		}
		switch {
		case q.isCue(h.from-1, "not"):
			out = append(out, q.s.isBlank(h.col(), true))
			q.mark(h.from-1, h.to)
		case slices.Contains([]string{"have", "has", "had", "with", "having", "feature", "featured"}, prev):
			f := q.s.isBlank(h.col(), false)
			if slices.ContainsFunc(q.cues, func(x cue) bool { return x.class == "not" && x.to <= h.from && x.to >= h.from-4 }) {
				f = q.s.isBlank(h.col(), true)
			}
			out = append(out, f)
			q.mark(h.from, h.to)
		}
	}
	return out
}

// blanksOf are the cells of a column that say that there is nothing.
func (s *sheet) blanksOf(col int) []any {
	var out []any
	if pr := s.cols[col].Profile; pr != nil && s.cols[col].Type == catalog.Text {
		for _, v := range pr.Top {
			if isBlankCell(strings.TrimSpace(v.Value)) {
				out = append(out, v.Value)
			}
		}
	}
	return out
}

// isBlank is the condition that a cell is blank, or is not.
func (s *sheet) isBlank(col int, blank bool) plan.Filter {
	name, values := s.cols[col].Name, s.blanksOf(col)
	switch {
	case len(values) == 0 && blank:
		return plan.Filter{Column: name, Op: plan.IsNull}
	case len(values) == 0:
		return plan.Filter{Column: name, Op: plan.NotNull}
	case blank:
		return plan.Filter{Or: []plan.Filter{{Column: name, Op: plan.IsNull}, {Column: name, Op: plan.In, Value: values}}}
	}
	return plan.Filter{Column: name, Op: plan.NotIn, Value: values}
}

// rowsThatCount leaves out rows that are no data.
func (q *sheetQuestion) rowsThatCount(filters []plan.Filter) []plan.Filter {
	for _, c := range q.s.besides {
		filters = append(filters, plan.Filter{Column: q.s.cols[c.col].Name, Op: plan.NotEqual, Value: c.value})
	}
	return filters
}
