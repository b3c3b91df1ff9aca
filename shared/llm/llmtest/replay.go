package llmtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Endpoint is a real server to record from.
type Endpoint struct {
	// URL is its base URL; Key may be empty.
	URL, Key string
	// Model replaces the model that the test names.
	Model string
}

// recording is one file: what was asked, for people to read, and what came back.
type recording struct {
	Request     json.RawMessage `json:"request"`
	ContentType string          `json:"content_type"`
	Status      int             `json:"status"`
	Response    string          `json:"response"`
}

// Replay answers from the files in dir, named by [Key]. With record set, a request
// that has no file yet is passed on to that endpoint and its response written
// down; otherwise it fails the test.
func Replay(tb testing.TB, dir string, record *Endpoint) *Server {
	tb.Helper()
	return ServeFunc(tb, func(_ int, r Request) Reply {
		path := filepath.Join(dir, Key(r.Body)+".json")
		data, err := os.ReadFile(path) //nolint:gosec // a test's own files
		if errors.Is(err, fs.ErrNotExist) && record != nil {
			if data, err = take(*record, r); err == nil {
				err = os.WriteFile(path, data, 0o600)
			}
		}
		var rec recording
		if err == nil {
			err = json.Unmarshal(data, &rec)
		}
		if err != nil {
			tb.Errorf("no recording of this conversation (run with -record): %v\n%s", err, r.Body)
			return Status(http.StatusBadRequest, "this conversation was not recorded")
		}
		return Reply{func(w http.ResponseWriter, _ *http.Request, _ Request, _ <-chan struct{}) {
			w.Header().Set("Content-Type", rec.ContentType)
			w.WriteHeader(rec.Status)
			_, _ = io.WriteString(w, rec.Response)
		}}
	})
}

// Key names a request: a hash over its JSON with sorted fields, without the model's
// name and without the schemas of its tools: they belong to the program, and a new
// field in one changes no conversation. The tools' names count.
func Key(body []byte) string {
	sum := sha256.Sum256(canonical(body))
	return hex.EncodeToString(sum[:12])
}

func canonical(body []byte) []byte {
	var v map[string]any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return body
	}
	for _, field := range []string{"model", "response_format"} {
		delete(v, field)
	}
	if tools, ok := v["tools"].([]any); ok {
		for i, t := range tools {
			if tool, ok := t.(map[string]any); ok {
				if f, ok := tool["function"].(map[string]any); ok {
					tools[i] = f["name"]
				}
			}
		}
	}
	out, err := json.Marshal(v) // sorts the fields
	if err != nil {
		return body
	}
	return out
}

// take asks a real endpoint.
func take(e Endpoint, r Request) ([]byte, error) {
	var body map[string]any
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return nil, err
	}
	if e.Model != "" {
		body["model"] = e.Model
	}
	line, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodPost, e.URL+"/chat/completions", bytes.NewReader(line)) //nolint:noctx // a person waits for it
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if e.Key != "" {
		req.Header.Set("Authorization", "Bearer "+e.Key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return nil, fmt.Errorf("read the response: %w", err)
	}
	return json.MarshalIndent(recording{
		Request: canonical(r.Body), ContentType: resp.Header.Get("Content-Type"), Status: resp.StatusCode, Response: string(answer),
	}, "", "  ")
}
