package sqlpolicy

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "rewrite the golden files")
	m.Run()
}

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

func memory(t *testing.T) *engine.DB {
	t.Helper()
	db, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

func column(t *testing.T, db *engine.DB, sql string) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next(t.Context()) {
		text, _ := rows.Text(0)
		out = append(out, text)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

func TestEveryFunctionOfTheEngineIsReviewed(t *testing.T) {
	policy, err := New()
	if err != nil {
		t.Fatal(err)
	}
	db := memory(t)
	const query = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type "
	scalar := column(t, db, query+"IN ('scalar', 'aggregate', 'macro')")
	table := column(t, db, query+"IN ('table', 'table_macro')")
	for name, c := range map[string]struct {
		list   *list
		engine []string
	}{"scalar": {&policy.functions.scalar, scalar}, "table": {&policy.functions.table, table}} {
		for _, f := range c.engine {
			if _, ok := c.list.find(f); !ok {
				t.Errorf("%s function %s is on no list: review it", name, f)
			}
		}
	}
	known := map[string]bool{"user": true, "version": true} // "version" and "user" are macros of some builds
	for _, f := range slices.Concat(scalar, table) {
		known[lower(f)] = true
	}
	for _, l := range []list{policy.functions.scalar, policy.functions.table} {
		for f := range l.names {
			if !known[f] {
				t.Errorf("%s is on a list, but the engine has no such function", f)
			}
		}
	}
}

func TestEveryFunctionThatVariesIsVolatile(t *testing.T) {
	policy, err := New()
	if err != nil {
		t.Fatal(err)
	}
	db := memory(t)
	varying := column(t, db, `SELECT DISTINCT function_name FROM duckdb_functions()
		WHERE function_type IN ('scalar', 'aggregate') AND stability <> 'CONSISTENT'
		OR function_type = 'macro' AND regexp_matches(macro_definition, '(?i)(now|current_|random|today)')`)
	if len(varying) < 5 {
		t.Fatalf("the engine names only %q", varying)
	}
	for _, f := range varying {
		if v, ok := policy.functions.scalar.find(f); ok && v.refused == "" && !v.volatile {
			t.Errorf("%s may give another result each time and is not on a list of volatile functions", f)
		}
	}
}

func TestDangerousFunctionsAreRefused(t *testing.T) {
	policy, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(`read_csv read_csv_auto read_parquet parquet_scan read_json read_json_auto
		read_json_objects read_ndjson read_text read_blob read_duckdb glob sniff_csv parquet_metadata parquet_schema
		parquet_file_metadata parquet_kv_metadata parquet_full_metadata parquet_bloom_probe query query_table
		json_execute_serialized_sql seq_scan arrow_scan arrow_scan_dumb sql_auto_complete duckdb_secrets
		duckdb_settings duckdb_variables duckdb_logs duckdb_tables pragma_table_info which_secret enable_logging
		enable_profiling checkpoint force_checkpoint test_all_types repeat_row`) {
		if v, ok := policy.functions.table.find(name); !ok || v.refused == "" {
			t.Errorf("table function %s is not refused", name)
		}
	}
	for _, name := range strings.Fields(`json_serialize_sql json_deserialize_sql json_serialize_plan current_setting
		getvariable current_query current_database current_schema current_schemas currval nextval setseed txid_current
		write_log in_search_path stats version sleep_ms pg_sleep ~~~ list_resize uuid vector_type`) {
		if v, ok := policy.functions.scalar.find(name); !ok || v.refused == "" {
			t.Errorf("function %s is not refused", name)
		}
	}
}

func TestEveryTypeOnTheListExists(t *testing.T) {
	policy, err := New()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, name := range column(t, memory(t), "SELECT DISTINCT type_name FROM duckdb_types()") {
		known[strings.ReplaceAll(lower(name), " ", "_")] = true
	}
	for name := range policy.types {
		if !known[name] {
			t.Errorf("the engine has no type %q", name)
		}
	}
}

// seen is what the corpus shows of each record: key → sorts of values.
type seen map[string]map[string]map[string]bool

func TestShapesAreThoseOfTheEngine(t *testing.T) {
	policy, err := New()
	if err != nil {
		t.Fatal(err)
	}
	db := memory(t)
	all := seen{}
	for _, name := range []string{"accepted.txt", "refused.txt"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if strings.HasPrefix(line, "#") || strings.Contains(line, `\0`) {
				continue
			}
			text, err := db.Serialize(t.Context(), strings.TrimSpace(line))
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if tree, err := decode(text); err == nil {
				all.visit(tree)
			}
		}
	}
	compareShapes(t, all)
	policy.shapes.checkAgainst(t, all)
}

// visit records the shape of everything in a tree.
func (s seen) visit(v any) {
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			s.visit(e)
		}
	case map[string]any:
		if _, failed := x["error_type"]; failed {
			return
		}
		name := recordName(x)
		keys := s[name]
		if keys == nil {
			keys = map[string]map[string]bool{}
			s[name] = keys
		}
		for k, e := range x {
			if keys[k] == nil {
				keys[k] = map[string]bool{}
			}
			keys[k][sort(k, e)] = true
			s.visit(e)
		}
	}
}

