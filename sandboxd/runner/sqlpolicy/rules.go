package sqlpolicy

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// rule applies what a shape cannot say to one record.
func (w *walker) rule(name string, record map[string]any, s *scope) error {
	switch name {
	case "cte":
		return w.cteName(record)
	case "table BASE_TABLE":
		return w.table(record, s)
	case "call FUNCTION":
		return w.call(&w.policy.functions.table, record)
	case "expression FUNCTION", "expression WINDOW":
		return w.call(&w.policy.functions.scalar, record)
	case "expression COLUMN_REF":
		return w.column(record)
	case "expression COLLATE":
		return w.collation(record)
	case "type":
		return w.typeID(record)
	case "typeinfo UNBOUND_TYPE_INFO":
		return w.typeName(record)
	case "sample":
		w.volatile = true
	}
	return nil
}

// identifier is what a WITH name, and a table that was merely misspelt, looks
// like. It has none of the characters that make a name a path or a pattern.
func identifier(name string) bool {
	return regexp.MustCompile(`^[\pL_][\pL\pN_ ]{0,62}$`).MatchString(name)
}

// catalogue reports whether a name is one of the engine's own relations.
func catalogue(name string) bool {
	name = lower(name)
	for _, prefix := range []string{"duckdb_", "pg_", "sqlite_", "pragma_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func (w *walker) cteName(record map[string]any) error {
	name := text(record, "key")
	if identifier(name) && !catalogue(name) {
		return nil
	}
	return refuse("with_name", name, -1, "%q cannot be the name of a WITH query.", name).
		WithHint("Use letters, digits and underscores, and no name of the engine's catalogue.")
}

// table is rule 3.
func (w *walker) table(record map[string]any, s *scope) error {
	name, pos := text(record, "table_name"), position(record)
	schema, catalog := text(record, "schema_name"), text(record, "catalog_name")
	switch {
	case catalog != "" || (schema != "" && lower(schema) != "main"):
		return refuse("catalog", strings.Trim(catalog+"."+schema+"."+name, "."), pos,
			"A query may only read the tables of its dataset, by their names alone.").
			WithHint("Write the name of the table without a database or schema in front of it.")
	case schema == "" && s.has(name):
		return nil
	case slices.ContainsFunc(w.rules.Tables, func(t string) bool { return lower(t) == lower(name) }):
		return nil
	case catalogue(name):
		return refuse("catalog", name, pos, "%q is part of the engine's catalogue; a query may only read the tables of its dataset.", name).
			WithHint("%s", w.tablesHint(name))
	case !identifier(name):
		return refuse("file", name, pos, "%q is not a table; a query may only read the tables of its dataset.", name).
			WithHint("%s", w.tablesHint(name))
	}
	f := fault.New(fault.Query, "There is no table %q in this dataset.", name).
		WithHint("%s", w.tablesHint(name)).With("name", name)
	if near := nearest(name, w.rules.Tables); len(near) > 0 {
		f = f.With("candidates", near)
	}
	if pos >= 0 {
		f = f.With("position", pos)
	}
	return f
}

// tablesHint offers the nearest names, else all of them.
func (w *walker) tablesHint(name string) string {
	if near := nearest(name, w.rules.Tables); len(near) > 0 {
		return "Did you mean " + quoteAll(near, "or") + "?"
	}
	switch n := len(w.rules.Tables); {
	case n == 0:
		return "This query may read no table."
	case n <= 12:
		return "The tables are " + quoteAll(w.rules.Tables, "and") + "."
	}
	return "The tables of the dataset are listed on its page."
}

// ownSchemas are the places of the engine's own functions. The parser itself puts
// them in front of what it makes of syntax: [1, 2] becomes main.list_value and
// EXTRACT becomes pg_catalog.date_part. A dataset has no functions.
func ownSchemas() []string { return []string{"", "main", "pg_catalog"} }

// call is rule 4. The list of names decides; where the engine finds a name does
// not matter, because every function of that name was reviewed.
func (w *walker) call(list *list, record map[string]any) error {
	name, pos := text(record, "function_name"), position(record)
	if !slices.Contains(ownSchemas(), text(record, "schema")) || text(record, "catalog") != "" {
		return refuse("function_call", name, pos, "%s is called by its name alone.", name).
			WithHint("Write %s(x), not x.%s(x).", name, name)
	}
	v, known := list.find(name)
	if !known {
		// A table function in the place of a value, or the reverse, cannot run; but
		// if it is refused where it belongs, that is the reason to give.
		v = w.policy.functions.refusal(name)
	}
	w.volatile = w.volatile || v.volatile
	switch {
	case v.refused != "":
		return refuse("function", name, pos, "%s may not be used: %s.", name, v.refused).
			WithHint("Answer the question from the tables of the dataset, without %s.", name)
	case !known:
		return w.unknownFunction(list, name, pos)
	case v.bounded > 0:
		return boundedArgument(name, record, v.bounded)
	case v.template:
		return tameTemplate(name, record)
	}
	return nil
}

// unknownFunction is a misspelling until proven otherwise; the engine never sees
// it either way.
func (w *walker) unknownFunction(list *list, name string, pos int) error {
	f := fault.New(fault.Query, "There is no function %q that a query may use.", name).
		WithHint("Check its spelling.").With("name", name)
	if near := nearest(name, list.allowed()); len(near) > 0 {
		f = f.WithHint("Did you mean %s?", quoteAll(near, "or")).With("candidates", near)
	}
	if pos >= 0 {
		f = f.With("position", pos)
	}
	return f
}

// maxBounded is the largest number a bounded argument may be.
const maxBounded = 1000

// boundedArgument requires a plain number, not a column or a calculation: only
// then is the size of the outcome known before it runs.
func boundedArgument(name string, record map[string]any, arg int) error {
	args, _ := record["children"].([]any)
	if len(args) < arg {
		return nil // the engine knows a default or reports the missing argument
	}
	if n, ok := constant(args[arg-1]).(json.Number); ok {
		if size, err := strconv.Atoi(n.String()); err == nil && size <= maxBounded {
			return nil
		}
	}
	return refuse("function", name, position(record), "Argument %d of %s must be a plain number up to %d.", arg, name, maxBounded).
		WithHint("Write the number itself.")
}

// tameTemplate requires a format text that cannot blow up its values: no width
// of four digits, none taken from another argument.
func tameTemplate(name string, record map[string]any) error {
	args, _ := record["children"].([]any)
	if len(args) == 0 {
		return nil
	}
	format, ok := constant(args[0]).(string)
	if ok && !regexp.MustCompile(`\d{4}|\*|\{[^}]*\{`).MatchString(format) {
		return nil
	}
	return refuse("function", name, position(record), "The first argument of %s must be a plain text with widths below 1000.", name).
		WithHint("Write the format itself, such as '%%.2f', or use round.")
}

// constant returns the value of a literal; nil for anything else.
func constant(v any) any {
	expr, _ := v.(map[string]any)
	if expr["class"] != "CONSTANT" {
		return nil
	}
	value, _ := expr["value"].(map[string]any)
	return value["value"]
}

// clockValues are the names that stand for the time when no column has them.
func clockValues() []string {
	return []string{"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"}
}

// sessionValues are the names that stand for a value of the session when no
// column has them. Those that only tell the time are not here.
func sessionValues() []string {
	return []string{"current_catalog", "current_role", "current_schema", "current_user", "session_user", "user"}
}

func (w *walker) column(record map[string]any) error {
	parts, _ := record["column_names"].([]any)
	if len(parts) != 1 {
		return nil
	}
	name, _ := parts[0].(string)
	if slices.Contains(clockValues(), lower(name)) {
		w.volatile = true
	}
	if !slices.Contains(sessionValues(), lower(name)) {
		return nil
	}
	if w.rules.HasColumn != nil && w.rules.HasColumn(name) {
		return nil
	}
	return refuse("session_value", name, position(record), "%s shows the session, not the data.", name).
		WithHint("For a column of that name, put its table in front: t.%s.", name)
}

func (w *walker) collation(record map[string]any) error {
	name := text(record, "collation")
	if regexp.MustCompile(`^[A-Za-z_.]{1,64}$`).MatchString(name) {
		return nil
	}
	return refuse("collation", name, position(record), "%q is not a collation.", name).WithHint("Use NOCASE, NOACCENT or a language code.")
}

func (w *walker) typeID(record map[string]any) error {
	if id := text(record, "id"); !w.policy.typeIDs[id] {
		return refuse("type", id, -1, "Values of type %s are not supported.", id).WithHint("Use numbers, text, dates, lists or structs.")
	}
	return nil
}

func (w *walker) typeName(record map[string]any) error {
	name := text(record, "name")
	if w.policy.types[lower(name)] && text(record, "schema") == "" && text(record, "catalog") == "" {
		return nil
	}
	f := refuse("type", name, -1, "There is no type %q that a query may use.", name).WithHint("Use a type of standard SQL, such as INTEGER, DOUBLE, VARCHAR or DATE.")
	names := make([]string, 0, len(w.policy.types))
	for t := range w.policy.types {
		names = append(names, t)
	}
	if near := nearest(name, names); len(near) > 0 {
		f = f.WithHint("Did you mean %s?", quoteAll(near, "or"))
	}
	return f
}
