package llm

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/shared/fault"
)

// figures are what /metrics says about an endpoint. Neither the model's name nor
// the address is a label: both are configuration.
type figures struct {
	calls  *prometheus.CounterVec
	tokens *prometheus.CounterVec
	cost   prometheus.Counter
	time   prometheus.Histogram
	state  prometheus.GaugeFunc
	opens  prometheus.CounterFunc
}

func newFigures(c *Client) *figures {
	return &figures{
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_model_calls_total", Help: "Calls of the model by outcome: ok or the code of the fault.",
		}, []string{"outcome"}),
		tokens: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "leo_model_tokens_total", Help: "Tokens sent to (input) and written by (output) the model.",
		}, []string{"direction"}),
		cost: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "leo_model_cost_usd_total", Help: "What the tokens cost at the configured prices.",
		}),
		time: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "leo_model_seconds", Help: "Time of a call of the model with all its tries.",
			Buckets: []float64{.1, .25, .5, 1, 2, 4, 8, 16, 32, 64},
		}),
		state: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "leo_model_breaker", Help: "The breaker before the model: 0 closed, 1 half-open, 2 open.",
		}, func() float64 {
			name, _, _ := c.breaker.state()
			return map[string]float64{stateClosed: 0, stateHalfOpen: 1, stateOpen: 2}[name]
		}),
		opens: prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "leo_model_breaker_opens_total", Help: "How often the breaker before the model opened.",
		}, func() float64 {
			_, _, opens := c.breaker.state()
			return float64(opens)
		}),
	}
}

func (f *figures) count(u Usage, err error) {
	outcome := "ok"
	if err != nil {
		outcome = string(fault.CodeOf(err))
	}
	f.calls.WithLabelValues(outcome).Inc()
	f.tokens.WithLabelValues("input").Add(float64(u.InputTokens))
	f.tokens.WithLabelValues("output").Add(float64(u.OutputTokens))
	f.cost.Add(u.CostUSD)
	f.time.Observe(u.MS / 1000)
}

func (f *figures) all() []prometheus.Collector {
	return []prometheus.Collector{f.calls, f.tokens, f.cost, f.time, f.state, f.opens}
}

// Describe implements [prometheus.Collector].
func (c *Client) Describe(ch chan<- *prometheus.Desc) {
	for _, x := range c.figures.all() {
		x.Describe(ch)
	}
}

// Collect implements [prometheus.Collector].
func (c *Client) Collect(ch chan<- prometheus.Metric) {
	for _, x := range c.figures.all() {
		x.Collect(ch)
	}
}

// Health is how an endpoint is doing.
type Health struct {
	// OK is false while the breaker keeps requests away.
	OK bool
	// Breaker is closed, open or half-open, and Failures counts those in a row.
	Breaker  string
	Failures int
	// Dialect is how tools are asked for.
	Dialect string
}

// Health reports how the endpoint is doing, without asking it.
func (c *Client) Health() Health {
	name, failures, _ := c.breaker.state()
	return Health{OK: name != stateOpen, Breaker: name, Failures: failures, Dialect: c.settled().level.String()}
}
