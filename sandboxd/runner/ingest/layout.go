package ingest

import (
	"maps"
	"slices"
	"strings"
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

// skipBlank is the start of a table that does not differ from what is around it.
func skipBlank(rows []row, comments bool) int {
	for i, r := range rows {
		if r.filled() > 0 && (!comments || !isComment(r)) {
			return i
		}
	}
	return 0
}
