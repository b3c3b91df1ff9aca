package kubernetes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// errLocked says that a pod started, and that its first stage failed.
var errLocked = errors.New("the first stage failed")

// Probe implements [executor.Executor]: a first pod reports what holds in it.
func (e *Executor) Probe(ctx context.Context) (executor.Capabilities, error) {
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	defer leave()
	caps, err := e.probe(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	// What pods can do is remembered; that the cluster is there is not.
	if _, err := e.version(ctx); err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	return *caps, nil
}

// probe returns what pods are like here, which it finds out once.
func (e *Executor) probe(ctx context.Context) (*executor.Capabilities, error) {
	select {
	case e.probing <- struct{}{}:
		defer func() { <-e.probing }()
	case <-ctx.Done():
		return nil, e.startFault(ctx, ctx.Err())
	}
	if e.caps != nil {
		return e.caps, nil
	}
	version, err := e.version(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := e.canary(ctx, false)
	if errors.Is(err, errLocked) && ctx.Err() == nil {
		// Once more, with less: a runtime, such as gVisor's, may not know Landlock.
		facts, err = e.canary(ctx, true)
	}
	if err != nil {
		return nil, err
	}
	caps := &executor.Capabilities{
		Executor: Name, Version: version, Namespaces: true, HostUID: executor.UID,
		LandlockABI: facts.LandlockABI, Seccomp: facts.Seccomp,
		// The kubelet bounds memory and processor time; processes by its own setting alone.
		Controllers: []string{"memory", "cpu"}, Memory: "cgroup", Pids: "none", CPUQuota: true,
	}
	if facts.Processes > 0 {
		caps.Controllers, caps.Pids = append(caps.Controllers, "pids"), "cgroup"
	} else {
		caps.Notes = append(caps.Notes, "the kubelet does not bound how many processes a pod has: its memory does (set podPidsLimit)")
	}
	if e.opts.RuntimeClass != "" {
		caps.Notes = append(caps.Notes, "pods run with runtime class "+e.opts.RuntimeClass)
	}
	if facts.LandlockABI == 0 {
		caps.Notes = append(caps.Notes, "no Landlock in pods: what the container runtime shows is what protects files")
	}
	if !facts.Seccomp || facts.UID != executor.UID {
		return nil, fault.New(fault.Unavailable, "Pods of this cluster are below what sandboxes need: system calls are not filtered.").
			WithHint("The nodes' kernels and container runtime must support seccomp.")
	}
	e.caps = caps
	return caps, nil
}

// canary runs a pod that reports what holds in it, and ends.
func (e *Executor) canary(ctx context.Context, bestEffort bool) (facts stage1.Facts, err error) {
	spec := executor.Spec{Mode: protocol.Probe, Limits: executor.DefaultLimits(protocol.SQL)}
	config := e.config(spec, nil)
	config.Report, config.BestEffort = true, bestEffort
	ctx, cancel := context.WithTimeoutCause(ctx, spec.Limits.StartTimeout, errSlow)
	defer cancel()
	p, streams, err := e.start(ctx, executor.NewID("canary"), spec, config)
	if err != nil {
		return facts, err
	}
	defer func() {
		streams.Close()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removal)
		defer cancel()
		if removeErr := p.Remove(ctx); removeErr != nil {
			e.opts.Logger.WarnContext(ctx, "remove the pod that was tried", "error", removeErr)
		}
	}()
	unhook := context.AfterFunc(ctx, p.Kill)
	defer unhook()
	var said, complaint bytes.Buffer
	reading := make(chan error, 1)
	go func() {
		_, err := io.Copy(&complaint, io.LimitReader(streams.Stderr, 1<<16))
		reading <- err
	}()
	_, err = io.Copy(&said, io.LimitReader(streams.Stdout, 1<<16))
	err = errors.Join(err, <-reading)
	if err == nil {
		err = json.Unmarshal(said.Bytes(), &facts)
	}
	if err != nil {
		if ctx.Err() != nil {
			return facts, e.startFault(ctx, err)
		}
		err = fmt.Errorf("%w: %w; it said %q", errLocked, err, complaint.String())
		return facts, fault.Wrap(err, fault.Unavailable, "A pod of the cluster does not become a sandbox.").
			WithHint("An administrator finds the cause in Leo's log; the image may not be the runner's, or be of another version.")
	}
	return facts, nil
}
