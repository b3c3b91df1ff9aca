package history_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
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

// manyRuns are the runs of a busy year: few fail, few people ask for SQL, and one
// word in a thousand questions is rare.
func manyRuns(n int) []*run.Run {
	r := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields(`revenue total orders customers by region month quarter year average order value returned items
		category product country Germany France Spain count of how many what is the top ten best selling last previous share
		of each per week sensor reading temperature humidity ticket priority agent resolution time status open channel email`)
	say := func(n int) string {
		var out []string
		for range n {
			out = append(out, words[r.IntN(len(words))])
		}
		return strings.Join(out, " ")
	}
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	out := make([]*run.Run, n)
	for i := range out {
		at := begin.Add(time.Duration(i) * 5 * time.Minute)
		a := asked(say(8)+"?", fmt.Sprintf("person%d", r.IntN(50)), fmt.Sprintf("t%d", i/8))
		a.Dataset.ID = fmt.Sprintf("dataset%d", r.IntN(12))
		if i%1000 == 7 {
			a.Request.Question = "Sold a platypus?"
		}
		one := &run.Run{
			ID: fmt.Sprintf("run-%08d", i), Org: "acme", Status: run.Succeeded, Seq: uint64(10*i + 5), Asked: a,
			Times:    run.Times{AskedAt: at, FinishedAt: at.Add(200 * time.Millisecond)},
			Planned:  &event.Planned{QueryType: "sql", SQL: "SELECT 1", Sentence: say(12), Origin: event.OriginRules, Plan: []byte(`{"table":"orders"}`)},
			Executed: &event.Executed{RowCount: r.IntN(200), Cache: "miss"}, Answered: &event.Answered{Text: say(14)},
		}
		if i%50 == 3 {
			one.Status, one.Answered, one.Executed = run.Failed, nil, nil
			one.Fault = fault.New(fault.Query, "No such column.")
		}
		if i%20 == 9 {
			one.Planned.Origin, one.Planned.Plan = event.OriginPerson, nil
			one.Asked.Request = event.Request{SQL: "SELECT " + say(20)}
		}
		out[i] = one
	}
	return out
}

// BenchmarkLists prints the median time of a page and of the counts for each
// filter, over 100 000 runs.
func BenchmarkLists(b *testing.B) {
	log := bustest.New(b)
	path := filepath.Join(b.TempDir(), "h.db")
	db, err := history.Open(b.Context(), path, log, quiet())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	runs := manyRuns(100_000)
	began := time.Now()
	if err := history.Fill(b.Context(), db, runs); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d runs written in %v", len(runs), time.Since(began).Round(time.Millisecond))
	day := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	_, deep, err := db.Runs(b.Context(), "acme", history.Query{To: day, Limit: 1})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		q    history.Query
	}{
		{"newest", history.Query{}},
		{"after a cursor", history.Query{Cursor: deep}},
		{"person", history.Query{User: "person7"}},
		{"nobody", history.Query{User: "nobody"}},
		{"dataset", history.Query{DatasetID: "dataset3"}},
		{"status", history.Query{Status: run.Failed}},
		{"kind", history.Query{RequestKind: "sql"}},
		{"road", history.Query{Road: event.RoadPersonSQL}},
		{"any error", history.Query{Code: history.AnyCode}},
		{"a day", history.Query{From: day, To: day.AddDate(0, 0, 1)}},
		{"common word", history.Query{Text: "revenue"}},
		{"three common words", history.Query{Text: "revenue germany week"}},
		{"rare word", history.Query{Text: "platypus"}},
		{"word of nobody", history.Query{Text: "nothingatall"}},
		{"two letters", history.Query{Text: "zq"}},
		{"rare word, failed", history.Query{Text: "platypus", Status: run.Failed}},
		{"common word, person", history.Query{Text: "revenue", User: "person7"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var pages, counts []time.Duration
			for b.Loop() {
				began := time.Now()
				if _, _, err := db.Runs(b.Context(), "acme", c.q); err != nil {
					b.Fatal(err)
				}
				pages = append(pages, time.Since(began))
				began = time.Now()
				if _, err := db.Count(b.Context(), "acme", c.q); err != nil {
					b.Fatal(err)
				}
				counts = append(counts, time.Since(began))
			}
			b.ReportMetric(median(pages), "ms/page-p50")
			b.ReportMetric(median(counts), "ms/count-p50")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func median(d []time.Duration) float64 {
	slices.Sort(d)
	return float64(d[len(d)/2].Microseconds()) / 1000
}
