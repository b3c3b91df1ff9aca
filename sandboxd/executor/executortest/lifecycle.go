package executortest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// concurrency is how many sandboxes must work side by side.
const concurrency = 20

// lifecycle is the order of Prepare, Run and Destroy, and everything that
// happens out of order or at once.
func (s *suite) lifecycle(t *testing.T) {
	s.run(t, "a run is answered and measured", s.measured)
	s.run(t, "limits fill and cut a request", s.requestLimits)
	s.run(t, "a sandbox serves one run", s.singleUse)
	s.run(t, "destroy may come first, often and from everywhere", s.destroyFirst)
	s.run(t, "destroy during a run cancels it", s.destroyDuringRun)
	s.run(t, "destroy finishes although its caller leaves", s.destroyAbandoned)
	s.run(t, "sandboxes work side by side", s.sideBySide)
	s.run(t, "close leaves nothing", s.closing)
	s.run(t, "a dead owner leaves nothing that sweep does not find", s.deadOwner)
}

func (s *suite) measured(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	if !strings.HasPrefix(sandbox.ID(), s.exec.Name()+"-") {
		t.Errorf("sandbox is called %q", sandbox.ID())
	}
	resp, stats, err := sandbox.Run(t.Context(), ask("echo hello world"))
	if err != nil {
		t.Fatal(err)
	}
	if got := table(resp)["echo"]; got != "hello world" {
		t.Errorf("answer is %q", got)
	}
	if stats.SandboxID != sandbox.ID() || stats.Engine != "probe sql" || stats.Prepare <= 0 || stats.Run <= 0 || stats.OOM {
		t.Errorf("stats are %+v", stats)
	}
}

func (s *suite) requestLimits(t *testing.T) {
	limits := executor.Limits{Timeout: 7 * time.Second, MaxOutput: 2 << 20}
	for _, c := range []struct {
		timeout, output         int
		wantTimeout, wantOutput string
	}{
		{0, 0, "7000", "2097152"},
		{1000, 4096, "1000", "4096"},
		{60_000, 1 << 30, "7000", "2097152"},
		{-1, -1, "7000", "2097152"},
	} {
		req := ask("request")
		req.TimeoutMS, req.MaxOutputBytes = c.timeout, c.output
		resp, _, err := s.prepare(t, executor.Spec{Limits: limits}).Run(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if got := table(resp); got["timeout_ms"] != c.wantTimeout || got["max_output_bytes"] != c.wantOutput {
			t.Errorf("request of %d ms and %d bytes arrives as %v", c.timeout, c.output, got)
		}
	}
}

func (s *suite) singleUse(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	var answered, refused atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			switch _, _, err := sandbox.Run(t.Context(), ask("echo hello")); {
			case err == nil:
				answered.Add(1)
			case errors.Is(err, executor.ErrUsed):
				refused.Add(1)
			default:
				t.Errorf("run: %v", err)
			}
		})
	}
	all.Wait()
	if answered.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d runs were answered and %d refused", answered.Load(), refused.Load())
	}
}

func (s *suite) destroyFirst(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { destroy(t, sandbox) })
	}
	all.Wait()
	destroy(t, sandbox)
	select {
	case <-sandbox.Done():
	default:
		t.Error("a destroyed sandbox is not done")
	}
	_, _, err := sandbox.Run(t.Context(), ask("echo hello"))
	wantCode(t, err, fault.Cancelled)
}

func (s *suite) destroyDuringRun(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	time.AfterFunc(100*time.Millisecond, func() { destroy(t, sandbox) })
	began := time.Now()
	_, _, err := sandbox.Run(t.Context(), ask("hang"))
	wantCode(t, err, fault.Cancelled)
	if took := time.Since(began); took > 3*time.Second+s.Slow {
		t.Errorf("it took %v", took)
	}
	destroy(t, sandbox)
}

func (s *suite) destroyAbandoned(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sandbox.Destroy(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("destroy: %v", err)
	}
	select {
	case <-sandbox.Done():
	case <-time.After(5*time.Second + s.Slow):
		t.Error("the sandbox still runs")
	}
}

func (s *suite) sideBySide(t *testing.T) {
	var all sync.WaitGroup
	for i := range concurrency {
		all.Go(func() {
			sandbox, err := s.exec.Prepare(t.Context(), s.spec(t, executor.Spec{
				DataDir: Dataset(t, map[string]string{protocol.PreparedName: fmt.Sprint("dataset ", i)}),
			}))
			if err != nil {
				t.Errorf("prepare: %v (%v)", err, errors.Unwrap(err))
				return
			}
			defer destroy(t, sandbox)
			path := protocol.DataDir + "/" + protocol.PreparedName
			resp, _, err := sandbox.Run(t.Context(), ask("read "+path))
			if err != nil {
				t.Errorf("run: %v (%v)", err, errors.Unwrap(err))
				return
			}
			if got := table(resp)[path]; got != fmt.Sprint("dataset ", i) {
				t.Errorf("sandbox %d reads %q", i, got)
			}
		})
	}
	all.Wait()
}

func (s *suite) closing(t *testing.T) {
	e := s.factory(t, s.Probe)
	running, err := e.Prepare(t.Context(), s.spec(t, executor.Spec{}))
	if err != nil {
		t.Fatal(err)
	}
	hanging := s.spec(t, executor.Spec{DataDir: Dataset(t, map[string]string{"behaviour": "hang"})})
	preparing := make(chan error, 1)
	go func() {
		_, err := e.Prepare(t.Context(), hanging)
		preparing <- err
	}()
	ended := make(chan error, 1)
	go func() {
		_, _, err := running.Run(t.Context(), ask("hang"))
		ended <- err
	}()
	before := time.Now()
	// Close must end both whether or not they have really begun.
	if err := e.Close(t.Context()); err != nil {
		t.Errorf("close: %v", err)
	}
	if took := time.Since(before); took > 4*time.Second+s.Slow {
		t.Errorf("close took %v", took)
	}
	wantCode(t, <-ended, fault.Cancelled)
	if err := <-preparing; err == nil {
		t.Error("a preparation survived close")
	}
	_, err = e.Prepare(t.Context(), s.spec(t, executor.Spec{}))
	wantCode(t, err, fault.Unavailable)
	if err := e.Close(t.Context()); err != nil {
		t.Errorf("second close: %v", err)
	}
	if left := s.Leftovers(t, e); len(left) > len(s.Leftovers(t, s.exec)) {
		t.Errorf("left over: %v", left)
	}
}
