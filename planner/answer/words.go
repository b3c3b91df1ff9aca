package answer

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// wordsIn turns a name into words: order_total and OrderTotal into "order total".
// Short words in capitals stay what they are.
func wordsIn(name string) string {
	var b strings.Builder
	runes := []rune(strings.NewReplacer("_", " ", ".", " ").Replace(name))
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsUpper(runes[i-1]) && unicode.IsLower(runes[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	words := strings.Fields(b.String())
	for i, w := range words {
		if w != strings.ToUpper(w) || len(w) > 4 || len(words) == 1 {
			words[i] = strings.ToLower(w)
		}
	}
	if len(words) == 0 {
		return name
	}
	return strings.Join(words, " ")
}

// ordinal says 95th, 99.9th.
func ordinal(p float64) string {
	s := strconv.FormatFloat(math.Round(p*100)/100, 'f', -1, 64)
	switch {
	case strings.HasSuffix(s, "11"), strings.HasSuffix(s, "12"), strings.HasSuffix(s, "13"):
		return s + "th"
	case strings.HasSuffix(s, "1"):
		return s + "st"
	case strings.HasSuffix(s, "2"):
		return s + "nd"
	case strings.HasSuffix(s, "3"):
		return s + "rd"
	}
	return s + "th"
}

// plural gives the last word of a phrase its plural.
func plural(phrase string) string {
	end := func(s ...string) bool {
		return slices.ContainsFunc(s, func(e string) bool { return strings.HasSuffix(phrase, e) })
	}
	switch {
	case phrase == "" || end("ss", "sh", "ch", "x", "z"):
		if phrase == "" {
			return phrase
		}
		return phrase + "es"
	case end("s", "people", "children", "data", "sales"):
		return phrase
	case end("person"):
		return strings.TrimSuffix(phrase, "person") + "people"
	case end("y") && !end("ay", "ey", "oy", "uy"):
		return strings.TrimSuffix(phrase, "y") + "ies"
	}
	return phrase + "s"
}

// singular undoes plural.
func singular(phrase string) string {
	switch {
	case strings.HasSuffix(phrase, "ies") && len(phrase) > 4:
		return strings.TrimSuffix(phrase, "ies") + "y"
	case strings.HasSuffix(phrase, "sses"), strings.HasSuffix(phrase, "shes"), strings.HasSuffix(phrase, "ches"), strings.HasSuffix(phrase, "xes"):
		return strings.TrimSuffix(phrase, "es")
	case strings.HasSuffix(phrase, "ss"), strings.HasSuffix(phrase, "us"), strings.HasSuffix(phrase, "is"):
		return phrase
	}
	return strings.TrimSuffix(phrase, "s")
}

// called turns the name the engine gives to a call that has none, such as
// count_star() or avg("total"), into one that can be spoken: avg_total.
func called(name string) string {
	function, rest, call := strings.Cut(strings.ReplaceAll(name, `"`, ""), "(")
	argument, closed := strings.CutSuffix(rest, ")")
	switch {
	case !call || !closed || strings.ContainsAny(argument, "()+*/,"):
		return name
	case argument == "":
		return strings.TrimSuffix(function, "_star")
	}
	argument = strings.TrimPrefix(argument, "DISTINCT ")
	if clocked(function) {
		return function + "_of_" + argument
	}
	return function + "_" + argument
}
