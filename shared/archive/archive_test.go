package archive_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// event is a stored event with letters that encoders like to change.
func event(seq uint64) archive.Record {
	return archive.Record{
		Seq: seq, Time: time.Unix(1_790_000_000+int64(seq), 123456789).UTC(),
		Subject: fmt.Sprintf("leo.acme.run.r%d.00.asked", seq),
		Data:    fmt.Appendf(nil, `{"n":%d,"q":"a<b & c>d \u2028 ä","f":1.50}`, seq),
	}
}

func events(from, to uint64) (list []archive.Record) {
	for seq := from; seq <= to; seq++ {
		list = append(list, event(seq))
	}
	return list
}

func open(t *testing.T, dir string, segment int64) *archive.Writer {
	t.Helper()
	w, err := archive.Open(t.Context(), archive.Config{Dir: dir, SegmentBytes: segment})
	if err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
	return w
}

func add(t *testing.T, w *archive.Writer, list []archive.Record) {
	t.Helper()
	if err := w.Append(list); err != nil {
		t.Fatal(err, errors.Unwrap(err))
	}
}

func done(t *testing.T, w *archive.Writer) {
	t.Helper()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// read returns what an archive holds, without its chain.
func read(t *testing.T, dir string) ([]archive.Record, archive.Summary, error) {
	t.Helper()
	var list []archive.Record
	s, err := archive.Read(t.Context(), dir, func(r archive.Record) error {
		r.Chain, r.Data = "", slices.Clone(r.Data)
		list = append(list, r)
		return nil
	})
	return list, s, err
}

// same reports whether a begins with all of b.
func same(a, b []archive.Record) bool {
	return slices.EqualFunc(a, b, func(x, y archive.Record) bool {
		return x.Seq == y.Seq && x.Time.Equal(y.Time) && x.Subject == y.Subject && x.Missing == y.Missing && bytes.Equal(x.Data, y.Data)
	})
}

func wantConflict(t *testing.T, what string, err error) {
	t.Helper()
	if fault.CodeOf(err) != fault.Conflict {
		t.Errorf("%s: %v", what, err)
	}
}

func TestWhatIsArchivedIsReadBackByteForByte(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "archive")
	want := events(1, 500)
	want[77].Data = []byte("no JSON\nat all")
	want[78].Data = []byte("{\n \"a\": 1}")
	want[79].Data = nil
	for from := 0; from < len(want); from += 60 { // a writer for each batch, some of it again
		w := open(t, dir, 8<<10)
		if w.Last() != uint64(from) {
			t.Fatalf("it ends at %d, not %d", w.Last(), from)
		}
		add(t, w, want[max(0, from-5):min(len(want), from+60)])
		done(t, w)
	}
	got, s, err := read(t, dir)
	if err != nil || !same(got, want) {
		t.Errorf("%d events, %v", len(got), err)
	}
	if s.Events != 500 || s.First != 1 || s.Last != 500 || len(s.Gaps) != 0 || s.Segments < 5 || len(s.Chain) != 64 {
		t.Errorf("%+v", s)
	}
}

func TestAnArchiveHasOneWriter(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, 0)
	_, err := archive.Open(t.Context(), archive.Config{Dir: dir})
	wantConflict(t, "a second writer", err)
	done(t, w)
	done(t, open(t, dir, 0))
}

func TestAGapIsToldOf(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, 0)
	add(t, w, append(events(3, 4), events(9, 9)...))
	done(t, w)
	got, s, err := read(t, dir)
	if err != nil || len(got) != 5 || s.Events != 3 || !slices.Equal(s.Gaps, []archive.Gap{{From: 1, To: 2}, {From: 5, To: 8}}) || s.First != 1 || s.Last != 9 {
		t.Errorf("%d lines, %+v, %v", len(got), s, err)
	}
}

