package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// dateColumn is the column dates are about: one named, else the first.
func (q *sheetQuestion) dateColumn() int {
	for _, h := range q.heads {
		if q.s.cols[h.col()].date {
			return h.col()
		}
	}
	return slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.date })
}

// dateOf is a column read as a date.
func (s *sheet) dateOf(col int) *plan.Expr {
	c := s.cols[col]
	if c.Type.Temporal() {
		return &plan.Expr{Column: c.Name}
	}
	return &plan.Expr{Column: c.Name, Read: plan.ReadDate}
}

// yearOf is the year of a column of dates.
func (s *sheet) yearOf(col int) *plan.Expr {
	c := s.cols[col]
	if c.Type == catalog.Integer {
		return &plan.Expr{Column: c.Name}
	}
	e := s.dateOf(col)
	e.Part = plan.YearPart
	return e
}

// fullDate reads a month with a day, a year or both.
func (q *sheetQuestion) fullDate(i int) int {
	col := q.dateColumn()
	start, n := i, 1
	month, ok := monthNumber(q.lower(i))
	day := 0
	if !ok && q.tokens[i].isNum {
		if month, ok = monthNumber(q.lower(i + 1)); ok {
			day, n = int(q.tokens[i].number), 2
		}
	}
	if !ok || col < 0 || day > 31 {
		return 0
	}
	if d := q.dayAt(i + n); day == 0 && d > 0 {
		day = d
		n++
	}
	year := 0
	if i+n < len(q.tokens) && isYearWord(q.lower(i+n)) {
		year = int(q.tokens[i+n].number)
		n++
	}
	if prev := q.lower(i - 1); day == 0 && year == 0 && q.lower(i) == "may" && prev != "in" && prev != "of" && prev != "during" {
		return 0
	}
	op, before, behind := q.comparedBy(start, i+n, true)
	from, to := start-before, i+n+behind
	switch {
	case day > 0 && year > 0:
		if op == "" {
			op = plan.Equal
		}
		q.addCond(from, to, col, where(q.s.dateOf(col), op, fmt.Sprintf("%04d-%02d-%02d", year, month, day)))
		return n
	case year > 0 && op != "":
		q.addCond(from, to, col, where(q.s.dateOf(col), op, fmt.Sprintf("%04d-%02d", year, month)))
		return n
	}
	if day > 0 && op != "" {
		q.addCond(from, to, col, where(q.s.dateOf(col), op, fmt.Sprintf("%04d-%02d-%02d", q.s.yearFor(col, month), month, day)))
		return n
	}
	part := func(p plan.Part) *plan.Expr {
		e := q.s.dateOf(col)
		e.Part = p
		return e
	}
	q.addCond(from, to, col, where(part(plan.MonthOfYear), plan.Equal, float64(month)))
	if day > 0 {
		q.addCond(from, to, col, where(part(plan.DayOfMonth), plan.Equal, float64(day)))
	}
	if year > 0 {
		q.addCond(from, to, col, where(q.s.yearOf(col), plan.Equal, float64(year)))
	}
	return n
}

// yearFor is the year a day of that month falls in: the one the column has; of
// two that make a season, the first for its second half; 1900 where cells have
// none, as dates without a year are read.
func (s *sheet) yearFor(col, month int) int {
	first, last := 0, 0
	for _, c := range s.cells {
		if c.col != col {
			continue
		}
		for _, w := range c.words {
			if !isYearWord(w.text) {
				continue
			}
			y, _ := strconv.Atoi(w.text)
			if first == 0 || y < first {
				first = y
			}
			last = max(last, y)
		}
	}
	switch {
	case first == 0:
		return 1900
	case month < 7:
		return last
	}
	return first
}

func (q *sheetQuestion) dayAt(i int) int {
	if i >= len(q.tokens) {
		return 0
	}
	w := q.lower(i)
	for _, suffix := range []string{"st", "nd", "rd", "th"} {
		w = strings.TrimSuffix(w, suffix)
	}
	if d, err := strconv.Atoi(w); err == nil && d >= 1 && d <= 31 {
		return d
	}
	return 0
}

// decade reads "1990s", "the 1990's" and "18th century".
func (q *sheetQuestion) decade(i int) int {
	w := q.lower(i)
	col := q.dateColumn()
	if col < 0 {
		return 0
	}
	var from, to int
	n := 1
	base := strings.TrimSuffix(w, "s")
	switch {
	case isYearWord(base) && (base != w || q.lower(i-1) == "the" && strings.HasSuffix(w, "0")):
		from, _ = strconv.Atoi(base)
		to = from + 9
		if from%100 == 0 {
			to = from + 99
		}
	case q.lower(i+1) == "century" && hasDigit(w):
		c, err := strconv.Atoi(strings.TrimRight(w, "stndrh"))
		if err != nil {
			return 0
		}
		from, to, n = (c-1)*100, (c-1)*100+99, 2
	default:
		return 0
	}
	q.addCond(i, i+n, col, where(q.s.yearOf(col), plan.Between, []any{float64(from), float64(to)}))
	return n
}

// years reads a year, and a range of years.
func (q *sheetQuestion) years(i int) int {
	words := cellWords(q.tokens[i].text)
	if len(words) == 0 || !isYearWord(words[0].text) {
		return 0
	}
	col := q.dateColumn()
	if col < 0 {
		return q.literalCell(i)
	}
	year, _ := strconv.Atoi(words[0].text)
	if len(words) == 2 && isYearWord(words[1].text) {
		end, _ := strconv.Atoi(words[1].text)
		q.addCond(i, i+1, col, where(q.s.yearOf(col), plan.Between, []any{float64(year), float64(end)}))
		return 1
	}
	if k := i + 2; k < len(q.tokens) && isYearWord(q.lower(k)) && slices.Contains([]string{"and", "to", "through", "until"}, q.lower(i+1)) &&
		slices.Contains([]string{"between", "from", "years"}, q.lower(i-1)) {
		q.addCond(i-1, k+1, col, where(q.s.yearOf(col), plan.Between, []any{float64(year), q.tokens[k].number}))
		return 3
	}
	if len(words) == 2 {
		return q.literalCell(i)
	}
	op, before, behind := q.comparedBy(i, i+1, true)
	if op == "" {
		if !q.s.holdsYear(col, words[0].text) {
			// A year the column does not have says what the table is about.
			q.mark(i, i+1)
			q.doubt["year of no row"] = 0.85
			return 1
		}
		q.addYear(i, col, float64(year))
		return 1
	}
	q.addCond(i-before, i+1+behind, col, where(q.s.yearOf(col), op, float64(year)))
	return 1
}

// addYear makes a year a mention like that of a cell, so that rows can be named
// by it.
func (q *sheetQuestion) addYear(i, col int, year float64) {
	f := where(q.s.yearOf(col), plan.Equal, year)
	m := cellMention{from: i, to: i + 1, col: col, cols: []int{col}, full: true, words: 1, cover: 1, text: q.tokens[i].text, filter: &f}
	for _, at := range q.s.byWord[foldWord(q.tokens[i].text)] {
		if c := &q.s.cells[at]; c.col == col {
			m.values = append(m.values, c.value)
		}
	}
	q.cells = append(q.cells, m)
	slices.SortFunc(q.cells, func(a, b cellMention) int { return a.from - b.from })
}

// holdsYear reports a year that stands in the cells of a column.
func (s *sheet) holdsYear(col int, year string) bool {
	if s.cols[col].Type.Temporal() {
		return true
	}
	for _, at := range s.byWord[year] {
		if s.cells[at].col == col {
			return true
		}
	}
	return false
}
