package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/plan"
)

// course is what a question makes of its measures: how they go on over time
// ("running total", "compared with the month before"), or how two of them differ.
// It also holds the days of the week a question is about.
type course struct {
	window  plan.WindowKind
	unit    plan.Bucket // the step that is compared with; "" where none is named
	periods int
	differ  bool
	days    []any // 1 is Monday; nil for all
	text    string
}

// peelCourse takes the phrases of course.txt off a question. What the data calls
// by the same words is left alone.
func (p *Planner) peelCourse(tokens []token) (*course, []token) {
	var c *course
	for i := 0; i < len(tokens); i++ {
		kind, found, n := p.courseAt(tokens, i)
		if n == 0 || n == len(tokens) || p.namedSo(tokens[i:i+n]) {
			continue
		}
		if c == nil {
			c = &course{}
		}
		if !c.add(kind, found) {
			continue
		}
		tokens = cut(tokens, i, i+n)
		i--
	}
	if c != nil && c.differ {
		tokens = p.plainExtremes(tokens)
	}
	return c, tokens
}

// plainExtremes says "maximum" for "highest": between two of them there is a
// difference of values, not of rows.
func (p *Planner) plainExtremes(tokens []token) []token {
	tokens = slices.Clone(tokens)
	for i, t := range tokens {
		word := ""
		switch t.lower {
		case "highest", "largest", "greatest", "biggest":
			word = "maximum"
		case "lowest", "smallest", "least":
			word = "minimum"
		}
		if word != "" && !t.quoted {
			plain := p.lex.word(word, word)
			plain.breaks, plain.sentence = t.breaks, t.sentence
			tokens[i] = plain
		}
	}
	return tokens
}

// namedSo reports words that are a name or a value of the dataset.
func (p *Planner) namedSo(tokens []token) bool {
	return slices.ContainsFunc(p.nameLinks(tokens), func(l link) bool { return l.score > 0.9 })
}

// add notes one phrase. A question has one course and one difference.
func (c *course) add(kind class, found course) bool {
	switch kind {
	case "weekend", "workday":
		if c.days != nil {
			return false
		}
		c.days = []any{6, 7}
		if kind == "workday" {
			c.days = []any{1, 2, 3, 4, 5}
		}
	case "difference":
		c.differ = true
	default:
		if c.window != "" {
			return false
		}
		c.window, c.unit, c.periods = plan.WindowKind(kind), found.unit, found.periods
	}
	c.text = strings.TrimSpace(c.text + " " + found.text)
	return true
}

// courseAt finds the longest phrase that starts at token i.
func (p *Planner) courseAt(tokens []token, i int) (kind class, found course, n int) {
	for _, ph := range p.lex.courses {
		if len(ph.words) <= n {
			continue
		}
		if c, ok := ph.courseOf(tokens[i:]); ok {
			kind, found, n = ph.class, c, len(ph.words)
		}
	}
	return kind, found, n
}

// courseOf matches a phrase with its places for units and numbers.
func (ph phrase) courseOf(tokens []token) (course, bool) {
	var c course
	if len(ph.words) > len(tokens) {
		return c, false
	}
	var said []string
	for k, word := range ph.words {
		t := tokens[k]
		if t.quoted || k > 0 && t.breaks {
			return c, false
		}
		said = append(said, t.lower)
		switch word {
		case "{unit}":
			unit, ok := unitOf(t.lower)
			if !ok || c.unit != "" && c.unit != unit {
				return c, false
			}
			c.unit = unit
		case "{n}":
			if !t.isNum || t.number < 2 || t.number > 1000 || t.number != float64(int(t.number)) {
				return c, false
			}
			c.periods = int(t.number)
		default:
			if t.lower != word {
				return c, false
			}
		}
	}
	c.text = strings.Join(said, " ")
	return c, true
}

func (l *lexicon) readCourses() {
	for _, line := range lexiconLines("course.txt") {
		name, phrases := leftRight(line, ",")
		for _, text := range phrases {
			l.courses = append(l.courses, phrase{class: class(name), words: strings.Fields(text)})
		}
	}
}

// overTime groups by the unit of a course that names no other.
func (d *draft) overTime() {
	c := d.in.course
	if c == nil || c.window == "" || slices.ContainsFunc(d.in.groups, func(t *term) bool { return t.bucket != "" || t.isPeriod(d) }) {
		return
	}
	if c.loose() && len(d.in.groups) > 0 {
		c.window = ""
		return
	}
	unit := c.unit
	if unit == "" {
		unit = d.bucketFor()
	}
	d.in.groups = append(d.in.groups, &term{role: asColumn, bucket: unit, implicit: true})
}

// loose reports a word that often means no more than a sum: the cumulative gross
// of each genre.
func (c *course) loose() bool {
	return c.window == plan.RunningTotal && !strings.Contains(c.text, "running")
}

// isPeriod reports a group by a column of years or of dates as they are.
func (t *term) isPeriod(d *draft) bool {
	if t.expr != nil && t.expr.Bucket != "" {
		return true
	}
	r := t.link.ref
	if r.col < 0 || t.role == asTable || t.role == asRows {
		return false
	}
	c := d.p.column(r)
	return c.year || c.Type.Temporal()
}
