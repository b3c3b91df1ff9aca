package ingest

import "bytes"

// dialect is how cells are separated and quoted.
type dialect struct {
	// delimiter separates cells; 0 means there is one cell a line.
	delimiter byte
	// quote encloses cells; 0 means that nothing does.
	quote byte
	// backslash says that a quote inside of quotes is written \" and not "".
	backslash bool
}

// The bounds of one record and of one quoted cell, in bytes, and of the cells of a
// record. A quote that is open for longer was not meant as one.
const (
	maxCells  = 4 * maxColumns
	maxRecord = 8 << 20
	maxQuoted = 2 << 20
)

// tooWide is the fault of a record with more than maxCells cells.
const tooWide = "the line has far too many values"

// cell is one value of a record.
type cell struct {
	text   []byte
	quoted bool
	// literal says that the format marks it as text: it is no number, whatever it
	// looks like.
	literal bool
}

// record is one line, or several where a quoted cell holds line breaks. Its cells
// are valid until the next record is read.
type record struct {
	cells []cell
	// line is where it begins in the file, from 1; lines is how many it covers.
	line, lines int64
	// fault says why the record cannot be used: its cells are then not reliable.
	fault string
	// solid says that it is a row even if it is empty.
	solid bool
	// errors counts cells whose value is an error, and that are empty for it.
	errors int64
	// scratch holds the cells that are not a part of the input as they are.
	scratch []byte
}

// blank reports whether a record has no text at all.
func (r *record) blank() bool {
	for _, c := range r.cells {
		if len(bytes.TrimSpace(c.text)) > 0 {
			return false
		}
	}
	return true
}

// outcome is how parsing a record ended.
type outcome int

const (
	complete outcome = iota
	needMore         // the record goes on behind the data
	unclosed         // a quote is never closed
)

// parseRecord reads the record at the start of data into r and returns how many
// bytes it takes, with its line end. atEnd says that there is no more data.
func parseRecord(data []byte, atEnd bool, d dialect, r *record) (int, outcome) {
	r.cells, r.scratch, r.fault, r.lines = r.cells[:0], r.scratch[:0], "", 1
	i := 0
	for {
		c, n, how := parseCell(data[i:], atEnd, d, r)
		if how != complete {
			return 0, how
		}
		if len(r.cells) < maxCells {
			r.cells = append(r.cells, c)
		} else {
			r.fault = tooWide
		}
		i += n
		switch {
		case i == len(data):
			if !atEnd {
				return 0, needMore
			}
			return i, complete
		case data[i] == '\n':
			return i + 1, complete
		case data[i] == '\r':
			if i+1 == len(data) && !atEnd {
				return 0, needMore
			}
			if i+1 < len(data) && data[i+1] == '\n' {
				return i + 2, complete
			}
			return i + 1, complete
		default:
			i++ // the delimiter
		}
	}
}

// parseCell reads the cell at the start of data, up to its delimiter or line end.
func parseCell(data []byte, atEnd bool, d dialect, r *record) (cell, int, outcome) {
	if d.quote != 0 {
		// "a, "b"" is meant to be quoted: spaces before the quote do not count.
		if opens(data, d) {
			lead := bytes.IndexByte(data, d.quote)
			c, n, how := parseQuoted(data[lead:], atEnd, d, r)
			return c, lead + n, how
		}
	}
	end := cellEnd(data, d)
	if end == len(data) && !atEnd {
		return cell{}, 0, needMore
	}
	return cell{text: data[:end]}, end, complete
}

// cellEnd finds the delimiter or line end.
func cellEnd(data []byte, d dialect) int {
	for i, b := range data {
		if b == '\n' || b == '\r' || b == d.delimiter && d.delimiter != 0 {
			return i
		}
	}
	return len(data)
}

// parseQuoted reads a cell that begins with a quote. A quote in the middle that is
// not doubled, and after which the cell is still closed on the same line, is a
// character like any other, which is how people write "the "big" one".
func parseQuoted(data []byte, atEnd bool, d dialect, r *record) (cell, int, outcome) {
	from := len(r.scratch)
	ahead := stretch{}
	for i := 1; i < len(data) && i < maxQuoted; {
		b := data[i]
		if d.backslash && b == '\\' && i+1 < len(data) {
			if next := data[i+1]; next != d.quote && next != '\\' {
				r.scratch = append(r.scratch, b)
			}
			r.scratch = append(r.scratch, data[i+1])
			i += 2
			continue
		}
		if b != d.quote {
			r.countLine(data, i)
			r.scratch = append(r.scratch, b)
			i++
			continue
		}
		ahead.look(data, i, d)
		switch {
		case i+1 < len(data) && data[i+1] == d.quote:
			r.scratch = append(r.scratch, b)
			i += 2
		case closes(data[i+1:], d):
			return endQuoted(data, i+1, atEnd, d, r, from)
		case !ahead.ends && !atEnd:
			return cell{}, 0, needMore
		case i < ahead.lastClosing:
			r.scratch = append(r.scratch, b)
			i++
		default:
			// Text after the closing quote belongs to the cell.
			end := i + 1 + cellEnd(data[i+1:], d)
			r.scratch = append(r.scratch, data[i+1:end]...)
			return endQuoted(data, i+1, atEnd, d, r, from)
		}
	}
	if !atEnd && len(data) < maxQuoted {
		return cell{}, 0, needMore
	}
	return cell{}, 0, unclosed
}

// endQuoted ends a cell whose text is in the scratch buffer, at the next
// delimiter or line end.
func endQuoted(data []byte, after int, atEnd bool, d dialect, r *record, from int) (cell, int, outcome) {
	end := after + cellEnd(data[after:], d)
	if end == len(data) && !atEnd {
		return cell{}, 0, needMore
	}
	return cell{text: r.scratch[from:len(r.scratch):len(r.scratch)], quoted: true}, end, complete
}

// countLine counts the line breaks inside of quotes.
func (r *record) countLine(data []byte, i int) {
	if data[i] == '\n' || data[i] == '\r' && (i+1 >= len(data) || data[i+1] != '\n') {
		r.lines++
	}
}

// closes reports whether what follows a quote ends the cell. The end of the data
// may: whoever asks looks again when there is more.
func closes(rest []byte, d dialect) bool {
	for _, b := range rest {
		switch {
		case b == '\n' || b == '\r' || b == d.delimiter && d.delimiter != 0:
			return true
		case b != ' ':
			return false
		}
	}
	return true
}

// opens reports whether a quoted cell begins: see [parseCell].
func opens(rest []byte, d dialect) bool {
	for _, b := range rest {
		if b != ' ' {
			return b == d.quote
		}
	}
	return false
}

// stretch remembers, for the part of a quoted cell up to the end of its line or to
// where another quoted cell seems to begin, where the last quote is that ends a
// cell, so that no byte is looked at twice.
type stretch struct {
	from, to    int
	lastClosing int
	// ends says that all of it is there.
	ends bool
}

// look examines the stretch that begins at position i, unless i is inside of the
// last one.
func (l *stretch) look(data []byte, i int, d dialect) {
	if i >= l.from && i < l.to {
		return
	}
	*l = stretch{from: i, to: len(data), lastClosing: -1}
	for at := i + 1; at < len(data); at++ {
		if b := data[at]; b == '\n' || b == '\r' || b == d.delimiter && d.delimiter != 0 && opens(data[at+1:], d) {
			l.to, l.ends = at, true
			break
		}
	}
	for at := l.to - 1; at > i; at-- {
		if data[at] == d.quote && closes(data[at+1:], d) {
			l.lastClosing = at
			break
		}
	}
}
