package eval

import (
	"slices"

	"github.com/leo-analytics/leo/shared/run"
)

// outcome is one item with what became of it.
type outcome struct {
	item       *Item
	prediction *Prediction // nil: none
	grade      Grade
	status     run.Status
}

// Figures are what is reported of a group of items. Shares are over the counts
// named beside them.
type Figures struct {
	// N is the number of items, Databases that of the databases they are about.
	N, Databases int
	// Scored are the items with something to compare with; EX and Cols how many
	// of them are right when the first suggestion is taken.
	Scored, EX, Cols int
	// Answerable are the items that have an answer. Ran of them were run unasked,
	// AskedBack led to a question back, Refused to a refusal, and Failed broke.
	Answerable, Ran, AskedBack, Refused, Failed int
	// RanScored are all scored items that were run unasked, those without an
	// answer among them: those are always wrong. RanCols are the right ones.
	RanScored, RanCols int
	// Unanswerable are the items without an answer, UnanswerableRefused those
	// that were refused.
	Unanswerable, UnanswerableRefused int
	// Charts are the items that ask for a chart.
	Charts, ChartType, ChartFamily int
	// Encs are the items whose chart's fields are known.
	Encs, EncExact, EncPartial int
	// Dialogues are conversations and DialoguesRight those with every turn right.
	Dialogues, DialoguesRight int
	// ColsInterval and PrecisionInterval are 95 % intervals of the two shares.
	ColsInterval, PrecisionInterval Interval
	// PlanMS and MS are the times of planning and of the whole run, in
	// milliseconds.
	PlanMS, MS Latency
}

// Latency holds percentiles; N is the number of times they are of.
type Latency struct {
	N        int
	P50, P99 float64
}

// Coverage is the share of answerable items that were run unasked.
func (f Figures) Coverage() float64 { return share(f.Ran, f.Answerable) }

// Precision is the share of items run unasked that are right.
func (f Figures) Precision() float64 { return share(f.RanCols, f.RanScored) }

func share(part, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(part) / float64(of)
}

// figuresOf counts a group.
func figuresOf(group []outcome) Figures {
	f := Figures{N: len(group)}
	databases := map[string]bool{}
	var planning, whole []float64
	for _, o := range group {
		databases[o.item.DB] = true
		f.count(o)
		if o.prediction != nil && o.prediction.PlanMS > 0 {
			planning = append(planning, o.prediction.PlanMS)
		}
		if o.prediction != nil && o.prediction.MS > 0 {
			whole = append(whole, o.prediction.MS)
		}
	}
	f.Databases = len(databases)
	f.Dialogues, f.DialoguesRight = dialogues(group)
	f.ColsInterval = interval(group, func(o outcome) (bool, bool) { return o.grade.Cols, o.grade.Scored })
	f.PrecisionInterval = interval(group, func(o outcome) (bool, bool) { return o.grade.Cols, o.ran() && o.grade.Scored })
	f.PlanMS, f.MS = latencyOf(planning), latencyOf(whole)
	return f
}

// ran says that Leo ran the item unasked.
func (o outcome) ran() bool { return o.status == run.Succeeded }

func (f *Figures) count(o outcome) {
	g := o.grade
	f.Scored += one(g.Scored)
	f.EX += one(g.Scored && g.EX)
	f.Cols += one(g.Scored && g.Cols)
	f.RanScored += one(o.ran() && g.Scored)
	f.RanCols += one(o.ran() && g.Scored && g.Cols)
	f.Charts += one(g.HasChart)
	f.ChartType += one(g.ChartType)
	f.ChartFamily += one(g.ChartFamily)
	f.Encs += one(g.HasEnc)
	f.EncExact += one(g.EncExact)
	f.EncPartial += one(g.EncPartial)
	if o.item.kind() == KindUnanswerable {
		f.Unanswerable++
		f.UnanswerableRefused += one(g.Cols)
		return
	}
	f.Answerable++
	switch o.status {
	case run.Succeeded:
		f.Ran++
	case run.NeedsInput:
		f.AskedBack++
	case run.Rejected:
		f.Refused++
	default:
		f.Failed++
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// dialogues counts conversations and those that are right to the last turn.
func dialogues(group []outcome) (n, right int) {
	good := map[string]bool{}
	for _, o := range group {
		if d := o.item.Dialogue; d != "" {
			was, seen := good[d]
			good[d] = (was || !seen) && o.grade.Cols
		}
	}
	for _, ok := range good {
		right += one(ok)
	}
	return len(good), right
}

func latencyOf(ms []float64) Latency {
	if len(ms) == 0 {
		return Latency{}
	}
	slices.Sort(ms)
	return Latency{N: len(ms), P50: ms[len(ms)/2], P99: ms[min(len(ms)-1, len(ms)*99/100)]}
}
