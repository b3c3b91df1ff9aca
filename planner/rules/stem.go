package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lemma brings a lower-case word to a dictionary form as far as a few rules can:
// irregular forms by table, then English plurals and verb endings.
func (l *lexicon) lemma(w string) string {
	if base, ok := l.irregular[w]; ok {
		return base
	}
	return singular(w)
}

// stem is what words are compared by: the lemma without verb endings and
// without a final e, so that "price", "priced" and "pricing" are one.
func (l *lexicon) stem(w string) string {
	if base, ok := l.irregular[w]; ok {
		return strip(base)
	}
	s := singular(w)
	if base, ok := l.irregular[s]; ok {
		return strip(base)
	}
	return strip(s)
}

func singular(w string) string {
	n := len(w)
	switch {
	case n < 4 || !strings.HasSuffix(w, "s"), strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case hasAnySuffix(w, "sses", "shes", "ches", "xes", "zes", "oes"):
		return w[:n-2]
	}
	return w[:n-1]
}

func strip(w string) string {
	n := len(w)
	switch {
	case n > 5 && strings.HasSuffix(w, "ing") && hasVowel(w[:n-3]):
		w = undouble(w[:n-3])
	case n > 4 && strings.HasSuffix(w, "ied"):
		w = w[:n-3] + "y"
	case n > 4 && strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "eed") && hasVowel(w[:n-2]):
		w = undouble(w[:n-2])
	case n > 5 && strings.HasSuffix(w, "ly"):
		w = w[:n-2]
	}
	if len(w) > 3 {
		w = strings.TrimSuffix(w, "e")
	}
	return w
}

func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("lsz", rune(w[n-1])) {
		return w[:n-1]
	}
	return w
}

func hasVowel(w string) bool { return strings.ContainsAny(w, "aeiouy") }

func hasAnySuffix(w string, suffixes ...string) bool {
	for _, s := range suffixes {
		if strings.HasSuffix(w, s) {
			return true
		}
	}
	return false
}

// splitName cuts an identifier into lower-case words: at punctuation and blanks,
// at changes from lower to upper case, and between letters and digits.
func splitName(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case len(word) == 0:
		case unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || nextLower(runes, i)),
			unicode.IsDigit(r) != unicode.IsDigit(runes[i-1]):
			flush()
		}
		word = append(word, r)
	}
	flush()
	return words
}

// nextLower reports that the capital at i starts a word after an acronym, as the
// N of "IDNumber" does, but not the plural s of "IDs".
func nextLower(runes []rune, i int) bool {
	return unicode.IsUpper(runes[i-1]) && i+2 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsLower(runes[i+2])
}

// unglue splits a word written without separators, such as "stuname", into
// known words, preferring the longest; nil when it cannot.
func unglue(w string, known func(string) bool) []string {
	if len(w) < 5 || !isASCIILetters(w) {
		return nil
	}
	for i := len(w) - 2; i >= 2; i-- {
		if !known(w[:i]) {
			continue
		}
		if known(w[i:]) {
			return []string{w[:i], w[i:]}
		}
		if rest := unglue(w[i:], known); rest != nil {
			return append([]string{w[:i]}, rest...)
		}
	}
	return nil
}

func isASCIILetters(w string) bool {
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf || !unicode.IsLetter(rune(w[i])) {
			return false
		}
	}
	return true
}
