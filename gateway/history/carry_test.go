package history_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/fault"
)

// kept archives the log as it is now.
func kept(t *testing.T, b *bus.Bus, dir string) {
	t.Helper()
	last, err := b.LastSeq(t.Context())
	must(t, err)
	w, err := archive.Open(t.Context(), archive.Config{Dir: dir, SegmentBytes: 16 << 10})
	must(t, err)
	err = b.FollowStored(t.Context(), w.Last()+1, func(s bus.Stored) error {
		must(t, w.Append([]archive.Record{{Seq: s.Seq, Time: s.Time, Subject: s.Subject, Data: s.Data}}))
		if s.Seq == last {
			return fmt.Errorf("that is all")
		}
		return nil
	})
	if err == nil || w.Last() != last {
		t.Fatalf("archived up to %d of %d: %v", w.Last(), last, err)
	}
	must(t, w.Close())
}

// drop has the stream let go of all events before a sequence.
func drop(t *testing.T, node *bustest.Node, before uint64) {
	t.Helper()
	reply, err := node.Raw(t).Request("$JS.API.STREAM.PURGE.RUNS", fmt.Appendf(nil, `{"seq":%d}`, before), patience)
	if err != nil || !strings.Contains(string(reply.Data), `"success":true`) {
		t.Fatal(err, reply)
	}
}

// sqlOn runs a statement on a run list that nobody has open.
func sqlOn(t *testing.T, path, query string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	must(t, err)
	_, err = db.ExecContext(t.Context(), query, args...)
	must(t, err)
	must(t, db.Close())
}

func TestRunsThatTheStreamDroppedComeFromTheArchive(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	p := &player{b: b, r: rand.New(rand.NewPCG(8, 9))}
	p.play(t, 40)
	dir := filepath.Join(t.TempDir(), "archive")
	kept(t, b, dir)
	p.play(t, 10)
	want := fresh(t, b)
	for _, before := range []uint64{60, 100} {
		drop(t, node, before)
		path := filepath.Join(t.TempDir(), "h.db") // it was lost
		db, stop := project(t, b, path, quiet())
		r, _ := rebuilder(t, db, b, dir)
		now := ended(t, r, history.RebuildDone)
		if now.Cause != history.CauseEmpty || now.Archived != int64(before-1) || now.Missing != 0 {
			t.Errorf("%d: %+v", before, now)
		}
		reach(t, b, db)
		stop()
		if got := dump(t, live(t, path)); got != want {
			t.Errorf("%d: %s", before, differing(got, want))
		}
	}
	last, err := b.LastSeq(t.Context())
	must(t, err)
	// Nothing is left in the stream, and some of it is in no archive.
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	r, end := rebuilder(t, db, b, dir)
	ended(t, r, history.RebuildDone)
	reach(t, b, db)
	drop(t, node, last+1)
	begin(t, r)
	now := ended(t, r, history.RebuildDone)
	if now.Missing == 0 || now.Kept == 0 || now.Position != last || now.Altered+now.Unknown != 0 {
		t.Errorf("%+v", now)
	}
	end()
	stop()
	if got, was := rowsOf(dump(t, live(t, path))), rowsOf(want); got != was {
		t.Error(differing(got, was))
	}
}

// rowsOf is a dump without the position's hash, which is that of nothing where the event is
// gone.
func rowsOf(dump string) string {
	_, rows, _ := strings.Cut(dump, "\n")
	return rows
}

func TestAnArchiveThatCannotBeReliedUponIsNotUsed(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	(&player{b: b, r: rand.New(rand.NewPCG(8, 9))}).play(t, 20)
	dir := filepath.Join(t.TempDir(), "archive")
	kept(t, b, dir)
	drop(t, node, 30)
	path := filepath.Join(t.TempDir(), "h.db")
	db, _ := project(t, b, path, quiet())
	other := bustest.New(t)
	(&player{b: other, r: rand.New(rand.NewPCG(1, 1))}).play(t, 30)
	foreign := filepath.Join(t.TempDir(), "foreign")
	kept(t, other, foreign)
	for name, c := range map[string]struct {
		dir  string
		code fault.Code
	}{
		"none there":     {filepath.Join(t.TempDir(), "none"), fault.NotFound},
		"of another log": {foreign, fault.Conflict},
		"altered":        {altered(t, dir), fault.Conflict},
	} {
		r, end := rebuilder(t, db, b, c.dir)
		if now := ended(t, r, history.RebuildFailed); now.Error.Code != c.code || now.Error.Hint == "" {
			t.Errorf("%s: %+v", name, now.Error)
		}
		end()
	}
}

// altered is a copy of an archive in which a word was changed.
func altered(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "altered")
	must(t, os.CopyFS(to, os.DirFS(dir)))
	names, err := filepath.Glob(filepath.Join(to, "*"))
	must(t, err)
	for _, name := range names {
		if !strings.HasSuffix(name, "1.log.gz") && !strings.HasSuffix(name, "1.log") {
			continue
		}
		data, err := os.ReadFile(name)
		must(t, err)
		data[len(data)/2] ^= 1
		must(t, os.WriteFile(name, data, 0o600))
	}
	return to
}

