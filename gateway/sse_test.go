package gateway_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// message is one server-sent event as a browser sees it.
type message struct{ id, name, data string }

// stream is an open event stream.
type stream struct {
	t      *testing.T
	resp   *http.Response
	in     *bufio.Reader
	cancel context.CancelFunc
}

// open opens an event stream that must be answered with 200.
func (w *world) open(method, path string, body string, opts ...option) *stream {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	req, err := http.NewRequestWithContext(ctx, method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for _, o := range opts {
		o(req)
	}
	resp, err := w.client.Do(req) //nolint:bodyclose // stream.close does
	if err != nil {
		w.t.Fatal(err)
	}
	s := &stream{t: w.t, resp: resp, in: bufio.NewReader(resp.Body), cancel: cancel}
	w.t.Cleanup(s.close)
	if resp.StatusCode != 200 {
		data, _ := io.ReadAll(resp.Body)
		w.t.Fatalf("%s %s: %d: %s", method, path, resp.StatusCode, data)
	}
	return s
}

func (w *world) watch(runID string, opts ...option) *stream {
	w.t.Helper()
	return w.open("GET", "/api/v1/runs/"+runID+"/events", "", opts...)
}

func (s *stream) close() {
	s.cancel()
	_ = s.resp.Body.Close()
}

// next reads up to the next event; io.EOF at the end of the stream.
func (s *stream) next() (message, error) {
	var m message
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			return m, err
		}
		line = strings.TrimSuffix(line, "\n")
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && m.name != "":
			return m, nil
		case line == "":
			m = message{}
		case name == "id":
			m.id = value
		case name == "event":
			m.name = value
		case name == "data":
			m.data = value
		}
	}
}

// must reads the next event and checks its name.
func (s *stream) must(name string) message {
	s.t.Helper()
	m, err := s.next()
	if err != nil || m.name != name {
		s.t.Fatalf("got event %q (%v), want %q", m.name, err, name)
	}
	return m
}

// end fails unless the stream ends here, cleanly.
func (s *stream) end() {
	s.t.Helper()
	if m, err := s.next(); !errors.Is(err, io.EOF) {
		s.t.Fatalf("the stream goes on: %+v %v", m, err)
	}
}

func TestAStreamSendsStoredEventsThenLiveOnesThenEnds(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	w.add("local", id, planned())
	s := w.watch(id)
	if ct := s.resp.Header.Get("Content-Type"); ct != "text/event-stream; charset=utf-8" {
		t.Errorf("content type %q", ct)
	}
	if s.resp.Header.Get("X-Accel-Buffering") != "no" || !strings.Contains(s.resp.Header.Get("Cache-Control"), "no-cache") {
		t.Errorf("headers %v", s.resp.Header)
	}
	first := s.must("asked")
	events, err := w.bus.Events(t.Context(), "local", id)
	if err != nil {
		t.Fatal(err)
	}
	if first.data != string(events[0].Raw) || first.id != fmt.Sprint(events[0].Seq) {
		t.Errorf("got %+v, stored %s", first, events[0].Raw)
	}
	s.must("planned")
	w.add("local", id, started(), executed())
	s.must("started")
	s.must("executed")
	w.add("local", id, answered())
	s.must("answered")
	s.end()
}

func TestNotesPassThroughWithoutAnID(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	s := w.watch(id)
	s.must("asked")
	notes := []bus.Note{
		{Org: "other", RunID: id, Kind: bus.NoteProgress, Data: []byte(`{"message":"of another org"}`)},
		{Org: "local", RunID: id, Kind: bus.NoteCancel, Data: []byte(`{}`)},
		{Org: "local", RunID: id, Kind: bus.NoteProgress, Data: []byte("{\"stage\":\"planning\",\n\"message\":\"Reading\"}")},
		{Org: "local", RunID: id, Kind: bus.NoteDelta, Data: []byte(`{"text":"There"}`)},
	}
	for _, n := range notes {
		if err := w.bus.Notify(n); err != nil {
			t.Fatal(err)
		}
	}
	if m := s.must("progress"); m.id != "" || m.data != `{"stage":"planning","message":"Reading"}` {
		t.Errorf("progress is %+v", m)
	}
	if m := s.must("delta"); m.id != "" || m.data != `{"text":"There"}` {
		t.Errorf("delta is %+v", m)
	}
}

func TestAResumedStreamHasNoGapAndNoRepeat(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	w.add("local", id, planned())
	before := w.watch(id)
	before.must("asked")
	last := before.must("planned")
	before.close()
	// While nobody listens, the run goes on; and it goes on while we come back.
	w.add("local", id, started())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.add("local", id, executed())
		w.add("local", id, answered())
	}()
	after := w.watch(id, with("Last-Event-ID", last.id))
	after.must("started")
	after.must("executed")
	after.must("answered")
	after.end()
	<-done
	for query, header := range map[string]string{"?after=" + last.id: "", "?after=0": last.id} {
		s := w.open("GET", "/api/v1/runs/"+id+"/events"+query, "", with("Last-Event-ID", header))
		s.must("started")
	}
}

