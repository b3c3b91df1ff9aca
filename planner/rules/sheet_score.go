package rules

import (
	"math"
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
)

// addSheetReading puts the reading of a sheet where its score belongs. Where text
// holds numbers, dates or lists, or rows are compared, it comes first; elsewhere
// an ordinary reading that is sure is kept before it: it knows groups, shares and
// charts, which a sheet is not asked for.
func (p *Planner) addSheetReading(r *Result, tokens []token) {
	reading, q := p.readSheet(tokens)
	if reading == nil || len(r.Readings) > 0 && r.Readings[0].Refines {
		return
	}
	first := q.comparesRows() || p.sheet.messy() && reading.Score > 0.4
	if !first && (q.doubt["no condition"] > 0 || slices.ContainsFunc(r.Readings, func(other Reading) bool { return agree(reading, &other) })) {
		return
	}
	p.weighSheet(r, reading, q)
	margin := DefaultPolicy().Margin
	at := 0
	if first {
		for i := range r.Readings {
			// What is read as a table of records falls behind, but stays a choice.
			rest := &r.Readings[i]
			rest.Score = min(rest.Score, reading.Score-margin)
		}
	} else {
		if len(r.Readings) > 0 && r.Readings[0].Score >= DefaultPolicy().RunAt {
			reading.Score = min(reading.Score, r.Readings[0].Score-margin)
		}
		for at < len(r.Readings) && r.Readings[at].Score > reading.Score {
			at++
		}
	}
	if at == 0 {
		r.Unknown = q.unknownWords()
		r.Missing = slices.DeleteFunc(r.Missing, func(w string) bool { return !slices.Contains(r.Unknown, w) })
	}
	r.Readings = slices.Insert(r.Readings, at, *reading)
	r.Readings = r.Readings[:min(len(r.Readings), maxReadings)]
}

// weighSheet sets the score by the evidence, and takes out ordinary readings that
// say the same.
func (p *Planner) weighSheet(r *Result, reading *Reading, q *sheetQuestion) {
	var other *Reading
	if len(r.Readings) > 0 {
		other = &r.Readings[0]
	}
	reading.Evidence = q.evidence(reading.Score, reading, other)
	reading.Score = interpolate(p.lex.sheetCurve, p.lex.weigh(reading.Evidence))
	r.Readings = slices.DeleteFunc(r.Readings, func(other Reading) bool {
		same := agree(reading, &other)
		if same {
			reading.Score = max(reading.Score, other.Score)
		}
		return same
	})
}

// comparesRows reports a question that names one row by another, which only
// this reader understands.
func (q *sheetQuestion) comparesRows() bool {
	return slices.Contains([]string{"difference", "choice", "neighbour", "like another"}, q.kind)
}

// messy reports a table whose numbers, dates or lists stand in text.
func (s *sheet) messy() bool {
	return len(s.besides) > 0 || slices.ContainsFunc(s.cols, func(c *sheetColumn) bool {
		return c.Type == catalog.Text && (c.number || c.date || c.duration || c.listed)
	})
}

// readSheet reads a question about a sheet; nil where there is no sheet or no
// reading.
func (p *Planner) readSheet(tokens []token) (*Reading, *sheetQuestion) {
	if p.sheet == nil {
		return nil, nil
	}
	q := p.sheet.question(tokens)
	query := q.read()
	if q.beyond() {
		q.doubt["groups or shares"] = 0.3
	}
	if query == nil || query.Validate() != nil {
		return nil, nil
	}
	return &Reading{Plan: query, Score: q.confidence(), Explain: q.explain()}, q
}

// beyond reports words that ask for groups, shares or a chart, which the reading
// of a sheet has none of.
func (q *sheetQuestion) beyond() bool {
	for i := range q.tokens {
		if q.inCell(i) || q.inHead(i) {
			continue
		}
		if q.lower(i) == "by" && q.headAfter(i+1) {
			return true
		}
		for _, ph := range q.s.p.lex.phrases[q.lower(i)] {
			switch ph.class {
			case "group", "chart", "share", "ratio", "trend", "bucket", "distribution", "anaphor":
				if q.saysWords(i, ph.words) && (ph.class != "anaphor" || len(ph.words) > 1) {
					return true
				}
			}
		}
	}
	return false
}

// confidence multiplies what is in doubt: words no part of the plan came from,
// and the guesses made on the way.
func (q *sheetQuestion) confidence() float64 {
	score := 1.0
	for _, w := range q.unexplained() {
		score *= w.factor
	}
	names := make([]string, 0, len(q.doubt))
	for name := range q.doubt {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		score *= q.doubt[name]
	}
	return math.Min(score, 1)
}

type leftWord struct {
	kind   string
	text   string
	factor float64
}

// unexplained lists the words the plan does not come from and what each costs.
func (q *sheetQuestion) unexplained() []leftWord {
	var out []leftWord
	for i, t := range q.tokens {
		if q.used[i] || q.inCell(i) {
			continue
		}
		switch {
		case q.isCue(i, "hard"):
			out = append(out, leftWord{"hard", t.text, 0.4})
		case t.quoted, t.isNum:
			out = append(out, leftWord{"number", t.text, 0.5})
		case q.isCue(i, "extreme", "end", "next", "than", "difference", "same", "average", "not", "more", "other"):
			out = append(out, leftWord{"cue", t.text, 0.7})
		case q.isCue(i, "light"):
			out = append(out, leftWord{"light", t.text, 0.96})
		case t.stop || q.s.p.lex.function[t.lower] || q.isCue(i):
		case q.inHead(i):
			out = append(out, leftWord{"name", t.text, 0.85})
		default:
			factor := 0.8
			if cost, ok := q.s.p.lex.light[t.lower]; ok {
				factor = 1 - cost*0.3
			}
			out = append(out, leftWord{"word", t.text, factor})
		}
	}
	return out
}

// unknownWords are the words to name in a refusal.
func (q *sheetQuestion) unknownWords() []string {
	var out []string
	for _, w := range q.unexplained() {
		if w.kind != "light" && w.factor < 0.95 {
			out = append(out, w.text)
		}
	}
	return out
}

func (q *sheetQuestion) explain() []string {
	out := []string{"read as: " + q.kind}
	for name := range q.doubt {
		out = append(out, "doubt: "+name)
	}
	slices.Sort(out[1:])
	for _, w := range q.unexplained() {
		if w.factor < 0.95 {
			out = append(out, "not understood: "+w.text)
		}
	}
	return out
}
