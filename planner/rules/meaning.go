package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/planner/rules/thesaurus"
)

// meaning is what a word or phrase of a question may stand for in the names of
// the dataset: all the stems, at once.
type meaning struct {
	stems  []string
	weight float64
}

// maxPhrase is the longest paraphrase in words.
const maxPhrase = 4

// loadMeanings collects, for the words the dataset's names are made of, what
// people may say instead: words of the thesaurus and phrases of paraphrases.txt.
// It is a list of the questions' words, so that linking need not search.
func (p *Planner) loadMeanings() {
	x := p.index
	x.meanings, x.opens = map[string][]meaning{}, map[string]bool{}
	vocabulary := map[string]bool{}
	for _, t := range p.tables {
		words := slices.Clone(t.words)
		for _, c := range t.columns {
			words = append(words, c.words...)
		}
		for _, w := range words {
			vocabulary[p.lex.lemma(w)] = true
		}
	}
	for _, w := range sortedKeys(vocabulary) {
		if wordWeight(w) == 1 && len(w) > 2 {
			p.relate(w)
		}
	}
	for _, ph := range p.lex.paraphrases {
		if !slices.ContainsFunc(ph.stems, func(s string) bool { return len(x.byStem[s]) == 0 }) {
			x.addMeaning(ph.said, meaning{ph.stems, p.lex.weights["paraphrase"]})
		}
	}
}

func sortedKeys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// relate adds the thesaurus's words for w. Words that do something in a question,
// such as "show" or "each", keep to that.
func (p *Planner) relate(w string) {
	weights := map[thesaurus.Distance]string{thesaurus.Near: "meaning_near", thesaurus.Derived: "meaning_derived", thesaurus.Broad: "meaning_broad"}
	for _, r := range thesaurus.Of(w) {
		words := strings.Split(r.Word, "_")
		if len(words) == 1 && p.acts(r.Word) {
			continue
		}
		p.index.addMeaning(p.stems(words), meaning{[]string{p.lex.stem(w)}, p.lex.weights[weights[r.Distance]]})
	}
}

// acts reports a word that the lexicon gives a part in questions.
func (p *Planner) acts(w string) bool {
	_, light := p.lex.light[w]
	return light || p.lex.stop[w] || p.lex.function[w] || slices.ContainsFunc(p.lex.phrases[w], func(ph phrase) bool { return len(ph.words) == 1 })
}

func (x *index) addMeaning(said []string, m meaning) {
	key := strings.Join(said, " ")
	for i, old := range x.meanings[key] {
		if slices.Equal(old.stems, m.stems) {
			x.meanings[key][i].weight = max(old.weight, m.weight)
			return
		}
	}
	x.meanings[key] = append(x.meanings[key], m)
	if len(said) > 1 {
		x.opens[said[0]] = true
	}
}

// meant lists the meanings of the tokens at the start of a span, the longest
// phrase first, and how many tokens each takes. A word that the dataset's names
// contain stands for itself.
func (x *index) meant(tokens []token) (found [][]meaning, lengths []int) {
	most := 1
	if x.opens[tokens[0].stem] {
		most = min(maxPhrase, len(tokens))
	}
	for n := most; n > 0; n-- {
		if n == 1 && (len(x.byStem[tokens[0].stem]) > 0 || tokens[0].stop) {
			continue
		}
		key := tokens[0].stem
		for _, t := range tokens[1:n] {
			key += " " + t.stem
		}
		if m := x.meanings[key]; len(m) > 0 {
			found, lengths = append(found, m), append(lengths, n)
		}
	}
	return found, lengths
}

// valueMeanings finds values that a word nothing else is known of may stand for:
// "puppies" where the data says "dog".
func (p *Planner) valueMeanings(t *token) []link {
	if t.quoted || t.isNum || t.capital || len(t.lower) < 4 || p.acts(t.lower) || p.acts(t.lemma) {
		return nil
	}
	var links []link
	for _, r := range thesaurus.Of(t.lemma) {
		if r.Distance == thesaurus.Derived || strings.Contains(r.Word, "_") {
			continue
		}
		for v := range p.index.values.named(r.Word) {
			known := slices.ContainsFunc(links, func(l link) bool { return l.ref == v.ref })
			few := p.column(v.ref).Profile.Distinct <= 20
			if !known && few {
				links = append(links, link{ref: v.ref, value: v.value, isVal: true, score: p.lex.weights["meaning_broad"], why: "value by meaning"})
			}
		}
	}
	sortLinks(links)
	return links
}

// byMeaning reports a link that only the thesaurus or a paraphrase made.
func byMeaning(l link) bool { return l.why == "meaning" }

// verbPlace reports a place where a verb stands: "that sells", "do not own".
func verbPlace(tokens []token, i int) bool {
	switch lowerAt(tokens, i-1) {
	case "that", "who", "which", "to", "not", "do", "does", "did", "they", "he", "she", "it":
		return true
	}
	return false
}
