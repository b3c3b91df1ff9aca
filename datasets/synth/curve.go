package synth

// One is 1 in the fixed-point numbers of this package: 16 fractional bits.
const One = 1 << 16

// Exp2 returns 2 to the power of x/[One], in units of 1/One, with a relative
// error below 0.3 %. x may be between -16·One and 30·One and is cut to that.
func Exp2(x int64) int64 {
	x = min(max(x, -16*One), 30*One)
	whole := x >> 16
	part := x & (One - 1)
	value := int64(One)
	// Each constant is 2^(1/2), 2^(1/4), … 2^(1/256), in units of 1/One.
	for i, root := range [8]int64{92682, 77936, 71468, 68438, 66971, 66250, 65892, 65714} {
		if part&(1<<(15-i)) != 0 {
			value = value * root / One
		}
	}
	if whole < 0 {
		return value >> -whole
	}
	return value << whole
}

// Sine returns amplitude·sin(2π·pos/period), rounded towards zero. pos may be
// any number and period must be positive. It is Bhaskara's approximation, whose
// error is below 0.2 % of the amplitude.
func Sine(pos, period, amplitude int64) int64 {
	pos %= period
	if pos < 0 {
		pos += period
	}
	sign := int64(1)
	if 2*pos >= period {
		pos -= period / 2
		sign = -1
	}
	// With x = pos and half = period/2: sin(πx/half) ≈ 16x(half-x) / (5half² - 4x(half-x)).
	// Doubling x keeps odd periods exact.
	x, half := 2*pos, period
	if sign < 0 {
		x -= period % 2
	}
	rise := x * (half - x)
	return sign * amplitude * 16 * rise / (5*half*half - 4*rise)
}

// Scale returns v·permille/1000, rounded half away from zero.
func Scale(v, permille int64) int64 {
	return DivRound(v*permille, 1000)
}

// DivRound returns a/b rounded half away from zero. b must be positive.
func DivRound(a, b int64) int64 {
	if a < 0 {
		return -((-a + b/2) / b)
	}
	return (a + b/2) / b
}
