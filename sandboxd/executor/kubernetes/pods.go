package kubernetes

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/tools/cache"
)

// pods follows this executor's pods. Job conditions say the same seconds later.
type pods struct {
	api      coreclient.PodInterface
	selector string
	log      *slog.Logger

	starting sync.Once
	ctx      context.Context //nolint:containedctx // ends with stop; the watch outlives who starts it
	stop     context.CancelFunc
	running  sync.WaitGroup
	synced   chan struct{} // closed when the first list is there

	mu    sync.Mutex // guards known
	known map[string]*sight
}

// sight is what is known of the pod of one sandbox.
type sight struct {
	pod *corev1.Pod // the newest seen; nil before there is one
	// gone says that the pod was there and has been removed.
	gone bool
	// changed is closed, and replaced, when one of these changes.
	changed chan struct{}
}

func newPods(api coreclient.PodInterface, selector string, log *slog.Logger) *pods {
	ctx, stop := context.WithCancel(context.Background())
	return &pods{api: api, selector: selector, log: log, ctx: ctx, stop: stop, synced: make(chan struct{}), known: map[string]*sight{}}
}

// start begins to watch, once, and waits for the first list.
func (p *pods) start(ctx context.Context) error {
	p.starting.Do(func() {
		informer := cache.NewSharedIndexInformerWithOptions(&cache.ListWatch{
			ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
				options.LabelSelector = p.selector
				return p.api.List(ctx, options)
			},
			WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
				options.LabelSelector = p.selector
				return p.api.Watch(ctx, options)
			},
		}, &corev1.Pod{}, cache.SharedIndexInformerOptions{})
		err := informer.SetWatchErrorHandlerWithContext(func(ctx context.Context, _ *cache.Reflector, err error) {
			p.log.WarnContext(ctx, "the pods of sandboxes cannot be watched: trying again", "error", err)
		})
		if err == nil {
			_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
				AddFunc:    func(object any) { p.saw(object, false) },
				UpdateFunc: func(_, object any) { p.saw(object, false) },
				DeleteFunc: func(object any) { p.saw(object, true) },
			})
		}
		if err != nil {
			p.log.ErrorContext(ctx, "the pods of sandboxes are not watched", "error", err)
			return
		}
		p.running.Go(func() { informer.RunWithContext(p.ctx) })
		p.running.Go(func() {
			if cache.WaitForCacheSync(p.ctx.Done(), informer.HasSynced) {
				close(p.synced)
			}
		})
	})
	select {
	case <-p.synced:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("watch pods: %w", context.Cause(ctx))
	}
}

// close ends the watch.
func (p *pods) close() {
	p.stop()
	p.running.Wait()
}

// saw records what the watch told.
func (p *pods) saw(object any, gone bool) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = last.Obj
	}
	pod, ok := object.(*corev1.Pod)
	if !ok {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.known[pod.Labels[labelSandbox]]
	if !ok {
		return
	}
	s.pod, s.gone = pod, gone
	close(s.changed)
	s.changed = make(chan struct{})
}

// expect begins to remember the pod of a sandbox; it comes before the Job.
func (p *pods) expect(sandbox string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[sandbox] = &sight{changed: make(chan struct{})}
}

// forget ends that.
func (p *pods) forget(sandbox string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.known, sandbox)
}

// look returns what is known of the pod of a sandbox, and what is closed when
// that changes.
func (p *pods) look(sandbox string) sight {
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.known[sandbox]; ok {
		return *s
	}
	return sight{gone: true}
}

// until waits until what is known of a sandbox's pod satisfies done, and returns it.
func (p *pods) until(ctx context.Context, sandbox string, done func(sight) (bool, error)) (sight, error) {
	for {
		now := p.look(sandbox)
		ok, err := done(now)
		if ok || err != nil {
			return now, err
		}
		select {
		case <-now.changed:
		case <-ctx.Done():
			return now, context.Cause(ctx)
		}
	}
}

// ended returns how the pod's container ended, or nil while it has not. A pod that
// is gone, or failed as a whole, has ended whatever its container says.
func (s sight) ended() *corev1.ContainerStateTerminated {
	if s.pod == nil {
		return nil
	}
	for _, c := range s.pod.Status.ContainerStatuses {
		if c.Name == container && c.State.Terminated != nil {
			return c.State.Terminated
		}
	}
	return nil
}

// over says that nothing of the pod runs any more.
func (s sight) over() bool {
	if s.gone || s.ended() != nil {
		return true
	}
	return s.pod != nil && (s.pod.Status.Phase == corev1.PodFailed || s.pod.Status.Phase == corev1.PodSucceeded)
}

// runs says that the container has started.
func (s sight) runs() bool {
	if s.pod == nil {
		return false
	}
	for _, c := range s.pod.Status.ContainerStatuses {
		if c.Name == container && c.State.Running != nil {
			return true
		}
	}
	return false
}
