package ingest

import (
	"fmt"
	"strconv"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// maxNotes is the number of remarks that are shown.
const maxNotes = 50

// describe completes what the engine says about the loaded table.
func (t *table) describe(p *protocol.TableProfile) {
	p.Rejected, p.Rejects = t.tally.rejected, t.tally.rejects
	p.Format = map[string]string{
		"delimiter":     delimiterName(t.dialect.delimiter),
		"quote":         string(rune(t.dialect.quote)),
		"encoding":      string(t.source.encoding),
		"header":        strconv.FormatBool(t.layout.header > 0),
		"skipped_lines": strconv.FormatInt(t.tally.before, 10),
	}
	if t.source.gzipped {
		p.Format["compression"] = "gzip"
	}
	if t.dialect.backslash {
		p.Format["escape"] = `\`
	}
	p.Notes = t.notes()
	p.Report = t.report(p)
}

func delimiterName(b byte) string {
	switch b {
	case 0:
		return ""
	case '\t':
		return `\t`
	}
	return string(rune(b))
}

// notes says in sentences what was not loaded as it is written.
func (t *table) notes() []string {
	var out []string
	say := func(n int64, one, many string) {
		if n == 1 {
			out = append(out, one)
		} else if n > 1 {
			out = append(out, fmt.Sprintf(many, n))
		}
	}
	say(t.tally.rejected, "One line could not be read and was left out.", "%d lines could not be read and were left out.")
	say(t.tally.before, "One line before the table was not loaded.", "%d lines before the table were not loaded.")
	say(t.tally.comments, "One comment line was not loaded.", "%d comment lines were not loaded.")
	say(t.tally.blank, "One empty line was not loaded.", "%d empty lines were not loaded.")
	say(t.tally.padded, "One line has fewer values than the table has columns; the missing ones are empty.",
		"%d lines have fewer values than the table has columns; the missing ones are empty.")
	if t.tally.loaded == 0 && t.layout.header > 0 {
		out = append(out, "The file has a header line and nothing else, so the table is empty.")
	}
	if t.layout.header == 0 {
		out = append(out, "The file has no header line; its columns were given names.")
	}
	if t.layout.header == 2 {
		out = append(out, "The header takes two lines; their names were joined.")
	}
	if t.source.encoding == encWindows {
		out = append(out, "The file is not UTF-8 and was read as Windows-1252 (Western European).")
	} else if v := t.source.survey; v.bad > 0 {
		out = append(out, fmt.Sprintf("%d bytes are not valid UTF-8 and were replaced by \ufffd.", v.bad))
	} else if v.controls > 0 {
		out = append(out, fmt.Sprintf("%d control characters were read as the Windows-1252 characters they stand for.", v.controls))
	}
	for i := range t.columns {
		out = append(out, t.columns[i].remarks(t.layout.names[i], t.read[i])...)
	}
	if len(out) > maxNotes {
		out = append(out[:maxNotes], fmt.Sprintf("%d more remarks are not shown.", len(out)-maxNotes))
	}
	return out
}
