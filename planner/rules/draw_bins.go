package rules

import (
	"math"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// peelBins takes off how values are put into bins: "bin the date by weekday", "in
// 20 minute buckets", "bin width of 500", "into 8 bins".
func (p *Planner) peelBins(w *drawing, tokens []token) []token {
	for i := 0; i < len(tokens); i++ {
		if from, to := p.binUnit(w, tokens, i); to > 0 {
			tokens = cut(tokens, from, to)
		}
		a, b := p.binsAt(w, tokens, i)
		if b == a {
			continue
		}
		w.binned = true
		tokens = cut(tokens, a, b)
		i = max(-1, a-1)
	}
	return tokens
}

// binsAt reads what is said of bins at token i and returns what to take off.
func (p *Planner) binsAt(w *drawing, tokens []token, i int) (a, b int) {
	t, next := &tokens[i], lowerAt(tokens, i+1)
	switch t.lower {
	case "bin", "bins", "binned", "binning", "bucket", "buckets", "bucketed":
		return p.binWords(w, tokens, i)
	case "interval", "intervals", "increments", "increment", "bands", "band":
		if n := p.widthBefore(w, tokens, i); n > 0 {
			return i - n, i + 1
		}
		if part, ok := partOf(lowerAt(tokens, i-1)); ok {
			w.part = part
			return p.lead(tokens, i-1), i + 1
		}
	case "rounded", "nearest":
		k := i + 1
		if next == "to" {
			k++
		}
		if k < len(tokens) && tokens[k].isNum && tokens[k].number > 0 {
			w.width = tokens[k].number
			return p.lead(tokens, i), p.pastUnit(tokens, k+1)
		}
	}
	return i, i
}

// binWords reads what stands around the word "bin" itself.
func (p *Planner) binWords(w *drawing, tokens []token, i int) (a, b int) {
	if n := p.widthBefore(w, tokens, i); n > 0 {
		return i - n, i + 1
	}
	k := i + 1
	for k < len(tokens) && oneOf(lowerAt(tokens, k), "size", "width", "of", "is", "=", "by", "into", "the", "in") {
		k++
	}
	if k < len(tokens) && tokens[k].isNum && tokens[k].number > 0 {
		if lowerAt(tokens, i-1) == "of" && lowerAt(tokens, i-2) == "number" {
			w.bins = int(tokens[k].number)
			return i - 2, k + 1
		}
		w.width = tokens[k].number
		return i, p.pastUnit(tokens, k+1)
	}
	return i, i + 1
}

// binUnit finds the unit of "bin the date by weekday", with what leads to it.
func (p *Planner) binUnit(w *drawing, tokens []token, i int) (a, b int) {
	if !oneOf(tokens[i].lower, "bin", "bins", "binned", "binning") {
		return 0, 0
	}
	for k := i + 1; k < len(tokens) && k-i < 9 && !tokens[k].breaks; k++ {
		part, ok := partOf(tokens[k].lower)
		if !ok || !oneOf(lowerAt(tokens, k-1), "by", "into", "the", "a", "per", "in", "each", "every", "on") {
			continue
		}
		w.part = part
		b = k + 1
		for b < len(tokens) && oneOf(tokens[b].lower, "interval", "intervals", "bins") {
			b++
		}
		return max(i+1, p.lead(tokens, k)), b
	}
	return 0, 0
}

// maxBins is up to how many "40 bins" are a number of bins rather than a width.
const maxBins = 100

// widthBefore reads "20 minute" or "in 500" before "buckets" and returns the
// number of tokens it took. A number after "into" is one of bins.
func (p *Planner) widthBefore(w *drawing, tokens []token, i int) int {
	k := i - 1
	if k >= 1 && !tokens[k].isNum && tokens[k-1].isNum {
		k--
	}
	if k < 0 || !tokens[k].isNum || tokens[k].number <= 0 {
		return 0
	}
	a := p.lead(tokens, k)
	bare := k == i-1 && oneOf(tokens[i].lower, "bins", "buckets") && tokens[k].number <= maxBins
	if lowerAt(tokens, k-1) == "into" || bare {
		w.bins = int(tokens[k].number)
	} else {
		w.width = tokens[k].number
	}
	return i - a
}

// lead returns where the small words before token k start.
func (p *Planner) lead(tokens []token, k int) int {
	for k > 0 && !tokens[k].breaks && oneOf(tokens[k-1].lower, "in", "into", "by", "the", "with", "to", "a", "of", "per", "each", "every", "on", "using", "and") {
		k--
	}
	return k
}

func (p *Planner) pastUnit(tokens []token, k int) int {
	if k < len(tokens) && !tokens[k].breaks && p.units[tokens[k].stem] {
		return k + 1
	}
	if _, ok := unitOf(lowerAt(tokens, k)); ok {
		return k + 1
	}
	return k
}

func oneOf(w string, words ...string) bool {
	for _, x := range words {
		if w == x {
			return true
		}
	}
	return false
}

// partOf is the part of a date that a bin is named by.
func partOf(word string) (plan.Part, bool) {
	switch strings.TrimSuffix(word, "s") {
	case "weekday":
		return plan.DayOfWeek, true
	case "month":
		return plan.MonthOfYear, true
	case "year":
		return plan.YearPart, true
	case "quarter":
		return plan.QuarterOfYear, true
	case "hour":
		return plan.HourOfDay, true
	}
	return "", false
}

// binWidth chooses a round width for a column's bins: about ten of them over the
// range of the column unless the question says otherwise.
func binWidth(c *column, w *drawing) float64 {
	if w.width > 0 {
		return w.width
	}
	want := 10
	if w.bins > 0 {
		want = w.bins
	}
	if c.Profile == nil {
		return 1
	}
	lo, err1 := strconv.ParseFloat(c.Profile.Min, 64)
	hi, err2 := strconv.ParseFloat(c.Profile.Max, 64)
	if err1 != nil || err2 != nil || !(hi > lo) {
		return 1
	}
	raw := (hi - lo) / float64(want)
	scale := math.Pow(10, math.Floor(math.Log10(raw)))
	width := scale * 10
	for _, step := range []float64{1, 2, 5} {
		if raw <= step*scale*1.0001 {
			width = step * scale
			break
		}
	}
	if w.bins > 0 {
		width = math.Ceil(raw/scale*20) / 20 * scale
	}
	if c.Type == catalog.Integer {
		width = max(1, math.Round(width))
	}
	return width
}
