package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// creations is how often the creation of a Job is tried.
const creations = 6

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
	caps, err := e.probe(ctx)
	if err != nil {
		return nil, err
	}
	id := executor.NewID(Name)
	p, streams, err := e.start(ctx, id, spec, e.config(spec, caps))
	if err != nil {
		return nil, err
	}
	s, err := executor.NewSession(ctx, &e.roster, executor.Start{
		ID: id, Spec: spec, Process: p, Streams: streams, Began: began, Logger: e.opts.Logger,
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}

// imageOf is the image of a mode's sandboxes.
func (e *Executor) imageOf(mode protocol.QueryType) (string, error) {
	if mode != protocol.Python {
		return e.opts.Image, nil
	}
	if e.opts.PythonImage == "" {
		return "", fault.New(fault.FeatureDisabled, "Python is switched off on this Leo.").
			WithHint("An administrator can switch it on with LEO_PYTHON=on and kubernetes_python_image.")
	}
	return e.opts.PythonImage, nil
}

// start creates the Job, waits for its pod, attaches to it and tells its first stage what to
// do. It fails with a fault, and then nothing is left.
func (e *Executor) start(ctx context.Context, id string, spec executor.Spec, config stage1.Config) (_ *process, _ executor.Streams, err error) {
	image, err := e.imageOf(spec.Mode)
	if err != nil {
		return nil, executor.Streams{}, err
	}
	var below, out string
	if spec.DataDir != "" {
		if below, err = e.below(spec.DataDir); err != nil {
			return nil, executor.Streams{}, err
		}
	}
	if spec.OutDir != "" {
		if out, err = e.below(spec.OutDir); err != nil {
			return nil, executor.Streams{}, err
		}
		if err := executor.OpenOut(spec.OutDir, executor.UID); err != nil {
			return nil, executor.Streams{}, err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, executor.SealOut(spec.OutDir))
			}
		}()
	}
	// What the session bounds begins with the runner; what comes before is bounded here.
	ctx, cancel := context.WithTimeoutCause(ctx, spec.Limits.StartTimeout, errSlow)
	defer cancel()
	if err := e.pods.start(ctx); err != nil {
		return nil, executor.Streams{}, e.startFault(ctx, err)
	}
	e.pods.expect(id)
	p := newProcess(e, id, e.opts.MaxAge)
	streams, err := e.launch(ctx, p, e.job(id, spec, image, below, out), config)
	if err != nil {
		err = e.startFault(ctx, err)
		return nil, executor.Streams{}, errors.Join(err, p.abandon(ctx))
	}
	return p, streams, nil
}

// launch brings a Job to the point where its first stage knows what to do.
func (e *Executor) launch(ctx context.Context, p *process, job *batchv1.Job, config stage1.Config) (executor.Streams, error) {
	began := time.Now()
	uid, err := e.create(ctx, job)
	if err != nil {
		return executor.Streams{}, err
	}
	p.job = uid
	created := time.Now()
	if p.pod, err = e.await(ctx, p.id, uid); err != nil {
		return executor.Streams{}, err
	}
	running := time.Now()
	line, err := json.Marshal(config)
	if err != nil {
		return executor.Streams{}, fmt.Errorf("encode configuration: %w", err)
	}
	streams, err := p.attach(ctx, append(line, '\n'))
	if err == nil {
		e.opts.Logger.DebugContext(ctx, "a pod was started", "sandbox", p.id, "pod", p.pod,
			"create", created.Sub(began), "start", running.Sub(created), "attach", time.Since(running))
	}
	return streams, err
}

// create makes the Job. An API server that is busy or away is asked again, with jitter,
// because whoever waits for it comes back at the same time. A creation is carried out
// although its caller has left, so it is awaited all the same, and what came of it is removed:
// Close waits for that.
func (e *Executor) create(ctx context.Context, job *batchv1.Job) (string, error) {
	type outcome struct {
		uid string
		err error
	}
	told := make(chan outcome)
	e.background.Go(func() {
		calling := context.WithoutCancel(ctx)
		var o outcome
		for try := range creations {
			if try > 0 && !pause(ctx, backoff(try)) {
				break
			}
			if o.uid, o.err = e.createOnce(calling, job); o.err == nil || !transient(o.err) {
				break
			}
		}
		select {
		case told <- o:
		case <-ctx.Done():
			if err := e.deleteJob(calling, job.Name); err != nil {
				e.opts.Logger.WarnContext(ctx, "remove a job that nobody waits for", "job", job.Name, "error", err)
			}
		}
	})
	select {
	case o := <-told:
		return o.uid, o.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

func (e *Executor) createOnce(ctx context.Context, job *batchv1.Job) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	created, err := e.jobs.Create(ctx, job, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		// An answer was lost: the names are random.
		created, err = e.jobs.Get(ctx, job.Name, metav1.GetOptions{})
	}
	if err != nil {
		return "", fmt.Errorf("create job: %w", err)
	}
	return string(created.UID), nil
}

// transient says that the same request may succeed in a moment.
func transient(err error) bool {
	switch {
	case apierrors.IsServerTimeout(err), apierrors.IsTimeout(err), apierrors.IsTooManyRequests(err),
		apierrors.IsInternalError(err), apierrors.IsServiceUnavailable(err), apierrors.IsConflict(err):
		return true
	}
	return utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) ||
		utilnet.IsHTTP2ConnectionLost(err) || errors.Is(err, context.DeadlineExceeded)
}

// backoff is the pause before a try: from half to all of 100 ms, doubled each time.
func backoff(try int) time.Duration {
	whole := 100 * time.Millisecond << (try - 1)
	return whole/2 + rand.N(whole/2) //nolint:gosec // nobody gains by guessing it
}

// pause waits, and reports whether ctx lasted.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// deleteJob removes a Job with its pod; one that is not there is fine.
func (e *Executor) deleteJob(ctx context.Context, name string) error {
	var err error
	for try := range creations {
		if try > 0 && !pause(ctx, backoff(try)) {
			break
		}
		err = func() error {
			ctx, cancel := context.WithTimeout(ctx, callTimeout)
			defer cancel()
			return e.jobs.Delete(ctx, name, metav1.DeleteOptions{PropagationPolicy: ptr(metav1.DeletePropagationBackground)})
		}()
		if err == nil || apierrors.IsNotFound(err) {
			return nil
		}
		if !transient(err) {
			break
		}
	}
	return fmt.Errorf("delete job %s: %w", name, err)
}
