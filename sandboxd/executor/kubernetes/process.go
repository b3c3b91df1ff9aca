package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// removal bounds the removal of a sandbox that did not come to be.
const removal = 30 * time.Second

// Whose a sandbox is.
const (
	idle int32 = iota
	claimed
	retired
)

// process implements [executor.Process] for the pod of a Job.
type process struct {
	e  *Executor
	id string
	// job is the Job's uid, pod the name of its pod; set while it starts.
	job, pod string

	// attachment ends the connection to the container, and waiting Wait.
	attachment context.Context //nolint:containedctx // it outlives the calls that begin and end it
	detach     context.CancelFunc
	waiting    context.Context //nolint:containedctx // as above
	leave      context.CancelFunc

	state   atomic.Int32
	retire  *time.Timer
	killing sync.Once
	killed  chan struct{}
	// lost says that the connection broke in a way that left no answer.
	lost       atomic.Bool
	background sync.WaitGroup
}

func newProcess(e *Executor, id string, age time.Duration) *process {
	p := &process{e: e, id: id, killed: make(chan struct{})}
	p.attachment, p.detach = context.WithCancel(context.Background())
	p.waiting, p.leave = context.WithCancel(context.Background())
	// The deadline of its Job comes later by the budget of a run: a run that began in time has
	// all of it.
	p.retire = time.AfterFunc(age, func() {
		if p.state.CompareAndSwap(idle, retired) {
			p.Kill()
		}
	})
	return p
}

// Kill implements [executor.Process]. An idle runner ends because its standard input
// does; any other because the cluster is asked to remove it, in the background.
func (p *process) Kill() {
	p.killing.Do(func() {
		close(p.killed)
		p.detach()
		p.background.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), removal)
			defer cancel()
			if err := p.e.deleteJob(ctx, jobName(p.id)); err != nil {
				p.e.opts.Logger.WarnContext(ctx, "kill sandbox", "sandbox", p.id, "error", err)
			}
		})
	})
}

func (p *process) wasKilled() bool {
	select {
	case <-p.killed:
		return true
	default:
		return false
	}
}

// Wait implements [executor.Process].
func (p *process) Wait() executor.Exit {
	now, err := p.e.pods.until(p.waiting, p.id, func(now sight) (bool, error) { return now.over(), nil })
	exit := executor.Exit{Code: -1, Lost: !p.wasKilled() && p.lost.Load()}
	if err != nil {
		exit.Err = fmt.Errorf("the end of the pod was not seen: %w", err)
		return exit
	}
	ended := now.ended()
	if ended == nil {
		exit.Lost, exit.Err = !p.wasKilled(), errors.New(describe(now))
		return exit
	}
	exit.Code, exit.OOM = int(ended.ExitCode), ended.Reason == "OOMKilled"
	if !p.wasKilled() && !exit.OOM && (now.pod.Status.Reason != "" || now.pod.DeletionTimestamp != nil) {
		// Evicted, preempted, past its deadline, or with its node.
		exit.Lost, exit.Err = true, errors.New(describe(now))
	}
	return exit
}

// PeakMemory implements [executor.Process]: the cluster does not tell.
func (p *process) PeakMemory() int64 { return 0 }

// PID implements [executor.Process]: it is another machine's.
func (p *process) PID() int { return 0 }

// Remove implements [executor.Process].
func (p *process) Remove(ctx context.Context) error {
	p.retire.Stop()
	p.Kill()
	p.background.Wait()
	_, err := p.e.pods.until(ctx, p.id, func(now sight) (bool, error) { return now.gone || now.pod == nil, nil })
	p.leave()
	p.e.pods.forget(p.id)
	if err != nil {
		return fmt.Errorf("the pod of sandbox %s is still there: %w", p.id, err)
	}
	return nil
}

// abandon removes what there is of a sandbox that did not come to be.
func (p *process) abandon(ctx context.Context) error {
	if p.job == "" {
		// There is no Job, or its creation removes it; see create.
		p.retire.Stop()
		p.detach()
		p.leave()
		p.e.pods.forget(p.id)
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removal)
	defer cancel()
	return p.Remove(ctx)
}
