package synth_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// These numbers may never change: every dataset hangs on them.
func TestRandRepeatsForEver(t *testing.T) {
	r := synth.NewRand("example")
	got := []int64{r.Below(1000), r.Below(1 << 40), r.Between(-5, 5), r.Normal(), r.LogNormal(synth.One)}
	for _, i := range r.Shuffled(5) {
		got = append(got, int64(i))
	}
	want := []int64{182, 647914930041, 4, 55662, 51503, 0, 1, 4, 2, 3}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if other := synth.NewRand("another"); other.Below(1<<40) == synth.NewRand("example").Below(1<<40) {
		t.Error("two names give one sequence")
	}
}

func TestNormalHasItsMoments(t *testing.T) {
	r := synth.NewRand("moments")
	const n = 100_000
	var sum, squares float64
	for range n {
		v := float64(r.Normal()) / synth.One
		sum += v
		squares += v * v
	}
	if mean, deviation := sum/n, math.Sqrt(squares/n); math.Abs(mean) > 0.02 || math.Abs(deviation-1) > 0.02 {
		t.Errorf("mean %.4f, deviation %.4f", mean, deviation)
	}
}

func TestExp2FollowsThePower(t *testing.T) {
	for x := int64(-8 * synth.One); x <= 20*synth.One; x += 777 {
		want := math.Exp2(float64(x)/synth.One) * synth.One
		if got := float64(synth.Exp2(x)); math.Abs(got-want) > 0.003*want+1 {
			t.Fatalf("Exp2(%d) = %.0f, want %.0f", x, got, want)
		}
	}
	if synth.Exp2(math.MinInt64) != 1 || synth.Exp2(math.MaxInt64) != synth.One<<30 {
		t.Error("far arguments are not cut")
	}
}

func TestSineFollowsTheCircle(t *testing.T) {
	for _, period := range []int64{7, 24, 365} {
		for pos := -2 * period; pos <= 2*period; pos++ {
			want := 100_000 * math.Sin(2*math.Pi*float64(pos)/float64(period))
			if got := float64(synth.Sine(pos, period, 100_000)); math.Abs(got-want) > 200 {
				t.Fatalf("Sine(%d, %d) = %.0f, want %.0f", pos, period, got, want)
			}
		}
	}
}

func TestRoundingIsHalfAwayFromZero(t *testing.T) {
	for _, c := range []struct{ a, b, want int64 }{{5, 10, 1}, {4, 10, 0}, {-5, 10, -1}, {-4, 10, 0}, {7, 2, 4}, {0, 3, 0}} {
		if got := synth.DivRound(c.a, c.b); got != c.want {
			t.Errorf("DivRound(%d, %d) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	if got := synth.Scale(1001, 1500); got != 1502 {
		t.Errorf("Scale = %d", got)
	}
}

func TestPickerFollowsItsWeights(t *testing.T) {
	r := synth.NewRand("picker")
	p := synth.NewPicker(0, 1, 0, 3, 0)
	var drawn [5]int
	for range 40_000 {
		drawn[p.Pick(r)]++
	}
	if drawn[0]+drawn[2]+drawn[4] != 0 || math.Abs(float64(drawn[3])/float64(drawn[1])-3) > 0.15 {
		t.Errorf("drawn %v", drawn)
	}
	for name, weights := range map[string][]int64{"none": {}, "all zero": {0, 0}, "negative": {3, -1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: a picker was made", name)
				}
			}()
			synth.NewPicker(weights...)
		}()
	}
}

func TestTableWritesPlainCSV(t *testing.T) {
	dir := t.TempDir()
	d, err := synth.NewDir(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	tb, err := d.Create("x.csv", "a", "b", "c")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, time.January, 31, 8, 30, 0, 0, time.UTC)
	for _, row := range [][3]func(){
		{func() { tb.Int(-7) }, func() { tb.Fixed(1250, 2) }, func() { tb.Fixed(-5, 2) }},
		{func() { tb.Null() }, func() { tb.Bool(true) }, func() { tb.Date(at) }},
		{func() { tb.Text(`a "b", c`) }, func() { tb.Text("plain") }, func() { tb.Time(at) }},
		{func() { tb.Fixed(0, 1) }, func() { tb.Fixed(10_007, 3) }, func() { tb.Null() }},
	} {
		for _, field := range row {
			field()
		}
		if err := tb.End(); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
	want := "a,b,c\n-7,12.50,-0.05\n,true,2026-01-31\n\"a \"\"b\"\", c\",plain,2026-01-31 08:30:00\n0.0,10.007,\n"
	if got, _ := os.ReadFile(filepath.Join(dir, "x.csv")); string(got) != want {
		t.Errorf("wrote\n%s\nwant\n%s", got, want)
	}
	if err := d.Discard(); err != nil {
		t.Errorf("discard after commit: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "x.csv")); err != nil {
		t.Error(err)
	}
}

func TestRowWithMissingFieldsFails(t *testing.T) {
	d, err := synth.NewDir(t.Context(), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	tb, err := d.Create("x.csv", "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	tb.Int(1)
	if err := tb.End(); err == nil {
		t.Error("a row of one field passed for two columns")
	}
	if err := d.Discard(); err != nil {
		t.Error(err)
	}
}

func TestDiscardLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	d, err := synth.NewDir(ctx, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Create("x.csv", "a"); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := d.Create("y.csv", "a"); !errors.Is(err, context.Canceled) {
		t.Errorf("create: %v", err)
	}
	if err := d.Commit(); !errors.Is(err, context.Canceled) {
		t.Errorf("commit: %v", err)
	}
	if err := d.Discard(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left %v, %v", left, err)
	}
}
