package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// kind is what a span of the question is.
type kind int

const (
	kUnknown kind = iota
	kStop
	kFunction
	kLexicon
	kName
	kNumber
	kPeriod
	kQuote
)

// item is a mention: a span of tokens and what it may stand for.
type item struct {
	kind     kind
	from, to int // tokens
	class    class
	payload  string
	word     string // lower-case text of the first token
	text     string
	num      float64
	period   *period
	tabs     []link
	cols     []link
	vals     []link
	weight   float64
	breaks   bool // starts a clause
	sentence bool
	capital  bool
	quoted   bool
	used     bool   // taken up by some part of the plan
	owner    int    // table that stood next to the column, or -1
	channel  string // role in a chart: x, y, color or facet
}

func (it *item) is(c class) bool { return it != nil && it.kind == kLexicon && it.class == c }

// maxSpan is the longest mention in tokens; values may be longer.
const (
	maxSpan  = 5
	maxValue = 8
	beam     = 4
)

// options lists what may start at token i.
func (p *Planner) options(tokens []token, i int) []*item {
	t := &tokens[i]
	var out []*item
	add := func(it *item) {
		it.from, it.word, it.breaks, it.sentence, it.capital, it.quoted = i, t.lower, t.breaks, t.sentence, t.capital, t.quoted
		it.owner = -1
		var words []string
		for _, w := range tokens[i:it.to] {
			words = append(words, w.text)
		}
		it.text = strings.Join(words, " ")
		out = append(out, it)
	}
	if !t.quoted {
		if pd, n := readPeriod(tokens, i); n > 0 {
			it := &item{kind: kPeriod, to: i + n, period: &pd, weight: 1.1*float64(n) + 0.1}
			if pd.year > 0 {
				it.num = float64(pd.year)
			}
			add(it)
		}
		if f, n := readPercentile(tokens, i); n > 0 {
			add(&item{kind: kLexicon, to: i + n, class: "agg", payload: "percentile", num: f, weight: 1.2 * float64(n)})
		}
		for _, ph := range p.lex.phrases[t.lower] {
			p.addPhrase(tokens, i, ph, add)
		}
		if t.lemma != t.lower {
			for _, ph := range p.lex.phrases[t.lemma] {
				p.addPhrase(tokens, i, ph, add)
			}
		}
		if p.saysOne(tokens, i) {
			add(&item{kind: kNumber, to: i + 1, num: 1, weight: 1.05})
		} else if v, n := readNumber(tokens, i); n > 0 && !saysYear(tokens, i) {
			add(&item{kind: kNumber, to: i + n, num: v, weight: 1.05 * float64(n)})
		}
	}
	if w := lowerAt(tokens, i-1); (w == "letter" || w == "letters") && len(t.lower) == 1 {
		add(&item{kind: kQuote, to: i + 1, weight: 1.3})
	}
	p.addNames(tokens, i, add)
	switch {
	case slices.ContainsFunc(out, isGrammar):
	case t.quoted:
		add(&item{kind: kQuote, to: i + 1, weight: 0.9})
	case p.lex.function[t.lower]:
		add(&item{kind: kFunction, to: i + 1, weight: 0.4})
	case t.stop:
		add(&item{kind: kStop, to: i + 1, weight: 0.4})
	default:
		add(&item{kind: kUnknown, to: i + 1, weight: -0.3})
	}
	return out
}

// isGrammar reports a single word of the lexicon that only connects: to read it
// as nothing at all is never better, and costs places in the beam.
func isGrammar(it *item) bool {
	if it.kind != kLexicon || it.to-it.from != 1 {
		return false
	}
	switch it.class {
	case "when", "who", "whose", "whom", "which", "what", "that", "where", "whenq", "and", "or", "by", "neg":
		return true
	}
	return false
}

