package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
)

// spawner starts processes from one thread that lives as long as it does. The
// kernel's "die with your parent" means the thread that forked: on a thread of
// Go's pool, the sandbox would die whenever the runtime retires that thread.
type spawner struct {
	jobs chan func()
	quit chan struct{}
	done chan struct{}
	once sync.Once
}

func newSpawner() *spawner {
	s := &spawner{jobs: make(chan func()), quit: make(chan struct{}), done: make(chan struct{})}
	go s.loop()
	return s
}

// loop never unlocks its thread, which therefore ends with it and takes along
// whatever sandbox is still there.
func (s *spawner) loop() {
	defer close(s.done)
	runtime.LockOSThread()
	for {
		select {
		case job := <-s.jobs:
			job()
		case <-s.quit:
			return
		}
	}
}

func (s *spawner) start(path string, args []string, attr *os.ProcAttr) (p *os.Process, err error) {
	started := make(chan struct{})
	job := func() {
		defer close(started)
		p, err = os.StartProcess(path, args, attr)
	}
	select {
	case s.jobs <- job:
		<-started
		return p, err
	case <-s.quit:
		return nil, errors.New("executor is closed")
	}
}

func (s *spawner) stop() {
	s.once.Do(func() { close(s.quit) })
	<-s.done
}

// launch starts the process of a plan, puts it into its cgroup and only then
// lets it go on.
func (e *Executor) launch(p *process, plan *plan) (executor.Streams, error) {
	config, err := json.Marshal(plan.config)
	if err != nil {
		return executor.Streams{}, err
	}
	var ours, theirs [4]*os.File
	defer func() {
		for _, f := range theirs {
			_ = f.Close()
		}
		_ = ours[stage1.ConfigFD].Close()
	}()
	for fd := range ours {
		r, w, pipeErr := os.Pipe()
		err = errors.Join(err, pipeErr)
		if fd == 1 || fd == 2 {
			ours[fd], theirs[fd] = r, w
		} else {
			ours[fd], theirs[fd] = w, r
		}
	}
	streams := executor.Streams{Stdin: ours[0], Stdout: ours[1], Stderr: ours[2]}
	if err != nil {
		streams.Close()
		return executor.Streams{}, err
	}
	p.proc, err = e.spawner.start(fmt.Sprintf("/proc/self/fd/%d", runnerFD), []string{"leo-runner", stage1.Command}, &os.ProcAttr{
		Dir: "/", Env: []string{}, Files: append(theirs[:], plan.files...), Sys: e.sysProcAttr(plan.namespaces),
	})
	if err != nil {
		streams.Close()
		return executor.Streams{}, err
	}
	if err = p.group.add(p.proc.Pid); err == nil {
		_, err = ours[stage1.ConfigFD].Write(config)
	}
	if err != nil {
		streams.Close()
		p.Kill()
		p.Wait()
		return executor.Streams{}, err
	}
	return streams, nil
}

// sysProcAttr describes the process around stage1. The two capabilities let it
// build its root and shed the rest; they are worth nothing outside its own user
// namespace.
func (e *Executor) sysProcAttr(namespaces bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGKILL,
		// A Ctrl-C at leo's terminal must not reach the sandboxes: leo decides.
		Setsid: true,
	}
	if e.root || namespaces {
		attr.Credential = &syscall.Credential{Uid: executor.UID, Gid: executor.UID, NoSetGroups: !e.root}
	}
	if namespaces {
		attr.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
			unix.CLONE_NEWNS | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: executor.UID, HostID: e.hostUID, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: executor.UID, HostID: e.hostGID, Size: 1}}
		// Root's supplementary groups must go; an ordinary user may not drop
		// its own, and Landlock and the mounts make them useless.
		attr.GidMappingsEnableSetgroups = e.root
		attr.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_SETPCAP}
	}
	return attr
}

// process implements [executor.Process].
type process struct {
	proc    *os.Process
	group   *group
	scratch string
}

// Kill implements [executor.Process]. The first process is the init of its pid
// namespace: the kernel ends all others with it.
func (p *process) Kill() { _ = p.proc.Kill() }

// Wait implements [executor.Process].
func (p *process) Wait() executor.Exit {
	state, err := p.proc.Wait()
	if err != nil {
		return executor.Exit{Code: -1, Err: err}
	}
	exit := executor.Exit{Code: state.ExitCode(), OOM: p.group.oomKilled(), PeakMemory: p.group.peakMemory()}
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		exit.Code = 128 + int(status.Signal())
	}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok && exit.PeakMemory == 0 {
		exit.PeakMemory = usage.Maxrss << 10
	}
	return exit
}

// PeakMemory implements [executor.Process].
func (p *process) PeakMemory() int64 { return p.group.peakMemory() }

// PID implements [executor.Process].
func (p *process) PID() int { return p.proc.Pid }

// Remove implements [executor.Process].
func (p *process) Remove(context.Context) error {
	err := p.group.remove()
	if p.scratch != "" {
		err = errors.Join(err, os.RemoveAll(p.scratch))
	}
	return err
}
