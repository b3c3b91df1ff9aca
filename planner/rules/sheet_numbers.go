package rules

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// sheetCond is a condition on rows that the question states.
type sheetCond struct {
	from, to int // tokens
	col      int
	filter   plan.Filter
}

// readNumbers turns numbers and dates of the question into conditions.
func (q *sheetQuestion) readNumbers() {
	for i := 0; i < len(q.tokens); {
		n := 0
		if !q.inCell(i) && !q.used[i] && !q.tokens[i].quoted {
			for _, read := range []func(int) int{q.fullDate, q.decade, q.years, q.clock, q.ordinal, q.amount} {
				if n = read(i); n > 0 {
					break
				}
			}
		}
		i += max(n, 1)
	}
}

// comparedBy returns the operator that stands around the span and the tokens it
// takes before and behind.
func (q *sheetQuestion) comparedBy(from, to int, dates bool) (plan.FilterOp, int, int) {
	start := from
	for start > 0 && slices.Contains([]string{"the", "a", "year", "in", "$"}, q.lower(start-1)) && q.isCue(start-2, "than", "next") {
		start--
	}
	for _, c := range q.cues {
		if c.class == "than" && c.to == start {
			return thanOp(c.payload), from - c.from, 0
		}
		if c.class == "than" && (c.payload == "ge" || c.payload == "le") && (c.from == to || c.from == to+1) && q.lower(c.from) != "up" {
			return thanOp(c.payload), 0, c.to - to
		}
		if dates && c.class == "next" && c.to == start && c.payload != "next" {
			return map[string]plan.FilterOp{"after": plan.Greater, "before": plan.Less}[c.payload], from - c.from, 0
		}
	}
	switch q.lower(from - 1) {
	case ">", "<", ">=", "<=":
		return plan.FilterOp(q.lower(from - 1)), 1, 0
	case "since":
		return plan.GreaterOrEqual, 1, 0
	case "until", "till":
		return plan.LessOrEqual, 1, 0
	}
	return "", 0, 0
}

func thanOp(payload string) plan.FilterOp {
	switch payload {
	case "desc":
		return plan.Greater
	case "asc":
		return plan.Less
	case "ge":
		return plan.GreaterOrEqual
	}
	return plan.LessOrEqual
}

// amountOf is a column read as a number to compare and sort by.
func (s *sheet) amountOf(col int) *plan.Expr {
	c := s.cols[col]
	switch {
	case c.date && c.Type == catalog.Text:
		return s.dateOf(col)
	case c.Type != catalog.Text:
		return &plan.Expr{Column: c.Name}
	case c.duration:
		return &plan.Expr{Column: c.Name, Read: plan.ReadDuration}
	}
	return &plan.Expr{Column: c.Name, Read: plan.ReadNumber}
}

// where makes a filter; a plain column is written as one.
func where(e *plan.Expr, op plan.FilterOp, value any) plan.Filter {
	if e.Column != "" && e.Read == "" && e.Part == "" && e.Agg == "" {
		return plan.Filter{Column: e.Column, Op: op, Value: value}
	}
	return plan.Filter{Expr: e, Op: op, Value: value}
}

func (q *sheetQuestion) addCond(from, to, col int, f plan.Filter) {
	q.conds = append(q.conds, &sheetCond{from: from, to: to, col: col, filter: f})
	q.mark(from, to)
}

// literalCell looks for a number as it stands in some cell.
func (q *sheetQuestion) literalCell(i int) int {
	words := cellWords(q.tokens[i].text)
	if len(words) == 0 {
		return 0
	}
	best, full := -1, false
	for _, at := range q.s.byWord[words[0].text] {
		c := &q.s.cells[at]
		whole := len(c.words) == len(words)
		same := len(c.words) >= len(words)
		for k := range words {
			same = same && c.words[k].text == words[k].text
		}
		if same && (best < 0 || whole && !full) {
			best, full = at, whole
		}
	}
	if best < 0 {
		return 0
	}
	c := &q.s.cells[best]
	m := cellMention{from: i, to: i + 1, col: c.col, cols: []int{c.col}, full: full, values: []string{c.value}, text: c.value[c.words[0].from:c.words[len(words)-1].to], words: len(words), cover: 1}
	q.cells = append(q.cells, m)
	slices.SortFunc(q.cells, func(a, b cellMention) int { return a.from - b.from })
	return 1
}