func (p *Planner) addPhrase(tokens []token, i int, ph phrase, add func(*item)) {
	if i+len(ph.words) > len(tokens) {
		return
	}
	for k, w := range ph.words {
		t := &tokens[i+k]
		if t.quoted || (t.lower != w && (t.lemma != w || len(w) < 4 || !inflects(ph.class))) || (k > 0 && t.breaks) {
			return
		}
	}
	if ph.class == "postcmp" && lowerAt(tokens, i+len(ph.words)) == "than" {
		return // "or higher than 900" starts another comparison
	}
	n := float64(len(ph.words))
	add(&item{kind: kLexicon, to: i + len(ph.words), class: ph.class, payload: ph.payload, weight: 0.97*n + 0.25*(n-1)})
}

// inflects lists the classes whose words may stand in another form; elsewhere a
// form is another word: "descriptions" is not "describe".
func inflects(c class) bool {
	switch c {
	case "contains", "startswith", "endswith", "cmp", "between", "neg", "sort", "trend", "chart", "vs":
		return true
	}
	return false
}

// saysYear reports a year after a word that announces a time.
func saysYear(tokens []token, i int) bool {
	if _, ok := yearAt(tokens, i); !ok {
		return false
	}
	switch lowerAt(tokens, i-1) {
	case "in", "both", "since", "during", "for", "year", "before", "after", "until", "of", "throughout":
		return true
	}
	return false
}

// saysOne reports "one" or "single" as a number: after a comparison ("more than
// one", "at least a single") or "only".
func (p *Planner) saysOne(tokens []token, i int) bool {
	if w := tokens[i].lower; w != "one" && w != "single" {
		return false
	}
	if lowerAt(tokens, i+1) == "or" && (lowerAt(tokens, i+2) == "more" || lowerAt(tokens, i+2) == "fewer" || lowerAt(tokens, i+2) == "less") {
		return true
	}
	k := i - 1
	for k > 0 && (tokens[k].lower == "a" || tokens[k].lower == "the") {
		k--
	}
	switch lowerAt(tokens, k) {
	case "than", "least", "most", "only", "exactly", "over", "between", "just":
		return k == 0 || lowerAt(tokens, k) != "most" || lowerAt(tokens, k-1) == "at"
	case "or", "and", "to":
		return tokens[i].lower == "one" && k > 0 && tokens[k-1].isNum
	}
	return false
}

// readPercentile reads "95th percentile" and "p95" as a fraction.
func readPercentile(tokens []token, i int) (float64, int) {
	w := tokens[i].lower
	if lowerAt(tokens, i+1) == "percentile" || lowerAt(tokens, i+1) == "percentiles" {
		if v, ok, _ := parseNumber(strings.TrimRight(w, "thsndr")); ok && v > 0 && v < 100 {
			return v / 100, 2
		}
	}
	if len(w) == 3 && w[0] == 'p' {
		if v, ok, _ := parseNumber(w[1:]); ok && v >= 50 && v < 100 {
			return v / 100, 1
		}
	}
	return 0, 0
}

// readNumber reads "5", "five", "2 million", "twenty five".
func readNumber(tokens []token, i int) (float64, int) {
	if !tokens[i].isNum {
		return 0, 0
	}
	v, n := tokens[i].number, 1
	for i+n < len(tokens) && tokens[i+n].written {
		next := tokens[i+n].number
		switch {
		case next >= 100 && next > v:
			v *= next
		case tokens[i].written && v >= 20 && v < 100 && next < 10:
			v += next
		default:
			return v, n
		}
		n++
	}
	return v, n
}

