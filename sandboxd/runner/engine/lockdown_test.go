package engine

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const secret = "canary-7f3a91"

// attack is one line of testdata/attacks.txt.
type attack struct{ verdict, sql string }

func attacks(t *testing.T) []attack {
	t.Helper()
	data, err := os.ReadFile("testdata/attacks.txt")
	if err != nil {
		t.Fatal(err)
	}
	var list []attack
	for line := range strings.Lines(string(data)) {
		verdict, sql, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || verdict == "#" {
			continue
		}
		list = append(list, attack{verdict, strings.TrimSpace(sql)})
	}
	if len(list) < 100 {
		t.Fatalf("only %d attacks", len(list))
	}
	return list
}

// world is everything around a locked database that an attack could touch.
type world struct {
	dir, path, canary, csv string
}

func newWorld(t *testing.T) world {
	t.Helper()
	w := world{dir: t.TempDir()}
	w.canary = filepath.Join(w.dir, "canary.txt")
	w.csv = filepath.Join(w.dir, "canary.csv")
	for path, text := range map[string]string{w.canary: secret, w.csv: "a,b\n1," + secret + "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.path = prepared(t, "CREATE TABLE t(a INTEGER, b VARCHAR)", "INSERT INTO t VALUES (1, 'one'), (2, 'two')")
	return w
}

// snapshot is the state of files, settings, data and databases.
func (w world) snapshot(t *testing.T, db *DB) map[string]string {
	t.Helper()
	state := map[string]string{}
	for _, root := range []string{w.dir, filepath.Dir(w.path)} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				state["dir "+path] = ""
				return err
			}
			data, err := os.ReadFile(path)
			state["file "+path] = fmt.Sprintf("%d bytes %x", len(data), hash(data))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, q := range []string{
		"SELECT name, coalesce(CAST(value AS VARCHAR), '') FROM duckdb_settings()",
		"SELECT 'database', string_agg(database_name || coalesce(path, ''), ' ' ORDER BY database_name) FROM duckdb_databases()",
		"SELECT 'data', string_agg(a || b, ',' ORDER BY a) FROM data.main.t",
		"SELECT 'built-in functions', CAST(count(*) AS VARCHAR) FROM duckdb_functions() WHERE internal",
	} {
		rows, err := all(t, db, q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		for _, row := range rows {
			state[row[0]] = row[1]
		}
	}
	return state
}

func hash(data []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, b := range data {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

// dump runs a statement as it is, without a policy, and returns all it yields.
func dump(t *testing.T, db *DB, sql string) (string, error) {
	t.Helper()
	if err := db.Exec(t.Context(), sql); err != nil {
		return "", err
	}
	rows, err := all(t, db, "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM query("+QuoteText(sql)+")")
	if err != nil {
		return "", nil //nolint:nilerr // not everything that runs is a query
	}
	return fmt.Sprint(rows), nil
}

func TestLockedEngineWithstandsAttacksWithoutAPolicy(t *testing.T) {
	w := newWorld(t)
	replace := strings.NewReplacer("{dir}", w.dir, "{db}", w.path, "{canary}", w.canary, "{csv}", w.csv)
	before := w.snapshot(t, locked(t, w.path))
	for _, a := range attacks(t) {
		t.Run(a.sql, func(t *testing.T) {
			db := locked(t, w.path) // never closed: see the package comment
			text, err := dump(t, db, replace.Replace(a.sql))
			if a.verdict != "harmless" && err == nil {
				t.Errorf("it ran: %.200s", text)
			}
			if a.verdict == "harmless" && err != nil {
				t.Errorf("it no longer runs, so the list says too much: %v", err)
			}
			if strings.Contains(text, secret) || (err != nil && strings.Contains(err.Error(), secret)) {
				t.Errorf("the secret came out: %s %v", text, err)
			}
			for _, calm := range []string{"ROLLBACK", "PRAGMA disable_profiling"} {
				_ = db.Exec(t.Context(), calm) // fails where there is nothing to calm
			}
			if after := w.snapshot(t, db); a.verdict != "prints" && !maps.Equal(before, after) {
				t.Errorf("something changed: %v", difference(before, after))
			}
		})
	}
}

func difference(a, b map[string]string) []string {
	var out []string
	for k, v := range a {
		if b[k] != v {
			out = append(out, fmt.Sprintf("%s: %q became %q", k, v, b[k]))
		}
	}
	for k, v := range b {
		if _, ok := a[k]; !ok {
			out = append(out, fmt.Sprintf("%s: %q is new", k, v))
		}
	}
	return out
}

func TestAttacksWorkOnAnEngineThatIsNotLocked(t *testing.T) {
	w := newWorld(t)
	db, err := Open(Options{Path: w.path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for sql, want := range map[string]string{
		"SELECT content FROM read_text('" + w.canary + "')": secret,
		"SELECT b FROM '" + w.csv + "'":                     secret,
	} {
		if text, err := dump(t, db, sql); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s yields %q, %v: the attack list proves nothing", sql, text, err)
		}
	}
	if err := db.Exec(t.Context(), "COPY (SELECT 1) TO '"+w.dir+"/out.csv'"); err != nil {
		t.Errorf("COPY fails on an open engine: %v", err)
	}
}

func TestConfineAllowsOnlyItsDirectories(t *testing.T) {
	w := newWorld(t)
	inside := t.TempDir()
	db, err := Open(Options{Path: filepath.Join(inside, "new.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Confine(t.Context(), nil, inside); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"SELECT content FROM read_text('" + w.canary + "')",
		"COPY (SELECT 1) TO '" + w.dir + "/out.csv'",
		"ATTACH '" + w.dir + "/x.duckdb' AS x",
		"INSTALL httpfs", "LOAD httpfs",
		"SET allowed_directories = ['/']",
		"SET lock_configuration = false",
	} {
		if err := db.Exec(t.Context(), sql); err == nil {
			t.Errorf("%s ran", sql)
		}
	}
	for _, sql := range []string{"CREATE TABLE t AS SELECT 1 AS a", "CHECKPOINT"} {
		if err := db.Exec(t.Context(), sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
