package rules

import (
	"iter"
	"strings"
)

// valueEntry is a value of a column.
type valueEntry struct {
	ref   ref
	value string
	// next is the entry with the same words in another column or spelling, and
	// last, in the first of such entries, the newest; 0 for none.
	next, last int32
}

// valueIndex finds values by all of their words. It is made for millions of
// them: what it holds of each is an entry, the words as one string and a place in
// a map.
type valueIndex struct {
	entries []valueEntry // the first is empty
	byWords map[string]int32
}

func newValueIndex(size int) *valueIndex {
	return &valueIndex{entries: make([]valueEntry, 1, size+1), byWords: make(map[string]int32, size)}
}

// maxValueWords is from how many words on a value is no name any more.
const maxValueWords = 10

func (x *valueIndex) add(r ref, value string) {
	words := valueWords(value)
	if len(words) == 0 || len(words) > maxValueWords {
		return
	}
	key := strings.Join(words, " ")
	if key == value {
		key = value // one string instead of two
	}
	at := int32(len(x.entries)) //nolint:gosec // a catalogue is far below 2^31 values
	x.entries = append(x.entries, valueEntry{ref: r, value: value})
	first := x.byWords[key]
	if first == 0 {
		x.byWords[key] = at
		x.entries[at].last = at
		return
	}
	head := &x.entries[first]
	x.entries[head.last].next = at
	head.last = at
}

// named yields the values that are made of these words, in the order in which
// they were added.
func (x *valueIndex) named(words ...string) iter.Seq[*valueEntry] {
	return func(yield func(*valueEntry) bool) {
		for at := x.byWords[strings.Join(words, " ")]; at != 0; at = x.entries[at].next {
			if !yield(&x.entries[at]) {
				return
			}
		}
	}
}
