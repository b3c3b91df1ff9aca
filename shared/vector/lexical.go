package vector

import (
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Sparse is a lexical vector: hashed terms in ascending order and what each is
// worth. How rare a term is comes on top, where the points are known.
type Sparse struct {
	Terms   []uint32
	Weights []float32
}

// gramShare is what all trigrams of a word are worth together, beside the word.
const gramShare = 0.5

// maxTerms bounds the terms of one vector; those worth most are kept.
const maxTerms = 1024

// Lexical returns the vector of weighted texts. It depends on nothing else. A word
// that occurs in several texts is worth what it is worth in the best.
func Lexical(texts ...Text) Sparse {
	worth := map[string]float64{}
	for _, t := range texts {
		w := t.Weight
		if w == 0 {
			w = 1
		}
		for _, word := range Words(cut(t.Text)) {
			worth[word] = max(worth[word], w)
		}
	}
	sums := map[uint32]float64{}
	for word, w := range worth {
		put(sums, "w:"+word, w)
		grams := trigrams(word)
		for _, g := range grams {
			put(sums, "g:"+g, gramShare*w/math.Sqrt(float64(len(grams))))
		}
	}
	return sparse(sums)
}

// put keeps the larger worth: terms that share a hash are one term.
func put(sums map[uint32]float64, term string, w float64) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(term)) // cannot fail
	id := h.Sum32()
	sums[id] = max(sums[id], w)
}

func sparse(sums map[uint32]float64) Sparse {
	terms := make([]uint32, 0, len(sums))
	for id := range sums {
		terms = append(terms, id)
	}
	slices.Sort(terms)
	if len(terms) > maxTerms {
		slices.SortStableFunc(terms, func(a, b uint32) int {
			switch {
			case sums[a] > sums[b]:
				return -1
			case sums[a] < sums[b]:
				return 1
			}
			return 0
		})
		terms = terms[:maxTerms]
		slices.Sort(terms)
	}
	out := Sparse{Terms: terms, Weights: make([]float32, len(terms))}
	for i, id := range terms {
		out.Weights[i] = float32(sums[id])
	}
	return out
}

// Words cuts a text into lower-case stems: at everything that is no letter or
// digit, and where an identifier changes case. Words that say nothing are left out.
func Words(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if w := b.String(); w != "" && !empty(w) {
			out = append(out, stem(w))
		}
		b.Reset()
	}
	lowerBefore := false
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			lowerBefore = false
			continue
		}
		if unicode.IsUpper(r) && lowerBefore {
			flush()
		}
		lowerBefore = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	flush()
	return out
}

// stem cuts the commonest endings, alike for all words, so that it need not be
// right to be useful.
func stem(w string) string {
	for _, s := range []struct{ from, to string }{
		{"ies", "y"}, {"sses", "ss"}, {"ches", "ch"}, {"shes", "sh"}, {"xes", "x"}, {"ing", ""}, {"ed", ""}, {"s", ""},
	} {
		if rest, ok := strings.CutSuffix(w, s.from); ok && len(rest) >= 3 && !(s.from == "s" && strings.HasSuffix(rest, "s")) {
			return rest + s.to
		}
	}
	return w
}

// empty reports words that say nothing about what is meant.
func empty(w string) bool {
	switch w {
	case "the", "of", "and", "or", "in", "by", "for", "to", "is", "are", "was", "were", "what", "which", "how", "many", "much",
		"show", "list", "each", "per", "with", "all", "from", "on", "at", "me", "give", "that", "this", "it", "do", "does", "a", "an":
		return true
	}
	return false
}

// trigrams returns the distinct runs of three characters of a word of at least
// four, its beginning marked.
func trigrams(word string) []string {
	runes := []rune("^" + word)
	if len(runes) < 5 {
		return nil
	}
	var out []string
	for i := range len(runes) - 2 {
		if g := string(runes[i : i+3]); !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	return out
}
