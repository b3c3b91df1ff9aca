package registry_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// intake is a registry whose buckets can be looked into.
type intake struct {
	*registry.Registry
	t   *testing.T
	bus *bus.Bus
}

func open(t *testing.T) *intake {
	t.Helper()
	b := bustest.New(t)
	return &intake{registry.New(b, slog.New(slog.DiscardHandler)), t, b}
}

func noise(n int) []byte {
	data := make([]byte, n)
	_, _ = rand.Read(data)
	return data
}

// begin opens a session of acme for files of these lengths.
func (i *intake) begin(s registry.Session, lengths ...int) *registry.Session {
	i.t.Helper()
	s.Org, s.User = "acme", "ada"
	for n, length := range lengths {
		s.Files = append(s.Files, registry.SessionFile{Name: "f" + string(rune('a'+n)) + ".csv", Bytes: int64(length)})
	}
	opened, err := i.OpenSession(i.t.Context(), s)
	if err != nil {
		i.t.Fatal(err)
	}
	return opened
}

func (i *intake) append(s *registry.Session, file int, offset int, data []byte) (registry.SessionFile, error) {
	return i.Append(i.t.Context(), s, s.Files[file].ID, registry.Piece{Offset: int64(offset), Length: int64(len(data)), Body: bytes.NewReader(data)})
}

func (i *intake) must(s *registry.Session, file int, offset int, data []byte) {
	i.t.Helper()
	if _, err := i.append(s, file, offset, data); err != nil {
		i.t.Fatal(err, errors.Unwrap(err))
	}
}

// now reads the session again.
func (i *intake) now(s *registry.Session) *registry.Session {
	i.t.Helper()
	got, err := i.Session(i.t.Context(), s.Org, s.ID)
	if err != nil {
		i.t.Fatal(err)
	}
	return got
}

func (i *intake) objects() int {
	i.t.Helper()
	list, err := i.bus.Objects(bus.BucketUploads).List(i.t.Context(), "")
	if err != nil {
		i.t.Fatal(err)
	}
	return len(list)
}

func (i *intake) complete(s *registry.Session, id string) (*catalog.Dataset, error) {
	d, _, err := i.Complete(i.t.Context(), i.now(s), func(*registry.Upload) (catalog.Dataset, error) {
		return catalog.Dataset{ID: id}, nil
	})
	return d, err
}

func (i *intake) read(f catalog.File) []byte {
	i.t.Helper()
	body, err := i.Open(i.t.Context(), f)
	if err != nil {
		i.t.Fatal(err)
	}
	data, err := io.ReadAll(body)
	if err := errors.Join(err, body.Close()); err != nil {
		i.t.Fatal(err)
	}
	return data
}

func sum(data ...[]byte) string {
	h := sha256.New()
	for _, d := range data {
		h.Write(d)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestPiecesBecomeTheFileTheyWereCutFrom(t *testing.T) {
	i := open(t)
	one, two := noise(registry.PartBytes+registry.MinPart+7), noise(300)
	s := i.begin(registry.Session{Title: "Mine"}, len(one), len(two))
	i.must(s, 1, 0, two)
	i.must(s, 0, 0, one[:registry.MinPart])
	// Another process goes on where this one stopped.
	other := &intake{registry.New(i.bus, slog.New(slog.DiscardHandler)), t, i.bus}
	other.must(other.now(s), 0, registry.MinPart, one[registry.MinPart:])
	d, err := i.complete(s, "mine")
	if err != nil {
		t.Fatal(err)
	}
	if d.Version != sum(one, two) {
		t.Errorf("version %s", d.Version)
	}
	for n, want := range [][]byte{one, two} {
		if f := d.Files[n]; f.SHA256 != sum(want) || !bytes.Equal(i.read(f), want) {
			t.Errorf("file %d is not what was sent: %+v", n, f.Name)
		}
	}
	again, err := i.complete(s, "other")
	if err != nil || again.ID != "mine" {
		t.Errorf("a repeated completion made %v, %v", again, err)
	}
	if _, err := i.append(s, 0, 0, two); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a complete upload took more: %v", err)
	}
	if n, err := i.Sweep(t.Context(), time.Hour); err != nil || n != 0 {
		t.Errorf("swept %d, %v", n, err)
	}
	if err := i.Delete(t.Context(), "acme", "mine"); err != nil || i.objects() != 0 {
		t.Errorf("%d objects left of a deleted dataset, %v", i.objects(), err)
	}
}

// breaks ends a body with an error after its bytes.
type breaks struct {
	in  io.Reader
	err error
}

func (b breaks) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if errors.Is(err, io.EOF) {
		err = b.err
	}
	return n, err
}

