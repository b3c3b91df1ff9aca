package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// words judges what is left once cells, dates and numbers are taken: it fails for
// a name that nothing vouches for, and for more than three sentences.
func (s *scan) words() bool {
	if s.sentences() > maxSentences {
		return false
	}
	if !s.each(regexp.MustCompile(`["“„«]([^"”“»]*)["”»]`), func(m []int) bool {
		for _, w := range wordsOf(strings.ReplaceAll(s.leftover(m[2], m[3]), string(blank), " ")) {
			if !s.ctx.knows(strings.ToLower(w)) {
				return false
			}
		}
		return true
	}) {
		return false
	}
	if strings.ContainsAny(string(s.left), "0123456789%$€£¥#@") {
		return false
	}
	return s.each(regexp.MustCompile(`[\pL_](?:[\pL\pM_'’&-]*[\pL\pM_])?`), func(m []int) bool { return s.word(m[0], m[1]) }) &&
		s.strangers()
}

func (s *scan) leftover(start, end int) string { return string(s.left[start:end]) }

// word reports whether one word may stand in the text. Words in lower case are
// language; a capital letter, an underscore or a script without letter case makes
// a name.
func (s *scan) word(start, end int) bool {
	w := s.text[start:end]
	lower := strings.ToLower(w)
	if s.ctx.knows(lower) {
		return true
	}
	for _, r := range w {
		if r == '_' || unicode.IsLetter(r) && !unicode.IsLower(r) && !unicode.IsUpper(r) && !unicode.IsTitle(r) {
			return false
		}
	}
	if w == lower || w == "I" {
		return true
	}
	if strings.ToLower(w[1:]) != w[1:] || !s.opens(start) {
		return allKnown(s.ctx, lower)
	}
	first, _, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(lower, "’", "'"), "-", "'"), "'")
	return slices.Contains(openers(), first) || s.ctx.spoken[first] || s.ctx.words[first]
}

// allKnown judges the parts of a hyphenated name.
func allKnown(g grounds, w string) bool {
	parts := strings.FieldsFunc(w, func(r rune) bool { return r == '-' || r == '&' })
	return len(parts) > 1 && !slices.ContainsFunc(parts, func(p string) bool { return !g.knows(p) })
}

// opens reports whether a place is the start of a sentence.
func (s *scan) opens(at int) bool {
	head := strings.TrimRight(s.text[:at], " \"“(")
	return head == "" || strings.ContainsAny(head[len(head)-1:], ".!?:")
}

// strangers reports whether none of the dataset's other values is spoken of.
func (s *scan) strangers() bool {
	for v := range s.ctx.others {
		if s.ctx.knows(v) || slices.Contains(openers(), v) {
			continue
		}
		found := false
		s.find(v, func(_, _ int) { found = true })
		if found {
			return false
		}
	}
	return true
}

// sentences counts them. A full stop that is part of a name, a date or a number
// was taken before.
func (s *scan) sentences() int {
	n := len(regexp.MustCompile(`[.!?…]+["”)]*(?:\s|$)`).FindAllString(string(s.left), -1))
	if !strings.ContainsAny(s.text[len(s.text)-1:], ".!?\"”)") {
		n++
	}
	return n
}

// openers are words that a sentence may start with though nothing in the data is
// called so.
func openers() []string {
	return strings.Fields(`the a an in on at for from by with within without of to as over under above below between among amongst across per
		there this these that those it its they their them both each every all any no none not only just most many few fewer more less some several other others another
		total totals average averages mean median sum overall altogether together combined count number numbers amount value values figure figures result results row rows records
		share shares percentage proportion ratio rate change growth difference
		highest lowest largest smallest biggest best worst top bottom first last second third next previous following leading maximum minimum peak latest earliest newest oldest
		however while whereas but and or so then thus hence also meanwhile although though because since until before after during when where which who what how if
		compared comparing followed measured looking based according starting ending ranked sorted ordered grouped
		is was are were has had have did does do can
		one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty
		yes nothing nobody nowhere everything everyone together here now today overall generally roughly about around approximately nearly almost exactly
		monthly weekly daily yearly quarterly annual annually month months year years week weeks day days quarter quarters
		sales revenue revenues orders customers products items people users records cost costs price prices profit profits spending spend income`)
}
