package rules

import (
	"embed"
	"strconv"
	"strings"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// class names what a lexicon phrase does; see lexicon/words.txt.
type class string

// phrase is one line entry of words.txt: a class, its payload, and its words.
type phrase struct {
	class   class
	payload string
	words   []string
}

// hint is a column an adjective points to.
type hint struct {
	direction string
	words     []string
	anyDate   bool
}

// lexicon is everything the planner knows of English.
type lexicon struct {
	phrases  map[string][]phrase // by first word
	stop     map[string]bool
	function map[string]bool
	// participle holds past participles that do not end in -ed.
	participle map[string]bool
	light      map[string]float64 // what is lost when left unexplained
	form       map[string]bool    // words about the form of an answer
	verbs      map[string]bool    // common verbs, by base form
	irregular  map[string]string
	abbrev     map[string][]string
	thesaurus  map[string][]string // stem to stems
	demonyms   map[string][]string
	antonyms   map[string][]string // stem of opposite to stems of column words
	opposites  map[string]bool     // the opposites as they are written
	adjective  map[string][]hint
	weights    map[string]float64
	cues       cueWords
	courses    []phrase
	states     map[string]string   // names of states to postal codes and back
	unwelcome  map[string]bool     // stems of bad.txt
	sheet      map[string][]phrase // phrases of sheet.txt by first word
	means      map[string][]string // stem of a column word to words for it
	codes      map[string][]string // letter to the words it stands for
	sorts      map[class][]string  // its words for kinds of columns
	evidence   map[string]float64  // weights of the evidence for readings of sheets
	sheetCurve [][2]float64        // from their probability to a score
	// said and named are the directions of words in questions and in columns.
	said, named map[string]heading
	// paraphrases say words of names in other words.
	paraphrases []paraphrase
	// speech holds the word lists of charts.txt.
	speech    map[string]map[string]bool
	countries map[string]bool
	// known holds every word of the lexicon.
	known map[string]bool
}

// paraphrase is a phrase, in stems, for the words of a name.
type paraphrase struct{ stems, said []string }

// newLexicon reads the embedded files. They are part of the program, so a bad
// line is skipped here and caught by a test.
func newLexicon() *lexicon {
	l := &lexicon{
		phrases: map[string][]phrase{}, stop: map[string]bool{}, function: map[string]bool{},
		speech: map[string]map[string]bool{}, countries: map[string]bool{}, known: map[string]bool{}, light: map[string]float64{}, form: map[string]bool{}, verbs: map[string]bool{}, participle: map[string]bool{}, irregular: map[string]string{}, abbrev: map[string][]string{},
		thesaurus: map[string][]string{}, demonyms: map[string][]string{}, antonyms: map[string][]string{}, opposites: map[string]bool{},
		adjective: map[string][]hint{}, weights: map[string]float64{},
	}
	l.readIrregular()
	l.readPhrases()
	l.readWordLists()
	l.readMeanings()
	l.readAdjectives()
	l.readDirections()
	l.cues = readCueWords()
	l.readUnwelcome()
	l.readCourses()
	l.readStates()
	l.readSheetWords()
	l.readSpeech()
	l.readKnown()
	return l
}

func lexiconLines(name string) []string {
	data, err := lexiconFiles.ReadFile("lexicon/" + name)
	if err != nil {
		return nil
	}
	var lines []string
	for line := range strings.SplitSeq(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// leftRight splits "left = a, b" at the first " = ".
func leftRight(line, sep string) (string, []string) {
	left, right, _ := strings.Cut(line, " = ")
	var parts []string
	for p := range strings.SplitSeq(right, sep) {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return strings.TrimSpace(left), parts
}

func (l *lexicon) readIrregular() {
	for _, line := range lexiconLines("irregular.txt") {
		lemma, rest := leftRight(line, " ")
		for _, form := range rest {
			if _, taken := l.irregular[form]; !taken {
				l.irregular[form] = lemma
			}
		}
	}
	for _, line := range lexiconLines("abbreviations.txt") {
		short, rest := leftRight(line, " ")
		l.abbrev[short] = rest
	}
}

func (l *lexicon) readPhrases() {
	for _, line := range lexiconLines("words.txt") {
		head, phrases := leftRight(line, ",")
		c, payload, _ := strings.Cut(head, " ")
		if payload == "==" {
			payload = "=" // a line is cut at its first " = "
		}
		for _, text := range phrases {
			words := strings.Fields(text)
			l.phrases[words[0]] = append(l.phrases[words[0]], phrase{class: class(c), payload: payload, words: words})
		}
	}
}

func (l *lexicon) readWordLists() {
	for file, set := range map[string]map[string]bool{
		"stop.txt": l.stop, "participles.txt": l.participle, "function.txt": l.function, "form.txt": l.form, "verbs.txt": l.verbs,
	} {
		for _, line := range lexiconLines(file) {
			for _, w := range strings.Fields(line) {
				set[w] = true
			}
		}
	}
	for _, line := range lexiconLines("light.txt") {
		for _, w := range strings.Fields(line) {
			word, cost, ok := strings.Cut(w, "=")
			l.light[word] = 0.2
			if c, err := strconv.ParseFloat(cost, 64); ok && err == nil {
				l.light[word] = c
			}
		}
	}
	for _, line := range lexiconLines("weights.txt") {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "sheet" {
			x, err1 := strconv.ParseFloat(f[1], 64)
			y, err2 := strconv.ParseFloat(f[2], 64)
			if err1 == nil && err2 == nil {
				l.sheetCurve = append(l.sheetCurve, [2]float64{x, y})
			}
			continue
		}
		if f := strings.Fields(line); len(f) == 2 {
			if v, err := strconv.ParseFloat(f[1], 64); err == nil {
				l.weights[f[0]] = v
			}
		}
	}
}

func (l *lexicon) readMeanings() {
	for _, line := range lexiconLines("thesaurus.txt") {
		words := strings.Fields(line)
		for _, a := range words {
			for _, b := range words {
				if sa, sb := l.stem(a), l.stem(b); sa != sb {
					l.thesaurus[sa] = append(l.thesaurus[sa], sb)
				}
			}
		}
	}
	for _, line := range lexiconLines("paraphrases.txt") {
		name, phrases := leftRight(line, ",")
		for _, said := range phrases {
			l.paraphrases = append(l.paraphrases, paraphrase{l.stemAll(name), l.stemAll(said)})
		}
	}
	for _, line := range lexiconLines("demonyms.txt") {
		word, values := leftRight(line, ",")
		l.demonyms[word] = append(l.demonyms[word], values...)
	}
	for _, line := range lexiconLines("antonyms.txt") {
		word, opposites := leftRight(line, ",")
		for _, o := range opposites {
			l.antonyms[l.stem(o)] = append(l.antonyms[l.stem(o)], l.stem(word))
			l.opposites[o] = true
		}
	}
}

func (l *lexicon) stemAll(text string) []string {
	var out []string
	for w := range strings.FieldsSeq(text) {
		out = append(out, l.stem(w))
	}
	return out
}

func (l *lexicon) readAdjectives() {
	for _, line := range lexiconLines("adjectives.txt") {
		word, options := leftRight(line, ";")
		for _, o := range options {
			dir, cols, _ := strings.Cut(o, ":")
			dir = strings.TrimSpace(dir)
			h := hint{direction: strings.TrimSuffix(dir, "~"), anyDate: strings.HasSuffix(dir, "~")}
			for _, w := range strings.Fields(cols) {
				h.words = append(h.words, l.stem(w))
			}
			l.adjective[word] = append(l.adjective[word], h)
		}
		words := strings.Fields(word)
		l.phrases[words[0]] = append(l.phrases[words[0]], phrase{class: "adj", payload: word, words: words})
	}
}

func (l *lexicon) readSpeech() {
	for _, line := range lexiconLines("countries.txt") {
		for name := range strings.SplitSeq(line, ",") {
			l.countries[strings.TrimSpace(name)] = true
		}
	}
	for _, line := range lexiconLines("charts.txt") {
		list, words := leftRight(line, " ")
		l.speech[list] = map[string]bool{}
		for _, w := range words {
			l.speech[list][w] = true
		}
	}
}

// readKnown collects the words of all lists.
func (l *lexicon) readKnown() {
	for _, phrases := range l.phrases {
		for _, ph := range phrases {
			for _, w := range ph.words {
				l.known[w] = true
			}
		}
	}
	for _, list := range []map[string]bool{l.stop, l.function, l.participle} {
		for w := range list {
			l.known[w] = true
		}
	}
	for _, list := range l.speech {
		for w := range list {
			l.known[w] = true
		}
	}
	for w, base := range l.irregular {
		l.known[w], l.known[base] = true, true
	}
	for w := range l.light {
		l.known[w] = true
	}
	for w := range l.demonyms {
		l.known[w] = true
	}
	for w := range l.adjective {
		l.known[w] = true
	}
}
