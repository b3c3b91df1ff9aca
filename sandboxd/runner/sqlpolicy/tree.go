package sqlpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxTreeDepth bounds the recursion over a tree. 200 brackets and 250 levels of
// expression stay far below it.
const maxTreeDepth = 5000

// decode reads JSON more strictly than encoding/json: a key that occurs twice,
// or anything after the value, is an error. Numbers keep their text.
func decode(text string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	v, err := decodeValue(dec, 0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("syntax tree is followed by something")
	}
	return v, nil
}

func decodeValue(dec *json.Decoder, depth int) (any, error) {
	if depth > maxTreeDepth {
		return nil, errors.New("syntax tree is too deep")
	}
	token, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("decode syntax tree: %w", err)
	}
	switch token {
	case json.Delim('['):
		return decodeList(dec, depth)
	case json.Delim('{'):
		return decodeRecord(dec, depth)
	}
	return token, nil
}

func decodeList(dec *json.Decoder, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		v, err := decodeValue(dec, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := dec.Token()
	return list, err
}

func decodeRecord(dec *json.Decoder, depth int) (any, error) {
	record := map[string]any{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("decode syntax tree: %w", err)
		}
		key, ok := token.(string)
		if _, twice := record[key]; !ok || twice {
			return nil, fmt.Errorf("syntax tree has key %v twice", token)
		}
		if record[key], err = decodeValue(dec, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := dec.Token()
	return record, err
}
