package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cellWord is a word of a cell, folded, and where it stands in the cell.
type cellWord struct {
	text     string
	from, to int // bytes
}

// cellWords cuts a cell or a part of a question into words: letters and digits
// without case and accents, numbers without thousands commas, no possessives.
func cellWords(s string) []cellWord {
	var out []cellWord
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !inWord(r) {
			i += n
			continue
		}
		end := i + wordLength(s[i:])
		if text := foldWord(s[i:end]); text != "" {
			out = append(out, cellWord{text, i, end})
		}
		i = end
	}
	return out
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// wordLength measures the word s starts with. Some marks count between two
// digits, and an apostrophe between letters.
func wordLength(s string) int {
	var before rune
	for i, r := range s {
		if inWord(r) {
			before = r
			continue
		}
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		digits := unicode.IsDigit(before) && unicode.IsDigit(after)
		switch {
		case strings.ContainsRune(".,:", r) && digits:
		case (r == '\'' || r == '’') && unicode.IsLetter(after):
		default:
			return i
		}
	}
	return len(s)
}

func foldWord(w string) string {
	w = strings.ToLower(strings.ReplaceAll(w, "’", "'"))
	w = strings.TrimSuffix(w, "'s")
	var b strings.Builder
	for i, r := range w {
		switch {
		case r == '\'' || unicode.Is(unicode.Mn, r):
		case r == ',' && i > 0:
		default:
			b.WriteString(plainLetter(r))
		}
	}
	return b.String()
}

// plainLetter takes the accent off a Latin letter.
func plainLetter(r rune) string {
	if r < 0xC0 {
		return string(r)
	}
	for _, group := range []string{"aàáâãäåāăąǎ", "cçćĉċč", "dďđð", "eèéêëēĕėęě", "gĝğġģ", "hĥħ", "iìíîïĩīĭįı", "jĵ", "kķ", "lĺļľŀł", "nñńņňŋ", "oòóôõöøōŏőǒ", "rŕŗř", "sśŝşšș", "tţťŧț", "uùúûüũūŭůűųǔ", "wŵ", "yýÿŷ", "zźżž"} {
		if strings.ContainsRune(group[1:], r) {
			return group[:1]
		}
	}
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	}
	return string(r)
}

// kinds of cells.
type kindOfCell int

const (
	cellText kindOfCell = iota
	cellNumber
	cellYear
	cellDate
	cellDuration
)

// isBlankCell reports a cell that says that there is nothing.
func isBlankCell(s string) bool {
	switch strings.ToLower(s) {
	case "", "-", "–", "—", "n/a", "na", "none", "?", "tba", "tbd", "...", "…", "unknown", "no data":
		return true
	}
	return false
}

// cellKind says what a cell mostly is.
func cellKind(s string) kindOfCell {
	words := cellWords(s)
	if len(words) == 0 {
		return cellText
	}
	year, month := false, false
	for _, w := range words {
		if _, ok := monthNumber(w.text); ok {
			month = true
		}
		year = year || isYearWord(w.text)
	}
	first := words[0].text
	switch {
	case month && len(words) <= 6 && (year || hasDigit(s)):
		return cellDate
	case isYearWord(first) && len(words) <= 3 && (len(s) <= 10 || !hasDigit(s[4:])):
		return cellYear
	case strings.Count(s, "/") == 2 && hasDigit(s) && len(s) <= 10, strings.Count(s, "-") == 2 && isYearWord(first):
		return cellDate
	case strings.Contains(first, ":"):
		return cellDuration
	case startsWithNumber(s) && len(words) <= 6:
		return cellNumber
	}
	return cellText
}

func startsWithNumber(s string) bool {
	s = strings.TrimLeft(s, "$€£¥+-−~< US#T=")
	if s == "" || s[0] < '0' || s[0] > '9' {
		return false
	}
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsDigit(r) && r != ',' && r != '.' })
	if end < 0 {
		return true
	}
	rest := strings.TrimSpace(s[end:])
	switch {
	case rest == "":
		return true
	case strings.HasPrefix(rest, "/"), strings.HasPrefix(rest, "-") && len(rest) > 4:
		return false
	}
	r, _ := utf8.DecodeRuneInString(s[end:])
	return !unicode.IsLetter(r) || slices.Contains([]string{"m", "km", "cm", "mm", "kg", "g", "k", "ft", "mi", "lb", "lbs", "mph", "s", "h", "st", "nd", "rd", "th", "million", "bn", "kw", "hp"}, strings.ToLower(rest))
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func isYearWord(w string) bool {
	return len(w) == 4 && (w[0] == '1' || w[0] == '2' && w[1] == '0') && strings.Trim(w, "0123456789") == ""
}

func monthNumber(w string) (int, bool) {
	if len(w) < 3 {
		return 0, false
	}
	for i, m := range []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"} {
		if w == m || w == m[:3] || w == "sept" && i == 8 {
			return i + 1, true
		}
	}
	return 0, false
}

// personal reports two or three capitalised words, as names of people are.
func personal(s string) bool {
	s, _, _ = strings.Cut(s, " (")
	fields := strings.Fields(s)
	if len(fields) < 2 || len(fields) > 4 {
		return false
	}
	for _, f := range fields {
		r, _ := utf8.DecodeRuneInString(f)
		if !unicode.IsUpper(r) || hasDigit(f) || strings.ContainsAny(f, ",:;/!") {
			return false
		}
	}
	return true
}
