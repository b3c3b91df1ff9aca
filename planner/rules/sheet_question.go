package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// sheetQuestion is a question about a sheet: its words, and what each of them
// stands for.
type sheetQuestion struct {
	s      *sheet
	tokens []token
	words  []questionWord
	cues   []cue
	heads  []headMention
	cells  []cellMention
	used   []bool // tokens that some part of the plan came from
	conds  []*sheetCond
	kind   string // what the question was read as
	// ask is how the question is put; target the column it asks for.
	ask     cue
	target  int
	nounEnd int
	// doubt collects what makes the reading unsure, by name.
	doubt map[string]float64
}

// questionWord is a word as cells are split into words.
type questionWord struct {
	text  string
	token int
	near  bool // spelt otherwise in the table
}

// cue is a phrase of the lexicon that says what to do.
type cue struct {
	class    class
	payload  string
	from, to int
}

// headMention is a span that names columns.
type headMention struct {
	from, to int
	links    []link
}

func (h *headMention) col() int { return h.links[0].ref.col }

// cellMention is a span that stands in cells.
type cellMention struct {
	from, to int // tokens
	col      int
	cols     []int
	full     bool // is a whole cell
	values   []string
	text     string // as it stands in the cell
	cover    float64
	words    int
	near     bool
	filter   *plan.Filter // for years, which cells hold within dates
}

func (s *sheet) question(tokens []token) *sheetQuestion {
	q := &sheetQuestion{s: s, tokens: tokens, used: make([]bool, len(tokens)), doubt: map[string]float64{}, target: -1}
	q.findCues()
	q.findHeads()
	q.splitWords()
	q.findCells()
	return q
}

// findCues takes the longest phrases from left to right. A phrase of several
// classes counts for each.
func (q *sheetQuestion) findCues() {
	for i := 0; i < len(q.tokens); {
		n := 1
		var here []cue
		for _, ph := range q.s.p.lex.sheet[q.tokens[i].lower] {
			k := len(ph.words)
			if !q.saysWords(i, ph.words) || k < n {
				continue
			}
			if k > n {
				n, here = k, nil
			}
			here = append(here, cue{ph.class, ph.payload, i, i + k})
		}
		q.cues = append(q.cues, here...)
		i += n
	}
}

func (q *sheetQuestion) saysWords(i int, words []string) bool {
	if i+len(words) > len(q.tokens) {
		return false
	}
	for k, w := range words {
		t := &q.tokens[i+k]
		if t.lower != w || t.quoted || k > 0 && t.breaks {
			return false
		}
	}
	return true
}

// cue returns the first cue of a class that no cell covers.
func (q *sheetQuestion) cue(c class) (cue, bool) {
	for _, x := range q.cues {
		if x.class == c && !q.inCell(x.from) && !q.partOfHead(x) {
			return x, true
		}
	}
	return cue{}, false
}

// partOfHead reports a cue that belongs to the name of a column, as "top" of
// "top scorer".
func (q *sheetQuestion) partOfHead(x cue) bool {
	return slices.ContainsFunc(q.heads, func(h headMention) bool {
		return h.to-h.from > x.to-x.from && h.from <= x.from && x.to <= h.to
	})
}

func (q *sheetQuestion) inCell(tok int) bool {
	return slices.ContainsFunc(q.cells, func(m cellMention) bool { return m.from <= tok && tok < m.to })
}

func (q *sheetQuestion) isCue(tok int, classes ...class) bool {
	return slices.ContainsFunc(q.cues, func(c cue) bool {
		return c.from <= tok && tok < c.to && (len(classes) == 0 || slices.Contains(classes, c.class))
	})
}

// findHeads finds names of columns, the longest first.
func (q *sheetQuestion) findHeads() {
	for i := 0; i < len(q.tokens); {
		n := q.headAt(i)
		i += max(n, 1)
	}
	for i := range q.heads {
		q.preferSaid(&q.heads[i])
	}
}

// preferSaid orders columns that fit alike by how much of their names the
// question says elsewhere: "points in the final" is Final Points.
func (q *sheetQuestion) preferSaid(h *headMention) {
	for i := range h.links {
		l := &h.links[i]
		for _, stem := range q.s.cols[l.ref.col].stems {
			if len(stem) > 2 && slices.ContainsFunc(q.tokens, func(t token) bool { return t.stem == stem }) {
				l.score += 0.01
			}
		}
	}
	sortLinks(h.links)
}

