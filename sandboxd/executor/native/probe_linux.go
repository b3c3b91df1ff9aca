package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// canaryTimeout bounds the sandbox that is started to see what holds in it.
const canaryTimeout = 15 * time.Second

// probe is what was found out about this machine.
type probe struct {
	namespaces bool
	facts      stage1.Facts
	// why says what a full sandbox failed with, where an unsafe one is used.
	why error
}

// Probe implements [executor.Executor]: it starts a sandbox that reports what it
// found and compares that with the floor.
func (e *Executor) Probe(ctx context.Context) (executor.Capabilities, error) {
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	defer leave()
	p, err := e.probe(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name, Version: kernel()}, err
	}
	controllers, version := e.cgroups.controllers()
	c := executor.Capabilities{
		Executor: Name, Version: kernel(), Namespaces: p.namespaces, HostUID: e.hostUID,
		LandlockABI: p.facts.LandlockABI, Seccomp: p.facts.Seccomp,
		CgroupVersion: version, Controllers: controllers,
		Memory: "rlimit", Pids: "rlimit",
		CPUQuota: e.cgroups.bounds("cpu"), CPUBurst: e.cgroups.bursts(),
		Unsafe: p.why != nil || len(e.skip) > 0,
	}
	if e.cgroups.bounds("memory") {
		c.Memory = "cgroup"
	}
	if e.cgroups.bounds("pids") {
		c.Pids = "cgroup"
	}
	if p.why != nil {
		c.Notes = append(c.Notes, "unsafe: "+p.why.Error())
	}
	for _, step := range e.skip {
		c.Notes = append(c.Notes, "unsafe: without "+step)
	}
	for _, name := range []string{"memory", "pids", "cpu"} {
		if err := e.cgroups.missing[name]; err != nil {
			c.Notes = append(c.Notes, fmt.Sprintf("no %s cgroup: %v", name, firstLine(err)))
		}
	}
	return c, nil
}

// probe returns what was found, starting canaries only until one has told.
func (e *Executor) probe(ctx context.Context) (*probe, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.probed != nil {
		return e.probed, nil
	}
	p := &probe{namespaces: true}
	var err error
	if p.facts, err = e.canary(ctx, true); err == nil {
		err = belowFloor(p.facts)
	}
	if err != nil && ctx.Err() != nil {
		return nil, fault.Wrap(err, fault.Cancelled, "Looking for sandboxes was interrupted.")
	}
	if err != nil && !e.opts.Unsafe {
		return nil, fault.Wrap(err, fault.Unavailable, "This machine cannot run native sandboxes: %v.", firstLine(err)).
			WithHint("%s", e.hint())
	}
	if err != nil {
		p.why = err
		if p.facts.PID != 1 {
			p.namespaces = false
			if p.facts, err = e.canary(ctx, false); err != nil {
				return nil, fault.Wrap(err, fault.Unavailable, "This machine cannot run even an unsafe sandbox: %v.", firstLine(err))
			}
		}
	}
	e.probed = p
	return p, nil
}

// hint says what to do about a machine that cannot run a sandbox.
func (e *Executor) hint() string {
	restricted, _ := read("/proc/sys/kernel", "apparmor_restrict_unprivileged_userns")
	if strings.TrimSpace(restricted) == "1" && !e.root {
		return "AppArmor keeps ordinary users from user namespaces here: set the sysctl " +
			"kernel.apparmor_restrict_unprivileged_userns to 0, or start Docker, and Leo uses that."
	}
	return "Allow user namespaces, Landlock and seccomp, or start Docker, and Leo uses that."
}

// belowFloor says which part of the promise a sandbox does not keep.
func belowFloor(f stage1.Facts) error {
	var missing []string
	for _, part := range []struct {
		bad  bool
		name string
	}{
		{f.PID != 1, "a pid namespace"},
		{f.UID != executor.UID, "a user namespace"},
		{f.HostVisible, "a mount namespace"},
		{f.LandlockABI < 1, "Landlock"},
		{!f.Seccomp, "seccomp"},
	} {
		if part.bad {
			missing = append(missing, part.name)
		}
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("the kernel lacks %s", strings.Join(missing, ", "))
}

// canary starts a sandbox without data that reports and ends.
func (e *Executor) canary(ctx context.Context, namespaces bool) (facts stage1.Facts, err error) {
	spec := executor.Spec{Mode: protocol.SQL, Limits: executor.DefaultLimits(protocol.SQL)}
	plan, err := e.plan(spec, namespaces)
	defer func() { err = errors.Join(err, plan.close()) }()
	if err != nil {
		return facts, err
	}
	plan.config.Report = true
	p := &process{}
	if p.group, err = e.cgroups.create(executor.NewID("canary"), "", spec.Limits); err != nil {
		return facts, err
	}
	defer func() { err = errors.Join(err, p.Remove(ctx)) }()
	streams, err := e.launch(p, plan)
	if err != nil {
		return facts, fmt.Errorf("start a process in new namespaces: %w", err)
	}
	defer streams.Close()
	ctx, cancel := context.WithTimeout(ctx, canaryTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, p.Kill)()

	out, readErr := io.ReadAll(io.LimitReader(streams.Stdout, 64<<10))
	said, _ := io.ReadAll(io.LimitReader(streams.Stderr, 64<<10))
	p.Kill()
	exit := p.Wait()
	if err := json.Unmarshal(out, &facts); err != nil || readErr != nil {
		if text := strings.TrimSpace(string(said)); text != "" {
			return facts, errors.New(text)
		}
		return facts, fmt.Errorf("a sandbox ended with code %d and did not say why", exit.Code)
	}
	return facts, nil
}

func kernel() string {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return "unknown"
	}
	return unix.ByteSliceToString(name.Release[:])
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
