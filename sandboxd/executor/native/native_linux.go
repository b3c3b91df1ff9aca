package native

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Executor implements [executor.Executor] with kernel features.
type Executor struct {
	opts    Options
	hostUID int // of sandboxed processes
	hostGID int
	root    bool // leo itself is root
	cgroups *cgroups
	spawner *spawner
	gate    *gate
	roster  executor.Roster
	skip    []string // steps of the lockdown that tests leave out

	mu     sync.Mutex // guards probed
	probed *probe

	unpacking sync.Mutex // guards python
	python    *pythonRoot
	// harnessArgs go to the Python harness; only tests have any.
	harnessArgs []string
	closed      sync.Once
}

// New returns an executor that runs opts.Runner. It fails when the binary is not
// there or may not be executed; whether the machine is good enough is what Probe
// finds out.
func New(opts Options) (*Executor, error) {
	if opts.Logger == nil {
		return nil, errors.New("native: no logger")
	}
	if opts.CgroupParent == "" {
		opts.CgroupParent = "leo-sandboxes"
	}
	var err error
	if opts.Runner, err = filepath.Abs(opts.Runner); err != nil {
		return nil, fmt.Errorf("native: runner path: %w", err)
	}
	root := os.Geteuid() == 0
	if err := checkRunner(opts.Runner, root); err != nil {
		return nil, err
	}
	e := &Executor{
		opts: opts, root: root, hostUID: os.Geteuid(), hostGID: os.Getegid(),
		spawner: newSpawner(), gate: newGate(runtime.NumCPU()),
	}
	if e.root {
		e.hostUID, e.hostGID = executor.UID, executor.UID
	}
	e.cgroups = openCgroups(opts.CgroupParent, executor.NewInstance().String())
	return e, nil
}

// checkRunner looks for the right to execute: anybody's, or one's own where the
// sandbox is the same user.
func checkRunner(path string, root bool) error {
	info, err := os.Stat(path)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The program that runs queries, leo-runner, is not at %s.", path).
			WithHint("Build it with make build, or say where it is.")
	}
	need := fs.FileMode(0o111)
	if root {
		need = 0o001
	}
	if !info.Mode().IsRegular() || info.Mode()&need == 0 {
		return fault.New(fault.Unavailable, "Sandboxes may not execute %s.", path).
			WithHint("Run chmod 755 on it.")
	}
	return nil
}

// Name implements [executor.Executor].
func (e *Executor) Name() string { return Name }

