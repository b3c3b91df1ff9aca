package answer

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/event"
)

// maxSentences is how long an answer may be; maxNarration bounds a text that
// somebody else wrote, in bytes.
const (
	maxSentences = 3
	maxNarration = 1200
)

// Narrate checks a text about a result that somebody else wrote, such as a model.
// It is ok only if it is at most three sentences of plain text and everything in
// it that could be wrong is found in the result:
//
//   - every number, whatever its spelling (thousands separators, k and million,
//     percentages of fractions, words up to twenty), rounded at most to the
//     precision it is shown with and standing with no other unit than its column's;
//     the number of rows, and what the plan itself asked for (a limit, a bound, a
//     period) where the words around it say that this is meant;
//   - every date in any usual spelling;
//   - every name: quoted words, words with a capital letter, identifiers. Names of
//     the dataset's tables and columns and values the plan filters by count as found.
//
// Figures must belong to the rows named beside them, and what is called highest or
// lowest must be that. The answer returned is the text with its white space
// tidied, with a reference for each name and figure that is a cell; without ok it
// is empty and the caller uses [Compose]'s own text.
func Narrate(text string, in Input) (answer string, refs []event.Ref, ok bool) {
	answer, ok = plainProse(text)
	if !ok {
		return "", nil, false
	}
	t := tableOf(in)
	s := newScan(answer, t, groundsOf(in))
	if !s.cells() || !s.dates() || !s.numbers() || !s.words() {
		return "", nil, false
	}
	refs, ok = s.bind(in)
	if !ok {
		return "", nil, false
	}
	return answer, refs, true
}

// plainProse tidies white space and refuses what is no prose: markup, links,
// lists, and characters that are not seen.
func plainProse(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxNarration || !utf8.ValidString(text) {
		return "", false
	}
	for _, line := range strings.Split(text, "\n") {
		if listLine().MatchString(line) {
			return "", false
		}
	}
	for _, r := range text {
		if r != '\n' && r != '\t' && r != '\r' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) {
			return "", false
		}
	}
	if markup().MatchString(text) {
		return "", false
	}
	// A space that groups digits stays as it is; every other is one blank.
	return blanks().ReplaceAllString(text, " "), true
}

func listLine() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(?:[-*+•>#|]|\d+[.)]\s)`)
}

func blanks() *regexp.Regexp { return regexp.MustCompile(`[ \t\r\n]+`) }

// markup finds tags, emphasis, code, links and addresses in any notation.
func markup() *regexp.Regexp {
	return regexp.MustCompile("(?i)[<>`|{}\\\\~^]|\\*|__|\\]\\s*\\(|\\[|://|\\b(?:www|ftp|mailto|javascript|data|file|tel)[.:]\\S|\\S@\\S|&#?\\w+;|" +
		`\b[a-z0-9-]+\.(?:com|org|net|io|dev|app|ai|co|info|biz|xyz|me|ru|cn|de|uk|us|eu|ly|gg|sh|site|online|top|link|click)\b`)
}

// scan reads a text piece by piece: what is understood is put down as an item and
// blanked, so that what is left at the end is what nobody vouches for.
type scan struct {
	text  string
	left  []byte // text with what is understood blanked by blank
	table table
	ctx   grounds
	items []item
}

const blank = '\x01'

// item is a figure or a name in the text.
type item struct {
	start, end int
	// cells are those it may be; none where the plan or the number of rows
	// vouches for it.
	cells []cellAt
	// key says that it names rows rather than measures them.
	key bool
}

type cellAt struct{ row, column int }

func newScan(text string, t table, ctx grounds) *scan {
	return &scan{text: text, left: []byte(text), table: t, ctx: ctx}
}

// take puts an item down.
func (s *scan) take(it item) {
	for i := it.start; i < it.end; i++ {
		s.left[i] = blank
	}
	s.items = append(s.items, it)
}

// each calls fn for every match of re in what is left, with the offsets of its
// groups, until fn says no.
func (s *scan) each(re *regexp.Regexp, fn func(m []int) bool) bool {
	for _, m := range re.FindAllSubmatchIndex([]byte(string(s.left)), -1) {
		if !s.whole(m[0], m[1]) {
			continue
		}
		if !fn(m) {
			return false
		}
	}
	return true
}

// whole reports whether a stretch of the text is not part of a longer word.
func (s *scan) whole(start, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(s.text[:start])
	after, _ := utf8.DecodeRuneInString(s.text[end:])
	first, _ := utf8.DecodeRuneInString(s.text[start:])
	last, _ := utf8.DecodeLastRuneInString(s.text[:end])
	return !(wordy(before) && wordy(first)) && !(wordy(after) && wordy(last))
}

func wordy(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// group returns a group of a match, or "".
func (s *scan) group(m []int, n int) string {
	if 2*n+1 >= len(m) || m[2*n] < 0 {
		return ""
	}
	return s.text[m[2*n]:m[2*n+1]]
}

// wordBefore returns the nearest word before a place, in lower case.
func (s *scan) wordBefore(at int) string {
	head := strings.TrimRightFunc(s.text[:at], func(r rune) bool { return !wordy(r) && r != '.' && r != '!' && r != '?' })
	i := strings.LastIndexFunc(head, func(r rune) bool { return !wordy(r) })
	return strings.ToLower(head[i+1:])
}

// wordAfter returns the nearest word after a place, in lower case.
func (s *scan) wordAfter(at int) string {
	tail := strings.TrimLeft(s.text[at:], " -")
	i := strings.IndexFunc(tail, func(r rune) bool { return !wordy(r) && r != '°' })
	if i < 0 {
		i = len(tail)
	}
	return strings.ToLower(tail[:i])
}
