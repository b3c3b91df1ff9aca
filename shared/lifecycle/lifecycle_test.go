package lifecycle_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/lifecycle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// journal records what parts did, in order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(s string) { j.mu.Lock(); j.lines = append(j.lines, s); j.mu.Unlock() }

func (j *journal) part(name string, started *sync.WaitGroup) lifecycle.Part {
	return lifecycle.Part{Name: name, Run: func(ctx context.Context) error {
		started.Done()
		<-ctx.Done()
		j.add(name)
		return nil
	}}
}

func TestPartsStopInReverse(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var j journal
	var started sync.WaitGroup
	started.Add(3)
	go func() { started.Wait(); cancel() }()
	err := lifecycle.Run(ctx, quiet(), j.part("server", &started), j.part("workers", &started), j.part("gateway", &started))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"gateway", "workers", "server"}; !slices.Equal(j.lines, want) {
		t.Errorf("stopped %v, want %v", j.lines, want)
	}
}

func TestAPartThatFailsStopsTheProcess(t *testing.T) {
	var j journal
	var started sync.WaitGroup
	started.Add(1)
	boom := errors.New("boom")
	err := lifecycle.Run(context.Background(), quiet(), j.part("server", &started),
		lifecycle.Part{Name: "workers", Run: func(context.Context) error { started.Wait(); return boom }})
	if !errors.Is(err, boom) || !strings.Contains(err.Error(), "workers") || !slices.Equal(j.lines, []string{"server"}) {
		t.Errorf("error %v, stopped %v", err, j.lines)
	}
}

func TestAPartThatEndsOnItsOwnIsAnError(t *testing.T) {
	err := lifecycle.Run(context.Background(), quiet(), lifecycle.Part{Name: "x", Run: func(context.Context) error { return nil }})
	if err == nil || !strings.Contains(err.Error(), "on its own") {
		t.Errorf("got %v", err)
	}
}

func TestAPartThatOverrunsItsGraceIsNamedAndTheRestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	release := make(chan struct{})
	stuckDone := make(chan struct{})
	var j journal
	var started sync.WaitGroup
	started.Add(2)
	stuck := lifecycle.Part{Name: "stuck", Grace: time.Millisecond, Run: func(context.Context) error {
		defer close(stuckDone)
		started.Done()
		<-release
		return nil
	}}
	go func() { started.Wait(); cancel() }()
	err := lifecycle.Run(ctx, quiet(), j.part("server", &started), stuck)
	close(release)
	<-stuckDone
	if err == nil || !strings.Contains(err.Error(), "stuck did not stop") || !slices.Equal(j.lines, []string{"server"}) {
		t.Errorf("error %v, stopped %v", err, j.lines)
	}
}