// clock reads durations: "3:00", "4 minutes".
func (q *sheetQuestion) clock(i int) int {
	col := slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.duration })
	if col < 0 {
		return 0
	}
	seconds, n := 0.0, 1
	switch unit := singular(q.lower(i + 1)); {
	case strings.Contains(q.lower(i), ":") && hasDigit(q.lower(i)):
		for part := range strings.SplitSeq(q.lower(i), ":") {
			v, err := strconv.ParseFloat(part, 64)
			if err != nil {
				return 0
			}
			seconds = seconds*60 + v
		}
	case q.numberAt(i) && unit == "minute":
		seconds, n = q.valueAt(i)*60, 2
	case q.numberAt(i) && unit == "second":
		seconds, n = q.valueAt(i), 2
	default:
		return 0
	}
	op, before, behind := q.comparedBy(i, i+n, false)
	if op == "" {
		op = plan.Equal
	}
	var value any = seconds
	if q.s.cols[col].Type == catalog.Time {
		// Minutes and seconds look like hours and minutes.
		value = fmt.Sprintf("%02d:%02d:00", int(seconds)/60, int(seconds)%60)
	}
	q.addCond(i-before, i+n+behind, col, where(q.s.amountOf(col), op, value))
	return n
}

// inHeader reports a word of the name of some column.
func (q *sheetQuestion) inHeader(w string) bool {
	return slices.ContainsFunc(q.s.cols, func(c *sheetColumn) bool {
		return slices.ContainsFunc(c.header, func(h cellWord) bool { return h.text == w })
	})
}

func (q *sheetQuestion) numberAt(i int) bool {
	if i < 0 || i >= len(q.tokens) {
		return false
	}
	_, unit := withUnit(q.lower(i))
	return (q.tokens[i].isNum || q.lower(i) == "one" || unit) && !math.IsInf(q.tokens[i].number, 0)
}

// withUnit reads "240cm".
func withUnit(w string) (float64, bool) {
	digits := strings.TrimRight(w, "abcdefghijklmnopqrstuvwxyz")
	unit := w[len(digits):]
	if !slices.Contains([]string{"cm", "mm", "m", "km", "kg", "g", "lb", "lbs", "ft", "in", "mi", "mph", "kmh", "sqm", "ha", "mw", "kw"}, unit) {
		return 0, false
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
	return v, err == nil
}

func (q *sheetQuestion) valueAt(i int) float64 {
	if q.lower(i) == "one" {
		return 1
	}
	if v, ok := withUnit(q.lower(i)); ok {
		return v
	}
	return q.tokens[i].number
}

// ordinal reads "8th" as a running number or a place in the table.
func (q *sheetQuestion) ordinal(i int) int {
	w := q.lower(i)
	if q.inHeader(w) {
		return 0
	}
	n := 0
	for k, word := range []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"} {
		if w == word && k > 0 {
			n = k + 1
		}
	}
	if base := strings.TrimRight(w, "stndrh"); n == 0 && base != w && base != "" {
		if v, err := strconv.Atoi(base); err == nil {
			n = v
		}
	}
	if n == 0 {
		return 0
	}
	if q.literalCell(i) > 0 {
		return 1
	}
	for c, col := range q.s.cols {
		if col.ranked && col.Type == catalog.Integer {
			q.addCond(i, i+1, c, where(&plan.Expr{Column: col.Name}, plan.Equal, float64(n)))
			return 1
		}
	}
	q.addCond(i, i+1, -1, plan.Filter{Expr: &plan.Expr{Position: true}, Op: plan.Equal, Value: float64(n)})
	return 1
}

