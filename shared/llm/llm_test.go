package llm_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/llm/llmtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sk-very-secret-key-1234567890"

func client(t *testing.T, url string, change func(*llm.Config)) *llm.Client {
	t.Helper()
	cfg := llm.Config{
		BaseURL: url, Key: key, Model: "tiny", Timeout: 2 * time.Second, Pause: 10 * time.Millisecond, PriceIn: 1, PriceOut: 10, MaxResponseBytes: 64 << 10,
	}
	if change != nil {
		change(&cfg)
	}
	c, err := llm.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func tool() llm.Tool {
	return llm.Tool{
		Name: "look", Description: "Look something up.",
		Schema: []byte(`{"type":"object","additionalProperties":false,"required":["what"],"properties":{"what":{"type":"string","minLength":1},"deep":{"type":"boolean"}}}`),
	}
}

func ask(text string) llm.Request {
	return llm.Request{
		Messages: []llm.Message{{Role: llm.System, Text: "Be brief."}, {Role: llm.User, Text: text}},
		Tools:    []llm.Tool{tool()},
	}
}

func TestToolCallsAndTextComeBackWithUsage(t *testing.T) {
	s := llmtest.Serve(t, llmtest.Call("look", `{"what":"orders"}`), llmtest.Text("There are 7."))
	c := client(t, s.URL, nil)
	req := ask("how many?")
	first, err := c.Chat(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Calls) != 1 || first.Calls[0].Name != "look" || first.Calls[0].Arguments != `{"what":"orders"}` || first.Calls[0].ID == "" {
		t.Fatalf("calls %+v", first.Calls)
	}
	if u := first.Usage; u.InputTokens != 100 || u.OutputTokens != 10 || u.CostUSD != 0.0002 || u.Model != "tiny" || u.Requests != 1 {
		t.Errorf("usage %+v", u)
	}
	req.Messages = append(
		req.Messages,
		llm.Message{Role: llm.Assistant, Calls: first.Calls},
		llm.Message{Role: llm.Result, CallID: first.Calls[0].ID, Text: "7 rows"},
	)
	second, err := c.Chat(t.Context(), req)
	if err != nil || second.Text != "There are 7." || len(second.Calls) != 0 {
		t.Fatalf("%+v, %v", second, err)
	}
	sent := s.Requests()
	if got := sent[1].Messages; got[2].ToolCalls[0].Function.Name != "look" || got[3].Role != "tool" || got[3].ToolCallID != first.Calls[0].ID {
		t.Errorf("messages %+v", got)
	}
	if f := sent[0].Tools[0].Function; !f.Strict || !strings.Contains(string(f.Parameters), `"required":["deep","what"]`) {
		t.Errorf("tool %s strict %v", f.Parameters, f.Strict)
	}
	if got := sent[0].Header.Get("Authorization"); got != "Bearer "+key {
		t.Errorf("authorization %q", got)
	}
}

func TestTextAndCallsAreStreamed(t *testing.T) {
	s := llmtest.Serve(t, llmtest.Text("one two three"), llmtest.Calls(llmtest.ToolCall{Name: "look", Arguments: `{"what":"a"}`}, llmtest.ToolCall{Name: "look", Arguments: `{"what":"b"}`}))
	c := client(t, s.URL, nil)
	var pieces []string
	req := ask("count")
	req.OnText = func(p string) { pieces = append(pieces, p) }
	r, err := c.Chat(t.Context(), req)
	if err != nil || r.Text != "one two three" || !slices.Equal(pieces, []string{"one ", "two ", "three"}) || r.Usage.OutputTokens != 10 {
		t.Errorf("%+v %q %v", r, pieces, err)
	}
	r, err = c.Chat(t.Context(), req)
	if err != nil || len(r.Calls) != 2 || r.Calls[1].Arguments != `{"what":"b"}` {
		t.Errorf("%+v %v", r, err)
	}
}

func TestWhatAServerDoesNotOfferIsLeftOut(t *testing.T) {
	refuse := func(words string) llmtest.Reply { return llmtest.Status(400, words) }
	for name, c := range map[string]struct {
		script  []llmtest.Reply
		dialect string
	}{
		"strict tools":   {[]llmtest.Reply{refuse("'strict' is not permitted"), llmtest.Call("look", `{"what":"x"}`)}, "tools"},
		"tools":          {[]llmtest.Reply{refuse("this model does not support tools"), llmtest.Text(`{"step":{"tool":"look","arguments":{"what":"x"}}}`)}, "json_schema"},
		"json_schema":    {[]llmtest.Reply{refuse("no tools"), refuse("response_format json_schema is unsupported"), llmtest.Text(`{"tool":"look","arguments":{"what":"x"}}`)}, "json_object"},
		"any format":     {[]llmtest.Reply{refuse("no tools"), refuse("json_schema?"), refuse("response_format?"), llmtest.Text("Sure!\n```json\n{\"tool\": \"look\", \"arguments\": {\"what\": \"x\",},}\n```")}, "text"},
		"max_tokens":     {[]llmtest.Reply{refuse("use max_completion_tokens instead"), llmtest.Call("look", `{"what":"x"}`)}, "tools, strict"},
		"temperature":    {[]llmtest.Reply{refuse("unsupported value: temperature"), llmtest.Call("look", `{"what":"x"}`)}, "tools, strict"},
		"tools, by text": {[]llmtest.Reply{llmtest.Text("<tool_call>{\"name\": \"look\", \"arguments\": {\"what\": \"x\"}}</tool_call>")}, "tools, strict"},
	} {
		t.Run(name, func(t *testing.T) {
			s := llmtest.Serve(t, append(c.script, c.script[len(c.script)-1])...)
			cl := client(t, s.URL, nil)
			for range 2 { // the second time it is known
				r, err := cl.Chat(t.Context(), ask("x"))
				if err != nil || len(r.Calls) != 1 || r.Calls[0].Name != "look" || r.Calls[0].Arguments == "" {
					t.Fatalf("%+v, %v", r, err)
				}
			}
			if n := len(s.Requests()); n != len(c.script)+1 {
				t.Errorf("%d requests", n)
			}
			if h := cl.Health(); h.Dialect != c.dialect || !h.OK {
				t.Errorf("health %+v", h)
			}
		})
	}
}

func TestThoughtsAreNotPartOfTheAnswer(t *testing.T) {
	s := llmtest.Serve(t, llmtest.Text("<think>hm, seven or eight?</think>\n\nThere are 7."), llmtest.Text("<3 of them"))
	c := client(t, s.URL, nil)
	for _, want := range []string{"There are 7.", "<3 of them"} {
		var heard strings.Builder
		req := ask("x")
		req.OnText = func(p string) { heard.WriteString(p) }
		if r, err := c.Chat(t.Context(), req); err != nil || r.Text != want || heard.String() != want {
			t.Errorf("%q, heard %q, %v", r.Text, heard.String(), err)
		}
	}
}

func TestAServerThatBreaksOverASchemaIsAskedWithoutOne(t *testing.T) {
	s := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		switch {
		case len(r.Tools) > 0:
			return llmtest.Status(400, "tools are not supported")
		case r.ResponseFormat != nil && r.ResponseFormat.Type == "json_schema":
			return llmtest.Hangup()
		}
		return llmtest.Text(`{"tool":"look","arguments":{"what":"x"}}`)
	})
	c := client(t, s.URL, nil)
	r, err := c.Chat(t.Context(), ask("x"))
	if err != nil || len(r.Calls) != 1 || c.Health().Dialect != "json_object" || c.Health().Failures != 0 {
		t.Errorf("%+v, %v, %+v", r, err, c.Health())
	}
}

