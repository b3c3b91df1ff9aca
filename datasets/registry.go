package datasets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
)

//go:embed registry.json
var registryJSON []byte

// Registry lists the demo datasets, in the order they are shown.
type Registry struct {
	Datasets []Dataset `json:"datasets"`
}

// Dataset describes one demo dataset: what is in its files before anybody has
// looked into them.
type Dataset struct {
	// ID is the name of the dataset in requests and of its folder here.
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	// AsOf is the last day the data covers, as 2026-01-31: the data's "today".
	AsOf string `json:"as_of"`
	// Version is [Version] over Files as [Generate] writes them.
	Version string `json:"version"`
	// Files are the CSV files, in the order the version is made of.
	Files     []File     `json:"files"`
	Tables    []Table    `json:"tables"`
	Relations []Relation `json:"relations,omitempty"`
	// Prompts are six questions of growing difficulty. Their answers are in
	// questions.yaml.
	Prompts []string `json:"prompts"`
}

// File is one CSV file and the table it becomes.
type File struct {
	Name  string `json:"name"`
	Table string `json:"table"`
}

// Table describes one table. Columns are all of its columns, in file order.
type Table struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Synonyms    []string `json:"synonyms,omitempty"`
	// Key is the primary key.
	Key     []string `json:"key"`
	Columns []Column `json:"columns"`
}

// Column describes one column.
type Column struct {
	Name string `json:"name"`
	// EngineType is the type the column is read with, as DuckDB spells it.
	EngineType  string   `json:"engine_type"`
	Description string   `json:"description"`
	Synonyms    []string `json:"synonyms,omitempty"`
	// Unit is what a value counts, such as "USD" or "°C"; empty for none.
	Unit string `json:"unit,omitempty"`
}

// Relation is a many-to-one link: each row of From has at most one row of To.
type Relation struct {
	FromTable   string   `json:"from_table"`
	FromColumns []string `json:"from_columns"`
	ToTable     string   `json:"to_table"`
	ToColumns   []string `json:"to_columns"`
}

// LoadRegistry returns the registry. The caller owns the result. It panics when
// the embedded file is not valid, which no build that passed its tests can be.
func LoadRegistry() Registry {
	var r Registry
	if err := json.Unmarshal(registryJSON, &r); err != nil {
		panic("datasets: registry.json: " + err.Error())
	}
	return r
}

// ErrUnknown is returned for an id that is not in the registry.
var ErrUnknown = errors.New("no such demo dataset")

// Find returns the dataset called id, or [ErrUnknown].
func (r Registry) Find(id string) (Dataset, error) {
	for _, d := range r.Datasets {
		if d.ID == id {
			return d, nil
		}
	}
	return Dataset{}, fmt.Errorf("%w: %q", ErrUnknown, id)
}

// FileNames returns the names of the CSV files, in order.
func (d Dataset) FileNames() []string {
	names := make([]string, len(d.Files))
	for i, f := range d.Files {
		names[i] = f.Name
	}
	return names
}

// Types returns the engine types of a table's columns by column name, the form
// an ingest takes them in; nil for an unknown table.
func (d Dataset) Types(table string) map[string]string {
	for _, t := range d.Tables {
		if t.Name != table {
			continue
		}
		types := make(map[string]string, len(t.Columns))
		for _, c := range t.Columns {
			types[c.Name] = c.EngineType
		}
		return types
	}
	return nil
}

//go:embed */*.yaml
var questions embed.FS

// Questions returns the file questions.yaml of the dataset called id: its
// prompts with the plan, the SQL and the rows expected of each, in YAML.
// [ErrUnknown] for an unknown id.
func Questions(id string) ([]byte, error) {
	if _, err := LoadRegistry().Find(id); err != nil {
		return nil, err
	}
	return questions.ReadFile(id + "/questions.yaml")
}
