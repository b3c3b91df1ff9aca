package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Message is one message of a request.
type Message struct {
	Role       string `json:"role"`
	Content    string `json:"content"`
	ToolCallID string `json:"tool_call_id"`
	ToolCalls  []struct {
		ID       string `json:"id"`
		Function struct {
			Name      string `json:"name"`
			Arguments string `json:"arguments"`
		} `json:"function"`
	} `json:"tool_calls"`
}

// Request is what a client sent.
type Request struct {
	Model    string    `json:"model"`
	Stream   bool      `json:"stream"`
	Messages []Message `json:"messages"`
	Tools    []struct {
		Function struct {
			Name       string          `json:"name"`
			Strict     bool            `json:"strict"`
			Parameters json.RawMessage `json:"parameters"`
		} `json:"function"`
	} `json:"tools"`
	ResponseFormat *struct {
		Type       string          `json:"type"`
		JSONSchema json.RawMessage `json:"json_schema"`
	} `json:"response_format"`
	MaxTokens int `json:"max_tokens"`
	// Header and Body are the request as it came.
	Header http.Header `json:"-"`
	Body   []byte      `json:"-"`
}

// Last returns the text of the last message.
func (r Request) Last() string {
	if len(r.Messages) == 0 {
		return ""
	}
	return r.Messages[len(r.Messages)-1].Content
}

// All returns the text of all messages.
func (r Request) All() string {
	var b strings.Builder
	for _, m := range r.Messages {
		b.WriteString(m.Content + "\n")
	}
	return b.String()
}

// Results counts the messages that are results of tools.
func (r Request) Results() int {
	n := 0
	for _, m := range r.Messages {
		if m.Role == "tool" {
			n++
		}
	}
	return n
}

// Server is a model on the loopback address.
type Server struct {
	// URL is the base URL to configure.
	URL string

	tb     testing.TB
	choose func(n int, r Request) Reply
	stop   chan struct{}

	mu   sync.Mutex // guards seen
	seen []Request
}

// Serve answers the n-th request with the n-th reply. A request too many fails the
// test.
func Serve(tb testing.TB, script ...Reply) *Server {
	tb.Helper()
	s := newServer(tb)
	s.choose = func(n int, r Request) Reply {
		if n >= len(script) {
			tb.Errorf("request %d is not in the script of %d: %s", n+1, len(script), r.Body)
			return Status(http.StatusInternalServerError, "the script is over")
		}
		return script[n]
	}
	return s
}

// ServeFunc answers each request with what choose makes of it; n counts from 0.
// choose may be called from several goroutines.
func ServeFunc(tb testing.TB, choose func(n int, r Request) Reply) *Server {
	tb.Helper()
	s := newServer(tb)
	s.choose = choose
	return s
}

func newServer(tb testing.TB) *Server {
	tb.Helper()
	s := &Server{tb: tb, stop: make(chan struct{})}
	h := httptest.NewServer(s)
	s.URL = h.URL + "/v1"
	tb.Cleanup(func() {
		close(s.stop)
		h.CloseClientConnections()
		h.Close()
	})
	return s
}

// Requests returns what was asked so far.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.seen...)
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/chat/completions") {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	var req Request
	if err == nil {
		err = json.Unmarshal(body, &req)
	}
	if err != nil {
		http.Error(w, fmt.Sprintf(`{"error":{"message":%q}}`, err), http.StatusBadRequest)
		return
	}
	req.Header, req.Body = r.Header.Clone(), body
	s.mu.Lock()
	n := len(s.seen)
	s.seen = append(s.seen, req)
	s.mu.Unlock()
	s.choose(n, req).write(w, r, req, s.stop)
}
