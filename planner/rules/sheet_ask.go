package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// findAsk decides how the question is put and which column it asks for.
func (q *sheetQuestion) findAsk() {
	q.ask = cue{class: "ask", payload: "what"}
	first := true
	for _, c := range q.cues {
		if c.class != "ask" || q.inCell(c.from) {
			continue
		}
		// "What is the number of", "name the total number of": a count.
		count := c.payload == "many" && (c.from-q.ask.to < 6 || q.ask.payload == "name")
		if first || count && q.ask.payload != "many" && q.ask.payload != "long" && !q.headedMany(c) {
			q.ask, first = c, false
		}
	}
	if first && len(q.tokens) > 0 && slices.Contains([]string{"is", "are", "was", "were", "did", "does", "do", "has", "have", "had", "can"}, q.lower(0)) {
		if _, ok := q.cue("or"); !ok {
			q.doubt["yes or no"] = 0.3
		}
	}
	q.mark(q.ask.from, q.ask.to)
	q.target, q.nounEnd = -1, q.ask.to
	switch q.ask.payload {
	case "many", "much":
		q.askAmount()
	case "long":
		q.target = slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.duration })
		if q.target < 0 {
			q.doubt["how long"] = 0.5
		}
	case "who":
		q.target = q.whoColumn()
	case "when":
		q.nounEnd = q.ask.to
		if q.target = q.dateColumn(); q.target < 0 {
			q.askNoun()
		}
	case "where":
		q.target = q.placeColumn()
	default:
		q.askNoun()
	}
	if q.target < 0 && q.ask.payload != "many" && q.ask.payload != "much" {
		q.target = q.s.subject
		q.doubt["asked for"] = 0.9
	}
}

// headedMany reports "the highest number of": no count.
func (q *sheetQuestion) headedMany(c cue) bool {
	return q.isCue(c.from-1, "extreme", "difference", "same", "more") || q.lower(c.from-1) == "by"
}

// askAmount finds the numbers that "how many points" asks for; without, rows
// are counted.
func (q *sheetQuestion) askAmount() {
	from, to := q.chunk(q.ask.to)
	q.nounEnd = to
	heads := q.headsIn(from, to)
	if len(heads) == 0 {
		return
	}
	col := q.numeric(heads[0])
	if col >= 0 && !q.s.cols[col].ranked && heads[0].links[0].score > 0.3 && !q.identifies(col) {
		q.target = col
		q.markNoun(from, to)
	}
}

// identifies reports a column of numbers that name the rows, unless one row is
// looked up.
func (q *sheetQuestion) identifies(col int) bool {
	c := q.s.cols[col]
	unique := c.Profile != nil && c.Profile.Distinct >= q.s.t.Rows && q.s.t.Rows > 3
	single := slices.ContainsFunc(q.cells, func(m cellMention) bool { return q.unique(&m) })
	return c.id || unique && c.Type == catalog.Integer && !single
}

// markNoun marks the noun of a phrase and the columns it names. Words before the
// noun that name nothing stay unexplained.
func (q *sheetQuestion) markNoun(from, to int) {
	for _, h := range q.headsIn(from, to) {
		q.mark(h.from, h.to)
	}
	if from < to {
		q.mark(to-1, to)
	}
}

// chunk returns the noun phrase that starts at or after i.
func (q *sheetQuestion) chunk(i int) (from, to int) {
	for i < len(q.tokens) && slices.Contains([]string{"is", "are", "was", "were", "the", "a", "an", "of", "his", "her", "their", "its", "only", "name", "names", "'s", "each", "all", "other", "in", "these", "those", "did", "one", "two", "me", "to", "for", "just", "listed", "different", "any", "combined"}, q.lower(i)) && !q.inCell(i) {
		if singular(q.lower(i)) == "name" && q.lower(i+1) != "of" && q.headAfter(i) {
			break
		}
		i++
	}
	from = i
	for i < len(q.tokens) && !q.boundary(i) && i-from < 7 && (i == from || !strings.HasSuffix(q.lower(i), "ed")) {
		i++
	}
	return from, i
}

