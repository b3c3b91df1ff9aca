package agent

import (
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/leo-analytics/leo/shared/catalog"
)

// Index finds tables, columns and values of a dataset by words. It is immutable
// and may be used by several goroutines at once.
type Index struct {
	data    *catalog.Dataset
	entries []entry
	idf     map[string]float64
}

// entry is a table (column -1) or a column and the words it is found by.
type entry struct {
	table, column int
	words         map[string]float64
}

// What a word is worth, by where it stands.
const (
	inName        = 3.0
	inSynonym     = 3.0
	inValue       = 2.0
	inDescription = 1.0
)

// NewIndex reads the catalogue, which must not change afterwards.
func NewIndex(d *catalog.Dataset) *Index {
	x := &Index{data: d, idf: map[string]float64{}}
	for i := range d.Tables {
		t := &d.Tables[i]
		e := entry{table: i, column: -1, words: map[string]float64{}}
		e.add(t.Name, inName)
		e.add(t.Title+" "+strings.Join(t.Synonyms, " "), inSynonym)
		e.add(t.Description, inDescription)
		x.entries = append(x.entries, e)
		for j := range t.Columns {
			c := &t.Columns[j]
			e := entry{table: i, column: j, words: map[string]float64{}}
			e.add(c.Name, inName)
			e.add(strings.Join(c.Synonyms, " "), inSynonym)
			e.add(c.Description+" "+c.Unit, inDescription)
			if c.Profile != nil && c.Type == catalog.Text {
				for _, v := range c.Profile.Top {
					e.add(v.Value, inValue)
				}
			}
			x.entries = append(x.entries, e)
		}
	}
	for _, e := range x.entries {
		for w := range e.words {
			x.idf[w]++
		}
	}
	for w, n := range x.idf {
		x.idf[w] = math.Log(1 + float64(len(x.entries))/n)
	}
	return x
}

func (e *entry) add(text string, worth float64) {
	for _, w := range words(text) {
		e.words[w] = max(e.words[w], worth)
	}
}

// words cuts a text into lower-case stems: at everything that is no letter or
// digit, and where an identifier changes case.
func words(text string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, stem(b.String()))
			b.Reset()
		}
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

// scores rates every entry by the words. Words that occur nowhere count for those
// that begin alike.
func (x *Index) scores(text string) []float64 {
	out := make([]float64, len(x.entries))
	seen := map[string]bool{}
	for _, w := range words(text) {
		if seen[w] || len(w) < 2 || common(w) {
			continue
		}
		seen[w] = true
		idf, exact := x.idf[w]
		for i := range x.entries {
			if exact {
				out[i] += x.entries[i].words[w] * idf
				continue
			}
			out[i] += x.entries[i].alike(w)
		}
	}
	return out
}

// alike rates a word by those that share a beginning of at least four letters and
// most of both.
func (e *entry) alike(w string) float64 {
	best := 0.0
	for k, worth := range e.words {
		n := 0
		for n < len(w) && n < len(k) && w[n] == k[n] {
			n++
		}
		if n >= 4 && 3*n >= 2*max(len(w), len(k)) {
			best = max(best, worth/2)
		}
	}
	return best
}

// common reports words that say nothing about what is meant.
func common(w string) bool {
	switch w {
	case "the", "of", "and", "or", "in", "by", "for", "to", "is", "are", "was", "were", "what", "which", "how", "many", "much",
		"show", "list", "each", "per", "with", "all", "from", "on", "at", "me", "give", "that", "thi", "it", "do", "does", "an":
		return true
	}
	return false
}

// Match is one find of a search.
type Match struct {
	Table       string   `json:"table"`
	Column      string   `json:"column,omitempty"`
	Type        string   `json:"type,omitempty"`
	Description string   `json:"description,omitempty"`
	Values      []string `json:"values,omitempty"`
}

// Search returns the n best tables and columns by words, and by what an index finds
// by meaning, best first.
func (x *Index) Search(text string, near []Place, n int) []Match {
	scores := x.scores(text)
	x.withNear(scores, near)
	order := ranked(scores)
	out := []Match{}
	for _, i := range order {
		if scores[i] == 0 || len(out) == n {
			break
		}
		e := x.entries[i]
		t := &x.data.Tables[e.table]
		m := Match{Table: name(t.Name), Description: clean(t.Description, maxCell)}
		if e.column >= 0 {
			c := &t.Columns[e.column]
			m.Column, m.Type, m.Description = name(c.Name), string(c.Type), clean(c.Description, maxCell)
			m.Values = x.matching(c, text)
		}
		out = append(out, m)
	}
	return out
}

// matching returns the values that share a word with the text.
func (x *Index) matching(c *catalog.Column, text string) []string {
	if c.Profile == nil || c.Type != catalog.Text {
		return nil
	}
	want := words(text)
	var out []string
	for _, v := range c.Profile.Top {
		if len(out) == 5 {
			break
		}
		if slices.ContainsFunc(words(v.Value), func(w string) bool { return slices.Contains(want, w) && !common(w) }) {
			out = append(out, clean(v.Value, maxCell))
		}
	}
	return out
}

// ranked orders indices by score, equal ones as they come.
func ranked(scores []float64) []int {
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return 0
	})
	return order
}

// table returns the position of a table by name, or -1.
func (x *Index) table(want string) int {
	return slices.IndexFunc(x.data.Tables, func(t catalog.Table) bool { return strings.EqualFold(t.Name, want) })
}
