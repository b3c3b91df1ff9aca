package executortest

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// failures are the ways a run can end badly and what each must look like.
func (s *suite) failures(t *testing.T) {
	for _, c := range []struct {
		name, order string
		limits      executor.Limits
		want        fault.Code
		within      time.Duration
	}{
		{"a hang is a timeout", "hang", executor.Limits{Timeout: 300 * time.Millisecond}, fault.Timeout, 3500 * time.Millisecond},
		{"a busy loop is a timeout", "spin", executor.Limits{Timeout: 300 * time.Millisecond}, fault.Timeout, 3500 * time.Millisecond},
		{"endless talk on stderr is a timeout", "flood stderr", executor.Limits{Timeout: 300 * time.Millisecond}, fault.Timeout, 3500 * time.Millisecond},
		{"a memory bomb exceeds a resource", "alloc", executor.Limits{Memory: 128 << 20}, fault.ResourceExceeded, 8 * time.Second},
		{"a thread bomb exceeds a resource", "threads", executor.Limits{}, fault.ResourceExceeded, 8 * time.Second},
		{"an endless answer exceeds a resource", "flood stdout", executor.Limits{}, fault.ResourceExceeded, 4 * time.Second},
		{"a large answer exceeds a resource", "rows 3000", executor.Limits{MaxOutput: 1 << 20}, fault.ResourceExceeded, 4 * time.Second},
		{"half an answer is internal", "garbage", executor.Limits{}, fault.Internal, 3 * time.Second},
		{"an answer to another question is internal", "forge", executor.Limits{}, fault.Internal, 3 * time.Second},
		{"leaving without an answer is internal", "exit 0", executor.Limits{}, fault.Internal, 3 * time.Second},
		{"an exit code alone is internal", "exit 137", executor.Limits{}, fault.Internal, 3 * time.Second},
		{"a crash is internal", "panic aloud", executor.Limits{}, fault.Internal, 3 * time.Second},
		{"the runner's own fault passes", "fault QUERY_ERROR", executor.Limits{}, fault.Query, 3 * time.Second},
		{"a fault that is none of its business does not", "fault UNAUTHENTICATED", executor.Limits{}, fault.Internal, 3 * time.Second},
	} {
		s.run(t, c.name, func(t *testing.T) {
			sandbox := s.prepare(t, executor.Spec{Limits: c.limits})
			began := time.Now()
			resp, stats, err := sandbox.Run(t.Context(), ask(c.order))
			took := time.Since(began)
			if c.order == "threads" && s.caps.Pids == "none" && err == nil {
				return // it had them all, within its memory
			}
			wantCode(t, err, c.want)
			if took > c.within+s.Slow {
				t.Errorf("it took %v, want at most %v", took, c.within+s.Slow)
			}
			if (resp != nil) != strings.HasPrefix(c.order, "fault ") {
				t.Errorf("response is %+v", resp)
			}
			if stats.SandboxID != sandbox.ID() || len(stats.Stderr) > 64<<10 {
				t.Errorf("stats are of %q with %d bytes of stderr", stats.SandboxID, len(stats.Stderr))
			}
			if c.order == "alloc" && s.caps.Memory == "cgroup" && !stats.OOM {
				t.Errorf("the kernel's kill was not noticed: %v", errors.Unwrap(err))
			}
		})
	}
	s.run(t, "a fork bomb is contained", s.forkBomb)
	s.run(t, "closing the answer's pipe is not an answer", s.leaving)
	s.run(t, "muttering does no harm", s.muttering)
	s.run(t, "a kill from outside is internal", s.strangersKill)
	s.run(t, "a runner that died while waiting is noticed", s.diedWaiting)
	s.run(t, "cancelling ends a run", s.cancelling)
	s.run(t, "the caller's deadline is a timeout", s.callersDeadline)
}

func (s *suite) forkBomb(t *testing.T) {
	rows := s.look(t, executor.Spec{Limits: executor.Limits{Pids: 32}}, "fork")
	started, err := strconv.Atoi(rows["started"])
	if err != nil || started >= 32 || rows["refused"] == "" {
		t.Errorf("the sandbox started %q processes, stopped by %q", rows["started"], rows["refused"])
	}
}

// leaving closes standard output and stays. Not every executor can tell that
// from silence.
func (s *suite) leaving(t *testing.T) {
	const budget, within = 300 * time.Millisecond, 250 * time.Millisecond
	var late time.Duration
	for range 3 { // the best of three: the machine may be busy
		sandbox := s.prepare(t, executor.Spec{Limits: executor.Limits{Timeout: budget}})
		began := time.Now()
		_, _, err := sandbox.Run(t.Context(), ask("leave"))
		if code := fault.CodeOf(err); code != fault.Internal && code != fault.Timeout {
			t.Errorf("fault is %v", err)
		}
		if late = time.Since(began) - budget; late <= within {
			return
		}
	}
	t.Errorf("the fault came %v after the budget, want at most %v", late, within)
}

