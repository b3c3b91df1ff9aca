package health

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Check is one line of /readyz or /healthz.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// Probe asks one dependency. detail is for a person and may be empty; so is the
// error, of which only a fault's sentence is shown. ctx ends after two seconds.
type Probe func(ctx context.Context) (detail string, err error)

// Board collects what a process says about itself. Safe for concurrent use.
type Board struct {
	registry *prometheus.Registry

	mu       sync.Mutex // guards what follows
	probes   []*probe
	loops    []*loop
	draining bool
}

// loop is something that is to run as long as the process.
type loop struct {
	name  string
	state loopState
}

type loopState int

const (
	loopStarting loopState = iota
	loopRunning
	loopStopped // it was told to
	loopEnded   // by itself
)

// NewBoard returns a board with the figures of the Go runtime and the process.
func NewBoard() *Board {
	b := &Board{registry: prometheus.NewRegistry()}
	b.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return b
}

// Add names a dependency. What p says is shown again for fresh before it is asked
// anew; 0 means a second.
func (b *Board) Add(name string, fresh time.Duration, p Probe) {
	if fresh == 0 {
		fresh = time.Second
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probes = append(b.probes, &probe{name: name, fresh: fresh, ask: p})
}

// Collect adds figures. It panics when two of them have the same name, which is a
// mistake in the program.
func (b *Board) Collect(figures ...prometheus.Collector) { b.registry.MustRegister(figures...) }

// Loop returns run, watched: the process is ready once all its loops run, and no
// longer healthy when one returns although its context has not ended.
func (b *Board) Loop(name string, run func(context.Context) error) func(context.Context) error {
	l := &loop{name: name}
	b.mu.Lock()
	b.loops = append(b.loops, l)
	b.mu.Unlock()
	set := func(s loopState) {
		b.mu.Lock()
		defer b.mu.Unlock()
		l.state = s
	}
	return func(ctx context.Context) error {
		set(loopRunning)
		err := run(ctx)
		if ctx.Err() != nil {
			set(loopStopped)
		} else {
			set(loopEnded)
		}
		return err
	}
}

// Drain takes the process out of rotation: it is not ready from now on.
func (b *Board) Drain() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.draining = true
}

// Alive returns a line for each loop; one that ended by itself is not OK.
func (b *Board) Alive() []Check {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := make([]Check, 0, len(b.loops))
	for _, l := range b.loops {
		says := map[loopState]string{loopStarting: "starting", loopRunning: "running", loopStopped: "stopped", loopEnded: "ended by itself"}
		lines = append(lines, Check{Name: l.name, OK: l.state != loopEnded, Detail: says[l.state]})
	}
	return lines
}

// Ready returns whether the process takes work, and a line for each dependency.
func (b *Board) Ready(ctx context.Context) []Check {
	return append([]Check{b.serving()}, b.Dependencies(ctx)...)
}

// serving is the process's own line.
func (b *Board) serving() Check {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := Check{Name: "serving", OK: true}
	if b.draining {
		return Check{Name: c.Name, Detail: "stopping"}
	}
	for _, l := range b.loops {
		switch l.state {
		case loopRunning:
		case loopStarting:
			return Check{Name: c.Name, Detail: "starting"}
		default:
			return Check{Name: c.Name, Detail: l.name + " has ended"}
		}
	}
	return c
}

// Dependencies asks all dependencies at once and returns their lines in the order
// in which they were added.
func (b *Board) Dependencies(ctx context.Context) []Check {
	b.mu.Lock()
	probes := b.probes
	b.mu.Unlock()
	lines := make([]Check, len(probes))
	var asking sync.WaitGroup
	for i, p := range probes {
		asking.Go(func() { lines[i] = p.check(ctx) })
	}
	asking.Wait()
	return lines
}
