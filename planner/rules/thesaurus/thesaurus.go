package thesaurus

import (
	_ "embed"
	"sort"
	"strings"
)

//go:generate go run ./gen -wordnet /usr/share/wordnet -out wordnet.txt

//go:embed wordnet.txt
var data string

// Distance says how close two words are; smaller is closer.
type Distance int

// The distances; see the package comment.
const (
	Near Distance = iota + 1
	Derived
	Broad
)

// Related is a word that may stand for another. Two words are joined by an
// underscore: "text_file".
type Related struct {
	Word     string
	Distance Distance
}

// Of lists the words related to a lower-case word in its dictionary form, nearest
// first, in a fixed order; nil when there are none. Relations hold both ways.
func Of(word string) []Related {
	line := find(word)
	if line == "" {
		return nil
	}
	var out []Related
	distance := Near
	for w := range strings.FieldsSeq(line) {
		switch w {
		case "1", "2", "3":
			distance = Distance(w[0] - '0')
		default:
			out = append(out, Related{Word: w, Distance: distance})
		}
	}
	return out
}

// find returns what stands behind the word in its line of data.
func find(word string) string {
	if word == "" || strings.ContainsAny(word, " \n") {
		return ""
	}
	key := word + " "
	// The first position from which on every line sorts at or after key.
	at := sort.Search(len(data), func(i int) bool {
		at := lineStart(i)
		return at == len(data) || data[at:] >= key
	})
	at = lineStart(at)
	if rest, ok := strings.CutPrefix(data[at:], key); ok {
		line, _, _ := strings.Cut(rest, "\n")
		return line
	}
	return ""
}

// lineStart is where the first line that begins at or after i begins.
func lineStart(i int) int {
	if i == 0 || i >= len(data) || data[i-1] == '\n' {
		return min(i, len(data))
	}
	n := strings.IndexByte(data[i:], '\n')
	if n < 0 {
		return len(data)
	}
	return i + n + 1
}
