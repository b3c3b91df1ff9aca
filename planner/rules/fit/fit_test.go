package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// The weights in use are those the program writes, so that neither is changed
// alone.
func TestWeightsInUseAreTheFittedOnes(t *testing.T) {
	names, examples, err := read(input)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../lexicon/sheet_evidence.txt")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]float64{}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		if used[name], err = strconv.ParseFloat(value, 64); err != nil {
			t.Fatal(err)
		}
	}
	if len(used) != len(names) {
		t.Errorf("%d weights in use, %d kinds of evidence", len(used), len(names))
	}
	for i, w := range train(examples) {
		if math.Abs(used[names[i]]-w) > 0.01 {
			t.Errorf("%s: %.3f in use, %.3f fitted; run go run ./planner/rules/fit -write planner/rules/lexicon/sheet_evidence.txt", names[i], used[names[i]], w)
		}
	}
}

func TestTrainingFindsWhatDecides(t *testing.T) {
	var examples []example
	for i := range 40 {
		x := float64(i % 2)
		examples = append(examples, example{group: i, right: x, value: []float64{1, x, float64(i % 3)}})
	}
	w := train(examples)
	if yes, no := chance(w, []float64{1, 1, 1}), chance(w, []float64{1, 0, 1}); yes < 0.8 || no > 0.2 {
		t.Errorf("chances are %.2f and %.2f", yes, no)
	}
	var out bytes.Buffer
	if err := judge(&out, examples); err != nil || !strings.Contains(out.String(), "right 100.0 %") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestBadInputIsNamed(t *testing.T) {
	for _, text := range []string{"", "group,right,a\n", "group,right,a\n1,x,2\n", "group,right,a\n1,1\n"} {
		if _, _, err := read(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
	if err := run(&bytes.Buffer{}, fmt.Sprintf("%s/no/such/dir/file", t.TempDir())); err == nil {
		t.Error("written into no directory")
	}
}
