package history

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/leo-analytics/leo/shared/fault"
)

// RebuildState is what a rebuild does.
type RebuildState string

// The states. RebuildNone says that there was none since this process began.
const (
	RebuildNone    RebuildState = "none"
	RebuildRunning RebuildState = "running"
	RebuildDone    RebuildState = "done"
	RebuildFailed  RebuildState = "failed"
)

// Cause says why the run list is rebuilt.
type Cause string

// The causes.
const (
	// CauseAsked: somebody asked for it.
	CauseAsked Cause = "asked"
	// CauseCutOff: the process ended during the one before.
	CauseCutOff Cause = "cut_off"
	// CauseSalvaged: the file was of another schema or damaged, and what could be read of it
	// is served meanwhile.
	CauseSalvaged Cause = "salvaged"
	// CauseEmpty: there was no file, and an archive may have more than the stream.
	CauseEmpty Cause = "empty"
)

// Progress says how far a rebuild is.
type Progress struct {
	State      RebuildState `json:"state"`
	Cause      Cause        `json:"cause,omitempty"`
	StartedAt  time.Time    `json:"started_at,omitzero"`
	FinishedAt time.Time    `json:"finished_at,omitzero"`
	// Position is the event that the new run list is at, and Target the one that it has to
	// reach, which moves with the log.
	Position uint64 `json:"position"`
	Target   uint64 `json:"target"`
	// Events counts those that were read, and Archived those of them that came from the archive.
	Events   int64 `json:"events"`
	Archived int64 `json:"archived"`
	// Missing counts the events that neither the stream nor the archive has.
	Missing int64 `json:"missing"`
	// Kept counts runs that were taken over as they were, because events of theirs are
	// missing.
	Kept int64 `json:"kept"`
	// Altered counts runs that fold to something else than what was recorded when they
	// ended. What was recorded is kept.
	Altered int64 `json:"altered"`
	// Unknown counts runs of the old list that are not in the log, which has all of
	// its events where they should be. They are left out.
	Unknown int64 `json:"unknown"`
	// Error says why it failed.
	Error *fault.Fault `json:"error,omitempty"`
}

// figures are what a rebuilder shows to Prometheus.
type figures struct{ running, position, rebuilds *prometheus.Desc }

func newFigures() figures {
	return figures{
		running:  prometheus.NewDesc("leo_run_list_rebuilding", "1 while the run list is rebuilt.", nil, nil),
		position: prometheus.NewDesc("leo_run_list_rebuild_position", "Event that the rebuild under way, or the last one, is at.", nil, nil),
		rebuilds: prometheus.NewDesc("leo_run_list_rebuilds_total", "Rebuilds of the run list that ended, by outcome.", []string{"outcome"}, nil),
	}
}

// Describe implements [prometheus.Collector].
func (r *Rebuilder) Describe(out chan<- *prometheus.Desc) {
	out <- r.figures.running
	out <- r.figures.position
	out <- r.figures.rebuilds
}

// Collect implements [prometheus.Collector].
func (r *Rebuilder) Collect(out chan<- prometheus.Metric) {
	now := r.Progress()
	running := 0.0
	if now.State == RebuildRunning {
		running = 1
	}
	r.mu.Lock()
	ended := map[RebuildState]float64{RebuildDone: r.ended[RebuildDone], RebuildFailed: r.ended[RebuildFailed]}
	r.mu.Unlock()
	out <- prometheus.MustNewConstMetric(r.figures.running, prometheus.GaugeValue, running)
	out <- prometheus.MustNewConstMetric(r.figures.position, prometheus.GaugeValue, float64(now.Position))
	for outcome, n := range ended {
		out <- prometheus.MustNewConstMetric(r.figures.rebuilds, prometheus.CounterValue, n, string(outcome))
	}
}
