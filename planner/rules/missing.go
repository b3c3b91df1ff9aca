package rules

import (
	"slices"
	"strings"
)

// missing returns the words left over that name something the data does not
// have, in order: not verbs, adverbs, or words about the form of the answer.
func (d *draft) missing() []string {
	var out []string
	for _, it := range d.in.leftover {
		if d.names(it) {
			out = append(out, it.text)
		}
	}
	return out
}

// names reports that a leftover mention names a thing or a property.
func (d *draft) names(it *item) bool {
	switch it.kind {
	case kQuote:
		return true
	case kUnknown:
	default:
		return false
	}
	l := d.p.lex
	if l.form[it.word] || l.form[l.lemma(it.word)] || len([]rune(it.word)) < 2 {
		return false
	}
	if _, light := l.light[it.word]; light && !it.capital {
		return false
	}
	if it.capital {
		return true
	}
	if strings.HasSuffix(it.word, "ly") || strings.HasSuffix(it.word, "ed") || l.participle[it.word] {
		return false
	}
	return !d.verbal(it)
}

// verbal reports that an unknown word is used as a verb: one that is no noun
// after an article or a preposition.
func (d *draft) verbal(it *item) bool {
	l := d.p.lex
	w := it.word
	verb := l.verbs[w] || l.verbs[l.lemma(w)]
	if stem, ok := strings.CutSuffix(w, "ing"); ok && !verb {
		verb = l.verbs[stem] || l.verbs[stem+"e"] || len(stem) > 2 && l.verbs[stem[:len(stem)-1]]
	}
	if stem, ok := strings.CutSuffix(w, "s"); ok && !verb {
		verb = l.verbs[stem]
	}
	if !verb {
		return false
	}
	at := slices.IndexFunc(d.items, func(x *item) bool { return x.from == it.from })
	prev := ""
	if at > 0 {
		prev = d.items[at-1].word
	}
	switch prev {
	case "of", "in", "per", "average", "each", "number":
		return strings.HasSuffix(w, "ing")
	}
	return true
}
