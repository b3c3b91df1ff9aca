package confidence

import (
	"math"
	"slices"
)

// CrossValidate returns a confidence for each example from a model that was
// trained without the databases of its fold. Databases are dealt to the folds in
// turn, the same way every time.
func CrossValidate(names []string, examples []Example, o Options, folds int) []float64 {
	out := make([]float64, len(examples))
	for fold := range folds {
		var train []Example
		for _, e := range examples {
			if e.Group%folds != fold {
				train = append(train, e)
			}
		}
		m := Train(names, train, o)
		for i, e := range examples {
			if e.Group%folds == fold {
				out[i] = m.Predict(e.Features)
			}
		}
	}
	return out
}

// Outcome is what a threshold means for one set.
type Outcome struct {
	Set, Examples, Run, Right int
}

// Precision is the share of the readings run that were right; 1 for none.
func (o Outcome) Precision() float64 {
	if o.Run == 0 {
		return 1
	}
	return float64(o.Right) / float64(o.Run)
}

// Judge counts, set by set, what running from a threshold on does.
func Judge(examples []Example, confidence []float64, threshold float64) []Outcome {
	var out []Outcome
	for i, e := range examples {
		at := slices.IndexFunc(out, func(o Outcome) bool { return o.Set == e.Set })
		if at < 0 {
			at = len(out)
			out = append(out, Outcome{Set: e.Set})
		}
		out[at].Examples++
		if confidence[i] >= threshold {
			out[at].Run++
			if e.Right {
				out[at].Right++
			}
		}
	}
	slices.SortFunc(out, func(a, b Outcome) int { return a.Set - b.Set })
	return out
}

// Threshold returns the lowest confidence, in steps of a hundredth, at which
// every set with at least fifty examples reaches the precision, or 1.
func Threshold(examples []Example, confidence []float64, precision float64) float64 {
	for t := 0.5; t < 1; t += 0.01 {
		ok := true
		for _, o := range Judge(examples, confidence, t) {
			ok = ok && (o.Examples < 50 || o.Precision() >= precision)
		}
		if ok {
			return math.Round(t*100) / 100
		}
	}
	return 1
}
