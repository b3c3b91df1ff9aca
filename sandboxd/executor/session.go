package executor

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

const (
	// grace is what the runner gets beyond its budget to stop by itself and say
	// so, which explains more than a kill does. The answer must be out 250 ms
	// after the budget, whatever the sandbox is doing.
	grace = 200 * time.Millisecond
	// exitGrace bounds the wait for a process that has answered.
	exitGrace = 2 * time.Second
	// deadGrace bounds the wait for a killed process to be gone; past it the
	// streams are closed under it.
	deadGrace = 10 * time.Second
	// removeTimeout bounds the removal of what a sandbox leaves.
	removeTimeout = 30 * time.Second

	stderrCap = 64 << 10
	// outputOverhead is what a response may hold beside its rows: captured
	// output, escaped, and the envelope.
	outputOverhead = 1 << 20
)

// ErrUsed is returned by a second Run on the same sandbox.
var ErrUsed = errors.New("sandbox was already used: it serves one run")

// Session is the [Sandbox] of every implementation: the conversation with one
// process.
type Session struct {
	id      string
	spec    Spec
	proc    Process
	streams Streams
	log     *slog.Logger

	stdout   *bufio.Reader
	stderr   capped
	ready    protocol.Ready
	prepared time.Duration

	used    atomic.Bool
	stopped atomic.Pointer[stop] // why it was killed; the first reason stays
	exit    Exit                 // valid once done is closed
	done    chan struct{}
	drained chan struct{}
	halting sync.Once
	halted  chan struct{} // closed when the guard has stopped it

	sealing    sync.Once // of the output directory
	destroying sync.Once
	gone       chan struct{}
	destroyErr error // valid once gone is closed
	onGone     func()
}

// Start describes the process of a new session.
type Start struct {
	ID      string
	Spec    Spec
	Process Process
	Streams Streams
	// Began is when Prepare was called.
	Began  time.Time
	Logger *slog.Logger
}

// NewSession takes over a started process and waits until the runner is ready.
// On failure the process is destroyed and the error is a fault. The session is
// on the roster from the beginning.
func NewSession(ctx context.Context, roster *Roster, start Start) (*Session, error) {
	s := &Session{
		id: start.ID, spec: start.Spec, proc: start.Process, streams: start.Streams,
		log:    start.Logger.With("sandbox", start.ID),
		stdout: bufio.NewReaderSize(start.Streams.Stdout, 64<<10),
		stderr: capped{limit: stderrCap},
		done:   make(chan struct{}), drained: make(chan struct{}), halted: make(chan struct{}), gone: make(chan struct{}),
		onGone: func() {},
	}
	roster.Add(s)
	go s.drain()
	go s.wait()

	release := s.guard(ctx, s.spec.Limits.StartTimeout)
	ready, err := protocol.ReadReady(s.stdout)
	release()
	if err == nil && s.stopped.Load() == nil {
		s.ready, s.prepared = ready, time.Since(start.Began)
		return s, nil
	}
	err = s.fail(Ending{Mode: s.spec.Mode, Preparing: true, ReadErr: err})
	if said := s.stderr.String(); said != "" {
		s.log.WarnContext(ctx, "sandbox did not become ready", "error", err, "stderr", excerpt(said))
	}
	if destroyErr := s.Destroy(ctx); destroyErr != nil {
		s.log.WarnContext(ctx, "sandbox left something behind", "error", destroyErr)
	}
	return nil, err
}

// drain keeps the process from blocking on its standard error.
func (s *Session) drain() {
	defer close(s.drained)
	_, _ = io.Copy(&s.stderr, s.streams.Stderr)
}

func (s *Session) wait() {
	defer close(s.done)
	s.exit = s.proc.Wait()
}

// ID implements [Sandbox].
func (s *Session) ID() string { return s.id }

// PID is the host's id of the sandbox's first process, 0 if unknown.
func (s *Session) PID() int { return s.proc.PID() }

// Memory is the most the sandbox has used so far, in bytes, 0 if unknown.
func (s *Session) Memory() int64 { return s.proc.PeakMemory() }

// Done implements [Sandbox].
func (s *Session) Done() <-chan struct{} { return s.done }

// Run implements [Sandbox].
func (s *Session) Run(ctx context.Context, req protocol.Request) (*protocol.Response, Stats, error) {
	if !s.used.CompareAndSwap(false, true) {
		return nil, Stats{SandboxID: s.id, ExitCode: -1}, ErrUsed
	}
	began := time.Now()
	limits := s.spec.Limits
	req.TimeoutMS = clamp(req.TimeoutMS, int(limits.Timeout.Milliseconds()))
	req.MaxOutputBytes = clamp(req.MaxOutputBytes, int(limits.MaxOutput))
	limits.MaxOutput = int64(req.MaxOutputBytes)

	release := s.guard(ctx, time.Duration(req.TimeoutMS)*time.Millisecond+grace)
	resp, err := s.converse(req, progressOf(ctx))
	if s.spec.OutDir != "" && err == nil {
		if err = s.settle(); err != nil {
			resp = nil
		}
	}
	if err == nil && resp.Status == protocol.OK {
		release()
		return resp, s.stats(time.Since(began)), nil
	}
	// The guard stays until it is known why: finding that out takes as long as
	// the process takes to end, and the caller's budget holds for that, too.
	defer release()
	err = s.fail(Ending{
		Mode: s.spec.Mode, Response: resp, ReadErr: err, Limits: limits,
		Timeout: time.Duration(req.TimeoutMS) * time.Millisecond,
	})
	return resp, s.stats(time.Since(began)), err
}

// clamp returns value, or limit when value is zero or beyond it.
func clamp(value, limit int) int {
	if value <= 0 || value > limit {
		return limit
	}
	return value
}

