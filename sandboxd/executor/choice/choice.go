package choice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes"
	"github.com/leo-analytics/leo/sandboxd/executor/microsandbox"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/shared/fault"
)

// Auto asks for the first executor that works: Docker, then native. MicroVMs are
// for who asks for them: they start slower.
const Auto = "auto"

const (
	// answerTimeout is how long Docker may take to say that it is there.
	answerTimeout = 2 * time.Second
	// setupTimeout bounds everything after that, an import of the image
	// included.
	setupTimeout = 2 * time.Minute
)

// Options say what to pick from.
type Options struct {
	// Executor is [Auto] (also when empty), "docker", "native", "microsandbox" or
	// "kubernetes".
	Executor string
	// Runner is the path of leo-runner.
	Runner string
	// DockerHost overrides the address the docker command would use.
	DockerHost string
	// Python is the root file system of Python sandboxes; nil means none.
	// PythonDir is where native sandboxes unpack it.
	Python    *rootfs.Root
	PythonDir string
	// Microsandbox is the path of the msb command, MicrosandboxKernel that of
	// its kernel library if it is not where msb looks, and MicrosandboxHome where
	// its machines keep their state, at most 44 bytes long.
	Microsandbox, MicrosandboxKernel, MicrosandboxHome string
	// Kubernetes says which cluster sandboxes are Jobs of, where Executor is that; its
	// Logger is this one's.
	Kubernetes kubernetes.Options
	// Unsafe accepts a machine below an executor's floor, if that executor was
	// asked for by name.
	Unsafe bool
	// Logger receives what an operator should know. Required.
	Logger *slog.Logger
}

// Names lists what Options.Executor accepts.
func Names() []string {
	return []string{Auto, docker.Name, native.Name, microsandbox.Name, kubernetes.Name}
}

// Select returns an executor that works here, with leftovers of dead processes
// swept, and the sentence that says which and why. The caller closes it. It
// fails with Validation for a name that is not on the list and with Unavailable
// when nothing works.
func Select(ctx context.Context, opts Options) (executor.Executor, string, error) {
	switch opts.Executor {
	case "", Auto:
		return automatic(ctx, opts)
	case docker.Name:
		e, caps, err := openDocker(ctx, opts)
		if err != nil {
			return nil, "", err
		}
		return settled(ctx, opts, e, "Runs use Docker, as configured: "+describe(caps)+".")
	case native.Name:
		e, caps, err := openNative(ctx, opts)
		if err != nil {
			return nil, "", err
		}
		return settled(ctx, opts, e, "Runs use native sandboxes, as configured: "+describe(caps)+".")
	case microsandbox.Name:
		e, caps, err := openMicrosandbox(ctx, opts)
		if err != nil {
			return nil, "", err
		}
		return settled(ctx, opts, e, "Runs use microVMs, as configured: "+describe(caps)+".")
	case kubernetes.Name:
		e, caps, err := openKubernetes(ctx, opts)
		if err != nil {
			return nil, "", err
		}
		return settled(ctx, opts, e, "Runs use Kubernetes, as configured: "+describe(caps)+".")
	}
	return nil, "", fault.New(fault.Validation, "There is no executor %q.", opts.Executor).
		WithHint("Choose one of %s.", strings.Join(Names(), ", "))
}

// automatic never picks an unsafe executor: that is for a person to decide.
func automatic(ctx context.Context, opts Options) (executor.Executor, string, error) {
	if opts.Unsafe {
		opts.Logger.WarnContext(ctx, "unsafe sandboxes are used only where the executor is named: ignored with executor auto")
		opts.Unsafe = false
	}
	e, caps, dockerErr := openDocker(ctx, opts)
	if dockerErr == nil {
		return settled(ctx, opts, e, "Runs use Docker, because it answers: "+describe(caps)+".")
	}
	if ctx.Err() != nil {
		return nil, "", dockerErr
	}
	because := trimSentence(dockerErr)
	e, caps, nativeErr := openNative(ctx, opts)
	if nativeErr == nil {
		return settled(ctx, opts, e, "Runs use native sandboxes, because Docker cannot be used ("+because+"): "+describe(caps)+".")
	}
	return nil, "", fault.Wrap(errors.Join(dockerErr, nativeErr), fault.Unavailable,
		"This machine has nothing to run sandboxes with: %s; %s.", because, trimSentence(nativeErr)).
		WithHint("Start Docker, or use Linux 5.13 or newer with user namespaces, Landlock and seccomp allowed.")
}

