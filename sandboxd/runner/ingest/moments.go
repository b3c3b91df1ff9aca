package ingest

import (
	"bytes"
	"time"
)

// order is a way to read the parts of a date. A value may allow several; a column
// is read in the one that all its values allow.
type order uint8

// The orders. Named dates, such as 5 Jan 2026, can be read in one way only.
const (
	orderYMD order = 1 << iota
	orderDMY
	orderMDY
	orderNamed
)

// moment is a date, a time, or both, as it is written.
type moment struct {
	// date is set if there is a date: its parts in each order that is possible.
	orders    order
	separator byte
	a, b, c   int
	// clock is set if there is a time, in microseconds since midnight.
	clock    bool
	micros   int64
	zoned    bool
	offset   int // of the zone, in seconds
	dateOnly bool
}

// readMoment reads all of text as a date, a time, or a date with a time.
func readMoment(text []byte) (moment, bool) {
	if len(text) < 4 || len(text) > 48 {
		return moment{}, false
	}
	var m moment
	rest, ok := m.readDate(text)
	if !ok {
		rest, ok = m.readClock(text)
		return m, ok && len(rest) == 0 && !m.zoned
	}
	if len(rest) == 0 {
		m.dateOnly = true
		return m, true
	}
	if rest[0] != ' ' && rest[0] != 'T' && rest[0] != 't' {
		return moment{}, false
	}
	rest, ok = m.readClock(bytes.TrimLeft(rest[1:], " "))
	return m, ok && len(rest) == 0
}

// readDate reads a date at the start of text and returns what follows.
func (m *moment) readDate(text []byte) ([]byte, bool) {
	if rest, ok := m.readNamed(text); ok {
		return rest, true
	}
	a, an, rest := number(text)
	if an == 0 || an > 4 || an == 3 || len(rest) == 0 {
		return nil, false
	}
	sep := rest[0]
	if sep != '-' && sep != '/' && sep != '.' {
		return nil, false
	}
	b, bn, rest := number(rest[1:])
	if bn == 0 || bn > 2 || len(rest) == 0 || rest[0] != sep {
		return nil, false
	}
	c, cn, rest := number(rest[1:])
	m.separator = sep
	switch {
	case an == 4 && (cn == 1 || cn == 2):
		m.a, m.b, m.c = a, b, c
		if valid(a, b, c) {
			m.orders = orderYMD
		}
	case an <= 2 && (cn == 4 || cn == 2 && (sep != '.' || an == 2 && bn == 2)):
		if cn == 2 {
			c = century(c)
		}
		m.a, m.b, m.c = a, b, c
		if valid(c, b, a) {
			m.orders |= orderDMY
		}
		if valid(c, a, b) {
			m.orders |= orderMDY
		}
	}
	return rest, m.orders != 0
}

// readNamed reads dates with the name of the month: 5 Jan 2026, 05-Jan-26,
// January 5, 2026.
func (m *moment) readNamed(text []byte) ([]byte, bool) {
	first, n, rest := number(text)
	var month, day, year int
	if n == 1 || n == 2 {
		day = first
		if month, rest = monthName(bytes.TrimLeft(rest, " -")); month == 0 {
			return nil, false
		}
	} else {
		if month, rest = monthName(text); month == 0 {
			return nil, false
		}
		if day, n, rest = number(bytes.TrimLeft(rest, " -.")); n == 0 || n > 2 {
			return nil, false
		}
	}
	year, n, rest = number(bytes.TrimLeft(rest, " -,"))
	switch n {
	case 4:
	case 2:
		year = century(year)
	default:
		return nil, false
	}
	if !valid(year, month, day) {
		return nil, false
	}
	m.a, m.b, m.c, m.orders, m.separator = year, month, day, orderNamed, ' '
	return rest, true
}

// monthName reads an English month, short or long.
func monthName(text []byte) (int, []byte) {
	n := 0
	for n < len(text) && (text[n]|0x20) >= 'a' && (text[n]|0x20) <= 'z' {
		n++
	}
	for month := time.January; month <= time.December; month++ {
		name := month.String()
		if n >= 3 && (bytes.EqualFold(text[:n], []byte(name)) || n <= 4 && bytes.EqualFold(text[:3], []byte(name[:3])) && len(name) > n &&
			bytes.EqualFold(text[:n], []byte(name[:n]))) {
			return int(month), text[n:]
		}
	}
	return 0, nil
}

