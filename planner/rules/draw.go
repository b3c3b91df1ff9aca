package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// drawing is what a question says of its picture rather than of the data: the
// type of chart, the order of an axis, bins.
type drawing struct {
	chart string // "" when no chart was named
	// stacked is said of bars.
	stacked bool
	// command says that something is to be drawn or compared, as in "plot A to B".
	command bool
	// beside says that things named are to stand beside each other, as in
	// "compare A and B".
	beside bool
	// many says that several charts of the type are wanted.
	many bool
	// order sorts by an axis: "x" or "y"; desc is its direction.
	order string
	desc  bool
	// bins is a number of bins asked for, width their width; binned says that
	// bins were asked for at all.
	bins   int
	width  float64
	binned bool
	// bucket and part cut the dates that are drawn: "bin by year".
	part plan.Part
}

// said reports that the question speaks of a picture.
func (w *drawing) said() bool { return w.chart != "" || w.order != "" || w.binned || w.part != "" }

// peel takes off the question what is said of the picture and returns the rest,
// which asks for data as any question does.
func (p *Planner) peel(tokens []token) (*drawing, []token) {
	w := &drawing{}
	for i := range tokens {
		w.command = w.command || p.lex.speech["draw"][tokens[i].lower]
		w.beside = w.beside || p.lex.speech["beside"][tokens[i].lower]
	}
	rest := p.peelOrder(w, tokens)
	rest = p.peelBins(w, rest)
	rest = p.peelChart(w, rest)
	if len(rest) == 0 {
		return &drawing{}, tokens
	}
	return w, rest
}

// cut removes the tokens from a to b; what followed starts a clause where any of
// the removed did.
func cut(tokens []token, a, b int) []token {
	out := append([]token{}, tokens[:a]...)
	for i := b; i < len(tokens); i++ {
		t := tokens[i]
		if i == b {
			for _, x := range tokens[a:b] {
				t.breaks, t.sentence = t.breaks || x.breaks, t.sentence || x.sentence
			}
			t.sentence = t.sentence || a == 0
		}
		out = append(out, t)
	}
	return out
}

// peelChart takes off every name of a chart with the words around it.
func (p *Planner) peelChart(w *drawing, tokens []token) []token {
	for i := 0; i < len(tokens); i++ {
		kind, n := p.chartName(tokens, i)
		if n == 0 {
			continue
		}
		a, b := p.around(tokens, i, i+n)
		for _, t := range tokens[a:b] {
			w.stacked = w.stacked || t.lemma == "stack" || t.lower == "stacked"
		}
		last := tokens[i+n-1].lower
		w.many = w.many || len(last) > 4 && strings.HasSuffix(last, "s") && last != "bars" && last != "points"
		if w.chart == "" || kind != "bar" {
			w.chart = kind
		}
		tokens = cut(tokens, a, b)
		i = a - 1
	}
	return tokens
}

// chartName finds the longest name of a chart at i.
func (p *Planner) chartName(tokens []token, i int) (kind string, n int) {
	// A planner plans many questions at once: the lexicon's lists are not appended to.
	for _, ph := range slices.Concat(p.lex.phrases[tokens[i].lower], p.lex.phrases[tokens[i].lemma]) {
		if ph.class == "chart" && len(ph.words) > n && p.spells(tokens, i, ph.words) {
			kind, n = ph.payload, len(ph.words)
		}
	}
	return kind, n
}

func (p *Planner) spells(tokens []token, i int, words []string) bool {
	if i+len(words) > len(tokens) {
		return false
	}
	for k, word := range words {
		t := &tokens[i+k]
		if t.quoted || t.lower != word && t.lemma != word || k > 0 && t.breaks {
			return false
		}
	}
	return true
}

// around widens the name of a chart by the words that only introduce it. A name
// of the data ends it: in "share of types in a pie chart", "types" stays.
func (p *Planner) around(tokens []token, a, b int) (from, to int) {
	left, right := p.lex.speech["left"], p.lex.speech["right"]
	for a > 0 && !tokens[a].breaks && left[tokens[a-1].lower] && !p.named(tokens[a-1]) {
		a--
	}
	for b < len(tokens) && !tokens[b].breaks && right[tokens[b].lower] {
		b++
	}
	return a, b
}

// named reports a word that is also a name of a column or table.
func (p *Planner) named(t token) bool {
	return len(t.lower) > 3 && len(p.index.byStem[t.stem]) > 0 && t.lower != "show" && t.lower != "result"
}

