package sqlpolicy

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

//go:embed functions.txt
var functionsFile string

//go:embed types.txt
var typesFile string

func functionsText() string { return functionsFile }
func typesText() string     { return typesFile }

// verdict is what functions.txt says about one function.
type verdict struct {
	// refused is why it may not be used; empty if it may.
	refused string
	// bounded is the argument, counted from 1, that must be a small number; 0
	// if none.
	bounded int
	// volatile says that two calls over the same data may differ.
	volatile bool
	// template says that the first argument must be a plain, tame format.
	template bool
}

// functions is functions.txt: one list for expressions, one for table
// references.
type functions struct {
	scalar, table list
}

// list maps names, and families of names, to verdicts.
type list struct {
	names    map[string]verdict
	families []family
}

type family struct {
	pattern string
	verdict verdict
}

// parseFunctions reads functions.txt.
func parseFunctions(text string) (*functions, error) {
	f := &functions{}
	target, v := (*list)(nil), verdict{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		header, isHeader := strings.CutPrefix(line, "## ")
		switch {
		case isHeader:
			target = &f.scalar
			if rest, ok := strings.CutPrefix(header, "table "); ok {
				target, header = &f.table, rest
			}
			kind, why, _ := strings.Cut(header, ": ")
			v = verdict{template: kind == "template", volatile: kind == "volatile"}
			if kind == "refused" {
				v.refused = why
			}
		case line == "" || strings.HasPrefix(line, "#"):
		case target == nil:
			return nil, fmt.Errorf("functions: %q is under no heading", line)
		default:
			for _, name := range strings.Fields(line) {
				if err := target.add(name, v); err != nil {
					return nil, err
				}
			}
		}
	}
	return f, nil
}

// add puts one name, perhaps with @argument or as a family, on the list.
func (l *list) add(name string, v verdict) error {
	if l.names == nil {
		l.names = map[string]verdict{}
	}
	if base, arg, ok := strings.Cut(name, "@"); ok && base != "" {
		n, err := strconv.Atoi(arg)
		if err == nil {
			name, v.bounded = base, n
		}
	}
	name = lower(name)
	if strings.HasSuffix(name, "_*") || strings.Contains(name, "_*_") {
		l.families = append(l.families, family{name, v})
		return nil
	}
	if _, twice := l.names[name]; twice {
		return fmt.Errorf("functions: %s is there twice", name)
	}
	l.names[name] = v
	return nil
}

// find returns the verdict on a name.
func (l *list) find(name string) (verdict, bool) {
	name = lower(name)
	if v, ok := l.names[name]; ok {
		return v, true
	}
	for _, f := range l.families {
		if ok, err := path.Match(f.pattern, name); ok && err == nil {
			return f.verdict, true
		}
	}
	return verdict{}, false
}

// refusal returns the verdict that refuses a name on either list, if one does.
func (f *functions) refusal(name string) verdict {
	for _, l := range []*list{&f.table, &f.scalar} {
		if v, _ := l.find(name); v.refused != "" {
			return v
		}
	}
	return verdict{}
}

// allowed lists the names that may be used, for suggestions.
func (l *list) allowed() []string {
	var names []string
	for name, v := range l.names {
		if v.refused == "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// parseTypes reads types.txt.
func parseTypes(text string) (names, ids map[string]bool, err error) {
	names, ids = map[string]bool{}, map[string]bool{}
	var target map[string]bool
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "## names":
			target = names
		case line == "## identifiers":
			target = ids
		case line == "" || strings.HasPrefix(line, "#"):
		case target == nil:
			return nil, nil, fmt.Errorf("types: %q is under no heading", line)
		default:
			for _, name := range strings.Fields(line) {
				target[strings.ReplaceAll(name, "_WITH_TIME_ZONE", " WITH TIME ZONE")] = true
			}
		}
	}
	return names, ids, nil
}
