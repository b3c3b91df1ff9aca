package policy_test

import (
	"testing"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/policy"
)

func TestClampFillsDefaultsAndRefusesTheRest(t *testing.T) {
	l := policy.DefaultLimits()
	if err := l.Validate(); err != nil {
		t.Fatal(err)
	}
	got, err := l.Clamp(event.Limits{})
	if err != nil || got != l.Default {
		t.Errorf("got %+v, %v", got, err)
	}
	got, err = l.Clamp(event.Limits{MaxRows: l.Max.MaxRows, TimeoutMS: 1})
	if err != nil || got.MaxRows != l.Max.MaxRows || got.TimeoutMS != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range []event.Limits{{MaxRows: l.Max.MaxRows + 1}, {MaxRows: -1}, {TimeoutMS: l.Max.TimeoutMS + 1}, {MemoryMB: 1 << 20}, {MaxOutputBytes: -5}} {
		if _, err := l.Clamp(bad); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestLimitsThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*policy.Limits){
		"no rows":                 func(l *policy.Limits) { l.Default.MaxRows = 0 },
		"default above maximum":   func(l *policy.Limits) { l.Default.TimeoutMS = l.Max.TimeoutMS + 1 },
		"deadline before timeout": func(l *policy.Limits) { l.RunDeadlineMS = 1 },
		"no steps":                func(l *policy.Limits) { l.MaxSteps = 0 },
	} {
		l := policy.DefaultLimits()
		change(&l)
		if fault.CodeOf(l.Validate()) != fault.Validation {
			t.Errorf("%s passes", name)
		}
	}
}

func columns(n int) []plan.Expr {
	out := make([]plan.Expr, n)
	for i := range out {
		out[i] = plan.Expr{Column: string(rune('a' + i))}
	}
	return out
}

func TestWideListingsAreRefusedAndQuestionsAreNot(t *testing.T) {
	d := &catalog.Dataset{Tables: []catalog.Table{{Name: "t", Rows: 5}}}
	for name, c := range map[string]struct {
		q       plan.Query
		refused bool
	}{
		"many columns":              {plan.Query{Table: "t", Select: columns(8)}, true},
		"few columns":               {plan.Query{Table: "t", Select: columns(7)}, false},
		"many columns with a limit": {plan.Query{Table: "t", Select: columns(20), Limit: 50}, false},
		"distinct":                  {plan.Query{Table: "t", Select: columns(9), Distinct: true}, false},
		"grouped":                   {plan.Query{Table: "t", GroupBy: columns(9)}, false},
		"aggregated inside arithmetic": {plan.Query{Table: "t", Select: append(columns(8), plan.Expr{
			Op: plan.Divide, Left: &plan.Expr{Agg: plan.Sum, Column: "a"}, Right: &plan.Expr{Value: 2},
		})}, false},
	} {
		err := policy.CheckPlan(&c.q, d)
		if refused := err != nil; refused != c.refused {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && fault.CodeOf(err) != fault.Validation {
			t.Errorf("%s: %v", name, err)
		}
	}
}
