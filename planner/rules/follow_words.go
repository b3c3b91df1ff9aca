package rules

import (
	"slices"
	"strings"
)

// cues are the words of an utterance that tie it to the one before.
type cues struct {
	refer  bool // points at what was shown: "those", "their"
	each   bool // one result for each thing shown
	add    bool // "also"
	swap   bool // "instead", "what about"
	only   bool
	narrow bool // starts with "only"
	all    bool // takes restrictions away
	others bool
	open   bool // starts like the middle of a conversation
	end    bool // the last word points back: "how many is that"
}

// any reports a word that makes no sense in a first utterance.
func (c cues) any() bool {
	return c.refer || c.each || c.add || c.swap || c.all || c.others || c.end || c.narrow
}

// cueWords are the phrases of lexicon/follow.txt by first word, longest first.
type cueWords map[string][]phrase

func readCueWords() cueWords {
	out := cueWords{}
	for _, line := range lexiconLines("follow.txt") {
		name, phrases := leftRight(line, ",")
		for _, text := range phrases {
			words := strings.Fields(text)
			out[words[0]] = append(out[words[0]], phrase{class: class(name), words: words})
		}
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.words) - len(a.words) })
	}
	return out
}

// at returns the longest phrase that starts at token i.
func (w cueWords) at(tokens []token, i int) (phrase, bool) {
	if tokens[i].quoted {
		return phrase{}, false
	}
	for _, ph := range w[tokens[i].lower] {
		ok := i+len(ph.words) <= len(tokens)
		for k := 1; ok && k < len(ph.words); k++ {
			ok = !tokens[i+k].quoted && !tokens[i+k].breaks && tokens[i+k].lower == ph.words[k]
		}
		if ok {
			return ph, true
		}
	}
	return phrase{}, false
}

// cut takes the cues out of tokens.
func (p *Planner) cut(tokens []token) ([]token, cues) {
	var c cues
	var rest []token
	pending := token{sentence: true}
	for i := 0; i < len(tokens); {
		ph, ok := p.lex.cues.at(tokens, i)
		if lowerAt(tokens, i) == "for" && lowerAt(tokens, i+1) == "each" && i+2 < len(tokens) && tokens[i+2].breaks {
			ph, ok = phrase{class: "each", words: []string{"for", "each"}}, true
		}
		if tokens[i].lower == "there" && !slices.Contains([]string{"are", "is", "were", "was", "be"}, lowerAt(tokens, i-1)) && i > 0 && !p.names(tokens[i-1]) {
			ph, ok = phrase{class: "refer", words: []string{"there"}}, true
		}
		if !ok || ph.class == "open" && len(rest) > 0 || !p.isCue(tokens, i, ph, rest) {
			t := tokens[i]
			if pending.sentence && len(rest) == 0 {
				t.sentence, t.breaks = true, false
			}
			t.breaks = t.breaks || pending.breaks && len(rest) > 0
			pending = token{}
			rest = append(rest, t)
			i++
			continue
		}
		c.see(ph, len(rest) == 0)
		pending.breaks = pending.breaks || tokens[i].breaks
		pending.sentence = pending.sentence || len(rest) == 0
		i += len(ph.words)
		i += p.passOver(tokens, i, ph)
		if i < len(tokens) && ph.class == "refer" && i+1 < len(tokens) && (tokens[i].lower == "or" || tokens[i].lower == "and") && p.pronoun(tokens, i+1) {
			i++ // "his or her"
		}
	}
	return p.trim(rest, &c), c
}

// passOver skips what only repeats what was shown: the "two" of "those two
// students", the "ids" of "for each of these ids, ...".
func (p *Planner) passOver(tokens []token, i int, ph phrase) int {
	last := ph.words[len(ph.words)-1]
	pointing := last == "those" || last == "these" || last == "the"
	switch {
	case i+1 >= len(tokens) || tokens[i].breaks || !pointing && last != "each":
	case ph.class == "refer" && tokens[i].isNum && tokens[i].number < 1000 && !tokens[i+1].breaks:
		return 1
	case ph.class == "each" && pointing:
		for n := 1; n <= 3 && i+n < len(tokens); n++ {
			if tokens[i+n].breaks {
				return n
			}
		}
	}
	return 0
}

