package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/leo-analytics/leo/shared/event"
)

// Metrics are the gateway's figures. Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	streams  prometheus.Gauge
	events   *prometheus.CounterVec
	drops    *prometheus.CounterVec
	refused  *prometheus.CounterVec
}

// New returns figures at zero. lag is asked, at each scrape, how many events the
// run list is behind the log; nil leaves that figure out. others are shown as well.
func New(lag func() float64, others ...prometheus.Collector) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_http_requests_total", Help: "HTTP requests by route, method and status.",
		}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "leo_http_request_seconds", Help: "Time until a response began, by route.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"route"}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "leo_event_streams_open", Help: "Event streams open now.",
		}),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_run_events_total", Help: "Run events seen since start, by kind; the terminal kinds count runs by how they ended.",
		}, []string{"kind"}),
		drops: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_stream_drops_total", Help: "Streams closed (event) and notes lost (note) because a reader was slow.",
		}, []string{"what"}),
		refused: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_http_faults_total", Help: "Responses that carried a fault, by code.",
		}, []string{"code"}),
	}
	m.registry.MustRegister(m.requests, m.duration, m.streams, m.events, m.drops, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(others...)
	if lag != nil {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "leo_run_list_lag_events", Help: "Events of the log that the run list does not show yet.",
		}, lag))
	}
	return m
}

// Request counts one response. route is the route's pattern, never a path.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// Fault counts one response that carried a fault.
func (m *Metrics) Fault(code string) { m.refused.WithLabelValues(code).Inc() }

// StreamOpened and StreamClosed count the open event streams.
func (m *Metrics) StreamOpened() { m.streams.Inc() }

// StreamClosed is the end of a stream that was opened.
func (m *Metrics) StreamClosed() { m.streams.Dec() }

// Seen counts an event of a run.
func (m *Metrics) Seen(e event.Event) { m.events.WithLabelValues(string(e.Kind())).Inc() }

// Dropped counts what a slow reader lost.
func (m *Metrics) Dropped(what string) { m.drops.WithLabelValues(what).Inc() }

// Handler serves all figures in Prometheus' text format.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