func (q *sheetQuestion) headAt(i int) int {
	for n := min(5, len(q.tokens)-i); n > 0; n-- {
		span := q.tokens[i : i+n]
		if q.s.p.lex.function[span[0].lower] || n > 1 && span[n-1].stop || n == 1 && isAsk(span[0].lower) {
			continue
		}
		links := q.s.links(span)
		if len(links) == 0 || n == 1 && (span[0].stop || span[0].quoted || span[0].isNum) && links[0].score < 0.9 {
			continue
		}
		q.heads = append(q.heads, headMention{i, i + n, links})
		return n
	}
	return 0
}

func isAsk(w string) bool {
	switch w {
	case "how", "many", "much", "who", "what", "which", "when", "where", "long", "name", "list":
		return w != "name"
	}
	return false
}

// splitWords makes the words cells are compared with. A word no cell has is
// replaced by one that is spelt almost like it.
func (q *sheetQuestion) splitWords() {
	for i, t := range q.tokens {
		for _, w := range cellWords(t.text) {
			qw := questionWord{text: w.text, token: i}
			if len(q.s.byWord[w.text]) == 0 && !q.known(i) {
				if other := q.s.misspelt(w.text); other != "" {
					qw.text, qw.near = other, true
				}
			}
			q.words = append(q.words, qw)
		}
	}
}

// known reports a word that has a meaning of its own.
func (q *sheetQuestion) known(i int) bool {
	t := &q.tokens[i]
	if t.quoted {
		return false
	}
	return t.stop || t.isNum || q.s.p.lex.function[t.lower] || len(q.s.p.lex.phrases[t.lower]) > 0 || q.isCue(i) ||
		q.s.p.lex.participle[t.lower] || slices.ContainsFunc(q.heads, func(h headMention) bool { return h.from <= i && i < h.to })
}

// misspelt returns the word of the cells that w is likely meant to be: the
// singular, the country of an adjective, or a long word with a letter or two
// that differ; "" if there is none.
func (s *sheet) misspelt(w string) string {
	if hasDigit(w) {
		return ""
	}
	if one := singular(w); len(s.byWord[one]) > 0 {
		return one
	}
	for _, country := range s.p.lex.demonyms[w] {
		if words := cellWords(country); len(words) == 1 && len(s.byWord[words[0].text]) > 0 {
			return words[0].text
		}
	}
	if len(w) < 5 {
		return ""
	}
	best, distance := "", 2
	if len(w) >= 8 {
		distance = 3
	}
	for _, v := range s.vocab {
		if len(v) < 5 || v[0] != w[0] || len(v)-len(w) > 2 || len(w)-len(v) > 2 || hasDigit(v) {
			continue
		}
		if d := letterEdits(w, v); d < distance {
			best, distance = v, d
		}
	}
	return best
}

// letterEdits is the Levenshtein distance in bytes.
func letterEdits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func (q *sheetQuestion) lower(i int) string {
	if i < 0 || i >= len(q.tokens) {
		return ""
	}
	return q.tokens[i].lower
}

func (q *sheetQuestion) mark(from, to int) {
	for i := max(from, 0); i < to && i < len(q.used); i++ {
		q.used[i] = true
	}
}

// headNear returns the column named next to the tokens, those behind first.
func (q *sheetQuestion) headsIn(from, to int) []*headMention {
	var out []*headMention
	for i := range q.heads {
		if h := &q.heads[i]; h.from >= from && h.to <= to && !q.inCell(h.from) {
			out = append(out, h)
		}
	}
	return out
}

func (q *sheetQuestion) says(words ...string) bool {
	return slices.ContainsFunc(q.tokens, func(t token) bool { return slices.Contains(words, t.lower) })
}

// text of a span, for notes.
func (q *sheetQuestion) span(from, to int) string {
	var parts []string
	for _, t := range q.tokens[from:to] {
		parts = append(parts, t.text)
	}
	return strings.Join(parts, " ")
}