func (c *cues) see(ph phrase, first bool) {
	switch ph.class {
	case "each":
		c.each, c.refer = true, true
	case "refer":
		c.refer = true
	case "add":
		c.add = true
	case "swap":
		c.swap = true
	case "only":
		c.only = true
		c.narrow = c.narrow || first
	case "all":
		c.all = true
	case "others":
		c.others = true
	case "open":
		c.open = true
	}
}

// names reports a word of the schema.
func (p *Planner) names(t token) bool {
	return slices.ContainsFunc(p.nameLinks([]token{t}), func(l link) bool { return l.score > 0.5 })
}

func (p *Planner) pronoun(tokens []token, i int) bool {
	ph, ok := p.lex.cues.at(tokens, i)
	return ok && ph.class == "refer"
}

// isCue rejects words that have another job where they stand.
func (p *Planner) isCue(tokens []token, i int, ph phrase, rest []token) bool {
	next := lowerAt(tokens, i+len(ph.words))
	first := ph.words[0]
	if last := ph.words[len(ph.words)-1]; last == "result" || last == "results" || last == "list" || last == "rest" || last == "others" || last == "above" {
		at := i + len(ph.words) - 1
		if slices.ContainsFunc(p.nameLinks(tokens[at:at+1]), func(l link) bool { return l.score > 0.9 }) {
			return false
		}
	}
	switch {
	case first == "above" && (next != "" && !tokens[i+1].breaks):
		return false // "above 100"
	case ph.class == "only" && len(ph.words) == 1 && (next == "one" || next == "a"):
		return false
	case ph.class == "all" && ph.words[0] == "show" && len(ph.words) == 2:
		return next == "" // "show all orders" is a question of its own
	case ph.class == "all" && len(ph.words) <= 2 && (first == "for" || first == "overall"):
		return next == ""
	case first == "such" && (next == "that" || next == "as"):
		return false
	case first == "it" && (next == "take" || next == "takes" || next == "took"):
		return false
	case first == "change" || first == "make" || first == "list":
		return len(rest) == 0
	case first == "the" && (next == "of" || next == "name"):
		return ph.words[len(ph.words)-1] != "list"
	}
	return true
}

// trim drops what the cues leave dangling: "of" at either end, a "that" that
// ends the utterance.
func (p *Planner) trim(rest []token, c *cues) []token {
	for n := len(rest); n > 0; n = len(rest) {
		switch rest[n-1].lower {
		case "that", "this":
			c.end, c.refer = true, true
		case "of", "for", "in", "among", "with", "does", "do", "to", "from":
		default:
			return p.thatNoun(p.trimFront(rest), c)
		}
		rest = rest[:n-1]
	}
	return rest
}

func (p *Planner) trimFront(rest []token) []token {
	for len(rest) > 0 {
		switch rest[0].lower {
		case "of", "for", "among", "do", "does", "and", "with":
			if rest[0].lower == "for" && len(rest) > 1 && (rest[1].lower == "each" || rest[1].lower == "every") {
				return rest
			}
			if rest[0].lower == "with" || rest[0].lower == "for" {
				return rest
			}
			rest = rest[1:]
			if len(rest) > 0 {
				rest[0].sentence, rest[0].breaks = true, false
			}
			continue
		}
		return rest
	}
	return rest
}

// thatNoun takes "that" and "this" off a noun: "this country" is the one
// before.
func (p *Planner) thatNoun(rest []token, c *cues) []token {
	for i := range rest {
		if (rest[i].lower == "that" || rest[i].lower == "this") && i+1 < len(rest) && !rest[i].quoted {
			if _, isTime := unitOf(rest[i+1].lower); isTime {
				continue
			}
			links := p.nameLinks(rest[i+1 : i+2])
			named := slices.ContainsFunc(links, func(l link) bool { return l.score > 0.7 })
			before := lowerAt(rest, i-1)
			after := before == "" || before == "of" || before == "for" || before == "in" || before == "does" || before == "is" || before == "from" || before == "on" || before == "with" || before == "at"
			if named && (after || rest[i].lower == "this") {
				c.refer = true
				out := slices.Delete(slices.Clone(rest), i, i+1)
				out[i].sentence, out[i].breaks = out[i].sentence || i == 0, rest[i].breaks
				return out
			}
		}
	}
	return rest
}