// peelOrder takes off a clause that sorts by an axis: "and rank from high to low
// by the y-axis", "order the bars in descending order". One that sorts by a name
// is put into the words every question uses.
func (p *Planner) peelOrder(w *drawing, tokens []token) []token {
	for i := range tokens {
		desc, n := direction(tokens, i)
		if n == 0 {
			continue
		}
		a, b := p.clause(tokens, i, i+n)
		if a < 0 {
			continue
		}
		key := p.orderKey(tokens, a, b, i, n)
		switch axis := p.axisNamed(key); {
		case axis != "":
			w.order, w.desc = axis, desc
			return cut(tokens, a, b)
		case len(key) > 0 && !p.sortsPlainly(tokens[a:b]):
			return p.plainOrder(tokens, a, b, key, desc)
		}
	}
	return tokens
}

// direction reads "desc", "in ascending order", "from low to high" at i.
func direction(tokens []token, i int) (desc bool, n int) {
	word := func(k int) string { return lowerAt(tokens, i+k) }
	switch word(0) {
	case "asc", "ascending", "increasing":
		n = 1
	case "desc", "descending", "decreasing":
		desc, n = true, 1
	case "low", "lowest", "small", "smallest":
		if word(1) == "to" && (strings.HasPrefix(word(2), "high") || strings.HasPrefix(word(2), "large") || strings.HasPrefix(word(2), "big")) {
			n = 3
		}
	case "high", "highest", "large", "largest":
		if word(1) == "to" && (strings.HasPrefix(word(2), "low") || strings.HasPrefix(word(2), "small")) {
			desc, n = true, 3
		}
	}
	if n > 0 && word(n) == "order" {
		n++
	}
	return desc, n
}

// clause finds the sorting clause around a direction: from its verb, with the
// words that lead to it, to its end. It returns -1 where there is no verb or the
// sentence goes on.
func (p *Planner) clause(tokens []token, at, end int) (a, b int) {
	order, fill := p.lex.speech["order"], p.lex.speech["orderfill"]
	verb := -1
	for k := at - 1; k >= 0 && at-k <= 9; k-- {
		if order[tokens[k].lower] {
			verb = k
			if k == 0 || tokens[k].breaks || fill[tokens[k-1].lower] && tokens[k-1].lower != "the" {
				break
			}
		}
		if tokens[k].breaks {
			break
		}
	}
	if verb < 0 {
		return -1, -1
	}
	for verb > 0 && !tokens[verb].breaks && fill[tokens[verb-1].lower] {
		verb--
	}
	if verb == 0 || !tokens[verb].breaks && !oneOf(tokens[verb].lower, "and", "then") {
		return -1, -1
	}
	b = end
	for b < len(tokens) && !tokens[b].breaks && b-end < 7 && tokens[b].lower != "with" && tokens[b].lower != "and" {
		b++
	}
	return verb, b
}

// orderKey are the words of the clause that say by what it sorts: those before
// or after the direction, without the small words around them. It is nil where
// there are words on both sides.
func (p *Planner) orderKey(tokens []token, a, b, at, n int) []token {
	before, after := p.bare(tokens[a:at]), p.bare(tokens[at+n:b])
	if len(before) > 0 && len(after) > 0 {
		return nil
	}
	return append(append([]token{}, before...), after...)
}

// bare trims verbs and small words off both ends.
func (p *Planner) bare(tokens []token) []token {
	order, fill := p.lex.speech["order"], p.lex.speech["orderfill"]
	small := func(t token) bool { return fill[t.lower] || order[t.lower] }
	for len(tokens) > 0 && small(tokens[0]) {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && small(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

// sortsPlainly reports a clause in the words that every question uses.
func (p *Planner) sortsPlainly(clause []token) bool {
	for k := range clause {
		for _, ph := range p.lex.phrases[clause[k].lower] {
			if ph.class == "sort" && len(ph.words) > 1 && p.spells(clause, k, ph.words) {
				return true
			}
		}
	}
	return false
}

// axisNamed reads "x axis", "y", "bars".
func (p *Planner) axisNamed(key []token) string {
	axis := ""
	for _, t := range key {
		switch {
		case t.lower == "x" || t.lower == "y":
			axis = t.lower
		case p.lex.speech["axis"][t.lower]:
			if axis == "" && strings.HasPrefix(t.lower, "bar") {
				axis = "x"
			}
		default:
			return ""
		}
	}
	return axis
}

// plainOrder writes the clause as "sorted by KEY descending".
func (p *Planner) plainOrder(tokens []token, a, b int, key []token, desc bool) []token {
	word := "ascending"
	if desc {
		word = "descending"
	}
	out := append([]token{}, tokens[:a]...)
	for k, w := range []string{"sorted", "by"} {
		t := p.lex.word(w, w)
		t.breaks = k == 0
		out = append(out, t)
	}
	for _, t := range key {
		t.breaks, t.sentence = false, false
		out = append(out, t)
	}
	out = append(out, p.lex.word(word, word))
	for k, t := range tokens[b:] {
		t.breaks = t.breaks || k == 0
		out = append(out, t)
	}
	return out
}
