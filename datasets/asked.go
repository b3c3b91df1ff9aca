package datasets

import (
	"errors"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"
)

// Asked is a question about a demo dataset and the answer it must get.
type Asked struct {
	// ID is the dataset's, the prompt's and, for another way to ask the prompt,
	// its number: "ecommerce/top-products/2".
	ID       string
	Dataset  string
	Question string
	// Paraphrase says that this is another way to ask a prompt.
	Paraphrase bool
	// AsOf is the day that "this year" is counted from, as 2026-01-31.
	AsOf    string
	Columns []string
	Rows    [][]any
	// Ordered says that the order of Rows is part of the answer.
	Ordered bool
}

// questionFile is what is read of questions.yaml.
type questionFile struct {
	Questions []struct {
		ID       string   `yaml:"id"`
		Question string   `yaml:"question"`
		Ordered  bool     `yaml:"ordered"`
		Columns  []string `yaml:"columns"`
		Rows     [][]any  `yaml:"rows"`
	} `yaml:"questions"`
}

// paraphraseFile is paraphrases.yaml: other ways to ask, by the prompt's id.
type paraphraseFile struct {
	Paraphrases map[string][]string `yaml:"paraphrases"`
}

// AllAsked returns the prompts of every dataset, each followed by the other ways
// to ask it.
func AllAsked() ([]Asked, error) {
	var all []Asked
	for _, d := range LoadRegistry().Datasets {
		var prompts questionFile
		if err := readYAML(d.ID+"/questions.yaml", &prompts); err != nil {
			return nil, err
		}
		var others paraphraseFile
		if err := readYAML(d.ID+"/paraphrases.yaml", &others); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		for _, q := range prompts.Questions {
			a := Asked{
				ID: d.ID + "/" + q.ID, Dataset: d.ID, Question: q.Question, AsOf: d.AsOf,
				Columns: q.Columns, Rows: q.Rows, Ordered: q.Ordered,
			}
			all = append(all, a)
			for i, text := range others.Paraphrases[q.ID] {
				other := a
				other.ID, other.Question, other.Paraphrase = fmt.Sprintf("%s/%d", a.ID, i+1), text, true
				all = append(all, other)
			}
		}
	}
	return all, nil
}

func readYAML(name string, out any) error {
	data, err := questions.ReadFile(name)
	if err != nil {
		return err
	}
	if err := yaml.Unmarshal(data, out); err != nil {
		return fmt.Errorf("datasets: %s: %w", name, err)
	}
	return nil
}
