package history_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// rebuilder keeps a rebuilder of db running until the test, or stop, ends it.
func rebuilder(t *testing.T, db *history.DB, s history.Stream, archiveDir string) (r *history.Rebuilder, stop func()) {
	t.Helper()
	r = history.NewRebuilder(db, s, archiveDir, quiet())
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return r, stop
}

// ended waits until a rebuild has ended.
func ended(t *testing.T, r *history.Rebuilder, want history.RebuildState) history.Progress {
	t.Helper()
	bustest.Eventually(t, "the rebuild ends", func() bool {
		s := r.Progress().State
		return s == history.RebuildDone || s == history.RebuildFailed
	})
	now := r.Progress()
	if now.State != want || now.StartedAt.IsZero() || now.FinishedAt.Before(now.StartedAt) || (now.Error != nil) != (want == history.RebuildFailed) {
		t.Fatalf("%+v, %v", now, now.Error)
	}
	return now
}

func begin(t *testing.T, r *history.Rebuilder) {
	t.Helper()
	if now, err := r.Begin(); err != nil || now.State != history.RebuildRunning {
		t.Fatal(now, err)
	}
}

// gate is a log that stops after so many events until it is opened.
type gate struct {
	*bus.Bus
	after   int
	reached chan struct{}
	open    chan struct{}
	seen    atomic.Int64
}

func newGate(b *bus.Bus, after int) *gate {
	return &gate{Bus: b, after: after, reached: make(chan struct{}), open: make(chan struct{})}
}

func (g *gate) FollowStored(ctx context.Context, from uint64, fn func(bus.Stored) error) error {
	return g.Bus.FollowStored(ctx, from, func(s bus.Stored) error {
		if g.seen.Add(1) == int64(g.after) {
			close(g.reached)
			select {
			case <-g.open:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return fn(s)
	})
}

// live is the file of a run list that counts.
func live(t *testing.T, path string) string {
	t.Helper()
	for n := 99; n > 1; n-- {
		if name := strings.TrimSuffix(path, ".db") + fmt.Sprintf("-%d.db", n); exists(name) {
			return name
		}
	}
	return path
}

// differing are the first lines in which two dumps differ.
func differing(got, want string) string {
	var out []string
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		x, y := "", ""
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y && len(out) < 3 {
			out = append(out, fmt.Sprintf("line %d: %.150q, want %.150q", i, x, y))
		}
	}
	return fmt.Sprintf("%d lines, want %d\n%s", len(a), len(b), strings.Join(out, "\n"))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// fresh is what a run list holds that is made now.
func fresh(t *testing.T, b *bus.Bus) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fresh.db")
	db, stop := project(t, b, path, quiet())
	reach(t, b, db)
	stop()
	return dump(t, path)
}

func TestARunListIsRebuiltWhileItIsUsed(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	p := &player{b: b, r: rand.New(rand.NewPCG(5, 6))}
	p.play(t, 40)
	reach(t, b, db)
	must(t, db.SetLabel(t.Context(), "org0", "t1", history.Label{Title: "Before"}, 1))

	halfway := newGate(b, 60)
	r, _ := rebuilder(t, db, halfway, "")
	reading := readers(t, db)
	begin(t, r)
	<-halfway.reached
	if _, err := r.Begin(); fault.CodeOf(err) != fault.Conflict || fault.From(err).Hint == "" {
		t.Errorf("a second one is %v", err)
	}
	p.play(t, 30)
	reach(t, b, db) // the old list goes on
	must(t, db.SetLabel(t.Context(), "org0", "t2", history.Label{Title: "Meanwhile"}, 2))
	if now := r.Progress(); now.State != history.RebuildRunning || now.Cause != history.CauseAsked || now.Target != db.Position() || now.Events == 0 {
		t.Errorf("meanwhile %+v", now)
	}
	close(halfway.open)
	p.play(t, 30)
	now := ended(t, r, history.RebuildDone)
	if now.Position < now.Target || now.Kept+now.Altered+now.Unknown+now.Missing != 0 {
		t.Errorf("%+v", now)
	}
	p.play(t, 10)
	reach(t, b, db)
	must(t, db.SetLabel(t.Context(), "org0", "t3", history.Label{Title: "After"}, 3))
	reading()
	begin(t, r) // once more, from the second file to the third
	ended(t, r, history.RebuildDone)
	for thread, want := range map[string]string{"t1": "Before", "t2": "Meanwhile", "t3": "After"} {
		if l, err := db.Label(t.Context(), "org0", thread); err != nil || l.Title != want {
			t.Errorf("label of %s: %+v, %v", thread, l, err)
		}
	}
	stop()
	got, want := dump(t, live(t, path)), fresh(t, b)
	if labels, same := strings.CutPrefix(got, want); !same || strings.Count(labels, "\n") != 3 {
		t.Error(differing(got, want))
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.db*")); err != nil || len(left) != 1 || filepath.Base(left[0]) != "h-3.db" {
		t.Errorf("files left: %v, %v", left, err)
	}
}

// readers use the list in every way and fail when it cannot be read or has less than a
// moment before. They go on until the function that is returned is called.
func readers(t *testing.T, db *history.DB) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			ctx, had := context.WithoutCancel(t.Context()), int64(0)
			for {
				select {
				case <-done:
					return
				default:
				}
				counts, err := db.Count(ctx, "org0", history.Query{})
				if err != nil || counts.Total < had {
					t.Errorf("%d runs after %d, %v", counts.Total, had, err)
				}
				had = counts.Total
				before := db.Position()
				_, _, listing := db.Runs(ctx, "org0", history.Query{Text: "question sentence"})
				_, _, threading := db.Threads(ctx, "org0", history.ThreadQuery{})
				open, counting := db.CountOpen(ctx, "org0", "user0")
				_, naming := db.Names(ctx, "org0")
				_, digesting := db.Digests(ctx, "", 0, 10)
				if err := errors.Join(listing, threading, counting, naming, digesting); err != nil || open.Position < before {
					t.Errorf("at %d after %d: %v", open.Position, before, err)
				}
			}
		})
	}
	stop = sync.OnceFunc(func() {
		close(done)
		work.Wait()
	})
	t.Cleanup(stop)
	return stop
}

