package ingest

import (
	"bytes"
	"math"
	"strconv"
)

// valueKind is a first glance at a cell, to tell names from values.
type valueKind int

const (
	kindEmpty valueKind = iota
	kindText
	kindNumber
	kindDate
)

func kindOf(c cell) valueKind {
	text := bytes.TrimSpace(c.text)
	if len(text) == 0 {
		return kindEmpty
	}
	if _, ok := readMoment(text); ok {
		return kindDate
	}
	if c.literal {
		return kindText
	}
	if _, ok := parseFloat(text); ok || isNumberLike(text) && !bytes.ContainsAny(text, "eE:") {
		return kindNumber
	}
	return kindText
}

// parseBool accepts true and false in any case.
func parseBool(text []byte) (value, ok bool) {
	switch {
	case bytes.EqualFold(text, []byte("true")):
		return true, true
	case bytes.EqualFold(text, []byte("false")):
		return false, true
	}
	return false, false
}

// parseInt accepts whole numbers that fit 64 bits. 007 is not a number but a code:
// as a number it would lose its zeros.
func parseInt(text []byte) (int64, bool) {
	digits := bytes.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || len(digits) == 0 || len(digits) > 19 || leadingZero(digits) {
		return 0, false
	}
	for _, b := range digits {
		if b < '0' || b > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	return n, err == nil
}

// leadingZero reports whether a number begins with a zero that means nothing.
func leadingZero(digits []byte) bool {
	return len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9'
}

// parseFloat accepts decimal numbers, with an exponent or not, NaN and infinities.
// A whole number beyond 2^53 is refused: it is most likely an identifier, which
// rounding would change.
func parseFloat(text []byte) (float64, bool) {
	digits := bytes.TrimLeft(text, "+-")
	if len(text)-len(digits) > 1 || len(digits) == 0 || leadingZero(digits) {
		return 0, false
	}
	whole := true
	for _, b := range digits {
		switch {
		case b >= '0' && b <= '9':
		case b == '.' || b == 'e' || b == 'E' || b == '+' || b == '-':
			whole = false
		default:
			return notFinite(text, digits)
		}
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil || whole && math.Abs(f) > 1<<53 {
		return 0, false
	}
	return f, true
}

// notFinite accepts the words for numbers that are none.
func notFinite(text, digits []byte) (float64, bool) {
	switch {
	case bytes.EqualFold(digits, []byte("nan")):
		return math.NaN(), true
	case bytes.EqualFold(digits, []byte("inf")), bytes.EqualFold(digits, []byte("infinity")):
		if text[0] == '-' {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	}
	return 0, false
}

// parseCommaFloat accepts numbers with a comma before the decimals, and perhaps
// points between thousands: 1.234,56. sure is false for what could as well be
// thousands: 1,234.
func parseCommaFloat(text []byte) (value float64, sure, ok bool) {
	whole, decimals, found := bytes.Cut(text, []byte(","))
	if found && (len(decimals) == 0 || decimals[0] < '0' || decimals[0] > '9' || bytes.ContainsAny(decimals, ",.")) {
		return 0, false, false
	}
	plain := bytes.Clone(whole)
	if bytes.IndexByte(whole, '.') >= 0 {
		if !grouped(bytes.TrimLeft(whole, "+-")) {
			return 0, false, false
		}
		sure = found
		plain = bytes.ReplaceAll(whole, []byte("."), nil)
	}
	if found {
		plain = append(append(plain, '.'), decimals...)
		sure = sure || len(decimals) != 3
	}
	value, ok = parseFloat(plain)
	return value, sure, ok
}

// grouped reports whether points stand between thousands only.
func grouped(digits []byte) bool {
	for i, g := range bytes.Split(digits, []byte(".")) {
		if len(g) > 3 || len(g) == 0 || i > 0 && len(g) != 3 {
			return false
		}
	}
	return true
}
