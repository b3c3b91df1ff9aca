package catalog

import (
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate closest to name by edit distance, compared
// without case, or "" when none is close: more than a third of the letters and
// one more would have to change, or all of them. A candidate that contains name,
// or is contained in it, is close too. Of several equally close ones the first
// is returned.
func Nearest(name string, candidates []string) string {
	lower := strings.ToLower(name)
	letters := utf8.RuneCountInString(lower)
	best, bestDistance := "", min(letters/3+2, letters)
	for _, c := range candidates {
		lc := strings.ToLower(c)
		d := distance(lower, lc)
		if len(lower) >= 3 && len(lc) >= 3 && (strings.Contains(lc, lower) || strings.Contains(lower, lc)) {
			d = min(d, 2)
		}
		if d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours each cost one.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	before, prev := make([]int, len(rb)+1), make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		row := make([]int, len(rb)+1)
		row[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(rb)]
}
