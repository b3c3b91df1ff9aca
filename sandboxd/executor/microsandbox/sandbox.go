package microsandbox

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Prepare implements [executor.Executor]. Python runs are refused with
// FeatureDisabled: the image holds the runner only.
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
	if spec.Mode == protocol.Python {
		return nil, fault.New(fault.FeatureDisabled, "Python does not run in microVMs.").
			WithHint("Ask in SQL, or let an administrator choose another executor.")
	}
	if err := errors.Join(executor.CheckReadable(spec.DataDir), mountable(spec.DataDir, spec.OutDir)); err != nil {
		return nil, err
	}
	found, err := e.ready(ctx)
	if err != nil {
		return nil, err
	}
	id := executor.NewID(Name)
	p, streams, err := e.start(ctx, id, found, spec)
	if err != nil {
		return nil, startFault(ctx, err)
	}
	// The boot is part of the start; a runner gets what is left of the time.
	spec.Limits.StartTimeout = max(time.Millisecond, spec.Limits.StartTimeout-time.Since(began))
	s, err := executor.NewSession(ctx, &e.roster, executor.Start{
		ID: id, Spec: spec, Process: p, Streams: streams, Began: began, Logger: e.opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// startFault says why a machine could not be started.
func startFault(ctx context.Context, err error) error {
	var f *fault.Fault
	switch {
	case ctx.Err() != nil && errors.As(context.Cause(ctx), &f):
		return f // the executor is being closed
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Unavailable, "The sandbox did not start in time.").
			WithHint("This machine may be overloaded. Try again in a moment.")
	case ctx.Err() != nil:
		return fault.Wrap(err, fault.Cancelled, "The run was cancelled.").WithHint("Ask again to run it from the start.")
	case said(err, noBoot):
		return fault.Wrap(err, fault.Unavailable, "The microVM of this run did not boot.").
			WithHint("This machine may be short of memory. Try again in a moment.")
	}
	return fault.Wrap(err, fault.Internal, "The sandbox could not be started.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}

// start boots the machine and starts the runner in it. On failure nothing is
// left.
func (e *Executor) start(ctx context.Context, id string, found *state, spec executor.Spec) (_ *process, _ executor.Streams, err error) {
	if spec.OutDir != "" {
		// The machine's monitor writes there, and it is this user's.
		if err := executor.OpenOut(spec.OutDir, os.Geteuid()); err != nil {
			return nil, executor.Streams{}, err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, executor.SealOut(spec.OutDir))
			}
		}()
	}
	if err = e.boot(ctx, id, found, spec); err == nil {
		var p *process
		var streams executor.Streams
		if p, streams, err = e.launch(ctx, id, found.msb, spec); err == nil {
			return p, streams, nil
		}
	}
	// Also when msb was killed in the middle: what it has begun bears the name.
	return nil, executor.Streams{}, errors.Join(err, found.msb.remove(context.WithoutCancel(ctx), id))
}

// boot creates the machine. An image that somebody removed is loaded again.
func (e *Executor) boot(ctx context.Context, id string, found *state, spec executor.Spec) error {
	l := spec.Limits
	args := createArgs(id, found.image, spec, e.opts.MaxLife+l.StartTimeout+l.Timeout)
	_, err := found.msb.run(ctx, l.StartTimeout, nil, args...)
	if !said(err, noImage) {
		return err
	}
	if _, err := e.loadImage(ctx, found.msb); err != nil {
		return err
	}
	_, err = found.msb.run(ctx, l.StartTimeout, nil, args...)
	return err
}
