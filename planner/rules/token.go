package rules

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxTokens is where a text stops being a question.
const maxTokens = 160

// token is one word, number or quoted string of the question.
type token struct {
	text    string // as written
	lower   string
	lemma   string
	stem    string
	quoted  bool
	number  float64
	isNum   bool
	written bool // the number was written as a word
	percent bool
	stop    bool
	// capital is true for a word that starts with a capital letter and does not
	// start a sentence: likely a name.
	capital bool
	// breaks is true when punctuation that ends a clause comes before.
	breaks   bool
	sentence bool // starts a sentence
}

// tokenize cuts text into tokens; ok is false when there are too many.
func (l *lexicon) tokenize(text string) (tokens []token, ok bool) {
	runes := []rune(strings.ToValidUTF8(text, " "))
	if len(runes) > 40*maxTokens {
		return nil, false
	}
	clause, sentence := false, true
	for i := 0; i < len(runes); {
		r := runes[i]
		switch {
		case unicode.IsSpace(r):
			i++
			continue
		case isQuote(r):
			if end := closingQuote(runes, i); end > 0 {
				tokens = append(tokens, l.quotedToken(string(runes[i+1:end]), clause))
				clause, sentence = false, false
				i = end + 1
				continue
			}
			i++
			continue
		}
		end := wordEnd(runes, i)
		if end == i {
			clause = clause || strings.ContainsRune(",;:.?!()", r)
			sentence = sentence || strings.ContainsRune(".?!", r)
			i++
			continue
		}
		for _, t := range l.words(string(runes[i:end])) {
			t.breaks, t.sentence = clause, sentence
			t.capital = t.capital && !sentence
			tokens = append(tokens, t)
			clause, sentence = false, false
		}
		i = end
	}
	tokens = l.spreadNames(tokens)
	l.judgeCapitals(tokens)
	return tokens, len(tokens) <= maxTokens
}

// judgeCapitals takes capitals for what they are worth: nothing in a text of
// capitals only, and in any other they tell the US from us.
func (l *lexicon) judgeCapitals(tokens []token) {
	shouted := !slices.ContainsFunc(tokens, func(t token) bool { return !t.quoted && strings.ToUpper(t.text) != t.text })
	for i := range tokens {
		t := &tokens[i]
		switch {
		case shouted && !t.quoted:
			t.capital = false
		case t.text == "US" || t.text == "IT":
			t.stop = false
		}
	}
}

// spreadNames completes "first, middle and last name": each of them is a name.
func (l *lexicon) spreadNames(tokens []token) []token {
	part := func(i int) bool {
		switch lowerAt(tokens, i) {
		case "first", "middle", "last", "given", "family", "maiden":
			return true
		}
		return false
	}
	var out []token
	for i, t := range tokens {
		out = append(out, t)
		if !part(i) {
			continue
		}
		k, more := i, false
		for part(k) || lowerAt(tokens, k) == "and" || lowerAt(tokens, k) == "or" {
			more = more || k > i && part(k)
			k++
		}
		if next := lowerAt(tokens, k); more && lowerAt(tokens, i+1) != "name" && (next == "name" || next == "names") {
			out = append(out, l.word("name", "name"))
		}
	}
	return out
}

func isQuote(r rune) bool { return strings.ContainsRune("\"'“”‘’`«»", r) }

// closingQuote returns the position of the quote that closes the one at i, or 0.
// An apostrophe inside a word does not close.
func closingQuote(runes []rune, i int) int {
	if i > 0 && (unicode.IsLetter(runes[i-1]) || unicode.IsDigit(runes[i-1])) {
		return 0
	}
	closing := runes[i]
	if j := strings.IndexRune("“‘«", runes[i]); j >= 0 {
		closing = map[rune]rune{'“': '”', '‘': '’', '«': '»'}[runes[i]]
	}
	for j := i + 1; j < len(runes) && j-i < 120; j++ {
		if runes[j] == closing && j > i+1 && (j+1 == len(runes) || !unicode.IsLetter(runes[j+1])) {
			return j
		}
	}
	return 0
}

// wordEnd returns where the word that starts at i ends; i itself for
// punctuation.
func wordEnd(runes []rune, i int) int {
	if strings.ContainsRune("<>=!", runes[i]) && (runes[i] != '!' || i+1 < len(runes) && runes[i+1] == '=') {
		j := i + 1
		for j < len(runes) && strings.ContainsRune("<>=", runes[j]) {
			j++
		}
		return j
	}
	j := i
	for j < len(runes) {
		r := runes[j]
		inside := j+1 < len(runes) && (unicode.IsLetter(runes[j+1]) || unicode.IsDigit(runes[j+1]))
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.Mn, r), strings.ContainsRune("_$€£%#°&@", r):
		case j > i && inside && strings.ContainsRune(".,:'’-/", r) && joins(runes, j):
		case j == i && inside && (r == '-' || r == '.') && unicode.IsDigit(runes[j+1]):
		default:
			return j
		}
		j++
	}
	return j
}

