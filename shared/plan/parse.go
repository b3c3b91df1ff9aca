package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/fault"
)

// node is one JSON value with the order of its fields kept, so that the first
// mistake in the text is the one that is reported.
type node struct {
	// value is nil, a bool, a string, a json.Number, a []field or a []node.
	value any
}

// field is one member of a JSON object.
type field struct {
	name string
	node node
}

// parse reads exactly one JSON value within the size and depth limits. Fields
// that occur twice are refused: readers of JSON disagree on which one counts.
func parse(data []byte) (node, error) {
	if len(data) > MaxBytes {
		return node{}, fault.New(fault.Validation, "The plan is larger than %d KiB.", MaxBytes>>10).
			WithHint("Shorten its lists of values.").With("path", "")
	}
	if !utf8.Valid(data) {
		return node{}, fault.New(fault.Validation, "The plan is not UTF-8 text.").With("path", "")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	p := parser{dec: dec}
	root, err := p.value("", 1)
	if err != nil {
		return node{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return node{}, fault.New(fault.Validation, "The plan is followed by more text.").
			WithHint("Send one JSON object and nothing after it.").With("path", "").With("offset", dec.InputOffset())
	}
	return root, nil
}

type parser struct{ dec *json.Decoder }

// token reads the next token and explains text that is not JSON.
func (p parser) token() (json.Token, error) {
	tok, err := p.dec.Token()
	if err == nil {
		return tok, nil
	}
	at := p.dec.InputOffset()
	message := fmt.Sprintf("The plan is not valid JSON: a mistake near byte %d.", at)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		message = "The plan is not valid JSON: it ends too early."
	}
	return nil, fault.Wrap(err, fault.Validation, "%s", message).
		WithHint("Check brackets, quotes and commas.").With("path", "").With("offset", at)
}

func (p parser) value(path Path, depth int) (node, error) {
	tok, err := p.token()
	if err != nil {
		return node{}, err
	}
	delim, ok := tok.(json.Delim)
	if !ok {
		return node{tok}, nil
	}
	if depth > MaxDepth {
		return node{}, tooDeep(path)
	}
	if delim == '{' {
		return p.object(path, depth)
	}
	return p.list(path, depth)
}

func (p parser) object(path Path, depth int) (node, error) {
	fields := []field{}
	seen := map[string]bool{}
	for p.dec.More() {
		tok, err := p.token()
		if err != nil {
			return node{}, err
		}
		name, ok := tok.(string)
		if !ok {
			return node{}, invalid(path, "The plan is not valid JSON at %s.", path)
		}
		if seen[name] {
			return node{}, invalid(path.Key(name), "The field %q occurs twice at %s.", name, path)
		}
		seen[name] = true
		v, err := p.value(path.Key(name), depth+1)
		if err != nil {
			return node{}, err
		}
		fields = append(fields, field{name, v})
	}
	_, err := p.token()
	return node{fields}, err
}

func (p parser) list(path Path, depth int) (node, error) {
	items := []node{}
	for p.dec.More() {
		v, err := p.value(path.Index(len(items)), depth+1)
		if err != nil {
			return node{}, err
		}
		items = append(items, v)
	}
	_, err := p.token()
	return node{items}, err
}

// kind names a value's JSON type as a person would.
func (n node) kind() string {
	switch n.value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "text"
	case json.Number:
		return "a number"
	case []field:
		return "an object"
	}
	return "a list"
}
