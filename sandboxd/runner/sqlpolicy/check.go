package sqlpolicy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/fault"
)

// The bounds of a text, and of the time the engine may take to read it.
const (
	MaxBytes   = 64 << 10
	MaxNesting = 200
	parseLimit = 2 * time.Second
)

// Parser is the engine's parser: it returns the syntax tree of a text as the JSON
// of json_serialize_sql, without binding or running anything.
type Parser interface {
	Serialize(ctx context.Context, sql string) (string, error)
}

// Rules is what one query may use.
type Rules struct {
	// Tables are the names it may read, compared as the engine does: without
	// regard to the case of ASCII letters. None means it may read no table.
	Tables []string
	// HasColumn reports whether any of these tables has a column of that name.
	// It is asked only for the few names that are also values of the session,
	// such as user; nil means there is no such column.
	HasColumn func(name string) bool
}

// Policy is the closed sets, ready to judge. It is immutable and safe for
// concurrent use.
type Policy struct {
	shapes    *shapes
	functions *functions
	types     map[string]bool
	typeIDs   map[string]bool
}

// New loads the sets that are part of the package.
func New() (*Policy, error) {
	p := &Policy{}
	var err error
	if p.shapes, err = parseShapes(shapesText()); err != nil {
		return nil, err
	}
	if p.functions, err = parseFunctions(functionsText()); err != nil {
		return nil, err
	}
	p.types, p.typeIDs, err = parseTypes(typesText())
	return p, err
}

// Facts is what the policy saw in a query that may run.
type Facts struct {
	// Volatile says that the query reads the clock or draws at random, so that two
	// runs over the same data may differ.
	Volatile bool
}

// Check judges a text as [Policy.Judge] does and keeps the facts to itself.
func (p *Policy) Check(ctx context.Context, parser Parser, statement string, rules Rules) error {
	_, err := p.Judge(ctx, parser, statement, rules)
	return err
}

// Judge returns the facts of a query that may run, or a fault:
// SQL_POLICY_VIOLATION, QUERY_ERROR, VALIDATION_ERROR (see the package comment), or
// what the parser itself failed with.
func (p *Policy) Judge(ctx context.Context, parser Parser, statement string, rules Rules) (Facts, error) {
	if err := checkBytes(statement); err != nil {
		return Facts{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, parseLimit)
	defer cancel()
	text, err := parser.Serialize(ctx, statement)
	if err != nil {
		return Facts{}, fmt.Errorf("parse statement: %w", err)
	}
	root, err := p.root(statement, text)
	if err != nil {
		return Facts{}, err
	}
	w := &walker{policy: p, rules: rules}
	err = w.record("statement", root, nil)
	return Facts{Volatile: w.volatile}, err
}

// checkBytes is rule 1.
func checkBytes(statement string) error {
	switch {
	case strings.TrimSpace(statement) == "":
		return emptyFault()
	case len(statement) > MaxBytes:
		return refuse("size", "", -1, "The SQL is %d bytes long; at most %d are allowed.", len(statement), MaxBytes).
			WithHint("Shorten it, for example by joining with a table instead of listing many values.")
	case !utf8.ValidString(statement):
		return refuse("encoding", "", -1, "The SQL is not valid UTF-8.").WithHint("Save or send the text as UTF-8.")
	}
	if i := strings.IndexByte(statement, 0); i >= 0 {
		return refuse("encoding", "", i, "The SQL contains a NUL character.").WithHint("Remove it.")
	}
	depth := 0
	for i := range len(statement) {
		switch statement[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth > MaxNesting {
			return refuse("nesting", "", i, "The SQL is nested more than %d brackets deep.", MaxNesting).
				WithHint("Use WITH to name the inner queries.")
		}
	}
	return nil
}

func emptyFault() *fault.Fault {
	return fault.New(fault.Validation, "The SQL is empty.").WithHint("Write one SELECT statement.")
}

// root decodes what the engine said and returns the one statement.
func (p *Policy) root(statement, text string) (any, error) {
	tree, err := decode(text)
	if err != nil {
		return nil, refuse("unreadable", "", -1, "The query holds a constant or a construct that cannot be checked.").
			WithHint("Write very large numbers as text with a CAST.")
	}
	top, ok := tree.(map[string]any)
	if !ok {
		return nil, errors.New("syntax tree is not an object")
	}
	failed, known := top["error"].(bool)
	if failed {
		return nil, p.unparsed(statement, top)
	}
	list, ok := top["statements"].([]any)
	switch {
	case !ok || !known || len(top) != 2:
		return nil, errors.New("syntax tree has an unknown shape")
	case len(list) == 0:
		return nil, emptyFault()
	case len(list) > 1:
		return nil, oneStatement()
	}
	return list[0], nil
}

func oneStatement() *fault.Fault {
	return refuse("one_statement", "", -1, "Only one statement may run at a time.").
		WithHint("Send the statements one by one, or combine them with WITH.")
}

// unparsed explains why the engine made no tree.
func (p *Policy) unparsed(statement string, top map[string]any) error {
	kind, _ := top["error_type"].(string)
	message, _ := top["error_message"].(string)
	first, more := outline(statement)
	switch {
	case first == "":
		return emptyFault()
	case kind == "not implemented" && strings.HasPrefix(message, "Only SELECT"):
		if more {
			return oneStatement()
		}
		why, hint := notAQuery(first)
		return refuse("not_a_query", first, -1, "Only queries may run here: %s.", why).WithHint("%s", hint)
	}
	message, _, _ = strings.Cut(message, "\n")
	f := fault.New(fault.Query, "The SQL cannot be read: %s.", strings.TrimRight(message, ".!")).
		WithHint("Check the SQL near that place.")
	if at, ok := top["position"].(string); ok {
		if n, err := strconv.Atoi(at); err == nil && n >= 0 {
			f = f.With("position", n)
		}
	}
	return f
}

// refuse makes the fault of a broken rule. A name and a position of -1 are left
// out.
func refuse(rule, name string, position int, format string, args ...any) *fault.Fault {
	f := fault.New(fault.SQLPolicy, format, args...).With("rule", rule)
	if name != "" {
		f = f.With("name", name)
	}
	if position >= 0 {
		f = f.With("position", position)
	}
	return f
}