// recordName is how the engine tells records apart; those without a tag are named
// by their keys.
func recordName(m map[string]any) string {
	class, _ := m["class"].(string)
	tag, _ := m["type"].(string)
	switch {
	case class != "":
		return "class " + class
	case tag == "ORDER_DEFAULT" || tag == "ASCENDING" || tag == "DESCENDING":
		return "order"
	case tag != "":
		return "type " + tag
	}
	return "keys " + strings.Join(slices.Sorted(maps.Keys(m)), ",")
}

// sort describes a value; words that the engine chooses from are kept.
func sort(key string, v any) string {
	switch x := v.(type) {
	case string:
		words := []string{
			"type", "aggregate_handling", "setop_type", "materialized", "null_order", "method", "join_type", "ref_type",
			"with_ordinality", "start", "end", "exclude_clause", "subquery_type", "comparison_type", "show_type", "id",
		}
		if slices.Contains(words, key) {
			return x
		}
		if x == "" {
			return "(empty)"
		}
		return "(text)"
	case bool:
		return "(flag)"
	case nil:
		return "(null)"
	case json.Number:
		return "(number)"
	case []any:
		parts := map[string]bool{}
		for _, e := range x {
			parts[sort(key, e)] = true
		}
		return "[" + strings.Join(slices.Sorted(maps.Keys(parts)), " ") + "]"
	case map[string]any:
		return "{" + recordName(x) + "}"
	}
	return "(unknown)"
}

// compareShapes fails when the engine's records moved.
func compareShapes(t *testing.T, all seen) {
	t.Helper()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintln(&b, name)
		for _, key := range slices.Sorted(maps.Keys(all[name])) {
			fmt.Fprintf(&b, "  %s: %s\n", key, strings.Join(slices.Sorted(maps.Keys(all[name][key])), " | "))
		}
	}
	path := filepath.Join("testdata", "duckdb-"+engine.Version(), "shapes.golden")
	if updating() {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("no golden file for this engine: review its syntax trees: %v", err)
	}
	if string(want) != b.String() {
		t.Errorf("the engine's syntax trees moved: review shapes.txt, then run with -update and compare %s", path)
	}
}

// checkAgainst fails when shapes.txt lists a record, a key or a word that the
// corpus never shows: the corpus would not notice if it changed.
func (s *shapes) checkAgainst(t *testing.T, all seen) {
	t.Helper()
	for name, shape := range s.byName {
		kind, tag, _ := strings.Cut(name, " ")
		record := all[seenName(kind, tag, shape)]
		if record == nil {
			t.Errorf("shapes.txt has %q, the corpus has not", name)
			continue
		}
		for _, f := range shape.fields {
			values := record[f.key]
			if values == nil {
				t.Errorf("shapes.txt has %q of %q, the corpus has not", f.key, name)
			}
			for _, w := range f.holds.words {
				if !values[w] {
					t.Errorf("shapes.txt has %q as %q of %q, the corpus has not", w, f.key, name)
				}
			}
		}
	}
}

// seenName finds the name under which the corpus recorded a shape.
func seenName(kind, tag string, shape *shape) string {
	switch {
	case kind == "expression" || kind == "call":
		return "class " + tag
	case kind == "order":
		return "order"
	case discriminator(kind) == "type":
		return "type " + tag
	}
	var keys []string
	for _, f := range shape.fields {
		keys = append(keys, f.key)
	}
	slices.Sort(keys)
	return "keys " + strings.Join(keys, ",")
}
