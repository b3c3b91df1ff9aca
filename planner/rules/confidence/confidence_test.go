package confidence_test

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"github.com/leo-analytics/leo/planner/rules/confidence"
)

// made returns examples that are right where the first feature exceeds the
// second by more than the group's noise; the third says nothing.
func made(n int) []confidence.Example {
	var out []confidence.Example
	for i := range n {
		a, b, c := float64(i*7%11), float64(i*5%13), float64(i%3)
		out = append(out, confidence.Example{
			Set: i % 2, Group: i % 10, Right: a > b != (i%17 == 0), Features: []float64{a, b, c},
		})
	}
	return out
}

func names() []string { return []string{"a", "b", "c"} }

func small() confidence.Options {
	o := confidence.DefaultOptions()
	o.Trees, o.Columns = 60, 1
	return o
}

func TestTrainingFindsWhatDecides(t *testing.T) {
	m := confidence.Train(names(), made(1000), small())
	if p := m.Predict([]float64{10, 1, 0}); p < 0.8 {
		t.Errorf("a sure reading has confidence %.2f", p)
	}
	if p := m.Predict([]float64{1, 10, 0}); p > 0.2 {
		t.Errorf("a hopeless reading has confidence %.2f", p)
	}
}

func TestTheSameExamplesGiveTheSameModel(t *testing.T) {
	a, b := confidence.Train(names(), made(300), small()), confidence.Train(names(), made(300), small())
	if !bytes.Equal(a.Format(), b.Format()) {
		t.Error("two fits differ")
	}
}

func TestAModelSurvivesItsFile(t *testing.T) {
	m := confidence.Train(names(), made(500), small())
	back, err := confidence.Parse(append([]byte("# a comment\n"), m.Format()...))
	if err != nil {
		t.Fatal(err)
	}
	// Features may come in another order, and with others among them.
	aligned := back.Aligned([]string{"x", "c", "b", "a"})
	for _, e := range made(50) {
		a, b, c := e.Features[0], e.Features[1], e.Features[2]
		want, got := m.Predict(e.Features), aligned.Predict([]float64{9, c, b, a})
		if math.Abs(want-got) > 1e-3 {
			t.Fatalf("%v: %.4f, want %.4f", e.Features, got, want)
		}
	}
}

func TestParseRejectsWhatWouldNotEnd(t *testing.T) {
	for _, bad := range []string{"tree a<=1:0:1 0.5", "tree a<=1:1:7 0.5 0.5", "tree a<=1:1", "bias x", "leaf 3"} {
		if _, err := confidence.Parse([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestExamplesSurviveTheirFile(t *testing.T) {
	want := made(40)
	var file bytes.Buffer
	if err := confidence.WriteExamples(&file, names(), want); err != nil {
		t.Fatal(err)
	}
	head, got, err := confidence.ReadExamples(&file)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(head, names()) || len(got) != len(want) {
		t.Fatalf("%d examples of %v", len(got), head)
	}
	for i := range want {
		if got[i].Set != want[i].Set || got[i].Group != want[i].Group || got[i].Right != want[i].Right || !slices.Equal(got[i].Features, want[i].Features) {
			t.Errorf("example %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

// A rule that holds within each database but not across them must not look good:
// no example may be judged by a model that saw its database.
func TestCrossValidationNeverJudgesADatabaseItTrainedOn(t *testing.T) {
	var examples []confidence.Example
	for i := range 400 {
		g := i % 20
		examples = append(examples, confidence.Example{Group: g, Right: g*7%20 < 10, Features: []float64{float64(g)}})
	}
	o := small()
	o.Depth = 6
	judged := confidence.CrossValidate([]string{"database"}, examples, o, 5)
	right := 0
	for i, e := range examples {
		if (judged[i] > 0.5) == e.Right {
			right++
		}
	}
	if right > 300 {
		t.Errorf("%d of 400 are judged right by the number of the database alone", right)
	}
}

func TestTheThresholdHoldsInEverySet(t *testing.T) {
	examples := made(1000)
	judged := confidence.CrossValidate(names(), examples, small(), 5)
	at := confidence.Threshold(examples, judged, 0.9)
	for _, o := range confidence.Judge(examples, judged, at) {
		if o.Precision() < 0.9 || o.Run == 0 {
			t.Errorf("set %d: precision %.2f of %d at %.2f", o.Set, o.Precision(), o.Run, at)
		}
	}
}