func TestThereIsNoArchive(t *testing.T) {
	if _, _, err := read(t, filepath.Join(t.TempDir(), "nothing")); fault.CodeOf(err) != fault.NotFound {
		t.Error(err)
	}
	if got, s, err := read(t, t.TempDir()); err != nil || len(got) != 0 || s.Last != 0 {
		t.Errorf("an empty one: %+v, %v", s, err)
	}
}

// sealed is an archive of 3 closed segments and an open one.
func sealed(t *testing.T) (dir string, want []archive.Record) {
	t.Helper()
	dir = t.TempDir()
	w := open(t, dir, 1500)
	want = events(1, 28)
	for i := range 7 {
		add(t, w, want[4*i:4*i+4])
	}
	done(t, w)
	if got, s, err := read(t, dir); err != nil || !same(got, want) || s.Segments < 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	return dir, want
}

func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	names, err := filepath.Glob(filepath.Join(dir, "0*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = data
	}
	return all
}

func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Every third byte of every segment, changed: what is read is what was written, or less of
// it, or a fault. Less only where the end of the last line is gone.
func TestAChangedByteShows(t *testing.T) {
	dir, want := sealed(t)
	faults := 0
	for name, data := range files(t, dir) {
		for i := len(data) - 1; i >= 0; i -= 3 {
			changed := slices.Clone(data)
			changed[i] ^= 0x20
			put(t, dir, name, changed)
			got, _, err := read(t, dir)
			end := strings.HasSuffix(name, ".log") && i == len(data)-1
			switch {
			case err != nil:
				wantConflict(t, name, err)
				faults++
			case !same(got, want) && (!end || !same(got, want[:len(got)])):
				t.Errorf("byte %d of %s: %d other events, and nobody says so", i, name, len(got))
			}
		}
		put(t, dir, name, data)
	}
	if faults < 300 {
		t.Errorf("%d faults", faults)
	}
}

func TestLinesThatWereMovedShow(t *testing.T) {
	dir, _ := sealed(t)
	all := files(t, dir)
	names := slices.Sorted(maps.Keys(all))
	last := names[len(names)-1]
	if !strings.HasSuffix(last, ".log") {
		t.Fatal(names)
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(all[last], []byte("\n")), []byte("\n"))
	lines[len(lines)-1] = append(lines[len(lines)-1], '\n')
	for what, changed := range map[string][][]byte{
		"left out": slices.Delete(slices.Clone(lines), 1, 2),
		"twice":    slices.Insert(slices.Clone(lines), 1, lines[1]),
		"swapped":  append([][]byte{lines[0], lines[2], lines[1]}, lines[3:]...),
		"no head":  lines[1:],
	} {
		put(t, dir, last, bytes.Join(changed, nil))
		_, _, err := read(t, dir)
		wantConflict(t, what, err)
		_, err = archive.Open(t.Context(), archive.Config{Dir: dir})
		wantConflict(t, what+", written to", err)
	}
	put(t, dir, last, all[last])
	if err := os.Remove(filepath.Join(dir, names[1])); err != nil {
		t.Fatal(err)
	}
	_, _, err := read(t, dir)
	wantConflict(t, "a segment in the middle is gone", err)
	if err := os.Remove(filepath.Join(dir, names[0])); err != nil {
		t.Fatal(err)
	}
	if got, s, err := read(t, dir); err != nil || s.First == 1 || s.Last != 28 || len(got) == 0 {
		t.Errorf("without its first segments, which may be kept elsewhere: %+v, %v", s, err)
	}
}

// Wherever a writer is killed, the next one goes on after the last whole line.
func TestAWriterThatIsKilledLosesNothingThatWasKept(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, 0)
	want := events(1, 6)
	add(t, w, want[:3])
	done(t, w)
	const name = "00000000000000000001.log"
	kept := len(files(t, dir)[name])
	w = open(t, dir, 0)
	add(t, w, want[3:])
	done(t, w)
	whole := files(t, dir)[name]
	for length := range whole {
		put(t, dir, name, whole[:length])
		w := open(t, dir, 0)
		if length >= kept && w.Last() < 3 {
			t.Fatalf("cut at %d it ends at %d", length, w.Last())
		}
		add(t, w, want)
		done(t, w)
		if got, _, err := read(t, dir); err != nil || !same(got, want) {
			t.Fatalf("cut at %d: %d events, %v", length, len(got), err)
		}
	}
}