func TestResumingAcrossManyCutsSeesEveryEventOnce(t *testing.T) {
	w := setup(t)
	id := w.ask("Loop?")
	go func() {
		for range 12 {
			w.add("local", id, planned(), started(), executed())
		}
		w.add("local", id, answered())
	}()
	var got []string
	last := ""
	for cut := 0; ; cut++ {
		if cut > 200 {
			t.Fatal("the run never ended")
		}
		s := w.watch(id, with("Last-Event-ID", last))
		ended := false
		for n := 0; n <= cut%4; n++ { // leave after 1 to 4 events
			m, err := s.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got, last = append(got, m.id), m.id
			ended = m.name == "answered"
		}
		s.close()
		if ended {
			break
		}
	}
	events, err := w.bus.Events(t.Context(), "local", id)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, e := range events {
		want = append(want, fmt.Sprint(e.Seq))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestAFinishedRunWithNothingLeftIs204(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	w.add("local", id, succeed()...)
	s := w.watch(id)
	last := ""
	for range 5 {
		m, err := s.next()
		if err != nil {
			t.Fatal(err)
		}
		last = m.id
	}
	s.end()
	w.want(w.do("GET", "/api/v1/runs/"+id+"/events", nil, with("Last-Event-ID", last)), 204, "")
	w.want(w.do("GET", "/api/v1/runs/"+id+"/events", nil, with("Last-Event-ID", "x")), 400, fault.Validation)
	w.want(w.do("GET", "/api/v1/runs/nope/events", nil), 404, fault.NotFound)
}

func TestChatAsksAndStreamsInOneCall(t *testing.T) {
	w := setup(t)
	s := w.open("POST", "/api/v1/chat", `{"dataset_id":"shop","question":"How many orders?"}`)
	id := s.resp.Header.Get("Leo-Run-Id")
	s.must("asked")
	w.add("local", id, succeed()...)
	for _, name := range []string{"planned", "started", "executed", "answered"} {
		s.must(name)
	}
	s.end()
	w.want(w.do("POST", "/api/v1/chat", `{"dataset_id":"nope","question":"?"}`), 404, fault.NotFound)
}

func TestHeartbeatsKeepASilentStreamAlive(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.Heartbeat, c.WriteTimeout = 20*time.Millisecond, 60*time.Millisecond })
	s := w.watch(w.ask("How many orders?"))
	s.must("asked")
	// Many write timeouts long: each write has a deadline of its own.
	for beats := 0; beats < 20; {
		line, err := s.in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		if line == ": hb\n" {
			beats++
		}
	}
}

// openStreams reads the gauge of open event streams.
func (w *world) openStreams() string {
	for line := range strings.Lines(string(w.do("GET", "/metrics", nil).body)) {
		if rest, ok := strings.CutPrefix(line, "leo_event_streams_open "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func TestADisconnectIsNoticedAtOnce(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.Heartbeat = time.Hour })
	s := w.watch(w.ask("How many orders?"))
	s.must("asked")
	if n := w.openStreams(); n != "1" {
		t.Fatalf("open streams: %s", n)
	}
	s.close()
	eventually(t, "the stream is forgotten without a heartbeat", func() bool { return w.openStreams() == "0" })
}

func TestAReaderThatStopsReadingIsCutOff(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.Heartbeat, c.WriteTimeout = 10*time.Millisecond, 200*time.Millisecond })
	id := w.ask("Loop?")
	conn, err := net.Dial("tcp", w.gw.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.(*net.TCPConn).SetReadBuffer(1024); err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "GET /api/v1/runs/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n", id)
	eventually(t, "the stream is open", func() bool { return w.openStreams() == "1" })
	for steps := 0; w.openStreams() != "0"; steps++ {
		if steps == event.MaxStep {
			t.Fatal("the stalled stream is still open")
		}
		big := planned()
		big.Sentence = strings.Repeat("much to say ", 10_000)
		w.add("local", id, big, executed())
	}
}

func TestStoppingEndsStreamsAndTellsReadersToComeBack(t *testing.T) {
	w := setup(t)
	s := w.watch(w.ask("How many orders?"))
	s.must("asked")
	stopped := make(chan error, 1)
	go func() { stopped <- w.stop() }()
	rest, err := io.ReadAll(s.in)
	if err != nil || !strings.Contains(string(rest), "retry: ") {
		t.Errorf("the stream ended with %q, %v", rest, err)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestARunThatFailsEndsItsStream(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	s := w.watch(id)
	s.must("asked")
	w.add("local", id, event.Rejected{Stage: event.StagePlanning, Fault: fault.New(fault.Validation, "No.")})
	s.must("rejected")
	s.end()
}
