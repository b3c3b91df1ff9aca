package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
	"github.com/leo-analytics/leo/shared/run"
)

// startModelled runs a Leo whose questions are planned by a scripted model.
func startModelled(t *testing.T, mode string, model *llmtest.Server, change func(*config.Config)) *testLeo {
	t.Helper()
	return start(t, func(cfg *config.Config) {
		cfg.Planner, cfg.Model, cfg.OpenAIBaseURL = mode, "scripted", model.URL
		cfg.ModelPriceIn, cfg.ModelPriceOut = 1, 10
		if change != nil {
			change(cfg)
		}
	})
}

// shownData returns the newest data of a kind that a model was shown.
func shownData(r llmtest.Request, kind string, into any) bool {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		_, rest, ok := strings.Cut(r.Messages[i].Content, fmt.Sprintf("<data kind=%q>\n", kind))
		text, _, closed := strings.Cut(rest, "\n</data>")
		if ok && closed && json.Unmarshal([]byte(text), into) == nil {
			return true
		}
	}
	return false
}

// modelPlan is a plan as a model writes it: without what it has no say in.
func modelPlan(t *testing.T, q datasetstest.Question) json.RawMessage {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(q.Plan, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"dataset_id", "version", "notes"} {
		delete(fields, name)
	}
	line, err := json.Marshal(map[string]any{"plan": fields})
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func TestEveryPromptIsAnsweredRightByAModel(t *testing.T) {
	byText := map[string]datasetstest.Question{}
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(t, d.ID) {
			byText[q.Question] = q
		}
	}
	model := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		var question string
		var result struct {
			RowCount int `json:"row_count"`
		}
		shownData(r, "question", &question)
		q, ok := byText[question]
		switch {
		case !ok:
			t.Errorf("a model was asked %q", question)
			return llmtest.Text("no")
		case shownData(r, "result", &result):
			return llmtest.Text(fmt.Sprintf("There are %d rows.", result.RowCount))
		case r.Results() == 0:
			return llmtest.Calls(llmtest.ToolCall{Name: "list_datasets", Arguments: "{}"}, llmtest.ToolCall{Name: "search_catalog", Arguments: `{"query":"total"}`})
		}
		return llmtest.Call("execute_query_plan", string(modelPlan(t, q)))
	})
	l := startModelled(t, "model", model, nil)
	asked := 0
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(t, d.ID) {
			asked++
			t.Run(d.ID+"/"+q.ID, func(t *testing.T) {
				c := l.ask(t, map[string]any{"dataset_id": d.ID, "question": q.Question, "limits": map[string]any{"max_rows": 1000}})
				if c.Status != run.Succeeded {
					t.Fatalf("%s: %v", c.Status, c.Error)
				}
				if err := matches(q, c, l.rows(t, c)); err != nil {
					t.Errorf("%v\n%s\n%s", err, c.Sentence, c.CompiledSQL)
				}
				if c.Origin != event.OriginModel || c.Trust.Road != event.RoadModelPlan || c.Answer.Text == "" {
					t.Errorf("origin %s, road %s, text %q", c.Origin, c.Trust.Road, c.Answer.Text)
				}
				if u := c.Usage; u.Model != "scripted" || u.InputTokens != 300 || u.OutputTokens != 30 || u.CostUSD == 0 || u.ModelMS <= 0 {
					t.Errorf("usage %+v", u)
				}
			})
		}
	}
	t.Logf("COUNT %d prompts by a model\n", asked)
	if n := l.figure(t, `leo_model_calls_total{outcome="ok"}`); n != float64(3*asked) || l.figure(t, "leo_model_breaker") != 0 {
		t.Errorf("%v calls of the model", n)
	}
	if ready, err := l.raw(t.Context(), "/readyz"); err != nil || !strings.Contains(string(ready), "breaker closed") {
		t.Errorf("readiness: %s, %v", ready, err)
	}
}
