package protocol_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// FuzzReadLine looks for input that makes a line longer than its bound, or the
// reader lose its place.
func FuzzReadLine(f *testing.F) {
	f.Add([]byte("one\ntwo\r\n\nend"), 8)
	f.Add([]byte("\n"), 0)
	f.Add(bytes.Repeat([]byte("x"), 100), 64)
	f.Add([]byte("\r\r\n"), 3)
	f.Fuzz(func(t *testing.T, data []byte, limit int) {
		limit = max(0, min(limit, 1<<16))
		r := bufio.NewReaderSize(bytes.NewReader(data), 16)
		rest := data
		for {
			line, err := protocol.ReadLine(r, limit)
			if err != nil {
				return
			}
			raw, after, found := bytes.Cut(rest, []byte("\n"))
			if !found || len(raw) >= limit || !bytes.Equal(line, bytes.TrimRight(raw, "\r")) {
				t.Fatalf("read %q of %q with a limit of %d", line, rest, limit)
			}
			rest = after
		}
	})
}

// again encodes a message and decodes it with read.
func again[T any](t *testing.T, v T, read func(*bufio.Reader) (T, error)) {
	t.Helper()
	line, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("what was read cannot be written: %v", err)
	}
	back, err := read(bufio.NewReader(bytes.NewReader(append(line, '\n'))))
	if err != nil {
		t.Fatalf("what was written cannot be read: %v\n%s", err, line)
	}
	other, err := json.Marshal(back)
	if err != nil || !bytes.Equal(line, other) || !reflect.DeepEqual(emptied(v), emptied(back)) {
		t.Fatalf("another message came back (%v)\n%s\n%s", err, line, other)
	}
}

// emptied makes lists without elements nil, which JSON does not tell apart
// everywhere.
func emptied(v any) any {
	if r, ok := v.(*protocol.Response); ok {
		c := *r
		if len(c.Columns) == 0 {
			c.Columns = nil
		}
		if len(c.Rows) == 0 {
			c.Rows = nil
		}
		if len(c.Counts) == 0 {
			c.Counts = nil
		}
		c.Tables, c.Error = nil, nil // compared as JSON
		return c
	}
	return v
}

// FuzzReadReady looks for a first line that is taken for one and is none.
func FuzzReadReady(f *testing.F) {
	for _, s := range []string{
		`{"ready":true,"engine":"duckdb 1.5.5","open_ms":12.5}`,
		`{"ready":false,"fault":{"code":"RUNNER_INTERNAL_ERROR","message":"m","hint":"h","details":{"a":[1,{}]}}}`,
		`{"ready":false}`, `{"ready":true,"fault":{}}`, `{"ready":true} {}`, `[]`, `null`, ``, `{"READY":true}`, "{\"ready\":true,\"engine\":\"\xff\"}",
	} {
		f.Add([]byte(s + "\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ready, err := protocol.ReadReady(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			return
		}
		if !ready.Ready || ready.Fault != nil {
			t.Fatalf("taken for ready: %+v", ready)
		}
		again(t, ready, protocol.ReadReady)
	})
}

// FuzzReadResponse looks for a response that the control plane would take and a
// runner would not give.
func FuzzReadResponse(f *testing.F) {
	for _, s := range []string{
		`{"id":"r","status":"ok","columns":[{"name":"a","type":"BIGINT"}],"rows":[[1],[null],["x"],[1.50],[true]],"row_count":5,"truncated":false,"exec_time_ms":1.5}`,
		`{"id":"r","status":"ok","row_count":0,"counts":{"rows_read":3},"tables":[{"name":"t","rows":1,"columns":[{"name":"a","type":"DATE","nulls":0,"distinct":1,"top":[{"value":"x","count":1}]}]}]}`,
		`{"id":"r","status":"error","error":{"code":"QUERY_ERROR","message":"m","hint":"h","details":{"position":3}},"row_count":0}`,
		`{"id":"r","status":"error"}`, `{"id":"r","status":"ok","rows":[[]],"row_count":1}`, `{"id":"r","status":"ok","rows":[[1]],"row_count":1}`,
		`{"id":"r","status":"ok","row_count":0}{"id":"r"}`, `{"id":"other","status":"ok","row_count":0}`, `{"id":"r","status":"ok","row_count":-1}`,
		`{"id":"r","status":"ok","columns":[{}],"rows":[[[1,{"a":{}}]]],"row_count":1}`, `{"id":"r","status":"ok","columns":[{}],"rows":[[1e999]],"row_count":1}`,
		`{"id":"r","status":"ok","rows":[null],"row_count":1}`, `{"id":"r","status":"ok","error":{"code":"QUERY_ERROR"},"row_count":0}`,
		"{\"id\":\"r\",\"status\":\"ok\",\"columns\":[{\"name\":\"\xff\"}],\"rows\":[[\"\xed\xa0\x80\"]],\"row_count\":1}",
	} {
		f.Add([]byte(s + "\n"))
	}
	const limit = 1 << 20
	f.Fuzz(func(t *testing.T, data []byte) {
		resp, err := protocol.ReadResponse(bufio.NewReader(bytes.NewReader(data)), "r", limit)
		if err != nil {
			return
		}
		line, _, _ := bytes.Cut(data, []byte("\n"))
		if !json.Valid(line) {
			t.Fatalf("a line that is no JSON is taken for a response: %q", line)
		}
		if resp.ID != "r" || resp.RowCount != len(resp.Rows) || (resp.Status == protocol.Error) != (resp.Error != nil) {
			t.Fatalf("taken for a response: %+v", resp)
		}
		for _, row := range resp.Rows {
			for _, v := range row {
				switch v.(type) {
				case nil, bool, string, json.Number:
				default:
					t.Fatalf("a value is a %T", v)
				}
			}
		}
		again(t, resp, func(r *bufio.Reader) (*protocol.Response, error) { return protocol.ReadResponse(r, "r", 8*limit) })
	})
}
