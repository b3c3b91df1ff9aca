package attack

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// query is the kind of a statement that may be accepted.
const query = "select"

// statement is one row of a corpus.
type statement struct {
	SQL  string `json:"statement"`
	Kind string `json:"kind"`
	File string `json:"file"`
}

// corpora is the directory of the corpora, and whether it is that of this package.
func corpora() (dir string, own bool) {
	//nolint:forbidigo // where the corpora lie belongs to the test run, not to the product's configuration
	if dir := os.Getenv("LEO_CORPORA"); dir != "" {
		return dir, false
	}
	return "testdata", true
}

// lines reads a file of a corpus.
func lines(t *testing.T, name string) []string {
	t.Helper()
	dir, _ := corpora()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all []string
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		if scanner.Text() != "" {
			all = append(all, scanner.Text())
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// statements reads the statements of the engine's authors, or ours.
func statements(t *testing.T) []statement {
	t.Helper()
	var all []statement
	for _, line := range lines(t, "duckdb_statements.jsonl") {
		var s statement
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if len(all) < 60 {
		t.Fatalf("the corpus holds %d statements", len(all))
	}
	return all
}

// injections puts every injection string where a careless program would: alone, in
// a comparison with a number, in one with a text.
func injections(t *testing.T) []statement {
	t.Helper()
	var all []statement
	for _, table := range []string{"orders", "users"} {
		all = append(all,
			statement{"CREATE TABLE " + table + "(id INTEGER, name VARCHAR, username VARCHAR, password VARCHAR)", "other", "injections"},
			statement{"INSERT INTO " + table + " VALUES (1, 'Ann', 'ann', 'x'), (2, 'Bob', 'bob', 'y')", "other", "injections"})
	}
	for _, text := range lines(t, "sql_injection.txt") {
		for _, around := range [][2]string{{"", ""}, {"SELECT * FROM orders WHERE id = ", ""}, {"SELECT * FROM users WHERE name = '", "'"}} {
			all = append(all, statement{around[0] + text + around[1], "injection", "injections"})
		}
	}
	return all
}

// identifiers finds what could name a table.
func identifiers() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`) }

// anyTable lists every word of a statement: judged with it, every table is one of
// the dataset, and only what a statement does can be a reason to refuse it.
func anyTable(words *regexp.Regexp, sql string) []string {
	seen := map[string]bool{}
	var names []string
	for _, word := range words.FindAllString(sql, -1) {
		if key := strings.ToLower(word); !seen[key] {
			seen[key] = true
			names = append(names, word)
		}
	}
	return names
}
