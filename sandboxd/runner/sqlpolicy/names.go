package sqlpolicy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// lower folds the case of ASCII letters only, as the engine does for names.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// nearest returns at most three candidates that a person may have meant, best
// first: few edits apart, or one a part of the other.
func nearest(name string, candidates []string) []string {
	type scored struct {
		name string
		cost int
	}
	name = lower(name)
	var found []scored
	for _, c := range candidates {
		cost := distance(name, lower(c))
		if contains(name, lower(c)) || contains(lower(c), name) {
			cost = min(cost, 2)
		}
		if cost <= max(1, len(name)/3) {
			found = append(found, scored{c, cost})
		}
	}
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.name, b.name))
	})
	var names []string
	for _, f := range found[:min(len(found), 3)] {
		names = append(names, f.name)
	}
	return names
}

// contains reports whether part makes up at least half of whole.
func contains(whole, part string) bool {
	return len(part) >= 4 && 2*len(part) >= len(whole) && strings.Contains(whole, part)
}

// distance is the number of single-byte edits and swaps of neighbours between two
// names (optimal string alignment).
func distance(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// quoteAll lists names for a sentence, with a word before the last.
func quoteAll(names []string, word string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	return strings.Join(quoted[:len(quoted)-1], ", ") + " " + word + " " + quoted[len(quoted)-1]
}
