package sqlpolicy_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

// FuzzAcceptedTextNeverLeavesTheDataset looks for a text that the policy accepts
// and the lockdown then has to stop, or that reads a table it may not.
func FuzzAcceptedTextNeverLeavesTheDataset(f *testing.F) {
	policy, db := setup(f)
	for _, name := range []string{"accepted.txt", "refused.txt"} {
		for _, sql := range statements(f, name) {
			f.Add(sql)
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := policy.Check(ctx, db, sql, rules()); err != nil {
			var fa *fault.Fault
			if !errors.As(err, &fa) && !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		_, err := db.Describe(ctx, sql)
		var e *engine.Error
		if errors.As(err, &e) && (e.Kind == "Permission" || e.Kind == "IO" || e.Kind == "Internal" && strings.Contains(e.Message, "secret")) {
			t.Fatalf("accepted, and then stopped by the engine: %v", err)
		}
		if err != nil && strings.Contains(err.Error(), "secrets") {
			t.Fatalf("accepted, although it names another table: %v", err)
		}
	})
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