// trimSentence makes a fault's message part of a longer sentence.
func trimSentence(err error) string {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return "an internal error"
	}
	return strings.TrimSuffix(f.Message, ".")
}

// settled sweeps and reports; leftovers are no reason not to start.
func settled(ctx context.Context, opts Options, e executor.Executor, reason string) (executor.Executor, string, error) {
	swept, err := e.Sweep(ctx)
	if err != nil {
		opts.Logger.WarnContext(ctx, "sweep sandboxes", "executor", e.Name(), "error", err)
	}
	if swept > 0 {
		opts.Logger.InfoContext(ctx, "removed sandboxes of a process that died", "executor", e.Name(), "count", swept)
	}
	return e, reason, nil
}

func openDocker(ctx context.Context, opts Options) (executor.Executor, executor.Capabilities, error) {
	e, err := docker.New(docker.Options{
		Runner: opts.Runner, Host: opts.DockerHost, Python: opts.Python, Unsafe: opts.Unsafe, Logger: opts.Logger,
	})
	if err != nil {
		return nil, executor.Capabilities{}, err
	}
	answer, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if err := e.Ping(answer); err != nil {
		return nil, executor.Capabilities{}, errors.Join(err, e.Close(ctx))
	}
	return probed(ctx, e)
}

func openNative(ctx context.Context, opts Options) (executor.Executor, executor.Capabilities, error) {
	e, err := native.New(native.Options{
		Runner: opts.Runner, Python: opts.Python, PythonDir: opts.PythonDir, Unsafe: opts.Unsafe, Logger: opts.Logger,
	})
	if err != nil {
		return nil, executor.Capabilities{}, err
	}
	return probed(ctx, e)
}

func openMicrosandbox(ctx context.Context, opts Options) (executor.Executor, executor.Capabilities, error) {
	e, err := microsandbox.New(microsandbox.Options{
		Runner: opts.Runner, Binary: opts.Microsandbox, KernelLib: opts.MicrosandboxKernel, Home: opts.MicrosandboxHome, Logger: opts.Logger,
	})
	if err != nil {
		return nil, executor.Capabilities{}, err
	}
	return probed(ctx, e)
}

func openKubernetes(ctx context.Context, opts Options) (executor.Executor, executor.Capabilities, error) {
	cluster := opts.Kubernetes
	cluster.Logger = opts.Logger
	e, err := kubernetes.New(cluster)
	if err != nil {
		return nil, executor.Capabilities{}, err
	}
	return probed(ctx, e)
}

// probed keeps an executor that passes its own probe.
func probed(ctx context.Context, e executor.Executor) (executor.Executor, executor.Capabilities, error) {
	ctx, cancel := context.WithTimeout(ctx, setupTimeout)
	defer cancel()
	caps, err := e.Probe(ctx)
	if err != nil {
		return nil, caps, errors.Join(err, e.Close(ctx))
	}
	return e, caps, nil
}

// describe names what protects a run.
func describe(c executor.Capabilities) string {
	var parts []string
	if c.Executor == docker.Name || c.Executor == kubernetes.Name {
		parts = append(parts, "version "+c.Version)
	}
	switch {
	case c.Executor == microsandbox.Name:
		parts = append(parts, "version "+c.Version, "a kernel of its own")
	case c.Namespaces:
		parts = append(parts, "namespaces")
	}
	if c.LandlockABI > 0 {
		parts = append(parts, fmt.Sprintf("Landlock ABI %d", c.LandlockABI))
	}
	if c.Seccomp {
		parts = append(parts, "seccomp")
	}
	parts = append(parts, "memory bounded by "+c.Memory)
	if c.Unsafe {
		parts = append(parts, "UNSAFE")
	}
	if c.Executor == docker.Name || c.Executor == kubernetes.Name {
		parts = append(parts, c.Notes...)
	}
	return strings.Join(parts, ", ")
}
