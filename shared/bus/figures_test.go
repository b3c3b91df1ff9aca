package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
)

// shown scrapes a bus: the values of counters and gauges and the counts of
// histograms, by name and labels.
func shown(t *testing.T, b *bus.Bus) map[string]float64 {
	t.Helper()
	r := prometheus.NewPedanticRegistry()
	r.MustRegister(b)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			name := fmt.Sprintf("%s{%s}", f.GetName(), strings.Join(labels, ","))
			out[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return out
}

func TestAWorkerCountsWhatItHandlesAndWhatWaitsForIt(t *testing.T) {
	b := bustest.Server(t).Connect(t)
	busy, release := make(chan struct{}), make(chan struct{})
	failed := false
	w := planner(func(ctx context.Context, turn *bus.Turn) error {
		switch {
		case !failed:
			failed = true
			return errors.New("not yet")
		case turn.Attempt > 1:
			close(busy)
			<-release
		}
		return turn.Append(ctx, planned())
	})
	w.Slots = 1
	work(t, b, w)
	ask(t, b, bustest.RunID(1))
	<-busy
	ask(t, b, bustest.RunID(2))
	bustest.Eventually(t, "the figures show one run in work and one that waits", func() bool {
		f := shown(t, b)
		return f["leo_worker_in_flight{planner-asked}"] == 1 && f["leo_queue_in_work{planner-asked}"] == 1 && f["leo_queue_waiting{planner-asked}"] == 1
	})
	close(release)
	bustest.Eventually(t, "both are done", func() bool { return shown(t, b)["leo_worker_events_total{done,planner-asked}"] == 2 })
	bustest.Eventually(t, "the queue is empty", func() bool { return shown(t, b)["leo_queue_in_work{planner-asked}"] == 0 })
	f := shown(t, b)
	for name, want := range map[string]float64{
		"leo_worker_events_total{again,planner-asked}": 1,
		"leo_worker_redelivered_total{planner-asked}":  1,
		"leo_worker_in_flight{planner-asked}":          0,
		"leo_worker_wait_seconds{planner-asked}":       2,
		"leo_worker_seconds{planner-asked}":            3,
		"leo_queue_waiting{planner-asked}":             0,
	} {
		if f[name] != want {
			t.Errorf("%s is %v, want %v", name, f[name], want)
		}
	}
}

func TestURLsAreShownWithoutPasswords(t *testing.T) {
	for in, want := range map[string]string{
		"nats://h:4222": "nats://h:4222", "nats://u:p@h:4222,tls://t@g": "nats://h:4222,tls://g", "u:p@h": "h",
	} {
		if got := bus.Redacted(in); got != want {
			t.Errorf("%q is shown as %q", in, got)
		}
	}
}
