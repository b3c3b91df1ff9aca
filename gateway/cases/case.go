package cases

import (
	"encoding/json"
	"time"
)

// The bounds of what a case holds: a test on part of a result would be none.
const (
	// MaxRows is the largest result, and as many rows as an evaluation compares.
	MaxRows = 5000
	// MaxBytes bounds the result, encoded.
	MaxBytes = 768 << 10
	// maxText is the longest question or note, in characters.
	maxText = 4000
)

// Case is one saved test case.
type Case struct {
	// ID is the run's.
	ID             string `json:"id"`
	Org            string `json:"org"`
	DatasetID      string `json:"dataset_id"`
	DatasetVersion string `json:"dataset_version"`
	Question       string `json:"question"`
	// Turns to AnswerFormat are what came with the question.
	Turns        []string `json:"turns,omitempty"`
	Instructions string   `json:"instructions,omitempty"`
	Constraints  string   `json:"constraints,omitempty"`
	AnswerFormat string   `json:"answer_format,omitempty"`
	// AsOf is the clock relative periods were counted from.
	AsOf     time.Time       `json:"as_of"`
	Plan     json.RawMessage `json:"plan,omitempty"`
	SQL      string          `json:"sql,omitempty"`
	Expected Expected        `json:"expected"`
	Owner    string          `json:"owner"`
	Note     string          `json:"note,omitempty"`
	SavedAt  time.Time       `json:"saved_at"`
}

// Expected is the whole result of the run.
type Expected struct {
	Columns []string `json:"columns"`
	// Types are the engine's.
	Types []string `json:"types"`
	Rows  [][]any  `json:"rows"`
	// Ordered says that the plan asked for an order, which is part of the answer.
	Ordered bool `json:"ordered"`
}

// Summary is a case in a list: everything but its rows.
type Summary struct {
	ID             string    `json:"id"`
	DatasetID      string    `json:"dataset_id"`
	DatasetVersion string    `json:"dataset_version"`
	Question       string    `json:"question"`
	Turns          []string  `json:"turns,omitempty"`
	Columns        []string  `json:"columns"`
	Rows           int       `json:"rows"`
	Owner          string    `json:"owner"`
	Note           string    `json:"note,omitempty"`
	SavedAt        time.Time `json:"saved_at"`
}

// Line is a case in the layout of a suite's questions.jsonl.
type Line struct {
	ID           string   `json:"id"`
	Set          string   `json:"set"`
	DB           string   `json:"db"`
	Question     string   `json:"question"`
	Turns        []string `json:"turns"`
	Instructions string   `json:"instructions,omitempty"`
	Constraints  string   `json:"constraints,omitempty"`
	AnswerFormat string   `json:"answer_format,omitempty"`
	// AsOf is an RFC 3339 time.
	AsOf    string `json:"as_of"`
	Kind    string `json:"kind"`
	Gold    Gold   `json:"gold"`
	Ordered bool   `json:"ordered"`
	// Weak marks results that are easy to hit by accident.
	Weak           bool            `json:"weak"`
	GoldPlan       json.RawMessage `json:"gold_plan,omitempty"`
	GoldSQL        string          `json:"gold_sql,omitempty"`
	DatasetVersion string          `json:"dataset_version"`
}

// Gold is the result that is right.
type Gold struct {
	Columns []string `json:"columns"`
	Types   []string `json:"types"`
	Rows    [][]any  `json:"rows"`
}

// suiteSet is what exported cases call their set.
const suiteSet = "cases"

func (c *Case) line() Line {
	turns := c.Turns
	if turns == nil {
		turns = []string{}
	}
	return Line{
		ID: c.ID, Set: suiteSet, DB: c.DatasetID, Question: c.Question, Turns: turns,
		Instructions: c.Instructions, Constraints: c.Constraints, AnswerFormat: c.AnswerFormat,
		AsOf: c.AsOf.UTC().Format(time.RFC3339), Kind: "rows",
		Gold:    Gold{Columns: c.Expected.Columns, Types: c.Expected.Types, Rows: c.Expected.Rows},
		Ordered: c.Expected.Ordered, Weak: weak(c.Expected.Rows),
		GoldPlan: c.Plan, GoldSQL: c.SQL, DatasetVersion: c.DatasetVersion,
	}
}

// weak reports whether a result is empty, or one cell of nothing.
func weak(rows [][]any) bool {
	if len(rows) == 0 {
		return true
	}
	if len(rows) > 1 || len(rows[0]) != 1 {
		return false
	}
	n, number := rows[0][0].(json.Number)
	return rows[0][0] == nil || number && n == "0"
}

func (c *Case) summary() Summary {
	return Summary{
		ID: c.ID, DatasetID: c.DatasetID, DatasetVersion: c.DatasetVersion, Question: c.Question, Turns: c.Turns,
		Columns: c.Expected.Columns, Rows: len(c.Expected.Rows), Owner: c.Owner, Note: c.Note, SavedAt: c.SavedAt,
	}
}
