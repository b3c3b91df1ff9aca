package answer

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// grounds are what besides the cells may be spoken of: the words of the dataset
// and what the plan itself asks for.
type grounds struct {
	// words are those of table, column and dataset names and of units, in lower
	// case; spoken are those a sentence may also start with.
	words, spoken map[string]bool
	// values are what the plan filters by.
	values  []string
	numbers []*big.Rat
	moments []time.Time
	// others are values of the dataset, in lower case: one that is neither in the
	// result nor in the plan must not be spoken of.
	others map[string]bool
	units  map[string]bool
	// counts are the numbers of rows that may be told, sure says of all of them
	// that nothing is missing.
	rows, read, kept int64
	top              []int64
	complete         bool
}

func groundsOf(in Input) grounds {
	c := grounds{
		words: map[string]bool{}, spoken: map[string]bool{}, others: map[string]bool{}, units: map[string]bool{},
		rows: int64(in.Executed.RowCount), read: -1, kept: -1, complete: !cut(in),
	}
	if in.Executed.RowsRead != nil && in.Executed.RowsKept != nil {
		c.read, c.kept = *in.Executed.RowsRead, *in.Executed.RowsKept
	}
	for _, col := range in.Executed.Columns {
		c.name(col.Name)
	}
	if in.Dataset != nil {
		c.dataset(in.Dataset)
	}
	if in.Plan != nil {
		c.plan(in.Plan, in.AsOf)
	}
	for _, w := range wordsOf(in.Asked.Request.Question) {
		if w == strings.ToLower(w) {
			c.spoken[w] = true
		}
	}
	return c
}

// name takes the words of a name; each also in the plural or singular.
func (c *grounds) name(names ...string) {
	for _, n := range names {
		c.words[strings.ToLower(n)] = true
		for _, w := range wordsOf(humanise(n)) {
			w = strings.ToLower(w)
			c.words[w], c.words[w+"s"], c.words[strings.TrimSuffix(w, "s")] = true, true, true
		}
	}
}

func (c *grounds) dataset(d *catalog.Dataset) {
	c.name(d.Title, d.ID)
	for _, t := range d.Tables {
		c.name(t.Name, t.Title)
		c.name(t.Synonyms...)
		for _, col := range t.Columns {
			c.name(col.Name, col.Unit)
			c.name(col.Synonyms...)
			c.units[strings.ToLower(col.Unit)] = true
			if col.Type != catalog.Text || col.Profile == nil {
				continue
			}
			for _, v := range col.Profile.Top {
				if len(v.Value) >= 3 && len(v.Value) <= maxValue {
					c.others[strings.ToLower(v.Value)] = true
				}
			}
		}
	}
}

// maxValue is the longest cell that is taken for a name, in bytes: what is longer
// is a text and vouches for nothing.
const maxValue = 80

// plan takes what the plan compares with.
func (c *grounds) plan(q *plan.Query, asOf time.Time) {
	for _, p := range q.Plans() {
		if p.Limit > 0 {
			c.top = append(c.top, int64(p.Limit))
		}
		if p.Top != nil {
			c.top = append(c.top, int64(p.Top.N))
		}
	}
	for _, f := range q.Conditions() {
		c.value(f.Value, f.Op, asOf)
		if f.Period != nil {
			s := f.Period.Span(asOf)
			c.moments = append(c.moments, s.From, s.To.Add(-time.Nanosecond))
			c.top = append(c.top, int64(max(f.Period.Last, f.Period.Previous)))
		}
		if f.Right != nil {
			c.value(f.Right.Value, f.Op, asOf)
		}
	}
}

func (c *grounds) value(v any, op plan.FilterOp, asOf time.Time) {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			c.value(e, op, asOf)
		}
	case json.Number:
		c.number(x.String())
		c.moment(x.String(), op, asOf)
	case string:
		if len(x) > 0 && len(x) <= maxValue {
			c.values = append(c.values, x)
		}
		c.number(x)
		c.moment(x, op, asOf)
	}
}

func (c *grounds) number(s string) {
	if r, ok := new(big.Rat).SetString(s); ok && len(s) < 40 {
		c.numbers = append(c.numbers, r)
	}
}

// moment takes a date the plan compares with. A bound that is left out is spoken
// of as the day before it.
func (c *grounds) moment(s string, op plan.FilterOp, asOf time.Time) {
	m, ok := plan.ParseMoment(s, asOf)
	switch {
	case !ok:
	case op == plan.Less:
		c.moments = append(c.moments, m.Start.AddDate(0, 0, -1))
	case m.Unit == "":
		c.moments = append(c.moments, m.Start)
	default:
		c.moments = append(c.moments, m.Start, m.End.Add(-time.Nanosecond))
	}
}

// knows reports whether a word is one of the dataset's names.
func (c *grounds) knows(word string) bool {
	return c.words[word] || c.words[strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s")]
}

func wordsOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// cells takes every value of the result, and of the plan's filters, that stands in
// the text; the longest first, as one may be part of another.
func (s *scan) cells() bool {
	for _, v := range s.table.values() {
		s.find(v.text, func(start, end int) { s.take(item{start: start, end: end, cells: v.cells, key: true}) })
	}
	for _, v := range s.ctx.values {
		if !isNumber(v) {
			s.find(v, func(start, end int) { s.take(item{start: start, end: end}) })
		}
	}
	return true
}

// find calls fn for every place where v stands as words of its own, also with a
// plural or possessive ending. Letters of a short value must have its case.
func (s *scan) find(v string, fn func(start, end int)) {
	fold := len(v) > 3
	for i := 0; i+len(v) <= len(s.text); i++ {
		part := string(s.left[i : i+len(v)])
		if part != v && (!fold || !strings.EqualFold(part, v)) {
			continue
		}
		end := i + len(v)
		if m := ending().FindStringIndex(s.text[end:]); m != nil && s.whole(i, end+m[1]) {
			end += m[1]
		}
		if s.whole(i, end) {
			fn(i, end)
			i = end - 1
		}
	}
}

func ending() *regexp.Regexp { return regexp.MustCompile(`^(?:['’]s|s|es)`) }

func isNumber(s string) bool {
	_, ok := new(big.Rat).SetString(s)
	return ok
}
