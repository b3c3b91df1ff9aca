package rules

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// Evidence is a number the confidence in a reading was weighed from.
type Evidence struct {
	Name  string
	Value float64
}

// evidence describes the reading of a sheet in numbers: how the question was
// read, what stayed unexplained, how well names and cells fit, what was guessed,
// and whether the ordinary reading agrees. Its weights are in
// lexicon/sheet_evidence.txt; package fit learns them.
func (q *sheetQuestion) evidence(raw float64, reading *Reading, other *Reading) []Evidence {
	var out []Evidence
	add := func(name string, value float64) { out = append(out, Evidence{name, value}) }
	flag := func(name string, yes bool) {
		v := 0.0
		if yes {
			v = 1
		}
		add(name, v)
	}
	add("bias", 1)
	add("raw", raw)
	for _, kind := range []string{"difference", "choice", "neighbour", "like another", "extreme", "end", "amount", "count", "lookup"} {
		flag("kind "+kind, q.kind == kind)
	}
	left := map[string]float64{}
	for _, w := range q.unexplained() {
		left[w.kind]++
	}
	for _, kind := range []string{"word", "name", "cue", "number", "light", "hard"} {
		add("left "+kind, math.Min(left[kind], 3))
	}
	flag("all explained", left["word"]+left["name"]+left["cue"]+left["number"]+left["hard"] == 0)
	for _, name := range []string{"asked for", "choice", "compared by", "groups or shares", "how long", "no condition", "spelling", "year of no row"} {
		flag("doubt "+name, q.doubt[name] > 0)
	}
	q.cellEvidence(add)
	q.planEvidence(add, flag, reading)
	flag("agrees", other != nil && agree(reading, other))
	if other != nil {
		add("ordinary", other.Score)
	} else {
		add("ordinary", 0)
	}
	return out
}

func (q *sheetQuestion) cellEvidence(add func(string, float64)) {
	var full, part, short, many float64
	for i := range q.cells {
		m := &q.cells[i]
		switch {
		case m.full:
			full++
		case m.words == 1 && m.cover < 0.5:
			short++
		default:
			part++
		}
		if len(m.cols) > 1 {
			many++
		}
	}
	add("full cells", math.Min(full, 3))
	add("parts of cells", math.Min(part, 3))
	add("words of cells", math.Min(short, 3))
	add("cells of several columns", math.Min(many, 3))
	add("conditions", math.Min(float64(len(q.conds)), 3))
}

func (q *sheetQuestion) planEvidence(add func(string, float64), flag func(string, bool), reading *Reading) {
	named := 0.0
	for i := range q.heads {
		if h := &q.heads[i]; h.col() == q.target && !q.inCell(h.from) {
			named = math.Max(named, h.links[0].score)
		}
	}
	add("target named", named)
	flag("target is subject", q.target == q.s.subject)
	flag("distinct", slices.ContainsFunc(reading.Plan.Select, func(e plan.Expr) bool { return e.Agg == "count_distinct" }))
	flag("no filter", len(reading.Plan.Filters) == 0)
	flag("by position", slices.ContainsFunc(reading.Plan.OrderBy, func(o plan.OrderBy) bool { return o.Expr != nil && o.Expr.Position }))
	flag("grouped", len(reading.Plan.GroupBy) > 0)
	add("words", math.Min(float64(len(q.tokens)), 30)/10)
}

// agree reports that two readings keep the same rows and show alike: the first
// column of one is one of the other.
func agree(a, b *Reading) bool {
	if len(a.Plan.Select) == 0 || a.Plan.Limit != b.Plan.Limit || !anyAggregate(a.Plan.Select) &&
		!slices.ContainsFunc(b.Plan.Select, func(e plan.Expr) bool { return e.Column == a.Plan.Select[0].Column }) {
		return false
	}
	x, errX := json.Marshal(a.Plan.Filters)
	y, errY := json.Marshal(b.Plan.Filters)
	return errX == nil && errY == nil && string(x) == string(y) && len(a.Plan.GroupBy) == len(b.Plan.GroupBy) &&
		anyAggregate(a.Plan.Select) == anyAggregate(b.Plan.Select)
}

// weigh turns evidence into a probability by logistic regression.
func (l *lexicon) weigh(list []Evidence) float64 {
	sum := 0.0
	for _, e := range list {
		sum += l.evidence[e.Name] * e.Value
	}
	return 1 / (1 + math.Exp(-sum))
}