// readClock reads a time at the start of text: 8:30, 08:30:15.25, 8:30 PM, with a
// zone or not.
func (m *moment) readClock(text []byte) ([]byte, bool) {
	hour, n, rest := number(text)
	if n == 0 || n > 2 || len(rest) == 0 || rest[0] != ':' {
		return nil, false
	}
	minute, n, rest := number(rest[1:])
	if n != 2 {
		return nil, false
	}
	second, micros := 0, 0
	if len(rest) > 0 && rest[0] == ':' {
		if second, n, rest = number(rest[1:]); n != 2 {
			return nil, false
		}
		if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') {
			if micros, rest = fraction(rest[1:]); rest == nil {
				return nil, false
			}
		}
	}
	hour, rest, ok := halfDay(hour, rest)
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return nil, false
	}
	m.clock = true
	m.micros = int64(hour*3600+minute*60+second)*1_000_000 + int64(micros)
	return m.readZone(rest)
}

// fraction reads up to nine digits as microseconds; more precise ones are cut.
func fraction(text []byte) (int, []byte) {
	value, n, rest := number(text)
	if n == 0 || n > 9 {
		return 0, nil
	}
	for ; n < 6; n++ {
		value *= 10
	}
	for ; n > 6; n-- {
		value /= 10
	}
	return value, rest
}

// halfDay applies AM or PM.
func halfDay(hour int, text []byte) (int, []byte, bool) {
	mark := bytes.TrimLeft(text, " ")
	if len(mark) < 2 || mark[1]|0x20 != 'm' {
		return hour, text, true
	}
	if hour < 1 || hour > 12 {
		return 0, nil, false
	}
	switch mark[0] | 0x20 {
	case 'a':
		return hour % 12, mark[2:], true
	case 'p':
		return hour%12 + 12, mark[2:], true
	}
	return 0, nil, false
}

// readZone reads Z or an offset such as +01:00, +0100 or +01.
func (m *moment) readZone(text []byte) ([]byte, bool) {
	zone := bytes.TrimLeft(text, " ")
	switch {
	case len(zone) == 0:
		return nil, true
	case zone[0] == 'Z' || zone[0] == 'z':
		m.zoned = true
		return zone[1:], true
	case bytes.HasPrefix(zone, []byte("UTC")):
		m.zoned = true
		return zone[3:], true
	case zone[0] != '+' && zone[0] != '-':
		return text, true
	}
	hours, n, rest := number(zone[1:])
	minutes := 0
	switch {
	case n == 4:
		hours, minutes = hours/100, hours%100
	case n != 2:
		return nil, false
	case len(rest) > 0 && rest[0] == ':':
		if minutes, n, rest = number(rest[1:]); n != 2 {
			return nil, false
		}
	}
	if hours > 15 || minutes > 59 {
		return nil, false
	}
	m.zoned, m.offset = true, hours*3600+minutes*60
	if zone[0] == '-' {
		m.offset = -m.offset
	}
	return rest, true
}

// number reads digits at the start of text: their value, how many, and the rest.
func number(text []byte) (value, n int, rest []byte) {
	for n < len(text) && n < 10 && text[n] >= '0' && text[n] <= '9' {
		value = value*10 + int(text[n]-'0')
		n++
	}
	return value, n, text[n:]
}

// century completes a year of two digits: 70 to 99 are of the last century.
func century(year int) int {
	if year >= 70 {
		return 1900 + year
	}
	return 2000 + year
}

// valid reports whether there is such a day.
func valid(year, month, day int) bool {
	if year < 1 || month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t.Day() == day
}

// days returns the date, read in an order, in days since 1970-01-01.
func (m moment) days(o order) int32 {
	year, month, day := m.a, m.b, m.c
	switch o {
	case orderDMY:
		year, day = m.c, m.a
	case orderMDY:
		year, month, day = m.c, m.a, m.b
	case orderYMD, orderNamed:
	}
	return int32(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400) //nolint:gosec // four digits of a year fit
}

// unixMicros returns the moment, read in an order, in microseconds since
// 1970-01-01, in UTC if it has a zone.
func (m moment) unixMicros(o order) int64 {
	return int64(m.days(o))*86_400_000_000 + m.micros - int64(m.offset)*1_000_000
}
