package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/planner/rules/confidence"
)

// rate ranks a draft by how much of the question it explains and how surely. The
// raw score orders drafts; what it is worth is the model's to say.
func (d *draft) rate() {
	w := d.p.lex.weights
	score := d.in.penalty
	for _, it := range d.in.leftover {
		score *= d.leftoverFactor(it)
	}
	for _, l := range d.links {
		if l.score < 0.75 && l.why != "label" && l.why != "key" {
			score *= w["weak_link"] + (1-w["weak_link"])*l.score
		}
		if l.why == "description" {
			score *= w["description"]
		}
	}
	for range d.query.Joins {
		score *= w["join_step"]
	}
	for n := d.bridges(); n > 1; n-- {
		score *= w["far_bridge"]
	}
	d.score = min(score, 1)
	d.tell()
}

// bridges counts joined tables that the question neither names nor uses: one is
// normal between two entities, more are guesswork.
func (d *draft) bridges() int {
	n := 0
	for _, s := range d.path {
		if t := s.target(); !d.mentioned[t] && d.used[t] == 0 {
			n++
		}
	}
	return n
}

// interpolate reads a curve of ascending points with straight lines between.
func interpolate(curve [][2]float64, raw float64) float64 {
	for i := 1; i < len(curve); i++ {
		a, b := curve[i-1], curve[i]
		if raw <= b[0] {
			return a[1] + (b[1]-a[1])*(raw-a[0])/(b[0]-a[0])
		}
	}
	return raw
}

// newModel reads the embedded confidence model. Like the lexicon it is part of
// the program; a test reads it, so a bad one is only empty here.
func newModel() *confidence.Model {
	data, err := lexiconFiles.ReadFile("lexicon/confidence.txt")
	if err != nil {
		return &confidence.Model{}
	}
	m, err := confidence.Parse(data)
	if err != nil {
		return &confidence.Model{}
	}
	return m.Aligned(FeatureNames())
}

// isPlain reports a reading that rests on names as they are written.
func (d *draft) isPlain() bool {
	if d.score < 0.85 || len(d.in.leftover)+len(d.in.notes)+d.ambiguous > 0 || d.behind > 0 || d.bridges() > 1 || d.in.prev != nil {
		return false
	}
	return !slices.ContainsFunc(d.links, func(l link) bool { return l.score < 0.95 })
}

func (d *draft) leftoverFactor(it *item) float64 {
	w := d.p.lex.weights
	if d.turned && d.p.lex.said[it.word] != 0 {
		return 0.98 // its direction chose a column or a join
	}
	switch it.kind {
	case kLexicon:
		return w["unused_lexicon"]
	case kName:
		return w["unused_name"]
	case kNumber, kPeriod, kQuote:
		return w["unused_name"]
	}
	if cost, ok := d.p.lex.light[it.word]; ok {
		return 1 - cost*(1-w["light_word"])*3
	}
	return w["unknown_word"]
}

// tell explains the draft in the order of the question.
func (d *draft) tell() {
	for _, l := range d.links {
		if l.ref.col < 0 {
			d.note("table", d.p.tables[l.ref.table].Name, fmt.Sprintf("(%s, %.2f)", l.why, l.score))
			continue
		}
		d.note("column", d.columnName(l.ref), fmt.Sprintf("(%s, %.2f)", l.why, l.score))
	}
	for _, n := range d.in.notes {
		d.explain = append(d.explain, "doubt: "+n)
	}
	if len(d.in.leftover) > 0 {
		d.explain = append(d.explain, "not understood: "+strings.Join(d.unknownWords(), ", "))
	}
}

func (d *draft) unknownWords() []string {
	var out []string
	for _, it := range d.in.leftover {
		out = append(out, it.text)
	}
	return out
}
