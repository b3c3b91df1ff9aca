package datasetstest

import (
	_ "embed"
	"testing"

	"go.yaml.in/yaml/v3"
)

//go:embed conversations.yaml
var conversations []byte

// Conversation is a few questions in a row over one demo dataset, each of which
// goes on from the ones before.
type Conversation struct {
	ID      string `yaml:"id"`
	Dataset string `yaml:"dataset"`
	Turns   []Turn `yaml:"turns"`
}

// Turn is what is said, and hand-written DuckDB statements that answer it.
type Turn struct {
	Say string `yaml:"say"`
	SQL string `yaml:"sql"`
	// Or is another right reading; may be empty.
	Or string `yaml:"or"`
	// First says that the first row alone is the answer.
	First bool `yaml:"first"`
}

// Conversations returns the conversations of every demo dataset.
func Conversations(tb testing.TB) []Conversation {
	tb.Helper()
	var all []Conversation
	if err := yaml.Unmarshal(conversations, &all); err != nil {
		tb.Fatal(err)
	}
	return all
}
