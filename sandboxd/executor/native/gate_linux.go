package native

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// recent is how long an organisation counts after it last needed a sandbox.
const recent = 10 * time.Second

// gate bounds how many sandboxes are being prepared at once, which takes a processor
// each, while more than one organisation needs them: one processor is left to Leo and to
// the sandboxes that run, or the flood of one would make the others wait for it. Each may
// have one preparation for SQL and one for Python under way all the same. An organisation
// that is alone has the whole machine.
type gate struct {
	limit int

	mu      sync.Mutex // guards what follows
	inside  int
	by      map[preparer]int
	needed  map[string]time.Time // when an organisation last came
	waiting []*visitor
}

// preparer is who a sandbox is prepared for.
type preparer struct {
	org  string
	mode protocol.QueryType
}

type visitor struct {
	preparer
	urgent bool
	in     chan struct{} // closed when it may go in
}

func newGate(cpus int) *gate {
	return &gate{limit: max(1, cpus-1), by: map[preparer]int{}, needed: map[string]time.Time{}}
}

// enter waits for its turn, runs that wait before others. Whoever is in calls leave once.
// It fails with the cause of ctx.
func (g *gate) enter(ctx context.Context, spec executor.Spec) (leave func(), err error) {
	v := &visitor{preparer: preparer{spec.Org, spec.Mode}, urgent: spec.Urgent, in: make(chan struct{})}
	leave = sync.OnceFunc(func() { g.leave(v.preparer) })
	g.mu.Lock()
	g.needed[spec.Org] = time.Now()
	if g.admit(v) {
		g.mu.Unlock()
		return leave, nil
	}
	g.waiting = append(g.waiting, v)
	g.mu.Unlock()
	select {
	case <-v.in:
		return leave, nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	at := slices.Index(g.waiting, v)
	if at >= 0 {
		g.waiting = slices.Delete(g.waiting, at, at+1)
	}
	g.mu.Unlock()
	if at < 0 { // it was let in at this moment
		leave()
	}
	return nil, context.Cause(ctx)
}

// admit lets one in if it may go. The caller holds the mutex.
func (g *gate) admit(v *visitor) bool {
	if g.inside >= g.limit && g.by[v.preparer] > 0 && g.shared() {
		return false
	}
	g.inside++
	g.by[v.preparer]++
	close(v.in)
	return true
}

// shared says that more than one organisation needs sandboxes at present. The caller holds
// the mutex.
func (g *gate) shared() bool {
	now := time.Now()
	for org, at := range g.needed {
		if now.Sub(at) > recent {
			delete(g.needed, org)
		}
	}
	return len(g.needed) > 1
}

func (g *gate) leave(p preparer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inside--
	if g.by[p]--; g.by[p] == 0 {
		delete(g.by, p)
	}
	for _, urgent := range []bool{true, false} {
		g.waiting = slices.DeleteFunc(g.waiting, func(v *visitor) bool { return v.urgent == urgent && g.admit(v) })
	}
}
