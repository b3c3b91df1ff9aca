package ingest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// maxNotes is the number of remarks that are shown.
const maxNotes = 50

// describe completes what the engine says about the loaded table.
func (t *table) describe(p *protocol.TableProfile) error {
	if p.Rows != t.tally.loaded {
		return fmt.Errorf("table %s has %d rows instead of %d", t.name, p.Rows, t.tally.loaded)
	}
	p.Rejected, p.Rejects = t.tally.rejected, t.tally.rejects
	p.Format = t.format()
	p.Notes = t.notes()
	p.Report = t.report(p)
	return nil
}

// format is what was found out about the file.
func (t *table) format() map[string]string {
	out := map[string]string{"header": strconv.FormatBool(t.layout.header > 0)}
	if t.source.compression != "" {
		out["compression"] = t.source.compression
	}
	if t.source.format != formatCSV {
		out["format"] = string(t.source.format)
	}
	if t.source.encoding != "" {
		out["encoding"] = string(t.source.encoding)
	}
	if t.source.format == formatJSON {
		return out
	}
	out["skipped_lines"] = strconv.FormatInt(t.tally.before+int64(t.source.skip), 10)
	if t.sheet != nil {
		out["sheet"] = t.sheet.name
		return out
	}
	out["delimiter"], out["quote"] = delimiterName(t.dialect.delimiter), ""
	if t.dialect.quote != 0 {
		out["quote"] = string(rune(t.dialect.quote))
	}
	if t.dialect.backslash {
		out["escape"] = `\`
	}
	return out
}

// padded names the lines that are shorter than the table is wide; lines are the
// first of them.
func padded(n int64, lines []int64) string {
	const why = "fewer values than the table has columns; the missing ones are empty."
	if n == 1 && len(lines) == 1 {
		return fmt.Sprintf("Line %d has %s", lines[0], why)
	}
	named := make([]string, len(lines))
	for i, line := range lines {
		named[i] = strconv.FormatInt(line, 10)
	}
	first := "lines "
	if int64(len(lines)) < n {
		first = "the first on lines "
	}
	return fmt.Sprintf("%d lines have %s (%s%s)", n, why, first, strings.Join(named, ", "))
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
	if t.tally.rejected > 0 {
		out = append(out, leftOut(t.tally.rejected))
	}
	say(int64(t.source.skip), "One line at the beginning was skipped, as was asked for.", "%d lines at the beginning were skipped, as was asked for.")
	say(t.tally.errors, "One cell holds an error of a formula, such as #N/A, and is empty.", "%d cells hold errors of formulas, such as #N/A, and are empty.")
	say(t.tally.before, "One line before the table was not loaded.", "%d lines before the table were not loaded.")
	say(t.tally.comments, "One comment line was not loaded.", "%d comment lines were not loaded.")
	say(t.tally.blank, "One empty line was not loaded.", "%d empty lines were not loaded.")
	if t.tally.padded > 0 {
		out = append(out, padded(t.tally.padded, t.tally.short))
	}
	if t.tally.loaded == 0 && t.layout.header > 0 {
		out = append(out, "The file has a header line and nothing else, so the table is empty.")
	}
	if t.layout.header == 0 && t.source.format != formatJSON {
		out = append(out, "The file has no header line; its columns were given names.")
	}
	if t.layout.header == 2 {
		out = append(out, "The header takes two lines; their names were joined.")
	}
	if t.source.encoding == encWindows {
		out = append(out, "The file is not UTF-8 and was read as Windows-1252 (Western European).")
	} else if v := t.source.survey; v.bad > 0 && t.source.encoding == encUTF8 {
		out = append(out, fmt.Sprintf("%d bytes are not valid UTF-8 and were replaced by \ufffd.", v.bad))
	} else if v.controls > 0 && t.source.encoding == encUTF8 {
		out = append(out, fmt.Sprintf("%d control characters were read as the Windows-1252 characters they stand for.", v.controls))
	}
	out = append(out, t.remarks...)
	if t.sheet != nil {
		say(t.sheet.hidden, "One row is hidden in the workbook; it was loaded.", "%d rows are hidden in the workbook; they were loaded.")
		if t.sheet.percent {
			out = append(out, "Numbers that are shown as percent are fractions: 12 % is 0.12.")
		}
	}
	for i := range t.columns {
		if t.choices[i].drop || t.choices[i].typ != "" {
			continue
		}
		out = append(out, t.columns[i].remarks(t.layout.names[i], t.read[i])...)
	}
	if len(out) > maxNotes {
		out = append(out[:maxNotes], fmt.Sprintf("%d more remarks are not shown.", len(out)-maxNotes))
	}
	return out
}
