package rules

import (
	"math"
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// addSheetReading puts the reading of a sheet where its score belongs. Of
// readings that are both sure, the ordinary one is kept before it: it knows
// groups, shares and charts, which a sheet is not asked for.
func (p *Planner) addSheetReading(r *Result, tokens []token) {
	reading := p.readSheet(tokens)
	if reading == nil || len(r.Readings) > 0 && r.Readings[0].Refines {
		return
	}
	own := p.sheet.messy() && reading.Score > 0.2 || slices.Contains([]string{"read as: difference", "read as: choice", "read as: neighbour", "read as: like another"}, reading.Explain[0])
	if !own && len(r.Readings) > 0 && r.Readings[0].Score >= DefaultPolicy().RunAt {
		reading.Score = min(reading.Score, r.Readings[0].Score-DefaultPolicy().Margin)
	}
	at := 0
	for !own && at < len(r.Readings) && r.Readings[at].Score > reading.Score && r.Readings[0].Score >= DefaultPolicy().RunAt {
		at++
	}
	for i := range r.Readings[at:] {
		// What is read as a table of records falls behind, but stays a choice.
		rest := &r.Readings[at+i]
		rest.Score = min(rest.Score, reading.Score-DefaultPolicy().Margin)
	}
	r.Readings = slices.Insert(r.Readings, at, *reading)
	r.Readings = r.Readings[:min(len(r.Readings), maxReadings)]
}

// messy reports a table whose numbers, dates or lists stand in text.
func (s *sheet) messy() bool {
	return len(s.besides) > 0 || slices.ContainsFunc(s.cols, func(c *sheetColumn) bool {
		return c.Type == catalog.Text && (c.number || c.date || c.duration || c.listed)
	})
}

// readSheet reads a question about a sheet; nil where there is no sheet or no
// reading.
func (p *Planner) readSheet(tokens []token) *Reading {
	if p.sheet == nil {
		return nil
	}
	q := p.sheet.question(tokens)
	query := q.read()
	if q.beyond() {
		q.doubt["groups or shares"] = 0.3
	}
	if query == nil || query.Validate() != nil {
		return nil
	}
	return &Reading{Plan: query, Score: q.confidence(query), Explain: q.explain()}
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
func (q *sheetQuestion) confidence(*plan.Query) float64 {
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
	return interpolate(q.s.p.lex.sheetCurve, math.Min(score, 1))
}

type leftWord struct {
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
			out = append(out, leftWord{t.text, 0.4})
		case t.quoted, t.isNum:
			out = append(out, leftWord{t.text, 0.5})
		case q.isCue(i, "extreme", "end", "next", "than", "difference", "same", "average", "not", "more", "other"):
			out = append(out, leftWord{t.text, 0.7})
		case q.isCue(i, "light"):
			out = append(out, leftWord{t.text, 0.96})
		case t.stop || q.s.p.lex.function[t.lower] || q.isCue(i):
		case q.inHead(i):
			out = append(out, leftWord{t.text, 0.85})
		default:
			factor := 0.8
			if cost, ok := q.s.p.lex.light[t.lower]; ok {
				factor = 1 - cost*0.3
			}
			out = append(out, leftWord{t.text, factor})
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
