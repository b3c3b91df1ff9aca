package datasetstest

import (
	"encoding/json"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/leo-analytics/leo/datasets"
)

// Question is one prompt with everything that is known about its answer.
type Question struct {
	ID       string
	Question string
	// SQL is a hand-written DuckDB statement that answers it.
	SQL string
	// Plan is an expected QueryPlan, as JSON. Other plans may be as right: the
	// rows decide.
	Plan json.RawMessage
	// Columns and Rows are the answer. Values are nil, bool, string, int or
	// float64.
	Columns []string
	Rows    [][]any
	// Ordered says that the order of Rows is part of the answer.
	Ordered bool
}

// entry is a question as the file has it.
type entry struct {
	ID       string   `yaml:"id"`
	Question string   `yaml:"question"`
	Ordered  bool     `yaml:"ordered"`
	SQL      string   `yaml:"sql"`
	Plan     any      `yaml:"plan"`
	Columns  []string `yaml:"columns"`
	Rows     [][]any  `yaml:"rows"`
}

// Questions returns the questions of the dataset called id, in the order of its
// prompts.
func Questions(tb testing.TB, id string) []Question {
	tb.Helper()
	data, err := datasets.Questions(id)
	if err != nil {
		tb.Fatal(err)
	}
	var file struct {
		Dataset   string  `yaml:"dataset"`
		Questions []entry `yaml:"questions"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		tb.Fatalf("questions of %s: %v", id, err)
	}
	if file.Dataset != id {
		tb.Fatalf("questions of %s say that they are of %q", id, file.Dataset)
	}
	questions := make([]Question, len(file.Questions))
	for i, e := range file.Questions {
		plan, err := json.Marshal(e.Plan)
		if err != nil {
			tb.Fatalf("plan of %s/%s: %v", id, e.ID, err)
		}
		questions[i] = Question{
			ID: e.ID, Question: e.Question, SQL: e.SQL, Plan: plan,
			Columns: e.Columns, Rows: e.Rows, Ordered: e.Ordered,
		}
	}
	return questions
}

// CSVs generates the dataset called id and returns the folder of its files,
// which lives as long as the test.
func CSVs(tb testing.TB, id string) string {
	tb.Helper()
	dir := tb.TempDir()
	if err := datasets.Generate(tb.Context(), id, dir, nil); err != nil {
		tb.Fatal(err)
	}
	return dir
}
