package answer

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
)

// figure is a number as it was written.
type figure struct {
	value *big.Rat
	// step is the last place shown: 1/10 for 12.3, a thousand for 12k.
	step    *big.Rat
	percent bool
	// currency is a sign before the number, unit the word behind it.
	currency, unit string
	signed         bool
	ordinal        bool
	words          bool
}

const numberPattern = `([$€£¥])? ?([-−–+])?([$€£¥])?(\d{1,3}(?:[,’'\x{00a0}\x{202f}\x{2009}]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)` +
	`(?:\s?(%|(?i:percentage points|percent|per cent|thousand|million|billion|trillion)\b|(?:bn|[kKMBm])\b|(?:st|nd|rd|th)\b))?`

// numbers takes every number, in digits and in words. It fails for one that
// nothing vouches for.
func (s *scan) numbers() bool {
	return s.each(regexp.MustCompile(numberPattern), s.digits) &&
		s.each(regexp.MustCompile(`(?i)([a-z]+)(?:[ -](thousand|million|billion|trillion))?`), s.spelled)
}

func (s *scan) digits(m []int) bool {
	start, end := m[0], m[1]
	for s.text[start] == ' ' {
		start++
	}
	if end < len(s.text) && strings.IndexByte("/:×", s.text[end]) >= 0 || strings.HasPrefix(s.text[end:], "-fold") || strings.HasPrefix(s.text[end:], "-figure") {
		return false
	}
	if end+1 < len(s.text) && (s.text[end] == '.' || s.text[end] == ',') && s.text[end+1] >= '0' && s.text[end+1] <= '9' {
		return false // a spelling that could be read in two ways
	}
	f, ok := readFigure(s.group(m, 4), s.group(m, 5))
	if !ok {
		return false
	}
	f.currency = s.group(m, 1) + s.group(m, 3)
	if sign := s.group(m, 2); sign != "" && !s.dash(m[4]) {
		f.signed = true
		if sign != "+" {
			f.value.Neg(f.value)
		}
	}
	f.unit = s.wordAfter(end)
	return s.vouch(item{start: start, end: end}, f)
}

// dash reports whether what looks like a sign joins two things.
func (s *scan) dash(at int) bool {
	return at > 0 && s.text[at-1] != ' ' && s.text[at-1] != '('
}

