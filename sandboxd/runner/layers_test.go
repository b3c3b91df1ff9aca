package runner

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/sqlpolicy"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	layersGolden = "testdata/layers.golden"
	// attackCommand makes this test binary run one statement behind some of the
	// layers.
	attackCommand = "run-attack"
	fileCanary    = "canary-9d14b7"
	// nap is long enough to be noticed.
	nap = 300 * time.Millisecond
)

// layerNames are the columns of the table; "nothing" has none of the others.
func layerNames() []string {
	return []string{"nothing", "read-only file", "lockdown", "policy", "descriptor", "all"}
}

// statementAttack is a text that does harm if the report of [underAttack], or
// what is found outside, says so.
type statementAttack struct {
	name, sql string
	worked    func(aftermath) bool
}

// aftermath is what a statement has left behind.
type aftermath struct {
	printed string          // on descriptor 1
	report  string          // on descriptor 2
	files   map[string]bool // in the directory around the dataset
}

func statementAttacks() []statementAttack {
	reports := func(what string) func(aftermath) bool {
		return func(a aftermath) bool { return strings.Contains(a.report, what) }
	}
	return []statementAttack{
		{"read a file", "SELECT content FROM read_text('{dir}/canary.txt')", reports(fileCanary)},
		{"write a file", "COPY (SELECT 1) TO '{dir}/new.csv'", func(a aftermath) bool { return a.files["new.csv"] }},
		{"read another dataset", "SELECT word FROM read_duckdb('{dir}/other.duckdb', table_name = 'other')", reports(fileCanary)},
		{"create another database", "ATTACH '{dir}/new.duckdb' AS new; CREATE TABLE new.t AS SELECT 1", func(a aftermath) bool { return a.files["new.duckdb"] }},
		{"change the dataset", "DROP TABLE sales", reports("sales=gone")},
		{"read a table that is not this run's", "SELECT word FROM secrets", reports("hidden")},
		{"put a view in front of the dataset's table", "SELECT 1 AS a; CREATE TEMP VIEW sales AS SELECT 42 AS id", reports("sales=1\n")},
		{"change a limit", "SET memory_limit = '7GiB'", reports("memory_limit=7.0 GiB")},
		{"see where the data lies", "SELECT path FROM duckdb_databases()", reports("data.duckdb")},
		{"hold the sandbox", fmt.Sprintf("SELECT sleep_ms(%d) AS s", nap.Milliseconds()), reports("slow")},
		{"print into the answer", "CALL enable_logging('QueryLog', storage = 'stdout'); SELECT write_log('forged') AS w; SELECT 42 AS forged", func(a aftermath) bool { return a.printed != "" }},
	}
}

