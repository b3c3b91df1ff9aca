package runner

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

// envelope is kept free of rows for the rest of a response.
const envelope = 2 << 10

// collect streams rows into a response until a bound is reached. The bytes of a
// response, encoded, never exceed req.MaxOutputBytes.
func collect(ctx context.Context, rows *engine.Rows, resp *protocol.Response, req *protocol.Request) error {
	header, err := marshal(resp.Columns)
	if err != nil {
		return err
	}
	left := req.MaxOutputBytes - envelope - len(header) - len(req.ID)
	if left < 0 {
		return fault.New(fault.ResourceExceeded, "The result has too many columns to be returned.").
			WithHint("Ask for fewer columns.")
	}
	for rows.Next(ctx) {
		if len(resp.Rows) == req.MaxRows {
			resp.Truncated, resp.TruncatedBy = true, "rows"
			break
		}
		row, size, err := encodeRow(rows, resp.Columns, left)
		if err != nil {
			return err
		}
		if left -= size; left < 0 {
			resp.Truncated, resp.TruncatedBy = true, "bytes"
			break
		}
		resp.Rows = append(resp.Rows, row)
	}
	resp.RowCount = len(resp.Rows)
	if err := rows.Err(); err != nil {
		return engine.Fault(err)
	}
	return nil
}

// encodeRow converts the current row and returns its encoded size, or any size
// beyond left if it cannot fit: then it is not copied.
func encodeRow(rows *engine.Rows, columns []protocol.Column, left int) ([]any, int, error) {
	raw := 0
	for i := range columns {
		if raw += rows.Len(i); raw > left {
			return nil, raw, nil
		}
	}
	row := make([]any, len(columns))
	for i, c := range columns {
		if text, ok := rows.Text(i); ok {
			row[i] = value(text, c.Type)
		}
	}
	encoded, err := marshal(row)
	return row, len(encoded), err
}

// value turns the engine's text of a value into what the protocol says for its
// type. Text that does not look as its type should stays text.
func value(text, typ string) any {
	switch typ {
	case "BOOLEAN":
		if text == "true" || text == "false" {
			return text == "true"
		}
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM":
		return number(text)
	case "FLOAT", "DOUBLE":
		return float(text)
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return timestamp(text)
	case "TIMESTAMP WITH TIME ZONE":
		// The session's zone is UTC.
		if moment, ok := strings.CutSuffix(timestamp(text), "+00"); ok {
			return moment + "Z"
		}
	}
	if strings.HasPrefix(typ, "DECIMAL(") {
		return number(text)
	}
	if !utf8.ValidString(text) {
		return strings.ToValidUTF8(text, "\ufffd")
	}
	return text
}

// number keeps every digit of a number.
func number(text string) any {
	if json.Valid([]byte(text)) {
		return json.Number(text)
	}
	return text
}

// float is [number] with the names that JSON has no numbers for.
func float(text string) any {
	switch text {
	case "nan", "-nan":
		return "NaN"
	case "inf":
		return "Infinity"
	case "-inf":
		return "-Infinity"
	}
	return number(text)
}

// timestamp puts a T between date and time. Years before Christ and infinities are
// left as the engine writes them.
func timestamp(text string) string {
	if date, clock, ok := strings.Cut(text, " "); ok && len(clock) >= 8 && clock[2] == ':' && !strings.Contains(clock, "(") {
		return date + "T" + clock
	}
	return text
}
