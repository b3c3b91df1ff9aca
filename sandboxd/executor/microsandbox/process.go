package microsandbox

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

const (
	// signaled is what msb exec ends with when a signal ended the runner.
	signaled = 255
	// outOfMemory is how a Linux kernel begins the news that it killed for
	// memory. Only the guest's root can write to its log.
	outOfMemory = "Out of memory: Killed process"
)

// process implements [executor.Process]: msb exec on this side, a machine with a
// runner on the other.
type process struct {
	msb  msb
	name string
	cmd  *exec.Cmd
	// wasKilled says that the end was ordered from here.
	wasKilled atomic.Bool
}

// launch starts the runner in a machine that has booted.
func (e *Executor) launch(ctx context.Context, id string, m msb, spec executor.Spec) (*process, executor.Streams, error) {
	program := spec.Command(protocol.RunnerPath, protocol.DataDir, protocol.OutDir, protocol.TmpDir)
	// Not the caller's context, which bounds the preparation only.
	cmd := m.command(context.WithoutCancel(ctx), execArgs(id, spec.Limits, program...)...)
	streams, theirs, err := pipes()
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}()
	if err != nil {
		return nil, executor.Streams{}, err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs[0], theirs[1], theirs[2]
	if err := cmd.Start(); err != nil {
		streams.Close()
		return nil, executor.Streams{}, err
	}
	return &process{msb: m, name: id, cmd: cmd}, streams, nil
}

// pipes makes the streams of a process and the ends that belong to it. They are
// the system's pipes and not those of package exec, which end with Wait, read or
// not.
func pipes() (_ executor.Streams, theirs []*os.File, err error) {
	var ours []*os.File
	for fd := range 3 {
		r, w, pipeErr := os.Pipe()
		if pipeErr != nil {
			for _, f := range ours {
				_ = f.Close()
			}
			return executor.Streams{}, theirs, pipeErr
		}
		if fd == 0 {
			r, w = w, r
		}
		ours, theirs = append(ours, r), append(theirs, w)
	}
	return executor.Streams{Stdin: ours[0], Stdout: ours[1], Stderr: ours[2]}, theirs, nil
}

// Kill implements [executor.Process]. The guest's side of the connection kills
// the runner when this side is gone, and Wait stops the machine.
func (p *process) Kill() {
	p.wasKilled.Store(true)
	_ = p.cmd.Process.Kill()
}

// Wait implements [executor.Process].
func (p *process) Wait() executor.Exit {
	err := p.cmd.Wait()
	exit := executor.Exit{Code: exitCode(p.cmd.ProcessState)}
	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		exit.Err = err
	}
	if exit.Code == signaled && !p.wasKilled.Load() {
		exit.OOM = p.ranOutOfMemory()
	}
	// Only now is nothing left that could write to an output directory.
	if err := p.msb.stop(context.Background(), p.name); err != nil {
		exit.Err = errors.Join(exit.Err, err)
	}
	return exit
}

// exitCode is the status, or 128 plus the signal.
func exitCode(state *os.ProcessState) int {
	if state == nil {
		return -1
	}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}

// ranOutOfMemory asks the guest's kernel. Without an answer the end remains
// unexplained, which is the safer mistake.
func (p *process) ranOutOfMemory() bool {
	log, err := p.msb.call(context.Background(), kernelLogArgs(p.name)...)
	return err == nil && strings.Contains(log, outOfMemory)
}

// PeakMemory implements [executor.Process]. Asking costs more than the number is
// worth to a run.
func (p *process) PeakMemory() int64 { return 0 }

// PID implements [executor.Process]. The runner is a process of another kernel.
func (p *process) PID() int { return 0 }

// Remove implements [executor.Process].
func (p *process) Remove(ctx context.Context) error { return p.msb.remove(ctx, p.name) }