// TestOneLayerAlone runs every statement behind every layer with the others
// switched off, each time in a process of its own. The table is what the
// documentation says.
func TestOneLayerAlone(t *testing.T) {
	cells := map[string]string{}
	world := bait(t)
	for _, a := range statementAttacks() {
		for _, layer := range layerNames() {
			found := a.attempt(t, world, layer)
			cells[a.name+"|"+layer] = "stopped"
			if a.worked(found) {
				cells[a.name+"|"+layer] = "open"
			}
			if want := map[string]string{"nothing": "open", "all": "stopped"}[layer]; want != "" && want != cells[a.name+"|"+layer] {
				t.Errorf("%s behind %s is not %s: %+v", a.name, layer, want, found)
			}
		}
	}
	table := renderTable(cells)
	if *update {
		if err := os.WriteFile(layersGolden, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(layersGolden)
	if err != nil || string(golden) != table {
		t.Errorf("%s is not what was found: %v\n%s", layersGolden, err, table)
	}
	document, err := os.ReadFile("../../docs/security.md")
	if err != nil || !strings.Contains(string(document), "\n"+table+"\n") {
		t.Errorf("docs/security.md does not contain %s as it is: %v", layersGolden, err)
	}
}

// bait is a directory with a dataset, another one beside it, and a file.
func bait(t *testing.T) string {
	t.Helper()
	dir := sales(t)
	if err := os.WriteFile(filepath.Join(dir, "canary.txt"), []byte(fileCanary), 0o600); err != nil {
		t.Fatal(err)
	}
	other := dataset(t, "CREATE TABLE other(word VARCHAR)", "INSERT INTO other VALUES ('"+fileCanary+"')")
	if err := os.Rename(filepath.Join(other, protocol.PreparedName), filepath.Join(dir, "other.duckdb")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// attempt runs the statement in a second process, in a copy of the world, and
// looks around.
func (a statementAttack) attempt(t *testing.T, world, layer string) aftermath {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "world")
	if err := os.CopyFS(dir, os.DirFS(world)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", attackCommand, layer, dir, strings.ReplaceAll(a.sql, "{dir}", dir))
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// How it ends is not the question: some statements take the engine down.
	err := cmd.Run()
	if !strings.Contains(stderr.String(), "begin") {
		t.Fatalf("%s behind %s did not begin: %v %s", a.name, layer, err, stderr.String())
	}
	return aftermath{printed: stdout.String(), report: stderr.String(), files: files(t, dir)}
}

func files(t *testing.T, dir string) map[string]bool {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, e := range entries {
		found[e.Name()] = true
	}
	return found
}

// underAttack runs a statement behind one layer, or all, and reports on standard
// error what came of it.
func underAttack(layer, dir, sql string) int {
	ctx := context.Background()
	behind := func(name string) bool { return layer == name || layer == "all" }
	if behind("descriptor") {
		if _, err := TakeStdout(); err != nil {
			return 1
		}
	}
	db, err := engine.Open(engine.Options{Path: filepath.Join(dir, protocol.PreparedName), ReadOnly: behind("read-only file")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if behind("lockdown") {
		if err := db.Lock(ctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	fmt.Fprintln(os.Stderr, "begin")
	if behind("policy") {
		policy, err := sqlpolicy.New()
		if err != nil || policy.Check(ctx, db, sql, sqlpolicy.Rules{Tables: []string{"sales"}}) != nil {
			fmt.Fprintln(os.Stderr, "refused", err)
			return 0
		}
	}
	began := time.Now()
	err = db.Exec(ctx, sql)
	fmt.Fprintln(os.Stderr, "it ran:", err)
	if time.Since(began) >= nap {
		fmt.Fprintln(os.Stderr, "slow")
	}
	if text, err := db.Text(ctx, "SELECT string_agg(CAST(COLUMNS(*) AS VARCHAR), ' ') FROM query("+engine.QuoteText(sql)+")"); err == nil {
		fmt.Fprintln(os.Stderr, "rows:", text)
	}
	rows, err := db.Text(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM sales")
	if err != nil {
		rows = "gone"
	}
	memory, _ := db.Text(ctx, "SELECT CAST(current_setting('memory_limit') AS VARCHAR)")
	fmt.Fprintf(os.Stderr, "sales=%s\nmemory_limit=%s\n", rows, memory)
	return 0 // without closing the engine, which some statements would make crash
}

// renderTable writes the table as the documentation shows it.
func renderTable(cells map[string]string) string {
	var b strings.Builder
	b.WriteString("| statement that would | " + strings.Join(layerNames(), " | ") + " |\n")
	b.WriteString(strings.Repeat("| --- ", len(layerNames())+1) + "|\n")
	for _, a := range statementAttacks() {
		b.WriteString("| " + a.name + " |")
		for _, layer := range layerNames() {
			b.WriteString(" " + cells[a.name+"|"+layer] + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestAcceptedStatementsDoNothingOnAnOpenEngine is the policy alone: what it lets
// pass has no effect although nothing else is in the way.
func TestAcceptedStatementsDoNothingOnAnOpenEngine(t *testing.T) {
	dir := dataset(t,
		"CREATE TABLE sales(id INTEGER, region VARCHAR, amount DOUBLE, quantity INTEGER, sold_at TIMESTAMP, customer INTEGER, note VARCHAR)",
		"INSERT INTO sales VALUES (1, 'north', 10.5, 3, '2026-01-02', 1, NULL), (2, 'south', 4, 1, '2026-01-03', 2, 'x')",
		"CREATE TABLE customers(id INTEGER, name VARCHAR, since TIMESTAMP, tags VARCHAR[])",
		"INSERT INTO customers VALUES (1, 'Ann', '2025-01-01', ['vip'])")
	corpus, err := os.ReadFile("sqlpolicy/testdata/accepted.txt")
	if err != nil {
		t.Fatal(err)
	}
	policy, err := sqlpolicy.New()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	db, err := engine.Open(engine.Options{Path: filepath.Join(dir, protocol.PreparedName)})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	before, ran := inventory(t, db, dir), 0
	for sql := range strings.Lines(string(corpus)) {
		sql = strings.ReplaceAll(strings.TrimRight(sql, "\n"), `\n`, "\n")
		if sql == "" || strings.HasPrefix(sql, "#") {
			continue
		}
		if err := policy.Check(t.Context(), db, sql, sqlpolicy.Rules{Tables: []string{"sales", "customers"}}); err != nil {
			t.Errorf("%s: %v", sql, err)
		} else if db.Exec(t.Context(), sql) == nil {
			ran++
		}
		if after := inventory(t, db, dir); !maps.Equal(before, after) {
			t.Fatalf("%s changed something:\nbefore %v\nafter  %v", sql, before, after)
		}
	}
	if ran < 100 {
		t.Errorf("only %d statements ran", ran)
	}
	if err := db.Exec(t.Context(), "COPY sales TO 'out.csv'"); err != nil || maps.Equal(before, inventory(t, db, dir)) {
		t.Errorf("an effect goes unnoticed: %v", err)
	}
}

// inventory is what a statement could change.
func inventory(t *testing.T, db *engine.DB, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for name := range files(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		found[name] = fmt.Sprintf("%d bytes", len(data))
	}
	for name, sql := range map[string]string{
		"settings":  "SELECT md5(string_agg(name || coalesce(CAST(value AS VARCHAR), ''), ',' ORDER BY name)) FROM duckdb_settings()",
		"databases": "SELECT string_agg(database_name, ',' ORDER BY database_name) FROM duckdb_databases()",
		"tables":    "SELECT string_agg(table_name, ',' ORDER BY table_name) FROM duckdb_tables()",
		"sales":     "SELECT md5(string_agg(CAST(s AS VARCHAR), ',' ORDER BY id)) FROM sales AS s",
		"variables": "SELECT CAST(count(*) AS VARCHAR) FROM duckdb_variables()",
	} {
		text, err := db.Text(t.Context(), sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		found[name] = text
	}
	return found
}
