package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/planner/rules/thesaurus"
)

// shortestTypo is the length from which a word may be a misspelt name: among
// shorter ones too many are a letter apart. From longTypo on two letters may be
// wrong.
const (
	shortestTypo = 5
	longTypo     = 8
)

// mend replaces words that nobody knows by the one word of the dataset's names
// that they nearly are, and returns the words it replaced.
func (p *Planner) mend(tokens []token) (mended []token, was []string) {
	tokens = p.compound(tokens)
	mended = tokens
	for i := range tokens {
		t := &tokens[i]
		if len(t.lower) < shortestTypo || t.quoted || t.isNum || t.stop || p.knows(tokens, i) {
			continue
		}
		word := p.nearest(t.lower)
		if word == "" {
			continue
		}
		if len(was) == 0 {
			mended = append([]token{}, tokens...)
		}
		fixed := p.lex.word(word, word)
		fixed.breaks, fixed.sentence = t.breaks, t.sentence
		mended[i] = fixed
		was = append(was, t.text)
	}
	return mended, was
}

// compound joins two words that the dataset writes as one: "check ins" for
// checkin, where neither is a word of its names.
func (p *Planner) compound(tokens []token) []token {
	for i := 0; i+1 < len(tokens); i++ {
		a, b := &tokens[i], &tokens[i+1]
		if a.quoted || b.quoted || b.breaks || a.isNum || b.isNum || a.stop || len(a.lower)+len(b.lower) < shortestTypo {
			continue
		}
		joined := a.lower + b.lower
		if len(p.index.byStem[p.lex.stem(joined)]) == 0 || len(p.index.byStem[a.stem]) > 0 || len(p.index.byStem[b.stem]) > 0 {
			continue
		}
		one := p.lex.word(joined, joined)
		one.breaks, one.sentence = a.breaks, a.sentence
		tokens = slices.Replace(slices.Clone(tokens), i, i+2, one)
	}
	return tokens
}

// knows reports a word that a name, a value or the lexicon has.
func (p *Planner) knows(tokens []token, i int) bool {
	t := &tokens[i]
	if _, n := readPeriod(tokens, i); n > 0 || strings.HasPrefix(t.lower, "percentile") {
		return true
	}
	if len(p.index.byStem[t.stem]) > 0 || p.withinValue(tokens, i) {
		return true
	}
	if len(p.index.meanings[t.stem]) > 0 || p.index.opens[t.stem] || p.lex.known[t.lower] || p.lex.known[t.lemma] {
		return true
	}
	return len(thesaurus.Of(t.lemma)) > 0 || len(thesaurus.Of(t.lower)) > 0
}

// withinValue reports a word that is, with its neighbours, a value of the data.
func (p *Planner) withinValue(tokens []token, i int) bool {
	for a := max(0, i-3); a <= i; a++ {
		words := make([]string, 0, 4)
		for b := a; b < len(tokens) && b < a+4; b++ {
			words = append(words, valueWords(tokens[b].lower)...)
			if b < i {
				continue
			}
			for range p.index.values.named(words...) {
				return true
			}
		}
	}
	return false
}

// loadSpellings collects the words that a misspelt one may have meant: those of
// names, and the longer ones of the lexicon.
func (p *Planner) loadSpellings() {
	words := map[string]bool{}
	for _, t := range p.tables {
		for _, w := range t.words {
			words[w] = true
		}
		for _, c := range t.columns {
			for _, w := range c.words {
				words[w] = true
			}
		}
	}
	for w := range p.lex.known {
		if len(w) >= longTypo {
			words[w] = true
		}
	}
	for w := range words {
		if len(w) >= shortestTypo-1 {
			p.spellings = append(p.spellings, w)
		}
	}
	slices.Sort(p.spellings)
}

// nearest is the only word of the names within a letter or two of w, which starts
// with the same letter.
func (p *Planner) nearest(w string) string {
	allowed := 1
	if len(w) >= longTypo {
		allowed = 2
	}
	best, found := allowed+1, ""
	for _, word := range p.spellings {
		if word[0] != w[0] {
			continue
		}
		switch n := distance(w, word, allowed); {
		case n < best:
			best, found = n, word
		case n == best && n <= allowed && word != found:
			found = "" // two words are as near
		}
	}
	return found
}

// distance counts the letters to insert, drop, change or swap with their
// neighbour to make b of a; more than limit is limit+1.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > limit || -d > limit {
		return limit + 1
	}
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(x); i++ {
		rows[2][0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			v := min(rows[1][j]+1, rows[2][j-1]+1, rows[1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				v = min(v, rows[0][j-2]+1)
			}
			rows[2][j] = v
		}
		rows[0], rows[1], rows[2] = rows[1], rows[2], rows[0]
	}
	return min(rows[1][len(y)], limit+1)
}
