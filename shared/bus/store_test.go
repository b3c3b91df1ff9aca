package bus_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestKeyIsChangedOnlyAtItsRevision(t *testing.T) {
	b := bustest.New(t)
	kv := b.KV(bus.BucketSettings)
	_, err := kv.Get(t.Context(), "acme.theme")
	wantCode(t, err, fault.NotFound)
	first, err := kv.Create(t.Context(), "acme.theme", []byte("dark"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = kv.Create(t.Context(), "acme.theme", []byte("light"))
	wantCode(t, err, fault.Conflict)
	second, err := kv.Update(t.Context(), "acme.theme", []byte("light"), first)
	if err != nil {
		t.Fatal(err)
	}
	_, err = kv.Update(t.Context(), "acme.theme", []byte("blue"), first)
	wantCode(t, err, fault.Conflict)
	wantHint(t, err)
	got, err := kv.Get(t.Context(), "acme.theme")
	if err != nil || string(got.Value) != "light" || got.Revision != second || got.Key != "acme.theme" {
		t.Errorf("got %+v (%v), want light at %d", got, err, second)
	}
	if err := kv.Delete(t.Context(), "acme.theme"); err != nil {
		t.Fatal(err)
	}
	if err := kv.Delete(t.Context(), "acme.nothing"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	_, err = kv.Get(t.Context(), "acme.theme")
	wantCode(t, err, fault.NotFound)
	if _, err := kv.Create(t.Context(), "acme.theme", []byte("new")); err != nil {
		t.Errorf("create after delete: %v", err)
	}
}

func TestOneOfManyUpdatesOfAKeyWins(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	revision, err := b.KV(bus.BucketTokens).Put(t.Context(), "k", []byte("0"))
	if err != nil {
		t.Fatal(err)
	}
	var wins, conflicts atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := b.KV(bus.BucketTokens).Update(t.Context(), "k", []byte("1"), revision)
			switch {
			case err == nil:
				wins.Add(1)
			case fault.CodeOf(err) == fault.Conflict:
				conflicts.Add(1)
			}
		})
	}
	group.Wait()
	if wins.Load() != 1 || conflicts.Load() != 7 {
		t.Errorf("%d wins, %d conflicts", wins.Load(), conflicts.Load())
	}
}

func TestKeysThatCannotBeAreRefused(t *testing.T) {
	kv := bustest.New(t).KV(bus.BucketSettings)
	for _, key := range []string{"", "a b", "a*", "a.>", ".a", "a."} {
		_, err := kv.Get(t.Context(), key)
		wantCode(t, err, fault.Validation)
		_, err = kv.Put(t.Context(), key, nil)
		wantCode(t, err, fault.Validation)
	}
}

func TestListReturnsThePrefixSorted(t *testing.T) {
	b := bustest.New(t)
	kv := b.KV(bus.BucketDatasets)
	if got, err := kv.List(t.Context(), ""); err != nil || len(got) != 0 {
		t.Fatalf("empty bucket: %v %v", got, err)
	}
	for _, key := range []string{"zeta.a", "acme.shop", "acme.sensors", "acme.gone", "acmexx.a", "acme.shop.meta"} {
		if _, err := kv.Put(t.Context(), key, []byte(key)); err != nil {
			t.Fatal(err)
		}
	}
	if err := kv.Delete(t.Context(), "acme.gone"); err != nil {
		t.Fatal(err)
	}
	tests := map[string][]string{
		"":          {"acme.sensors", "acme.shop", "acme.shop.meta", "acmexx.a", "zeta.a"},
		"acme.":     {"acme.sensors", "acme.shop", "acme.shop.meta"},
		"acme":      {"acme.sensors", "acme.shop", "acme.shop.meta", "acmexx.a"},
		"acme.sh":   {"acme.shop", "acme.shop.meta"},
		"acme.gone": nil,
		"*.":        nil,
	}
	for prefix, want := range tests {
		list, err := kv.List(t.Context(), prefix)
		var got []string
		for _, e := range list {
			if string(e.Value) != e.Key || e.Revision == 0 {
				t.Errorf("entry %+v", e)
			}
			got = append(got, e.Key)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("prefix %q: got %v (%v), want %v", prefix, got, err, want)
		}
	}
}

// TestListMissesNothingThatIsBeingReplaced lists while one key is written as fast
// as it goes.
func TestListMissesNothingThatIsBeingReplaced(t *testing.T) {
	kv := bustest.New(t).KV(bus.BucketDatasets)
	for _, key := range []string{"acme.a", "acme.b", "acme.c"} {
		if _, err := kv.Put(t.Context(), key, []byte("0")); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := 0; ctx.Err() == nil; i++ {
			_, _ = kv.Put(ctx, "acme.b", []byte(strconv.Itoa(i)))
		}
	}()
	for i := range 30 {
		list, err := kv.List(t.Context(), "acme.")
		if err != nil || len(list) != 3 {
			t.Errorf("list %d has %d entries (%v), want 3", i, len(list), err)
			break
		}
	}
	stop()
	<-done
}