func (s *suite) muttering(t *testing.T) {
	kept := 0
	for range 5 { // an answer does not wait for what was muttered before it
		_, stats, err := s.order(t, executor.Spec{}, "mutter")
		if err != nil {
			t.Fatal(err)
		}
		kept = max(kept, len(stats.Stderr))
	}
	if kept == 0 || kept > 64<<10 {
		t.Errorf("%d bytes of stderr were kept", kept)
	}
}

func (s *suite) strangersKill(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	s.kill(t, sandbox, 50*time.Millisecond)
	_, stats, err := sandbox.Run(t.Context(), ask("hang"))
	wantCode(t, err, fault.Internal)
	if stats.ExitCode != 137 || stats.OOM {
		t.Errorf("exit code is %d, oom %v", stats.ExitCode, stats.OOM)
	}
}

func (s *suite) diedWaiting(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	select {
	case <-sandbox.Done():
		t.Fatal("the sandbox is done before it began")
	default:
	}
	s.kill(t, sandbox, 0)
	select {
	case <-sandbox.Done():
	case <-time.After(5*time.Second + s.Slow):
		t.Fatal("nobody noticed that the runner died")
	}
	_, _, err := sandbox.Run(t.Context(), ask("echo hello"))
	wantCode(t, err, fault.Internal)
}

// kill ends the sandbox's first process the way a stranger would.
func (s *suite) kill(t *testing.T, sandbox executor.Sandbox, after time.Duration) {
	t.Helper()
	id := pid(sandbox)
	if id == 0 {
		t.Skip("the executor does not know the process")
	}
	timer := time.AfterFunc(after, func() {
		if p, err := os.FindProcess(id); err == nil {
			_ = p.Signal(syscall.SIGKILL)
		}
	})
	t.Cleanup(func() { timer.Stop() })
}

func (s *suite) cancelling(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(100*time.Millisecond, cancel)
	began := time.Now()
	_, _, err := sandbox.Run(ctx, ask("hang"))
	wantCode(t, err, fault.Cancelled)
	if took := time.Since(began); took > 2*time.Second+s.Slow {
		t.Errorf("cancelling took %v", took)
	}
}

func (s *suite) callersDeadline(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, _, err := sandbox.Run(ctx, ask("hang"))
	wantCode(t, err, fault.Timeout)
}

// preparation is what can go wrong before a sandbox is ready.
func (s *suite) preparation(t *testing.T) {
	for _, c := range []struct {
		name, behaviour string
		want            fault.Code
	}{
		{"a runner that never gets ready", "hang", fault.Unavailable},
		{"a runner that leaves at once", "exit", fault.Internal},
		{"something else than a runner", "garbage", fault.Internal},
		{"a runner that floods before it is ready", "flood", fault.Internal},
		{"a dataset that does not fit into memory", "alloc", fault.ResourceExceeded},
		{"a dataset the runner cannot open", "fault", fault.NotFound},
	} {
		s.run(t, c.name, func(t *testing.T) {
			spec := s.spec(t, executor.Spec{
				DataDir: Dataset(t, map[string]string{"behaviour": c.behaviour}),
				Limits:  executor.Limits{Memory: 128 << 20},
			})
			if c.behaviour == "hang" {
				spec.Limits.StartTimeout = time.Second
			}
			_, err := s.exec.Prepare(t.Context(), spec)
			if c.behaviour == "fault" {
				if fault.CodeOf(err) != c.want {
					t.Errorf("error is %v", err)
				}
				return
			}
			wantCode(t, err, c.want)
		})
	}
	s.run(t, "a preparation that is cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(200*time.Millisecond, cancel)
		_, err := s.exec.Prepare(ctx, s.spec(t, executor.Spec{DataDir: Dataset(t, map[string]string{"behaviour": "hang"})}))
		wantCode(t, err, fault.Cancelled)
	})
	s.run(t, "a spec that makes no sense", s.badSpecs)
}

func (s *suite) badSpecs(t *testing.T) {
	dir := Dataset(t, map[string]string{protocol.PreparedName: "prepared"})
	for _, c := range []struct {
		name string
		spec executor.Spec
		want fault.Code
	}{
		{"no data directory", executor.Spec{Mode: protocol.SQL}, fault.Validation},
		{"a data directory that is not there", executor.Spec{Mode: protocol.SQL, DataDir: dir + "/none"}, fault.NotFound},
		{"a file as data directory", executor.Spec{Mode: protocol.SQL, DataDir: dir + "/" + protocol.PreparedName}, fault.NotFound},
		{"no mode", executor.Spec{DataDir: dir}, fault.Validation},
		{"a mode nobody knows", executor.Spec{Mode: "dance", DataDir: dir}, fault.Validation},
		{"sql with an output directory", executor.Spec{Mode: protocol.SQL, DataDir: dir, OutDir: dir}, fault.Validation},
		{"ingest without an output directory", executor.Spec{Mode: protocol.Ingest, DataDir: dir}, fault.Validation},
		{"hardly any memory", executor.Spec{Mode: protocol.SQL, DataDir: dir, Limits: executor.Limits{Memory: 1}}, fault.Validation},
		{"negative memory", executor.Spec{Mode: protocol.SQL, DataDir: dir, Limits: executor.Limits{Memory: -1}}, fault.Validation},
	} {
		if _, err := s.exec.Prepare(t.Context(), c.spec); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}
