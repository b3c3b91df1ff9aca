package microsandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// The versions of microsandbox whose command line this is: 0.6, since mounts
// can say which guest user owns them.
const (
	wanted   = "0.6 (0.6.16 or newer)"
	minPatch = 16
)

// canary is the name of the first machine.
const canary = "canary"

// Probe implements [executor.Executor]. The first call asks msb for its version
// and its doctor, loads the image, and boots a machine that runs the runner; the
// outcome, good or bad, is kept, unless ctx ended first.
func (e *Executor) Probe(ctx context.Context) (executor.Capabilities, error) {
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	defer leave()
	found, err := e.ready(ctx)
	if err != nil {
		return executor.Capabilities{Executor: Name}, err
	}
	return found.caps, nil
}

// ready explores once. Its error is a fault.
func (e *Executor) ready(ctx context.Context) (*state, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.state != nil {
		return e.state, e.state.err
	}
	if ctx.Err() != nil {
		return nil, startFault(ctx, context.Cause(ctx))
	}
	found := e.explore(ctx)
	if found.err != nil {
		e.abandonHome(ctx)
		if ctx.Err() != nil {
			return nil, startFault(ctx, found.err)
		}
	}
	e.state = found
	return found, found.err
}

// abandonHome gives back the home of a probe that failed.
func (e *Executor) abandonHome(ctx context.Context) {
	if e.home == "" {
		return
	}
	// What cannot be removed now is this owner's and not in use: Sweep tries
	// again.
	if _, err := e.removeHome(context.WithoutCancel(ctx), e.home); err != nil {
		e.opts.Logger.WarnContext(ctx, "remove what a failed probe left", "home", e.home, "error", err)
	}
	e.home = ""
}

// explore goes from what is cheap to the one thing that proves it.
func (e *Executor) explore(ctx context.Context) *state {
	found := &state{}
	version, err := e.version(ctx)
	if err == nil {
		e.home, err = e.claimHome()
	}
	if err != nil {
		found.err = err
		return found
	}
	found.msb = e.msb(e.home)
	if found.err = doctor(ctx, found.msb); found.err != nil {
		return found
	}
	if found.image, found.err = e.loadImage(ctx, found.msb); found.err != nil {
		return found
	}
	if found.err = e.bootCanary(ctx, found.msb, found.image); found.err != nil {
		return found
	}
	found.caps = capabilities(version)
	return found
}

// version asks msb for its version and refuses one that is not known to
// understand the same commands.
func (e *Executor) version(ctx context.Context) (string, error) {
	out, err := e.msb(e.opts.Home).call(ctx, versionArgs()...)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The program msb of microsandbox does not start.").
			WithHint("Run %s --version to see why, or choose another executor.", e.binary)
	}
	text := strings.TrimSpace(out)
	parts := regexp.MustCompile(`^msb 0\.6\.(\d+)$`).FindStringSubmatch(text)
	if parts != nil {
		if patch, err := strconv.Atoi(parts[1]); err == nil && patch >= minPatch {
			return strings.TrimPrefix(text, "msb "), nil
		}
	}
	return "", fault.New(fault.Unavailable, "This machine has %s, and Leo works with microsandbox %s.", brief(text), wanted).
		WithHint("Install that version, or choose another executor.")
}

// brief bounds what a message repeats of a program's output.
func brief(text string) string {
	const keep = 60
	if text == "" {
		return "an msb without a version"
	}
	if len(text) > keep {
		text = strings.ToValidUTF8(text[:keep], "") + "…"
	}
	return strconv.Quote(text)
}

// doctor fails in msb's own words when msb knows that nothing can boot here,
// which is faster than finding out.
func doctor(ctx context.Context, m msb) error {
	_, err := m.call(ctx, doctorArgs()...)
	if err == nil {
		return nil
	}
	return fault.Wrap(err, fault.Unavailable, "A microVM cannot boot on this machine. msb doctor says: %s.", reason(err)).
		WithHint("Repair what msb doctor reports, or choose another executor.")
}

// reason is msb's explanation of a failure, for a sentence.
func reason(err error) string {
	var failed *commandError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "nothing, for too long"
	case errors.As(err, &failed) && failed.words != "":
		return strings.TrimRight(failed.words, ".")
	}
	return "nothing"
}

// bootCanary boots a machine, runs the runner in it and removes it.
func (e *Executor) bootCanary(ctx context.Context, m msb, image string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, e.opts.CanaryTimeout)
	defer cancel()
	data := filepath.Join(m.home, canary)
	if err := os.Mkdir(data, 0o755); err != nil { //nolint:gosec // a dataset is readable by everyone, and this one is empty
		return homeFault(err)
	}
	spec := executor.Spec{Mode: protocol.SQL, DataDir: data, Limits: executor.DefaultLimits(protocol.SQL)}
	defer func() { err = errors.Join(err, m.remove(context.WithoutCancel(ctx), canary)) }()

	_, err = m.run(ctx, e.opts.CanaryTimeout, nil, createArgs(canary, image, spec, e.opts.CanaryTimeout)...)
	var out string
	if err == nil {
		out, err = m.run(ctx, e.opts.CanaryTimeout, nil, execArgs(canary, spec.Limits, protocol.RunnerPath, "-version")...)
	}
	switch {
	case err == nil && strings.TrimSpace(out) != "":
		e.opts.Logger.InfoContext(ctx, "a microVM has booted", "runner", brief(strings.TrimSpace(out)))
		return nil
	case err == nil:
		return fault.New(fault.Unavailable, "A microVM boots on this machine, but the runner in it says nothing.").
			WithHint("Build leo-runner for this machine with make build, or choose another executor.")
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(lastWords(ctx, m, err), fault.Unavailable, "A microVM did not boot on this machine within %v.", e.opts.CanaryTimeout).
			WithHint("Choose another executor, or give it more time if this machine is only busy.")
	}
	return fault.Wrap(lastWords(ctx, m, err), fault.Unavailable, "A microVM does not boot on this machine. msb says: %s.", reason(err)).
		WithHint("Run msb doctor, or choose another executor.")
}

// lastWords adds what the canary's monitor and kernel said to err, for the log.
func lastWords(ctx context.Context, m msb, err error) error {
	log, logErr := m.call(context.WithoutCancel(ctx), kernelLogArgs(canary)...)
	if logErr != nil || log == "" {
		return err
	}
	const keep = 2000
	return fmt.Errorf("%w; the machine's last words: %q", err, log[max(0, len(log)-keep):])
}

// capabilities describes a machine. The words of [executor.Capabilities] are
// those of processes on one kernel; what differs is in the notes.
func capabilities(version string) executor.Capabilities {
	c := executor.Capabilities{
		Executor: Name, Version: version, HostUID: os.Geteuid(),
		Namespaces: true, Memory: "vm", Pids: "rlimit",
		Notes: []string{
			"a microVM with its own kernel stands in for namespaces, Landlock and seccomp",
			"processors are whole: a limit below one becomes one",
			"the guest has a network interface, and microsandbox drops every packet of it",
		},
	}
	if c.HostUID == 0 {
		c.Notes = append(c.Notes, "the process around each guest is root on this machine, because Leo is")
	}
	return c
}
