package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/leo-analytics/leo/shared/fault"
)

// The kinds of items; an item without one is [KindRows].
const (
	KindRows         = "rows"
	KindDenotation   = "denotation"
	KindValues       = "values"
	KindChart        = "chart"
	KindUnanswerable = "unanswerable"
)

// Asked is what Leo may see of an item.
type Asked struct {
	ID       string `json:"id"`
	DB       string `json:"db"`
	Question string `json:"question"`
	// Turns are the earlier questions of the dialogue, oldest first.
	Turns        []string `json:"turns,omitempty"`
	Instructions string   `json:"instructions,omitempty"`
	Constraints  string   `json:"constraints,omitempty"`
	AnswerFormat string   `json:"answer_format,omitempty"`
	// AsOf is the clock, a date or a time; "" means now.
	AsOf string `json:"as_of,omitempty"`
}

// Table is a result. Cells are nil, bool, string or any number.
type Table struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Item is a question with everything that is known about its answer.
type Item struct {
	Asked
	Set  string `json:"set,omitempty"`
	Half string `json:"half,omitempty"`
	Kind string `json:"kind,omitempty"`
	// DSL says what a plan must be able to express to answer it.
	DSL        string `json:"dsl,omitempty"`
	Difficulty string `json:"difficulty,omitempty"`
	// Dialogue groups the turns of one conversation.
	Dialogue string `json:"dialogue,omitempty"`
	// Gold is the right result and Alternatives are others as right; Gold is nil
	// where there is none to compare with.
	Gold         *Table  `json:"gold,omitempty"`
	Alternatives []Table `json:"gold_alt,omitempty"`
	// Ordered says that the order of the rows is part of the answer.
	Ordered bool `json:"ordered,omitempty"`
	// Weak marks results that are easy to hit by accident: empty, zero, null.
	Weak bool `json:"weak,omitempty"`
	// Raw are the answers of a denotation as they were written.
	Raw    []any       `json:"gold_raw,omitempty"`
	Values []GoldValue `json:"gold_values,omitempty"`
	Chart  *GoldChart  `json:"gold_chart,omitempty"`
	SQL    string      `json:"gold_sql,omitempty"`
	Tags   Tags        `json:"tags,omitzero"`
	// DatasetVersion is the version of the data that the gold is of, where a Leo
	// exported the item.
	DatasetVersion string `json:"dataset_version,omitempty"`
}

// GoldValue is a named value a result must hold.
type GoldValue struct {
	Name  string `json:"name,omitempty"`
	Value any    `json:"value"`
}

// GoldChart is the chart a question asks for.
type GoldChart struct {
	Type      string `json:"type"`
	X         any    `json:"x"`
	Y         any    `json:"y"`
	Color     any    `json:"color"`
	Facet     any    `json:"facet"`
	Aggregate any    `json:"aggregate"`
}

// Tags are what else is known about an item.
type Tags struct {
	// Sequential marks utterances that refer to the one before.
	Sequential bool `json:"sequential,omitempty"`
}

// kind is the item's kind with the default filled in.
func (it *Item) kind() string {
	if it.Kind == "" {
		return KindRows
	}
	return it.Kind
}

// scored says that there is something to compare a result with.
func (it *Item) scored() bool {
	switch it.Kind {
	case KindUnanswerable, KindDenotation, KindValues:
		return true
	}
	return it.Gold != nil
}

// ReadSuite reads the first limit items of dir/questions.jsonl, all of them when
// limit is 0. It fails as NOT_FOUND or VALIDATION_ERROR.
func ReadSuite(dir string, limit int) ([]Item, error) {
	f, err := os.Open(filepath.Join(dir, "questions.jsonl")) //nolint:gosec // a directory the person named
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "There is no suite in %s.", dir).
			WithHint("A suite has questions.jsonl and dbs/<db>/*.csv.")
	}
	defer func() { _ = f.Close() }()
	return ReadItems(f, limit)
}

// ReadItems reads the first limit items of a questions.jsonl, all of them when
// limit is 0. It fails as VALIDATION_ERROR.
func ReadItems(r io.Reader, limit int) ([]Item, error) {
	var items []Item
	err := lines(r, func(line int, data []byte) error {
		var it Item
		if err := decode(data, &it); err != nil {
			return fault.Wrap(err, fault.Validation, "Line %d of questions.jsonl is not a question.", line)
		}
		items = append(items, it)
		if limit > 0 && len(items) == limit {
			return io.EOF
		}
		return nil
	})
	return items, err
}

// lines calls fn for every line that is not empty, until it returns an error;
// io.EOF ends early and is none.
func lines(r io.Reader, fn func(line int, data []byte) error) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(make([]byte, 64<<10), 256<<20)
	for line := 1; scanner.Scan(); line++ {
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		if err := fn(line, scanner.Bytes()); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return scanner.Err()
}

// decode keeps numbers as they are written: 1 and 1.0 differ.
func decode(data []byte, out any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return dec.Decode(out)
}
