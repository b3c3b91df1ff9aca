package catalog

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// minRelation is the confidence from which a guessed relation is kept.
const minRelation = 0.5

// Relate finds many-to-one relations between tables from what their columns are
// called and hold, for datasets that declare none. It needs profiled tables.
//
// A relation points to a column that identifies the rows of its table: distinct
// and without nulls, as far as the profile says. The pointing column must be
// called alike (the same name, or the table's name with or without the key's,
// or a name that ends in the key's) and its values must not contradict: ranges
// and known values have to be inside those of the key. Each column points to one
// place at most, the likeliest, and never back along a relation found already.
// The result is sorted by table and column order and its confidence is below 1.
func Relate(tables []Table) []Relation {
	keys := identifiers(tables)
	var found []Relation
	for ti := range tables {
		for ci := range tables[ti].Columns {
			if r, ok := bestTarget(tables, keys, ti, ci); ok && !reversed(found, r) {
				found = append(found, r)
			}
		}
	}
	return append(found, persons(tables, keys, found)...)
}

// persons relates tables of what people are, such as skippers, to the table of
// the people themselves, where the numbers of the one are among those of the
// other and nothing else relates the two.
func persons(tables []Table, keys []place, found []Relation) []Relation {
	var out []Relation
	for _, k := range keys {
		people := &tables[k.table]
		own := singulars(nameParts(people.Name))
		if len(own) != 1 || own[0] != "people" && own[0] != "person" || family(people.Columns[k.column].Type) != 1 {
			continue
		}
		for _, from := range keys {
			t, c := &tables[from.table], &tables[from.table].Columns[from.column]
			related := slices.ContainsFunc(found, func(r Relation) bool {
				return r.FromTable == t.Name && (r.ToTable == people.Name || r.FromColumns[0] == c.Name)
			})
			if from.table == k.table || related || bridged(tables, t, people) || t.Rows > people.Rows || family(c.Type) != 1 || !ownsName(t, c) || !within(c, &people.Columns[k.column]) {
				continue
			}
			out = append(out, Relation{
				FromTable: t.Name, FromColumns: []string{c.Name}, ToTable: people.Name, ToColumns: []string{people.Columns[k.column].Name},
				Origin: Discovered, Confidence: minRelation,
			})
		}
	}
	return out
}

// bridged reports a table that is called after both, as one that joins them is.
func bridged(tables []Table, a, b *Table) bool {
	return slices.ContainsFunc(tables, func(t Table) bool {
		words := singulars(nameParts(t.Name))
		return len(words) > 1 && containsAll(words, singulars(nameParts(a.Name))) && containsAll(words, singulars(nameParts(b.Name)))
	})
}

// telling reports a key whose values another column does not hold by chance:
// numbers that do not count from one, and names and codes of some length.
func telling(key *Column) bool {
	if key.Profile == nil || key.Profile.Distinct < 5 {
		return false
	}
	if family(key.Type) == 1 {
		lo, err := strconv.ParseFloat(key.Profile.Min, 64)
		return err == nil && lo >= 100
	}
	length := 0
	for _, v := range key.Profile.Top {
		length += len(v.Value)
	}
	return family(key.Type) == 2 && length >= 3*len(key.Profile.Top)
}

// within reports that the known values of c are all among those of the key, and
// that there are enough of them to say so.
func within(c, key *Column) bool {
	if c.Profile == nil || key.Profile == nil || !c.Profile.Complete || !key.Profile.Complete || len(c.Profile.Top) < 3 {
		return false
	}
	known := map[string]bool{}
	for _, v := range key.Profile.Top {
		known[v.Value] = true
	}
	return !slices.ContainsFunc(c.Profile.Top, func(v ValueCount) bool { return !known[v.Value] })
}

func reversed(found []Relation, r Relation) bool {
	return slices.ContainsFunc(found, func(o Relation) bool {
		return o.FromTable == r.ToTable && o.ToTable == r.FromTable &&
			o.FromColumns[0] == r.ToColumns[0] && o.ToColumns[0] == r.FromColumns[0]
	})
}