func TestAServerWithoutStreamsIsAskedForWholeAnswers(t *testing.T) {
	s := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		if r.Stream {
			return llmtest.Raw("application/json", `{"choices":[{"message":{"content":"no"}}]}`)
		}
		return llmtest.Text("whole")
	})
	req := ask("x")
	req.OnText = func(p string) { t.Errorf("streamed %q", p) }
	r, err := client(t, s.URL, nil).Chat(t.Context(), req)
	if err != nil || r.Text != "whole" {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestEnvelopedConversationsHoldNoToolMessages(t *testing.T) {
	s := llmtest.ServeFunc(t, func(_ int, r llmtest.Request) llmtest.Reply {
		if len(r.Tools) > 0 {
			return llmtest.Status(400, "tools are not supported")
		}
		return llmtest.Text(`{"step":{"tool":"answer","arguments":{"text":"done"}}}`)
	})
	req := ask("x")
	req.Messages = append(
		req.Messages,
		llm.Message{Role: llm.Assistant, Calls: []llm.Call{{ID: "1", Name: "look", Arguments: `{"what":"y"}`}}},
		llm.Message{Role: llm.Result, CallID: "1", Text: "nothing"},
	)
	r, err := client(t, s.URL, nil).Chat(t.Context(), req)
	if err != nil || r.Text != "done" {
		t.Fatalf("%+v, %v", r, err)
	}
	last := s.Requests()[1]
	if last.Results() != 0 || last.Messages[2].Content != `{"tool":"look","arguments":{"what":"y"}}` || !strings.Contains(last.Messages[0].Content, "Look something up") {
		t.Errorf("messages %+v", last.Messages)
	}
	if last.ResponseFormat == nil || last.ResponseFormat.Type != "json_schema" {
		t.Errorf("format %+v", last.ResponseFormat)
	}
}

func TestOverloadIsTriedAgain(t *testing.T) {
	for name, first := range map[string]llmtest.Reply{
		"429":                llmtest.Status(429, "slow down", "Retry-After-Ms", "5"),
		"503":                llmtest.Status(503, "busy"),
		"hang up":            llmtest.Hangup(),
		"malformed JSON":     llmtest.Raw("application/json", `{"choices":[{"mess`),
		"no choices":         llmtest.Raw("application/json", `{"choices":[]}`),
		"an empty answer":    llmtest.Text(""),
		"half a stream":      llmtest.HalfStream("the answer is", false),
		"a broken stream":    llmtest.HalfStream("the answer is", true),
		"garbage in a chunk": llmtest.Raw("text/event-stream", "data: {\"choices\": [nonsense\n\n"),
	} {
		t.Run(name, func(t *testing.T) {
			s := llmtest.Serve(t, first, llmtest.Text("the answer is 7"))
			var b strings.Builder
			req := ask("x")
			req.OnText = func(p string) { b.WriteString(p) }
			r, err := client(t, s.URL, nil).Chat(t.Context(), req)
			// A server that answered a stream with a whole body is not asked for streams again.
			heard := b.String() == "the answer is 7" || b.String() == "" && strings.HasPrefix(name, "no") || name == "malformed JSON"
			if err != nil || r.Text != "the answer is 7" || !heard || r.Usage.Requests != 2 {
				t.Errorf("%+v, heard %q, %v", r, b.String(), err)
			}
		})
	}
}

func TestEveryFailureIsAFault(t *testing.T) {
	for name, c := range map[string]struct {
		reply llmtest.Reply
		code  fault.Code
	}{
		"overload":          {llmtest.Status(429, "slow down", "Retry-After", "3600"), fault.RateLimited},
		"no money":          {llmtest.Status(402, "pay"), fault.BudgetExceeded},
		"wrong key":         {llmtest.Status(401, "Incorrect API key provided: "+key), fault.Model},
		"no such model":     {llmtest.Status(404, "the model tiny does not exist"), fault.Model},
		"too long":          {llmtest.Status(413, "too long"), fault.Model},
		"outage":            {llmtest.Status(500, "oops"), fault.Unavailable},
		"silence":           {llmtest.Silence(), fault.Unavailable},
		"hang up":           {llmtest.Hangup(), fault.Unavailable},
		"a web page":        {llmtest.Raw("text/html", "<html>"), fault.Model},
		"malformed JSON":    {llmtest.Raw("application/json", "{"), fault.Model},
		"a huge answer":     {llmtest.Text(strings.Repeat("la ", 100_000)), fault.Model},
		"an endless stream": {llmtest.Endless(), fault.Model},
		"too many calls":    {llmtest.Calls(slices.Repeat([]llmtest.ToolCall{{Name: "look", Arguments: "{}"}}, 9)...), fault.Model},
		"a huge call":       {llmtest.Call("look", `{"what":"`+strings.Repeat("x", 40_000)+`"}`), fault.Model},
		"a redirect":        {llmtest.Status(307, "", "Location", "http://127.0.0.1:1/"), fault.Model},
	} {
		for _, streamed := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				if !streamed && name == "an endless stream" {
					t.Skip("is a stream")
				}
				s := llmtest.ServeFunc(t, func(int, llmtest.Request) llmtest.Reply { return c.reply })
				cl := client(t, s.URL, func(cfg *llm.Config) { cfg.Retries, cfg.Timeout = 1, time.Second })
				req := ask("x")
				if streamed {
					req.OnText = func(string) {}
				}
				_, err := cl.Chat(t.Context(), req)
				f := fault.From(err)
				if f == nil || f.Code != c.code || f.Hint == "" || f.Message == "" {
					t.Fatalf("got %v (hint %v), want %s", err, f, c.code)
				}
				for e := err; e != nil; e = errors.Unwrap(e) {
					if strings.Contains(e.Error()+f.Hint, "sk-very") {
						t.Errorf("the key is in %q", e)
					}
				}
			})
		}
	}
}

