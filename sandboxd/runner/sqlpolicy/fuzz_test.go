package sqlpolicy_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/corpora"
	"github.com/leo-analytics/leo/shared/fault"
)

// FuzzAcceptedTextNeverLeavesTheDataset looks for a text that the policy takes too
// long over, or accepts although the engine finds something else in it than one
// query, a table it may not read, or something the lockdown then has to stop.
func FuzzAcceptedTextNeverLeavesTheDataset(f *testing.F) {
	w := newWitness(f)
	for _, sql := range seeds(f) {
		f.Add(sql)
	}
	f.Fuzz(w.judge)
}

// FuzzSplicedTextNeverLeavesTheDataset is the same for texts made of the words of
// two others, which the engine can read far more often than changed bytes.
func FuzzSplicedTextNeverLeavesTheDataset(f *testing.F) {
	w, list := newWitness(f), seeds(f)
	for i, sql := range list {
		f.Add(sql, list[(i*7+1)%len(list)], uint8(i%13), uint8(i%3), uint8(i%11), uint8(1+i%9))
	}
	f.Fuzz(func(t *testing.T, into, of string, at, drop, from, take uint8) {
		w.judge(t, splice(words(into), words(of), int(at), int(drop), int(from), int(take)))
	})
}

// seeds are the texts to begin with.
func seeds(tb testing.TB) []string {
	tb.Helper()
	list := append(statements(tb, "accepted.txt"), statements(tb, "refused.txt")...)
	list = append(list, corpora.Fields(tb, "duckdb_statements.jsonl", "statement", 1200)...)
	for _, text := range corpora.Lines(tb, "sql_injection.txt", 200) {
		list = append(list, text, "SELECT * FROM sales WHERE note = '"+text+"'")
	}
	return list
}

// words splits a text roughly the way SQL is split.
func words(sql string) []string {
	return regexp.MustCompile(`(?s)'(?:[^']|'')*'|"(?:[^"]|"")*"|[\pL_][\pL\pN_]*|[0-9.]+|[<>=!|&:-]+|\s+|.`).FindAllString(sql, -1)
}

// splice replaces drop words of one text, from the place at on, by take words of
// another.
func splice(into, of []string, at, drop, from, take int) string {
	at, from = min(at, len(into)), min(from, len(of))
	out := slices.Clone(into[:at])
	out = append(out, of[from:min(from+take, len(of))]...)
	return strings.Join(append(out, into[min(at+drop, len(into)):]...), "")
}

// judge fails if the policy accepts what it should not, or takes too long.
func (w *witness) judge(t *testing.T, sql string) {
	t.Helper()
	started := time.Now()
	err := w.policy.Check(t.Context(), w.db, sql, w.rules)
	// Two seconds are its own limit; the machine may be busy.
	if took := time.Since(started); took > 8*time.Second {
		t.Fatalf("the policy took %v: %s", took, sql)
	}
	if err != nil {
		var fa *fault.Fault
		if !errors.As(err, &fa) && !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("not a fault: %v: %s", err, sql)
		}
		return
	}
	w.names(t, sql)
	w.runs(t, sql)
}

// FuzzAnyTreeIsJudgedWithoutPanic feeds the walker trees that no engine makes.
func FuzzAnyTreeIsJudgedWithoutPanic(f *testing.F) {
	policy, db := setup(f)
	for _, sql := range statements(f, "accepted.txt") {
		if tree, err := db.Serialize(f.Context(), sql); err == nil {
			f.Add(tree)
		}
	}
	f.Add(`{"error":false,"statements":[]}`)
	f.Add(`{"error":true}`)
	f.Add(`[]`)
	f.Add(``)
	f.Add(`{"error":false,"error":true,"statements":[{}]}`)
	f.Fuzz(func(t *testing.T, tree string) {
		// Whatever the verdict: it must be one.
		_ = policy.Check(t.Context(), fixed(tree), "SELECT 1", rules())
	})
}

// fixed is a parser that always says the same.
type fixed string

func (f fixed) Serialize(context.Context, string) (string, error) { return string(f), nil }

func TestTreesThatNoEngineMakesAreRefused(t *testing.T) {
	policy, db := setup(t)
	good, err := db.Serialize(t.Context(), "SELECT region FROM sales WHERE amount > 1")
	if err != nil {
		t.Fatal(err)
	}
	if err := policy.Check(t.Context(), fixed(good), "SELECT 1", rules()); err != nil {
		t.Fatalf("the tree itself: %v", err)
	}
	for name, tree := range map[string]string{
		"key more":        strings.Replace(good, `"having":null`, `"having":null,"extra":null`, 1),
		"key less":        strings.Replace(good, `"having":null,`, ``, 1),
		"key twice":       strings.Replace(good, `"having":null`, `"having":null,"having":null`, 1),
		"other node":      strings.Replace(good, `"SELECT_NODE"`, `"INSERT_NODE"`, 1),
		"other class":     strings.Replace(good, `"class":"COMPARISON"`, `"class":"MAGIC"`, 1),
		"other word":      strings.Replace(good, `COMPARE_GREATERTHAN`, `COMPARE_ALMOST`, 1),
		"text for a list": strings.Replace(good, `"column_names":["region"]`, `"column_names":"region"`, 1),
		"catalogue":       strings.Replace(good, `"catalog_name":""`, `"catalog_name":"other"`, 1),
		"trailing text":   good + `{}`,
		"error as text":   strings.Replace(good, `"error":false`, `"error":"false"`, 1),
		"top key more":    strings.Replace(good, `"error":false`, `"error":false,"plan":{}`, 1),
		"no statements":   `{"error":false}`,
		"nothing":         ``,
		"list":            `[1]`,
		"null":            `null`,
	} {
		if tree == good {
			t.Fatalf("%s: the tree was not changed", name)
		}
		if err := policy.Check(t.Context(), fixed(tree), "SELECT 1", rules()); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}
