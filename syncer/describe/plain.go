package describe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long a description is, and a value that it quotes, in characters.
const (
	maxText  = 300
	maxValue = 40
)

// Plain reports whether a text may stand as a description: one line of words
// within the length, without markup, code, addresses and characters that are not
// seen.
func Plain(text string) bool {
	if text == "" || utf8.RuneCountInString(text) > maxText || strings.TrimSpace(text) != text {
		return false
	}
	if !utf8.ValidString(text) || strings.ContainsAny(text, "<>`[]{}|\\*#~^$=@") {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r >= 0xFE00 && r <= 0xFE0F {
			return false
		}
	}
	return !addressed(text)
}

// addressed reports a text that names a place on a network.
func addressed(text string) bool {
	low := strings.ToLower(text)
	for _, mark := range []string{"://", "//", "www.", "http", "javascript:", "data:", "mailto:", ".com", ".net", ".org", ".io"} {
		if strings.Contains(low, mark) {
			return true
		}
	}
	return false
}

// quotable reports whether a value may be quoted in a description.
func quotable(value string) bool {
	return utf8.RuneCountInString(value) <= maxValue && !strings.ContainsAny(value, `"“”`) && Plain(value)
}