func TestWatchTellsTheStateThenTheChanges(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	kv := b.KV(bus.BucketDatasets)
	for i := range 3 {
		if _, err := kv.Put(t.Context(), fmt.Sprintf("acme.d%d", i), []byte("1")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := kv.Put(t.Context(), "zeta.d0", []byte("1")); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 100)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- kv.Watch(ctx, "acme.", func() { lines <- "ready" }, func(e bus.Entry, deleted bool) {
			lines <- fmt.Sprintf("%s=%s %v", e.Key, e.Value, deleted)
		})
	}()
	expect := func(want ...string) {
		t.Helper()
		for _, line := range want {
			if got := receive(t, line, lines); got != line {
				t.Errorf("got %q, want %q", got, line)
			}
		}
	}
	expect("acme.d0=1 false", "acme.d1=1 false", "acme.d2=1 false", "ready")
	if _, err := kv.Put(t.Context(), "acme.d1", []byte("2")); err != nil {
		t.Fatal(err)
	}
	if err := kv.Delete(t.Context(), "acme.d0"); err != nil {
		t.Fatal(err)
	}
	expect("acme.d1=2 false", "acme.d0= true")
	node.Restart(t)
	bustest.Eventually(t, "the bucket is back", func() bool {
		_, err := kv.Put(t.Context(), "acme.d3", []byte("3"))
		return err == nil
	})
	for got := ""; got != "acme.d3=3 false"; {
		if got = receive(t, "the change after the restart", lines); !strings.HasPrefix(got, "acme.d3=3") {
			t.Errorf("repeated %q", got)
		}
	}
	cancel()
	if err := receive(t, "the end", ended); err != nil {
		t.Error(err)
	}
}

func TestWatchOfAnEmptyBucketIsReadyAtOnce(t *testing.T) {
	kv := bustest.New(t).KV(bus.BucketTokens)
	ctx, cancel := context.WithCancel(t.Context())
	err := kv.Watch(ctx, "", cancel, func(bus.Entry, bool) { t.Error("an entry") })
	if err != nil || t.Context().Err() != nil {
		t.Error(err)
	}
}

// noise returns bytes that do not compress.
func noise(n int) []byte {
	data := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{1}).Read(data); err != nil {
		panic(err)
	}
	return data
}

func TestObjectsComeBackByteForByte(t *testing.T) {
	b := bustest.New(t)
	for _, size := range []int{0, 1, 128 << 10, 128<<10 + 1, 5 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			o, key, data := b.Objects(bus.BucketUploads), fmt.Sprintf("acme/some file %d.csv", size), noise(size)
			sum := sha256.Sum256(data)
			if _, err := o.Put(t.Context(), key, iotest.OneByteReader(bytes.NewReader(data[:min(size, 100)]))); err != nil {
				t.Fatal(err)
			}
			put, err := o.Put(t.Context(), key, iotest.HalfReader(bytes.NewReader(data)))
			if err != nil {
				t.Fatal(err)
			}
			r, info, err := o.Get(t.Context(), key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("read %d bytes (%v), want %d", len(got), err, size)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if put.SHA256 != hex.EncodeToString(sum[:]) || info.SHA256 != put.SHA256 || info.Bytes != int64(size) || info.Key != key {
				t.Errorf("put %+v, got %+v", put, info)
			}
			if stat, err := o.Stat(t.Context(), key); err != nil || stat != info {
				t.Errorf("stat %+v (%v)", stat, err)
			}
		})
	}
}

