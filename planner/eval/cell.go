package eval

import (
	"cmp"
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// rank orders cells of different kinds, as the sort keys of the reference do.
type rank int

const (
	null rank = iota
	numeric
	textual
)

// cell is a value with everything taken off that does not matter.
type cell struct {
	rank rank
	text string
	// f is a number's value and whole, where it was written as an integer, its
	// exact one: integers have no rounding to forgive.
	f     float64
	whole *big.Int
}

func textCell(s string) cell    { return cell{rank: textual, text: s} }
func wholeCell(i *big.Int) cell { f, _ := i.Float64(); return cell{rank: numeric, f: f, whole: i} }
func floatCell(f float64) cell  { return cell{rank: numeric, f: f} }
func booleanCell(truth bool) cell {
	if truth {
		return wholeCell(big.NewInt(1))
	}
	return wholeCell(big.NewInt(0))
}

// normal reads one value. Empty text and NaN are null, booleans 0 and 1, text
// that is a number is that number, white space is single and a midnight is its
// date.
func normal(v any) cell {
	switch x := v.(type) {
	case nil:
		return cell{}
	case bool:
		return booleanCell(x)
	case json.Number:
		return normalNumber(x.String())
	case int:
		return wholeCell(big.NewInt(int64(x)))
	case int64:
		return wholeCell(big.NewInt(x))
	case float64:
		if math.IsNaN(x) {
			return cell{}
		}
		return floatCell(x)
	case string:
		return normalText(x)
	}
	return textCell(pythonJSON(v))
}

// normalNumber reads a number as JSON writes it.
func normalNumber(s string) cell {
	if !strings.ContainsAny(s, ".eE") {
		if i, ok := new(big.Int).SetString(s, 10); ok {
			return wholeCell(i)
		}
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range is infinity, which is what it means
	return floatCell(f)
}

func normalText(v string) cell {
	s := strings.Join(fields(v), " ")
	switch strings.ToLower(s) {
	case "":
		return cell{}
	case "true", "t":
		return booleanCell(true)
	case "false", "f":
		return booleanCell(false)
	}
	if c, ok := writtenNumber(s); ok {
		return c
	}
	return textCell(withoutMidnight(s))
}

// fields splits at what Unicode and Python take for white space; Go's own list
// lacks the four separators of ASCII.
func fields(s string) []string { return strings.FieldsFunc(s, space) }

func space(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// exactDigits is how long, sign included, an integer in text may be and still be
// read as one; longer ones are floats.
const exactDigits = 16

// writtenNumber reads text that is a number as a whole, thousands commas
// included. Digits of any script count.
func writtenNumber(s string) (cell, bool) {
	ascii, ok := asciiDigits(s)
	if !ok || !numberShape(ascii) {
		return cell{}, false
	}
	t := strings.ReplaceAll(ascii, ",", "")
	if len(t) <= exactDigits && !strings.ContainsAny(t, ".eE") {
		if i, ok := new(big.Int).SetString(t, 10); ok {
			return wholeCell(i), true
		}
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil && !math.IsInf(f, 0) {
		return cell{}, false
	}
	return floatCell(f), true
}

// asciiDigits replaces digits of other scripts; ok is false when s holds what no
// number does.
func asciiDigits(s string) (ascii string, ok bool) {
	digits := false
	ascii = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			digits = true
			return r
		case strings.ContainsRune("+-.,eE", r):
			return r
		}
		if d, is := digit(r); is {
			digits = true
			return d
		}
		return 'x'
	}, s)
	return ascii, digits && !strings.Contains(ascii, "x")
}

// digit is the ASCII digit with the value of r. Unicode lists decimal digits in
// runs that start at zero.
func digit(r rune) (rune, bool) {
	for _, run := range unicode.Nd.R16 {
		if r >= rune(run.Lo) && r <= rune(run.Hi) {
			return '0' + (r-rune(run.Lo))%10, true
		}
	}
	for _, run := range unicode.Nd.R32 {
		low, high := rune(run.Lo), rune(run.Hi) //nolint:gosec // Unicode ends far below 2^31
		if r >= low && r <= high {
			return '0' + (r-low)%10, true
		}
	}
	return 0, false
}

// numberShape says whether s is sign, digits, fraction, exponent, each of which
// may be missing; digits may be grouped in threes by commas.
func numberShape(s string) bool {
	s = strings.TrimLeft(s[:min(1, len(s))], "+-") + s[min(1, len(s)):]
	if mantissa, exponent, ok := cutExponent(s); ok {
		if exponent == "" || strings.Trim(exponent, "0123456789") != "" {
			return false
		}
		s = mantissa
	}
	whole, fraction, dotted := strings.Cut(s, ".")
	if dotted && (fraction == "" || strings.Trim(fraction, "0123456789") != "") {
		return false
	}
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if strings.Trim(g, "0123456789") != "" {
			return false
		}
		if len(groups) > 1 && (i == 0 && (g == "" || len(g) > 3) || i > 0 && len(g) != 3) {
			return false
		}
	}
	return true
}

func cutExponent(s string) (mantissa, exponent string, ok bool) {
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s, "", false
	}
	exponent = s[at+1:]
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	return s[:at], exponent, true
}

// same says whether two cells are the same value to the last digit.
func same(a, b cell) bool {
	if a.rank != b.rank || a.text != b.text {
		return false
	}
	return a.rank != numeric || sameNumber(a, b)
}

func sameNumber(a, b cell) bool {
	switch {
	case a.whole != nil && b.whole != nil:
		return a.whole.Cmp(b.whole) == 0
	case a.whole == nil && b.whole == nil:
		return a.f == b.f
	case a.whole == nil:
		a, b = b, a
	}
	if math.IsInf(b.f, 0) || math.IsNaN(b.f) {
		return false
	}
	return new(big.Float).SetInt(a.whole).Cmp(big.NewFloat(b.f)) == 0
}

// wholeBelow is the size up to which a float without a fraction counts as an
// integer.
const wholeBelow = 1e15

func (c cell) isWhole() bool {
	return c.whole != nil || math.Abs(c.f) < wholeBelow && c.f == math.Trunc(c.f)
}

// near says whether two cells count as equal: numbers but for rounding, unless
// both are integers.
func near(a, b cell) bool {
	if a.rank != numeric || b.rank != numeric {
		return same(a, b)
	}
	if sameNumber(a, b) {
		return true
	}
	if a.isWhole() && b.isWhole() {
		return false
	}
	return math.Abs(a.f-b.f) <= max(1e-6, 1e-4*max(math.Abs(a.f), math.Abs(b.f)))
}

// order sorts cells: nulls, numbers, text.
func order(a, b cell) int {
	if a.rank != b.rank {
		return cmp.Compare(a.rank, b.rank)
	}
	if a.rank == numeric {
		return cmp.Compare(a.f, b.f)
	}
	return strings.Compare(a.text, b.text)
}
