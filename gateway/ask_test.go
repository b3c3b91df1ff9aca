package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

const question = `{"dataset_id":"shop","question":"How many orders?"}`

type begun struct {
	RunID     string `json:"run_id"`
	ThreadID  string `json:"thread_id"`
	EventsURL string `json:"events_url"`
	RunURL    string `json:"run_url"`
	Asked     *struct {
		Seq  uint64
		Data json.RawMessage
	}
}

// asked is the first event of a run.
func (w *world) asked(id string) event.Asked {
	w.t.Helper()
	events, err := w.bus.Events(w.t.Context(), "local", id)
	if err != nil {
		w.t.Fatal(err)
	}
	return events[0].Body.(event.Asked)
}

func TestEveryKindOfRequestIsPinnedAndClamped(t *testing.T) {
	w := setup(t)
	for kind, field := range map[string]string{
		"question": `"question":"  How many orders? "`, "sql": `"sql":"SELECT 1"`, "python": `"python":"result = 1"`,
		"plan": `"plan":{ "table": "orders", "select": [{"agg": "count"}] }`,
	} {
		body := fmt.Sprintf(`{"dataset_id":"shop",%s,"limits":{"max_rows":7,"max_output_bytes":9000,"memory_mb":256},"as_of":"2026-03-31","thread_id":"t-1",
			"context":{"turns":["before"],"instructions":"i","constraints":"c","answer_format":"f"}}`, field)
		var b begun
		r := w.want(w.do("POST", "/api/v1/runs", body), 202, "")
		r.into(t, &b)
		if b.EventsURL != "/api/v1/runs/"+b.RunID+"/events" || b.RunURL != r.Header.Get("Location") || b.ThreadID != "t-1" {
			t.Errorf("%+v %v", b, r.Header)
		}
		a := w.asked(b.RunID)
		c := run.Run{Asked: a}
		if c.RequestKind() != kind {
			t.Errorf("%s was asked as %s", kind, c.RequestKind())
		}
		want := event.Limits{MaxRows: 7, TimeoutMS: 10_000, MaxOutputBytes: 9000, MemoryMB: 256}
		if a.Dataset.Version != strings.Repeat("ab", 32) || a.Limits != want || a.User != "local" {
			t.Errorf("%s: %+v", kind, a)
		}
		if a.Conversation.AsOf != time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC) || a.Conversation.Turns[0] != "before" || a.Conversation.Constraints != "c" {
			t.Errorf("%s: context %+v", kind, a.Conversation)
		}
		if until := time.Until(a.Deadline); until < 4*time.Minute || until > 6*time.Minute {
			t.Errorf("%s: deadline in %v", kind, until)
		}
		if kind == "question" && a.Request.Question != "How many orders?" {
			t.Errorf("question %q", a.Request.Question)
		}
	}
}

// tellsAsked checks that an accepted request was answered with its first event.
func (w *world) tellsAsked(b begun) {
	w.t.Helper()
	events, err := w.bus.Events(w.t.Context(), "local", b.RunID)
	if err != nil {
		w.t.Fatal(err)
	}
	if b.Asked == nil || b.Asked.Seq != events[0].Seq || !sameJSON(w.t, b.Asked.Data, events[0].Raw) {
		w.t.Errorf("told %+v, stored %d %s", b.Asked, events[0].Seq, events[0].Raw)
	}
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var one, other any
	if err := errors.Join(json.Unmarshal(a, &one), json.Unmarshal(b, &other)); err != nil {
		t.Fatal(err)
	}
	return reflect.DeepEqual(one, other)
}

func TestAnAcceptedRequestTellsItsFirstEvent(t *testing.T) {
	w := setup(t)
	var first, again begun
	w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"Orders of <Ann & Bob>?"}`), 202, "").into(t, &first)
	w.tellsAsked(first)
	w.add("local", first.RunID, planned())
	w.want(w.do("POST", "/api/v1/runs/"+first.RunID+"/reproduce", nil), 202, "").into(t, &again)
	w.tellsAsked(again)
	// A stream that goes on behind it begins with what came next.
	w.open("GET", fmt.Sprintf("%s?after=%d", first.EventsURL, first.Asked.Seq), "").must("planned")
}

func TestAFollowUpJoinsItsParentsThread(t *testing.T) {
	w := setup(t)
	var first, second begun
	w.do("POST", "/api/v1/runs", question).into(t, &first)
	w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"And returned?","parent_run_id":"`+first.RunID+`"}`).into(t, &second)
	if first.ThreadID == "" || second.ThreadID != first.ThreadID {
		t.Errorf("threads %q and %q", first.ThreadID, second.ThreadID)
	}
	var list struct {
		Threads []struct {
			ThreadID string `json:"thread_id"`
			Title    string
			Runs     int
		}
	}
	w.want(w.do("GET", "/api/v1/threads", nil), 200, "").into(t, &list)
	if len(list.Threads) != 1 || list.Threads[0].Runs != 2 || list.Threads[0].Title != "How many orders?" {
		t.Errorf("threads %+v", list)
	}
}

