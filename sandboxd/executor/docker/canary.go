package docker

import (
	"context"
	"errors"
	"fmt"

	"github.com/docker/docker/api/types/container"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// noNewPrivileges is what every container gets, whatever its filter.
const noNewPrivileges = "no-new-privileges"

// longList is the note of a daemon that does not take the short list.
const longList = "the daemon's own seccomp profile, which is wider than leo's"

// security returns the security options of containers. The first call starts a
// container that only says its version: a daemon or a kernel that does not get
// along with the short list of system calls shows it there, and then gets the
// daemon's own list, which is noted among the capabilities.
func (e *Executor) security(ctx context.Context) ([]string, error) {
	image, err := e.imageOf(ctx, protocol.SQL)
	if err != nil {
		return nil, err
	}
	e.trying.Lock()
	defer e.trying.Unlock()
	if e.secure != nil {
		return e.secure, nil
	}
	filter, err := seccompOption()
	if err != nil {
		return nil, err
	}
	short := []string{noNewPrivileges, filter}
	shortErr := e.canary(ctx, image, short)
	if shortErr != nil && ctx.Err() == nil {
		// Once more: a daemon may have had a bad moment, and the difference lasts.
		shortErr = e.canary(ctx, image, short)
	}
	if shortErr == nil {
		e.secure = short
		return e.secure, nil
	}
	if ctx.Err() != nil {
		return nil, startFault(ctx, shortErr)
	}
	long := []string{noNewPrivileges}
	if err := e.canary(ctx, image, long); err != nil {
		return nil, fault.Wrap(errors.Join(shortErr, err), fault.Unavailable, "Docker does not start a container from the image of the runner.").
			WithHint("Look at the daemon's log.")
	}
	e.opts.Logger.WarnContext(ctx, "the daemon does not take leo's list of system calls: its own is used", "error", shortErr)
	e.secure = long
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.caps != nil {
		e.caps.Notes = append(e.caps.Notes, longList)
	}
	return e.secure, nil
}

// canary runs a container to its end and removes it.
func (e *Executor) canary(ctx context.Context, image string, security []string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	id := executor.NewID("canary")
	spec := executor.Spec{Mode: protocol.SQL, Limits: executor.DefaultLimits(protocol.SQL)}
	config := e.config(id, image, spec)
	config.Cmd = []string{"-version"}
	config.OpenStdin, config.StdinOnce, config.AttachStdin = false, false, false
	host := hostConfig(spec, security)
	host.Mounts = nil
	created, err := e.made(ctx, id, config, host)
	if err != nil {
		return fmt.Errorf("create container: %w", err)
	}
	defer func() { err = errors.Join(err, e.remove(context.WithoutCancel(ctx), created)) }()
	exited, failed := e.client.ContainerWait(ctx, created, container.WaitConditionNextExit)
	if err := e.client.ContainerStart(ctx, created, container.StartOptions{}); err != nil {
		return fmt.Errorf("start container: %w", err)
	}
	select {
	case result := <-exited:
		if result.StatusCode != 0 {
			return fmt.Errorf("the runner ended with code %d", result.StatusCode)
		}
		return nil
	case err := <-failed:
		return err
	}
}
