package vector

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// best returns the points that score above zero, best first, equal ones by key.
func best(all []stored, limit int, score func(stored) float64) []Hit {
	var out []Hit
	for _, s := range all {
		if v := score(s); v > 0 {
			out = append(out, Hit{Key: s.Key, Group: s.Group, Payload: s.Payload, Score: v})
		}
	}
	order(out)
	return out[:min(len(out), limit)]
}

func order(hits []Hit) {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Key, b.Key))
	})
}

// copied gives hits payloads of their own.
func copied(hits []Hit) []Hit {
	for i := range hits {
		hits[i].Payload = maps.Clone(hits[i].Payload)
	}
	return hits
}

// atLeast is the score, or nothing below a bound.
func atLeast(least, score float64) float64 {
	if score < least {
		return 0
	}
	return score
}

func dot(a, b Sparse) float64 {
	sum, j := 0.0, 0
	for i, t := range a.Terms {
		for j < len(b.Terms) && b.Terms[j] < t {
			j++
		}
		if j < len(b.Terms) && b.Terms[j] == t {
			sum += float64(a.Weights[i]) * float64(b.Weights[j])
		}
	}
	return sum
}

// cosine is the product: both are of length 1.
func cosine(a, b []float32) float64 {
	if len(a) != len(b) {
		return 0
	}
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// fuseAfter is the constant of reciprocal rank fusion that Qdrant uses: the first
// of a list counts 1/2, the next 1/3.
const fuseAfter = 2

// fuse merges rankings: only places count, so scores need not be comparable.
func fuse(lists ...[]Hit) []Hit {
	at := map[string]int{}
	var out []Hit
	for _, hits := range lists {
		for rank, h := range hits {
			i, ok := at[h.Key]
			if !ok {
				i = len(out)
				at[h.Key] = i
				h.Score = 0
				out = append(out, h)
			}
			out[i].Score += 1 / float64(fuseAfter+rank)
		}
	}
	order(out)
	return out
}

// reach is how many hits of each half are fused.
func (w want) reach() int {
	if w.dense == nil {
		return w.Limit
	}
	return min(max(4*w.Limit, 50), maxLimit)
}

// weigh multiplies each term by how rare it is, as Qdrant does for sparse vectors
// with the idf modifier.
func (p *partition) weigh(q Sparse) Sparse {
	out := Sparse{Terms: q.Terms, Weights: make([]float32, len(q.Terms))}
	for i, t := range q.Terms {
		n, df := float64(p.n), float64(p.df[t])
		out.Weights[i] = q.Weights[i] * float32(math.Log(1+(n-df+0.5)/(df+0.5)))
	}
	return out
}
