package docker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/system"
	"github.com/docker/docker/client"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/shared/fault"
)

// Name is what this executor is called in configuration and events.
const Name = "docker"

// Labels of every container.
const (
	labelOwner   = "leo.instance" // executor.Instance of the owner
	labelSandbox = "leo.sandbox"  // id of the sandbox
)

const (
	// callTimeout bounds one call to the daemon.
	callTimeout = 30 * time.Second
	// orphanAge is how old a container of an owner that cannot be seen from
	// here must be before it counts as abandoned: older than any deadline.
	orphanAge = 24 * time.Hour
)

// Options configure an executor.
type Options struct {
	// Runner is the path of the leo-runner binary, statically linked.
	Runner string
	// Host is the daemon's address, such as unix:///var/run/docker.sock.
	// Default: what the docker command would use (DOCKER_HOST and its
	// companions).
	Host string
	// Python is the root file system of Python sandboxes; nil means that there
	// are none.
	Python *rootfs.Root
	// Unsafe accepts a daemon without seccomp or without limits.
	Unsafe bool
	// Logger receives what an operator should know. Required.
	Logger *slog.Logger
}

// Executor implements [executor.Executor] with containers.
type Executor struct {
	opts     Options
	client   *client.Client
	instance executor.Instance
	roster   executor.Roster
	// importing lets one import of each kind of image go on at a time.
	importing map[string]chan struct{}
	// harnessArgs go to the Python harness; only tests have any.
	harnessArgs []string

	// background are the creations and removals whose callers may have left.
	background sync.WaitGroup

	mu     sync.Mutex        // guards images and caps
	images map[string]string // by kind; see imageOf
	caps   *executor.Capabilities

	trying sync.Mutex // guards secure
	secure []string   // security options, once a canary has run
}

// New returns an executor. It does not talk to the daemon: whether that answers
// is what Probe finds out.
func New(opts Options) (*Executor, error) {
	if opts.Logger == nil {
		return nil, errors.New("docker: no logger")
	}
	if info, err := os.Stat(opts.Runner); err != nil || !info.Mode().IsRegular() {
		return nil, fault.Wrap(err, fault.Unavailable, "The program that runs queries, leo-runner, is not at %s.", opts.Runner).
			WithHint("Build it with make build, or say where it is.")
	}
	settings := []client.Opt{client.FromEnv, client.WithAPIVersionNegotiation()}
	if opts.Host != "" {
		settings = append(settings, client.WithHost(opts.Host))
	}
	c, err := client.NewClientWithOpts(settings...)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The address of the Docker daemon is not usable.").
			WithHint("Check DOCKER_HOST.")
	}
	return &Executor{opts: opts, client: c, instance: executor.NewInstance(), images: map[string]string{}, importing: map[string]chan struct{}{
		runnerImage: make(chan struct{}, 1), pythonImage: make(chan struct{}, 1),
	}}, nil
}

// Name implements [executor.Executor].
func (e *Executor) Name() string { return Name }

// Ping fails with Unavailable unless the daemon answers before ctx ends.
func (e *Executor) Ping(ctx context.Context) error {
	if _, err := e.client.Ping(ctx); err != nil {
		return unavailable(err)
	}
	return nil
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "Docker does not answer.").
		WithHint("Start the Docker daemon, or choose another executor.")
}

