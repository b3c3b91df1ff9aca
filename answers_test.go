package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/run"
)

// matches compares rows with the expected answer under some choice and order of
// columns: an answer may show more, such as the key it was sorted by.
func matches(q datasetstest.Question, c *run.Capsule, rows [][]any) error {
	width := len(c.Preview.Columns)
	err := q.Mismatch(rows)
	if err == nil || width < len(q.Columns) || width > 6 {
		return err
	}
	var choose func(picked []int) bool
	choose = func(picked []int) bool {
		if len(picked) == len(q.Columns) {
			cut := make([][]any, len(rows))
			for i, r := range rows {
				for _, at := range picked {
					cut[i] = append(cut[i], r[at])
				}
			}
			return q.Mismatch(cut) == nil
		}
		for at := range width {
			if !slices.Contains(picked, at) && choose(append(slices.Clone(picked), at)) {
				return true
			}
		}
		return false
	}
	if choose(nil) {
		return nil
	}
	return err
}

func TestEveryPromptIsAnsweredRightAsQuestionPlanAndSQL(t *testing.T) {
	l := shared(t)
	asked := 0
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(t, d.ID) {
			for kind, request := range map[string]map[string]any{
				"question": {"question": q.Question},
				"plan":     {"plan": q.Plan},
				"sql":      {"sql": q.SQL},
			} {
				asked++
				t.Run(d.ID+"/"+q.ID+"/"+kind, func(t *testing.T) {
					request["dataset_id"] = d.ID
					request["limits"] = map[string]any{"max_rows": 1000}
					c := l.ask(t, request)
					if err := matches(q, c, l.rows(t, c)); err != nil {
						t.Errorf("%v\n%s\n%s", err, c.Sentence, c.CompiledSQL)
					}
					if c.Answer == nil || c.Answer.Text == "" || c.Answer.Chart == nil || len(c.Answer.FollowUps) != 3 || c.Trust == nil {
						t.Errorf("answer %+v, trust %+v", c.Answer, c.Trust)
					}
				})
			}
		}
	}
	t.Logf("COUNT %d requests for %d prompts\n", asked, asked/3)
}

func TestFollowUpsOfThePromptsAreUnderstood(t *testing.T) {
	l := shared(t)
	total, understood := 0, 0
	for _, d := range datasets.LoadRegistry().Datasets {
		q := datasetstest.Questions(t, d.ID)[0]
		c := l.ask(t, map[string]any{"dataset_id": d.ID, "question": q.Question})
		if c.Answer == nil {
			t.Errorf("%s was not answered", q.ID)
			continue
		}
		for _, f := range c.Answer.FollowUps {
			total++
			if next := l.ask(t, map[string]any{"dataset_id": d.ID, "question": f, "parent_run_id": c.RunID}); next.Status == run.Succeeded {
				understood++
			} else {
				t.Errorf("%s: follow-up %q is %s: %v", d.ID, f, next.Status, next.Error)
			}
		}
	}
	t.Logf("COUNT %d of %d follow-ups answered\n", understood, total)
}

func TestTheSameQuestionCompilesToTheSameBytes(t *testing.T) {
	l := shared(t)
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(t, d.ID) {
			body := map[string]any{"dataset_id": d.ID, "question": q.Question, "as_of": "2026-09-30T12:00:00Z"}
			a, b := l.ask(t, body), l.ask(t, body)
			if a.CompiledSQL != b.CompiledSQL || !bytes.Equal(a.Plan, b.Plan) || a.Sentence != b.Sentence {
				t.Errorf("%s: two runs differ:\n%s\n%s", q.ID, a.CompiledSQL, b.CompiledSQL)
			}
		}
	}
}

func TestReplayFindsNoDifference(t *testing.T) {
	l := shared(t)
	c := l.ask(t, map[string]any{"dataset_id": "support", "question": "How many tickets are there?"})
	l.ask(t, map[string]any{"dataset_id": "support", "sql": "DROP TABLE tickets"})
	code, out, errs := l.cli(t, "replay", "--verify")
	if code != 0 || !strings.Contains(out, "0 differences") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	t.Logf("COUNT replay: %s", out)
	code, out, errs = l.cli(t, "replay", c.RunID)
	if lines := strings.Count(out, "\n"); code != 0 || lines != len(c.Chain.Events) {
		t.Errorf("exit %d, %d lines for %d events\n%s", code, lines, len(c.Chain.Events), errs)
	}
}

func TestTheCommandLineAsksAndVerifies(t *testing.T) {
	l := shared(t)
	code, out, errs := l.cli(t, "ask", "-d", "sensors", "How many readings are there for each location?")
	if code != 0 || !strings.Contains(out, "location") || !strings.Contains(errs, "planned") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	code, out, _ = l.cli(t, "ask", "-d", "sensors", "--json", "How many readings are there for each location?")
	if code != 0 || !json.Valid([]byte(out)) {
		t.Fatalf("exit %d\n%s", code, out)
	}
	file := filepath.Join(t.TempDir(), "capsule.json")
	if err := os.WriteFile(file, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := l.cli(t, "capsule", "verify", file); code != 0 || !strings.Contains(out, "verifies") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	altered := strings.Replace(out, `"row_count": `, `"row_count": 1`, 1)
	if err := os.WriteFile(file, []byte(altered), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := l.cli(t, "capsule", "verify", file); code != 2 || !strings.Contains(errs, "CONFLICT") {
		t.Errorf("an altered capsule: exit %d\n%s", code, errs)
	}
	if code, out, _ := l.cli(t, "dataset", "list"); code != 0 || !strings.Contains(out, "ecommerce") {
		t.Errorf("exit %d\n%s", code, out)
	}
}
