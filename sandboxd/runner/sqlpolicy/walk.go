package sqlpolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// walker judges one tree.
type walker struct {
	policy *Policy
	rules  Rules
	depth  int
	// volatile is set by what may differ from run to run.
	volatile bool
}

// scope is the WITH names that can be seen from a place. It is never changed:
// adding a name makes a new one.
type scope struct {
	up   *scope
	name string
}

func (s *scope) with(name string) *scope { return &scope{up: s, name: lower(name)} }

func (s *scope) has(name string) bool {
	name = lower(name)
	for ; s != nil; s = s.up {
		if s.name == name {
			return true
		}
	}
	return false
}

// record judges one record of a kind and everything below it.
func (w *walker) record(kind string, v any, s *scope) error {
	record, ok := v.(map[string]any)
	if !ok {
		return unknownConstruct(kind, nil)
	}
	if w.depth++; w.depth > maxTreeDepth {
		return errors.New("syntax tree is too deep")
	}
	defer func() { w.depth-- }()
	shape, err := w.policy.shapes.find(kind, record)
	if err != nil {
		return err
	}
	if !shape.fits(record) {
		return unknownConstruct(shape.name, record)
	}
	if err := w.rule(shape.name, record, s); err != nil {
		return err
	}
	if kind == "query" {
		return w.query(shape, record, s)
	}
	return w.fields(shape, record, s)
}

// fields judges the values of a record in the order of its shape.
func (w *walker) fields(shape *shape, record map[string]any, s *scope) error {
	for _, f := range shape.fields {
		v, ok := record[f.key]
		if !ok {
			continue
		}
		if err := w.value(f.holds, v, s); err != nil {
			return at(err, shape, f, record)
		}
	}
	return nil
}

// errMisfit is a value that its field cannot hold; [at] says where.
var errMisfit = errors.New("value does not fit")

// at names the field of a misfit.
func at(err error, shape *shape, f field, record map[string]any) error {
	if errors.Is(err, errMisfit) {
		return unknownConstruct(shape.name+" "+f.key, record)
	}
	return err
}

// query judges a query: first its WITH names, each of which sees the ones before
// it, then the rest, which sees them all. A recursive part sees itself on its
// right side only.
func (w *walker) query(shape *shape, record map[string]any, s *scope) error {
	ctes, err := w.ctes(record["cte_map"], s)
	if err != nil {
		return err
	}
	for _, f := range shape.fields {
		inner := ctes
		switch {
		case f.key == "cte_map":
			continue
		case f.key == "right" && shape.name == "query RECURSIVE_CTE_NODE":
			name, _ := record["cte_name"].(string)
			inner = ctes.with(name)
		}
		if err := w.value(f.holds, record[f.key], inner); err != nil {
			return at(err, shape, f, record)
		}
	}
	return nil
}

// ctes judges a WITH list and returns the scope after it.
func (w *walker) ctes(v any, s *scope) (*scope, error) {
	m, ok := v.(map[string]any)
	if !ok || len(m) != 1 {
		return nil, unknownConstruct("ctes", nil)
	}
	list, ok := m["map"].([]any)
	if !ok {
		return nil, unknownConstruct("ctes map", nil)
	}
	for _, entry := range list {
		if err := w.record("cte", entry, s); err != nil {
			return nil, err
		}
		// The record fits its shape, so both assertions hold.
		name, _ := entry.(map[string]any)["key"].(string)
		s = s.with(name)
	}
	return s, nil
}

// value judges one value of a field.
func (w *walker) value(h holding, v any, s *scope) error {
	switch {
	case h.words != nil:
		if !h.allows(v) {
			return errMisfit
		}
		return nil
	case h.of != nil:
		list, ok := v.([]any)
		if !ok {
			return errMisfit
		}
		for _, e := range list {
			if err := w.value(*h.of, e, s); err != nil {
				return err
			}
		}
		return nil
	case v == nil && h.nullable:
		return nil
	}
	return w.kind(h.kind, v, s)
}

// kind judges a value that is a scalar or a record.
func (w *walker) kind(kind string, v any, s *scope) error {
	_, isRecord := v.(map[string]any)
	if !isScalar(kind) || kind == "constant" && isRecord {
		return w.record(kind, v, s)
	}
	fits := false
	switch kind {
	case "text":
		_, fits = v.(string)
	case "number":
		_, fits = v.(json.Number)
	case "flag":
		_, fits = v.(bool)
	case "empty":
		fits = isEmpty(v)
	case "constant":
		_, isList := v.([]any)
		fits = v != nil && !isList
	}
	if !fits {
		return errMisfit
	}
	return nil
}

// isScalar reports whether a kind of value is not a record, or need not be one.
func isScalar(kind string) bool {
	return slices.Contains([]string{"text", "number", "flag", "empty", "constant"}, kind)
}

func isEmpty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case bool:
		return !x
	case string:
		return x == ""
	case []any:
		return len(x) == 0
	}
	return false
}

// position returns where a record begins in the text; -1 when the engine does
// not say.
func position(record map[string]any) int {
	number, ok := record["query_location"].(json.Number)
	if !ok {
		return -1
	}
	n, err := strconv.Atoi(number.String())
	if err != nil || n > MaxBytes {
		return -1
	}
	return n
}

// text reads a key that its shape declares as text.
func text(record map[string]any, key string) string {
	value, ok := record[key].(string)
	if !ok && record[key] != nil {
		return fmt.Sprint(record[key])
	}
	return value
}
