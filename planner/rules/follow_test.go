package rules_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/plan"
)

// followUps make sense after something; here they follow everything.
func followUps() []string {
	return []string{
		"only 2024", "by month", "how many are there?", "and the total?", "top 3 of those", "the lowest instead", "sort by name", "in descending order",
		"what are their names", "which one has the most?", "for each of them, how many are there", "as a pie chart", "show the distinct ones", "what is the average?",
		"also show the maximum", "excluding 2023", "the others", "show all", "as a share", "which of those are above average?", "and?", "those", "who?", "for each",
	}
}

// Whatever follows whatever: what comes out is a plan that compiles.
func TestFollowUpsOfAnythingCompile(t *testing.T) {
	asOf := time.Date(2025, 6, 30, 12, 0, 0, 0, time.UTC)
	for name, d := range datasets() {
		p := rules.New(d)
		lines, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		for first := range strings.Lines(string(lines)) {
			before, err := p.Plan(context.Background(), rules.Question{Text: first})
			if err != nil {
				t.Fatal(err)
			}
			if len(before.Readings) == 0 {
				continue
			}
			for _, text := range followUps() {
				r, err := p.Plan(context.Background(), rules.Question{Text: text, Previous: before.Readings[0].Plan})
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range r.Readings {
					if x.Score < rules.DefaultPolicy().AskAt {
						continue
					}
					if _, err := compile.Compile(x.Plan, d, compile.Options{AsOf: asOf}); err != nil {
						data, _ := x.Plan.Canonical()
						t.Errorf("%q after %q: %v\n%s", text, strings.TrimSpace(first), err, data)
					}
				}
			}
		}
	}
}

// Turns stand in for the previous plan and come to the same.
func TestTurnsAreReplayed(t *testing.T) {
	p := rules.New(bakery())
	ask := func(q rules.Question) *plan.Query {
		t.Helper()
		r, err := p.Plan(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Readings) == 0 {
			t.Fatalf("%q: no reading", q.Text)
		}
		return r.Readings[0].Plan
	}
	first := ask(rules.Question{Text: "How many sales were there in 2024?"})
	second := ask(rules.Question{Text: "only the refunded ones", Previous: first})
	given := ask(rules.Question{Text: "by branch", Previous: second})
	replayed := ask(rules.Question{Text: "by branch", Turns: []string{"How many sales were there in 2024?", "only the refunded ones"}})
	a, err := given.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	b, err := replayed.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Errorf("given the plan: %s\nreplayed: %s", a, b)
	}
	if len(given.Filters) != 3 || len(given.GroupBy) != 1 {
		t.Errorf("by branch lost something: %s", a)
	}
}

func TestQuestionsOfTheirOwnDoNotRefine(t *testing.T) {
	p := rules.New(bakery())
	r, err := p.Plan(context.Background(), rules.Question{Text: "How many sales were paid by card at the Airport branch?"})
	if err != nil {
		t.Fatal(err)
	}
	prev := r.Readings[0].Plan
	for _, text := range []string{"How many vegan pastries are there?", "total revenue by branch", "List the names of pastries", "Which pastries cost more than 5 EUR?"} {
		r, err := p.Plan(context.Background(), rules.Question{Text: text, Previous: prev})
		if err != nil {
			t.Fatal(err)
		}
		d := rules.Decide(r, rules.DefaultPolicy())
		if d.Action == rules.Refuse || d.Readings[0].Refines {
			t.Errorf("%q: %s, refines %t", text, d.Action, len(d.Readings) > 0 && d.Readings[0].Refines)
		}
		if slices.ContainsFunc(d.Readings[0].Plan.Filters, func(f plan.Filter) bool { return f.Value == "card" }) {
			t.Errorf("%q kept a filter of the question before", text)
		}
	}
}

// What points back at nothing is not run.
func TestAFollowUpOfNothingIsNotRun(t *testing.T) {
	p := rules.New(bakery())
	for _, text := range []string{"which of them are vegan?", "only 2024", "by month instead"} {
		r, err := p.Plan(context.Background(), rules.Question{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		if d := rules.Decide(r, rules.DefaultPolicy()); d.Action == rules.Run {
			t.Errorf("%q was run: %v", text, d.Readings[0].Explain)
		}
	}
}
