package kubernetes

import (
	"context"
	"errors"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

// orphanAge is how old a Job of an owner that cannot be seen from here must be before it
// counts as abandoned: older than any deadline.
const orphanAge = 24 * time.Hour

// Sweep implements [executor.Executor].
func (e *Executor) Sweep(ctx context.Context) (int, error) {
	listing, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	list, err := e.jobs.List(listing, metav1.ListOptions{LabelSelector: labelInstance})
	if err != nil {
		return 0, unavailable(err)
	}
	owners := map[string]bool{}
	var removed int
	var errs []error
	for _, job := range list.Items {
		if job.DeletionTimestamp != nil || !e.abandoned(ctx, job, owners) {
			continue
		}
		if err := e.deleteJob(ctx, job.Name); err != nil {
			errs = append(errs, err)
			continue
		}
		removed++
	}
	return removed, errors.Join(errs...)
}

// abandoned reports whether nobody will remove a Job any more. A pod's owner is told by its uid,
// and whether that still is there by the API; an owner outside of the cluster only by
// whoever runs on the same machine. owners remembers what was asked.
func (e *Executor) abandoned(ctx context.Context, job batchv1.Job, owners map[string]bool) bool {
	name := job.Labels[labelInstance]
	if name == e.instance.String() {
		return false
	}
	if uid := job.Labels[labelOwner]; uid != "" {
		if uid == e.owner.uid {
			return true // an earlier process of this pod
		}
		gone, asked := owners[uid]
		if !asked {
			gone = e.ownerGone(ctx, job.OwnerReferences)
			owners[uid] = gone
		}
		return gone
	}
	instance, ok := executor.ParseInstance(name)
	if ok && instance.Boot == e.instance.Boot {
		return instance.Gone()
	}
	return time.Since(job.CreationTimestamp.Time) > orphanAge
}

// ownerGone reports whether the pod that owns a Job certainly is not there any more, or has
// ended.
func (e *Executor) ownerGone(ctx context.Context, owners []metav1.OwnerReference) bool {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if len(owners) == 0 {
		return false
	}
	owner := owners[0]
	pod, err := e.core.Pods(e.opts.Namespace).Get(ctx, owner.Name, metav1.GetOptions{})
	if err != nil {
		return apierrors.IsNotFound(err)
	}
	return pod.UID != owner.UID || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}
