package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/leo-analytics/leo/shared/fault"
)

// looks is how often the events are read while there is no pod, or none that starts.
const looks = 2 * time.Second

// errSlow is why a start that took too long was given up.
var errSlow = errors.New("the pod did not start in time")

// await waits until the Job's container runs and returns the name of its pod.
func (e *Executor) await(ctx context.Context, id, uid string) (string, error) {
	for {
		looking, stop := context.WithTimeout(ctx, looks)
		now, err := e.pods.until(looking, id, started)
		stop()
		switch {
		case err == nil:
			return now.pod.Name, nil
		case !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil:
			return "", e.explained(ctx, err, now, uid)
		}
		if now.pod == nil {
			// What keeps a Job from having a pod only events tell.
			if err := refused(e.events(ctx, uid)); err != nil {
				return "", err
			}
		}
	}
}

// started says whether the container runs, and fails when it never will.
func started(now sight) (bool, error) {
	switch {
	case now.runs():
		return true, nil
	case now.over():
		return false, fmt.Errorf("the pod ended before it was attached to: %s", describe(now))
	case now.pod == nil:
		return false, nil
	}
	for _, c := range now.pod.Status.ContainerStatuses {
		w := c.State.Waiting
		if w == nil {
			continue
		}
		switch w.Reason {
		// A pull that failed once is tried again by the kubelet, a little later each time, and
		// only the second of these says that it failed.
		case "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull":
			return false, fault.Wrap(errors.New(w.Message), fault.Unavailable, "The cluster cannot get the image of sandboxes.").
				WithHint("An administrator should check that the nodes can pull %s, and the pull secrets.", c.Image)
		case "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
			return false, fault.Wrap(fmt.Errorf("%s: %s", w.Reason, w.Message), fault.Unavailable, "The cluster cannot start a sandbox.").
				WithHint("An administrator finds the cause in Leo's log; a volume or a runtime class may be missing.")
		}
	}
	return false, nil
}

// describe is what is known of a pod, for the log.
func describe(now sight) string {
	if now.pod == nil {
		return "there is no pod"
	}
	status := now.pod.Status
	parts := []string{"pod " + now.pod.Name, string(status.Phase), status.Reason, status.Message}
	for _, c := range status.Conditions {
		if c.Status == corev1.ConditionFalse && c.Message != "" {
			parts = append(parts, c.Reason+": "+c.Message)
		}
	}
	for _, c := range status.ContainerStatuses {
		if w := c.State.Waiting; w != nil {
			parts = append(parts, w.Reason, w.Message)
		}
		if t := c.State.Terminated; t != nil {
			parts = append(parts, fmt.Sprintf("exit code %d", t.ExitCode), t.Reason, t.Message)
		}
	}
	text := strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
	return text[:min(len(text), 1000)]
}

// explained adds to why a start was given up what the cluster says about it.
func (e *Executor) explained(ctx context.Context, err error, now sight, uid string) error {
	if !errors.Is(context.Cause(ctx), errSlow) {
		return err
	}
	// The time is up, and the explanation may still be had.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), looks)
	defer cancel()
	var said []string
	uids := []string{uid}
	if now.pod != nil {
		uids = append(uids, string(now.pod.UID))
	}
	for _, uid := range uids {
		for _, event := range e.events(ctx, uid) {
			if event.Type != corev1.EventTypeNormal {
				said = append(said, event.Reason+": "+event.Message)
			}
		}
	}
	err = fmt.Errorf("%w: %s; %s", err, describe(now), strings.Join(said, "; "))
	if now.pod == nil {
		return err
	}
	for _, c := range now.pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Reason == corev1.PodReasonUnschedulable {
			return fault.Wrap(err, fault.Unavailable, "No node of the cluster has room for another sandbox.").
				WithHint("Try again in a moment. If it lasts, an administrator adds nodes or lowers what sandboxes may use.")
		}
	}
	return err
}

// events are those about an object, or none where they cannot be read.
func (e *Executor) events(ctx context.Context, uid string) []corev1.Event {
	ctx, cancel := context.WithTimeout(ctx, looks)
	defer cancel()
	list, err := e.core.Events(e.opts.Namespace).List(ctx, metav1.ListOptions{FieldSelector: "involvedObject.uid=" + uid, Limit: 20})
	if err != nil {
		e.opts.Logger.DebugContext(ctx, "the events of a sandbox cannot be read", "error", err)
		return nil
	}
	return list.Items
}

// refused is the fault of a Job whose pod the cluster does not accept, or nil.
func refused(events []corev1.Event) error {
	for _, event := range events {
		if event.Reason != "FailedCreate" {
			continue
		}
		cause := errors.New(event.Message)
		if strings.Contains(event.Message, "exceeded quota") {
			return quota(cause)
		}
		if strings.Contains(event.Message, "is forbidden") {
			return fault.Wrap(cause, fault.Unavailable, "The cluster does not accept the pods of sandboxes.").
				WithHint("An administrator finds the cause in Leo's log: a policy of the namespace, its service account or its limits.")
		}
	}
	return nil
}

func quota(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "The cluster's quota has no room for another sandbox.").
		WithHint("Try again in a moment. If it lasts, an administrator raises the quota of the namespace.")
}

// startFault says why a sandbox could not be started.
func (e *Executor) startFault(ctx context.Context, err error) error {
	var f *fault.Fault
	cause := context.Cause(ctx)
	switch {
	case errors.As(err, &f):
		return err
	case ctx.Err() != nil && errors.As(cause, &f): // the executor was closed
		return cause
	case errors.Is(cause, errSlow), errors.Is(cause, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Unavailable, "The sandbox did not start in time.").
			WithHint("The cluster may be overloaded. Try again in a moment.")
	case ctx.Err() != nil:
		return fault.Wrap(err, fault.Cancelled, "The run was cancelled.").WithHint("Ask again to run it from the start.")
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota"):
		return quota(err)
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return fault.Wrap(err, fault.Unavailable, "The cluster does not let Leo start sandboxes.").
			WithHint("An administrator should check the role of Leo's service account.")
	case transient(err):
		return unavailable(err)
	}
	return fault.Wrap(err, fault.Internal, "The sandbox could not be started.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}
