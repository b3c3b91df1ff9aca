package llm

import (
	"bytes"
	"encoding/json"
	"strings"
)

// maxObjects bounds how many places of a text are tried as the start of an object.
const maxObjects = 32

// findObject returns the first JSON object in a text, repaired where only its
// spelling is wrong. A model's thoughts, marked as such, are skipped.
func findObject(text string) (json.RawMessage, bool) {
	if _, after, ok := strings.Cut(text, "</think>"); ok {
		text = after
	}
	for range maxObjects {
		at := strings.IndexByte(text, '{')
		if at < 0 {
			return nil, false
		}
		end := objectEnd(text[at:])
		if end > 0 {
			if fixed, ok := repair(text[at : at+end]); ok {
				return fixed, true
			}
		}
		text = text[at+1:]
	}
	return nil, false
}

// objectEnd returns the length of the object that s begins with, or 0 if it is
// not closed.
func objectEnd(s string) int {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// Repair returns the JSON object a text is meant to be: valid JSON unchanged, and
// otherwise with its spelling mended (fences and words around it, trailing
// commas, Python's None, True and False, control characters inside strings).
// Nothing that is missing is made up: an object that was cut off is not returned.
func Repair(text string) (json.RawMessage, bool) {
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "{") && json.Valid([]byte(t)) {
		return json.RawMessage(t), true
	}
	return findObject(text)
}

func repair(s string) (json.RawMessage, bool) {
	if json.Valid([]byte(s)) {
		return json.RawMessage(s), true
	}
	var b bytes.Buffer
	for i := 0; i < len(s); {
		n := mend(&b, s[i:])
		if n == 0 {
			b.WriteByte(s[i])
			n = 1
		}
		i += n
	}
	return json.RawMessage(b.Bytes()), json.Valid(b.Bytes())
}

// mend writes what s should begin with and returns how much of s that replaces; 0
// leaves one byte as it is.
func mend(b *bytes.Buffer, s string) int {
	switch c := s[0]; {
	case c == '"':
		return mendString(b, s)
	case c == ',':
		rest := strings.TrimLeft(s[1:], " \t\r\n")
		if strings.HasPrefix(rest, "}") || strings.HasPrefix(rest, "]") {
			return 1
		}
	case c >= 'A' && c <= 'Z':
		for word, right := range map[string]string{"None": "null", "True": "true", "False": "false"} {
			if strings.HasPrefix(s, word) {
				b.WriteString(right)
				return len(word)
			}
		}
	}
	return 0
}

// mendString copies a string and escapes the control characters in it.
func mendString(b *bytes.Buffer, s string) int {
	b.WriteByte('"')
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			b.WriteString(s[i : i+2])
			i++
		case c == '"':
			b.WriteByte('"')
			return i + 1
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < 0x20:
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	return len(s)
}