func TestARebuildThatIsCutOffBeginsAgain(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	p := &player{b: b, r: rand.New(rand.NewPCG(5, 6))}
	p.play(t, 20)
	reach(t, b, db)
	halfway := newGate(b, 30)
	r, end := rebuilder(t, db, halfway, "")
	begin(t, r)
	<-halfway.reached
	end()
	stop()
	half := strings.TrimSuffix(path, ".db") + "-2.rebuild"
	if !exists(half) || exists(live(t, path)+"-wal") {
		t.Fatal("there is nothing that was cut off")
	}
	p.play(t, 5)
	db, stop = project(t, b, path, quiet())
	if exists(half) {
		t.Error("what was cut off is still there")
	}
	r, _ = rebuilder(t, db, b, "")
	if now := ended(t, r, history.RebuildDone); now.Cause != history.CauseCutOff {
		t.Errorf("%+v", now)
	}
	reach(t, b, db)
	stop()
	if got, want := dump(t, live(t, path)), fresh(t, b); got != want || live(t, path) == path {
		t.Error(differing(got, want))
	}
	// Without a reason, none begins.
	db, _ = project(t, b, path, quiet())
	r, _ = rebuilder(t, db, b, "")
	if now := r.Progress(); now.State != history.RebuildNone {
		t.Errorf("%+v", now)
	}
}

// TestWhatAKillLeavesIsTheOldListOrTheNew makes the files that a process leaves which is
// killed while it exchanges the lists.
func TestWhatAKillLeavesIsTheOldListOrTheNew(t *testing.T) {
	b := bustest.New(t)
	(&player{b: b, r: rand.New(rand.NewPCG(5, 6))}).play(t, 10)
	want := fresh(t, b)
	for name, leave := range map[string]func(path, next string){
		"before the new one is whole": func(_, next string) { must(t, os.WriteFile(next+".rebuild", []byte("half"), 0o600)) },
		"before it has its name":      func(path, next string) { copyTo(t, path, next+".rebuild") },
		"before the old one is gone":  func(path, next string) { copyTo(t, path, next+".db") },
		"with a piece of the old one": func(path, next string) {
			must(t, os.Rename(path, next+".db"))
			must(t, os.WriteFile(path+"-wal", []byte("stale"), 0o600))
		},
		"with something set aside": func(path, next string) {
			copyTo(t, path, next+".db")
			must(t, os.WriteFile(strings.TrimSuffix(path, ".db")+"-aside.db", []byte("older"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "h.db")
			db, stop := project(t, b, path, quiet())
			reach(t, b, db)
			stop()
			leave(path, strings.TrimSuffix(path, ".db")+"-2")
			for range 2 {
				db, stop = project(t, b, path, quiet())
				r, end := rebuilder(t, db, b, "")
				bustest.Eventually(t, "nothing is under way", func() bool { return r.Progress().State != history.RebuildRunning })
				reach(t, b, db)
				end()
				stop()
				if got := dump(t, live(t, path)); got != want {
					t.Error(differing(got, want))
				}
			}
		})
	}
}

func copyTo(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o600))
}