// place is a column of a table, by position.
type place struct{ table, column int }

// identifiers lists the columns that may be pointed to.
func identifiers(tables []Table) []place {
	var out []place
	for ti := range tables {
		t := &tables[ti]
		for ci := range t.Columns {
			c := &t.Columns[ci]
			declared := len(t.Key) == 1 && strings.EqualFold(t.Key[0], c.Name)
			if declared || identifies(t, c, ci) {
				out = append(out, place{ti, ci})
			}
		}
	}
	return out
}

// identifies reports whether every row has its own value. Distinct counts of
// large columns are approximate, so 3 % are forgiven there.
func identifies(t *Table, c *Column, position int) bool {
	if c.Profile == nil || t.Rows < 1 || c.Profile.Nulls > 0 || (c.Type != Integer && c.Type != Text) {
		return false
	}
	if t.Rows > 10_000 {
		return float64(c.Profile.Distinct) >= 0.97*float64(t.Rows)
	}
	last := lastWord(nameParts(c.Name))
	named := position == 0 || slices.Contains([]string{"id", "key", "code", "no", "number", "uuid", "name", "abbreviation"}, last) || strings.HasSuffix(last, "id") || strings.HasSuffix(last, "code")
	return c.Profile.Distinct == t.Rows && named
}

func lastWord(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

func bestTarget(tables []Table, keys []place, ti, ci int) (Relation, bool) {
	from, c := &tables[ti], &tables[ti].Columns[ci]
	ownKey := slices.Contains(keys, place{ti, ci})
	best, at := 0.0, place{}
	for _, k := range keys {
		if k == (place{ti, ci}) || k.table == ti && k.column == ci {
			continue
		}
		to, key := &tables[k.table], &tables[k.table].Columns[k.column]
		score := nameEvidence(c, to, key, k.table == ti)
		if score > 0 {
			score *= valueEvidence(c, key)
		} else if !ownKey && k.table != ti && telling(key) && family(c.Type) == family(key.Type) && within(c, key) {
			score = minRelation // nothing but its values says so
		}
		if ownKey && score > 0 {
			score *= oneToOne(from, c, to)
		}
		if score > best {
			best, at = score, k
		}
	}
	if best < minRelation {
		return Relation{}, false
	}
	to := &tables[at.table]
	return Relation{
		FromTable: from.Name, FromColumns: []string{c.Name},
		ToTable: to.Name, ToColumns: []string{to.Columns[at.column].Name},
		Origin: Discovered, Confidence: min(best, 0.95),
	}, true
}

// oneToOne decides which of two tables with the same key points to the other:
// not the one that is called like the key, and not the larger one.
func oneToOne(from *Table, c *Column, to *Table) float64 {
	switch {
	case ownsName(from, c) && !ownsName(to, c):
		return 0
	case ownsName(to, c):
		return 1
	case from.Rows > to.Rows:
		return 0
	}
	return 0.8
}

// ownsName reports that the column is called after the table: customer_id in
// customers.
func ownsName(t *Table, c *Column) bool {
	words, own := nameParts(c.Name), singulars(nameParts(t.Name))
	return len(words) > 1 && strings.HasPrefix(strings.Join(singulars(words), ""), strings.Join(own, "")) || len(words) == 1 && words[0] == "id"
}

// nameEvidence rates from 0 to 1 how likely from.c is called after to.key.
func nameEvidence(c *Column, to *Table, key *Column, same bool) float64 {
	if family(c.Type) != family(key.Type) {
		return 0
	}
	a, b := nameParts(c.Name), nameParts(key.Name)
	owner := singulars(nameParts(to.Name))
	joinA, joinB, joinOwner := strings.Join(singulars(a), ""), strings.Join(singulars(b), ""), strings.Join(owner, "")
	generic := len(b) == 1 && slices.Contains([]string{"id", "name", "code", "key", "number", "no", "title", "year", "date"}, b[0])
	switch {
	case joinA == joinB && same:
		return 0
	case joinA == joinB && !generic:
		if strings.HasPrefix(joinB, joinOwner) || strings.HasPrefix(joinOwner, strings.TrimSuffix(joinB, "id")) {
			return 0.95
		}
		return 0.8
	case joinA == joinOwner+joinB:
		return 0.95
	case joinA == joinOwner && !same:
		return 0.75
	case !generic && len(a) > len(b) && strings.HasSuffix(joinA, joinB):
		return 0.7
	case generic && len(a) > 1 && strings.HasSuffix(joinA, joinOwner+joinB):
		return 0.75
	case generic && b[0] == "id" && lastWord(a) == "id" && len(a) == 2 && lastWord(owner) == a[0]:
		return 0.8
	case !generic && len(b) > 1 && lastWord(a) == lastWord(b) && containsAll(a, b):
		return 0.65
	case len(a) > len(owner) && !same && strings.HasSuffix(joinA, joinOwner) && keyLike(b) && !counts(a):
		return 0.7 // winning_boat, lost_in_port: a role and the table
	}
	return 0
}

// counts reports a column that is called as numbers of things are.
func counts(words []string) bool {
	return slices.Contains([]string{"no", "num", "number", "count", "total", "of"}, words[0]) || slices.Contains(words, "of")
}

// keyLike reports a column that is called as keys are.
func keyLike(words []string) bool {
	return slices.Contains([]string{"id", "code", "key", "no", "number", "name"}, lastWord(words))
}

func containsAll(words, wanted []string) bool {
	for _, w := range wanted {
		if !slices.Contains(words, w) {
			return false
		}
	}
	return true
}

func family(t Type) int {
	switch t {
	case Integer, Decimal:
		return 1
	case Text:
		return 2
	}
	return 0
}

// valueEvidence lowers the score when the values of a column are not among those
// of the key.
func valueEvidence(c, key *Column) float64 {
	if family(c.Type) == 0 {
		return 0
	}
	if c.Profile == nil || key.Profile == nil || c.Profile.Distinct == 0 {
		return 0.9
	}
	if key.Profile.Complete && len(key.Profile.Top) > 0 {
		known := map[string]bool{}
		for _, v := range key.Profile.Top {
			known[v.Value] = true
		}
		hit := 0
		for _, v := range c.Profile.Top {
			if known[v.Value] {
				hit++
			}
		}
		share := float64(hit) / float64(max(len(c.Profile.Top), 1))
		if share < 0.5 {
			return 0.4 + share/2
		}
		return 0.8 + share/5
	}
	if outside(c, key) {
		return 0.6
	}
	return 1
}

// outside reports that the range of c is not within the range of the key.
func outside(c, key *Column) bool {
	if family(c.Type) == 1 {
		lo, e1 := strconv.ParseFloat(c.Profile.Min, 64)
		hi, e2 := strconv.ParseFloat(c.Profile.Max, 64)
		keyLo, e3 := strconv.ParseFloat(key.Profile.Min, 64)
		keyHi, e4 := strconv.ParseFloat(key.Profile.Max, 64)
		return e1 == nil && e2 == nil && e3 == nil && e4 == nil && (lo < keyLo || hi > keyHi)
	}
	return c.Profile.Min < key.Profile.Min || c.Profile.Max > key.Profile.Max
}

// nameParts cuts an identifier into lower-case words.
func nameParts(name string) []string {
	var words []string
	var word []rune
	runes := []rune(name)
	for i, r := range runes {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		newWord := i > 0 && unicode.IsUpper(r) && unicode.IsLower(runes[i-1])
		if (!letter || newWord) && len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
		if letter {
			word = append(word, r)
		}
	}
	if len(word) > 0 {
		words = append(words, strings.ToLower(string(word)))
	}
	return words
}

func singulars(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		switch {
		case len(w) > 4 && strings.HasSuffix(w, "ies"):
			w = w[:len(w)-3] + "y"
		case len(w) > 4 && (strings.HasSuffix(w, "uses") || strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "xes") || strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "shes")):
			w = w[:len(w)-2]
		case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us"):
			w = w[:len(w)-1]
		}
		out[i] = w
	}
	return out
}
