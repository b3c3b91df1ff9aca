package rules_test

import (
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
)

func TestDecideRunsAsksOrRefuses(t *testing.T) {
	tests := []struct {
		name   string
		scores []float64
		want   rules.Action
		count  int
	}{
		{"one sure reading runs", []float64{0.95}, rules.Run, 1},
		{"a clear lead runs", []float64{0.95, 0.70}, rules.Run, 1},
		{"close readings are asked about", []float64{0.95, 0.93}, rules.Ask, 2},
		{"no more than four are asked about", []float64{0.9, 0.9, 0.9, 0.9, 0.9, 0.9}, rules.Ask, 4},
		{"close but weak readings are refused", []float64{0.50, 0.49}, rules.Refuse, 0},
		{"one weak reading is refused", []float64{0.60}, rules.Refuse, 0},
		{"none is refused", nil, rules.Refuse, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &rules.Result{Unknown: []string{"x"}}
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
