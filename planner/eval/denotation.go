package eval

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// compareDenotation asks whether the distinct values of the only column (EX) or
// of some column (EX+cols) are the answers, raw as people wrote them and
// canonical as the table says.
func compareDenotation(raw []any, gold, result Table) grade {
	n := width(result)
	if n == 0 || len(result.Rows) == 0 || narrowValues(result.Rows, n) {
		return grade{}
	}
	answers := make([]answer, 0, min(len(raw), len(gold.Rows)))
	for i := range cap(answers) {
		if len(gold.Rows[i]) == 0 {
			return grade{}
		}
		answers = append(answers, newAnswer(raw[i], gold.Rows[i][0]))
	}
	for j := range n {
		column := make([]any, len(result.Rows))
		for i, r := range result.Rows {
			column[i] = r[j]
		}
		if isAnswerSet(column, answers, len(raw)) {
			return grade{strict: n == 1, superset: true}
		}
	}
	return grade{}
}

func narrowValues(rows [][]any, n int) bool {
	return slices.ContainsFunc(rows, func(r []any) bool { return len(r) < n })
}

// isAnswerSet matches values with answers one to one. Repeated values count once,
// unless only counting all of them gives as many as there are answers.
func isAnswerSet(column []any, answers []answer, need int) bool {
	var distinct []any
	var seen []cell
	for _, v := range column {
		c := normal(v)
		if !slices.ContainsFunc(seen, func(s cell) bool { return same(s, c) }) {
			seen, distinct = append(seen, c), append(distinct, v)
		}
	}
	left := distinct
	if len(left) != need {
		left = slices.Clone(column)
	}
	if len(left) != need {
		return false
	}
	for _, a := range answers {
		k := slices.IndexFunc(left, a.is)
		if k < 0 {
			return false
		}
		left = slices.Delete(left, k, k+1)
	}
	return true
}

// answer is one expected value in all the forms it is compared in.
type answer struct {
	raw, canonical string
	value          cell
	date           []string
}

func newAnswer(raw, canonical any) answer {
	return answer{
		raw: official(python(raw)), canonical: official(python(canonical)),
		value: normal(canonical), date: dateParts(python(canonical), true),
	}
}

// is says whether v is the answer: the same text, the same number or the same
// date.
func (a answer) is(v any) bool {
	if v == nil {
		return false
	}
	text := python(v)
	if n := official(text); n == a.raw || n == a.canonical {
		return true
	}
	if c := normal(v); c.rank == numeric && a.value.rank == numeric {
		return math.Abs(c.f-a.value.f) < 1e-6
	}
	got := dateParts(text, false)
	if a.date == nil || got == nil {
		return false
	}
	for i, want := range a.date {
		if want != "xx" && !sameInteger(want, got[i]) {
			return false
		}
	}
	return true
}

func sameInteger(a, b string) bool {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	return errX == nil && errY == nil && x == y
}

// dateParts reads year-month-day. An expected date (open) stands alone and may
// leave parts open as xx; a date in a result may be followed by a time.
func dateParts(s string, open bool) []string {
	year, rest, ok := datePart(s, open)
	if !ok || year != "xx" && len(year) != 4 || !strings.HasPrefix(rest, "-") {
		return nil
	}
	month, rest, ok := datePart(rest[1:], open)
	if !ok || !strings.HasPrefix(rest, "-") {
		return nil
	}
	day, rest, ok := datePart(rest[1:], open)
	if !ok || open && rest != "" {
		return nil
	}
	return []string{year, month, day}
}

// datePart cuts the digits, or xx, off the front of s.
func datePart(s string, open bool) (part, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, "xx"); ok && open {
		return "xx", rest, true
	}
	var b strings.Builder
	for i, r := range s {
		d, is := digit(r)
		if !is {
			return b.String(), s[i:], i > 0
		}
		b.WriteRune(d)
	}
	return b.String(), "", s != ""
}

// official is the normalisation of the benchmark's own evaluator: no accents, one
// kind of quotes and dashes, no citations or brackets at the end, no final dot,
// lower case.
func official(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case strings.ContainsRune("\u2018\u2019\u00b4`", r):
			return '\''
		case r == '\u201c' || r == '\u201d':
			return '"'
		case r >= '\u2010' && r <= '\u2015' || r == '\u2212':
			return '-'
		}
		return r
	}, norm.NFKD.String(s))
	for before := ""; before != s; {
		before = s
		s = withoutCitations(strings.TrimFunc(s, space))
		s = withoutBrackets(strings.TrimFunc(s, space))
		s = strings.TrimFunc(s, space)
		if n := len(s); n >= 2 && s[0] == '"' && s[n-1] == '"' && !strings.Contains(s[1:n-1], `"`) {
			s = s[1 : n-1]
		}
	}
	return strings.Join(fields(strings.ToLower(strings.TrimSuffix(s, "."))), " ")
}

// withoutCitations cuts the longest end made of [notes] and footnote marks. A
// note at the very front stays unless it is a number.
func withoutCitations(s string) string {
	for i := range s {
		if onlyCitations(s, i) {
			return s[:i]
		}
	}
	return s
}

func onlyCitations(s string, at int) bool {
	for at < len(s) {
		rest := s[at:]
		if rest[0] != '[' {
			mark, size := utf8.DecodeRuneInString(rest)
			if !strings.ContainsRune("\u2022\u2666\u2020\u2021*#+", mark) {
				return false
			}
			at += size
			continue
		}
		end := strings.IndexByte(rest, ']')
		if end < 0 || at == 0 && !allDigits(rest[1:end]) {
			return false
		}
		at += end + 1
	}
	return true
}

func allDigits(s string) bool {
	for _, r := range s {
		if _, is := digit(r); !is {
			return false
		}
	}
	return s != ""
}

// withoutBrackets cuts the longest end made of " (remarks)".
func withoutBrackets(s string) string {
	for i := range s {
		if i > 0 && onlyBrackets(s[i:]) {
			return s[:i]
		}
	}
	return s
}

func onlyBrackets(s string) bool {
	for s != "" {
		end := strings.IndexByte(s, ')')
		if !strings.HasPrefix(s, " (") || end < 0 {
			return false
		}
		s = s[end+1:]
	}
	return true
}