func TestWhatCameBeforeTheCutStays(t *testing.T) {
	i := open(t)
	data, cut := noise(4<<20), errors.New("cut")
	s := i.begin(registry.Session{}, len(data))
	f, err := i.Append(t.Context(), s, s.Files[0].ID, registry.Piece{Length: int64(len(data)), Body: breaks{bytes.NewReader(data[:3<<20]), cut}})
	if !errors.Is(err, cut) || f.Offset != 3<<20 {
		t.Fatalf("offset %d, %v", f.Offset, err)
	}
	// Too little to keep, and a piece with a checksum, which counts whole or not.
	rest := sha256.Sum256(data[3<<20:])
	for name, p := range map[string]registry.Piece{
		"little":   {Offset: 3 << 20, Length: 1 << 20, Body: breaks{bytes.NewReader(data[3<<20 : 3<<20+100]), cut}},
		"checksum": {Offset: 3 << 20, Length: 1 << 20, SHA256: rest[:], Body: breaks{bytes.NewReader(data[3<<20 : 4<<20-1]), cut}},
	} {
		if f, err := i.Append(t.Context(), s, s.Files[0].ID, p); !errors.Is(err, cut) || f.Offset != 3<<20 {
			t.Errorf("%s: offset %d, %v", name, f.Offset, err)
		}
	}
	if n := i.objects(); n != 1 {
		t.Errorf("%d objects, want 1", n)
	}
	i.must(s, 0, 3<<20, data[3<<20:])
	if d, err := i.complete(s, "d"); err != nil || d.Files[0].SHA256 != sum(data) {
		t.Errorf("%v, %v", d, err)
	}
}

func TestPiecesThatDoNotFitAreRefused(t *testing.T) {
	i := open(t)
	data := noise(3 << 20)
	s := i.begin(registry.Session{}, len(data))
	i.must(s, 0, 0, data[:1<<20])
	wrong := sha256.Sum256([]byte("something else"))
	for name, c := range map[string]struct {
		piece registry.Piece
		code  fault.Code
	}{
		"behind":        {registry.Piece{Offset: 0, Length: 1 << 20, Body: bytes.NewReader(data[:1<<20])}, fault.Conflict},
		"ahead":         {registry.Piece{Offset: 2 << 20, Length: 1 << 20, Body: bytes.NewReader(data[2<<20:])}, fault.Conflict},
		"too long":      {registry.Piece{Offset: 1 << 20, Length: 3 << 20, Body: bytes.NewReader(data)}, fault.Validation},
		"longer than":   {registry.Piece{Offset: 1 << 20, Length: -1, Body: bytes.NewReader(append(data[1<<20:], 1))}, fault.Validation},
		"small":         {registry.Piece{Offset: 1 << 20, Length: 9, Body: bytes.NewReader(data[:9])}, fault.Validation},
		"wrong sum":     {registry.Piece{Offset: 1 << 20, Length: 2 << 20, SHA256: wrong[:], Body: bytes.NewReader(data[1<<20:])}, fault.Validation},
		"sum, no limit": {registry.Piece{Offset: 1 << 20, Length: -1, SHA256: wrong[:], Body: bytes.NewReader(data[1<<20:])}, fault.PayloadTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s := i.begin(registry.Session{}, len(data))
			i.must(s, 0, 0, data[:1<<20])
			f, err := i.Append(t.Context(), s, s.Files[0].ID, c.piece)
			if fault.CodeOf(err) != c.code {
				t.Errorf("%v", err)
			}
			if c.code == fault.Conflict && fault.From(err).Details["offset"] != f.Offset {
				t.Errorf("the fault does not say the offset: %+v", fault.From(err).Details)
			}
			i.CloseSession(t.Context(), i.now(s))
		})
	}
	if _, err := i.complete(s, "d"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("half a file was completed: %v", err)
	}
	if n := i.objects(); n != 1 {
		t.Errorf("%d objects, want the one part that counts", n)
	}
}

