package docker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/mount"
	"github.com/docker/docker/client"
	"github.com/docker/go-units"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Prepare implements [executor.Executor].
func (e *Executor) Prepare(ctx context.Context, spec executor.Spec) (executor.Sandbox, error) {
	began := time.Now()
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if spec, err = spec.Resolve(); err != nil {
		return nil, err
	}
	if err := executor.CheckReadable(spec.DataDir); err != nil {
		return nil, err
	}
	if _, err := e.ready(ctx); err != nil {
		return nil, err
	}
	image, err := e.imageOf(ctx, spec.Mode)
	if err != nil {
		return nil, err
	}
	id := executor.NewID(Name)
	p, streams, err := e.start(ctx, id, image, spec)
	if err != nil {
		return nil, startFault(ctx, err)
	}
	s, err := executor.NewSession(ctx, &e.roster, executor.Start{
		ID: id, Spec: spec, Process: p, Streams: streams, Began: began, Logger: e.opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// startFault says why a container could not be started.
func startFault(ctx context.Context, err error) error {
	switch {
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return fault.Wrap(err, fault.Unavailable, "The sandbox did not start in time.").
			WithHint("This machine may be overloaded. Try again in a moment.")
	case ctx.Err() != nil:
		return fault.Wrap(err, fault.Cancelled, "The run was cancelled.").WithHint("Ask again to run it from the start.")
	case client.IsErrConnectionFailed(err):
		return unavailable(err)
	}
	return fault.Wrap(err, fault.Internal, "The sandbox could not be started.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}

// start creates, attaches and starts the container. On failure nothing is left.
func (e *Executor) start(ctx context.Context, id, image string, spec executor.Spec) (_ *process, _ executor.Streams, err error) {
	if spec.OutDir != "" {
		if err := executor.OpenOut(spec.OutDir, executor.UID); err != nil {
			return nil, executor.Streams{}, err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, executor.SealOut(spec.OutDir))
			}
		}()
	}
	created, err := e.create(ctx, id, image, spec)
	if errdefs.IsNotFound(err) {
		// Somebody removed the image since it was last seen.
		e.forgetImages()
		if image, err = e.imageOf(ctx, spec.Mode); err == nil {
			created, err = e.create(ctx, id, image, spec)
		}
	}
	if err != nil {
		return nil, executor.Streams{}, fmt.Errorf("create container: %w", err)
	}
	p, streams, err := e.attach(ctx, created)
	if err != nil {
		// ctx may be why it failed.
		return nil, executor.Streams{}, errors.Join(err, e.remove(context.WithoutCancel(ctx), created))
	}
	return p, streams, nil
}

func (e *Executor) create(ctx context.Context, id, image string, spec executor.Spec) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	security, err := e.security(ctx)
	if err != nil {
		return "", err
	}
	return e.made(ctx, id, e.config(id, image, spec), hostConfig(spec, security))
}

// made makes a container. The daemon makes it although the caller has left, and nobody
// would know of it: it is told to the end all the same, and what came of it is removed.
// Close waits for that.
func (e *Executor) made(ctx context.Context, id string, config *container.Config, host *container.HostConfig) (string, error) {
	type outcome struct {
		id  string
		err error
	}
	told := make(chan outcome)
	e.background.Go(func() {
		calling, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
		defer cancel()
		response, err := e.client.ContainerCreate(calling, config, host, nil, nil, nameOf(id))
		select {
		case told <- outcome{response.ID, err}:
			return
		case <-ctx.Done():
		}
		if err := e.remove(context.WithoutCancel(ctx), nameOf(id)); err != nil {
			e.opts.Logger.WarnContext(ctx, "remove a container that nobody waits for", "container", nameOf(id), "error", err)
		}
	})
	select {
	case o := <-told:
		return o.id, o.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// nameOf is what the container of a sandbox is called.
func nameOf(id string) string { return "leo-" + id }

func (e *Executor) config(id, image string, spec executor.Spec) *container.Config {
	command := spec.Command(protocol.RunnerPath, protocol.DataDir, protocol.OutDir, protocol.TmpDir)
	if spec.Mode == protocol.Python {
		command = append(command, e.harnessArgs...)
	}
	return &container.Config{
		Image:      image,
		Entrypoint: command[:1],
		Cmd:        command[1:],
		User:       fmt.Sprintf("%d:%d", executor.UID, executor.UID),
		// A name without a value takes the variable away.
		Env:        []string{"PATH", "HOSTNAME"},
		Hostname:   "sandbox",
		WorkingDir: "/",
		OpenStdin:  true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true,
		NetworkDisabled: true,
		Labels:          map[string]string{labelOwner: e.instance.String(), labelSandbox: id},
	}
}

func hostConfig(spec executor.Spec, security []string) *container.HostConfig {
	l := spec.Limits
	mounts := []mount.Mount{bind(spec.DataDir, protocol.DataDir, true)}
	if spec.OutDir != "" {
		mounts = append(mounts, bind(spec.OutDir, protocol.OutDir, false))
	}
	noInit := false
	return &container.HostConfig{
		// The runner is the first process, whatever the daemon's default: another
		// one would have to start it, which the filter forbids.
		Init:           &noInit,
		NetworkMode:    "none",
		IpcMode:        "none", // no /dev/shm either, which would be writable
		ReadonlyRootfs: true,
		CapDrop:        []string{"ALL"},
		SecurityOpt:    security,
		Mounts:         mounts,
		Tmpfs: map[string]string{
			protocol.TmpDir: fmt.Sprintf("rw,noexec,nosuid,nodev,size=%d,uid=%d,gid=%d,mode=0700", l.Tmp, executor.UID, executor.UID),
			// The runtime mounts message queues there, writable for everybody.
			"/dev/mqueue": "ro,noexec,nosuid,nodev,size=4096,mode=0555",
		},
		// Output goes to leo and not to the daemon's disk.
		LogConfig: container.LogConfig{Type: "none"},
		Resources: container.Resources{
			Memory: l.Memory, MemorySwap: l.Memory, NanoCPUs: int64(l.CPU * 1e9), PidsLimit: &l.Pids,
			// No limit on processes here: without user namespaces the kernel
			// would count those of all sandboxes together.
			Ulimits: []*units.Ulimit{
				{Name: "core"},
				{Name: "memlock"},
				{Name: "nofile", Soft: 256, Hard: 256},
				{Name: "fsize", Soft: l.FileSize, Hard: l.FileSize},
			},
		},
	}
}

func bind(source, target string, readOnly bool) mount.Mount {
	return mount.Mount{
		Type: mount.TypeBind, Source: source, Target: target, ReadOnly: readOnly,
		BindOptions: &mount.BindOptions{Propagation: mount.PropagationRPrivate, NonRecursive: true},
	}
}
