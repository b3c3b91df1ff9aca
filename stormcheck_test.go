package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"

	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// stormLog is what the deployment's log says.
type stormLog struct {
	events map[string][]event.Event
	lines  map[string]map[string]bool
	n      int
}

func (q *questions) log() stormLog {
	l := stormLog{events: map[string][]event.Event{}, lines: map[string]map[string]bool{}}
	err := q.client(0).lines(q.ctx, "/api/v1/audit/events", func(line []byte) error {
		one := decode[logged](q.t, line)
		e, err := event.Decode(one.Data)
		if err != nil {
			return err
		}
		e.Seq = one.Seq
		l.n++
		l.events[e.RunID] = append(l.events[e.RunID], e)
		if l.lines[e.RunID] == nil {
			l.lines[e.RunID] = map[string]bool{}
		}
		l.lines[e.RunID][string(one.Data)] = true
		return nil
	})
	if err != nil {
		q.t.Fatal(err)
	}
	return l
}

// check waits for the end of every run and looks at the log and at each of them.
func (q *questions) check() {
	q.t.Helper()
	q.eachRun(func(id string) {
		if err := q.client(0).watch(q.ctx, id, func(string, []byte) error { return nil }); err != nil {
			q.t.Errorf("run %s has no end: %v", id, err)
		}
	})
	l := q.log()
	byID := map[string]bool{}
	ends, codes := map[event.Kind]int{}, map[fault.Code]int{}
	for i, id := range q.accepted {
		if byID[id] {
			q.t.Errorf("run %s answers two questions, %d is one of them", id, i)
		}
		byID[id] = true
		q.checkRun(id, l, ends, codes)
	}
	for id := range l.events {
		if !byID[id] && id != q.s.verified {
			q.t.Errorf("run %s is in the log and nobody asked for it", id)
		}
	}
	var told int
	for id, lines := range q.told {
		for _, line := range lines {
			told++
			if !l.lines[id][line] {
				q.t.Errorf("a stream of run %s told what the log does not have: %.300s", id, line)
			}
		}
	}
	var shown atomic.Int64
	q.eachRun(func(id string) {
		if err := q.shows(id, l.events[id]); err != nil {
			q.t.Errorf("run %s: %v", id, err)
			return
		}
		shown.Add(1)
	})
	fmt.Fprintf(os.Stdout, "%d events; ends %v; faults %v; %d lines told by streams are in the log; %d runs are shown as the log has them\n", l.n, ends, codes, told, shown.Load())
	q.checkArchive(l)
	for _, more := range [][]string{nil, {"--archive", q.s.archive}} {
		cmd := q.s.command(append([]string{"replay", "--verify", "--url", q.client(0).base, "--token", q.s.token}, more...)...)
		out, err := cmd.CombinedOutput()
		fmt.Fprintf(os.Stdout, "leo replay --verify %v: %s", more, out)
		if err != nil {
			q.t.Errorf("leo replay --verify %v: %v", more, err)
		}
	}
}

// checkArchive waits until the archive has every event, and compares it with the log.
func (q *questions) checkArchive(l stormLog) {
	q.t.Helper()
	var s archive.Summary
	bustest.Eventually(q.t, "everything is archived", func() bool {
		var err error
		s, err = archive.Read(q.ctx, q.s.archive, nil)
		return err == nil && s.Events >= l.n
	})
	s, err := archive.Read(q.ctx, q.s.archive, func(r archive.Record) error {
		where, err := event.ParseSubject(r.Subject)
		if err != nil || !l.lines[where.RunID][string(r.Data)] {
			q.t.Errorf("the archive has what the log does not: %s %s, %v", r.Subject, r.Data, err)
		}
		return nil
	})
	if err != nil || s.Events != l.n || len(s.Gaps) > 0 {
		q.t.Errorf("the archive has %d events of %d, gaps %v, %v", s.Events, l.n, s.Gaps, err)
	}
	fmt.Fprintf(os.Stdout, "the archive, for which there was no place in the first minute, has all %d events in %d files\n", s.Events, s.Segments)
}

// checkRun looks at one run of the log: it ended once, did not fork, and has an
// answer unless somebody cancelled it.
func (q *questions) checkRun(id string, l stormLog, ends map[event.Kind]int, codes map[fault.Code]int) {
	events := l.events[id]
	n := 0
	for _, e := range events {
		if !e.Kind().Terminal() {
			continue
		}
		n++
		ends[e.Kind()]++
		f, failed := e.Body.(*event.Failed)
		if failed {
			codes[f.Fault.Code]++
		}
		if e.Kind() != event.KindAnswered && (e.Kind() != event.KindCancelled || !q.cancelled[id]) && (e.Kind() != event.KindNeedsInput || !q.vague[id]) {
			q.t.Errorf("run %s ended as %s: %s", id, e.Kind(), e.Raw)
		}
	}
	if n != 1 {
		q.t.Errorf("run %s ended %d times, in %d events", id, n, len(events))
	}
	if _, err := run.Fold(events); err != nil {
		q.t.Errorf("run %s does not fold: %v", id, err)
	}
}

// shows compares what the API shows of a run with the log.
func (q *questions) shows(id string, events []event.Event) error {
	folded, err := run.Fold(events)
	if err != nil {
		return err
	}
	data, err := q.client(0).raw(q.ctx, "/api/v1/runs/"+id)
	if err != nil {
		return err
	}
	c, err := run.Verify(data)
	if err != nil {
		return err
	}
	if c.Status != folded.Status {
		return fmt.Errorf("it is shown as %s and ended as %s", c.Status, folded.Status)
	}
	if folded.Status == run.Succeeded && (c.Preview == nil || c.Preview.RowCount == 0) && !strings.Contains(c.CompiledSQL, "WHERE a.order_id") {
		return errors.New("its answer has no rows")
	}
	return nil
}
