package executor

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inMemory is a process that is a goroutine: script is what it does, and Kill
// closes its pipes.
type inMemory struct {
	in       *io.PipeReader
	out, err *io.PipeWriter
	kill     sync.Once
	ended    chan struct{}
	removed  int
	exit     Exit
}

func (p *inMemory) Kill() {
	p.kill.Do(func() {
		_ = p.in.Close()
		_ = p.out.Close()
		_ = p.err.Close()
	})
}

func (p *inMemory) Wait() Exit {
	<-p.ended
	p.Kill()
	return p.exit
}

func (p *inMemory) PeakMemory() int64 { return 42 }
func (p *inMemory) PID() int          { return 0 }

func (p *inMemory) Remove(context.Context) error {
	p.removed++
	return nil
}

// start runs a session over a script.
func start(t *testing.T, roster *Roster, spec Spec, script func(p *inMemory)) (*Session, *inMemory, error) {
	t.Helper()
	in, stdin := io.Pipe()
	stdout, out := io.Pipe()
	stderr, errOut := io.Pipe()
	p := &inMemory{in: in, out: out, err: errOut, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		script(p)
	}()
	spec.Mode = protocol.SQL
	spec.Limits = spec.Limits.WithDefaults(DefaultLimits(protocol.SQL))
	s, err := NewSession(t.Context(), roster, Start{
		ID: "memory-1", Spec: spec, Process: p, Streams: Streams{Stdin: stdin, Stdout: stdout, Stderr: stderr},
		Began: time.Now(), Logger: slog.New(slog.DiscardHandler),
	})
	return s, p, err
}

func ready(p *inMemory) {
	_, _ = fmt.Fprintln(p.out, `{"ready":true,"engine":"memory"}`)
}

func answering(p *inMemory) {
	ready(p)
	if _, err := bufio.NewReader(p.in).ReadBytes('\n'); err == nil {
		_, _ = fmt.Fprintln(p.out, `{"id":"1","status":"ok","row_count":0}`)
	}
}

// silent is ready and then says nothing until it is killed.
func silent(p *inMemory) {
	ready(p)
	_, _ = io.Copy(io.Discard, p.in)
	for {
		if _, err := p.err.Write([]byte("still here ")); err != nil {
			return
		}
	}
}

func TestASessionAnswersOnceAndLeavesTheRoster(t *testing.T) {
	var roster Roster
	s, p, err := start(t, &roster, Spec{}, answering)
	if err != nil {
		t.Fatal(err)
	}
	resp, stats, err := s.Run(t.Context(), protocol.Request{ID: "1"})
	if err != nil || resp.Status != protocol.OK || stats.Engine != "memory" {
		t.Errorf("run: %+v %+v %v", resp, stats, err)
	}
	if _, _, err := s.Run(t.Context(), protocol.Request{ID: "1"}); !errors.Is(err, ErrUsed) {
		t.Errorf("second run: %v", err)
	}
	for range 3 {
		if err := s.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if p.removed != 1 || len(roster.live) != 0 {
		t.Errorf("removed %d times, %d on the roster", p.removed, len(roster.live))
	}
}

func TestASessionThatIsSilentIsKilled(t *testing.T) {
	var roster Roster
	s, p, err := start(t, &roster, Spec{Limits: Limits{Timeout: 50 * time.Millisecond}}, silent)
	if err != nil {
		t.Fatal(err)
	}
	_, stats, err := s.Run(t.Context(), protocol.Request{ID: "1"})
	if fault.CodeOf(err) != fault.Timeout {
		t.Error(err)
	}
	if len(stats.Stderr) == 0 || len(stats.Stderr) > stderrCap {
		t.Errorf("%d bytes of stderr were kept", len(stats.Stderr))
	}
	if err := s.Destroy(t.Context()); err != nil || p.removed != 1 {
		t.Errorf("destroy: %v, removed %d times", err, p.removed)
	}
}

func TestAProcessThatIsNotARunnerIsRemovedAtOnce(t *testing.T) {
	var roster Roster
	_, p, err := start(t, &roster, Spec{}, func(p *inMemory) { _, _ = fmt.Fprintln(p.out, "hello") })
	if fault.CodeOf(err) != fault.Internal || p.removed != 1 || len(roster.live) != 0 {
		t.Errorf("%v, removed %d times, %d on the roster", err, p.removed, len(roster.live))
	}
}

func TestClosingTheRosterEndsWhatRunsAndWhatStarts(t *testing.T) {
	var roster Roster
	s, p, err := start(t, &roster, Spec{}, silent)
	if err != nil {
		t.Fatal(err)
	}
	ctx, leave, err := roster.Enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-ctx.Done()
		leave()
	}()
	running := make(chan error, 1)
	go func() {
		_, _, err := s.Run(t.Context(), protocol.Request{ID: "1"})
		running <- err
	}()
	if err := roster.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if code := fault.CodeOf(<-running); code != fault.Cancelled {
		t.Errorf("the run ended with %s", code)
	}
	if p.removed != 1 {
		t.Errorf("removed %d times", p.removed)
	}
	if _, _, err := roster.Enter(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a closed roster lets in: %v", err)
	}
}
