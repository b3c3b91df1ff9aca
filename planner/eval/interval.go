package eval

import (
	"math/rand/v2"
	"slices"
)

// Interval is a 95 % interval of a share; the zero Interval is unknown, as it is
// for a single database.
type Interval struct{ Low, High float64 }

const (
	// resamples is how often databases are drawn.
	resamples = 2000
	// seed makes intervals the same in every report of the same run.
	seed = 20260930
)

// interval bootstraps a share over databases: each resample draws as many of
// them as there are, with replacement, and all of a database's items with it. Of
// an item, right says whether it counts above the line and counts whether below.
func interval(group []outcome, of func(outcome) (right, counts bool)) Interval {
	type tally struct{ right, n int }
	var names []string
	byDB := map[string]*tally{}
	for _, o := range group {
		right, counts := of(o)
		if !counts {
			continue
		}
		t := byDB[o.item.DB]
		if t == nil {
			t = &tally{}
			byDB[o.item.DB] = t
			names = append(names, o.item.DB)
		}
		t.n++
		t.right += one(right)
	}
	if len(names) < 2 {
		return Interval{}
	}
	chance := rand.New(rand.NewPCG(seed, uint64(len(names)))) //nolint:gosec // repeatable on purpose
	shares := make([]float64, resamples)
	for i := range shares {
		var sum tally
		for range names {
			t := byDB[names[chance.IntN(len(names))]]
			sum.right += t.right
			sum.n += t.n
		}
		shares[i] = share(sum.right, sum.n)
	}
	slices.Sort(shares)
	return Interval{Low: shares[resamples*25/1000], High: shares[resamples*975/1000-1]}
}
