package history_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
)

// BenchmarkRebuild measures how fast a run list is rebuilt from the log; the
// runs have the five events of an ordinary question.
func BenchmarkRebuild(b *testing.B) {
	log := bustest.New(b)
	const runs = 2000
	for i := range runs {
		id, after := fmt.Sprintf("run-%d", i), uint64(0)
		for step, body := range []event.Body{
			asked("How many orders were returned last month?", "ada", "t"),
			event.Planned{QueryType: "sql", SQL: "SELECT count(*) FROM orders", Sentence: "The number of orders."},
			event.Started{Executor: "test"},
			event.Executed{Columns: []event.Column{{Name: "n", Type: "BIGINT"}}, Preview: [][]any{{1}}, RowCount: 1},
			event.Answered{Text: "There was one."},
		} {
			done, err := log.Append(b.Context(), after, event.Event{Org: "acme", RunID: id, Step: min(step, 1), Time: time.Now(), By: "bench", Body: body})
			if err != nil {
				b.Fatal(err)
			}
			after = done.Seq
		}
	}
	for b.Loop() {
		rebuild(b, log, filepath.Join(b.TempDir(), "h.db"))
	}
	b.ReportMetric(float64(5*runs*b.N)/b.Elapsed().Seconds(), "events/s")
}

func rebuild(b *testing.B, log *bus.Bus, path string) {
	b.Helper()
	db, err := history.Open(b.Context(), path, log, quiet())
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- history.NewProjector(db, log, quiet()).Run(ctx) }()
	last, err := log.LastSeq(b.Context())
	if err != nil || !db.WaitFor(b.Context(), last, time.Minute) {
		b.Fatalf("at %d of %d: %v", db.Position(), last, err)
	}
	cancel()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}
