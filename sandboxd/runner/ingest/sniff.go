package ingest

import (
	"bytes"
	"math"

	"github.com/leo-analytics/leo/shared/catalog"
)

// sniff finds the dialect of a sample by trying each: the one is chosen whose
// lines have the same number of cells and whose cells look like values. The
// measure is that of "Wrangling messy CSV files by detecting row and type
// patterns" (van den Burg, Nazábal, Sutton, 2019), simplified.
func sniff(sample []byte, atEnd bool, o catalog.ReadOptions) dialect {
	// A first line that is longer than the sample must do.
	atEnd = atEnd || !bytes.ContainsAny(sample, "\r\n")
	list := candidates(sample, o)
	best, bestScore := dialect{quote: '"'}, 0.0
	if o.Delimiter != "" || o.Quote != "" {
		best = list[0]
	}
	for _, d := range list {
		if score := d.score(sample, atEnd); score > bestScore*1.0001 {
			best, bestScore = d, score
		}
	}
	return best
}

// said returns the byte that an option names; 0 stands for none.
func said(option string) byte {
	switch option {
	case "none":
		return 0
	case `\t`, "\t":
		return '\t'
	}
	return option[0]
}

// candidates lists the dialects worth trying, the usual ones first: equal scores
// go to the first.
func candidates(sample []byte, o catalog.ReadOptions) []dialect {
	var list []dialect
	delimiters, quotes := []byte{',', '\t', ';', '|', 0, '^', '~', 0x1f}, []byte{'"', '\''}
	if o.Delimiter != "" {
		delimiters = []byte{said(o.Delimiter)}
	}
	if o.Quote != "" {
		quotes = []byte{said(o.Quote)}
	}
	for _, delimiter := range delimiters {
		if delimiter != 0 && len(delimiters) > 1 && bytes.IndexByte(sample, delimiter) < 0 {
			continue
		}
		for _, quote := range quotes {
			if quote == '\'' && len(quotes) > 1 && !enclosing(sample, delimiter, quote) || quote != 0 && quote == delimiter {
				continue
			}
			list = append(list, dialect{delimiter: delimiter, quote: quote})
			if quote != 0 && bytes.Contains(sample, []byte{'\\', quote}) {
				list = append(list, dialect{delimiter: delimiter, quote: quote, backslash: true})
			}
		}
	}
	if len(list) == 0 {
		list = append(list, dialect{delimiter: delimiters[0]})
	}
	return list
}

// enclosing reports whether a quote stands where cells begin and where they end.
func enclosing(sample []byte, delimiter, quote byte) bool {
	return (bytes.Contains(sample, []byte{delimiter, quote}) || bytes.Contains(sample, []byte{'\n', quote})) &&
		(bytes.Contains(sample, []byte{quote, delimiter}) || bytes.Contains(sample, []byte{quote, '\n'}) ||
			bytes.Contains(sample, []byte{quote, '\r'}))
}

// The records a dialect is judged by, and the bytes that one of them may have: a
// quote that is open for longer is held to be a mistake.
const (
	maxSniffed       = 2000
	maxSniffedRecord = 64 << 10
)

// score is high when few numbers of cells occur, lines have many cells, and cells
// look like values.
func (d dialect) score(sample []byte, atEnd bool) float64 {
	patterns := map[int]int{}
	cells, known, records, broken := 0.0, 0.0, 0, 0
	var r record
	for len(sample) > 0 && records < maxSniffed {
		n, how := parseRecord(sample, atEnd, d, &r)
		if how == needMore && len(sample) < maxSniffedRecord {
			break
		}
		if how != complete {
			broken++
			if n = bytes.IndexByte(sample, '\n') + 1; n == 0 {
				break
			}
			sample = sample[n:]
			continue
		}
		sample = sample[n:]
		if len(r.cells) == 1 && r.blank() {
			continue
		}
		records++
		patterns[len(r.cells)]++
		for _, c := range r.cells {
			cells++
			known += d.looksLikeValue(c)
		}
	}
	if records == 0 {
		return 0
	}
	pattern := 0.0
	for length, n := range patterns {
		pattern += float64(n) * math.Max(1e-3, float64(length-1)) / float64(length)
	}
	pattern /= float64(len(patterns))
	return pattern * math.Max(1e-10, known/cells) * float64(records) / float64(records+4*broken)
}

// looksLikeValue judges one cell from 0 to 1. Text that holds another delimiter
// without quotes is most likely two cells; a quote in the middle is most likely
// the end of one.
func (d dialect) looksLikeValue(c cell) float64 {
	text := bytes.TrimSpace(c.text)
	switch {
	case len(text) == 0:
		return 1
	case c.quoted:
		return 1
	case isNumberLike(text):
		return 1
	case bytes.IndexByte(text, '"') >= 0:
		return 0.2
	case d.delimiter != ',' && bytes.IndexByte(text, ',') >= 0,
		d.delimiter != ';' && bytes.IndexByte(text, ';') >= 0,
		d.delimiter != '\t' && bytes.IndexByte(text, '\t') >= 0,
		d.delimiter != '|' && bytes.IndexByte(text, '|') >= 0:
		return 0.5
	}
	return 0.95
}

// isNumberLike accepts what people write for numbers, dates and times: digits with
// signs, separators, currency and percent.
func isNumberLike(text []byte) bool {
	digits := 0
	for _, b := range text {
		switch {
		case '0' <= b && b <= '9':
			digits++
		case bytes.IndexByte([]byte("+-.,:/% eE$"), b) >= 0, b == 0xc2 || b == 0xa3 || b == 0xe2 || b == 0x82 || b == 0xac:
		default:
			return false
		}
	}
	return digits > 0
}
