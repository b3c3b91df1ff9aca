package verified

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// Normal spells a question the one way all its near-identical wordings share:
// without case, punctuation, plurals and words that carry no meaning, numbers in
// digits, and one word for a few that mean the same ("mean", "average"). What
// makes a question another one stays: numbers, dates, names and other values,
// negations, comparisons, and the order of the words. It is empty for a question
// without a word that counts.
func Normal(question string) string {
	tokens := tokenise(question)
	tokens = phrases(tokens)
	lists := vocabulary()
	out := tokens[:0]
	for _, t := range tokens {
		if strings.HasPrefix(t, `"`) { // quoted by the asker: a value, letter by letter
			out = append(out, t)
			continue
		}
		if lists.silent[t] {
			continue
		}
		if same := lists.same[t]; same != "" {
			t = same
		}
		out = append(out, singular(t))
	}
	return strings.Join(out, " ")
}

// ID is the id of the verified answer to a question about a dataset.
func ID(datasetID, question string) string {
	sum := sha256.Sum256([]byte(datasetID + "\n" + Normal(question)))
	return hex.EncodeToString(sum[:16])
}

// tokenise splits a question into words, numbers, quoted values and the signs
// that mean something.
func tokenise(question string) []string {
	shouted := question == strings.ToUpper(question)
	var out []string
	for _, m := range tokenPattern.FindAllStringSubmatch(question, -1) {
		word := m[0]
		switch {
		case m[1] != "" || m[2] != "":
			out = append(out, `"`+strings.TrimSpace(m[1]+m[2])+`"`)
		case strings.HasSuffix(strings.ToLower(word), "n't") || strings.HasSuffix(strings.ToLower(word), "n’t") || strings.EqualFold(word, "cannot"):
			out = append(out, "not")
		case unicode.IsDigit(rune(word[0])) || len(word) > 1 && unicode.IsDigit(rune(word[1])):
			out = append(out, number(word))
		case !shouted && len(word) > 1 && len(word) <= 4 && word == strings.ToUpper(word):
			// A short word in capitals is a name: US is not us, IT is not it.
			out = append(out, word)
		default:
			word = strings.ToLower(strings.ReplaceAll(word, "’", "'"))
			out = append(out, strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "'"))
		}
	}
	return out
}

var tokenPattern = regexp.MustCompile(`"([^"]*)"|“([^”]*)”|[-+]?\d(?:[\d,]*\d)?(?:\.\d+)?(?:[\pL\d_./:-]*[\pL\d])?|[\pL_](?:[\pL\pM\d_'’.-]*[\pL\pM\d_])?|!=|[<>=]+|[%$€£¥+*/&#]`)

// number writes 1,000 and 1k as 1000, and 2.50 as 2.5.
func number(s string) string {
	plain := strings.ToLower(strings.ReplaceAll(s, ",", ""))
	scaled := ""
	if n := len(plain) - 1; n > 0 && (plain[n] == 'k' || plain[n] == 'm') {
		scaled = map[byte]string{'k': "000", 'm': "000000"}[plain[n]]
		plain = plain[:n]
	}
	if _, err := strconv.ParseFloat(plain, 64); err != nil {
		return strings.ToLower(s)
	}
	if scaled != "" && strings.Contains(plain, ".") {
		return strings.ToLower(s)
	}
	if strings.Contains(plain, ".") {
		plain = strings.TrimRight(strings.TrimRight(plain, "0"), ".")
	}
	return plain + scaled
}

// phrases replaces the phrases that are one word in other mouths, the longest
// that fits.
func phrases(tokens []string) []string {
	table := phraseTable()
	var out []string
	for i := 0; i < len(tokens); {
		best := phrase{tokens[i : i+1], tokens[i : i+1]}
		for _, p := range table {
			if len(p.words) > len(best.words) && i+len(p.words) <= len(tokens) && slices.Equal(p.words, tokens[i:i+len(p.words)]) {
				best = p
			}
		}
		out = append(out, best.means...)
		i += len(best.words)
	}
	return out
}

type phrase struct{ words, means []string }

// phraseTable lists phrases and what they mean.
func phraseTable() []phrase {
	var out []phrase
	for _, line := range []string{
		"how many:count", "number of:count", "total number of:count", "count of:count", "what number of:count",
		"for each:by", "for every:by", "in each:by", "in every:by", "by each:by", "by every:by", "grouped by:by", "group by:by",
		"broken down by:by", "split by:by", "per each:by",
		"more than:>", "greater than:>", "higher than:>", "larger than:>", "less than:<", "lower than:<", "fewer than:<", "smaller than:<",
		"at least:>=", "at most:<=", "no more than:<=", "no less than:>=", "not more than:<=", "not less than:>=", "no fewer than:>=",
		"equal to:=", "per cent:percent",
		"can you:", "could you:", "would you:", "i want to see:", "i want to know:", "i would like to see:", "i would like to know:", "i'd like to see:", "i'd like to know:",
		"i need:", "i want:", "let me see:", "let me know:", "tell me:", "show me:", "give me:", "get me:", "find me:", "do you know:",
	} {
		words, means, _ := strings.Cut(line, ":")
		out = append(out, phrase{strings.Fields(words), strings.Fields(means)})
	}
	return out
}

