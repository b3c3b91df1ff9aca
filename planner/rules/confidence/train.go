package confidence

import (
	"math"
	"slices"
)

// Options are the size of a model and how carefully it is fitted.
type Options struct {
	// Trees is how many trees are added up, Depth how many questions each asks
	// at most on the way to a leaf.
	Trees, Depth int
	// Rate is how much of each tree counts.
	Rate float64
	// Shrink pulls small leaves towards 0; Leaf is the least sum of p(1-p) in one.
	Shrink, Leaf float64
	// Columns is the share of the features a tree may use, taken in turn.
	Columns float64
}

// DefaultOptions are what the embedded model is fitted with.
func DefaultOptions() Options {
	return Options{Trees: 200, Depth: 4, Rate: 0.05, Shrink: 10, Leaf: 4, Columns: 0.3}
}

// Train fits a model to the examples by gradient boosting on the logistic loss
// (Friedman 2001, with second order leaves as in Chen and Guestrin 2016). It is
// deterministic. Names are the features of the examples.
func Train(names []string, examples []Example, o Options) *Model {
	m := &Model{Names: names}
	if len(examples) == 0 {
		return m
	}
	right, all := 1.0, 2.0
	for _, e := range examples {
		all += e.weight()
		if e.Right {
			right += e.weight()
		}
	}
	m.bias = math.Log(right / (all - right))
	b := &booster{examples: examples, o: o, sorted: sortFeatures(len(names), examples), raw: make([]float64, len(examples))}
	for i := range b.raw {
		b.raw[i] = m.bias
	}
	for k := range o.Trees {
		m.trees = append(m.trees, b.grow(k))
	}
	return m
}

// booster is the state of a training.
type booster struct {
	examples   []Example
	o          Options
	sorted     [][]int   // examples by the value of each feature
	raw        []float64 // prediction so far
	grad, hess []float64
	leaf       []int // node of the tree that each example is in, -1 when settled
}

func sortFeatures(features int, examples []Example) [][]int {
	out := make([][]int, features)
	for f := range out {
		order := make([]int, len(examples))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int {
			switch va, vb := examples[a].Features[f], examples[b].Features[f]; {
			case va < vb:
				return -1
			case va > vb:
				return 1
			}
			return 0
		})
		out[f] = order
	}
	return out
}

// grow adds the k-th tree, one level after the other.
func (b *booster) grow(k int) tree {
	n := len(b.examples)
	b.grad, b.hess, b.leaf = make([]float64, n), make([]float64, n), make([]int, n)
	for i, e := range b.examples {
		p, y := sigmoid(b.raw[i]), 0.0
		if e.Right {
			y = 1
		}
		b.grad[i], b.hess[i] = e.weight()*(y-p), e.weight()*p*(1-p)
	}
	t := tree{{feature: -1}}
	for from, depth := 0, 0; depth < b.o.Depth && from < len(t); depth++ {
		to := len(t)
		t = b.level(t, from, to, k)
		from = to
	}
	sums := b.sums(len(t))
	for i := range t {
		if t[i].feature < 0 {
			t[i].value = b.o.Rate * sums[i].grad / (sums[i].hess + b.o.Shrink)
		}
	}
	for i, e := range b.examples {
		b.raw[i] += t.value(e.Features)
	}
	return t
}

type sum struct{ grad, hess float64 }

func (b *booster) sums(nodes int) []sum {
	s := make([]sum, nodes)
	for i, l := range b.leaf {
		s[l].grad += b.grad[i]
		s[l].hess += b.hess[i]
	}
	return s
}

// split is the best question found for a node.
type split struct {
	gain, at float64
	feature  int
}

// level splits the nodes from..to of the tree where that gains anything.
func (b *booster) level(t tree, from, to, k int) tree {
	total := b.sums(len(t))
	best := make([]split, len(t))
	for f := range b.sorted {
		if b.allowed(f, k) {
			b.scan(f, from, to, total, best)
		}
	}
	for i := from; i < to; i++ {
		if best[i].gain <= 1e-9 {
			continue
		}
		t[i] = node{feature: best[i].feature, at: best[i].at, left: len(t), right: len(t) + 1}
		t = append(t, node{feature: -1}, node{feature: -1})
	}
	for i, e := range b.examples {
		if n := t[b.leaf[i]]; n.feature >= 0 {
			b.leaf[i] = n.right
			if e.Features[n.feature] <= n.at {
				b.leaf[i] = n.left
			}
		}
	}
	return t
}

// allowed draws the features of a tree without chance: a mix of both numbers.
func (b *booster) allowed(f, k int) bool {
	h := uint32(f+1)*2654435761 ^ uint32(k+1)*2246822519 //nolint:gosec // wrapping is the point
	h ^= h >> 15
	h *= 2654435761
	h ^= h >> 13
	return float64(h%1000) < 1000*b.o.Columns
}

// scan tries every threshold of a feature for all nodes of a level at once.
func (b *booster) scan(f, from, to int, total []sum, best []split) {
	left := make([]sum, to)
	last := make([]float64, to)
	seen := make([]bool, to)
	score := func(s sum) float64 { return s.grad * s.grad / (s.hess + b.o.Shrink) }
	for _, i := range b.sorted[f] {
		l := b.leaf[i]
		if l < from || l >= to {
			continue
		}
		v := b.examples[i].Features[f]
		if seen[l] && v > last[l] {
			rest := sum{total[l].grad - left[l].grad, total[l].hess - left[l].hess}
			if left[l].hess >= b.o.Leaf && rest.hess >= b.o.Leaf {
				if g := score(left[l]) + score(rest) - score(total[l]); g > best[l].gain+1e-9 {
					best[l] = split{gain: g, at: middle(last[l], v), feature: f}
				}
			}
		}
		left[l].grad += b.grad[i]
		left[l].hess += b.hess[i]
		last[l], seen[l] = v, true
	}
}

// middle is a short number between two values, so that the file stays small.
func middle(a, b float64) float64 {
	m := (a + b) / 2
	for digits := 1.0; digits <= 1e6; digits *= 10 {
		if r := math.Round(m*digits) / digits; r >= a && r < b {
			return r
		}
	}
	return a
}