// readFigure reads digits and what scales them.
func readFigure(digits, suffix string) (figure, bool) {
	plain := strings.NewReplacer(",", "", "’", "", "'", "", "\u00a0", "", "\u202f", "", "\u2009", "").Replace(digits)
	v, ok := new(big.Rat).SetString(plain)
	if !ok || len(plain) > 60 {
		return figure{}, false
	}
	_, fraction, _ := strings.Cut(plain, ".")
	f := figure{value: v, step: new(big.Rat).SetFrac(big.NewInt(1), power(len(fraction)))}
	scale := big.NewRat(1, 1)
	switch strings.ToLower(suffix) {
	case "%", "percent", "per cent", "percentage points":
		f.percent = true
	case "st", "nd", "rd", "th":
		f.ordinal = true
	case "k", "thousand":
		scale.SetInt(power(3))
	case "m", "million":
		scale.SetInt(power(6))
	case "bn", "b", "billion":
		scale.SetInt(power(9))
	case "trillion":
		scale.SetInt(power(12))
	}
	f.value.Mul(f.value, scale)
	f.step.Mul(f.step, scale)
	return f, true
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// spelled takes a number in words and refuses words that count without a number.
func (s *scan) spelled(m []int) bool {
	word := strings.ToLower(s.group(m, 1))
	n, ordinal := numberWord(word)
	switch {
	case n < 0:
		return !countsAnyway(word) || s.ctx.words[word]
	case word == "one" && s.pronoun(m[2], m[3]), word == "second" && s.wordBefore(m[2]) == "per", ordinal && s.fraction(m[3]):
		return !ordinal || word == "second" && !s.fraction(m[3])
	}
	f, _ := readFigure(strconv.Itoa(n), strings.ToLower(s.group(m, 2)))
	f.ordinal, f.words, f.unit = ordinal, true, s.wordAfter(m[1])
	if f.unit == "percent" {
		f.percent = true
	}
	return s.vouch(item{start: m[0], end: m[1]}, f)
}

// pronoun reports whether "one" stands for a thing and not for a number.
func (s *scan) pronoun(start, end int) bool {
	before, after := s.wordBefore(start), s.wordAfter(end)
	return after == "of" || slices.Contains([]string{"the", "no", "this", "that", "each", "every", "any", "which", "only"}, before) && !slices.Contains([]string{"row", "result"}, after)
}

// fraction reports whether an ordinal counts parts: "a third of".
func (s *scan) fraction(end int) bool { return s.wordAfter(end) == "of" }

func numberWord(w string) (n int, ordinal bool) {
	cardinals := strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty")
	ordinals := strings.Fields("zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth")
	if i := slices.Index(cardinals, w); i >= 0 {
		return i, false
	}
	return slices.Index(ordinals, w), true
}

// countsAnyway reports whether a word is a number that no result can vouch for.
func countsAnyway(w string) bool {
	return slices.Contains(strings.Fields("half halves halved halving twice thrice double doubled doubles doubling triple tripled triples tripling"+
		" quadruple quadrupled dozen dozens hundred hundreds thousand thousands million millions billion billions trillion trillions"+
		" thirty forty fifty sixty seventy eighty ninety thirds quarters fifths sixths sevenths eighths ninths tenths hundredth hundredths"+
		" twofold threefold fourfold fivefold tenfold sevenfold sixfold"), w)
}

// vouch looks for what a figure may be: cells, the number of rows, or what the
// plan asked for.
func (s *scan) vouch(it item, f figure) bool {
	keys := true
	for i, c := range s.table.columns {
		for row, r := range s.table.rows {
			if s.same(f, c, r[c.index], it) {
				it.cells = append(it.cells, cellAt{row, i})
				keys = keys && c.role != compile.Measure
			}
		}
	}
	if len(it.cells) == 0 && !s.counted(it, f) && !s.asked(it, f) {
		return false
	}
	it.key = keys && len(it.cells) > 0
	s.take(it)
	return true
}

// same reports whether a figure is the value of a cell, in its column's unit.
func (s *scan) same(f figure, c column, cell any, it item) bool {
	if f.ordinal {
		return false
	}
	if t, ok := moment(cell); ok {
		return year(f) && int64(t.Year()) == f.value.Num().Int64()
	}
	v := rat(cell)
	if text, ok := cell.(string); ok && v == nil && isNumber(text) && len(text) < 40 {
		v, _ = new(big.Rat).SetString(text)
	}
	if v == nil || !s.unitFits(f, c) {
		return false
	}
	switch {
	case f.percent && c.percent:
		v = new(big.Rat).Mul(v, big.NewRat(100, 1))
	case f.percent && c.unit == "%":
	case f.percent && c.typ == catalog.Integer && !proportional(c):
		return false
	case f.percent:
		if proportional(c) && new(big.Rat).Abs(v).Cmp(big.NewRat(1, 1)) <= 0 {
			v = new(big.Rat).Mul(v, big.NewRat(100, 1))
		} else if !proportional(c) {
			return false
		}
	}
	if width := new(big.Rat).SetFloat64(c.binned()); width != nil && width.Sign() > 0 && f.value.Cmp(new(big.Rat).Add(v, width)) == 0 {
		return true // the end of a bin, of which the cell is the start
	}
	if c.role != compile.Measure && !c.typ.Numeric() || c.role == compile.Dimension && c.typ == catalog.Integer {
		return f.value.Cmp(v) == 0
	}
	if v.Sign() < 0 && f.value.Sign() > 0 && !f.signed && s.falling(it.start) {
		v = new(big.Rat).Neg(v)
	}
	return rounds(v, f)
}

// proportional reports whether a column's name says that it holds shares.
func proportional(c column) bool {
	for _, w := range wordsOf(strings.ToLower(c.name + " " + c.label)) {
		if slices.Contains([]string{"percent", "percentage", "pct", "share", "ratio", "rate", "proportion", "fraction", "margin", "growth"}, w) {
			return true
		}
	}
	return c.percent
}

// year reports whether a figure may be a year.
func year(f figure) bool {
	return f.value.IsInt() && f.step.Cmp(big.NewRat(1, 1)) == 0 && !f.percent && !f.words && f.currency == "" &&
		f.value.Cmp(big.NewRat(1000, 1)) >= 0 && f.value.Cmp(big.NewRat(3000, 1)) < 0
}

// rounds reports whether v, rounded to the places shown, is the figure. What is
// rounded away must be small beside it.
func rounds(v *big.Rat, f figure) bool {
	diff := new(big.Rat).Sub(v, f.value)
	if diff.Sign() == 0 {
		return true
	}
	if f.words && f.step.Cmp(big.NewRat(1, 1)) == 0 {
		return false
	}
	diff.Abs(diff)
	half := new(big.Rat).Mul(f.step, big.NewRat(1, 2))
	slack := new(big.Rat).Mul(new(big.Rat).Abs(v), big.NewRat(1, 10))
	return diff.Cmp(half) <= 0 && diff.Cmp(slack) <= 0
}
