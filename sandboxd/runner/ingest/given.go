package ingest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// choice is what a person said about one column. The zero value says nothing.
type choice struct {
	typ  string
	name string
	drop bool
	// failed counts values that do not have the type.
	failed int64
	// digits and scale are the most that a decimal needs before and after its point.
	digits, scale int
}

// applyColumns finds the columns that options speak of.
func (t *table) applyColumns() error {
	t.choices = make([]choice, len(t.layout.names))
	for _, o := range t.options.Columns {
		i := slices.IndexFunc(t.layout.names, func(n string) bool { return strings.EqualFold(n, o.Column) })
		if i < 0 {
			return noSuchColumn(t.source.name, o.Column, t.layout.names)
		}
		t.choices[i] = choice{typ: o.Type, name: cleanName(o.Name), drop: o.Drop}
	}
	var err error
	t.final, err = finalNames(t.source.name, t.layout.names, t.choices)
	return err
}

func noSuchColumn(file, column string, names []string) error {
	return fault.New(fault.Validation, "%s has no column %.60q.", file, column).
		WithHint("Its columns are %s.", strings.Join(names[:min(len(names), 12)], ", ")).With("column", column)
}

// finalNames applies the names a person gave. A column that is left out has none.
func finalNames(file string, found []string, choices []choice) ([]string, error) {
	final, taken := make([]string, len(found)), map[string]bool{}
	for i, c := range choices {
		if c.drop {
			continue
		}
		if final[i] = found[i]; c.name != "" {
			final[i] = c.name
		}
		key := strings.ToLower(final[i])
		if taken[key] {
			return nil, fault.New(fault.Validation, "Two columns of %s would be called %q.", file, final[i]).
				WithHint("Give one of them another name.").With("column", final[i])
		}
		taken[key] = true
	}
	if len(taken) == 0 {
		return nil, fault.New(fault.Validation, "Every column of %s would be left out.", file).WithHint("Keep at least one.")
	}
	return final, nil
}

// isNull reports whether a value is one of the words that a person said stand for
// none.
func (t *table) isNull(text []byte) bool {
	return len(t.nulls) > 0 && t.nulls[string(bytes.TrimSpace(text))]
}

// readGiven is how a column is read whose type a person gave: as the values that
// have the type want it.
func (t *table) readGiven(i int, guess reading, dayFirst bool) reading {
	c, column := &t.choices[i], &t.columns[i]
	r := reading{given: c.typ, order: guess.order, comma: guess.comma}
	if column.notComma.count < column.notFloat.count {
		r.comma = true
	}
	if t.options.Decimal != "" {
		r.comma = t.options.Decimal == ","
	}
	if r.order = t.forcedOrder(); r.order == 0 {
		r.order = column.usualOrder(dayFirst)
	}
	switch c.typ {
	case "integer":
		r.kind = engine.Int
	case "float":
		r.kind = engine.Float
	case "boolean":
		r.kind = engine.Bool
	case "date":
		r.kind = engine.Date
	case "timestamp":
		r.kind = engine.Timestamp
	default: // text, and decimal, which the engine makes of text
		r.kind = engine.Text
	}
	return r
}

// forcedOrder is the order of dates a person said, 0 if nothing was said.
func (t *table) forcedOrder() order {
	return map[string]order{"dmy": orderDMY, "mdy": orderMDY, "ymd": orderYMD}[t.options.DateOrder]
}

// usualOrder is the order most dates of a column allow.
func (c *column) usualOrder(dayFirst bool) order {
	best, most := orderMDY, c.mdy
	if dayFirst || c.separator == '.' {
		best, most = orderDMY, c.dmy
	}
	for _, o := range []struct {
		order order
		n     int64
	}{{orderDMY, c.dmy}, {orderMDY, c.mdy}, {orderYMD, c.ymd}} {
		if o.n > most {
			best, most = o.order, o.n
		}
	}
	return best
}

// fits checks the values of a record against the types a person gave, and rejects
// the record with the first that does not fit; all are counted.
func (t *table) fits(r *record) bool {
	if !t.anyGiven {
		return true
	}
	ok := true
	for i := range t.choices {
		c := &t.choices[i]
		if c.typ == "" || c.typ == "text" || c.drop || i >= len(r.cells) {
			continue
		}
		text := bytes.TrimSpace(r.cells[i].text)
		if len(text) == 0 || t.isNull(text) || t.fitsColumn(i, text) {
			continue
		}
		c.failed++
		t.tally.failed++
		if ok {
			t.tally.reject(catalog.Reject{
				Line: r.line, Column: t.final[i], Message: fmt.Sprintf("%q is not %s", shorten(string(text), 60), typeName(c.typ)), Sample: t.sample(r),
			})
		}
		ok = false
	}
	return ok
}

// typeName is a type with its article.
func typeName(typ string) string {
	if typ == "integer" {
		return "an integer"
	}
	return "a " + typ
}

