package agent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/event"
)

// How much is shown of a text that somebody else wrote, in characters.
const (
	maxCell        = 80
	maxName        = 120
	maxDescription = 300
	maxQuestion    = 4000
)

// How much is shown of a result.
const (
	shownRows    = 20
	shownColumns = 16
	shownBytes   = 6 << 10
)

// clean returns a text fit to stand in a prompt: one line, without control,
// invisible and private characters, without the marks that models read as turns
// of a conversation, and cut to n characters.
func clean(s string, n int) string {
	var b strings.Builder
	space, count := false, 0
	for _, r := range s {
		switch {
		case r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs) || r >= 0xFE00 && r <= 0xFE0F:
			continue
		case unicode.IsSpace(r) || unicode.IsControl(r):
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
			count++
		}
		space = false
		if count >= n {
			b.WriteRune('…')
			break
		}
		b.WriteRune(r)
		count++
	}
	return turnMarks().Replace(b.String())
}

// turnMarks breaks what chat templates use to tell turns apart. Those with angle
// brackets cannot survive the JSON they stand in.
func turnMarks() *strings.Replacer {
	return strings.NewReplacer("[INST]", "(INST)", "[/INST]", "(/INST)", "[inst]", "(inst)", "[/inst]", "(/inst)", "```", "'''")
}

// name returns an identifier as it must be written in a plan. One that is overlong
// or holds invisible characters is shown cleaned, and cannot be used.
func name(s string) string {
	if utf8.RuneCountInString(s) <= maxName && utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	return clean(s, maxName)
}

func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs) || r == '\u2028' || r == '\u2029'
}

// data puts what others wrote between marks. It is JSON in which < and > are
// escaped, so nothing inside can close them.
func data(kind string, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b) // escapes <, > and &
	if err := enc.Encode(v); err != nil {
		return fmt.Sprintf("<data kind=%q>\nnull\n</data>", kind)
	}
	return fmt.Sprintf("<data kind=%q>\n%s</data>", kind, b.String())
}

// clip cuts a text to n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// result shows the model what became of a statement.
func result(x event.Executed) string {
	if x.Fault != nil {
		return refusal(x.Fault)
	}
	width := min(len(x.Columns), shownColumns)
	columns := make([]string, width)
	for i := range columns {
		columns[i] = name(x.Columns[i].Name)
	}
	rows, size := [][]any{}, 0
	for _, row := range x.Preview[:min(len(x.Preview), shownRows)] {
		out := make([]any, min(width, len(row)))
		for i := range out {
			out[i] = cell(row[i])
		}
		line, err := json.Marshal(out)
		if size += len(line); err != nil || size > shownBytes {
			break
		}
		rows = append(rows, out)
	}
	says := map[string]any{"columns": columns, "rows": rows, "row_count": x.RowCount, "rows_shown": len(rows)}
	if x.Truncated {
		says["more_rows_exist"] = true
	}
	if width < len(x.Columns) {
		says["columns_not_shown"] = len(x.Columns) - width
	}
	if x.Stdout != "" {
		says["printed"] = clean(x.Stdout, maxDescription)
	}
	return "It ran.\n" + data("result", says)
}

func cell(v any) any {
	switch c := v.(type) {
	case nil, bool, json.Number, float64, int, int64:
		return c
	case string:
		return clean(c, maxCell)
	default:
		line, err := json.Marshal(c)
		if err != nil {
			return nil
		}
		return clean(string(line), maxCell)
	}
}
