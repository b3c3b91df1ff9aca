package llm_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/llm"
)

// These tests talk to a real endpoint: LEO_MODEL_URL, with LEO_MODEL and
// OPENAI_API_KEY where it needs them. They check the protocol, not the model's wit.

func peer(t *testing.T) *llm.Client {
	t.Helper()
	url := os.Getenv("LEO_MODEL_URL") //nolint:forbidigo // the tests' own switch
	if url == "" {
		t.Skip("LEO_MODEL_URL names no endpoint")
	}
	name := os.Getenv("LEO_MODEL") //nolint:forbidigo // likewise
	if name == "" {
		name = "default"
	}
	c, err := llm.New(llm.Config{BaseURL: url, Model: name, Key: os.Getenv("OPENAI_API_KEY"), Timeout: 2 * time.Minute}) //nolint:forbidigo // likewise
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAPeerAnswersInWordsAndStreams(t *testing.T) {
	c := peer(t)
	req := llm.Request{Messages: []llm.Message{{Role: llm.System, Text: "Answer with one word."}, {Role: llm.User, Text: "What is the capital of France?"}}, MaxTokens: 32}
	whole, err := c.Chat(t.Context(), req)
	if err != nil || whole.Text == "" || whole.Usage.OutputTokens == 0 || whole.Usage.InputTokens == 0 {
		t.Fatalf("%+v, %v", whole, err)
	}
	var heard strings.Builder
	req.OnText = func(p string) { heard.WriteString(p) }
	streamed, err := c.Chat(t.Context(), req)
	if err != nil || streamed.Text == "" || heard.String() != streamed.Text || streamed.Usage.OutputTokens == 0 {
		t.Fatalf("%+v, heard %q, %v", streamed, heard.String(), err)
	}
	t.Logf("whole %q (%.0f ms), streamed %q (%.0f ms)", whole.Text, whole.Usage.MS, streamed.Text, streamed.Usage.MS)
}

func TestAPeerIsOfferedTools(t *testing.T) {
	c := peer(t)
	req := ask("Use the tool look to look up orders.")
	req.MaxTokens = 128
	r, err := c.Chat(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("asked by %s in %d requests: %d calls, text %q", c.Health().Dialect, r.Usage.Requests, len(r.Calls), r.Text)
	for _, k := range r.Calls {
		t.Logf("call %s %s", k.Name, k.Arguments)
		req.Messages = append(req.Messages, llm.Message{Role: llm.Assistant, Calls: []llm.Call{k}}, llm.Message{Role: llm.Result, CallID: k.ID, Text: "There are 7 orders."})
	}
	if len(r.Calls) > 0 {
		if r, err = c.Chat(t.Context(), req); err != nil {
			t.Fatalf("after a result: %v", err)
		}
		t.Logf("then %q and %d calls", r.Text, len(r.Calls))
	}
}

func TestAPeerCanBeStopped(t *testing.T) {
	c := peer(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := c.Chat(ctx, llm.Request{
		Messages: []llm.Message{{Role: llm.User, Text: "Count from one to five hundred in words."}}, MaxTokens: 1024,
		OnText: func(string) { cancel() },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if h := c.Health(); h.Failures != 0 {
		t.Errorf("health %+v", h)
	}
}