func TestARetriedRequestIsTheSameRun(t *testing.T) {
	w := setup(t)
	key := with("Idempotency-Key", "k-1")
	const tries = 12
	ids := make([]string, tries)
	var wg sync.WaitGroup
	for i := range tries {
		wg.Go(func() {
			var b begun
			w.want(w.do("POST", "/api/v1/runs", question, key), 202, "").into(t, &b)
			ids[i] = b.RunID + b.ThreadID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("one key, several runs: %v", ids)
		}
	}
	r := w.want(w.do("POST", "/api/v1/runs", `{ "question": "How many orders?", "dataset_id": "shop" }`, key), 202, "")
	if r.Header.Get("Idempotent-Replayed") != "true" {
		t.Error("the replay does not say so")
	}
	var replayed begun
	r.into(t, &replayed)
	w.tellsAsked(replayed)
	w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"Another?"}`, key), 409, fault.Conflict)
	var list struct{ Runs []any }
	w.do("GET", "/api/v1/runs", nil).into(t, &list)
	if len(list.Runs) != 1 {
		t.Errorf("%d runs, want 1", len(list.Runs))
	}
	// A request that was refused used up nothing.
	bad := with("Idempotency-Key", "k-2")
	w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"latr","question":"?"}`, bad), 404, fault.NotFound)
	w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"later","question":"?"}`, bad), 404, fault.NotFound)
	w.addDataset("local", "later")
	w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"later","question":"?"}`, bad), 202, "")
}

// TestAKeyWhoseRunWasNeverWrittenBeginsIt replays a crash between storing the key
// and writing the run.
func TestAKeyWhoseRunWasNeverWrittenBeginsIt(t *testing.T) {
	w := setup(t)
	key := with("Idempotency-Key", "k-1")
	var b begun
	w.do("POST", "/api/v1/runs", question, key).into(t, &b)
	keys := w.bus.KV(bus.BucketIdempotency)
	entries, err := keys.List(t.Context(), "local.")
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v %v", entries, err)
	}
	var promise map[string]string
	if err := json.Unmarshal(entries[0].Value, &promise); err != nil {
		t.Fatal(err)
	}
	promise["run_id"] = "never-written"
	value, _ := json.Marshal(promise)
	if _, err := keys.Put(t.Context(), entries[0].Key, value); err != nil {
		t.Fatal(err)
	}
	var again begun
	w.want(w.do("POST", "/api/v1/runs", question, key), 202, "").into(t, &again)
	if again.RunID != "never-written" || w.asked(again.RunID).Request.Question == "" {
		t.Errorf("began %+v", again)
	}
}

func TestCancellingEndsARunOnceAndTellsItsWorker(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	heard := make(chan bus.Note, 10)
	stop, err := w.bus.Notes(t.Context(), func(n bus.Note) { heard <- n })
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	w.add("local", id, planned(), started())
	r := w.want(w.do("POST", "/api/v1/runs/"+id+"/cancel", nil), 202, "")
	if !strings.Contains(string(r.body), `"cancelled"`) {
		t.Errorf("%s", r.body)
	}
	select {
	case n := <-heard:
		if n.Kind != bus.NoteCancel || n.RunID != id || n.Org != "local" {
			t.Errorf("note %+v", n)
		}
	case <-time.After(patience):
		t.Error("no note")
	}
	w.want(w.do("POST", "/api/v1/runs/"+id+"/cancel", nil), 409, fault.Conflict)
	w.want(w.do("POST", "/api/v1/runs/nope/cancel", nil), 404, fault.NotFound)
	done := w.ask("And now?")
	w.add("local", done, succeed()...)
	w.want(w.do("POST", "/api/v1/runs/"+done+"/cancel", nil), 409, fault.Conflict)
}

