//go:build !linux

package native

import (
	"context"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/fault"
)

// Executor exists on other systems only to say that it does not work there.
type Executor struct{}

// New returns an executor whose Probe and Prepare fail with Unavailable.
func New(Options) (*Executor, error) { return &Executor{}, nil }

// Name implements [executor.Executor].
func (*Executor) Name() string { return Name }

// Probe implements [executor.Executor].
func (*Executor) Probe(context.Context) (executor.Capabilities, error) {
	return executor.Capabilities{Executor: Name}, errNotLinux()
}

// Prepare implements [executor.Executor].
func (*Executor) Prepare(context.Context, executor.Spec) (executor.Sandbox, error) {
	return nil, errNotLinux()
}

// Sweep implements [executor.Executor].
func (*Executor) Sweep(context.Context) (int, error) { return 0, nil }

// Close implements [executor.Executor].
func (*Executor) Close(context.Context) error { return nil }

func errNotLinux() error {
	return fault.New(fault.Unavailable, "Native sandboxes need Linux.").
		WithHint("Start Docker, and Leo uses it.")
}