// boundary reports the end of a noun phrase.
func (q *sheetQuestion) boundary(i int) bool {
	if q.inCell(i) || i > 0 && q.tokens[i].breaks || q.tokens[i].isNum && !q.inHead(i) {
		return true
	}
	if w := q.lower(i); len(w) > 4 && strings.HasSuffix(w, "ed") && !q.inHead(i) {
		return true
	}
	switch q.lower(i) {
	case "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had", "in", "of", "for", "on", "at", "with", "by", "to", "from", "that", "who", "which", "when", "where", "can", "will", "would", "won", "came", "comes", "come", "played", "got", "received", "during", "between", "after", "before", "than", "as", "listed", "and", "or", "per", "whose", "the", "following", "not", "made", "took", "under", "over", "above", "below", "held", "won't", "earned", "scored", "finished", "recorded", "awarded":
		return true
	}
	return false
}

// askNoun finds the column the noun after "which" or "what is the" names, or is
// a kind of.
func (q *sheetQuestion) askNoun() {
	from, to := q.chunk(q.ask.to)
	q.nounEnd = to
	heads := q.headsIn(from, to)
	if len(heads) > 1 && heads[0].links[0].score > 0.55 && (q.s.cols[heads[0].col()].person || heads[0].col() == q.s.subject) {
		heads = heads[:1]
	}
	for i := len(heads) - 1; i >= 0; i-- {
		h := heads[i]
		if h.links[0].score < 0.4 && i > 0 {
			continue
		}
		q.target = h.col()
		q.markNoun(from, to)
		if h.links[0].score < 0.6 {
			q.doubt["asked for"] = 0.85
		}
		return
	}
	if from == to {
		return
	}
	q.kindOfNoun(from, to)
}

func (q *sheetQuestion) kindOfNoun(from, to int) {
	if w := singular(q.lower(to - 1)); w == "total" || w == "sum" {
		if col := q.measure(to, len(q.tokens)); col >= 0 {
			q.target = col
			return
		}
	}
	for i := to - 1; i >= from; i-- {
		words := []string{q.tokens[i].lower}
		lex := q.s.p.lex
		switch {
		case lex.kindOfColumn(words, "istime") && q.dateColumn() >= 0:
			q.target = q.dateColumn()
		case lex.kindOfColumn(words, "isperson"):
			q.target = q.personColumn(i)
		case lex.kindOfColumn(words, "isplace") && q.placeColumn() >= 0:
			q.target = q.placeColumn()
		default:
			continue
		}
		q.mark(i, i+1)
		q.doubt["asked for"] = 0.9
		return
	}
	q.target = q.s.subject
	q.mark(to-1, to)
	q.doubt["asked for"] = 0.85
}

// whoColumn is a column named right after "who was the", else one of people.
func (q *sheetQuestion) whoColumn() int {
	if slices.Contains([]string{"is", "was", "are", "were"}, q.lower(q.ask.to)) {
		from, to := q.chunk(q.ask.to)
		for _, h := range q.headsIn(from, to) {
			if c := q.s.cols[h.col()]; h.links[0].score > 0.55 && c.Type == catalog.Text && !c.number && !c.date {
				q.mark(h.from, h.to)
				return h.col()
			}
		}
	}
	return q.personColumn(q.ask.to)
}

// personColumn is the column of people "who" asks for: one named after it, else
// the first one.
func (q *sheetQuestion) personColumn(from int) int {
	end := min(from+8, len(q.tokens))
	for _, h := range q.headsIn(from, end) {
		for _, l := range h.links {
			if q.s.cols[l.ref.col].person && l.score > 0.45 {
				q.mark(h.from, h.to)
				return l.ref.col
			}
		}
	}
	if q.s.cols[q.s.subject].person {
		return q.s.subject
	}
	if i := slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.person }); i >= 0 {
		return i
	}
	return q.s.subject
}

func (q *sheetQuestion) placeColumn() int {
	for i, c := range q.s.cols {
		if c.place && c.Type == catalog.Text && !c.number {
			return i
		}
	}
	return slices.IndexFunc(q.s.cols, func(c *sheetColumn) bool { return c.listed && !c.person && c.Type == catalog.Text })
}

// measure is the column of numbers the words between from and to name; else -1.
func (q *sheetQuestion) measure(from, to int) int {
	for _, h := range q.headsIn(from, to) {
		if col := q.numeric(h); col >= 0 && h.links[0].score > 0.4 {
			q.mark(h.from, h.to)
			return col
		}
	}
	return -1
}
