package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/pkg/stdcopy"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

const (
	// killed is the exit code of a process that got SIGKILL.
	killed = 128 + 9
	// oomGrace is how long the daemon may take to notice why.
	oomGrace = 500 * time.Millisecond
)

// process implements [executor.Process] for a started container.
type process struct {
	e  *Executor
	id string

	attached types.HijackedResponse
	exited   <-chan container.WaitResponse
	waitErr  <-chan error
	stopWait context.CancelFunc

	killing    sync.Once
	wasKilled  atomic.Bool
	background sync.WaitGroup
}

// attach connects to a created container and starts it, in the order in which
// nothing can be missed: first the wait, then the streams, then the start.
func (e *Executor) attach(ctx context.Context, id string) (*process, executor.Streams, error) {
	p := &process{e: e, id: id}
	waiting, stopWait := context.WithCancel(context.WithoutCancel(ctx))
	p.stopWait = stopWait
	p.exited, p.waitErr = e.client.ContainerWait(waiting, id, container.WaitConditionNextExit)

	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var err error
	p.attached, err = e.client.ContainerAttach(ctx, id, container.AttachOptions{
		Stream: true, Stdin: true, Stdout: true, Stderr: true,
	})
	if err != nil {
		stopWait()
		return nil, executor.Streams{}, fmt.Errorf("attach: %w", err)
	}
	if err := e.client.ContainerStart(ctx, id, container.StartOptions{}); err != nil {
		p.attached.Close()
		stopWait()
		return nil, executor.Streams{}, fmt.Errorf("start container: %w", err)
	}
	return p, p.streams(), nil
}

// streams splits the connection into the three streams of a process.
func (p *process) streams() executor.Streams {
	stdout, toStdout := io.Pipe()
	stderr, toStderr := io.Pipe()
	p.background.Go(func() {
		_, err := stdcopy.StdCopy(sink{toStdout}, sink{toStderr}, p.attached.Reader)
		_ = toStdout.CloseWithError(err)
		_ = toStderr.CloseWithError(err)
	})
	return executor.Streams{
		Stdin: stdin{p.attached}, Stdout: stdout,
		// The last of the three to be closed takes the connection with it.
		Stderr: lastStream{stderr, p.attached},
	}
}

// sink swallows what nobody reads any more: the other stream must go on.
type sink struct{ w *io.PipeWriter }

func (s sink) Write(b []byte) (int, error) {
	if _, err := s.w.Write(b); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return 0, err
	}
	return len(b), nil
}

type stdin struct{ attached types.HijackedResponse }

func (s stdin) Write(b []byte) (int, error) { return s.attached.Conn.Write(b) }

func (s stdin) Close() error { return s.attached.CloseWrite() }

type lastStream struct {
	*io.PipeReader

	attached types.HijackedResponse
}

func (s lastStream) Close() error {
	s.attached.Close()
	return s.PipeReader.Close()
}

// Kill implements [executor.Process]. The daemon takes its time, so it is asked
// in the background, once; what it misses, the removal by force gets.
func (p *process) Kill() {
	p.killing.Do(func() {
		p.wasKilled.Store(true)
		p.background.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
			defer cancel()
			err := p.e.client.ContainerKill(ctx, p.id, "KILL")
			if err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) {
				p.e.opts.Logger.WarnContext(ctx, "kill sandbox", "container", p.id, "error", err)
			}
		})
	})
}

// Wait implements [executor.Process].
func (p *process) Wait() executor.Exit {
	exit := executor.Exit{Code: -1}
	select {
	case result := <-p.exited:
		exit.Code = int(result.StatusCode)
		if result.Error != nil {
			exit.Err = errors.New(result.Error.Message)
		}
	case exit.Err = <-p.waitErr:
		return exit
	}
	// The news that memory ran out comes apart from the news of the end.
	ctx, cancel := context.WithTimeout(context.Background(), oomGrace)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for exit.Code == killed && !p.wasKilled.Load() && !exit.OOM {
		state, err := p.inspect(ctx)
		if err != nil {
			break
		}
		exit.OOM = state.OOMKilled
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
	return exit
}

func (p *process) inspect(ctx context.Context) (*container.State, error) {
	found, err := p.e.client.ContainerInspect(ctx, p.id)
	if err != nil {
		return nil, err
	}
	if found.ContainerJSONBase == nil || found.State == nil {
		return nil, errors.New("the daemon does not tell the state")
	}
	return found.State, nil
}

// PeakMemory implements [executor.Process].
func (p *process) PeakMemory() int64 { return peakMemory(p.id) }

// PID implements [executor.Process]. It is the daemon's view: on this host only
// if the daemon runs here.
func (p *process) PID() int {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	state, err := p.inspect(ctx)
	if err != nil {
		return 0
	}
	return state.Pid
}

// Remove implements [executor.Process].
func (p *process) Remove(ctx context.Context) error {
	err := p.e.remove(ctx, p.id)
	p.stopWait()
	p.attached.Close()
	p.background.Wait()
	return err
}
