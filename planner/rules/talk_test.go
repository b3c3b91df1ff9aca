package rules_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/plan"
)

// testdata/talk.txt holds conversations: "# dataset" starts one, each line after
// it is a turn. A turn that is run becomes the plan the next one may refine. The
// golden holds what each came to.
func TestConversationsMatchTheGolden(t *testing.T) {
	lines, err := os.ReadFile(filepath.Join("testdata", "talk.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	var p *rules.Planner
	var prev *plan.Query
	for line := range strings.Lines(string(lines)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "# "); ok {
			p, prev = rules.New(datasets()[name]), nil
			got.WriteString(line + "\n")
			continue
		}
		r, err := p.Plan(context.Background(), rules.Question{Text: line, Previous: prev})
		if err != nil {
			t.Fatal(err)
		}
		d := rules.Decide(r, rules.DefaultPolicy())
		// Whether a reading runs or is asked about changes with every fit.
		said := "read"
		if d.Action == rules.Refuse {
			said = "refuse"
		}
		got.WriteString("? " + line + "\n" + said)
		if len(d.Readings) > 0 && d.Readings[0].Refines {
			got.WriteString(", refines")
		}
		if d.Action == rules.Refuse {
			got.WriteString(" " + strings.Join(d.Unknown, ", "))
		}
		got.WriteString("\n")
		for _, x := range d.Readings[:min(1, len(d.Readings))] {
			data, err := json.Marshal(x.Plan)
			if err != nil {
				t.Fatal(err)
			}
			got.Write(data)
			if x.Chart != "" {
				got.WriteString(" as " + x.Chart)
			}
			got.WriteString("\n")
		}
		if d.Action != rules.Refuse {
			prev = d.Readings[0].Plan
		}
	}
	golden := filepath.Join("testdata", "talk.golden")
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
}
