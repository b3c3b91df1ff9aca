package main

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
)

const (
	loadStreamsOpen = 10_000
	loadEvents      = 500 // a second
	loadEventsFor   = 20 * time.Second
)

// loadStreams opens ten thousand event streams at one gateway, a process of its own
// beside a real server, and lets their runs go on.
func loadStreams(t *testing.T) {
	t.Helper()
	ports := &portPool{left: bustest.FreePorts(t, 10)}
	s := &split{t: t, leo: executortest.Program(t, "leo", "."), dir: t.TempDir(), ports: ports, roles: map[string]*roleProcess{}}
	s.nats = startNATS(t, ports, 1)
	s.env = append(os.Environ(), "LEO_AUTH=token", "LEO_NATS_URL="+s.nats.url(), "LEO_NATS_USERNAME="+natsUser, "LEO_NATS_PASSWORD="+natsPassword,
		"LEO_RATE_PER_SECOND=100000", "LEO_RATE_BURST=100000")
	t.Cleanup(s.end)
	bustest.Eventually(t, "a token can be made", func() bool {
		out, err := s.command("token", "create", "--role", "admin").Output()
		s.token = strings.TrimSpace(string(out))
		return err == nil
	})
	s.start("gateway-1")
	s.awaitReady("gateway-1")
	b, err := bus.Connect(t.Context(), bus.Config{URL: s.nats.url(), Username: natsUser, Password: natsPassword, Name: "load"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close(context.WithoutCancel(t.Context())) }()

	w := &watching{t: t, gateway: s.role("gateway-1"), token: s.token, runs: make([]watched, loadStreamsOpen)}
	w.ask(b)
	bare := w.memory()
	w.open()
	open := w.memory()
	before := w.processor()
	failed := w.goOn(b)
	used := w.processor() - before
	busy := w.memory()
	w.close()
	printHeader("people who watch a run, at one gateway")
	fmt.Fprintf(os.Stdout, "  %d streams  %.1f KB each when open, %.1f KB after %d events\n", loadStreamsOpen,
		float64(open-bare)/loadStreamsOpen/1024, float64(busy-bare)/loadStreamsOpen/1024, len(w.late.ms))
	fmt.Fprintf(os.Stdout, "  %d events/s, from before the log has one to its line at the client: %v, %d missing\n", loadEvents, &w.late, failed)
	fmt.Fprintf(os.Stdout, "  the gateway used %.0f %% of a processor\n", 100*used.Seconds()/loadEventsFor.Seconds())
}

// watching are the streams, each of a run of its own.
type watching struct {
	t       *testing.T
	gateway *roleProcess
	token   string
	runs    []watched
	late    histogram
	readers sync.WaitGroup
	// asked counts the streams that told of their run's beginning.
	asked atomic.Int64
	// planned counts those that told how it went on.
	planned atomic.Int64
}

type watched struct {
	seq  uint64
	sent atomic.Int64 // when its next event was written, in nanoseconds
	conn net.Conn
}

// ask begins the runs.
func (w *watching) ask(b *bus.Bus) {
	w.t.Helper()
	limits := event.Limits{MaxRows: 200, TimeoutMS: 60_000, MaxOutputBytes: 1 << 20, MemoryMB: 256}
	w.inParallel(16, func(i int) error {
		done, err := b.Append(w.t.Context(), 0, event.Event{Org: localOrg, RunID: bustest.RunID(i), Time: time.Now(), By: "load", Body: event.Asked{
			User: "ada", Dataset: event.DatasetRef{ID: "shop", Version: "1"}, Request: event.Request{SQL: "SELECT 1 AS n"}, Limits: limits,
			Deadline: time.Now().Add(time.Hour),
		}})
		w.runs[i].seq = done.Seq
		return err
	})
}

// open opens the streams and waits until each has told of its run.
func (w *watching) open() {
	w.t.Helper()
	w.inParallel(16, func(i int) error {
		conn, err := net.Dial("tcp", w.gateway.address)
		if err != nil {
			return err
		}
		w.runs[i].conn = conn
		if _, err := fmt.Fprintf(conn, "GET /api/v1/runs/%s/events HTTP/1.1\r\nHost: leo\r\nAuthorization: Bearer %s\r\n\r\n", bustest.RunID(i), w.token); err != nil {
			return err
		}
		w.readers.Go(func() { w.read(&w.runs[i]) })
		return nil
	})
	bustest.Eventually(w.t, "every stream tells of its run", func() bool {
		return w.asked.Load() == loadStreamsOpen || pause(w.t.Context(), 10*time.Millisecond) != nil
	})
}

// read follows one stream until it is closed.
func (w *watching) read(r *watched) {
	in := bufio.NewScanner(r.conn)
	in.Buffer(make([]byte, 0, 1024), 64<<10)
	for in.Scan() {
		switch in.Text() {
		case "event: asked":
			w.asked.Add(1)
		case "event: planned":
			w.late.add(time.Duration(time.Now().UnixNano() - r.sent.Load()))
			w.planned.Add(1)
		}
	}
}

// goOn writes the next event of one run after the other at a steady rate, and
// returns how many never arrived.
func (w *watching) goOn(b *bus.Bus) (missing int) {
	w.t.Helper()
	limits := event.Limits{MaxRows: 200, TimeoutMS: 60_000, MaxOutputBytes: 1 << 20, MemoryMB: 256}
	_, failed := openLoop(w.t.Context(), loadEvents, loadEventsFor, func(i int) error {
		r := &w.runs[i]
		r.sent.Store(time.Now().UnixNano())
		_, err := b.Append(w.t.Context(), r.seq, event.Event{Org: localOrg, RunID: bustest.RunID(i), Step: 1, Time: time.Now(), By: "load", Body: event.Planned{
			QueryType: "sql", SQL: "SELECT 1 AS n", Sentence: "SELECT 1 AS n", Origin: event.OriginPerson, Confidence: 1, Limits: limits,
		}})
		return err
	})
	for _, err := range failed {
		w.t.Error(err)
	}
	want := int64(loadEvents*int(loadEventsFor.Seconds()) - len(failed))
	bustest.Eventually(w.t, "every event arrives", func() bool {
		return w.planned.Load() == want || pause(w.t.Context(), 10*time.Millisecond) != nil
	})
	return int(want - w.planned.Load())
}

func (w *watching) close() {
	for i := range w.runs {
		_ = w.runs[i].conn.Close()
	}
	w.readers.Wait()
}

// inParallel does something for every run, some at a time.
func (w *watching) inParallel(n int, once func(i int) error) {
	w.t.Helper()
	next := make(chan int)
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			for i := range next {
				if err := once(i); err != nil {
					w.t.Error(err)
				}
			}
		})
	}
	for i := range w.runs {
		next <- i
	}
	close(next)
	workers.Wait()
}

// memory is what the gateway holds, in bytes.
func (w *watching) memory() int64 {
	w.t.Helper()
	for line := range strings.Lines(w.procFile("status")) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				w.t.Fatal(err)
			}
			return kb << 10
		}
	}
	w.t.Fatal("the gateway's memory is not known")
	return 0
}

// processor is what the gateway has used of it.
func (w *watching) processor() time.Duration {
	w.t.Helper()
	text := w.procFile("stat")
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	var ticks int64
	for _, field := range fields[11:13] { // utime and stime, a hundred a second
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			w.t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

func (w *watching) procFile(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", w.gateway.cmd.Process.Pid, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}