// TestOneOfManyWritersGoesOn lets several append the same piece at once: exactly
// one counts.
func TestOneOfManyWritersGoesOn(t *testing.T) {
	i := open(t)
	data := noise(2 << 20)
	s := i.begin(registry.Session{}, len(data))
	var wg sync.WaitGroup
	results := make(chan error, 4)
	for range cap(results) {
		wg.Go(func() {
			_, err := i.append(s, 0, 0, data)
			results <- err
		})
	}
	wg.Wait()
	close(results)
	won := 0
	for err := range results {
		switch fault.CodeOf(err) {
		case "":
			won++
		case fault.Conflict:
		default:
			t.Error(err)
		}
	}
	if won != 1 || i.objects() != 1 {
		t.Errorf("%d writers won, %d objects", won, i.objects())
	}
	if d, err := i.complete(s, "d"); err != nil || !bytes.Equal(i.read(d.Files[0]), data) {
		t.Error("the file is not what was sent", err)
	}
}

func TestFilesAreAddedToADatasetThatKeepsItsOwn(t *testing.T) {
	i := open(t)
	old := add(t, i.Registry, "shop", "a\n1\n")
	s := i.begin(registry.Session{Mode: registry.ModeAdd, DatasetID: "shop"}, 4)
	i.must(s, 0, 0, []byte("b\n2\n"))
	d, err := i.complete(s, "shop")
	if err != nil || len(d.Files) != 2 || d.Version != sum([]byte("a\n1\n"), []byte("b\n2\n")) {
		t.Fatalf("%+v, %v", d, err)
	}
	if string(i.read(d.Files[0])) != "a\n1\n" || string(i.read(d.Files[1])) != "b\n2\n" {
		t.Error("the files are not what they were")
	}
	// The versions share a file: a repeated upload of the second takes nothing
	// away from either.
	s = i.begin(registry.Session{Mode: registry.ModeReplace, DatasetID: "shop"}, 4)
	i.must(s, 0, 0, []byte("a\n1\n"))
	if back, err := i.complete(s, "shop"); err != nil || back.Version != old.Version {
		t.Fatalf("%v", err)
	}
	if string(i.read(d.Files[0])) != "a\n1\n" || string(i.read(old.Files[0])) != "a\n1\n" {
		t.Error("a shared file is gone")
	}
}

func TestIdleUploadsAreSweptAndBusyOnesStay(t *testing.T) {
	i := open(t)
	data := noise(2 << 20)
	s := i.begin(registry.Session{}, len(data), 5)
	i.must(s, 0, 0, data[:1<<20])
	// What a process stored and did not count before it was killed.
	lost := s.Org + "/" + s.ID + "/" + s.Files[0].ID + "/lost"
	if _, err := i.bus.Objects(bus.BucketUploads).Put(t.Context(), lost, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	if n, err := i.Sweep(t.Context(), time.Hour); err != nil || n != 0 || i.objects() != 2 {
		t.Errorf("busy: %d swept, %d objects, %v", n, i.objects(), err)
	}
	if n, err := i.Sweep(t.Context(), 0); err != nil || n != 2 || i.objects() != 0 {
		t.Errorf("idle: %d swept, %d objects, %v", n, i.objects(), err)
	}
	if _, err := i.Session(t.Context(), s.Org, s.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the upload is still there: %v", err)
	}
	if _, err := i.append(s, 0, 1<<20, data[1<<20:]); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a swept upload took more: %v", err)
	}
}

func TestACancelledFileAndUploadLeaveNothing(t *testing.T) {
	i := open(t)
	s := i.begin(registry.Session{}, 3, 4)
	i.must(s, 0, 0, []byte("abc"))
	i.must(s, 1, 0, []byte("abcd"))
	now := i.now(s)
	if err := i.DropFile(t.Context(), now, now.Files[0]); err != nil {
		t.Fatal(err)
	}
	if now = i.now(s); len(now.Files) != 1 || i.objects() != 1 {
		t.Errorf("%d files, %d objects", len(now.Files), i.objects())
	}
	i.CloseSession(t.Context(), now)
	if i.objects() != 0 {
		t.Errorf("%d objects left", i.objects())
	}
	if list, err := i.Sessions(t.Context(), "acme"); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestUploadsOfOtherOrgsAreNotThere(t *testing.T) {
	i := open(t)
	s := i.begin(registry.Session{}, 3)
	for _, org := range []string{"acm", "acme2", "other"} {
		if _, err := i.Session(context.Background(), org, s.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%s: %v", org, err)
		}
	}
	for _, id := range []string{"", "*", ">", "a.b", s.ID + "." + s.Files[0].ID} {
		if _, err := i.Session(t.Context(), "acme", id); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("%q: %v", id, err)
		}
	}
}