func TestARebuildWaitsForALogThatIsAway(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	(&player{b: b, r: rand.New(rand.NewPCG(5, 6))}).play(t, 150) // more than a follower has at hand
	reach(t, b, db)
	halfway := newGate(b, 40)
	r, _ := rebuilder(t, db, halfway, "")
	begin(t, r)
	<-halfway.reached
	up := node.Down(t)
	close(halfway.open)
	if list, _, err := db.Runs(t.Context(), "org1", history.Query{}); err != nil || len(list) == 0 || r.Progress().State != history.RebuildRunning {
		t.Errorf("meanwhile: %d, %v, %+v", len(list), err, r.Progress())
	}
	up()
	if now := ended(t, r, history.RebuildDone); now.Position < 400 {
		t.Errorf("%+v", now)
	}
	bustest.Eventually(t, "the log can be reached", func() bool { return b.Healthy(t.Context()) == nil })
	stop()
	if got, want := dump(t, live(t, path)), fresh(t, b); got != want {
		t.Error(differing(got, want))
	}
}

// TestARebuildThatCannotBeWrittenLeavesTheOldList locks the new file from outside, which to
// a writer is like a disk that is full, and puts something in its place.
func TestARebuildThatCannotBeWrittenLeavesTheOldList(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, _ := project(t, b, path, quiet())
	(&player{b: b, r: rand.New(rand.NewPCG(5, 6))}).play(t, 30)
	reach(t, b, db)
	halfway := newGate(b, 40)
	r, _ := rebuilder(t, db, halfway, "")
	half := strings.TrimSuffix(path, ".db") + "-2.rebuild"

	must(t, os.MkdirAll(filepath.Join(half, "in the way"), 0o700))
	begin(t, r)
	if now := ended(t, r, history.RebuildFailed); now.Error.Code != fault.Unavailable || now.Error.Hint == "" {
		t.Errorf("%+v", now.Error)
	}
	must(t, os.RemoveAll(half))

	begin(t, r)
	<-halfway.reached
	other, err := sql.Open("sqlite", "file:"+half+"?_pragma=busy_timeout(20000)")
	must(t, err)
	other.SetMaxOpenConns(1)
	_, err = other.ExecContext(t.Context(), "BEGIN IMMEDIATE")
	must(t, err)
	close(halfway.open)
	now := ended(t, r, history.RebuildFailed)
	if now.Error.Code != fault.Unavailable || !strings.Contains(now.Error.Hint, "old list") {
		t.Errorf("%+v", now.Error)
	}
	must(t, other.Close())
	if exists(half) || db.Healthy() != nil {
		t.Errorf("the new one is still there: %t, the old one says %v", exists(half), db.Healthy())
	}
	add(t, b, "org0", "afterwards", asked("Still there?", "ada", "t9"))
	reach(t, b, db)
	begin(t, r)
	ended(t, r, history.RebuildDone)
}

func TestAnEmptyLogIsRebuiltToo(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, _ := project(t, b, path, quiet())
	r, _ := rebuilder(t, db, b, "")
	begin(t, r)
	ended(t, r, history.RebuildDone)
	add(t, b, "acme", "r1", asked("One?", "ada", ""))
	add(t, b, "acme", "r1", event.Cancelled{User: "ada"})
	reach(t, b, db)
	if list, _, err := db.Runs(t.Context(), "acme", history.Query{}); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}