func TestWithoutAnArchiveTheRunsThatAreGoneStay(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	p := &player{b: b, r: rand.New(rand.NewPCG(8, 9))}
	p.play(t, 40)
	reach(t, b, db)
	drop(t, node, 50)
	r, end := rebuilder(t, db, b, "")
	for range 2 {
		begin(t, r)
		if now := ended(t, r, history.RebuildDone); now.Kept == 0 || now.Missing != 49 || now.Altered+now.Unknown != 0 {
			t.Errorf("%+v", now)
		}
	}
	found, _, err := db.Runs(t.Context(), "org1", history.Query{Text: "question"})
	if err != nil || len(found) == 0 {
		t.Errorf("found %v, %v", found, err)
	}
	end()
	stop()
	rebuilt := dump(t, live(t, path))
	// The one that is rebuilt equals the one that grew.
	back := filepath.Join(t.TempDir(), "back.db")
	copyTo(t, live(t, path), back)
	if again := dump(t, back); again != rebuilt || strings.Count(rebuilt, "\n") < 40 {
		t.Errorf("%d rows", strings.Count(rebuilt, "\n"))
	}
}

func TestWhatWasRecordedOfARunStaysWhenTheLogSaysOtherwise(t *testing.T) {
	b := bustest.New(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	(&player{b: b, r: rand.New(rand.NewPCG(8, 9))}).play(t, 20)
	reach(t, b, db)
	page, err := db.Digests(t.Context(), "", 0, 2)
	must(t, err)
	stop()
	// To a comparison, this is the same as a log that was altered.
	sqlOn(t, path, "UPDATE runs SET digest = 'recorded', head = 'then' WHERE run_id = ?", page[0].RunID)
	sqlOn(t, path, "UPDATE runs SET run_id = 'invented' WHERE run_id = ?", page[1].RunID)
	db, _ = project(t, b, path, quiet())
	r, _ := rebuilder(t, db, b, "")
	for range 2 {
		begin(t, r)
		now := ended(t, r, history.RebuildDone)
		if now.Altered != 1 || now.Kept != 0 {
			t.Errorf("%+v", now)
		}
		if rec, ok, err := db.Recorded(t.Context(), page[0].Org, page[0].RunID); err != nil || !ok || rec.Digest != "recorded" || rec.Head != "then" {
			t.Errorf("recorded is %+v, %t, %v", rec, ok, err)
		}
	}
	if rec, ok, err := db.Recorded(t.Context(), page[1].Org, page[1].RunID); err != nil || !ok || rec.Digest != page[1].SHA256 {
		t.Errorf("the run itself is %+v, %t, %v", rec, ok, err)
	}
	if _, ok, err := db.Recorded(t.Context(), page[1].Org, "invented"); err != nil || ok {
		t.Errorf("what is not in the log is there: %v", err)
	}
	if !exists(strings.TrimSuffix(path, ".db") + "-aside.db") {
		t.Error("the list that the log contradicts was thrown away")
	}
}

func TestAListOfAnotherSchemaIsServedUntilItIsRebuilt(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	path := filepath.Join(t.TempDir(), "h.db")
	db, stop := project(t, b, path, quiet())
	p := &player{b: b, r: rand.New(rand.NewPCG(8, 9))}
	p.play(t, 30)
	reach(t, b, db)
	must(t, db.SetLabel(t.Context(), "org1", "t1", history.Label{Title: "Mine"}, 1))
	page, err := db.Digests(t.Context(), "", 0, 1)
	must(t, err)
	stop()
	want := dump(t, path)
	sqlOn(t, path, `ALTER TABLE runs DROP COLUMN links; ALTER TABLE runs DROP COLUMN plan; ALTER TABLE runs ADD COLUMN mood TEXT NOT NULL DEFAULT 'fine';
		UPDATE runs SET digest = 'folded otherwise by another program' WHERE open = 0; PRAGMA user_version = 99`)
	closed := newGate(b, 1)
	db, stop = project(t, b, path, quiet())
	r, end := rebuilder(t, db, closed, "")
	<-closed.reached
	counts, err := db.Count(t.Context(), "org1", history.Query{Text: "question"})
	if err != nil || counts.Total == 0 {
		t.Errorf("meanwhile: %+v, %v", counts, err)
	}
	if l, err := db.Label(t.Context(), "org1", "t1"); err != nil || l.Title != "Mine" {
		t.Errorf("label %+v, %v", l, err)
	}
	close(closed.open)
	now := ended(t, r, history.RebuildDone)
	if now.Cause != history.CauseSalvaged || now.Altered+now.Unknown+now.Kept != 0 {
		t.Errorf("%+v", now)
	}
	end()
	stop()
	if got := dump(t, live(t, path)); got != want {
		t.Error(differing(got, want))
	}
	// A log that was altered shows all the same.
	sqlOn(t, live(t, path), "UPDATE runs SET head = 'then' WHERE run_id = ?", page[0].RunID)
	sqlOn(t, live(t, path), "PRAGMA user_version = 4")
	db, _ = project(t, b, path, quiet())
	r, _ = rebuilder(t, db, b, "")
	if now := ended(t, r, history.RebuildDone); now.Altered != 1 {
		t.Errorf("%+v", now)
	}
}
