package history_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// answer plays a run of a thread to its end; plan may be empty.
func answer(t *testing.T, b *bus.Bus, id, thread, plan string) {
	t.Helper()
	add(t, b, "acme", id, asked("question of "+id, "ada", thread))
	add(t, b, "acme", id, event.Planned{QueryType: "sql", Plan: json.RawMessage(plan), SQL: "select 1", Sentence: "sentence of " + id})
	add(t, b, "acme", id, event.Executed{})
	add(t, b, "acme", id, event.Answered{Text: "done"})
}

func change(t *testing.T, b *bus.Bus, id string, c event.ThreadChange) {
	t.Helper()
	add(t, b, "acme", id, asked("command "+id, "ada", "t1"))
	add(t, b, "acme", id, event.Answered{Text: "done", Thread: &c})
}

func named(name, from string) *event.NamedPlan {
	return &event.NamedPlan{Name: name, RunID: from, Plan: json.RawMessage(`{"table":"orders"}`)}
}

func TestAThreadRemembersItsLastPlanAndItsNames(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "runs.db")
	db, stop := project(t, b, path, quiet())
	const p1, p2 = `{"version":1,"table":"orders"}`, `{"version":1,"table":"items"}`
	expect := func(step, previous string, names ...string) {
		t.Helper()
		reach(t, b, db)
		x, err := db.ThreadContext(t.Context(), "acme", "t1")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if x.Previous != nil {
			got = x.Previous.RunID
		}
		var have []string
		for _, n := range x.Named {
			have = append(have, n.Name)
		}
		if got != previous || len(have) != len(names) {
			t.Fatalf("%s: previous %q and names %v, want %q and %v", step, got, have, previous, names)
		}
		for i := range names {
			if have[i] != names[i] {
				t.Errorf("%s: names %v, want %v", step, have, names)
			}
		}
	}
	if _, err := db.ThreadContext(t.Context(), "acme", "t1"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a thread without runs: %v", err)
	}
	answer(t, b, "r1", "t1", p1)
	answer(t, b, "x1", "t2", p2) // another thread
	expect("an answer", "r1")
	change(t, b, "r2", event.ThreadChange{Named: named("big", "r1")})
	expect("a name", "r1", "big")
	answer(t, b, "r3", "t1", p2)
	change(t, b, "r4", event.ThreadChange{Named: named("small", "r3")})
	change(t, b, "r5", event.ThreadChange{Reset: true})
	expect("a reset keeps names", "", "big", "small")
	answer(t, b, "r6", "t1", "")
	expect("an answer without a plan", "", "big", "small")
	answer(t, b, "r7", "t1", p1)
	change(t, b, "r8", event.ThreadChange{Forgot: "big"})
	expect("a name removed", "r7", "small")
	change(t, b, "r9", event.ThreadChange{Named: named("big", "r7")})
	expect("and given again", "r7", "small", "big")

	// The file holds nothing of its own: a new one says the same.
	stop()
	db, _ = project(t, b, path+".new", quiet())
	expect("after a replay", "r7", "small", "big")
	if _, err := db.ThreadContext(t.Context(), "other", "t1"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another organisation's thread: %v", err)
	}
}

// Each reader takes one connection at a time, or as many readers as there are
// connections would wait for each other for ever.
func TestManyQuestionsOfAThreadAtOnceAreAllServed(t *testing.T) {
	b := bustest.New(t)
	db, _ := project(t, b, filepath.Join(t.TempDir(), "runs.db"), quiet())
	for _, id := range []string{"a", "b", "c"} {
		answer(t, b, id, "t1", `{"version":1,"table":"orders"}`)
	}
	reach(t, b, db)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var g errgroup.Group
	for range 200 {
		g.Go(func() error {
			_, err := db.ThreadContext(ctx, "acme", "t1")
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}