// joins reports whether the punctuation at j stands inside one word: between
// digits, an apostrophe, a dot as in a mail address, a hyphen or slash in a date.
func joins(runes []rune, j int) bool {
	before, after := unicode.IsDigit(runes[j-1]), unicode.IsDigit(runes[j+1])
	switch runes[j] {
	case ',':
		return before && after && j+3 < len(runes) && unicode.IsDigit(runes[j+2]) && unicode.IsDigit(runes[j+3])
	case '-', '/', ':':
		return before && after || runes[j] == '-' && !before && !after && false
	case '.':
		return before && after || !before && !after
	}
	return true
}

func (l *lexicon) quotedToken(s string, clause bool) token {
	low := strings.ToLower(strings.TrimSpace(s))
	return token{text: strings.TrimSpace(s), lower: low, lemma: low, stem: low, quoted: true, breaks: clause}
}

// words makes the tokens of one written word: "singer's" and "n't" are split.
func (l *lexicon) words(w string) []token {
	w = strings.ReplaceAll(w, "’", "'")
	low := strings.ToLower(w)
	if strings.HasSuffix(low, "n't") && len(low) > 3 {
		base := strings.TrimSuffix(low, "n't")
		return []token{l.word(base, base), l.word("not", "not")}
	}
	for _, suffix := range []string{"'s", "'re", "'ve", "'d", "'ll", "'m"} {
		if strings.HasSuffix(low, suffix) {
			w, low = w[:len(w)-len(suffix)], strings.TrimSuffix(low, suffix)
		}
	}
	if strings.ContainsAny(low, "_") || (strings.Contains(low, ".") && !strings.ContainsAny(low, "0123456789@")) {
		var parts []token
		for _, p := range splitName(w) {
			parts = append(parts, l.word(p, p))
		}
		if len(parts) > 0 {
			parts[0].capital = true // written as a name is, not as prose
		}
		return parts
	}
	return []token{l.word(w, low)}
}

func (l *lexicon) word(text, low string) token {
	t := token{text: text, lower: low, lemma: l.lemma(low), stem: l.stem(low), stop: l.stop[low]}
	first := []rune(text)
	t.capital = len(first) > 0 && unicode.IsUpper(first[0])
	t.number, t.isNum, t.percent = parseNumber(low)
	if !t.isNum {
		if n, ok := numberWord(low); ok {
			t.number, t.isNum, t.written = n, true, true
		}
	}
	return t
}

// parseNumber reads digits with thousands commas, a currency sign, a percent
// sign and the suffixes k, m, b.
func parseNumber(w string) (value float64, ok, percent bool) {
	s := strings.TrimLeft(w, "$€£#")
	if strings.HasSuffix(s, "%") {
		s, percent = strings.TrimSuffix(s, "%"), true
	}
	scale := 1.0
	if n := len(s); n > 1 && s[0] >= '0' && s[0] <= '9' {
		switch s[n-1] {
		case 'k':
			scale, s = 1e3, s[:n-1]
		case 'm':
			if s != w { // "$5m" is money, "200m" may be metres
				scale, s = 1e6, s[:n-1]
			}
		case 'b':
			scale, s = 1e9, s[:n-1]
		}
	}
	s = strings.ReplaceAll(s, ",", "")
	if s == "" || strings.ContainsAny(s, "xpin_") {
		return 0, false, false
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false, false
	}
	return v * scale, true, percent
}

func numberWord(w string) (float64, bool) {
	words := strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	for i, n := range words {
		if n == w {
			return float64(i), i != 1
		}
	}
	switch w {
	case "twenty":
		return 20, true
	case "thirty":
		return 30, true
	case "forty":
		return 40, true
	case "fifty":
		return 50, true
	case "sixty":
		return 60, true
	case "seventy":
		return 70, true
	case "eighty":
		return 80, true
	case "ninety":
		return 90, true
	case "hundred":
		return 100, true
	case "thousand":
		return 1000, true
	case "dozen":
		return 12, true
	case "million":
		return 1e6, true
	case "billion":
		return 1e9, true
	case "twice":
		return 2, true
	}
	return 0, false
}
