package eval

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// withoutMidnight writes a timestamp at midnight as its date, and the T between
// a date and a time as a space.
func withoutMidnight(s string) string {
	date, rest, ok := cutDate(s)
	if !ok {
		return s
	}
	if isMidnight(rest) {
		return date
	}
	if rest[0] == 'T' && digitsLike(rest[1:], "00:00:00") {
		return date + " " + rest[1:]
	}
	return s
}

// cutDate cuts YYYY-MM-DD off the front of text that goes on with T or a space.
func cutDate(s string) (date, rest string, ok bool) {
	end := likeEnd(s, "0000-00-00")
	if end < 0 || end == len(s) || s[end] != 'T' && s[end] != ' ' {
		return "", "", false
	}
	return s[:end], s[end:], true
}

// isMidnight says whether s, which starts with T or a space, is midnight with or
// without fractions, in UTC or in no zone.
func isMidnight(s string) bool {
	s, ok := strings.CutPrefix(s[1:], "00:00:00")
	if !ok {
		return false
	}
	if zeros := strings.TrimLeft(strings.TrimPrefix(s, "."), "0"); strings.HasPrefix(s, ".0") {
		s = zeros
	}
	switch s {
	case "", "Z", "+00", "+0000", "+00:00":
		return true
	}
	return false
}

// digitsLike says whether s starts with text of the shape: digits for zeros.
func digitsLike(s, shape string) bool { return likeEnd(s, shape) >= 0 }

// likeEnd is where text of the shape at the front of s ends, or -1.
func likeEnd(s, shape string) int {
	for i, r := range s {
		if shape == "" {
			return i
		}
		if _, is := digit(r); is != (shape[0] == '0') || !is && r != rune(shape[0]) {
			return -1
		}
		shape = shape[1:]
	}
	if shape != "" {
		return -1
	}
	return len(s)
}

// python writes a value as Python's str does.
func python(v any) string {
	switch x := v.(type) {
	case nil:
		return "None"
	case bool:
		if x {
			return "True"
		}
		return "False"
	case string:
		return x
	case json.Number:
		c := normalNumber(x.String())
		if c.whole == nil {
			return pythonFloat(c.f)
		}
		return c.whole.String()
	case float64:
		return pythonFloat(x)
	case int:
		return strconv.Itoa(x)
	case int64:
		return strconv.FormatInt(x, 10)
	}
	return pythonJSON(v)
}

// pythonFloat writes the shortest text that reads back as f, with an exponent
// from 1e16 on and below 1e-4.
func pythonFloat(f float64) string {
	switch a := math.Abs(f); {
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	case a != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// pythonJSON writes a list or an object as Python's json.dumps does, keys
// sorted.
func pythonJSON(v any) string {
	switch x := v.(type) {
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = pythonJSON(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		parts := make([]string, 0, len(x))
		for _, k := range slices.Sorted(maps.Keys(x)) {
			parts = append(parts, quoteASCII(k)+": "+pythonJSON(x[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case string:
		return quoteASCII(x)
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(x)
	case json.Number, float64, int, int64:
		return python(v)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

// quoteASCII quotes s as JSON in ASCII.
func quoteASCII(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\b':
			b.WriteString(`\b`)
		case r == '\f':
			b.WriteString(`\f`)
		case r >= ' ' && r < 0x7f:
			b.WriteRune(r)
		default:
			for _, u := range utf16.Encode([]rune{r}) {
				b.WriteString(`\u` + strconv.FormatUint(0x10000+uint64(u), 16)[1:])
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
