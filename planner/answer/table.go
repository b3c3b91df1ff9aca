package answer

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
)

// table is a result with the role of each column.
type table struct {
	columns []column
	rows    [][]any
	total   int // rows of the result, of which rows may be a preview
	// whole says that rows are all there is: no preview, no limit reached. Only
	// then can anything be the highest or the lowest.
	whole bool
}

// tableOf reads the roles from the statement, or guesses them from types and
// names where a person wrote the SQL.
func tableOf(in Input) table {
	x := in.Executed
	t := table{rows: x.Preview, total: x.RowCount}
	limited := in.Statement != nil && (in.Plan.Top != nil || x.RowCount >= in.Statement.Limit)
	t.whole = len(x.Preview) == x.RowCount && !x.Truncated && !limited
	if in.Statement != nil && len(in.Statement.Columns) == len(x.Columns) {
		t.columns = described(in.Plan, in.Statement)
		for i, c := range x.Columns {
			t.columns[i].name, t.columns[i].typ = c.Name, catalog.TypeOf(c.Type)
		}
		return t
	}
	for i, c := range x.Columns {
		col := column{index: i, name: c.Name, label: spoken(humanise(called(c.Name))), typ: catalog.TypeOf(c.Type)}
		col.role = guess(col)
		t.columns = append(t.columns, col)
	}
	return t
}

// guess is the role of a column nobody declared: numbers are measured unless
// their name says that they identify something.
func guess(c column) compile.Role {
	lower := strings.ToLower(c.name)
	switch {
	case c.typ.Temporal():
		return compile.Time
	case c.typ.Numeric() && lower != "id" && !strings.HasSuffix(lower, "_id") && !clocked(lower):
		return compile.Measure
	}
	return compile.Dimension
}

// clocked reports whether a name is that of a part of a date: month, day_of_week,
// hour(created_at).
func clocked(name string) bool {
	part, of, call := strings.Cut(strings.ReplaceAll(name, `"`, ""), "(")
	if !call || of == "" {
		part, of, _ = strings.Cut(name, "_of_")
	}
	parts := []string{"year", "quarter", "month", "week", "weekday", "day", "dow", "hour", "minute"}
	return slices.Contains(parts, part) && (call || of == "" || slices.Contains([]string{"year", "month", "week", "day", "hour"}, of)) ||
		slices.Contains([]string{"dayofweek", "dayofmonth", "dayofyear", "weekofyear", "isodow", "monthofyear"}, part)
}

// of returns the columns of one role, in order.
func (t table) of(role compile.Role) []column {
	var out []column
	for _, c := range t.columns {
		if c.role == role {
			out = append(out, c)
		}
	}
	return out
}

// label is how a column is spoken of.
func (t table) label(name string) string {
	for _, c := range t.columns {
		if c.name == name {
			return c.label
		}
	}
	return humanise(name)
}

// naming is the key that tells every row from the others: the first text that does
// and is no code, else the first key that does. It is nil where none does, where
// there are too few rows to say, and where a time stands along the rows.
func (t table) naming(keys []column) *column {
	var best *column
	for i, c := range keys {
		if c.ordered() {
			return nil
		}
		if len(t.rows) < 3 || t.distinct(c, len(t.rows)) < len(t.rows) {
			continue
		}
		words := wordsOf(strings.ToLower(humanise(c.name)))
		named := c.typ == catalog.Text && !slices.Contains(words, "id") && !slices.Contains(words, "code")
		if named {
			return &keys[i]
		}
		if best == nil {
			best = &keys[i]
		}
	}
	return best
}

// distinct counts the different values of a column, up to limit.
func (t table) distinct(c column, limit int) int {
	seen := map[string]bool{}
	for _, r := range t.rows {
		seen[format(r[c.index], c)] = true
		if len(seen) >= limit {
			break
		}
	}
	return len(seen)
}

// humanise turns a column name into words.
func humanise(name string) string {
	words := strings.TrimSpace(strings.NewReplacer("_", " ", ".", " ").Replace(name))
	if words == "" {
		return name
	}
	if words == strings.ToUpper(words) && len(words) > 4 {
		words = strings.ToLower(words)
	}
	return words
}

// spoken turns the compiler's short names for aggregations into words.
func spoken(label string) string {
	for _, w := range [][2]string{
		{"sum ", "total "},
		{"avg ", "average "},
		{"count ", "number of "},
		{"min ", "lowest "},
		{"max ", "highest "},
		{"stddev ", "standard deviation of "},
	} {
		rest, ok := strings.CutPrefix(label, w[0])
		switch {
		case ok && strings.HasPrefix(rest, strings.TrimSpace(w[1])):
			return rest // "total", not "total total"
		case ok:
			return w[1] + strings.TrimPrefix(rest, "distinct ")
		}
	}
	if label == "count" {
		return "number of rows"
	}
	return label
}

// ref binds a cell; the caller sets where in the text it stands.
func ref(c column, row int) event.Ref { return event.Ref{Row: row, Column: c.name} }

// valueAt is a text of the result and where it stands.
type valueAt struct {
	text  string
	cells []cellAt
}

// values returns the texts of the result that can be names, the longest first.
// Numbers and dates are not: those have other spellings, too.
func (t table) values() []valueAt {
	at := map[string]int{}
	var out []valueAt
	for i, c := range t.columns {
		for row, r := range t.rows {
			text, ok := r[c.index].(string)
			if _, dated := moment(r[c.index]); !ok || dated || text == "" || len(text) > maxValue || isNumber(text) {
				continue
			}
			n, seen := at[text]
			if !seen {
				n = len(out)
				at[text] = n
				out = append(out, valueAt{text: text})
			}
			out[n].cells = append(out[n].cells, cellAt{row, i})
		}
	}
	slices.SortStableFunc(out, func(a, b valueAt) int { return len(b.text) - len(a.text) })
	return out
}

// units is the length of a text in UTF-16 code units.
func units(s string) int { return len(utf16.Encode([]rune(s))) }
