package pool

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// The outcomes of asking for a sandbox.
const (
	outcomeHit    = "hit"
	outcomeMiss   = "miss"
	outcomeJoined = "joined"
)

// figures are what a pool counts.
type figures struct {
	takes, drops      *prometheus.CounterVec
	prepare, destroys *prometheus.HistogramVec
	waiting, memory   *prometheus.GaugeVec
}

func newFigures(name string) *figures {
	labels := prometheus.Labels{"executor": name}
	buckets := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	return &figures{
		takes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_sandbox_takes_total", ConstLabels: labels,
			Help: "Sandboxes asked for, by mode and outcome: hit (one was warm), joined (one was on its way), miss (prepared inline).",
		}, []string{"mode", "outcome"}),
		drops: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_sandbox_unused_total", ConstLabels: labels,
			Help: "Warm sandboxes that served nobody, by reason.",
		}, []string{"reason"}),
		prepare: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "leo_sandbox_prepare_seconds", ConstLabels: labels, Buckets: buckets,
			Help: "Time to prepare a sandbox, by mode and by when: ahead of a run or inline.",
		}, []string{"mode", "when"}),
		destroys: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "leo_sandbox_destroy_seconds", ConstLabels: labels, Buckets: buckets,
			Help: "Time to destroy a sandbox, by mode.",
		}, []string{"mode"}),
		waiting: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "leo_sandbox_idle", ConstLabels: labels, Help: "Warm sandboxes that wait, by mode.",
		}, []string{"mode"}),
		memory: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "leo_sandbox_idle_bytes", ConstLabels: labels, Help: "Memory of warm sandboxes that wait, by mode.",
		}, []string{"mode"}),
	}
}

// Describe implements [prometheus.Collector].
func (p *Pool) Describe(out chan<- *prometheus.Desc) {
	for _, c := range p.figures.all() {
		c.Describe(out)
	}
}

// Collect implements [prometheus.Collector].
func (p *Pool) Collect(out chan<- prometheus.Metric) {
	for _, c := range p.figures.all() {
		c.Collect(out)
	}
}

func (f *figures) all() []prometheus.Collector {
	return []prometheus.Collector{f.takes, f.drops, f.prepare, f.destroys, f.waiting, f.memory}
}

// took counts a request for a sandbox: what it got, or a miss.
func (f *figures) took(mode protocol.QueryType, what string, got bool) {
	if !got {
		what = outcomeMiss
	}
	f.takes.WithLabelValues(string(mode), what).Inc()
}

func (f *figures) dropped(why string) { f.drops.WithLabelValues(why).Inc() }

func (f *figures) prepared(mode protocol.QueryType, when string, took time.Duration) {
	f.prepare.WithLabelValues(string(mode), when).Observe(took.Seconds())
}

func (f *figures) destroyed(mode protocol.QueryType, took time.Duration) {
	f.destroys.WithLabelValues(string(mode)).Observe(took.Seconds())
}

func (f *figures) idle(mode protocol.QueryType, count int, bytes int64) {
	f.waiting.WithLabelValues(string(mode)).Add(float64(count))
	f.memory.WithLabelValues(string(mode)).Add(float64(bytes))
}
