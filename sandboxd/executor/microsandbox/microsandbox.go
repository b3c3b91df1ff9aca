package microsandbox

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/fault"
)

// Name is what this executor is called in configuration and events.
const Name = "microsandbox"

const (
	defaultBinary        = "msb"
	defaultCanaryTimeout = time.Minute
	defaultMaxLife       = time.Hour
)

// Options configure an executor.
type Options struct {
	// Runner is the path of the leo-runner binary, statically linked for Linux
	// on this machine's processor.
	Runner string
	// Binary is msb, a path or a name to look up. Default "msb".
	Binary string
	// Home is the directory below which owners keep their state, made when it is
	// not there, private to this user. Its path must be short: msb puts sockets
	// below it, whose paths the system bounds. Required.
	Home string
	// KernelLib is the path of libkrunfw, the guest's kernel. Default: where msb
	// looks, beside itself.
	KernelLib string
	// CanaryTimeout bounds the boot of the first machine. Default 1 minute.
	CanaryTimeout time.Duration
	// MaxLife bounds how long a prepared sandbox can wait for its run; after it,
	// and the deadlines of the run itself, the machine ends whoever owns it.
	// Default 1 hour.
	MaxLife time.Duration
	// Logger receives what an operator should know. Required.
	Logger *slog.Logger
}

// Executor implements [executor.Executor] with microVMs.
type Executor struct {
	opts     Options
	binary   string
	instance executor.Instance
	roster   executor.Roster
	sweeping sync.Mutex // one Sweep at a time

	mu    sync.Mutex // guards what follows
	state *state     // the outcome of the first probe that was not interrupted
	home  string     // this owner's directory, once made
}

// state is what a probe found, including that nothing works.
type state struct {
	msb   msb
	image string
	caps  executor.Capabilities
	err   error
}

// New returns an executor. It starts nothing: whether a machine boots is what
// Probe finds out. It fails with Unavailable when the runner or msb is missing.
func New(opts Options) (*Executor, error) {
	if opts.Logger == nil {
		return nil, errors.New("microsandbox: no logger")
	}
	if opts.Home == "" {
		return nil, errors.New("microsandbox: no home directory")
	}
	if info, err := os.Stat(opts.Runner); err != nil || !info.Mode().IsRegular() {
		return nil, fault.Wrap(err, fault.Unavailable, "The program that runs queries, leo-runner, is not at %s.", opts.Runner).
			WithHint("Build it with make build, or say where it is.")
	}
	if opts.Binary == "" {
		opts.Binary = defaultBinary
	}
	binary, err := exec.LookPath(opts.Binary)
	if err == nil {
		binary, err = filepath.Abs(binary)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The program msb of microsandbox is not on this machine.").
			WithHint("Install microsandbox %s, or choose another executor.", wanted)
	}
	if opts.Home, err = filepath.Abs(opts.Home); err != nil {
		return nil, err
	}
	if opts.CanaryTimeout <= 0 {
		opts.CanaryTimeout = defaultCanaryTimeout
	}
	if opts.MaxLife <= 0 {
		opts.MaxLife = defaultMaxLife
	}
	return &Executor{opts: opts, binary: binary, instance: executor.NewInstance()}, nil
}

// Name implements [executor.Executor].
func (e *Executor) Name() string { return Name }

// msb is the command line with a home.
func (e *Executor) msb(home string) msb {
	return msb{binary: e.binary, kernel: e.opts.KernelLib, home: home}
}

// Close implements [executor.Executor]. It removes this owner's directory.
func (e *Executor) Close(ctx context.Context) error {
	err := e.roster.Close(ctx)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.home == "" {
		return err
	}
	_, removeErr := e.removeHome(ctx, e.home)
	if removeErr == nil {
		e.home = ""
	}
	return errors.Join(err, removeErr)
}
