package llmtest_test

import (
	"os"
	"testing"

	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
)

// listener is a test whose failures are only counted.
type listener struct {
	testing.TB
	failures int
}

func (l *listener) Errorf(string, ...any) { l.failures++ }

func say(t *testing.T, url, model, text string) (string, error) {
	t.Helper()
	c, err := llm.New(llm.Config{BaseURL: url, Model: model, Retries: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := c.Chat(t.Context(), llm.Request{Messages: []llm.Message{{Role: llm.User, Text: text}}})
	return r.Text, err
}

func TestARecordedConversationIsReplayedAndAnUnseenOneFails(t *testing.T) {
	dir := t.TempDir()
	real := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		if r.Model != "real" {
			t.Errorf("model %q", r.Model)
		}
		return llmtest.Text("you said " + r.Last())
	})
	recorder := llmtest.Replay(t, dir, &llmtest.Endpoint{URL: real.URL, Model: "real"})
	for _, text := range []string{"one", "two"} {
		if got, err := say(t, recorder.URL, "m", text); err != nil || got != "you said "+text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}

	l := &listener{TB: t}
	player := llmtest.Replay(l, dir, nil)
	if got, err := say(t, player.URL, "another name", "two"); err != nil || got != "you said two" || l.failures != 0 {
		t.Errorf("%q, %v, %d failures", got, err, l.failures)
	}
	if _, err := say(t, player.URL, "m", "three"); err == nil || l.failures != 1 {
		t.Errorf("an unseen prompt: %v, %d failures", err, l.failures)
	}
	if n := len(real.Requests()); n != 2 {
		t.Errorf("%d requests to the endpoint", n)
	}
}

func TestTheKeyOfARequestIgnoresOrderAndModel(t *testing.T) {
	a := llmtest.Key([]byte(`{"model":"a","messages":[{"role":"user","content":"x"}],"max_tokens":1}`))
	b := llmtest.Key([]byte(`{"max_tokens":1,"messages":[{"content":"x","role":"user"}],"model":"b"}`))
	c := llmtest.Key([]byte(`{"max_tokens":1,"messages":[{"content":"y","role":"user"}],"model":"b"}`))
	if a != b || b == c {
		t.Errorf("%s %s %s", a, b, c)
	}
}
