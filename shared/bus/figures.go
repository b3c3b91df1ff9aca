package bus

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// scrapeTimeout bounds what a scrape asks the server, all queues together.
const scrapeTimeout = 2 * time.Second

// figures are what this connection's workers count. They carry the worker's name
// and nothing about whose work it is.
type figures struct {
	handled, redelivered *prometheus.CounterVec
	busy                 *prometheus.GaugeVec
	waited, took         *prometheus.HistogramVec
	waiting, unacked     *prometheus.Desc

	mu sync.Mutex // guards queues
	// queues are the consumers served here: their streams by name.
	queues map[string]string
}

func newFigures() *figures {
	by := []string{"worker"}
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}
	return &figures{
		handled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_worker_events_total", Help: "Events and tasks handled, by worker and by what became of them: done, again (they come back) or given_up.",
		}, []string{"worker", "outcome"}),
		redelivered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_worker_redelivered_total", Help: "Events and tasks that had been handed to a worker before, by worker.",
		}, by),
		busy: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "leo_worker_in_flight", Help: "Events and tasks in work now, by worker.",
		}, by),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "leo_worker_wait_seconds", Help: "Time from when an event was stored until a worker took it for the first time, by worker.", Buckets: buckets,
		}, by),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "leo_worker_seconds", Help: "Time a worker took over an event or task, by worker.", Buckets: buckets,
		}, by),
		waiting: prometheus.NewDesc("leo_queue_waiting", "Events and tasks no worker has taken yet, by worker, over all processes.", by, nil),
		unacked: prometheus.NewDesc("leo_queue_in_work", "Events and tasks in work or waiting for another try, by worker, over all processes.", by, nil),
		queues:  map[string]string{},
	}
}

// serves notes that a queue is served here.
func (f *figures) serves(q queue) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queues[q.consumer.Durable] = q.stream
}

// began counts a delivery; the returned function counts what became of it.
func (f *figures) began(worker string, d delivery) func(verdict) {
	start := time.Now()
	if d.attempt > 1 {
		f.redelivered.WithLabelValues(worker).Inc()
	} else {
		// Two clocks are compared: a difference below zero is none.
		f.waited.WithLabelValues(worker).Observe(max(0, start.Sub(d.time).Seconds()))
	}
	f.busy.WithLabelValues(worker).Inc()
	return func(v verdict) {
		f.busy.WithLabelValues(worker).Dec()
		f.took.WithLabelValues(worker).Observe(time.Since(start).Seconds())
		f.handled.WithLabelValues(worker, v.outcome()).Inc()
	}
}

// outcome is the verdict's name in the figures.
func (v verdict) outcome() string {
	switch v.kind {
	case verdictAgain:
		return "again"
	case verdictGiveUp:
		return "given_up"
	default:
		return "done"
	}
}

// Describe implements [prometheus.Collector].
func (b *Bus) Describe(out chan<- *prometheus.Desc) {
	for _, c := range b.figures.counted() {
		c.Describe(out)
	}
	out <- b.figures.waiting
	out <- b.figures.unacked
}

// Collect implements [prometheus.Collector]: what the workers of this process
// count, and how long their queues are. A server that does not answer leaves the
// queues out.
func (b *Bus) Collect(out chan<- prometheus.Metric) {
	for _, c := range b.figures.counted() {
		c.Collect(out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	b.figures.mu.Lock()
	queues := maps.Clone(b.figures.queues)
	b.figures.mu.Unlock()
	for name, stream := range queues {
		c, err := b.js.Consumer(ctx, stream, name)
		if err != nil {
			b.log.DebugContext(ctx, "queue was not measured", "worker", name, "error", err)
			continue
		}
		info := c.CachedInfo()
		out <- prometheus.MustNewConstMetric(b.figures.waiting, prometheus.GaugeValue, float64(info.NumPending), name)
		out <- prometheus.MustNewConstMetric(b.figures.unacked, prometheus.GaugeValue, float64(info.NumAckPending), name)
	}
}

func (f *figures) counted() []prometheus.Collector {
	return []prometheus.Collector{f.handled, f.redelivered, f.busy, f.waited, f.took}
}
