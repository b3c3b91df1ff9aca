package runner

import (
	"encoding/json"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

func TestEveryTypeIsWrittenAsTheProtocolSays(t *testing.T) {
	dir := dataset(t, "CREATE TABLE sales(a INTEGER)", "CREATE TYPE mood AS ENUM ('sad', 'happy')", "CREATE TABLE moods AS SELECT 'happy'::mood AS m")
	for _, c := range []struct{ sql, typ, json string }{
		{"NULL", "INTEGER", `null`},
		{"TRUE", "BOOLEAN", `true`},
		{"FALSE", "BOOLEAN", `false`},
		{"CAST(-7 AS TINYINT)", "TINYINT", `-7`},
		{"9007199254740993", "BIGINT", `9007199254740993`},
		{"CAST(18446744073709551615 AS UBIGINT)", "UBIGINT", `18446744073709551615`},
		{"170141183460469231731687303715884105727", "HUGEINT", `170141183460469231731687303715884105727`},
		{"CAST(1.10 AS DECIMAL(18,4))", "DECIMAL(18,4)", `1.1000`},
		{"CAST(-0.5 AS DECIMAL(3,2))", "DECIMAL(3,2)", `-0.50`},
		{"123456789012345678901234567890.12", "DECIMAL(32,2)", `123456789012345678901234567890.12`},
		{"CAST(0.1 AS DOUBLE)", "DOUBLE", `0.1`},
		{"CAST(1 AS DOUBLE)", "DOUBLE", `1.0`},
		{"1e300", "DOUBLE", `1e+300`},
		{"CAST('nan' AS DOUBLE)", "DOUBLE", `"NaN"`},
		{"CAST('inf' AS DOUBLE)", "DOUBLE", `"Infinity"`},
		{"CAST('-inf' AS FLOAT)", "FLOAT", `"-Infinity"`},
		{"DATE '2026-01-31'", "DATE", `"2026-01-31"`},
		{"DATE 'infinity'", "DATE", `"infinity"`},
		{"TIMESTAMP '2026-01-31 08:30:00'", "TIMESTAMP", `"2026-01-31T08:30:00"`},
		{"TIMESTAMP '2026-01-31 08:30:00.123456'", "TIMESTAMP", `"2026-01-31T08:30:00.123456"`},
		{"TIMESTAMP '0044-03-15 (BC) 08:30:00'", "TIMESTAMP", `"0044-03-15 (BC) 08:30:00"`},
		{"CAST('2026-01-31 08:30:00.123456789' AS TIMESTAMP_NS)", "TIMESTAMP_NS", `"2026-01-31T08:30:00.123456789"`},
		{"CAST('2026-01-31 08:30:00' AS TIMESTAMP_S)", "TIMESTAMP_S", `"2026-01-31T08:30:00"`},
		{"TIMESTAMPTZ '2026-01-31 08:30:00+02:00'", "TIMESTAMP WITH TIME ZONE", `"2026-01-31T06:30:00Z"`},
		{"TIMESTAMPTZ '2026-01-31 08:30:00.5Z'", "TIMESTAMP WITH TIME ZONE", `"2026-01-31T08:30:00.5Z"`},
		{"TIME '08:30:00'", "TIME", `"08:30:00"`},
		{"INTERVAL '1 year 2 days 3 hours'", "INTERVAL", `"1 year 2 days 03:00:00"`},
		{"'text \"quoted\" <&> ü\n'", "VARCHAR", "\"text \\\"quoted\\\" <&> ü\\n\""},
		{"''", "VARCHAR", `""`},
		{`'\xDE\xAD\x00'::BLOB`, "BLOB", `"dead00"`},
		{"CAST('4ac7a9e9-607c-4c8a-84f3-843f0191e3fd' AS UUID)", "UUID", `"4ac7a9e9-607c-4c8a-84f3-843f0191e3fd"`},
		{"(SELECT m FROM moods)", "ENUM", `"happy"`},
		{"[1, NULL, 3]", "INTEGER[]", `"[1, NULL, 3]"`},
		{"{'a': 1, 'b': 'x'}", `STRUCT("a" INTEGER, "b" VARCHAR)`, `"{'a': 1, 'b': x}"`},
		{"MAP {'k': 1.5}", "MAP(VARCHAR, DECIMAL(2,1))", `"{k=1.5}"`},
		{`'{"a": [1, 2]}'::JSON`, "JSON", `"{\"a\": [1, 2]}"`},
		{"'101'::BIT", "BIT", `"101"`},
	} {
		resp := ask(t, dir, protocol.Request{Statement: "SELECT " + c.sql + " AS v", Tables: []string{"sales", "moods"}})
		if resp.Status != protocol.OK {
			t.Errorf("%s: %v", c.sql, resp.Error)
			continue
		}
		encoded, err := marshal(resp.Rows[0][0])
		if err != nil {
			t.Fatal(err)
		}
		if got := string(encoded[:len(encoded)-1]); got != c.json || resp.Columns[0].Type != c.typ {
			t.Errorf("%s: got %s as %s, want %s as %s", c.sql, got, resp.Columns[0].Type, c.json, c.typ)
		}
	}
}

func TestTextThatIsNoNumberStaysText(t *testing.T) {
	for _, text := range []string{"", "12 apples", "0x1F", "1,5", "--1", "+5"} {
		if v, ok := number(text).(json.Number); ok {
			t.Errorf("%q became the number %s", text, v)
		}
	}
}
