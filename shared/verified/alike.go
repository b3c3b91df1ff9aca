package verified

import "strings"

// Alike reports whether two questions share most of the words that count: two at
// least, and half of those of the longer one. Questions that are alike may ask for
// different things ("in 2025", "in 2026"); only those with one [ID] ask for the same.
func Alike(a, b string) bool {
	x, y := wordsOf(a), wordsOf(b)
	common := 0
	for w := range x {
		if y[w] {
			common++
		}
	}
	return common >= 2 && 2*common >= max(len(x), len(y))
}

func wordsOf(question string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(Normal(question)) {
		out[w] = true
	}
	return out
}