func TestAPauseThatDoesNotFitIsNotTaken(t *testing.T) {
	s := llmtest.Serve(t, llmtest.Status(429, "slow down", "Retry-After", "30"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	began := time.Now()
	_, err := client(t, s.URL, nil).Chat(ctx, ask("x"))
	if fault.CodeOf(err) != fault.RateLimited || time.Since(began) > 15*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
}

func TestACancelledCallIsNobodysFault(t *testing.T) {
	s := llmtest.Serve(t, llmtest.Silence())
	cl := client(t, s.URL, func(cfg *llm.Config) { cfg.BreakerAfter = 1 })
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := fault.New(fault.Cancelled, "The run was cancelled.")
	time.AfterFunc(50*time.Millisecond, func() { cancel(gone) })
	if _, err := cl.Chat(ctx, ask("x")); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	if h := cl.Health(); !h.OK || h.Failures != 0 {
		t.Errorf("health %+v", h)
	}
}

func TestNobodyListens(t *testing.T) {
	l := httptest.NewServer(http.NotFoundHandler())
	l.Close()
	_, err := client(t, l.URL, func(cfg *llm.Config) { cfg.Retries = -1 }).Chat(t.Context(), ask("x"))
	if fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestTheConfigurationIsChecked(t *testing.T) {
	for name, cfg := range map[string]llm.Config{
		"no model":        {BaseURL: "http://localhost/v1"},
		"not an address":  {BaseURL: "localhost", Model: "m"},
		"a file":          {BaseURL: "file:///etc/passwd", Model: "m"},
		"a user":          {BaseURL: "http://a:b@localhost/v1", Model: "m"},
		"a query":         {BaseURL: "http://localhost/v1?key=1", Model: "m"},
		"two lines":       {Model: "m", Key: "a\nb"},
		"negative prices": {Model: "m", PriceIn: -1},
	} {
		if _, err := llm.New(cfg); fault.CodeOf(err) != fault.Validation || fault.From(err).Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
