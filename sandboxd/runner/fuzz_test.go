package runner

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/corpora"
)

// FuzzDecodeRequest looks for a line that is taken for a request and loses
// something on the way, or gets bounds that are none.
func FuzzDecodeRequest(f *testing.F) {
	for _, s := range []string{
		`{"id":"1","query_type":"sql","statement":"SELECT 1 AS a","tables":["t"],"timeout_ms":1000,"max_rows":10,"max_output_bytes":4096}`,
		`{"id":"1","query_type":"ingest","files":[{"name":"a.csv","table":"a","types":{"x":"DATE"}}]}`,
		`{"id":"1","query_type":"frames","tables":[]}`, `{"timeout_ms":-1,"max_rows":9999999999}`, `{"unknown":1}`, `{} {}`, `{}]`, `{},`, `[]`, `null`, ``,
	} {
		f.Add([]byte(s))
	}
	texts := append(corpora.Lines(f, "sql_injection.txt", 200), corpora.Fields(f, "python_escapes.jsonl", "text", 100)...)
	for _, text := range texts {
		line, err := json.Marshal(protocol.Request{ID: "1", QueryType: protocol.Python, Statement: text})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		req, err := decodeRequest(line, nil)
		if err != nil {
			return
		}
		if !json.Valid(line) {
			t.Fatal("a line that is no JSON is taken for a request")
		}
		encoded, err := json.Marshal(req)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeRequest(encoded, nil)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, encoded)
		}
		// An empty list is the same as none.
		for _, r := range []*protocol.Request{req, back} {
			if len(r.Tables) == 0 {
				r.Tables = nil
			}
			if len(r.Files) == 0 {
				r.Files = nil
			}
			for i := range r.Files {
				if len(r.Files[i].Types) == 0 {
					r.Files[i].Types = nil
				}
			}
		}
		if !reflect.DeepEqual(req, back) {
			t.Fatalf("another request came back\n%+v\n%+v", req, back)
		}
		if l := limits(*req); l.TimeoutMS < 1 || l.MaxRows < 1 || l.MaxRows > maxRows || l.MaxOutputBytes < 1 || l.MaxOutputBytes > maxOutput {
			t.Fatalf("bounds are %+v", l)
		}
	})
}
