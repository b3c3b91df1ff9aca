package describe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// maxTexts bounds the generated texts of one dataset, in bytes: a dataset of
// thousands of columns must still fit into its record.
const maxTexts = 96 << 10

// Rules describes what nobody described and returns how many texts it changed. The
// same dataset gets the same texts.
func Rules(d *catalog.Dataset) int {
	changed, size := 0, 0
	for i := range d.Tables {
		t := &d.Tables[i]
		key := keyOf(t)
		text := table(d, t, key)
		if size += len(text); size > maxTexts {
			return changed
		}
		if t.Describe(text, catalog.ByRules) {
			changed++
		}
		for j := range t.Columns {
			c := &t.Columns[j]
			text := column(d, t, c, key)
			if size += len(text); size > maxTexts {
				return changed
			}
			if c.Describe(text, catalog.ByRules) {
				changed++
			}
		}
	}
	return changed
}

// table says what a row is, how many there are, when they are from and what they
// belong to.
func table(d *catalog.Dataset, t *catalog.Table, key string) string {
	if len(t.Columns) == 0 {
		return ""
	}
	says := []string{}
	if key != "" && plainName(key) {
		says = append(says, "One row per "+thing(key)+".")
	}
	rows := plural(t.Rows, "row") + ", " + plural(int64(len(t.Columns)), "column")
	if from, to, ok := span(t); ok {
		rows += ", from " + from + " to " + to
	}
	says = append(says, upper(rows)+".")
	var others []string
	for _, r := range d.Relations {
		if r.FromTable == t.Name && plainName(r.ToTable) && len(others) < 4 {
			others = append(others, r.ToTable)
		}
	}
	if len(others) > 0 {
		says = append(says, "Each belongs to a row of "+list(others)+".")
	}
	return fit(says)
}

// keyOf names the column that is different in every row.
func keyOf(t *catalog.Table) string {
	if len(t.Key) == 1 {
		return t.Key[0]
	}
	for i := range t.Columns {
		if c := &t.Columns[i]; identifies(t, c) && (i == 0 || named(c.Name, "id", "key", "code")) {
			return c.Name
		}
	}
	return ""
}

// identifies reports that a column has a value of its own in every row. Counts
// above 10 000 are approximate, and nothing is claimed on them.
func identifies(t *catalog.Table, c *catalog.Column) bool {
	p := c.Profile
	return p != nil && t.Rows > 1 && t.Rows <= 10_000 && p.Nulls == 0 && p.Distinct == t.Rows && (c.Type == catalog.Integer || c.Type == catalog.Text)
}

// thing is what a key counts: "order" for order_id.
func thing(key string) string {
	words := words(key)
	if n := len(words); n > 1 && (words[n-1] == "id" || words[n-1] == "key") {
		words = words[:n-1]
	}
	return strings.Join(words, " ")
}

// span is the range of the table's only column of days, or of its first.
func span(t *catalog.Table) (from, to string, ok bool) {
	for _, c := range t.Columns {
		if p := c.Profile; c.Type.Temporal() && p != nil && len(p.Min) >= 10 && len(p.Max) >= 10 {
			return p.Min[:10], p.Max[:10], true
		}
	}
	return "", "", false
}

// column says what a column is for, in which unit, and what its values are.
func column(d *catalog.Dataset, t *catalog.Table, c *catalog.Column, key string) string {
	p := c.Profile
	if p == nil || t.Rows == 0 {
		return ""
	}
	if p.Nulls == t.Rows {
		return "Empty in every row."
	}
	says := []string{role(d, t, c, key)}
	if p.Nulls > 0 {
		says = append(says, "Empty in "+share(p.Nulls, t.Rows)+" of the rows.")
	}
	return fit(says)
}

func role(d *catalog.Dataset, t *catalog.Table, c *catalog.Column, key string) string {
	for _, r := range d.Relations {
		if r.FromTable == t.Name && len(r.FromColumns) == 1 && r.FromColumns[0] == c.Name && plainName(r.ToTable) && plainName(r.ToColumns[0]) {
			return "Points to " + r.ToTable + ", by its " + r.ToColumns[0] + "."
		}
	}
	switch {
	case key == c.Name && plainName(t.Name):
		return "Identifies a row of " + t.Name + "."
	case c.Type == catalog.Boolean:
		return "Yes or no" + yes(c.Profile) + "."
	case c.Type.Temporal():
		return ranged(map[bool]string{true: "Day", false: "Date and time"}[c.Type == catalog.Date], c.Profile)
	case c.Type == catalog.Time:
		return ranged("Time of day", c.Profile)
	case c.Type.Numeric() && code(c):
		return "Number that stands for something; adding it up says nothing."
	case c.Type.Numeric():
		return ranged("Number"+unit(c), c.Profile)
	}
	return values(t, c)
}

