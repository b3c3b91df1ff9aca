package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
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

func TestAModelsSQLIsRepairedLabelledAndPaidFor(t *testing.T) {
	model := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		switch {
		case strings.Contains(r.Last(), "It ran."):
			return llmtest.Text("There are 2 lions.")
		case strings.Contains(r.Last(), "refused"):
			return llmtest.Call("execute_sql", `{"sql":"select count(*) as lions from animals where kind = 'lion'"}`)
		}
		return llmtest.Call("execute_sql", `{"sql":"select count(*) as lions from animals where kindd = 'lion'"}`)
	})
	l := startModelled(t, "auto", model, func(cfg *config.Config) { cfg.Demo = false })
	l.upload(t, "zoo", "animals.csv", "animal_id,kind,weight\n1,lion,190\n2,lion,180\n3,otter,12\n")
	l.await(t, "zoo")
	c := l.ask(t, map[string]any{"dataset_id": "zoo", "question": "frobnicate the quuxes"})
	if c.Status != run.Succeeded || c.Trust.Road != event.RoadModelSQL || c.Answer.Text != "There are 2 lions." || c.Stats.Steps != 2 {
		t.Fatalf("%s %v: %+v %+v", c.Status, c.Error, c.Answer, c.Trust)
	}
	code, out, errs := l.cli(t, "ask", "-d", "zoo", "frobnicate the quuxes")
	for _, want := range []string{"There are 2 lions.", "(SQL by model)", "model scripted: 300 tokens in, 30 out, 0.0006 USD"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q is not in\n%s", code, want, out)
		}
	}
	if !strings.Contains(errs, "SQL by model") || !strings.Contains(errs, "did not run") {
		t.Errorf("stages:\n%s", errs)
	}
	if code, out, _ := l.cli(t, "ask", "-d", "zoo", "How many animals are there by kind?"); code != 0 || !strings.Contains(out, "(plan by rules)") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func TestTheConfiguredModelIsChecked(t *testing.T) {
	model := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		if r.Header.Get("Authorization") != "Bearer sk-right-key-0001" {
			return llmtest.Status(401, "wrong key "+r.Header.Get("Authorization"))
		}
		return llmtest.Call("ready", `{"ready":true}`)
	})
	for key, want := range map[string]string{"sk-right-key-0001": "uses tools (tools, strict)", "sk-wrong-key-0002": "does not accept Leo's key"} {
		cfg, _, err := config.Load(config.Sources{Lookup: func(string) (string, bool) { return "", false }})
		if err != nil {
			t.Fatal(err)
		}
		cfg.Model, cfg.OpenAIBaseURL, cfg.OpenAIAPIKey = "scripted", model.URL, key
		var out strings.Builder
		if err := checkModel(t.Context(), &out, cfg); err != nil || !strings.Contains(out.String(), want) || strings.Contains(out.String(), key) {
			t.Errorf("%v: %s", err, &out)
		}
	}
	var out strings.Builder
	if err := checkModel(t.Context(), &out, config.Config{}); err != nil || !strings.Contains(out.String(), "planned by rules") {
		t.Errorf("%v: %s", err, &out)
	}
}

func TestASuiteIsAskedByAModel(t *testing.T) {
	model := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		if strings.Contains(r.Last(), "It ran.") {
			return llmtest.Text("There are 2 rows.")
		}
		return llmtest.Call("execute_query_plan", `{"plan":{"table":"animals","select":[{"agg":"count","as":"n"}],"group_by":["kind"]}}`)
	})
	t.Setenv("LEO_RUNNER", executortest.RunnerBinary(t))
	t.Setenv("LEO_MODEL", "scripted")
	t.Setenv("OPENAI_BASE_URL", model.URL)
	suite := t.TempDir()
	if err := os.MkdirAll(filepath.Join(suite, "dbs", "zoo"), 0o750); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{"dbs/zoo/animals.csv": "kind,weight\nlion,190\notter,12\n", "questions.jsonl": `{"id":"q1","db":"zoo","question":"frobnicate"}` + "\n"} {
		if err := os.WriteFile(filepath.Join(suite, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(suite, "out.jsonl")
	var stdout, stderr bytes.Buffer
	std := stdio{in: strings.NewReader(""), out: &stdout, err: &stderr}
	if code := program(t.Context(), []string{"eval", "--suite", suite, "--out", out, "--executor", "native", "--planner", "model"}, std); code != 0 {
		t.Fatalf("exit %d\n%s", code, &stderr)
	}
	data, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(data), `"status":"succeeded"`) || !strings.Contains(string(data), `["lion",1]`) {
		t.Errorf("%v\n%s\n%s", err, data, &stderr)
	}
}