// amount reads a number that a column is compared with.
func (q *sheetQuestion) amount(i int) int {
	if !q.numberAt(i) {
		return 0
	}
	value, n := q.valueAt(i), 1
	if q.lower(i-1) == "top" && q.topRanks(i, value) {
		return 1
	}
	if scale := map[string]float64{"million": 1e6, "thousand": 1e3, "billion": 1e9, "hundred": 100}[q.lower(i+1)]; scale > 0 {
		value, n = value*scale, 2
	}
	if k := i + n + 1; q.numberAt(k) && q.lower(i-1) == "between" && (q.lower(k-1) == "and") {
		if col := q.numberColumn(i-1, k+1, true); col >= 0 {
			q.addCond(i-1, k+1, col, where(q.s.amountOf(col), plan.Between, []any{value, q.valueAt(k)}))
			return k + 1 - i
		}
	}
	op, before, behind := q.comparedBy(i, i+n, false)
	if op == "" && (q.lower(i) == "one" || q.lower(i) == "two") && !q.headAfter(i+1) {
		return 0
	}
	if op != "" {
		if col := q.numberColumn(i-before, i+n, true); col >= 0 {
			q.addCond(i-before, i+n+behind, col, where(q.s.amountOf(col), op, value))
			return n
		}
		return 0
	}
	if col := q.numberColumn(i, i+n, false); col >= 0 {
		if q.s.cols[col].Type == catalog.Text && !q.s.cols[col].number {
			return q.literalCell(i)
		}
		q.addCond(i, i+n, col, where(q.s.amountOf(col), plan.Equal, value))
		return n
	}
	if q.tokens[i].written || value < 10 {
		return 0
	}
	return q.literalCell(i)
}

// topRanks reads "reached the top 10" as a condition on ranks.
func (q *sheetQuestion) topRanks(i int, value float64) bool {
	col := slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.ranked && c.number })
	if col < 0 || value < 2 {
		return false
	}
	f := where(q.s.amountOf(col), plan.LessOrEqual, value)
	if q.negated(i - 1) {
		f.Op = plan.Greater
	}
	q.addCond(i-1, i+1, col, f)
	return true
}

func (q *sheetQuestion) headAfter(i int) bool {
	return slices.ContainsFunc(q.heads, func(h headMention) bool { return h.from == i })
}

// numberColumn finds the column a number is about. One that is named right
// beside the number comes first; with a comparison one further away, or the only
// one there is, will do.
func (q *sheetQuestion) numberColumn(from, to int, compared bool) int {
	for i := range q.heads {
		h := &q.heads[i]
		if l := q.numeric(h); l >= 0 && (h.from == to || h.from == to+1 && !q.isCue(to, "ask")) {
			q.mark(h.from, h.to)
			return l
		}
	}
	if col := q.inUnit(to); col >= 0 {
		return col
	}
	best := -1
	for i := range q.heads {
		h := &q.heads[i]
		l := q.numeric(h)
		near := h.to == from || compared && h.to > from-7 && h.to <= from
		if !compared && h.to == from && l < 0 && q.s.cols[h.col()].Type == catalog.Text && q.s.cols[h.col()].ranked {
			l = h.col()
		}
		if l >= 0 && near {
			best = l
		}
	}
	if best >= 0 || !compared {
		return best
	}
	for i := range q.heads {
		if l := q.numeric(&q.heads[i]); l >= 0 && q.heads[i].from > to {
			return l
		}
	}
	return q.onlyAmount()
}

// inUnit finds a column of numbers whose name has the unit said after a number.
func (q *sheetQuestion) inUnit(i int) int {
	for k := i; k < min(i+2, len(q.tokens)); k++ {
		w := q.lower(k)
		if len(w) < 2 || q.s.p.lex.function[w] {
			continue
		}
		for c, col := range q.s.cols {
			if col.number && slices.ContainsFunc(col.header, func(h cellWord) bool { return strings.TrimRight(h.text, "²23") == w }) {
				q.mark(k, k+1)
				return c
			}
		}
	}
	return -1
}

// numeric returns the first column of a mention that holds numbers, or -1.
func (q *sheetQuestion) numeric(h *headMention) int {
	for _, l := range h.links {
		if c := q.s.cols[l.ref.col]; l.score > h.links[0].score-0.3 && (c.number || c.duration) {
			return l.ref.col
		}
	}
	return -1
}

// onlyAmount returns the only column of numbers that are not ranks, or -1.
func (q *sheetQuestion) onlyAmount() int {
	only := -1
	for i, c := range q.s.cols {
		if (c.number || c.duration) && !c.ranked {
			if only >= 0 {
				return -1
			}
			only = i
		}
	}
	return only
}