// code reports a number that is a name, as identifiers, years and postcodes are.
func code(c *catalog.Column) bool {
	return c.Type == catalog.Integer && named(c.Name, "id", "key", "code", "zip", "postcode", "phone", "uuid", "no")
}

func ranged(what string, p *catalog.Profile) string {
	from, to := p.Min, p.Max
	switch {
	case from == "" || to == "" || !quotable(from) || !quotable(to):
		return what + "."
	case from == to:
		return what + ", always " + from + "."
	}
	return what + ", from " + from + " to " + to + "."
}

func yes(p *catalog.Profile) string {
	var all, is int64
	for _, v := range p.Top {
		all += v.Count
		if strings.EqualFold(v.Value, "true") {
			is = v.Count
		}
	}
	if !p.Complete || all == 0 {
		return ""
	}
	return "; yes in " + share(is, all)
}

// unit reads a unit off the end of a name.
func unit(c *catalog.Column) string {
	if c.Unit != "" && quotable(c.Unit) {
		return " in " + c.Unit
	}
	w := words(c.Name)
	if len(w) < 2 {
		return ""
	}
	units := map[string]string{
		"usd": "US dollars", "eur": "euros", "gbp": "pounds sterling", "chf": "Swiss francs", "jpy": "yen", "pct": "percent", "percent": "percent",
		"percentage": "percent", "km": "kilometres", "cm": "centimetres", "mm": "millimetres", "kg": "kilograms", "lbs": "pounds",
		"ms": "milliseconds", "seconds": "seconds", "secs": "seconds", "minutes": "minutes", "mins": "minutes", "hours": "hours", "hrs": "hours",
		"days": "days", "weeks": "weeks", "months": "months", "years": "years", "bytes": "bytes", "kb": "kilobytes", "mb": "megabytes",
		"gb": "gigabytes", "kwh": "kilowatt-hours", "celsius": "degrees Celsius", "fahrenheit": "degrees Fahrenheit", "miles": "miles",
	}
	if u := units[w[len(w)-1]]; u != "" {
		return " in " + u
	}
	return ""
}

// values says how many different values a text has, and shows some.
func values(t *catalog.Table, c *catalog.Column) string {
	p := c.Profile
	var shown []string
	for _, v := range p.Top {
		if len(shown) < 5 && quotable(v.Value) {
			shown = append(shown, "“"+v.Value+"”")
		}
	}
	switch {
	case identifies(t, c):
		return "Text that is different in every row."
	case len(shown) == 0:
		return "Text."
	case p.Complete && p.Distinct == 1:
		return "Always " + shown[0] + "."
	case p.Complete && int(p.Distinct) == len(shown):
		return "One of " + list(shown) + "."
	case p.Complete:
		return fmt.Sprintf("One of %d values, such as %s.", p.Distinct, list(shown[:min(3, len(shown))]))
	}
	return "Text, such as " + list(shown[:min(3, len(shown))]) + "."
}

// fit joins as many sentences as there is room for.
func fit(says []string) string {
	out := ""
	for _, s := range says {
		next := strings.TrimSpace(out + " " + s)
		if len([]rune(next)) > maxText {
			break
		}
		out = next
	}
	return out
}

func plainName(s string) bool { return quotable(s) }

func named(name string, ends ...string) bool {
	w := words(name)
	for _, end := range ends {
		if len(w) > 0 && w[len(w)-1] == end {
			return true
		}
	}
	return false
}

// words cuts a name into lower-case words.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("_- .", r) })
}

func list(items []string) string {
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + " and " + items[n-1]
	}
	return strings.Join(items, "")
}

func share(part, of int64) string {
	pct := float64(part) / float64(max(of, 1)) * 100
	if pct > 0 && pct < 1 {
		return "less than 1%"
	}
	return strconv.FormatFloat(pct, 'f', 0, 64) + "%"
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + what + "s"
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
