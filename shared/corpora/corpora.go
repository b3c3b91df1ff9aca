package corpora

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Lines returns at most n lines of a file, evenly spread over it.
func Lines(tb testing.TB, file string, n int) []string {
	tb.Helper()
	dir := os.Getenv("LEO_CORPORA") //nolint:forbidigo // the tests' own switch
	if dir == "" {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(dir, file)) //nolint:gosec // the directory is the caller's
	if err != nil {
		tb.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
	step := max(1, (len(lines)+n-1)/n)
	var out []string
	for i := 0; i < len(lines); i += step {
		out = append(out, string(lines[i]))
	}
	return out
}

// Fields returns a text of at most n lines of a file, each of which is a JSON
// object.
func Fields(tb testing.TB, file, field string, n int) []string {
	tb.Helper()
	var out []string
	for _, line := range Lines(tb, file, n) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			tb.Fatalf("%s: %v", file, err)
		}
		if text, ok := record[field].(string); ok {
			out = append(out, text)
		}
	}
	return out
}
