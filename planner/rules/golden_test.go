package rules_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

var update = flag.Bool("update", false, "write the plans of testdata/*.golden anew")

func datasets() map[string]*catalog.Dataset {
	return map[string]*catalog.Dataset{"bakery": bakery(), "clinic": clinic(), "library": library(), "marina": marina(), "regatta": regatta(), "orchard": orchard(), "weather": weather()}
}

// Each line of testdata/<dataset>.txt is a question; the golden beside it holds
// the plan that is understood, or the words that are not.
func TestPlansMatchTheGoldens(t *testing.T) {
	for name, d := range datasets() {
		t.Run(name, func(t *testing.T) {
			questions, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			p := rules.New(d)
			var got bytes.Buffer
			for q := range strings.Lines(string(questions)) {
				writeDecision(t, &got, p, strings.TrimSpace(q))
			}
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("plans differ from %s; run with -update and look at the difference\n%s", golden, firstDifference(got.String(), string(want)))
			}
		})
	}
}

func writeDecision(t *testing.T, out *bytes.Buffer, p *rules.Planner, q string) {
	t.Helper()
	d := decide(t, p, q)
	// How sure a reading is changes with every fit of the confidence, so the
	// goldens tell only whether there is one.
	if d.Action == rules.Refuse {
		out.WriteString("? " + q + "\nrefuse " + strings.Join(d.Unknown, ", ") + "\n\n")
		return
	}
	best := d.Readings[0]
	data, err := json.Marshal(best.Plan)
	if err != nil {
		t.Fatal(err)
	}
	out.WriteString("? " + q + "\nread\n" + string(data))
	if best.Chart != "" {
		out.WriteString(" as " + best.Chart)
	}
	if c := best.Channels; c.X+c.Color+c.Facet != "" {
		fmt.Fprintf(out, " x=%s color=%s facet=%s", c.X, c.Color, c.Facet)
	}
	out.WriteString("\n\n")
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "got  " + a[i] + "\nwant " + b[i]
		}
	}
	return "one is longer"
}

func decide(t *testing.T, p *rules.Planner, q string) rules.Decision {
	t.Helper()
	r, err := p.Plan(context.Background(), rules.Question{Text: q})
	if err != nil {
		t.Fatal(err)
	}
	return rules.Decide(r, rules.DefaultPolicy())
}

// run returns the plan that would be run for q or asked about first, and fails
// when q is refused.
func run(t *testing.T, d *catalog.Dataset, q string) *plan.Query {
	t.Helper()
	got := decide(t, rules.New(d), q)
	if got.Action == rules.Refuse {
		t.Fatalf("%q: refused (unknown %q)", q, got.Unknown)
	}
	return got.Readings[0].Plan
}