func TestAWriterThatIsKilledWhileItClosesASegment(t *testing.T) {
	dir, want := sealed(t)
	all := files(t, dir)
	first := slices.Sorted(maps.Keys(all))[0]
	start, _, _ := strings.Cut(first, ".")
	for what, left := range map[string]string{"half of it": start + ".half", "its open form": start + ".log"} {
		put(t, dir, left, []byte("anything"))
		if got, _, err := read(t, dir); err != nil || !same(got, want) {
			t.Errorf("%s is there: %d events, %v", what, len(got), err)
		}
		done(t, open(t, dir, 0))
		if _, err := os.Stat(filepath.Join(dir, left)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", what, err)
		}
	}
}

// A writer that is killed while it begins a segment leaves those before it alone.
func TestAWriterThatIsKilledWhileItBeginsASegment(t *testing.T) {
	from, _ := sealed(t)
	const begun = "00000000000000000025.log" // what was open is left out
	whole := files(t, from)
	head, _, _ := bytes.Cut(whole[begun], []byte("\n"))
	delete(whole, begun)
	if len(whole) != 3 || len(head) == 0 {
		t.Fatal(slices.Sorted(maps.Keys(whole)))
	}
	for cut := range head {
		dir := t.TempDir()
		for name, data := range whole {
			put(t, dir, name, data)
		}
		put(t, dir, begun, head[:cut])
		w := open(t, dir, 1)
		if w.Last() != 24 {
			t.Fatalf("cut at %d it ends at %d", cut, w.Last())
		}
		add(t, w, events(25, 26))
		done(t, w)
		if got, _, err := read(t, dir); err != nil || !same(got, events(1, 26)) {
			t.Fatalf("cut at %d: %d events, %v", cut, len(got), err)
		}
	}
}

func TestWhatIsWrittenToAnArchiveThatWasTakenAwayIsNotKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "archive")
	w := open(t, dir, 0)
	add(t, w, events(1, 2))
	if err := os.Rename(dir, dir+"-elsewhere"); err != nil {
		t.Fatal(err)
	}
	if err := w.Append(events(3, 4)); fault.CodeOf(err) != fault.Unavailable || w.Last() != 2 {
		t.Errorf("it ends at %d, %v", w.Last(), err)
	}
	done(t, w)
	if got, _, err := read(t, dir+"-elsewhere"); err != nil || !same(got, events(1, 2)) {
		t.Errorf("%d events, %v", len(got), err)
	}
}

// A disk that is full costs nothing but time.
func TestAFullDiskLosesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skip("needs a disk of its own to fill: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	ballast := filepath.Join(dir, "ballast")
	put(t, dir, "ballast", make([]byte, 160<<10))
	w := open(t, dir, 64<<10)
	kept := uint64(0)
	for ; kept < 2000; kept += 20 {
		err := w.Append(events(kept+1, kept+20))
		if fault.CodeOf(err) == fault.Unavailable {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if kept == 0 || kept >= 2000 {
		t.Fatalf("the disk took %d events", kept)
	}
	kept = w.Last() // a segment that could not be closed is kept all the same
	if got, _, err := read(t, dir); err != nil || !same(got, events(1, kept)) {
		t.Errorf("on a full disk: %d events of %d, %v", len(got), kept, err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	add(t, w, events(kept+1, kept+300))
	done(t, w)
	if got, _, err := read(t, dir); err != nil || !same(got, events(1, kept+300)) {
		t.Errorf("once there is room: %d events, %v", len(got), err)
	}
}