// addNames adds spans that name tables and columns, or are values.
func (p *Planner) addNames(tokens []token, i int, add func(*item)) {
	first := &tokens[i]
	if (first.stop || p.lex.function[first.lower]) && !first.capital && !first.quoted && !p.startsName(first) {
		p.addSynonyms(tokens, i, add)
		return
	}
	for n := 1; n <= maxValue && i+n <= len(tokens); n++ {
		span := tokens[i : i+n]
		last := &span[n-1]
		if n > 1 && (last.breaks || last.quoted || first.quoted) {
			break
		}
		it := &item{kind: kName, to: i + n}
		if n <= maxSpan && (!first.isNum || n > 1) && !first.quoted {
			p.linkNames(it, span)
		}
		if !(n == 1 && first.isNum && !first.quoted) {
			it.vals = p.valueLinks(span)
			if n == 1 && (first.stop || p.lex.function[first.lower] || p.grammar(first.lower)) && !first.capital && !first.quoted {
				it.vals = nil
			}
		}
		if n == 1 && p.pairedAgg(tokens, i) {
			continue
		}
		if len(it.vals) > 0 && it.vals[0].score >= 0.85 {
			it.cols = slices.DeleteFunc(it.cols, byMeaning)
			it.tabs = slices.DeleteFunc(it.tabs, byMeaning)
		}
		if n == 1 && len(it.cols)+len(it.tabs)+len(it.vals) == 0 && !verbPlace(tokens, i) {
			it.vals = p.valueMeanings(first)
		}
		if len(it.cols)+len(it.tabs)+len(it.vals) == 0 {
			continue
		}
		it.weight = nameWeight(it, span)
		add(it)
	}
}

// addSynonyms adds spans that start with a small word and are, word for word,
// what somebody called a column: "on hand".
func (p *Planner) addSynonyms(tokens []token, i int, add func(*item)) {
	if len(p.index.byStem[tokens[i].stem]) == 0 {
		return
	}
	for n := 2; n <= maxSpan && i+n <= len(tokens) && !tokens[i+n-1].breaks && !tokens[i+n-1].quoted; n++ {
		span := tokens[i : i+n]
		it := &item{kind: kName, to: i + n}
		for _, l := range p.nameLinks(span) {
			if l.ref.col >= 0 && l.why == "synonym" && l.score > 0.99 {
				it.cols = append(it.cols, l)
			}
		}
		if len(it.cols) > 0 {
			it.weight = nameWeight(it, span) + 0.4
			add(it)
		}
	}
}

// grammar reports a word that joins others, which is a value only in quotes or
// with a capital.
func (p *Planner) grammar(w string) bool {
	return slices.ContainsFunc(p.lex.phrases[w], func(ph phrase) bool {
		switch ph.class {
		case "and", "or", "neg", "by", "when", "group", "cmp", "both", "only", "that", "cmd":
			return len(ph.words) == 1
		}
		return false
	})
}

// startsName lets stop words begin a name when the schema has them in a name:
// "type", "value", "total".
func (p *Planner) startsName(t *token) bool {
	return len(p.index.byStem[t.stem]) > 0 && len(t.lower) > 3 || p.index.opens[t.stem]
}

func (p *Planner) linkNames(it *item, span []token) {
	content := slices.DeleteFunc(slices.Clone(span), func(t token) bool {
		return len(t.lower) <= 3 && (t.stop || p.lex.function[t.lower])
	})
	links := p.nameLinks(span)
	if len(links) == 0 && len(content) > 1 && len(content) < len(span) && p.oneName(span) {
		links = p.nameLinks(content)
		for i := range links {
			links[i].score *= 0.97
		}
	}
	if len(content) > 0 {
		links = append(links, p.generic(content, links)...)
	}
	for _, l := range links {
		if l.ref.col < 0 {
			it.tabs = append(it.tabs, l)
		} else {
			l.own = p.namesTable(l.ref.table, content)
			it.cols = append(it.cols, l)
		}
	}
}

// namesTable reports that the words say a table's name and more.
func (p *Planner) namesTable(t int, words []token) bool {
	stems := p.tables[t].stems
	if len(words) <= len(stems) || len(stems) == 0 {
		return false
	}
	for _, s := range stems {
		if !slices.ContainsFunc(words, func(w token) bool { return w.stem == s }) {
			return false
		}
	}
	return true
}

// oneName reports that the small words inside a span can stand inside one name:
// "name of the singer", but not "names in concerts".
func (p *Planner) oneName(span []token) bool {
	if last := span[len(span)-1]; p.lex.function[last.lower] || last.stop && len(last.lower) <= 3 {
		return false
	}
	for _, t := range span {
		if len(t.lower) > 3 || !t.stop && !p.lex.function[t.lower] {
			continue
		}
		switch t.lower {
		case "of", "the", "a", "an", "its", "his", "her", "for":
		default:
			return false
		}
	}
	return true
}

