package rules

import (
	"math"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// name is one way to call a table or column.
type name struct {
	ref    ref
	stems  []string
	weight []float64
	total  float64
	// factor lowers links through weaker sources: descriptions.
	factor float64
	source string
	// whole requires all stems: synonyms and short names.
	whole bool
}

// index finds names by stem and values by word.
type index struct {
	names  []name
	byStem map[string][]int
	values *valueIndex
	// meanings are what words and phrases that no name holds may stand for;
	// opens are the first words of phrases.
	meanings map[string][]meaning
	opens    map[string]bool
}

// wordWeight says how much a word distinguishes: generic words little.
func wordWeight(w string) float64 {
	switch w {
	case "id", "code", "number", "date", "at", "flag", "is", "has", "time", "name", "value", "type", "on", "of", "in", "the", "to", "and", "for", "by":
		return 0.35
	case "usd", "eur", "million", "thousand", "dollar", "amount", "percent", "total", "all", "num", "description", "detail", "kg", "m", "cm", "km", "c":
		return 0.3
	}
	return 1
}

func (p *Planner) buildIndex() {
	p.index = &index{byStem: map[string][]int{}, values: newValueIndex(p.countValues())}
	for ti, t := range p.tables {
		r := ref{ti, -1}
		p.addName(r, t.words, 1, "name", false)
		p.addSplit(r, t.Name)
		if t.Title != "" {
			p.addName(r, splitName(t.Title), 1, "title", false)
		}
		for _, s := range t.Synonyms {
			p.addName(r, splitName(s), 1, "synonym", true)
		}
		for _, c := range t.columns {
			p.addName(c.ref, c.words, 1, "name", false)
			p.addSplit(c.ref, c.Name)
			for _, s := range c.Synonyms {
				p.addName(c.ref, splitName(s), 1, "synonym", true)
			}
			p.addDescription(c)
			p.addValues(c)
		}
	}
	p.addPlaces()
}

// addSplit adds the name as it is written, without spelling out abbreviations
// or cutting glued words, when that differs.
func (p *Planner) addSplit(r ref, raw string) {
	words := splitName(raw)
	p.addName(r, words, 1, "name", false)
	if len(words) > 1 {
		p.addName(r, []string{strings.Join(words, "")}, 1, "name", true)
	}
}

func (p *Planner) addName(r ref, words []string, factor float64, source string, whole bool) {
	if len(words) == 0 || len(words) > 8 {
		return
	}
	n := name{ref: r, stems: p.stems(words), factor: factor, source: source, whole: whole}
	var own []string
	if r.col >= 0 {
		own = p.tables[r.table].stems
	}
	for i, w := range words {
		weight := wordWeight(w)
		if weight == 1 && slices.Contains(own, n.stems[i]) && len(words) > 1 {
			weight = 0.12
		}
		n.weight = append(n.weight, weight)
		n.total += weight
	}
	for _, i := range p.index.byStem[n.stems[0]] {
		if old := p.index.names[i]; old.ref == r && slices.Equal(old.stems, n.stems) {
			return
		}
	}
	at := len(p.index.names)
	p.index.names = append(p.index.names, n)
	for _, s := range slices.Compact(slices.Sorted(slices.Values(n.stems))) {
		p.index.byStem[s] = append(p.index.byStem[s], at)
	}
}

// addDescription makes the first words of a description a weak name. Those that
// were generated name nothing: they repeat what the catalogue has, in words that
// are the same for many columns.
func (p *Planner) addDescription(c *column) {
	if c.DescribedBy.Generated() {
		return
	}
	first, _, _ := strings.Cut(c.Description, ".")
	first, _, _ = strings.Cut(first, ",")
	var words []string
	for _, w := range splitName(first) {
		if !p.lex.stop[w] && !p.lex.function[w] {
			words = append(words, w)
		}
	}
	if len(words) > 0 && len(words) <= 5 {
		p.addName(c.ref, words, p.lex.weights["description"], "description", true)
	}
}

func (p *Planner) addValues(c *column) {
	for _, v := range namedValues(c) {
		p.index.values.add(c.ref, v.Value)
	}
}

// namedValues are the values of a column that a question may name.
func namedValues(c *column) []catalog.ValueCount {
	if c.Profile == nil || c.Type != catalog.Text {
		return nil
	}
	return c.Profile.Top
}

func (p *Planner) countValues() int {
	n := 0
	for _, t := range p.tables {
		for _, c := range t.columns {
			n += len(namedValues(c))
		}
	}
	return n
}

func valueWords(v string) []string {
	l := strings.ToLower(v)
	return strings.FieldsFunc(l, func(r rune) bool {
		word := r == '\'' || r == '.' || r == '$' || r == '%' || r == '#' || r == '+' || r == '&' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127
		return !word
	})
}

// link is a candidate for a span of tokens.
type link struct {
	ref   ref
	value string // for value links
	isVal bool
	score float64
	why   string
	// own is true when the words that named a column name its table, too, as
	// "template id" does the id of templates.
	own bool
}

// nameLinks finds tables and columns for the tokens, which must all match.
func (p *Planner) nameLinks(tokens []token) []link {
	if len(tokens) == 0 {
		return nil
	}
	best := map[ref]link{}
	for _, i := range p.index.candidates(tokens, p.lex) {
		n := &p.index.names[i]
		got, ok := n.matchWith(tokens, p, exactly)
		why := n.source
		if !ok {
			if got, ok = n.matchWith(tokens, p, bySynonym); ok {
				why = "thesaurus"
			}
		}
		if !ok {
			if got, ok = n.matchWith(tokens, p, byThesaurus); ok {
				why = "meaning"
			}
		}
		if !ok {
			if got, ok = p.matchOpposite(n, tokens); !ok {
				continue
			}
			got *= 0.9
			why = "antonym"
		}
		score := got / n.total
		if n.whole && score < 0.99 && why != "meaning" {
			score = 0
		}
		score = math.Min(1, score) * n.factor
		if score < 0.3 {
			continue
		}
		if old, seen := best[n.ref]; !seen || score > old.score {
			best[n.ref] = link{ref: n.ref, score: score, why: why}
		}
	}
	p.preferOpposite(tokens, best)
	links := make([]link, 0, len(best))
	exact := false
	for _, l := range best {
		links = append(links, l)
		exact = exact || l.why == "name" && l.score >= 0.6
	}
	for i := range links {
		if exact && (links[i].why == "thesaurus" || links[i].why == "meaning") {
			links[i].score *= 0.8 // the word itself is there
		}
	}
	sortLinks(links)
	return links
}

func sortLinks(links []link) {
	slices.SortFunc(links, func(a, b link) int {
		switch {
		case a.score != b.score:
			if a.score > b.score {
				return -1
			}
			return 1
		case a.ref.table != b.ref.table:
			return a.ref.table - b.ref.table
		case a.ref.col != b.ref.col:
			return a.ref.col - b.ref.col
		}
		return strings.Compare(a.value, b.value)
	})
}

func (x *index) candidates(tokens []token, l *lexicon) []int {
	out := x.byStem[tokens[0].stem]
	extra := slices.Concat(l.thesaurus[tokens[0].stem], x.contraries(&tokens[0], l))
	found, _ := x.meant(tokens)
	for _, ms := range found {
		for _, m := range ms {
			extra = append(extra, m.stems[0])
		}
	}
	if len(extra) == 0 && len(l.abbrev[tokens[0].lower]) == 0 {
		return out
	}
	out = slices.Clone(out)
	for _, s := range extra {
		out = append(out, x.byStem[s]...)
	}
	for _, w := range l.abbrev[tokens[0].lower] {
		out = append(out, x.byStem[l.stem(w)]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (x *index) contraries(t *token, l *lexicon) []string {
	p := &Planner{lex: l}
	return p.contraries(t)
}

// looseness says by what else than itself a word may be matched.
type looseness int

const (
	exactly looseness = iota
	bySynonym
	byThesaurus
)

// match adds up the weights of the name's words that the tokens stand for, by
// themselves or by a synonym of the lexicon.
func (n *name) match(tokens []token, p *Planner) (float64, bool) {
	return n.matchWith(tokens, p, bySynonym)
}

func (n *name) matchWith(tokens []token, p *Planner, loose looseness) (float64, bool) {
	l := p.lex
	used := make([]bool, len(n.stems))
	sum, penalty, last := 0.0, 1.0, -1
	find := func(stem string) bool {
		for i, s := range n.stems {
			if !used[i] && s == stem && (!n.whole || i > last) {
				last = i
				used[i] = true
				sum += n.weight[i]
				return true
			}
		}
		return false
	}
	for i := 0; i < len(tokens); i++ {
		t := &tokens[i]
		if find(t.stem) {
			continue
		}
		if full := l.abbrev[t.lower]; len(full) > 0 {
			ok := true
			for _, w := range full {
				ok = ok && find(l.stem(w))
			}
			if ok {
				continue
			}
		}
		if loose >= bySynonym && slices.ContainsFunc(l.thesaurus[t.stem], find) {
			penalty *= l.weights["thesaurus"]
			continue
		}
		taken, weight := 0, 1.0
		if loose == byThesaurus {
			taken, weight = n.takeMeaning(tokens[i:], p.index, used)
		}
		if taken == 0 {
			return 0, false
		}
		penalty *= weight
		for k, u := range used {
			if u {
				last = max(last, k)
			}
		}
		i += taken - 1
	}
	sum = 0
	for i, u := range used {
		if u {
			sum += n.weight[i]
		}
	}
	return sum * penalty, true
}

// takeMeaning marks the words of the name that the tokens at the start mean, and
// returns how many tokens that took and how sure it is.
func (n *name) takeMeaning(tokens []token, x *index, used []bool) (int, float64) {
	found, lengths := x.meant(tokens)
	for k, ms := range found {
		for _, m := range ms {
			var at []int
			for _, s := range m.stems {
				for i, own := range n.stems {
					if own == s && !used[i] && !slices.Contains(at, i) {
						at = append(at, i)
						break
					}
				}
			}
			if len(at) == len(m.stems) {
				for _, i := range at {
					used[i] = true
				}
				return lengths[k], m.weight
			}
		}
	}
	return 0, 0
}

// valueLinks finds values whose words are the tokens, in order.
func (p *Planner) valueLinks(tokens []token) []link {
	if len(tokens) == 0 {
		return nil
	}
	var words []string
	for _, t := range tokens {
		words = append(words, valueWords(t.text)...)
	}
	if len(words) == 0 {
		return nil
	}
	var links []link
	for v := range p.index.values.named(words...) {
		links = append(links, link{ref: v.ref, value: v.value, isVal: true, score: 1, why: "value"})
	}
	if len(tokens) == 1 && !tokens[0].quoted {
		links = append(links, p.inflected(tokens[0], links)...)
		if len(links) == 0 {
			links = p.demonym(tokens[0])
		}
	}
	if len(links) == 0 {
		links = p.postal(tokens)
	}
	sortLinks(links)
	return links
}

// inflected finds one-word values that differ from the token by an ending:
// "shipment" is not "shipped", but "cancelled" and "canceled" are one.
func (p *Planner) inflected(t token, have []link) []link {
	var links []link
	if len(t.lower) < 3 {
		return nil
	}
	for _, form := range []string{t.lemma, t.lower + "s", t.lower + "ed", t.lower + "d", strings.TrimSuffix(t.lower, "ed"), strings.TrimSuffix(t.lower, "d")} {
		if form == t.lower || len(form) < 3 {
			continue
		}
		for v := range p.index.values.named(form) {
			known := slices.ContainsFunc(have, func(l link) bool { return l.ref == v.ref }) ||
				slices.ContainsFunc(links, func(l link) bool { return l.ref == v.ref })
			if !known {
				links = append(links, link{ref: v.ref, value: v.value, isVal: true, score: 0.85, why: "value by word form"})
			}
		}
	}
	return links
}

func (p *Planner) demonym(t token) []link {
	var links []link
	for _, country := range p.lex.demonyms[t.lower] {
		for v := range p.index.values.named(valueWords(country)...) {
			links = append(links, link{ref: v.ref, value: v.value, isVal: true, score: 0.85, why: "adjective of value"})
		}
	}
	return links
}