// converse writes the request and reads the response. told, unless it is nil,
// learns how far an ingest is.
func (s *Session) converse(req protocol.Request, told func(protocol.Progress)) (*protocol.Response, error) {
	req.Progress = told != nil && req.QueryType == protocol.Ingest
	line, err := json.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	// A runner that is already gone may still have said why: a failed write is
	// reported only when there is nothing to read either.
	_, writeErr := s.streams.Stdin.Write(append(line, '\n'))
	_ = s.streams.Stdin.Close()
	if req.Progress {
		if err := protocol.ReadProgress(s.stdout, told); err != nil {
			return nil, errors.Join(err, writeErr)
		}
	}
	resp, err := protocol.ReadResponse(s.stdout, req.ID, req.MaxOutputBytes+outputOverhead)
	if err != nil {
		return nil, errors.Join(err, writeErr)
	}
	return resp, nil
}

// settle waits for the end of a process that has answered, so that nobody can
// change the output directory any more, and checks that directory.
func (s *Session) settle() error {
	late := time.AfterFunc(exitGrace, s.proc.Kill)
	defer late.Stop()
	select {
	case <-s.done:
	case <-time.After(exitGrace + deadGrace):
		return errors.New("sandbox does not end")
	}
	return s.seal()
}

// seal checks the output directory once; who comes first gets the error.
func (s *Session) seal() (err error) {
	s.sealing.Do(func() {
		if s.spec.OutDir != "" {
			err = SealOut(s.spec.OutDir)
		}
	})
	return err
}

// guard kills the process when ctx ends or the budget is spent, until it is
// released; after that it does nothing any more.
func (s *Session) guard(ctx context.Context, budget time.Duration) (release func()) {
	var mu sync.Mutex // guards released and last
	var released bool
	var last *time.Timer
	kill := func(why stop) {
		mu.Lock()
		defer mu.Unlock()
		if released {
			return
		}
		s.stopped.CompareAndSwap(nil, &why)
		s.proc.Kill()
		// Whoever waits for the answer waits no longer, even where it takes the
		// process a while to be gone.
		_ = s.streams.Stdin.Close()
		_ = s.streams.Stdout.Close()
		s.halting.Do(func() { close(s.halted) })
		if last == nil {
			last = time.AfterFunc(deadGrace, s.streams.Close)
		}
	}
	watchdog := time.AfterFunc(budget, func() { kill(stop{watchdog: true}) })
	unhook := context.AfterFunc(ctx, func() { kill(stop{cause: context.Cause(ctx)}) })
	return func() {
		watchdog.Stop()
		unhook()
		mu.Lock()
		defer mu.Unlock()
		released = true
		if last != nil {
			last.Stop()
		}
	}
}

// fail ends the process, unless it has answered, and turns what is known about
// its end into a fault.
func (s *Session) fail(end Ending) error {
	if end.Response == nil {
		if errors.Is(end.ReadErr, io.EOF) || errors.Is(end.ReadErr, io.ErrUnexpectedEOF) {
			// Most likely it is ending by itself, and how tells why.
			s.awaitEnd(s.done, exitGrace)
		}
		s.proc.Kill()
		// Nobody reads what it still says: a sandbox must not be able to keep
		// its own end waiting by saying more.
		_ = s.streams.Stdout.Close()
		// How it ended is the only thing that tells why. Where it was stopped from
		// here that is known, and its end can take its time.
		s.awaitEnd(s.done, deadGrace)
		s.awaitEnd(s.drained, deadGrace)
	}
	select {
	case <-s.done:
		end.Exit, end.Exited = s.exit, true
	default:
	}
	end.stop = s.stopped.Load()
	end.Stderr = s.stderr.String()
	return Classify(end)
}

// awaitEnd waits for one of the ends of a process, within reason, and not once it
// was stopped from here.
func (s *Session) awaitEnd(c <-chan struct{}, reason time.Duration) {
	select {
	case <-c:
	case <-s.halted:
	case <-time.After(reason):
	}
}

// await waits for c, within reason.
func await(c <-chan struct{}, reason time.Duration) {
	select {
	case <-c:
	case <-time.After(reason):
	}
}

func (s *Session) stats(run time.Duration) Stats {
	st := Stats{
		SandboxID: s.id, Engine: s.ready.Engine, Prepare: s.prepared, Run: run,
		ExitCode: -1, Stderr: s.stderr.String(),
	}
	select {
	case <-s.done:
		st.ExitCode, st.OOM, st.PeakMemory = s.exit.Code, s.exit.OOM, s.exit.PeakMemory
	default:
		st.PeakMemory = s.proc.PeakMemory()
	}
	return st
}

// Destroy implements [Sandbox].
func (s *Session) Destroy(ctx context.Context) error {
	s.destroying.Do(func() { go s.teardown(context.WithoutCancel(ctx)) })
	select {
	case <-s.gone:
		return s.destroyErr
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Session) teardown(ctx context.Context) {
	defer close(s.gone)
	defer s.onGone()
	s.stopped.CompareAndSwap(nil, &stop{destroyed: true})
	s.proc.Kill()
	_ = s.streams.Stdin.Close()
	await(s.done, deadGrace)
	_ = s.streams.Stdout.Close()
	await(s.drained, deadGrace)
	s.streams.Close()

	ctx, cancel := context.WithTimeout(ctx, removeTimeout)
	defer cancel()
	s.destroyErr = errors.Join(s.seal(), s.proc.Remove(ctx))
	if s.destroyErr != nil {
		s.destroyErr = fmt.Errorf("destroy sandbox %s: %w", s.id, s.destroyErr)
	}
}
