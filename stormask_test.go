package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

const stormAskers = 24

// questions are what a storm is asked, and what it said.
type questions struct {
	t         *testing.T
	ctx       context.Context //nolint:containedctx // that of the test
	s         *storm
	n         int
	questions []datasetstest.Question

	mu sync.Mutex // guards what follows
	// accepted are the runs, by number; cancelled those somebody tried to cancel.
	accepted  map[int]string
	cancelled map[string]bool
	// told are the lines that streams told, by run.
	told map[string][]string
}

func (s *storm) newQuestions(ctx context.Context, n int) *questions {
	return &questions{
		t: s.t, ctx: ctx, s: s, n: n, questions: datasetstest.Questions(s.t, "ecommerce"),
		accepted: map[int]string{}, cancelled: map[string]bool{}, told: map[string][]string{},
	}
}

// stormQuestion is what one question is, and what is done to it.
type stormQuestion struct {
	body                 map[string]any
	cancel, watch, twice bool
}

// question is decided by the seed and the number alone.
func (q *questions) question(i int) stormQuestion {
	rng := rand.New(rand.NewPCG(q.s.seed, uint64(i)+1000))
	a := stormQuestion{body: map[string]any{"dataset_id": "ecommerce"}, watch: rng.IntN(10) == 0, twice: rng.IntN(40) == 0}
	switch kind := rng.IntN(100); {
	case kind < 86: // what somebody asked before
		a.body["sql"] = fmt.Sprintf(quickSQL, rng.IntN(40))
	case kind < 94:
		a.body["sql"] = fmt.Sprintf(quickSQL, 1000+i)
	case kind < 98:
		a.body["question"] = q.questions[rng.IntN(len(q.questions))].Question
	default:
		a.body["sql"] = fmt.Sprintf(slowSQL, i)
		a.cancel = rng.IntN(2) == 0
	}
	return a
}

// askAll asks every question until it is accepted, and reports how many were.
func (q *questions) askAll(report func(n int)) {
	next := make(chan int)
	var askers sync.WaitGroup
	for range stormAskers {
		askers.Go(func() {
			for i := range next {
				q.ask(i)
			}
		})
	}
	last := time.Now()
	for i := range q.n {
		if time.Since(last) > 30*time.Second {
			last = time.Now()
			report(i)
		}
		next <- i
	}
	close(next)
	askers.Wait()
}

func (q *questions) ask(i int) {
	a := q.question(i)
	id := q.insist(i, i, a)
	if id == "" {
		return
	}
	if a.twice {
		if again := q.insist(i, i+1, a); again != id && q.ctx.Err() == nil {
			q.t.Errorf("question %d is run %s and run %s", i, id, again)
		}
	}
	q.mu.Lock()
	q.accepted[i] = id
	q.cancelled[id] = a.cancel
	q.mu.Unlock()
	if a.cancel {
		ctx, done := context.WithTimeout(q.ctx, 10*time.Second)
		_ = q.client(i).call(ctx, http.MethodPost, "/api/v1/runs/"+id+"/cancel", nil, nil) // it may have ended, or nobody answers
		done()
	}
	if a.watch {
		q.watch(i, id)
	}
}

func (q *questions) client(i int) *client { return q.s.client(fmt.Sprintf("gateway-%d", i%2+1)) }

// insist posts a question until one of the gateways accepts it.
func (q *questions) insist(i, gateway int, a stormQuestion) string {
	body, err := json.Marshal(a.body)
	if err != nil {
		q.t.Error(err)
		return ""
	}
	for try := gateway; q.ctx.Err() == nil; try++ {
		ctx, done := context.WithTimeout(q.ctx, 20*time.Second)
		id := post(ctx, q.client(try), body, fmt.Sprintf("storm-%d", i))
		done()
		if id != "" {
			return id
		}
		_ = pause(q.ctx, 50*time.Millisecond)
	}
	return ""
}

// watch follows a run for a while and keeps what was told of it.
func (q *questions) watch(i int, id string) {
	ctx, done := context.WithTimeout(q.ctx, time.Minute)
	defer done()
	var lines []string
	_ = q.client(i).watch(ctx, id, func(name string, data []byte) error { // its gateway may be gone
		if name != "progress" { // which is told and not kept
			lines = append(lines, string(data))
		}
		return nil
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	q.told[id] = lines
}

// calmMinute takes Redis away for a minute in which nothing else fails: every
// question is answered.
func (q *questions) calmMinute() {
	q.s.kept.set(0, false, true)
	defer q.s.kept.mend()
	end := time.Now().Add(time.Minute)
	asked := 0
	for i := q.n; time.Now().Before(end) && q.ctx.Err() == nil; i++ {
		a := stormQuestion{body: map[string]any{"dataset_id": "ecommerce", "sql": fmt.Sprintf(quickSQL, i%60)}}
		id := q.insist(i, i, a)
		q.mu.Lock()
		q.accepted[i] = id
		q.mu.Unlock()
		last := ""
		if err := q.client(i).watch(q.ctx, id, func(name string, _ []byte) error { last = name; return nil }); err != nil || last != "answered" {
			q.t.Errorf("without Redis run %s ended as %s, %v", id, last, err)
		}
		asked++
	}
	fmt.Fprintf(os.Stdout, "a minute without Redis: %d questions, one after another, each answered\n", asked)
}

// log is what the deployment's log says.
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
		if !byID[id] {
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
		if e.Kind() != event.KindAnswered && (e.Kind() != event.KindCancelled || !q.cancelled[id]) {
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

// eachRun does something for every run, some at a time.
func (q *questions) eachRun(once func(id string)) {
	next := make(chan string)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for id := range next {
				once(id)
			}
		})
	}
	for _, id := range q.accepted {
		next <- id
	}
	close(next)
	workers.Wait()
}
