package ingest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isHeader decides whether the first record holds names: it has next to no numbers
// and dates, and it is not made of values that occur again below.
func isHeader(rows []row) bool {
	first := rows[0]
	if len(rows) == 1 {
		return slices.ContainsFunc(first, func(c cell) bool { return kindOf(c) == kindText })
	}
	if years(first, rows[1:]) {
		return true
	}
	text, other := 0, 0
	for _, c := range first {
		switch kindOf(c) {
		case kindText:
			text++
		case kindNumber, kindDate:
			other++
		}
	}
	if other > 0 && other*4 >= text {
		return false
	}
	return text > 0 && !repeats(first, rows[1:])
}

// repeats reports whether the first record looks like the others: every one of its
// values occurs again in its column, so it is a value and no name.
func repeats(first row, rest []row) bool {
	if len(rest) < 3 {
		return false
	}
	for i, c := range first {
		if len(c.text) == 0 {
			continue
		}
		again := slices.ContainsFunc(rest, func(r row) bool { return i < len(r) && string(r[i].text) == string(c.text) })
		if !again {
			return false
		}
	}
	return true
}

// years recognises a header such as Country,2019,2020: years in ascending order
// over columns of other values.
func years(first row, rest []row) bool {
	n := 0
	for i, c := range first {
		text := strings.TrimSpace(string(c.text))
		if i == 0 && kindOf(c) == kindText {
			continue
		}
		if !regexp.MustCompile(`^(19|20)\d\d$`).MatchString(text) {
			return false
		}
		n++
		for _, r := range rest[:min(len(rest), 20)] {
			if i < len(r) && regexp.MustCompile(`^(19|20)\d\d$`).Match(r[i].text) {
				return false
			}
		}
	}
	return n >= 2
}

// typedColumns returns the columns whose values, in the records given, are numbers
// or dates nearly all of the time.
func typedColumns(rows []row) []int {
	rows = rows[:min(len(rows), 50)]
	var typed []int
	for i := range rows[0] {
		values, fit := 0, 0
		for _, r := range rows {
			if i >= len(r) {
				continue
			}
			switch kindOf(r[i]) {
			case kindNumber, kindDate:
				fit++
				values++
			case kindText:
				values++
			case kindEmpty:
			}
		}
		if values >= 3 && fit*10 >= values*9 {
			typed = append(typed, i)
		}
	}
	return typed
}

// twoNames reports whether the first two records both hold words where the
// records below hold numbers or dates.
func twoNames(rows []row) bool {
	if len(rows) < 5 {
		return false
	}
	typed := typedColumns(rows[2:])
	if len(typed) == 0 || len(typed)*2 < len(rows[2]) {
		return false
	}
	missing := 0
	for _, i := range typed {
		for _, r := range rows[:2] {
			if i >= len(r) || kindOf(r[i]) != kindText {
				return false
			}
		}
		if standsForNothing(rows[1][i]) {
			missing++
		}
	}
	return missing*2 < len(typed)
}

// standsForNothing recognises the words that people write where a value is missing:
// a record of them is data.
func standsForNothing(c cell) bool {
	return slices.Contains([]string{"n/a", "na", "null", "none", "nil", "nan", "-", "--", "?", ".", "missing", "unknown", "tbd"},
		strings.ToLower(strings.TrimSpace(string(c.text))))
}

// isTitle reports whether the first record is a title that has as many cells as
// the table: names are on the second, and the first has whole phrases.
func isTitle(rows []row) bool {
	if !twoNames(rows) {
		return false
	}
	length := func(r row) (n int) {
		for _, c := range r {
			n += len(c.text)
		}
		return n / len(r)
	}
	return length(rows[0]) > 20 && length(rows[1])*2 < length(rows[0])
}

// isSecondHeader recognises names on two lines. Either both lines hold words over
// values, such as names over units, or the first names groups and leaves the rest
// of each group empty, and the second fills exactly these gaps.
func isSecondHeader(rows []row) bool {
	if len(rows) < 3 {
		return false
	}
	first, second := rows[0], rows[1]
	if len(first) != len(second) || twoNames(rows) {
		return len(first) == len(second)
	}
	gaps, leftOut := 0, 0
	for i, c := range first {
		above, below := strings.TrimSpace(string(c.text)), strings.TrimSpace(string(second[i].text))
		switch {
		case below != "" && kindOf(second[i]) != kindText && !isYearOver(second[i], rows[2:], i), above == "" && below == "":
			return false
		case above == "":
			gaps++
		case below == "":
			leftOut++
		}
	}
	if gaps == 0 || leftOut == 0 || kindOf(first[0]) == kindEmpty {
		return false
	}
	return slices.ContainsFunc(rows[2:], func(r row) bool {
		return slices.ContainsFunc(r, func(c cell) bool { k := kindOf(c); return k == kindNumber || k == kindDate })
	})
}

// isYearOver reports whether a cell is a year and stands over values that are none.
func isYearOver(c cell, below []row, i int) bool {
	year := regexp.MustCompile(`^(19|20)\d\d$`)
	return year.Match(bytes.TrimSpace(c.text)) &&
		!slices.ContainsFunc(below[:min(len(below), 20)], func(r row) bool { return i < len(r) && year.Match(bytes.TrimSpace(r[i].text)) })
}

// mergeHeaders puts the name of a group before the names in it.
func mergeHeaders(first, second row) []string {
	names := make([]string, len(first))
	group := ""
	for i, c := range first {
		above, below := strings.TrimSpace(string(c.text)), strings.TrimSpace(string(second[i].text))
		if above != "" {
			group = above
		}
		names[i] = above
		if below != "" {
			names[i] = group + " " + below
		}
	}
	return names
}

// isSparseHeader reports whether all that a record holds could be names.
func isSparseHeader(r row) bool {
	return r.filled() > 0 && !slices.ContainsFunc(r, func(c cell) bool { k := kindOf(c); return k == kindNumber || k == kindDate })
}

// uniqueNames trims names, makes names for columns that have none, and adds a
// number to names that are taken, without regard to case.
func uniqueNames(names []string, width int) []string {
	out := make([]string, width)
	taken, next := map[string]bool{}, map[string]int{}
	for i := range out {
		name := ""
		if i < len(names) {
			name = cleanName(names[i])
		}
		if name == "" {
			name = fmt.Sprintf("col_%d", i)
		}
		unique, key := name, strings.ToLower(name)
		for taken[strings.ToLower(unique)] {
			next[key]++
			unique = fmt.Sprintf("%s_%d", name, next[key])
		}
		taken[strings.ToLower(unique)] = true
		out[i] = unique
	}
	return out
}

// maxName bounds a column's name, in bytes.
const maxName = 200

// cleanName makes one line of a name.
func cleanName(name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
	for len(name) > maxName || !utf8.ValidString(name) {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return strings.TrimSpace(name)
}
