package rules_test

import (
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
)

func TestDecideRunsAsksOrRefuses(t *testing.T) {
	tests := []struct {
		name    string
		scores  []float64
		missing []string
		want    rules.Action
		count   int
	}{
		{"one sure reading runs", []float64{0.95}, nil, rules.Run, 1},
		{"a clear lead runs", []float64{0.95, 0.70}, nil, rules.Run, 1},
		{"close readings are asked about", []float64{0.95, 0.94}, nil, rules.Ask, 2},
		{"no more than four are asked about", []float64{0.9, 0.9, 0.9, 0.9, 0.9, 0.9}, nil, rules.Ask, 4},
		{"one plausible reading is confirmed", []float64{0.60}, nil, rules.Ask, 1},
		{"a far second is not offered", []float64{0.60, 0.20}, nil, rules.Ask, 1},
		{"one that nothing speaks for is refused", []float64{0.01}, nil, rules.Refuse, 0},
		{"a missing thing needs more", []float64{0.10}, []string{"x"}, rules.Refuse, 0},
		{"several missing things need much more", []float64{0.30}, []string{"x", "y"}, rules.Refuse, 0},
		{"none is refused", nil, nil, rules.Refuse, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &rules.Result{Unknown: []string{"x"}, Missing: tt.missing}
			for _, s := range tt.scores {
				r.Readings = append(r.Readings, rules.Reading{Score: s})
			}
			d := rules.Decide(r, rules.DefaultPolicy())
			if d.Action != tt.want || len(d.Readings) != tt.count {
				t.Errorf("got %s with %d readings, want %s with %d", d.Action, len(d.Readings), tt.want, tt.count)
			}
		})
	}
	if d := rules.Decide(nil, rules.DefaultPolicy()); d.Action != rules.Refuse {
		t.Errorf("nil result: %s", d.Action)
	}
}
