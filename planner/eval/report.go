package eval

import (
	"cmp"
	"maps"
	"slices"
)

// Slice is a group of items with one thing in common.
type Slice struct {
	// By is what they have in common (set, kind, dsl, difficulty) and Name its
	// value; By is "" for the two slices of everything.
	By, Name string
	Figures
}

// Report holds the figures of one run over one suite.
type Report struct {
	// All are all items, Strong those whose gold is hard to hit by accident.
	All, Strong Slice
	// Slices go by set, kind, dsl, difficulty and whether a question refers to one
	// before it, wherever the items differ in that.
	Slices []Slice
	// Calibration compares confidence with what came of it.
	Calibration []Bin
	// Losses says where the wrong ones went wrong.
	Losses Losses
}

// bySequence is the slicing by whether a question refers to one before it.
const bySequence = "refers to a question before"

// Bin is a range of confidence, from Low up to the next bin's, and the scored
// items whose reading was run or offered with it.
type Bin struct {
	Low float64
	N   int
	// Confidence is the mean of the planner's, Right the share that is right.
	Confidence, Right float64
}

// NewReport grades every item; one without a prediction counts as failed.
func NewReport(items []Item, predictions map[string]*Prediction) *Report {
	outcomes := outcomesOf(items, predictions)
	strong := slices.DeleteFunc(slices.Clone(outcomes), func(o outcome) bool { return o.item.Weak })
	r := &Report{
		All:    Slice{Name: "all", Figures: figuresOf(outcomes)},
		Strong: Slice{Name: "without weak", Figures: figuresOf(strong)},
	}
	for _, by := range []struct {
		name string
		of   func(*Item) string
	}{
		{"set", func(it *Item) string { return it.Set }},
		{"kind", (*Item).kind},
		{"dsl", func(it *Item) string { return it.DSL }},
		{"difficulty", func(it *Item) string { return it.Difficulty }},
		{bySequence, func(it *Item) string { return yesNo(it.Tags.Sequential || len(it.Turns) > 0) }},
	} {
		r.Slices = append(r.Slices, slicesBy(by.name, by.of, outcomes)...)
	}
	r.Calibration, r.Losses = calibrate(outcomes), lossesOf(outcomes)
	return r
}

func outcomesOf(items []Item, predictions map[string]*Prediction) []outcome {
	outcomes := make([]outcome, len(items))
	for i := range items {
		p := predictions[items[i].ID]
		outcomes[i] = outcome{item: &items[i], prediction: p, grade: GradeItem(&items[i], p), status: p.status()}
	}
	return outcomes
}

// slicesBy groups by a property; one group of all is not worth a line.
func slicesBy(by string, of func(*Item) string, outcomes []outcome) []Slice {
	groups := map[string][]outcome{}
	for _, o := range outcomes {
		groups[of(o.item)] = append(groups[of(o.item)], o)
	}
	if len(groups) < 2 {
		return nil
	}
	var out []Slice
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		out = append(out, Slice{By: by, Name: cmp.Or(name, "none"), Figures: figuresOf(groups[name])})
	}
	return out
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// bins is how many ranges of confidence there are.
const bins = 10

func calibrate(outcomes []outcome) []Bin {
	all := make([]Bin, bins)
	right := make([]int, bins)
	for i := range all {
		all[i].Low = float64(i) / bins
	}
	for _, o := range outcomes {
		if o.prediction == nil || o.prediction.Rows == nil || !o.prediction.answered() || !o.grade.Scored {
			continue
		}
		k := min(bins-1, max(0, int(o.prediction.Confidence*bins)))
		all[k].N++
		all[k].Confidence += o.prediction.Confidence
		right[k] += one(o.grade.Cols)
	}
	var used []Bin
	for k, b := range all {
		if b.N > 0 {
			b.Confidence /= float64(b.N)
			b.Right = share(right[k], b.N)
			used = append(used, b)
		}
	}
	return used
}