// TestCancellingRacesWithWorkers lets workers move runs on while they are
// cancelled: each run ends exactly once, one way or the other.
func TestCancellingRacesWithWorkers(t *testing.T) {
	w := setup(t)
	const n = 24
	var cancelled, finished int
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range n {
		id := w.ask("How many orders?")
		wg.Go(func() {
			events, err := w.bus.Events(t.Context(), "local", id)
			if err != nil {
				t.Error(err)
				return
			}
			after := events[0].Seq // what a worker was handed, whatever came since
			for _, body := range succeed() {
				done, err := w.bus.Append(t.Context(), after, event.Event{Org: "local", RunID: id, Step: 1, Time: time.Now(), By: "test", Body: body})
				if err != nil {
					return // cancelled in between
				}
				after = done.Seq
			}
		})
		wg.Go(func() {
			r := w.do("POST", "/api/v1/runs/"+id+"/cancel", nil)
			mu.Lock()
			defer mu.Unlock()
			switch r.StatusCode {
			case 202:
				cancelled++
			case 409:
				finished++
			default:
				t.Errorf("cancel: %d %s", r.StatusCode, r.body)
			}
		})
	}
	wg.Wait()
	if cancelled+finished != n {
		t.Errorf("%d cancelled and %d finished of %d", cancelled, finished, n)
	}
	ends := map[event.Kind]int{}
	err := w.bus.Replay(t.Context(), bus.Filter{}, func(e event.Event) error {
		if e.Kind().Terminal() {
			ends[e.Kind()]++
		}
		return nil
	})
	if err != nil || ends[event.KindCancelled] != cancelled || ends[event.KindAnswered] != finished {
		t.Errorf("ends %v, want %d cancelled and %d answered (%v)", ends, cancelled, finished, err)
	}
	t.Logf("%d cancelled, %d finished first", cancelled, finished)
}

func TestReproducingRunsTheSameStatementOnTheSameVersion(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	w.add("local", id, succeed()...)
	// A newer version of the dataset does not matter.
	newer := w.addDataset("local", "shop")
	newer.Version = strings.Repeat("cd", 32)
	if err := w.datasets.Put(t.Context(), newer); err != nil {
		t.Fatal(err)
	}
	var b begun
	w.want(w.do("POST", "/api/v1/runs/"+id+"/reproduce", nil), 202, "").into(t, &b)
	a := w.asked(b.RunID)
	if a.ParentRunID != id || a.Dataset.Version != strings.Repeat("ab", 32) || string(a.Request.Plan) != string(planned().Plan) || a.ThreadID != w.asked(id).ThreadID {
		t.Errorf("reproduced as %+v", a)
	}
	if a.Conversation.AsOf.IsZero() {
		t.Error("relative periods would count from another clock")
	}
	sql := begun{}
	w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","sql":"SELECT 1"}`).into(t, &sql)
	w.want(w.do("POST", "/api/v1/runs/"+sql.RunID+"/reproduce", nil), 202, "").into(t, &b)
	if got := w.asked(b.RunID); got.Request.SQL != "SELECT 1" || got.Dataset.Version != newer.Version {
		t.Errorf("reproduced as %+v", got)
	}
}

func TestAnOverdueRunIsEndedExactlyOnceByTwoGateways(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.SweepEvery = time.Hour })
	const n = 20
	want := map[string]bool{}
	for range n {
		want[w.ask("Will this end?")] = true
	}
	// Two more gateways, impatient ones, on the same log. The runs' deadline is
	// in their asked events, so give them new runs that are overdue at once.
	past := map[string]bool{}
	for i := range n {
		id := fmt.Sprintf("overdue-%d", i)
		a := w.asked(firstKey(want))
		a.Deadline = time.Now().Add(-time.Second)
		if _, err := w.bus.Append(t.Context(), 0, event.Event{Org: "local", RunID: id, Time: time.Now(), By: "test", Body: a}); err != nil {
			t.Fatal(err)
		}
		past[id] = true
	}
	one, two := *w, *w
	one.start(func(c *gateway.Config) { c.SweepEvery = 5 * time.Millisecond })
	two.start(func(c *gateway.Config) { c.SweepEvery = 7 * time.Millisecond })
	failed := map[string]int{}
	eventually(t, "all overdue runs have ended", func() bool {
		clear(failed)
		err := w.bus.Replay(t.Context(), bus.Filter{}, func(e event.Event) error {
			if b, ok := e.Body.(event.Failed); ok {
				failed[e.RunID]++
				if b.Stage != event.StageSupervisor || b.Fault.Code != fault.Timeout {
					t.Errorf("failed with %+v", b)
				}
			}
			return nil
		})
		return err == nil && len(failed) >= n
	})
	for id, times := range failed {
		if times != 1 || !past[id] {
			t.Errorf("run %s failed %d times, overdue is %t", id, times, past[id])
		}
	}
}

func firstKey(m map[string]bool) string {
	for k := range m {
		return k
	}
	return ""
}

func TestADeadLetterEndsItsRun(t *testing.T) {
	w := setup(t)
	ctx, stop := contextWithCancel(t)
	done := make(chan error, 1)
	go func() {
		done <- w.bus.Work(ctx, bus.Worker{Name: "test-broken", Kind: event.KindAsked, MaxDeliver: 1, Handle: func(context.Context, *bus.Turn) error {
			return fault.New(fault.Unavailable, "The store cannot be reached.")
		}})
	}()
	id := w.ask("How many orders?")
	s := w.watch(id)
	s.must("asked")
	if m := s.must("failed"); !strings.Contains(m.data, "supervising") {
		t.Errorf("failed with %s", m.data)
	}
	s.end()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
