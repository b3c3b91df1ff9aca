package archive_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	leo "github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// ask writes runs from one number to another into the log.
func ask(t *testing.T, b *bus.Bus, from, to int) {
	t.Helper()
	for i := from; i <= to; i++ {
		_, err := b.Append(t.Context(), 0, leo.Event{Org: "acme", RunID: bustest.RunID(i), Time: time.Now(), By: "test", Body: leo.Asked{
			User: "ada", Dataset: leo.DatasetRef{ID: "shop", Version: "1"}, Request: leo.Request{Question: "How many <b> & c?"},
			Limits: leo.Limits{MaxRows: 1, TimeoutMS: 1000, MaxOutputBytes: 1000, MemoryMB: 64}, Deadline: time.Now().Add(time.Minute),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// keep runs a keeper until stop is called.
func keep(t *testing.T, b *bus.Bus, dir string) (k *archive.Keeper, stop func()) {
	t.Helper()
	k = archive.NewKeeper(archive.Config{Dir: dir, SegmentBytes: 16 << 10}, b, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	return k, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func awaitState(t *testing.T, k *archive.Keeper, want string) {
	t.Helper()
	bustest.Eventually(t, "the archive has "+want, func() bool {
		state, err := k.State(t.Context())
		return err == nil && state == want
	})
}

// wantLog compares an archive with the log it was made of.
func wantLog(t *testing.T, b *bus.Bus, dir string) {
	t.Helper()
	got, s, err := read(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	errEnough := errors.New("enough")
	err = b.FollowStored(t.Context(), 1, func(e bus.Stored) error {
		if r := got[i]; r.Seq != e.Seq || r.Subject != e.Subject || !r.Time.Equal(e.Time) || string(r.Data) != string(e.Data) {
			t.Errorf("%+v is not %+v", r, e)
		}
		if i++; i == len(got) {
			return errEnough
		}
		return nil
	})
	last, lastErr := b.LastSeq(t.Context())
	if !errors.Is(err, errEnough) || lastErr != nil || s.Last != last {
		t.Errorf("the archive ends at %d and the log at %d, %v, %v", s.Last, last, err, lastErr)
	}
}

func TestAKeeperCopiesTheLogAndGoesOnWhereItStopped(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	ask(t, b, 1, 40)
	k, stop := keep(t, b, dir)
	awaitState(t, k, "all 40 events")
	ask(t, b, 41, 60)
	awaitState(t, k, "all 60 events")
	stop()
	ask(t, b, 61, 80)
	k, stop = keep(t, b, dir)
	awaitState(t, k, "all 80 events")
	stop()
	wantLog(t, b, dir)
}

// An archive that is away delays itself and nothing else.
func TestAKeeperWaitsForItsDirectory(t *testing.T) {
	b, dir := bustest.New(t), filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(dir, []byte("a file stands where the directory should be"), 0o600); err != nil {
		t.Fatal(err)
	}
	k, stop := keep(t, b, dir)
	bustest.Eventually(t, "it says that the archive is away", func() bool {
		_, err := k.State(t.Context())
		return err != nil
	})
	ask(t, b, 1, 20)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	awaitState(t, k, "all 20 events")
	stop()
	wantLog(t, b, dir)
}

// Whoever takes the archive away gets a new one, of all that the log still has.
func TestAKeeperBeginsAnewWhereItsArchiveWasTakenAway(t *testing.T) {
	b, dir := bustest.New(t), filepath.Join(t.TempDir(), "archive")
	ask(t, b, 1, 10)
	k, stop := keep(t, b, dir)
	awaitState(t, k, "all 10 events")
	if err := os.Rename(dir, dir+"-elsewhere"); err != nil {
		t.Fatal(err)
	}
	ask(t, b, 11, 20)
	awaitState(t, k, "all 20 events")
	stop()
	wantLog(t, b, dir)
}

func TestAnArchiveOfAnotherLogIsLeftAlone(t *testing.T) {
	b, dir := bustest.New(t), t.TempDir()
	ask(t, b, 1, 10)
	k, stop := keep(t, b, dir)
	awaitState(t, k, "all 10 events")
	stop()
	other := bustest.New(t)
	ask(t, other, 1, 3)
	k, stop = keep(t, other, dir)
	bustest.Eventually(t, "it says so", func() bool {
		_, err := k.State(t.Context())
		return fault.CodeOf(err) == fault.Conflict
	})
	stop()
	wantLog(t, b, dir)
}
