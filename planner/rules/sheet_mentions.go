package rules

import (
	"maps"
	"slices"
)

// maxCellSpan is the most words of a question that are one mention of a cell.
const maxCellSpan = 12

// findCells finds spans of the question that stand in cells: the ones that
// explain most first, none of them overlapping.
func (q *sheetQuestion) findCells() {
	var all []cellMention
	for i := range q.words {
		all = append(all, q.cellsAt(i)...)
	}
	slices.SortStableFunc(all, func(a, b cellMention) int {
		switch x, y := q.worth(&a), q.worth(&b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	taken := make([]bool, len(q.tokens))
	for _, m := range all {
		if slices.Contains(taken[m.from:m.to], true) {
			continue
		}
		for i := m.from; i < m.to; i++ {
			taken[i] = true
		}
		q.cells = append(q.cells, m)
	}
	slices.SortFunc(q.cells, func(a, b cellMention) int { return a.from - b.from })
	for i := range q.cells {
		q.chooseColumn(&q.cells[i])
	}
}

func (q *sheetQuestion) worth(m *cellMention) float64 {
	w := 0.0
	for i := m.from; i < m.to; i++ {
		switch t := &q.tokens[i]; {
		case t.quoted:
			w += 3
		case q.s.p.lex.function[t.lower] || t.stop:
			w += 0.3
		default:
			w++
		}
	}
	if m.full {
		w += 0.6
	}
	if m.near {
		w -= 0.3
	}
	return w + 0.3*m.cover
}

// cellsAt returns the longest spans from word i on that stand in some cell, one
// for each length that is the longest of some cell.
func (q *sheetQuestion) cellsAt(i int) []cellMention {
	byLength := map[int]*cellMention{}
	for _, at := range q.s.byWord[q.words[i].text] {
		c := &q.s.cells[at]
		for k, w := range c.words {
			if w.text == q.words[i].text {
				q.matchCell(byLength, i, c, k)
			}
		}
	}
	var out []cellMention
	for _, n := range slices.Sorted(maps.Keys(byLength)) {
		m := byLength[n]
		if q.plausible(m, i) {
			out = append(out, *m)
		}
	}
	return out
}

// matchCell extends a match of word i with word k of a cell.
func (q *sheetQuestion) matchCell(byLength map[int]*cellMention, i int, c *cell, k int) {
	n := 1
	for n < maxCellSpan && i+n < len(q.words) && k+n < len(c.words) && q.words[i+n].text == c.words[k+n].text {
		n++
	}
	// A span ends with a word of content, and never within a token.
	for n > 1 && (q.smallWord(i+n-1) || i+n < len(q.words) && q.words[i+n].token == q.words[i+n-1].token) {
		n--
	}
	if i+n < len(q.words) && q.words[i+n].token == q.words[i+n-1].token || i > 0 && q.words[i-1].token == q.words[i].token {
		return
	}
	if q.repeatsHeader(c, i, n) {
		return
	}
	m := byLength[n]
	if m == nil {
		m = &cellMention{from: q.words[i].token, to: q.words[i+n-1].token + 1, words: n}
		for _, w := range q.words[i : i+n] {
			m.near = m.near || w.near
		}
		byLength[n] = m
	}
	full := n == len(c.words)
	cover := float64(n) / float64(len(c.words))
	if full && !m.full {
		m.full, m.cols, m.values = true, nil, nil
	}
	if m.full == full {
		if !slices.Contains(m.cols, c.col) {
			m.cols = append(m.cols, c.col)
		}
		m.values = append(m.values, c.value)
	}
	if cover >= m.cover || m.text == "" {
		m.cover, m.text = cover, c.value[c.words[k].from:c.words[k+n-1].to]
	}
}

// repeatsHeader reports words a cell only repeats from the name of its column.
func (q *sheetQuestion) repeatsHeader(c *cell, i, n int) bool {
	header := q.s.cols[c.col].header
	for _, w := range q.words[i : i+n] {
		if !slices.ContainsFunc(header, func(h cellWord) bool { return h.text == w.text }) {
			return false
		}
	}
	return n < len(c.words) || n == len(header)
}

func (q *sheetQuestion) smallWord(i int) bool {
	t := &q.tokens[q.words[i].token]
	return !t.quoted && (q.s.p.lex.function[t.lower] || t.stop) && !t.isNum
}

// plausible leaves out single words that say something else in a question.
func (q *sheetQuestion) plausible(m *cellMention, i int) bool {
	t := &q.tokens[m.from]
	if t.quoted {
		return true
	}
	if m.words > 1 {
		small := true
		for k := i; k < i+m.words; k++ {
			small = small && (q.smallWord(k) || q.tokens[q.words[k].token].isNum)
		}
		named := slices.ContainsFunc(q.heads, func(h headMention) bool {
			return h.from <= m.from && m.to <= h.to && h.links[0].score > 0.65
		})
		return (!small || m.full) && (!named || m.full && m.words > 2)
	}
	_, month := monthNumber(t.lower)
	if !m.full && (m.near && len(t.lower) < 7 || q.isCue(m.from, "light") || q.asked(m.from) && !q.s.categories(m.cols)) {
		return false
	}
	switch {
	case t.isNum && !hasLetter(t.lower), month:
		return false
	case q.isCue(m.from) && !m.full, q.isCue(m.from, "ask", "extreme", "end", "than", "more", "next", "total"):
		return false
	case q.smallWord(i):
		return false
	}
	for _, h := range q.heads {
		if h.from <= m.from && m.from < h.to && (h.links[0].score > 0.55 || h.to-h.from > 1) && !m.full {
			return false
		}
	}
	return len(t.lower) > 1 || m.full
}

// asked reports a noun right behind the words that ask.
func (q *sheetQuestion) asked(i int) bool {
	for k := i - 1; k >= 0 && k >= i-4 && !q.tokens[k+1].breaks; k-- {
		if q.isCue(k, "ask", "extreme", "end") {
			return true
		}
		if slices.Contains([]string{"did", "do", "does", "has", "have", "had", "is", "was", "were", "are", "by", "in", "for", "of", "on", "at", "with", "to", "from", "than"}, q.lower(k)) && k >= i-3 && !q.isCue(k, "ask") || q.tokens[k].isNum {
			return false
		}
	}
	return false
}

// categories reports columns whose values repeat, as kinds do.
func (s *sheet) categories(cols []int) bool {
	return slices.ContainsFunc(cols, func(c int) bool {
		pr := s.cols[c].Profile
		return pr != nil && 2*pr.Distinct <= s.t.Rows-pr.Nulls
	})
}

func hasLetter(s string) bool {
	for _, r := range s {
		if r >= 'a' && r <= 'z' {
			return true
		}
	}
	return false
}

// chooseColumn picks the column of a mention that stands in several: one named
// beside it, then the shorter cells.
func (q *sheetQuestion) chooseColumn(m *cellMention) {
	best, score := m.cols[0], -9.0
	for _, c := range m.cols {
		v := 0.0
		for _, h := range q.heads {
			if h.col() == c && (h.to <= m.from && h.to > m.from-3 || h.from == m.to) {
				v += 2
			}
		}
		if c == q.s.subject {
			v += 0.5
		}
		v -= 0.05 * q.s.wordsPerCell(c)
		if v > score {
			best, score = c, v
		}
	}
	m.col = best
	var values []string
	for _, at := range q.s.cells {
		if at.col == best && slices.Contains(m.values, at.value) {
			values = append(values, at.value)
		}
	}
	m.values = values
}

func (s *sheet) wordsPerCell(col int) float64 {
	n, sum := 0.0, 0.0
	for _, c := range s.cells {
		if c.col == col {
			n++
			sum += float64(len(c.words))
		}
	}
	return sum / max(n, 1)
}
