package datasets_test

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets"
)

func TestEveryPromptIsAskedWithItsAnswer(t *testing.T) {
	all, err := datasets.AllAsked()
	if err != nil {
		t.Fatal(err)
	}
	prompts := map[string]int{}
	seen := map[string]bool{}
	for _, a := range all {
		if seen[a.ID] || !strings.HasPrefix(a.ID, a.Dataset+"/") {
			t.Errorf("id %q", a.ID)
		}
		seen[a.ID] = true
		if a.Question == "" || a.AsOf == "" || len(a.Columns) == 0 || len(a.Rows) == 0 || len(a.Rows[0]) != len(a.Columns) {
			t.Errorf("%s has no answer: %+v", a.ID, a)
		}
		if !a.Paraphrase {
			prompts[a.Dataset]++
		}
	}
	for _, d := range datasets.LoadRegistry().Datasets {
		if prompts[d.ID] != len(d.Prompts) {
			t.Errorf("%s: %d of %d prompts", d.ID, prompts[d.ID], len(d.Prompts))
		}
	}
}
