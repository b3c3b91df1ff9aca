package ingest

import (
	"bytes"
	"fmt"
	"math/bits"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// column watches the values of one column and knows at the end which type fits
// all of them. The zero value is ready.
type column struct {
	// values counts those that are not empty.
	values int64
	// what does not fit, by its first example
	notBool, notInt, notFloat, notComma, notMoment misfit
	// commaSure counts values whose comma can only be a decimal one.
	commaSure int64
	orders    order
	separator byte
	// dates, clocks and zones count moments with these parts.
	dates, clocks, zones int64
	// dmy, mdy and ymd count the dates that each order allows.
	dmy, mdy, ymd int64
	// literals counts values that are text by their format.
	literals int64
}

// misfit is a value that rules a type out.
type misfit struct {
	count int64
	line  int64
	text  string
}

// hopeless reports that a type is so far off that looking at more values, which
// takes time, can neither choose it nor explain why not.
func (m *misfit) hopeless(values int64) bool { return m.count > 200 && m.count*20 > values }

func (m *misfit) add(line int64, text []byte) {
	if m.count == 0 {
		m.line, m.text = line, shorten(string(text), 40)
	}
	m.count++
}

// watch takes one value into account.
func (c *column) watch(v cell, line int64) {
	text := bytes.TrimSpace(v.text)
	if len(text) == 0 {
		return
	}
	c.values++
	if v.literal {
		c.literals++
		for _, m := range []*misfit{&c.notBool, &c.notInt, &c.notFloat, &c.notComma} {
			m.add(line, text)
		}
		c.watchMoment(text, line)
		return
	}
	if c.notBool.count == 0 {
		if _, ok := parseBool(text); !ok {
			c.notBool.add(line, text)
		}
	}
	c.watchNumber(text, line)
	c.watchMoment(text, line)
}

func (c *column) watchNumber(text []byte, line int64) {
	if c.notInt.count == 0 {
		if n, ok := parseInt(text); ok {
			if n > 1<<53 || n < -1<<53 {
				c.notFloat.add(line, text)
			}
			return
		}
		c.notInt.add(line, text)
	}
	if !c.notFloat.hopeless(c.values) {
		if _, ok := parseFloat(text); !ok {
			c.notFloat.add(line, text)
		}
	}
	if c.notComma.count > 0 {
		return
	}
	switch _, sure, ok := parseCommaFloat(text); {
	case !ok:
		c.notComma.add(line, text)
	case sure:
		c.commaSure++
	}
}

func (c *column) watchMoment(text []byte, line int64) {
	if c.notMoment.hopeless(c.values) {
		return
	}
	m, ok := readMoment(text)
	if !ok {
		c.notMoment.add(line, text)
		return
	}
	if m.orders != 0 {
		if c.dates == 0 {
			c.orders, c.separator = m.orders, m.separator
		}
		c.orders &= m.orders
		c.countOrders(m.orders)
		if m.separator != c.separator {
			c.orders = 0
		}
		c.dates++
	}
	if m.clock {
		c.clocks++
	}
	if m.zoned {
		c.zones++
	}
}

func (c *column) countOrders(o order) {
	if o&orderDMY != 0 {
		c.dmy++
	}
	if o&orderMDY != 0 {
		c.mdy++
	}
	if o&orderYMD != 0 {
		c.ymd++
	}
}

// reading is how the values of a column are converted.
type reading struct {
	kind  engine.Kind
	order order
	comma bool
	// given is the type a person gave.
	given string
}

// decide returns the type that fits every value. dayFirst settles dates that can
// be read both ways; point is what stands before decimals, and forced the order of
// dates, where a person said so.
func (c *column) decide(dayFirst bool, point string, forced order) reading {
	if point == "," && c.notInt.count > 0 && c.notComma.count == 0 {
		return reading{kind: engine.Float, comma: true}
	}
	if forced != 0 && c.orders&orderNamed == 0 {
		c.orders &= forced
	}
	switch {
	case c.values == 0:
		return reading{kind: engine.Text}
	case c.notBool.count == 0:
		return reading{kind: engine.Bool}
	case c.notInt.count == 0:
		return reading{kind: engine.Int}
	case c.notFloat.count == 0:
		return reading{kind: engine.Float}
	case c.notComma.count == 0 && c.commaSure > 0 && point != ".":
		return reading{kind: engine.Float, comma: true}
	case c.notMoment.count > 0:
		return reading{kind: engine.Text}
	}
	return c.decideMoment(dayFirst)
}

// decideMoment chooses between dates, times and both. A mix of values with and
// without a zone, or of times and dates, stays text.
func (c *column) decideMoment(dayFirst bool) reading {
	r := reading{order: c.pickOrder(dayFirst)}
	switch {
	case c.dates == 0:
		r.kind = engine.Time
	case c.dates < c.values, c.orders == 0:
		r.kind = engine.Text
	case c.clocks == 0:
		r.kind = engine.Date
	case c.zones == 0:
		r.kind = engine.Timestamp
	case c.zones == c.values:
		r.kind = engine.Instant
	default:
		r.kind = engine.Text
	}
	return r
}

// pickOrder returns the one order that dates are read in.
func (c *column) pickOrder(dayFirst bool) order {
	if !c.ambiguous() {
		return c.orders
	}
	if dayFirst || c.separator == '.' {
		return orderDMY
	}
	return orderMDY
}

// ambiguous reports whether every date can be read day first and month first.
func (c *column) ambiguous() bool { return bits.OnesCount8(uint8(c.orders)) > 1 }

// isDate reports whether the column holds dates, whatever their order.
func (c *column) isDate() bool {
	return c.values > 0 && c.notMoment.count == 0 && c.dates == c.values && c.orders != 0
}

// firstDay decides for all columns whether ambiguous dates begin with the day: the
// other dates of the file know, else the habit of those who separate cells by
// semicolons.
func firstDay(columns []column, d dialect) bool {
	day, month := 0, 0
	for i := range columns {
		if c := &columns[i]; c.isDate() {
			switch c.orders {
			case orderDMY:
				day++
			case orderMDY:
				month++
			}
		}
	}
	if day != month {
		return day > month
	}
	return d.delimiter == ';'
}

// remarks says what a person should know about how a column was read.
func (c *column) remarks(name string, r reading) []string {
	var out []string
	if r.kind == engine.Text && c.values >= 10 {
		if n := c.notFloat.count; n > 0 && n*20 <= c.values && c.notInt.count > 0 {
			out = append(out, fmt.Sprintf("Column %q is text because %d of its %d values are not plain numbers, first %q on line %d.",
				name, n, c.values, c.notFloat.text, c.notFloat.line))
		} else if n := c.notMoment.count; n > 0 && n*20 <= c.values {
			out = append(out, fmt.Sprintf("Column %q is text because %d of its %d values are not dates, first %q on line %d.",
				name, n, c.values, c.notMoment.text, c.notMoment.line))
		}
	}
	if c.isDate() && c.ambiguous() {
		how := "month first"
		if r.order == orderDMY {
			how = "day first"
		}
		out = append(out, fmt.Sprintf("The dates of column %q could be read day first or month first; they were read %s.", name, how))
	}
	if r.comma {
		out = append(out, fmt.Sprintf("The numbers of column %q are written with a decimal comma.", name))
	}
	return out
}

// shorten cuts a text to at most n bytes, at a character.
func shorten(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}

// store converts a value and gives it to the appender. It returns false if the
// value does not fit, which only a value that was not watched can do.
func (r reading) store(a *engine.Appender, col int, text []byte) bool {
	if r.kind == engine.Text && r.given != "decimal" {
		if len(text) == 0 {
			a.Null(col)
		} else {
			a.Text(col, text)
		}
		return true
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		a.Null(col)
		return true
	}
	if r.given != "" {
		return r.storeGiven(a, col, text)
	}
	switch r.kind {
	case engine.Bool:
		v, ok := parseBool(text)
		a.Bool(col, v)
		return ok
	case engine.Int:
		v, ok := parseInt(text)
		a.Int(col, v)
		return ok
	case engine.Float:
		v, ok := parseFloat(text)
		if r.comma {
			v, _, ok = parseCommaFloat(text)
		}
		a.Float(col, v)
		return ok
	}
	m, ok := readMoment(text)
	switch {
	case !ok:
		return false
	case r.kind == engine.Date:
		a.Date(col, m.days(r.order))
	case r.kind == engine.Time:
		a.Int(col, m.micros)
	default:
		a.Int(col, m.unixMicros(r.order))
	}
	return true
}
