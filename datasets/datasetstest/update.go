package datasetstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Answer is what an engine returned for a question: values as in a response of
// the runner.
type Answer struct {
	Columns []string
	Rows    [][]any
}

// WriteAnswers replaces the columns and rows of the questions in the file at
// path, by question id, and leaves everything else, comments too, as it was. A
// question without an answer keeps its own.
func WriteAnswers(tb testing.TB, path string, answers map[string]Answer) {
	tb.Helper()
	data, err := os.ReadFile(path) //nolint:gosec // the caller names its own source file
	if err != nil {
		tb.Fatal(err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	list := child(doc.Content[0], "questions")
	if list == nil {
		tb.Fatalf("%s holds no questions", path)
	}
	for _, q := range list.Content {
		if answer, ok := answers[child(q, "id").Value]; ok {
			setChild(q, "columns", columnsNode(answer.Columns))
			setChild(q, "rows", rowsNode(answer.Rows))
		}
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(&doc); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil { //nolint:gosec // a source file
		tb.Fatal(err)
	}
}

// child returns the value of key in a mapping, or nil.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

func setChild(mapping *yaml.Node, key string, value *yaml.Node) {
	if old := child(mapping, key); old != nil {
		*old = *value
		return
	}
	mapping.Content = append(mapping.Content, text(key), value)
}

func text(s string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(s)
	return n
}

func columnsNode(columns []string) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, c := range columns {
		list.Content = append(list.Content, text(c))
	}
	return list
}

func rowsNode(rows [][]any) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, row := range rows {
		line := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, v := range row {
			line.Content = append(line.Content, scalar(v))
		}
		list.Content = append(list.Content, line)
	}
	return list
}

func scalar(v any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode}
	switch v := v.(type) {
	case nil:
		n.Tag, n.Value = "!!null", "null"
	case bool:
		n.Tag, n.Value = "!!bool", strconv.FormatBool(v)
	case json.Number:
		// Without a tag the text stands as it is, with every digit.
		n.Value = v.String()
	case string:
		// Quoted, so that a date stays text for every reader of YAML.
		n.Style, n.Tag, n.Value = yaml.DoubleQuotedStyle, "!!str", v
	default:
		panic(fmt.Sprintf("datasetstest: no place for a %T in an answer", v))
	}
	return n
}