func TestReplacedAndDeletedObjectsLeaveNoChunks(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	o := b.Objects(bus.BucketPrepared)
	for range 3 {
		if _, err := o.Put(t.Context(), "a", bytes.NewReader(noise(1<<20))); err != nil {
			t.Fatal(err)
		}
	}
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	messages := func() uint64 {
		s, err := js.Stream(t.Context(), "OBJ_prepared")
		if err != nil {
			t.Fatal(err)
		}
		return s.CachedInfo().State.Msgs
	}
	if n := messages(); n != 8+1 {
		t.Errorf("%d messages for an object of 8 chunks", n)
	}
	broken := errors.New("the client went away")
	_, err = o.Put(t.Context(), "a", io.MultiReader(bytes.NewReader(noise(500_000)), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("put of a broken reader: %v", err)
	}
	if n := messages(); n != 8+1 {
		t.Errorf("%d messages after a broken put", n)
	}
	if stat, err := o.Stat(t.Context(), "a"); err != nil || stat.Bytes != 1<<20 {
		t.Errorf("the object before is gone: %+v %v", stat, err)
	}
	if err := o.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := o.Delete(t.Context(), "a"); err != nil {
		t.Errorf("deleting it again: %v", err)
	}
	if err := o.Delete(t.Context(), "never"); err != nil {
		t.Errorf("deleting nothing: %v", err)
	}
	if n := messages(); n != 1 {
		t.Errorf("%d messages after delete, want the marker", n)
	}
	_, _, err = o.Get(t.Context(), "a")
	wantCode(t, err, fault.NotFound)
}

func TestDamagedObjectIsNoticed(t *testing.T) {
	node := bustest.Server(t)
	b := node.Connect(t)
	js, err := jetstream.New(node.Raw(t))
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.Stream(t.Context(), "OBJ_uploads")
	if err != nil {
		t.Fatal(err)
	}
	// chunks returns the subject of the newest object's chunks.
	chunks := func(key string) string {
		m, err := s.GetLastMsgForSubject(t.Context(), "$O.uploads.M.>")
		if err != nil {
			t.Fatal(err)
		}
		var info jetstream.ObjectInfo
		if err := json.Unmarshal(m.Data, &info); err != nil || info.Name != key {
			t.Fatal(info.Name, err)
		}
		return "$O.uploads.C." + info.NUID
	}
	damages := map[string]func(subject string) error{
		"other bytes": func(subject string) error {
			last, err := s.GetLastMsgForSubject(t.Context(), subject)
			if err != nil {
				return err
			}
			if err := s.DeleteMsg(t.Context(), last.Sequence); err != nil {
				return err
			}
			last.Data[7] ^= 1
			_, err = js.Publish(t.Context(), subject, last.Data)
			return err
		},
		"a chunk too few": func(subject string) error {
			return s.Purge(t.Context(), jetstream.WithPurgeSubject(subject), jetstream.WithPurgeKeep(2))
		},
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			o := b.Objects(bus.BucketUploads)
			data := noise(300_000)
			if _, err := o.Put(t.Context(), name, bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			if err := damage(chunks(name)); err != nil {
				t.Fatal(err)
			}
			r, _, err := o.Get(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close() //nolint:errcheck // Close of a reader never fails
			_, err = io.ReadAll(r)
			wantCode(t, err, fault.Internal)
			wantHint(t, err)
		})
	}
}

func TestObjectsAreListedByPrefix(t *testing.T) {
	o := bustest.New(t).Objects(bus.BucketResults)
	if got, err := o.List(t.Context(), ""); err != nil || len(got) != 0 {
		t.Fatalf("empty bucket: %v %v", got, err)
	}
	for _, key := range []string{"b/2", "a/1", "b/1"} {
		if _, err := o.Put(t.Context(), key, strings.NewReader(key)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := o.List(t.Context(), "b/")
	if err != nil || len(got) != 2 || got[0].Key != "b/1" || got[1].Key != "b/2" || got[0].Bytes != 3 {
		t.Errorf("got %+v (%v)", got, err)
	}
	_, err = o.Put(t.Context(), "", strings.NewReader(""))
	wantCode(t, err, fault.Validation)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Put(ctx, "c", strings.NewReader("c")); err == nil {
		t.Error("a cancelled put succeeds")
	}
}

func TestReadingAnObjectEndsWithItsContext(t *testing.T) {
	o := bustest.New(t).Objects(bus.BucketUploads)
	if _, err := o.Put(t.Context(), "a", bytes.NewReader(noise(1<<20))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r, _, err := o.Get(ctx, "a")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // Close of a reader never fails
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, r); err == nil {
		t.Error("it reads on")
	}
}

func TestFullObjectBucketIsUnavailableWithAHint(t *testing.T) {
	b := bustest.Server(t).Connect(t, func(c *bus.Config) { c.ObjectsMaxBytes = 1 << 20 })
	o := b.Objects(bus.BucketUploads)
	if _, err := o.Put(t.Context(), "small", bytes.NewReader(noise(100_000))); err != nil {
		t.Fatal(err)
	}
	_, err := o.Put(t.Context(), "big", bytes.NewReader(noise(3<<20)))
	wantCode(t, err, fault.Unavailable)
	wantHint(t, err)
	_, err = o.Stat(t.Context(), "big")
	wantCode(t, err, fault.NotFound)
	if _, err := o.Put(t.Context(), "small again", bytes.NewReader(noise(100_000))); err != nil {
		t.Errorf("the failed put still takes room: %v", err)
	}
}
