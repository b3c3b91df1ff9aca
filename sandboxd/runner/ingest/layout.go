package ingest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// layout is where the table of a file begins and what its columns are called.
type layout struct {
	// skip is the number of records before the table: titles, notes, blank
	// lines.
	skip int
	// header is the number of records that hold the names: 0, 1 or 2.
	header int
	// names are the columns, unique without regard to case.
	names []string
	// comments says that lines that begin with # are no data.
	comments bool
}

// maxColumns bounds the width of a table.
const maxColumns = 4096

// row is a record of the sample, copied.
type row []cell

// filled counts the cells that have text.
func (r row) filled() int {
	n := 0
	for _, c := range r {
		if strings.TrimSpace(string(c.text)) != "" {
			n++
		}
	}
	return n
}

// findLayout reads the layout off the first records of a file. counts says how
// often each number of cells occurs in all of the file.
func findLayout(rows []row, counts map[int]int64) layout {
	var l layout
	l.comments = hasComments(rows)
	width := usualWidth(counts, rows)
	l.skip = findStart(rows, width, l.comments)
	if l.skip < len(rows) && isTitle(rows[l.skip:]) {
		l.skip++
	}
	body := rows[min(l.skip, len(rows)):]
	if len(body) == 0 {
		return l
	}
	var names []string
	switch {
	case !isHeader(body):
	case isSecondHeader(body):
		l.header = 2
		names = mergeHeaders(body[0], body[1])
	default:
		l.header = 1
		for _, c := range body[0] {
			names = append(names, string(c.text))
		}
	}
	columns := max(len(names), widest(counts))
	if l.header == 0 {
		columns = max(columns, width)
	}
	l.names = uniqueNames(names, columns)
	return l
}

// usualWidth is the number of cells most records have: of several, that of the
// first record, else the largest.
func usualWidth(counts map[int]int64, rows []row) int {
	best, most := 0, int64(0)
	for width, n := range counts {
		if n > most || n == most && width > best {
			best, most = width, n
		}
	}
	if len(rows) > 0 && len(rows[0]) > 1 && counts[len(rows[0])] == most {
		return len(rows[0])
	}
	return best
}

// widest is the largest number of cells that at least three records, and a tenth
// of all, have or exceed. A few records that are too long are wrong; many are a
// sign that the header is.
func widest(counts map[int]int64) int {
	var total, sum int64
	for _, n := range counts {
		total += n
	}
	for _, width := range slices.Backward(slices.Sorted(maps.Keys(counts))) {
		if sum += counts[width]; sum >= 3 && sum*10 >= total {
			return width
		}
	}
	return 0
}

// hasComments reports whether lines that begin with # stand beside the data: they
// have another number of cells than the lines that do not.
func hasComments(rows []row) bool {
	counts := map[int]int64{}
	for _, r := range rows {
		if !isComment(r) && r.filled() > 0 {
			counts[len(r)]++
		}
	}
	usual := usualWidth(counts, nil)
	return usual > 0 && slices.ContainsFunc(rows, func(r row) bool { return isComment(r) && len(r) != usual })
}

// isComment reports whether a record begins with an unquoted #.
func isComment(r []cell) bool {
	return len(r) > 0 && !r[0].quoted && strings.HasPrefix(string(r[0].text), "#")
}

// maxBefore bounds the records before a table.
const maxBefore = 100

// findStart returns how many records stand before the table. The table begins
// with the first record that is as full as the records of the table are.
func findStart(rows []row, width int, comments bool) int {
	typical := typicalFill(rows, width)
	if width < 2 || typical == 0 {
		return skipBlank(rows, comments)
	}
	for i, r := range rows[:min(len(rows), maxBefore)] {
		if comments && isComment(r) && len(r) != width {
			continue
		}
		if n := r.filled(); n*2 <= typical || n == 1 && typical > 1 || len(r)*2 <= width {
			continue
		}
		// A header that names few of its columns looks like a title; but after a
		// title comes a header, not the data.
		if i > 0 && len(rows[i-1]) == width && !isHeader(rows[i:]) && isSparseHeader(rows[i-1]) {
			return i - 1
		}
		return i
	}
	return skipBlank(rows, comments)
}

// typicalFill is the median number of cells with text among records of a width.
func typicalFill(rows []row, width int) int {
	var fills []int
	for _, r := range rows {
		if len(r) == width {
			fills = append(fills, r.filled())
		}
	}
	if len(fills) == 0 {
		return 0
	}
	slices.Sort(fills)
	return fills[len(fills)/2]
}

// isSparseHeader reports whether all that a record holds could be names.
func isSparseHeader(r row) bool {
	return r.filled() > 0 && !slices.ContainsFunc(r, func(c cell) bool { k := kindOf(c); return k == kindNumber || k == kindDate })
}

// skipBlank is the start of a table that does not differ from what is around it.
func skipBlank(rows []row, comments bool) int {
	for i, r := range rows {
		if r.filled() > 0 && (!comments || !isComment(r)) {
			return i
		}
	}
	return 0
}

// isHeader decides whether the first record holds names: it has no value that is
// a number, a date or empty more often than the records below have, and it names
// nothing twice that is a value below.
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
	for _, i := range typed {
		for _, r := range rows[:2] {
			if i >= len(r) || kindOf(r[i]) != kindText {
				return false
			}
		}
	}
	return true
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
		case below != "" && kindOf(second[i]) != kindText, above == "" && below == "":
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

// uniqueNames trims names, makes names for columns that have none, and adds a
// number to names that are taken, without regard to case.
func uniqueNames(names []string, width int) []string {
	out := make([]string, width)
	taken := map[string]bool{}
	for i := range out {
		name := ""
		if i < len(names) {
			name = cleanName(names[i])
		}
		if name == "" {
			name = fmt.Sprintf("col_%d", i)
		}
		unique := name
		for n := 1; taken[strings.ToLower(unique)]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
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