// Prepare implements [executor.Executor].
func (e *Executor) Prepare(ctx context.Context, spec executor.Spec) (executor.Sandbox, error) {
	began := time.Now()
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	probed, err := e.probe(ctx)
	if err != nil {
		return nil, err
	}
	if spec, err = spec.Resolve(); err != nil {
		return nil, err
	}
	if e.root {
		if err := executor.CheckReadable(spec.DataDir); err != nil {
			return nil, err
		}
	}
	done, err := e.gate.enter(ctx, spec)
	if err != nil {
		return nil, notStarted(err)
	}
	defer done()
	id := executor.NewID(Name)
	p, streams, err := e.start(id, spec, probed.namespaces)
	var f *fault.Fault
	if errors.As(err, &f) {
		return nil, f
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The sandbox could not be started.").
			WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
	}
	s, err := executor.NewSession(ctx, &e.roster, executor.Start{
		ID: id, Spec: spec, Process: p, Streams: streams, Began: began, Logger: e.opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// notStarted is the fault of a preparation that ended while it waited for its turn.
func notStarted(cause error) error {
	var f *fault.Fault
	switch {
	case errors.As(cause, &f):
		return f
	case errors.Is(cause, context.DeadlineExceeded):
		return fault.Wrap(cause, fault.Unavailable, "The sandbox did not start in time.").
			WithHint("This machine may be overloaded. Try again in a moment.")
	}
	return fault.Wrap(cause, fault.Cancelled, "The run was cancelled.").WithHint("Ask again to run it from the start.")
}

// start builds everything outside and starts the process. On failure nothing is
// left.
func (e *Executor) start(id string, spec executor.Spec, namespaces bool) (_ *process, _ executor.Streams, err error) {
	var undo undoer
	defer func() {
		if err != nil {
			err = errors.Join(err, undo.run())
		}
	}()
	p := &process{}
	if spec.OutDir != "" {
		if err := executor.OpenOut(spec.OutDir, e.hostUID); err != nil {
			return nil, executor.Streams{}, err
		}
		undo.add(func() error { return executor.SealOut(spec.OutDir) })
	}
	plan, err := e.plan(spec, namespaces)
	undo.add(plan.close)
	if err != nil {
		return nil, executor.Streams{}, err
	}
	p.scratch = plan.scratch
	if p.group, err = e.cgroups.create(id, spec.Org, spec.Limits); err != nil {
		return nil, executor.Streams{}, err
	}
	undo.add(p.group.remove)
	streams, err := e.launch(p, plan)
	if err != nil {
		return nil, executor.Streams{}, err
	}
	// What was opened for the child is its own now. The scratch directory
	// belongs to the process.
	plan.scratch = ""
	_ = plan.close()
	return p, streams, nil
}

// undoer takes back steps in reverse.
type undoer struct{ steps []func() error }

func (u *undoer) add(step func() error) { u.steps = append(u.steps, step) }

func (u *undoer) run() error {
	var errs []error
	for i := len(u.steps) - 1; i >= 0; i-- {
		errs = append(errs, u.steps[i]())
	}
	return errors.Join(errs...)
}

// Sweep implements [executor.Executor]. Processes of a dead leo are gone with
// it; their cgroups are not.
func (e *Executor) Sweep(ctx context.Context) (int, error) { return e.cgroups.sweep(ctx) }

// Close implements [executor.Executor].
func (e *Executor) Close(ctx context.Context) error {
	err := e.roster.Close(ctx)
	e.closed.Do(func() {
		e.spawner.stop()
		err = errors.Join(err, e.cgroups.close())
	})
	return err
}

// plan is what a sandbox is started with: its configuration and the open files
// it refers to.
type plan struct {
	config stage1.Config
	// files follow the configuration pipe in the child, the runner first.
	files      []*os.File
	namespaces bool
	scratch    string
}

// runnerFD is the runner's descriptor in the child; mounts follow.
const runnerFD = stage1.ConfigFD + 1

// plan opens what the sandbox will see. The caller closes the plan, also after
// an error.
func (e *Executor) plan(spec executor.Spec, namespaces bool) (*plan, error) {
	p := &plan{namespaces: namespaces}
	var python pythonRoot
	if spec.Mode == protocol.Python {
		var err error
		if python, err = e.pythonRoot(namespaces); err != nil {
			return p, err
		}
	}
	runner, err := os.Open(e.opts.Runner)
	if err != nil {
		return p, err
	}
	p.files = append(p.files, runner)
	p.config = stage1.Config{
		Namespaces: namespaces, BestEffort: e.opts.Unsafe, TmpBytes: spec.Limits.Tmp,
		Rlimits: e.rlimits(spec.Limits), Skip: e.skip,
	}
	mounts := []stage1.Mount{{Source: os.DevNull, Target: os.DevNull, File: true, Access: stage1.Device}}
	if spec.Mode == protocol.Python {
		mounts = append(mounts, python.mounts...)
		p.config.Links = python.links
	} else {
		mounts = append(mounts, stage1.Mount{Source: e.opts.Runner, Target: protocol.RunnerPath, File: true, Access: stage1.Exec})
	}
	if spec.DataDir != "" { // there is none in a canary
		mounts = append(mounts, stage1.Mount{Source: spec.DataDir, Target: protocol.DataDir, Access: stage1.Read})
	}
	if spec.OutDir != "" {
		mounts = append(mounts, stage1.Mount{Source: spec.OutDir, Target: protocol.OutDir, Access: stage1.Write})
	}
	p.config.Mounts = mounts
	if !namespaces {
		return p, e.planOnHost(p, spec)
	}
	p.config.Args = spec.Command(protocol.RunnerPath, protocol.DataDir, protocol.OutDir, protocol.TmpDir)
	if spec.Mode == protocol.Python {
		p.config.Args = append(p.config.Args, e.harnessArgs...)
	}
	if e.root {
		return p, p.openMounts()
	}
	return p, nil
}

// openMounts opens the mounts with leo's rights: the sandbox's user may not be
// able to reach them. An ordinary leo may not do this and need not, because its
// sandbox is the same user.
func (p *plan) openMounts() error {
	for i := range p.config.Mounts {
		m := &p.config.Mounts[i]
		fd, err := stage1.OpenTree(m.Source, m.Access)
		if err != nil {
			return err
		}
		m.FD = runnerFD + len(p.files)
		p.files = append(p.files, os.NewFile(uintptr(fd), m.Source))
	}
	return nil
}

// planOnHost is the unsafe plan: nothing is mounted, and paths are the host's.
func (e *Executor) planOnHost(p *plan, spec executor.Spec) error {
	var err error
	if p.scratch, err = os.MkdirTemp("", "leo-sandbox-"); err != nil {
		return err
	}
	if e.root {
		if err := os.Chown(p.scratch, e.hostUID, e.hostGID); err != nil {
			return err
		}
	}
	p.config.Mounts = append(p.config.Mounts, stage1.Mount{Source: p.scratch, Access: stage1.Write})
	p.config.Args = spec.Command(e.opts.Runner, spec.DataDir, spec.OutDir, p.scratch)
	return nil
}

func (p *plan) close() error {
	var errs []error
	for _, f := range p.files {
		errs = append(errs, f.Close())
	}
	p.files = nil
	if p.scratch != "" {
		errs = append(errs, os.RemoveAll(p.scratch))
	}
	return errors.Join(errs...)
}

// rlimits are the second line behind the cgroups, or the first where there are
// none.
func (e *Executor) rlimits(l executor.Limits) stage1.Rlimits {
	r := stage1.Rlimits{
		FileSize: positive(l.FileSize), Files: 256, Processes: positive(l.Pids),
		// Idle waiting costs nothing; this ends a sandbox whose parent is
		// stopped and cannot.
		CPUSeconds: uint64(max(1, l.CPU)*l.Timeout.Seconds()) + 60,
	}
	if !e.cgroups.bounds("memory") {
		r.Data = positive(l.Memory) + reservation
		// Reserved but unused address space is free, and both the Go runtime
		// and malloc reserve generously; shared mappings count only here.
		r.AddressSpace = positive(l.Memory) + 4<<30
	}
	return r
}

// reservation is what an idle runner holds writable without using it, in bytes:
// stacks of threads, arenas, the collector's tables. Measured: 150 MiB held at
// 55 MiB used. RLIMIT_DATA counts the one, a memory limit means the other.
const reservation = 96 << 20

// positive converts a limit, which was validated.
func positive(n int64) uint64 {
	return uint64(max(0, n))
}
