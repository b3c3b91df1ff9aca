package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// Reply is how a server answers one request.
type Reply struct {
	write func(w http.ResponseWriter, r *http.Request, req Request, stop <-chan struct{})
}

// ToolCall is one tool a scripted model asks for.
type ToolCall struct {
	Name string
	// Arguments is JSON, or whatever a broken model would write.
	Arguments string
}

// Tokens is what every well-formed reply says it cost: 100 in, 10 out.
const (
	TokensIn  = 100
	TokensOut = 10
)

// Text is an answer in words, streamed in pieces where the client asks for that.
func Text(text string) Reply { return answer(text, nil, "stop") }

// Call is a wish to use one tool. arguments may be a string, which is sent as it
// is, or anything that JSON can hold.
func Call(name string, arguments any) Reply {
	return Calls(ToolCall{name, asText(arguments)})
}

// Calls is a wish to use several tools.
func Calls(calls ...ToolCall) Reply { return answer("", calls, "tool_calls") }

// Refusal is a model that declines.
func Refusal(text string) Reply {
	return Reply{func(w http.ResponseWriter, _ *http.Request, _ Request, _ <-chan struct{}) {
		send(w, "application/json", `{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":null,"refusal":`+quote(text)+`}}]}`)
	}}
}

// Status is an error as OpenAI words it. headers are pairs.
func Status(status int, message string, headers ...string) Reply {
	return Reply{func(w http.ResponseWriter, _ *http.Request, _ Request, _ <-chan struct{}) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"error":{"message":%s,"type":"error","code":null}}`, quote(message))
	}}
}

// Raw is any body with status 200.
func Raw(contentType, body string) Reply {
	return Reply{func(w http.ResponseWriter, _ *http.Request, _ Request, _ <-chan struct{}) { send(w, contentType, body) }}
}

// Silence accepts the request and never answers.
func Silence() Reply {
	return Reply{func(_ http.ResponseWriter, r *http.Request, _ Request, stop <-chan struct{}) {
		select {
		case <-r.Context().Done():
		case <-stop:
		}
	}}
}

// Hangup closes the connection without a response.
func Hangup() Reply {
	return Reply{func(http.ResponseWriter, *http.Request, Request, <-chan struct{}) { panic(http.ErrAbortHandler) }}
}

// HalfStream streams a text and ends without a finish reason; abrupt breaks the
// connection instead of closing it.
func HalfStream(text string, abrupt bool) Reply {
	return Reply{func(w http.ResponseWriter, _ *http.Request, _ Request, _ <-chan struct{}) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, piece := range pieces(text) {
			event(w, `{"choices":[{"index":0,"delta":{"content":`+quote(piece)+`}}]}`)
		}
		if abrupt {
			panic(http.ErrAbortHandler)
		}
	}}
}

// Endless streams pieces of text until nobody reads them.
func Endless() Reply {
	return Reply{func(w http.ResponseWriter, r *http.Request, _ Request, stop <-chan struct{}) {
		w.Header().Set("Content-Type", "text/event-stream")
		line := `{"choices":[{"index":0,"delta":{"content":"` + strings.Repeat("la ", 4000) + `"}}]}`
		for r.Context().Err() == nil {
			select {
			case <-stop:
				return
			default:
				event(w, line)
			}
		}
	}}
}

// answer is a whole or a streamed message, as the client asks.
func answer(text string, calls []ToolCall, finish string) Reply {
	return Reply{func(w http.ResponseWriter, _ *http.Request, req Request, _ <-chan struct{}) {
		if req.Stream {
			stream(w, text, calls, finish)
			return
		}
		send(w, "application/json", fmt.Sprintf(
			`{"id":"x","object":"chat.completion","choices":[{"index":0,"finish_reason":%q,"message":{"role":"assistant","content":%s,"tool_calls":[%s]}}],"usage":%s}`,
			finish, quote(text), strings.Join(callsJSON(calls), ","), usage(),
		))
	}}
}

func stream(w http.ResponseWriter, text string, calls []ToolCall, finish string) {
	w.Header().Set("Content-Type", "text/event-stream")
	for _, piece := range pieces(text) {
		event(w, `{"choices":[{"index":0,"delta":{"content":`+quote(piece)+`}}]}`)
	}
	for i, c := range calls {
		head, tail := c.Arguments[:len(c.Arguments)/2], c.Arguments[len(c.Arguments)/2:]
		event(w, fmt.Sprintf(`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":%d,"id":"call_%d","type":"function","function":{"name":%s,"arguments":%s}}]}}]}`,
			i, i, quote(c.Name), quote(head)))
		event(w, fmt.Sprintf(`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":%d,"function":{"arguments":%s}}]}}]}`, i, quote(tail)))
	}
	event(w, `{"choices":[{"index":0,"delta":{},"finish_reason":"`+finish+`"}]}`)
	event(w, `{"choices":[],"usage":`+usage()+`}`)
	event(w, "[DONE]")
}

func callsJSON(calls []ToolCall) []string {
	out := make([]string, len(calls))
	for i, c := range calls {
		out[i] = fmt.Sprintf(`{"id":"call_%d","type":"function","function":{"name":%s,"arguments":%s}}`, i, quote(c.Name), quote(c.Arguments))
	}
	return out
}

func usage() string {
	return fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}`, TokensIn, TokensOut, TokensIn+TokensOut)
}

// pieces cuts a text after each space, and a long one into kilobytes.
func pieces(text string) []string {
	if len(text) < 4<<10 {
		return strings.SplitAfter(text, " ")
	}
	var out []string
	for len(text) > 4<<10 {
		out = append(out, text[:4<<10])
		text = text[4<<10:]
	}
	return append(out, text)
}

func event(w http.ResponseWriter, data string) {
	_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

func send(w http.ResponseWriter, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	_, _ = w.Write([]byte(body))
}

func asText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return quote(v)
}

func quote(v any) string {
	line, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(line)
}
