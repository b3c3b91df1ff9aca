// Command gen makes the thesaurus from an installed WordNet 3.0 database: the same
// database gives the same bytes.
//
//	go run ./planner/rules/thesaurus/gen [-wordnet DIR] -out planner/rules/thesaurus/wordnet.txt
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func main() {
	dir := flag.String("wordnet", "/usr/share/wordnet", "folder of the WordNet 3.0 database files")
	out := flag.String("out", "wordnet.txt", "file to write")
	flag.Parse()
	if err := run(*dir, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(dir, out string) error {
	w := &wordnet{sets: map[synset]*set{}, rank: map[sense]int{}, seen: map[string]int{}, kinds: map[synset]int{}}
	if err := w.readCounts(filepath.Join(dir, "cntlist.rev")); err != nil {
		return err
	}
	for pos, name := range map[string]string{"n": "noun", "v": "verb", "a": "adj"} {
		if err := w.readIndex(pos, filepath.Join(dir, "index."+name)); err != nil {
			return err
		}
		if err := w.readData(pos, filepath.Join(dir, "data."+name)); err != nil {
			return err
		}
	}
	return os.WriteFile(out, []byte(w.pairs().text()), 0o600)
}

// synset is a meaning: part of speech and offset.
type synset struct{ pos, offset string }

// sense is a word in one of its meanings.
type sense struct {
	word string
	of   synset
}

// set is the words of a meaning and its relations.
type set struct {
	words    []string
	pointers []pointer
}

type pointer struct {
	kind         string
	to           synset
	source, goal int // positions of words, from 1; 0 for the whole meaning
}

type wordnet struct {
	sets map[synset]*set
	rank map[sense]int  // 1 is the most usual meaning of the word
	seen map[string]int // occurrences in the texts WordNet counts
	// kinds is the number of direct kinds of a meaning.
	kinds map[synset]int
}

func lines(name string, each func([]string) error) error {
	f, err := os.Open(name) //nolint:gosec // the person who runs this chose the file
	if err != nil {
		return err
	}
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		if strings.HasPrefix(s.Text(), "  ") {
			continue // the licence
		}
		fields, _, _ := strings.Cut(s.Text(), "|")
		if err := each(strings.Fields(fields)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := s.Err(); err != nil {
		return err
	}
	return f.Close()
}

// readCounts reads lines "sense_key sense_number count".
func (w *wordnet) readCounts(name string) error {
	return lines(name, func(f []string) error {
		n, err := strconv.Atoi(f[2])
		word, _, _ := strings.Cut(f[0], "%")
		w.seen[word] += n
		return err
	})
}

// readIndex reads lines "lemma pos synset_cnt … offset…", most usual meaning
// first.
func (w *wordnet) readIndex(pos, name string) error {
	return lines(name, func(f []string) error {
		n, err := strconv.Atoi(f[2])
		if err != nil || n > len(f) {
			return fmt.Errorf("bad line for %s", f[0])
		}
		for i, offset := range f[len(f)-n:] {
			w.rank[sense{f[0], synset{pos, offset}}] = i + 1
		}
		return nil
	})
}

// readData reads lines "offset lex type w_cnt word lex_id… p_cnt pointer…".
func (w *wordnet) readData(pos, name string) error {
	return lines(name, func(f []string) error {
		words, err := strconv.ParseInt(f[3], 16, 32)
		if err != nil {
			return err
		}
		s := &set{}
		for i := range int(words) {
			word, _, _ := strings.Cut(f[4+2*i], "(")
			s.words = append(s.words, word)
		}
		at := 4 + 2*int(words)
		n, err := strconv.Atoi(f[at])
		if err != nil {
			return err
		}
		for i := range n {
			p := f[at+1+4*i : at+5+4*i]
			ends, err := strconv.ParseInt(p[3], 16, 32)
			if err != nil {
				return err
			}
			to := synset{strings.Replace(p[2], "s", "a", 1), p[1]}
			s.pointers = append(s.pointers, pointer{p[0], to, int(ends >> 8), int(ends & 0xff)})
			if p[0] == "@" {
				w.kinds[to]++
			}
		}
		w.sets[synset{pos, f[0]}] = s
		return nil
	})
}

// plain is a word a question or a column may hold; names have capitals.
var plain = regexp.MustCompile(`^[a-z]{3,14}(_[a-z]{2,12})?$`)

// table is for each word how far the related ones are.
type table map[string]map[string]int

// add keeps the smallest distance. A pair needs one word that texts use, and no
// more than one that is two words.
func (w *wordnet) add(t table, a, b string, distance int) {
	phrases := strings.Count(a+b, "_")
	if a == b || !plain.MatchString(a) || !plain.MatchString(b) || w.seen[a]+w.seen[b] == 0 || phrases > 1 || phrases > 0 && distance > 2 {
		return
	}
	for range 2 {
		if t[a] == nil {
			t[a] = map[string]int{}
		}
		if old, ok := t[a][b]; !ok || distance < old {
			t[a][b] = distance
		}
		a, b = b, a
	}
}

// pairs decides which words are related, and how closely.
func (w *wordnet) pairs() table {
	t := table{}
	for id, s := range w.sets {
		for i, a := range s.words {
			for _, b := range s.words[i+1:] {
				w.synonyms(t, id, a, b)
			}
		}
		for _, p := range s.pointers {
			if goal := w.sets[p.to]; goal != nil {
				w.pointed(t, id, s, p, goal)
			}
		}
	}
	return t
}

// synonyms relates two words of one meaning. Verbs have many meanings, so theirs
// must be usual ones.
func (w *wordnet) synonyms(t table, id synset, a, b string) {
	ra, rb := w.rank[sense{a, id}], w.rank[sense{b, id}]
	low, high := min(ra, rb), max(ra, rb)
	verbal := id.pos == "v"
	switch {
	case verbal && strings.Contains(a+b, "_"):
	case high <= 2 && (!verbal || low == 1):
		w.add(t, a, b, 1)
	case low <= 2 && high <= 4 && (!verbal || low == 1 && high <= 3):
		w.add(t, a, b, 2)
	}
}

// pointed relates the words that a pointer joins.
func (w *wordnet) pointed(t table, id synset, s *set, p pointer, goal *set) {
	usual := func(word string, of synset, most int) bool { return w.rank[sense{word, of}] <= most }
	switch p.kind {
	case "+", `\`: // derived from; pertains to
		if p.source == 0 || p.goal == 0 {
			return
		}
		if a, b := s.words[p.source-1], goal.words[p.goal-1]; usual(a, id, 2) && usual(b, p.to, 2) {
			w.add(t, a, b, 2)
		}
	case "=": // heavy is a value of weight
		w.each(s, goal, func(a, b string) {
			if usual(a, id, 2) && usual(b, p.to, 2) {
				w.add(t, a, b, 2)
			}
		})
	case "&": // similar to
		w.each(s, goal, func(a, b string) {
			if usual(a, id, 1) && usual(b, p.to, 1) && w.seen[a] > 0 && w.seen[b] > 0 {
				w.add(t, a, b, 3)
			}
		})
	case "@": // is a kind of
		if id.pos != "n" || w.kinds[p.to] > 150 {
			return
		}
		w.each(s, goal, func(a, b string) {
			if usual(a, id, 2) && usual(b, p.to, 2) && w.seen[a] > 1 && w.seen[b] > 1 {
				w.add(t, a, b, 3)
			}
		})
	}
}

func (w *wordnet) each(a, b *set, do func(a, b string)) {
	for _, x := range a.words {
		for _, y := range b.words {
			do(x, y)
		}
	}
}

// text writes one line a word: the word, and for each distance its number and
// the words at it.
func (t table) text() string {
	var keys []string
	for k := range t {
		keys = append(keys, k)
	}
	// As the reader compares: the word and the blank behind it.
	slices.SortFunc(keys, func(a, b string) int { return strings.Compare(a+" ", b+" ") })
	var out strings.Builder
	for _, k := range keys {
		out.WriteString(k)
		for distance := 1; distance <= 3; distance++ {
			var words []string
			for word, d := range t[k] {
				if d == distance {
					words = append(words, word)
				}
			}
			if len(words) > 0 {
				slices.Sort(words)
				fmt.Fprintf(&out, " %d %s", distance, strings.Join(words, " "))
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}