func (t *table) fitsColumn(i int, text []byte) bool {
	read, c := t.read[i], &t.choices[i]
	switch c.typ {
	case "integer":
		_, ok := read.integer(text)
		return ok
	case "float":
		_, ok := read.float(text)
		return ok
	case "boolean":
		_, ok := givenBool(text)
		return ok
	case "decimal":
		plain, ok := read.decimal(text)
		if !ok {
			return false
		}
		whole, decimals, _ := bytes.Cut(bytes.TrimLeft(plain, "+-"), []byte("."))
		digits, scale := max(c.digits, len(whole)), max(c.scale, len(decimals))
		if digits+scale > 38 {
			return false
		}
		c.digits, c.scale = digits, scale
		return true
	}
	m, ok := readMoment(text)
	if !ok || m.orders == 0 || m.orders&(read.order|orderNamed) == 0 {
		return false
	}
	// A date that is written with a time is one only at midnight.
	return c.typ == "timestamp" || !m.clock || m.micros == 0 && !m.zoned
}

// givenBool accepts what people write for true and false.
func givenBool(text []byte) (value, ok bool) {
	switch strings.ToLower(string(text)) {
	case "true", "t", "yes", "y", "1", "on":
		return true, true
	case "false", "f", "no", "n", "0", "off":
		return false, true
	}
	return false, false
}

// decimal rewrites a number that a person said is one: thousands may be grouped,
// zeros may lead, the decimals stand behind the character of the column.
func (r reading) decimal(text []byte) ([]byte, bool) {
	point, group := byte('.'), byte(',')
	if r.comma {
		point, group = ',', '.'
	}
	sign := ""
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		if text[0] == '-' {
			sign = "-"
		}
		text = text[1:]
	}
	whole, decimals, _ := bytes.Cut(text, []byte{point})
	for _, separator := range []byte{group, ' ', '\''} {
		if bytes.IndexByte(whole, separator) >= 0 {
			if !grouped(bytes.ReplaceAll(whole, []byte{separator}, []byte("."))) {
				return nil, false
			}
			whole = bytes.ReplaceAll(whole, []byte{separator}, nil)
			break
		}
	}
	if len(whole)+len(decimals) == 0 {
		return nil, false
	}
	for _, b := range [][]byte{whole, decimals} {
		if bytes.IndexFunc(b, func(c rune) bool { return c < '0' || c > '9' }) >= 0 {
			return nil, false
		}
	}
	whole = bytes.TrimLeft(whole, "0")
	if len(whole) == 0 {
		whole = []byte("0")
	}
	out := append([]byte(sign), whole...)
	if len(decimals) > 0 {
		out = append(append(out, '.'), decimals...)
	}
	return out, true
}

// integer reads a whole number; 5.0 is one.
func (r reading) integer(text []byte) (int64, bool) {
	plain, ok := r.decimal(text)
	if !ok {
		return 0, false
	}
	whole, decimals, _ := bytes.Cut(plain, []byte("."))
	if len(bytes.Trim(decimals, "0")) > 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(whole), 10, 64)
	return n, err == nil
}

// float reads a number, with an exponent or not.
func (r reading) float(text []byte) (float64, bool) {
	if plain, ok := r.decimal(text); ok {
		text = plain
	} else if r.comma {
		text = bytes.Replace(text, []byte(","), []byte("."), 1)
	}
	if bytes.ContainsAny(text, "xXpP_") {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return f, err == nil
}

// storeGiven converts a value that fits and gives it to the appender.
func (r reading) storeGiven(a *engine.Appender, col int, text []byte) bool {
	switch r.given {
	case "integer":
		v, ok := r.integer(text)
		a.Int(col, v)
		return ok
	case "float":
		v, ok := r.float(text)
		a.Float(col, v)
		return ok
	case "boolean":
		v, ok := givenBool(text)
		a.Bool(col, v)
		return ok
	case "decimal":
		plain, ok := r.decimal(text)
		a.Text(col, plain)
		return ok
	}
	m, ok := readMoment(text)
	if !ok {
		return false
	}
	how := r.order
	if m.orders&orderNamed != 0 {
		how = orderNamed
	}
	if r.given == "date" {
		a.Date(col, m.days(how))
	} else {
		a.Int(col, m.unixMicros(how))
	}
	return true
}

// decimalType is the type of a column of decimals.
func (c *choice) decimalType() string {
	precision := 18
	if c.digits+c.scale > precision {
		precision = 38
	}
	return fmt.Sprintf("DECIMAL(%d,%d)", precision, c.scale)
}

// maxSampleText bounds the text of a rejected record that is shown.
const maxSampleText = 160

// sample is the beginning of a record as it stands in the file, more or less.
func (t *table) sample(r *record) string {
	between := byte(' ')
	if t.dialect.delimiter > ' ' {
		between = t.dialect.delimiter
	}
	var b strings.Builder
	for i, c := range r.cells {
		if i > 0 {
			b.WriteByte(between)
		}
		b.Write(c.text[:min(len(c.text), maxSampleText)])
		if b.Len() > maxSampleText {
			break
		}
	}
	text := strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return ' '
		}
		return c
	}, b.String())
	return shorten(strings.ToValidUTF8(text, "\ufffd"), maxSampleText)
}
