package sqlpolicy

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed shapes.txt
var shapesFile string

func shapesText() string { return shapesFile }

// shapes is shapes.txt: the records a tree may consist of.
type shapes struct {
	// byName holds them under kind and name, such as "table JOIN".
	byName map[string]*shape
	// refused says why a record that is known is not allowed.
	refused map[string]string
}

// shape is one record.
type shape struct {
	name   string
	fields []field
}

// field is one key and what it may hold.
type field struct {
	key      string
	optional bool
	holds    holding
}

// holding describes a value. Exactly one of words, of and kind is set.
type holding struct {
	// words are the only texts allowed.
	words []string
	// of makes it a list of something.
	of *holding
	// kind is text, number, flag, empty, constant or a kind of record.
	kind string
	// nullable allows null.
	nullable bool
}

// discriminator returns the key that tells the records of a kind apart.
func discriminator(kind string) string {
	switch kind {
	case "query", "table", "modifier", "typeinfo":
		return "type"
	case "expression", "call":
		return "class"
	}
	return ""
}

// parseShapes reads shapes.txt.
func parseShapes(text string) (*shapes, error) {
	s := &shapes{byName: map[string]*shape{}, refused: map[string]string{}}
	var current *shape
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "refused "):
			name, why, ok := strings.Cut(strings.TrimPrefix(line, "refused "), ": ")
			if !ok {
				return nil, fmt.Errorf("shapes: %q has no reason", line)
			}
			s.refused[name] = why
		case strings.HasPrefix(line, "  "):
			key, holds, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || current == nil {
				return nil, fmt.Errorf("shapes: %q is no field", line)
			}
			name, optional := strings.CutSuffix(key, "~")
			current.fields = append(current.fields, field{name, optional, parseHolding(holds)})
		default:
			if s.byName[line] != nil {
				return nil, fmt.Errorf("shapes: %q is there twice", line)
			}
			current = &shape{name: line}
			s.byName[line] = current
		}
	}
	return s, nil
}

// parseHolding reads the right side of a field. A single upper-case word is a
// choice of one.
func parseHolding(text string) holding {
	if inner, ok := strings.CutPrefix(text, "["); ok {
		of := parseHolding(strings.TrimSuffix(inner, "]"))
		return holding{of: &of}
	}
	if strings.Contains(text, "|") || text == strings.ToUpper(text) {
		return holding{words: strings.Split(text, "|")}
	}
	kind, nullable := strings.CutSuffix(text, "?")
	return holding{kind: kind, nullable: nullable}
}

// find returns the shape of a record of a kind, or why there is none.
func (s *shapes) find(kind string, record map[string]any) (*shape, error) {
	name := kind
	if key := discriminator(kind); key != "" {
		tag, _ := record[key].(string)
		name += " " + tag
	} else if kind == "constant" {
		name = constantName(record)
	}
	if found := s.byName[name]; found != nil {
		return found, nil
	}
	if why := s.refused[name]; why != "" {
		return nil, refuse("construct", name, position(record), "This cannot be used in a query: %s.", why).
			WithHint("Leave it out.")
	}
	return nil, unknownConstruct(name, record)
}

// constantName tells the two records of a constant apart, which have no tag.
func constantName(record map[string]any) string {
	if _, ok := record["children"]; ok {
		return "constant children"
	}
	return "constant hugeint"
}

func unknownConstruct(name string, record map[string]any) error {
	return refuse("construct", name, position(record), "The query uses a construct that is not allowed (%s).", name).
		WithHint("Write it with ordinary SELECT, JOIN, GROUP BY and WITH.")
}

// fits reports whether a record has exactly the keys of its shape.
func (s *shape) fits(record map[string]any) bool {
	n := 0
	for _, f := range s.fields {
		if _, ok := record[f.key]; ok {
			n++
		} else if !f.optional {
			return false
		}
	}
	return n == len(record)
}

// allows reports whether a text is one of the words.
func (h holding) allows(v any) bool {
	text, ok := v.(string)
	return ok && slices.Contains(h.words, text)
}
