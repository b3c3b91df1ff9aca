package syncer_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/syncer"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestABusyUploadOutlivesTheSweepAtStart begins one, and starts the syncer over
// it, as a restart of Leo does.
func TestABusyUploadOutlivesTheSweepAtStart(t *testing.T) {
	b, log := bustest.New(t), slog.New(slog.DiscardHandler)
	r := registry.New(b, log)
	s, err := r.OpenSession(t.Context(), registry.Session{Org: "acme", User: "ada", Files: []registry.SessionFile{{Name: "a.csv", Bytes: 5}}})
	if err != nil {
		t.Fatal(err)
	}
	service, err := syncer.New(syncer.Config{SweepEvery: time.Second}, b, log)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
	defer cancel()
	if err := service.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Session(t.Context(), "acme", s.ID); err != nil {
		t.Errorf("the upload was swept: %v", err)
	}
}

func TestASweepTooOftenIsRefused(t *testing.T) {
	if _, err := syncer.New(syncer.Config{UploadAge: time.Second}, bustest.New(t), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("uploads a second old would be swept")
	}
}
