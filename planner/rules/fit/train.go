package main

import "math"

// The steps of the descent, their size, and the weight of the ridge penalty.
const (
	steps = 3000
	rate  = 0.3
	ridge = 0.01
)

// train returns the weights, one for each number of the evidence.
func train(examples []example) []float64 {
	w := make([]float64, len(examples[0].value))
	slope := make([]float64, len(w))
	for range steps {
		for i := range slope {
			slope[i] = ridge * w[i]
		}
		for _, e := range examples {
			miss := (chance(w, e.value) - e.right) / float64(len(examples))
			for i, v := range e.value {
				slope[i] += miss * v
			}
		}
		for i := range w {
			w[i] -= rate * slope[i]
		}
	}
	return w
}

// chance is the probability that a reading is right.
func chance(w, value []float64) float64 {
	sum := 0.0
	for i, v := range value {
		sum += w[i] * v
	}
	return 1 / (1 + math.Exp(-sum))
}
