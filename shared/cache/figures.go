package cache

import "github.com/prometheus/client_golang/prometheus"

// figure is one counter as it is shown.
type figure struct {
	desc *prometheus.Desc
	get  func(Stats) uint64
}

func lookups(outcome string) *prometheus.Desc {
	return prometheus.NewDesc("leo_result_cache_lookups_total",
		"Results looked for, by outcome: hit, shared (computed by somebody else meanwhile), miss.",
		nil, prometheus.Labels{"outcome": outcome})
}

func figures() []figure {
	return []figure{
		{lookups("hit"), func(s Stats) uint64 { return s.Hits }},
		{lookups("shared"), func(s Stats) uint64 { return s.Shared }},
		{lookups("miss"), func(s Stats) uint64 { return s.Misses }},
		{
			prometheus.NewDesc("leo_result_cache_dropped_total", "Results that were dropped because they were not what had been put there.", nil, nil),
			func(s Stats) uint64 { return s.Dropped },
		},
		{
			prometheus.NewDesc("leo_result_cache_kept_total", "Results that were kept.", nil, nil),
			func(s Stats) uint64 { return s.Kept },
		},
		{
			prometheus.NewDesc("leo_result_cache_unkept_total", "Results that were too large to keep, or that the store did not take.", nil, nil),
			func(s Stats) uint64 { return s.Unkept },
		},
	}
}

func answersDesc() *prometheus.Desc {
	return prometheus.NewDesc("leo_result_cache_up", "Whether the store of results answers: 1 or 0.", nil, nil)
}

// Describe implements [prometheus.Collector].
func (c *Cache) Describe(out chan<- *prometheus.Desc) {
	for _, f := range figures() {
		out <- f.desc
	}
	out <- answersDesc()
}

// Collect implements [prometheus.Collector].
func (c *Cache) Collect(out chan<- prometheus.Metric) {
	s := c.Stats()
	for _, f := range figures() {
		out <- prometheus.MustNewConstMetric(f.desc, prometheus.CounterValue, float64(f.get(s)))
	}
	up := 0.0
	if c.Answers() {
		up = 1
	}
	out <- prometheus.MustNewConstMetric(answersDesc(), prometheus.GaugeValue, up)
}
