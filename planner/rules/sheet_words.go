package rules

import (
	"slices"
	"strconv"
	"strings"
)

// readSheetWords reads sheet.txt: phrases by their first word, and the words
// that say what a column holds.
func (l *lexicon) readSheetWords() {
	l.sheet, l.sorts = map[string][]phrase{}, map[class][]string{}
	l.means, l.codes = map[string][]string{}, map[string][]string{}
	l.evidence = map[string]float64{}
	for _, line := range lexiconLines("sheet_evidence.txt") {
		if name, list := leftRight(line, ","); len(list) == 1 {
			if v, err := strconv.ParseFloat(list[0], 64); err == nil {
				l.evidence[name] = v
			}
		}
	}
	for _, line := range lexiconLines("sheet.txt") {
		head, phrases := leftRight(line, ",")
		c, payload, _ := strings.Cut(head, " ")
		for _, text := range phrases {
			if strings.HasPrefix(c, "is") {
				l.sorts[class(c)] = append(l.sorts[class(c)], text)
				continue
			}
			switch c {
			case "means":
				stem := l.stem(payload)
				l.means[stem] = append(l.means[stem], text)
				continue
			case "code":
				low := strings.ToLower(payload)
				l.codes[low] = append(l.codes[low], text)
				continue
			}
			words := strings.Fields(text)
			l.sheet[words[0]] = append(l.sheet[words[0]], phrase{class: class(c), payload: payload, words: words})
		}
	}
}

// kindOfColumn reports whether one of the words stands in the list.
func (l *lexicon) kindOfColumn(words []string, list class) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains(l.sorts[list], w) || slices.Contains(l.sorts[list], singular(w))
	})
}
