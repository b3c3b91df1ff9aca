package datasetstest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets/datasetstest"
)

func TestMismatchTellsRightFromWrong(t *testing.T) {
	want := [][]any{{"a", 1}, {"b", 2.5}, {nil, true}, {"2026-01-01T00:00:00", 0}}
	same := [][]any{{"a", json.Number("1")}, {"b", 2.5000001}, {nil, true}, {"2026-01-01", int64(0)}}
	swapped := [][]any{same[1], same[0], same[2], same[3]}
	change := func(row, column int, v any) [][]any {
		var rows [][]any
		for _, r := range same {
			rows = append(rows, append([]any{}, r...))
		}
		rows[row][column] = v
		return rows
	}
	for _, c := range []struct {
		name    string
		ordered bool
		rows    [][]any
		ok      bool
	}{
		{"same", true, same, true},
		{"same rows in another order", false, swapped, true},
		{"order matters", true, swapped, false},
		{"number beyond tolerance", true, change(1, 1, 2.50001), false},
		{"zero is exact", true, change(3, 1, 1e-12), false},
		{"null is not zero", true, change(2, 0, 0), false},
		{"null is not empty text", true, change(2, 0, ""), false},
		{"true is not 1", true, change(2, 1, 1), false},
		{"text is not a number", true, change(0, 1, "1"), false},
		{"case matters", true, change(0, 0, "A"), false},
		{"another day", true, change(3, 0, "2026-01-02"), false},
		{"row missing", false, same[1:], false},
		{"row twice", false, [][]any{same[0], same[0], same[2], same[3]}, false},
		{"column missing", false, [][]any{{"a"}, {"b"}, {nil}, {"2026-01-01"}}, false},
	} {
		q := datasetstest.Question{ID: "q", Rows: want, Ordered: c.ordered}
		if err := q.Mismatch(c.rows); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWriteAnswersChangesOnlyAnswers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "questions.yaml")
	const before = `# A comment.
dataset: d
questions:
  - id: first
    sql: |
      SELECT 1
    plan: {table: t} # why
  - id: second
    columns: [old]
    rows:
      - [0]
  - id: third
    columns: [kept]
`
	const after = `# A comment.
dataset: d
questions:
  - id: first
    sql: |
      SELECT 1
    plan: {table: t} # why
    columns: [a, b]
    rows:
      - [null, 12.50]
      - ["2026-01-01", true]
  - id: second
    columns: [new]
    rows:
      - [9007199254740993]
  - id: third
    columns: [kept]
`
	if err := os.WriteFile(path, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	answers := map[string]datasetstest.Answer{
		"first":  {Columns: []string{"a", "b"}, Rows: [][]any{{nil, json.Number("12.50")}, {"2026-01-01", true}}},
		"second": {Columns: []string{"new"}, Rows: [][]any{{json.Number("9007199254740993")}}},
	}
	datasetstest.WriteAnswers(t, path, answers)
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != after {
		t.Errorf("wrote\n%s\nwant\n%s", got, strings.TrimSpace(after))
	}
}
