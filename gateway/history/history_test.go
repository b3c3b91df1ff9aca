package history_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// project opens a projection and keeps it running until stop.
func project(t *testing.T, b *bus.Bus, path string, log *slog.Logger) (db *history.DB, stop func()) {
	t.Helper()
	db, err := history.Open(t.Context(), path, b, log)
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- history.NewProjector(db, b, log).Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := errors.Join(<-done, db.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return db, stop
}

// reach waits until the projection has the whole log.
func reach(t *testing.T, b *bus.Bus, db *history.DB) {
	t.Helper()
	last, err := b.LastSeq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !db.WaitFor(t.Context(), last, patience) {
		t.Fatalf("the projection is at %d of %d: %v", db.Position(), last, db.Healthy())
	}
}

// add appends the next event of a run.
func add(t *testing.T, b *bus.Bus, org, id string, body event.Body) {
	t.Helper()
	step, after := 0, uint64(0)
	if body.Kind() != event.KindAsked {
		tail, err := b.Tail(t.Context(), org, id)
		if err != nil {
			t.Fatal(err)
		}
		step, after = tail.Step, tail.Seq
		if body.Kind() == event.KindPlanned {
			step++
		}
	}
	if _, err := b.Append(t.Context(), after, event.Event{Org: org, RunID: id, Step: step, Time: time.Now(), By: "test", Body: body}); err != nil {
		t.Fatal(err)
	}
}

func asked(question, user, thread string) event.Asked {
	return event.Asked{
		User: user, ThreadID: thread, Dataset: event.DatasetRef{ID: "shop", Version: "v1"},
		Request: event.Request{Question: question}, Limits: event.Limits{MaxRows: 1, TimeoutMS: 1, MaxOutputBytes: 1, MemoryMB: 1},
		Deadline: time.Now().Add(time.Hour),
	}
}

// player plays many runs at once, each along a random legal path.
type player struct {
	b     *bus.Bus
	r     *rand.Rand
	begun int
	open  []playing
}

type playing struct {
	org, id string
	last    event.Kind
}

// play begins more runs and plays on with those that are open, leaving some.
func (p *player) play(t *testing.T, runs int) {
	t.Helper()
	for until := p.begun + runs; p.begun < until || len(p.open) > runs/4; {
		if p.begun < until && (len(p.open) == 0 || p.r.IntN(3) == 0) {
			s := playing{fmt.Sprintf("org%d", p.r.IntN(3)), fmt.Sprintf("run-%d", p.begun), event.KindAsked}
			add(t, p.b, s.org, s.id, asked(fmt.Sprintf("Question %d?", p.begun), fmt.Sprintf("user%d", p.r.IntN(3)), fmt.Sprintf("t%d", p.r.IntN(9))))
			p.open, p.begun = append(p.open, s), p.begun+1
			continue
		}
		i := p.r.IntN(len(p.open))
		body := nextBody(p.r, p.open[i].last)
		add(t, p.b, p.open[i].org, p.open[i].id, body)
		p.open[i].last = body.Kind()
		if body.Kind().Terminal() {
			p.open = append(p.open[:i], p.open[i+1:]...)
		}
	}
}

func nextBody(r *rand.Rand, last event.Kind) event.Body {
	f := fault.New(fault.Query, "No such column.").WithHint("Look again.")
	ends := []event.Body{
		event.Failed{Stage: event.StageExecuting, Fault: f, Stderr: "x"},
		event.Cancelled{User: "ada"},
		event.Rejected{Stage: event.StagePlanning, Fault: f, Words: []string{"profit"}},
	}
	if r.IntN(8) == 0 {
		return ends[r.IntN(len(ends))]
	}
	planned := event.Planned{QueryType: "sql", SQL: "SELECT 1", Sentence: fmt.Sprintf("Sentence %d.", r.IntN(100)), Origin: event.OriginRules}
	executed := event.Executed{Columns: []event.Column{{Name: "n", Type: "BIGINT"}}, Preview: [][]any{{json.Number("9007199254740993")}}, RowCount: r.IntN(500), Executor: "test", Cache: "off"}
	switch last {
	case event.KindAsked:
		if r.IntN(6) == 0 {
			return event.NeedsInput{Question: "Which?", Readings: []event.Reading{{Label: "a", Plan: json.RawMessage(`{}`)}}}
		}
		return planned
	case event.KindPlanned:
		if r.IntN(2) == 0 {
			return executed
		}
		return event.Started{Executor: "test", SandboxID: "s", Attempt: 1}
	case event.KindStarted:
		return executed
	}
	if r.IntN(3) == 0 {
		return planned
	}
	return event.Answered{Text: "An answer with <html> & ümlauts.", Trust: event.Trust{Complete: true}}
}

// dump is everything the file holds, in a fixed order.
func dump(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var out strings.Builder
	for _, query := range []string{"SELECT * FROM meta", "SELECT * FROM runs ORDER BY org, run_id", "SELECT * FROM names", "SELECT rowid FROM words ORDER BY rowid", "SELECT * FROM labels"} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			cells := make([]any, len(names))
			into := make([]any, len(names))
			for i := range cells {
				into[i] = &cells[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintln(&out, cells...)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

func TestARebuiltListEqualsTheOneThatGrew(t *testing.T) {
	for seed := range uint64(3) {
		b := bustest.New(t)
		dir := t.TempDir()
		grown, rebuilt := filepath.Join(dir, "grown.db"), filepath.Join(dir, "rebuilt.db")
		p := &player{b: b, r: rand.New(rand.NewPCG(seed, 7))}
		// Grown live, with restarts in the middle of runs.
		for range 3 {
			db, stop := project(t, b, grown, quiet())
			p.play(t, 25)
			reach(t, b, db)
			stop()
		}
		db, stop := project(t, b, grown, quiet())
		reach(t, b, db)
		stop()
		db, stop = project(t, b, rebuilt, quiet())
		reach(t, b, db)
		stop()
		a, z := dump(t, grown), dump(t, rebuilt)
		if a != z {
			t.Fatalf("seed %d: grown:\n%s\nrebuilt:\n%s", seed, a, z)
		}
		if strings.Count(a, "\n") < 50 {
			t.Fatalf("seed %d made only %d rows", seed, strings.Count(a, "\n"))
		}
	}
}

func TestDigestsAreThoseOfTheCapsules(t *testing.T) {
	b := bustest.New(t)
	db, _ := project(t, b, filepath.Join(t.TempDir(), "h.db"), quiet())
	(&player{b: b, r: rand.New(rand.NewPCG(1, 2))}).play(t, 40)
	reach(t, b, db)
	seen, after := 0, uint64(0)
	for {
		page, err := db.Digests(t.Context(), "", after, 7)
		must(t, err)
		if len(page) == 0 {
			break
		}
		for _, d := range page {
			seen, after = seen+1, d.Seq
			events, err := b.Events(t.Context(), d.Org, d.RunID)
			must(t, err)
			capsule, err := run.NewCapsule(events)
			must(t, err)
			want, err := capsule.Digest()
			if err != nil || d.SHA256 != want || d.Seq != events[len(events)-1].Seq {
				t.Errorf("run %s has digest %s at %d, want %s (%v)", d.RunID, d.SHA256, d.Seq, want, err)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d digests", seen)
	}
	mine, err := db.Digests(t.Context(), "org1", 0, 1000)
	must(t, err)
	for _, d := range mine {
		if d.Org != "org1" {
			t.Errorf("org1 is shown %+v", d)
		}
	}
}

func TestAForeignOrBrokenFileIsRebuilt(t *testing.T) {
	b := bustest.New(t)
	add(t, b, "acme", "r1", asked("One?", "ada", "t1"))
	add(t, b, "acme", "r2", asked("Two?", "ada", "t1"))
	var path string
	fill := func(t *testing.T) {
		t.Helper()
		path = filepath.Join(t.TempDir(), "h.db")
		db, stop := project(t, b, path, quiet())
		reach(t, b, db)
		stop()
	}
	exec := func(query string) {
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
		_ = db.Close()
	}
	for name, breakIt := range map[string]func(){
		"another schema version":        func() { exec("PRAGMA user_version = 99") },
		"a position beyond the log":     func() { exec("UPDATE meta SET position = 1000") },
		"another log":                   func() { exec("UPDATE meta SET position_hash = 'x'") },
		"no tables":                     func() { exec("DROP TABLE meta") },
		"not a database":                func() { must(t, os.WriteFile(path, []byte("hello"), 0o600)) },
		"damaged pages":                 func() { damage(t, path) },
		"an empty file after a crash":   func() { must(t, os.WriteFile(path, nil, 0o600)) },
		"rows from nowhere, old schema": func() { exec("UPDATE runs SET user = 'mallory'; PRAGMA user_version = 0") },
	} {
		t.Run(name, func(t *testing.T) {
			fill(t)
			breakIt()
			var log strings.Builder
			db, stop := project(t, b, path, slog.New(slog.NewTextHandler(&log, nil)))
			defer stop()
			reach(t, b, db)
			if r, end := rebuilder(t, db, b, ""); strings.Contains(name, "schema") {
				ended(t, r, history.RebuildDone)
				defer end()
			}
			list, _, err := db.Runs(t.Context(), "acme", history.Query{})
			if err != nil || len(list) != 2 || list[0].User != "ada" {
				t.Errorf("list %+v, %v", list, err)
			}
			if !strings.Contains(log.String(), "rebuilt") {
				t.Errorf("the log does not say so: %s", &log)
			}
		})
	}
	// A file that fits is kept: nothing is read again.
	fill(t)
	db, err := history.Open(t.Context(), path, b, quiet())
	if err != nil || db.Position() != 2 {
		t.Errorf("position %d, %v", db.Position(), err)
	}
	must(t, db.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// damage overwrites the middle of the file.
func damage(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	for i := 4096; i < len(data); i++ {
		data[i] ^= 0x5a
	}
	must(t, os.WriteFile(path, data, 0o600))
	for _, s := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + s); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

func TestListsAreNarrowedSearchedAndPaged(t *testing.T) {
	b := bustest.New(t)
	db, _ := project(t, b, filepath.Join(t.TempDir(), "h.db"), quiet())
	for i := range 7 {
		add(t, b, "acme", fmt.Sprintf("r%d", i), asked(fmt.Sprintf("Umsatz ÄÖÜ number %d?", i), "ada", fmt.Sprintf("t%d", i%2)))
	}
	add(t, b, "acme", "r0", event.Planned{QueryType: "sql", SQL: "SELECT secret_column", Sentence: "The Sentence."})
	add(t, b, "acme", "r0", event.Executed{RowCount: 3})
	add(t, b, "acme", "r0", event.Answered{Text: "It was 100% of it."})
	add(t, b, "other", "foreign", asked("Umsatz?", "bob", "t0"))
	reach(t, b, db)
	find := func(q history.Query) string {
		t.Helper()
		var ids []string
		for {
			list, next, err := db.Runs(t.Context(), "acme", q)
			must(t, err)
			for _, s := range list {
				ids = append(ids, s.RunID)
			}
			if q.Cursor = next; next == "" {
				return strings.Join(ids, " ")
			}
		}
	}
	for _, c := range []struct {
		want string
		q    history.Query
	}{
		{"r6 r5 r4 r3 r2 r1 r0", history.Query{}},
		{"r6 r5 r4 r3 r2 r1 r0", history.Query{Limit: 2}},
		{"r6 r4 r2 r0", history.Query{ThreadID: "t0", Limit: 3}},
		{"r0", history.Query{Status: run.Succeeded}},
		{"r6 r5 r4 r3 r2 r1", history.Query{Status: run.Pending, Limit: 1}},
		{"r3", history.Query{Text: "äöü 3"}},
		{"r0", history.Query{Text: "100% SENTENCE"}},
		{"", history.Query{Text: "foreign"}},
		{"", history.Query{DatasetID: "x"}},
	} {
		if got := find(c.q); got != c.want {
			t.Errorf("%+v finds %q, want %q", c.q, got, c.want)
		}
	}
	list, _, err := db.Runs(t.Context(), "acme", history.Query{Status: run.Succeeded})
	must(t, err)
	if s := list[0]; s.RowCount == nil || *s.RowCount != 3 || s.MS == nil || s.Text != "It was 100% of it." || s.Sentence != "The Sentence." {
		t.Errorf("summary %+v", s)
	}
	threads, _, err := db.Threads(t.Context(), "acme", history.ThreadQuery{})
	must(t, err)
	if len(threads) != 2 || threads[0].ThreadID != "t0" || threads[0].Runs != 4 || threads[0].Title != "Umsatz ÄÖÜ number 0?" || threads[0].DatasetID != "shop" {
		t.Errorf("threads %+v", threads)
	}
	open, err := db.CountOpen(t.Context(), "acme", "ada")
	if err != nil || open.OfUser != 6 || open.OfOrg != 6 || open.All != 7 || open.Position != db.Position() {
		t.Errorf("%+v, %v", open, err)
	}
	if open, err = db.CountOpen(t.Context(), "acme", "nobody"); err != nil || open.OfUser != 0 || open.OfOrg != 6 {
		t.Errorf("%+v, %v", open, err)
	}
	for _, q := range []history.Query{{Limit: -1}, {Limit: history.MaxPage + 1}, {Cursor: "!"}, {Cursor: "YQ"}} {
		if _, _, err := db.Runs(t.Context(), "acme", q); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestOpenRunsAreFoundUntilTheyEnd(t *testing.T) {
	b := bustest.New(t)
	db, _ := project(t, b, filepath.Join(t.TempDir(), "h.db"), quiet())
	// The gateway that accepted it has a clock that is a day slow.
	slow := asked("Slow?", "ada", "")
	at := time.Now().Add(-24 * time.Hour).Truncate(time.Microsecond)
	slow.Deadline = at.Add(time.Minute)
	if _, err := b.Append(t.Context(), 0, event.Event{Org: "acme", RunID: "slow", Time: at, By: "test", Body: slow}); err != nil {
		t.Fatal(err)
	}
	add(t, b, "acme", "fine", asked("Fine?", "ada", ""))
	reach(t, b, db)
	got, err := db.Open(t.Context(), 10)
	if err != nil || len(got) != 2 || got[0] != (history.OpenRun{Org: "acme", RunID: "slow", Allowed: time.Minute}) || got[1].RunID != "fine" {
		t.Errorf("open are %v, %v", got, err)
	}
	if got, err = db.Open(t.Context(), 1); err != nil || len(got) != 1 || got[0].RunID != "slow" {
		t.Errorf("open is %v, %v", got, err)
	}
	add(t, b, "acme", "slow", event.Cancelled{User: "ada"})
	reach(t, b, db)
	if got, err = db.Open(t.Context(), 10); err != nil || len(got) != 1 || got[0].RunID != "fine" {
		t.Errorf("open are %v, %v", got, err)
	}
}

// TestAListThatCannotBeWrittenSaysSoAndGoesOn locks the file from outside, which
// to a writer is like a disk that is full for a while.
func TestAListThatCannotBeWrittenSaysSoAndGoesOn(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, _ := project(t, b, path, quiet())
	other, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	defer func() { _ = other.Close() }()
	other.SetMaxOpenConns(1)
	_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	must(t, err)
	add(t, b, "acme", "r1", asked("One?", "ada", ""))
	add(t, b, "acme", "r1", event.Cancelled{User: "ada"})
	bustest.Eventually(t, "the failure is reported", func() bool { return db.Healthy() != nil })
	if list, _, err := db.Runs(t.Context(), "acme", history.Query{}); err != nil || len(list) != 0 {
		t.Errorf("list %v, %v", list, err)
	}
	_, err = other.ExecContext(t.Context(), "ROLLBACK")
	must(t, err)
	reach(t, b, db)
	if err := db.Healthy(); err != nil {
		t.Errorf("still broken: %v", err)
	}
	if list, _, err := db.Runs(t.Context(), "acme", history.Query{Status: run.Cancelled}); err != nil || len(list) != 1 {
		t.Errorf("list %v, %v", list, err)
	}
}

func TestReadOnlyNeedsAFileThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	if _, err := history.OpenReadOnly(t.Context(), path); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it made one")
	}
}
