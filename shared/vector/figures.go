package vector

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// counts are the figures of an index.
type counts struct {
	lexical, hybrid, degraded, failed atomic.Uint64
}

func (c *counts) count(f Found) {
	if f.Dense {
		c.hybrid.Add(1)
	} else {
		c.lexical.Add(1)
	}
	if f.Degraded {
		c.degraded.Add(1)
	}
}

// Answers reports whether what is configured answers, and in a few words what that
// is.
func (x *Index) Answers() (ok bool, detail string) {
	where := "in this process"
	if x.remote != nil {
		where = "in Qdrant"
	}
	how := ", by words"
	if x.embedder != nil {
		how = ", by words and embeddings of " + x.embedder.Model()
	}
	switch {
	case x.store.resting():
		return false, "Qdrant does not answer: searched in this process, by words"
	case x.endpoint.resting():
		return false, "the embeddings endpoint does not answer: searched " + where + ", by words"
	}
	return true, "searched " + where + how
}

func searches(how string) *prometheus.Desc {
	return prometheus.NewDesc("leo_vector_searches_total", "Searches, by what was compared: words (lexical), or words and meaning (hybrid).",
		nil, prometheus.Labels{"how": how})
}

func desc(name, help string) *prometheus.Desc { return prometheus.NewDesc(name, help, nil, nil) }

func (x *Index) metrics() []prometheus.Metric {
	up := 1.0
	if ok, _ := x.Answers(); !ok {
		up = 0
	}
	points, bytes := x.local.stats()
	counter := func(d *prometheus.Desc, v uint64) prometheus.Metric {
		return prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v))
	}
	gauge := func(d *prometheus.Desc, v float64) prometheus.Metric {
		return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v)
	}
	return []prometheus.Metric{
		counter(searches("lexical"), x.figures.lexical.Load()),
		counter(searches("hybrid"), x.figures.hybrid.Load()),
		counter(desc("leo_vector_degraded_total", "Searches that did without a store or an endpoint that is configured."), x.figures.degraded.Load()),
		counter(desc("leo_vector_write_failures_total", "Writes that were given up after all tries."), x.figures.failed.Load()),
		gauge(desc("leo_vector_up", "Whether the vector store and the embeddings endpoint answer: 1 or 0."), up),
		gauge(desc("leo_vector_points", "Points kept in this process."), float64(points)),
		gauge(desc("leo_vector_bytes", "Memory of the points kept in this process, about."), float64(bytes)),
	}
}

// Describe implements [prometheus.Collector].
func (x *Index) Describe(out chan<- *prometheus.Desc) {
	for _, m := range x.metrics() {
		out <- m.Desc()
	}
}

// Collect implements [prometheus.Collector].
func (x *Index) Collect(out chan<- prometheus.Metric) {
	for _, m := range x.metrics() {
		out <- m
	}
}
