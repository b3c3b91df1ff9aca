package rules

import (
	"slices"
	"strings"
)

// links finds columns by name as [Planner.nameLinks] does, and in the looser
// ways people call the columns of a sheet: without what stands in brackets, by
// another word, by the word a letter stands for.
func (s *sheet) links(span []token) []link {
	best := map[int]link{}
	add := func(l link) {
		if old, ok := best[l.ref.col]; !ok || l.score > old.score {
			best[l.ref.col] = l
		}
	}
	for _, l := range s.p.nameLinks(span) {
		if l.ref.col >= 0 {
			add(l)
		}
	}
	var squeezed strings.Builder
	for _, t := range span {
		squeezed.WriteString(strings.ReplaceAll(t.lower, " ", ""))
	}
	for i, c := range s.cols {
		if strings.EqualFold(squeezed.String(), strings.ReplaceAll(c.Name, " ", "")) {
			add(link{ref: ref{0, i}, score: 1, why: "name"})
		}
		if score := s.looseScore(span, c); score > 0 {
			add(link{ref: ref{0, i}, score: score, why: "name"})
		}
	}
	var links []link
	for _, l := range best {
		if l.score >= 0.25 {
			links = append(links, l)
		}
	}
	sortLinks(links)
	return links
}

// looseScore rates the words of the span as a name of the column.
func (s *sheet) looseScore(span []token, c *sheetColumn) float64 {
	if len(c.short) == 0 || len(span) > 4 {
		return 0
	}
	got, penalty := 0.0, 1.0
	if len(span) == 1 && len(c.short) <= 3 && slices.ContainsFunc(c.short, func(stem string) bool {
		return len(stem) == 1 && slices.Contains(s.p.lex.codes[stem], span[0].lower)
	}) {
		return 0.6
	}
	for _, t := range span {
		if t.quoted || s.p.lex.function[t.lower] {
			return 0
		}
		switch {
		case slices.Contains(c.short, t.stem):
			got++
		case slices.ContainsFunc(c.short, func(stem string) bool { return agent(stem, t.stem) }):
			got++
			penalty *= 0.9
		case s.meansColumn(t.lower, c):
			got++
			penalty *= 0.75
		default:
			return 0
		}
	}
	return penalty * min(1, got/float64(len(c.short)))
}

// agent reports a verb and the one who does it: produce and producer.
func agent(stem, verb string) bool {
	if len(verb) < 4 || !strings.HasPrefix(stem, verb) {
		return false
	}
	return slices.Contains([]string{"er", "or", "r"}, stem[len(verb):])
}

// meansColumn reports that a word stands for one of the words of the name.
func (s *sheet) meansColumn(word string, c *sheetColumn) bool {
	lex := s.p.lex
	for _, stem := range c.short {
		if slices.Contains(lex.means[stem], word) {
			return true
		}
		if len(stem) == 1 && slices.Contains(lex.codes[stem], word) {
			return true
		}
	}
	return false
}

// coded returns the column whose cells begin with the letter a word stands for,
// and the letter: "won" of W 20-13; -1 if there is none.
func (s *sheet) coded(word string) (col int, letter string) {
	for code, words := range s.p.lex.codes {
		if !slices.Contains(words, word) {
			continue
		}
		for i, c := range s.cols {
			if slices.Contains(c.letters, strings.ToUpper(code)) {
				return i, strings.ToUpper(code)
			}
		}
	}
	return -1, ""
}

// firstLetters returns the letters that the cells of a column begin with, where
// nearly all are one letter or begin with one letter and a number.
func firstLetters(values []string) []string {
	var letters []string
	n := 0
	for _, v := range values {
		words := strings.Fields(v)
		if len(words) == 0 {
			continue
		}
		w := strings.TrimRight(words[0], ".,:")
		if len(w) != 1 || w[0] < 'A' || w[0] > 'Z' || len(words) > 1 && !hasDigit(v) {
			continue
		}
		n++
		if !slices.Contains(letters, w) {
			letters = append(letters, w)
		}
	}
	if n*10 < len(values)*7 || len(letters) > 6 {
		return nil
	}
	return letters
}