// lists are the words that carry no meaning and the words that share one.
type lists struct {
	silent map[string]bool
	same   map[string]string
}

func vocabulary() lists {
	l := lists{silent: map[string]bool{}, same: map[string]string{}}
	for _, w := range strings.Fields(`a an the of our my your their its there please what whats which who whom is are was were be been being am
		do does did have has had show list display give get find tell me us we you i that all just now's here's`) {
		l.silent[w] = true
	}
	for _, line := range []string{
		"average mean avg", "total sum overall", "count counts", "by per", "maximum max", "minimum min",
		"highest largest biggest greatest", "lowest smallest", "top best", "percent percentage % pct", "and &", "versus vs compared",
		"not without", "exclude excluding except", "between among",
		"0 zero", "1 one", "2 two", "3 three", "4 four", "5 five", "6 six", "7 seven", "8 eight", "9 nine", "10 ten",
		"11 eleven", "12 twelve", "13 thirteen", "14 fourteen", "15 fifteen", "16 sixteen", "17 seventeen", "18 eighteen", "19 nineteen", "20 twenty",
		"january jan", "february feb", "march mar", "april apr", "june jun", "july jul", "august aug", "september sep sept",
		"october oct", "november nov", "december dec",
	} {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			l.same[w] = words[0]
		}
	}
	return l
}

// singular takes a plural's ending off, of words alone: what has a digit, a sign
// or capitals is a value.
func singular(w string) string {
	plain := func(r rune) bool { return r >= 'a' && r <= 'z' }
	if len(w) < 4 || strings.IndexFunc(w, func(r rune) bool { return !plain(r) }) >= 0 {
		return w
	}
	switch {
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return w[:len(w)-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"):
		return w[:len(w)-2]
	case strings.HasSuffix(w, "ss"), strings.HasSuffix(w, "us"), strings.HasSuffix(w, "is"):
		return w
	}
	return strings.TrimSuffix(w, "s")
}

// Leans reports whether a question leans on what was said before it, so that it
// means nothing, or something else, alone.
func Leans(question string) bool {
	words := tokenise(question)
	if len(words) == 0 {
		return false
	}
	return slices.Contains([]string{"and", "only", "but", "or", "instead", "then", "also", "same", "just", "now", "exclude", "without"}, words[0]) ||
		slices.ContainsFunc(words, func(w string) bool {
			return slices.Contains([]string{"those", "these", "them", "it", "ones", "same", "they", "instead", "again"}, w)
		})
}

// Mentions reports whether a question uses one of a conversation's named results,
// which mean something there alone.
func Mentions(question string, named []event.NamedPlan) bool {
	words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(question), notInName), " ") + " "
	return slices.ContainsFunc(named, func(n event.NamedPlan) bool {
		name := strings.ToLower(n.Name)
		return strings.Contains(words, " "+name+" ") || strings.Contains(words, " "+strings.ReplaceAll(name, "_", " ")+" ")
	})
}

func notInName(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// seenFromToday reports whether a question speaks of time as seen from its day:
// "last month", but also "in March", which is another March next year.
func seenFromToday(question string) bool {
	text := Normal(question)
	if relativePattern.MatchString(text) {
		return true
	}
	return monthPattern.MatchString(text) && !yearPattern.MatchString(text)
}

var relativePattern = regexp.MustCompile(`\b(?:today|yesterday|tomorrow|ago|recently|ytd|mtd|to date|so far|(?:last|past|previous|this|current|next)(?: \d+)? (?:hour|day|week|month|quarter|year))\b`)

var monthPattern = regexp.MustCompile(`\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b`)

var yearPattern = regexp.MustCompile(`\b[12]\d{3}\b`)

// fixedDates reports whether a plan compares with dates that do not move with
// the clock, and with none that do.
func fixedDates(q *plan.Query) bool {
	fixed := false
	for _, f := range q.Conditions() {
		if f.Period != nil {
			return false
		}
		for _, v := range literals(f) {
			switch {
			case v == "now" || v == "today":
				return false
			case datePattern.MatchString(v):
				fixed = true
			}
		}
	}
	return fixed
}

var datePattern = regexp.MustCompile(`^\d{4}(?:-|$)`)

// literals are the texts a condition compares with.
func literals(f *plan.Filter) []string {
	var out []string
	add := func(v any) {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	add(f.Value)
	if list, ok := f.Value.([]any); ok {
		for _, v := range list {
			add(v)
		}
	}
	if f.Right != nil {
		add(f.Right.Value)
	}
	return out
}

// Dated reports whether the plan of a question is good for its own day only; see
// [Answer.Dated].
func Dated(question string, q *plan.Query) bool { return seenFromToday(question) && fixedDates(q) }
