package synth

import (
	"hash/fnv"
	"math/bits"
	"math/rand/v2"
)

// Rand is a repeatable source of chance. It is not safe for concurrent use:
// every table has its own.
type Rand struct {
	pcg *rand.PCG
}

// NewRand returns the source that belongs to name. Equal names give equal
// sequences, for ever.
func NewRand(name string) *Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return &Rand{pcg: rand.NewPCG(h.Sum64(), 0x9e3779b97f4a7c15)}
}

// Below returns a number in [0, n). n must be positive.
func (r *Rand) Below(n int64) int64 {
	if n <= 0 {
		panic("synth: Below needs a positive bound")
	}
	// The high word of a 64×64 bit product is uniform up to a bias of n/2^64,
	// which no dataset is long enough to show.
	hi, _ := bits.Mul64(r.pcg.Uint64(), uint64(n))
	return int64(hi) //nolint:gosec // hi < n, which is an int64
}

// Between returns a number in [low, high], both included.
func (r *Rand) Between(low, high int64) int64 {
	return low + r.Below(high-low+1)
}

// Chance is true in permille of 1000 cases.
func (r *Rand) Chance(permille int64) bool {
	return r.Below(1000) < permille
}

// Normal returns a normally distributed number with mean 0 and standard
// deviation [One], cut at 6 deviations. It is the sum of twelve uniform
// 16-bit numbers (Irwin-Hall).
func (r *Rand) Normal() int64 {
	var sum int64
	for range 3 {
		for word := r.pcg.Uint64(); word != 0; word >>= 16 {
			sum += int64(word & 0xffff)
		}
	}
	return sum - 6*One
}

// LogNormal returns a multiplier in units of 1/[One] whose median is One and
// whose logarithm to base 2 has the standard deviation sigma, in units of
// 1/One. Files of durations, prices and stocks are shaped like this: most
// values are small, a few are very large.
func (r *Rand) LogNormal(sigma int64) int64 {
	return Exp2(r.Normal() * sigma / One)
}

// Shuffled returns the numbers 0 … n-1 in a random order.
func (r *Rand) Shuffled(n int) []int {
	order := make([]int, n)
	for i := range order {
		j := int(r.Below(int64(i) + 1))
		order[i] = order[j]
		order[j] = i
	}
	return order
}

// Picker draws indexes by weight.
type Picker struct {
	// ends holds running sums: index i owns [ends[i-1], ends[i]).
	ends []int64
}

// NewPicker returns a picker over weights. Weights must not be negative; an
// index of weight 0 is never drawn; at least one weight must be positive.
func NewPicker(weights ...int64) Picker {
	ends := make([]int64, len(weights))
	var sum int64
	for i, w := range weights {
		if w < 0 {
			panic("synth: negative weight")
		}
		sum += w
		ends[i] = sum
	}
	if sum == 0 {
		panic("synth: no positive weight")
	}
	return Picker{ends: ends}
}

// Pick draws one index.
func (p Picker) Pick(r *Rand) int {
	at := r.Below(p.ends[len(p.ends)-1])
	low, high := 0, len(p.ends)-1
	for low < high {
		mid := (low + high) / 2
		if at < p.ends[mid] {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// Zipf returns n weights that fall like 1/(rank+offset): a small offset gives
// a few stars and a long tail, a large one a gentle slope.
func Zipf(n int, offset int64) []int64 {
	weights := make([]int64, n)
	for i := range weights {
		weights[i] = 1_000_000 / (int64(i) + 1 + offset)
	}
	return weights
}