func nameWeight(it *item, span []token) float64 {
	best := 0.0
	for _, links := range [][]link{it.tabs, it.cols} {
		if len(links) > 0 {
			best = max(best, 0.5+0.55*links[0].score)
		}
	}
	n := float64(len(span))
	small := 0
	for _, t := range span {
		if len(t.lower) <= 3 && t.stop || t.lower == "of" || t.lower == "for" {
			small++
		}
	}
	if len(it.vals) > 0 {
		v := 0.6 + 0.42*it.vals[0].score
		if span[0].capital || span[0].quoted {
			v += 0.2
		}
		best = max(best, v)
	}
	whole := n > 1 && len(it.cols) > 0 && it.cols[0].score > 0.98
	if span[0].stop && !span[0].capital && !whole {
		best -= 0.4
	}
	if small < len(span) && len(it.vals) == 0 {
		best -= 0.3 * float64(small) / n // small words explain little
	}
	return best*n + 0.2*(n-1)
}

// tag returns the best ways to cut the tokens into items, best first.
func (p *Planner) tag(tokens []token) (taggings [][]*item, behind []float64) {
	type partial struct {
		weight float64
		first  *item
		rest   int // index in best[first.to]
	}
	n := len(tokens)
	best := make([][]partial, n+1)
	best[n] = []partial{{}}
	for i := n - 1; i >= 0; i-- {
		var all []partial
		for _, it := range p.options(tokens, i) {
			for k, tail := range best[it.to] {
				all = append(all, partial{it.weight + tail.weight, it, k})
			}
		}
		slices.SortStableFunc(all, func(a, b partial) int {
			switch {
			case a.weight > b.weight:
				return -1
			case a.weight < b.weight:
				return 1
			}
			return 0
		})
		best[i] = all[:min(len(all), beam)]
	}
	for k := range best[0] {
		var items []*item
		for i, at := 0, k; i < n; {
			part := best[i][at]
			c := *part.first
			items = append(items, &c)
			i, at = part.first.to, part.rest
		}
		if best[0][0].weight-best[0][k].weight < 1.2 {
			taggings = append(taggings, items)
			behind = append(behind, best[0][0].weight-best[0][k].weight)
		}
	}
	return taggings, behind
}

// qualify joins a table that stands right before one of its columns, as in
// "order status", and drops words without meaning.
func (p *Planner) qualify(items []*item) []*item {
	var out []*item
	for _, it := range items {
		if it.kind == kStop {
			continue
		}
		if n := len(out); n > 0 && it.kind == kName && len(it.cols) > 0 && !it.breaks {
			prev := out[n-1]
			if prev.kind == kName && len(prev.tabs) > 0 && prev.to == it.from && prev.owner < 0 {
				if cols := columnsOf(it.cols, prev.tabs); len(cols) > 0 && !p.predicative(it, cols[0]) {
					it.cols, it.tabs, it.vals = cols, nil, nil
					it.owner, it.from, it.text = cols[0].ref.table, prev.from, prev.text+" "+it.text
					it.breaks, it.sentence = prev.breaks, prev.sentence
					out[n-1] = it
					continue
				}
			}
		}
		out = append(out, it)
	}
	return out
}

// predicative reports a column that says something of the table before it rather
// than naming a property: "tickets created", "orders returned".
func (p *Planner) predicative(it *item, l link) bool {
	c := p.column(l.ref)
	participle := strings.HasSuffix(it.word, "ed") || p.lex.participle[it.word]
	return c.truth != nil && c.Type == catalog.Boolean || participle && (c.Type.Temporal() || !slices.Contains(c.words, it.word))
}

// columnsOf keeps the columns that belong to one of the tables.
func columnsOf(cols, tabs []link) []link {
	var out []link
	for _, c := range cols {
		if slices.ContainsFunc(tabs, func(t link) bool { return t.ref.table == c.ref.table && t.score > 0.7 }) && c.score > 0.45 {
			out = append(out, c)
		}
	}
	return out
}