// Probe implements [executor.Executor]. It asks the daemon, makes sure of the
// image and starts one container from it, which only says its version.
func (e *Executor) Probe(ctx context.Context) (executor.Capabilities, error) {
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	defer leave()
	caps, err := e.ready(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	// What the daemon can do is remembered; that it is there is not.
	if _, err := e.client.Ping(ctx); err != nil {
		return executor.Capabilities{Executor: Name}, unavailable(err)
	}
	if _, err := e.security(ctx); err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	return *caps, nil
}

// ready asks what the daemon can do, once.
func (e *Executor) ready(ctx context.Context) (*executor.Capabilities, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.caps != nil {
		return e.caps, nil
	}
	info, err := e.client.Info(ctx)
	if err != nil {
		return nil, unavailable(err)
	}
	caps, err := e.assess(info)
	if err != nil {
		return nil, err
	}
	e.caps = &caps
	return e.caps, nil
}

// assess turns what the daemon says about itself into capabilities, or into a
// fault when that is below the floor.
func (e *Executor) assess(info system.Info) (executor.Capabilities, error) {
	c := executor.Capabilities{
		Executor: Name, Version: info.ServerVersion, Namespaces: true, HostUID: executor.UID,
		CgroupVersion: 1, Memory: "none", Pids: "none", CPUQuota: info.CPUCfsQuota,
	}
	if info.CgroupVersion == "2" {
		c.CgroupVersion = 2
	}
	for _, option := range info.SecurityOptions {
		switch name, _, _ := strings.Cut(strings.TrimPrefix(option, "name="), ","); name {
		case "seccomp":
			c.Seccomp = !strings.Contains(option, "profile=unconfined")
		case "rootless", "userns":
			c.HostUID = -1
			c.Notes = append(c.Notes, "the daemon remaps users ("+name+")")
		}
	}
	var missing []string
	for _, part := range []struct {
		there bool
		name  string
		note  func()
	}{
		{info.OSType == "linux", "Linux containers", func() {}},
		{c.Seccomp, "seccomp", func() {}},
		{info.MemoryLimit, "memory limits", func() { c.Memory = "cgroup"; c.Controllers = append(c.Controllers, "memory") }},
		{info.PidsLimit, "process limits", func() { c.Pids = "cgroup"; c.Controllers = append(c.Controllers, "pids") }},
	} {
		if part.there {
			part.note()
		} else {
			missing = append(missing, part.name)
		}
	}
	if info.CPUCfsQuota {
		c.Controllers = append(c.Controllers, "cpu")
	}
	if missing == nil {
		return c, nil
	}
	lacks := "the Docker daemon lacks " + strings.Join(missing, ", ")
	if !e.opts.Unsafe || info.OSType != "linux" {
		return c, fault.New(fault.Unavailable, "Docker cannot run sandboxes here: %s.", lacks).
			WithHint("Enable what is missing, or choose another executor.")
	}
	c.Unsafe, c.Notes = true, append(c.Notes, "unsafe: "+lacks)
	return c, nil
}

// Sweep implements [executor.Executor].
func (e *Executor) Sweep(ctx context.Context) (int, error) {
	found, err := e.client.ContainerList(ctx, container.ListOptions{
		All: true, Filters: filters.NewArgs(filters.Arg("label", labelOwner)),
	})
	if err != nil {
		return 0, unavailable(err)
	}
	var removed int
	var errs []error
	for _, c := range found {
		if !abandoned(c.Labels[labelOwner], time.Unix(c.Created, 0)) {
			continue
		}
		if err := e.remove(ctx, c.ID); err != nil {
			errs = append(errs, fmt.Errorf("remove container of sandbox %s: %w", c.Labels[labelSandbox], err))
			continue
		}
		removed++
	}
	return removed, errors.Join(errs...)
}

// abandoned reports whether nobody will remove a container any more.
func abandoned(owner string, created time.Time) bool {
	instance, ok := executor.ParseInstance(owner)
	if ok && instance.Gone() {
		return true
	}
	return time.Since(created) > orphanAge
}

// remove removes a container by force; one that is not there is fine.
func (e *Executor) remove(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := e.client.ContainerRemove(ctx, id, container.RemoveOptions{Force: true, RemoveVolumes: true})
	if errdefs.IsNotFound(err) {
		return nil
	}
	return err
}

// Close implements [executor.Executor].
func (e *Executor) Close(ctx context.Context) error {
	err := e.roster.Close(ctx)
	e.background.Wait()
	return errors.Join(err, e.client.Close())
}
