package runner

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

// Mode is what a runner opens before it is ready.
type Mode string

// The modes. SQL opens a prepared dataset for reading; Ingest opens nothing and
// writes one; Frames opens one and writes its columnar copy. Probe opens nothing
// and tries to leave the sandbox.
const (
	SQL    Mode = "sql"
	Ingest Mode = "ingest"
	Frames Mode = "frames"
	Probe  Mode = "probe"
)

// Config is fixed by the command line, before there is any input of a person.
type Config struct {
	Mode Mode
	// DataDir is only read; OutDir is written by ingest and frames; TmpDir is what
	// the engine is told its home directory is, so that it looks nowhere else.
	DataDir, OutDir, TmpDir string
	// MemoryMB is the engine's limit in MiB, Threads its worker threads.
	MemoryMB, Threads int
	// Urgent leaves out the warm-up: the request is already waiting.
	Urgent bool
	// Started is when the process began, for the time it took to be ready.
	Started time.Time
	// Log receives the causes of failures. It must not write to the protocol.
	Log *slog.Logger

	// progress is told how far an ingest has come; [Run] sets it.
	progress func(protocol.Progress)
}

// The bounds of a request, and what stands for a bound that is not given.
const (
	maxRequest     = 1 << 20
	defaultTimeout = 10 * time.Second
	maxTimeout     = 30 * time.Minute
	defaultRows    = 200
	maxRows        = 10_000
	defaultOutput  = 4 << 20
	maxOutput      = 64 << 20
	// grace is how long a request may take beyond its budget to notice that it
	// is over. Whoever started the runner kills it a little later.
	grace = 120 * time.Millisecond
)

// server serves the one request of a mode.
type server interface {
	// serve answers a request. Faults go into the response; an error is one that
	// has no better name than internal.
	serve(ctx context.Context, req *protocol.Request) (*protocol.Response, error)
}

// Run is the life of a runner. It returns the exit status: 0 if it answered or was
// not needed, 1 if it could not become ready or the parent is gone.
func Run(ctx context.Context, cfg Config, in io.Reader, out io.Writer) int {
	said := &telling{out: out}
	cfg.progress = said.tell
	srv, err := open(ctx, cfg)
	ready := protocol.Ready{
		Ready: err == nil, Engine: "duckdb " + engine.Version(), OpenMS: milliseconds(time.Since(cfg.Started)),
	}
	if err != nil {
		cfg.Log.ErrorContext(ctx, "runner cannot open its data", "cause", err.Error())
		ready.Fault = openFault(err)
	}
	if writeErr := write(out, ready); writeErr != nil || err != nil {
		return 1
	}
	line, err := protocol.ReadLine(bufio.NewReaderSize(in, 64<<10), maxRequest)
	if errors.Is(err, io.EOF) {
		return 0
	}
	req, err := decodeRequest(line, err)
	var resp *protocol.Response
	if err != nil {
		resp = failed(fault.Wrap(err, fault.Internal, "The request to the sandbox could not be read.").
			WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log."))
	} else {
		said.want(req.Progress)
		resp = answer(ctx, cfg, srv, req)
		resp.ID = req.ID
		said.want(false)
	}
	if resp.Error != nil && resp.Error.Unwrap() != nil {
		cfg.Log.WarnContext(ctx, "request failed", "code", string(resp.Error.Code), "cause", resp.Error.Unwrap().Error())
	}
	if err := write(out, resp); err != nil {
		return 1
	}
	return 0
}

// open prepares what the mode needs.
func open(ctx context.Context, cfg Config) (server, error) {
	switch cfg.Mode {
	case SQL:
		return openSession(ctx, cfg)
	case Ingest:
		return ingester{cfg}, nil
	case Frames:
		return openFramer(ctx, cfg)
	case Probe:
		return prober{cfg}, nil
	}
	return nil, fmt.Errorf("unknown mode %q", cfg.Mode)
}

// openFault says that the data cannot be opened, without saying where it is.
// Data that only lacks the memory to be opened is not broken.
func openFault(err error) *fault.Fault {
	if engine.Fault(err).Code == fault.ResourceExceeded {
		return fault.Wrap(err, fault.ResourceExceeded, "The dataset needs more memory to be opened than a run may use.").
			WithHint("Allow the run more memory.").With("limit", "memory_mb")
	}
	return fault.Wrap(err, fault.Internal, "The prepared dataset cannot be opened.").
		WithHint("Prepare the dataset again. If that does not help, an administrator finds the cause in Leo's log.")
}

// decodeRequest reads the request strictly: a field that this runner does not know
// may be a restriction that it would not keep.
func decodeRequest(line []byte, err error) (*protocol.Request, error) {
	if err != nil {
		return nil, fmt.Errorf("read request: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	var req protocol.Request
	if err := dec.Decode(&req); err != nil {
		return nil, fmt.Errorf("decode request: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("request is followed by something")
	}
	return &req, nil
}

// limits returns a copy of a request whose bounds are all set and sane.
func limits(req protocol.Request) protocol.Request {
	bound := func(n, otherwise, most int) int {
		if n <= 0 {
			return otherwise
		}
		return min(n, most)
	}
	req.TimeoutMS = bound(req.TimeoutMS, int(defaultTimeout/time.Millisecond), int(maxTimeout/time.Millisecond))
	req.MaxRows = bound(req.MaxRows, defaultRows, maxRows)
	req.MaxOutputBytes = bound(req.MaxOutputBytes, defaultOutput, maxOutput)
	return req
}

// answer serves a request within its budget. What does not react to the end of
// the budget is left behind: the process ends soon.
func answer(ctx context.Context, cfg Config, srv server, asked *protocol.Request) *protocol.Response {
	req := limits(*asked)
	budget := time.Duration(req.TimeoutMS) * time.Millisecond
	ctx, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	done := make(chan *protocol.Response, 1)
	go func() { done <- guarded(ctx, cfg, srv, &req) }()
	over := time.NewTimer(budget + grace)
	defer over.Stop()
	select {
	case resp := <-done:
		return resp
	case <-over.C:
		return failed(engine.TimeoutFault(errors.New("the engine did not react to the end of the budget")))
	}
}

// guarded serves a request and turns everything that goes wrong into a response.
func guarded(ctx context.Context, cfg Config, srv server, req *protocol.Request) (resp *protocol.Response) {
	defer func() {
		if r := recover(); r != nil {
			cfg.Log.ErrorContext(ctx, "runner panicked", "cause", fmt.Sprint(r), "stack", string(debug.Stack()))
			resp = failed(engine.Fault(fmt.Errorf("panic: %v", r)))
		}
	}()
	resp, err := srv.serve(ctx, req)
	if err != nil {
		return failed(engine.Fault(err))
	}
	resp.Status = protocol.OK
	return resp
}

func failed(f *fault.Fault) *protocol.Response {
	return &protocol.Response{Status: protocol.Error, Error: f}
}

// marshal encodes without the escapes that only matter inside of HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b.Bytes(), nil
}

// write sends one message as one line.
func write(out io.Writer, message any) error {
	line, err := marshal(message)
	if err != nil {
		return err
	}
	if _, err := out.Write(line); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
