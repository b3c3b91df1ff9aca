package eval

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// Prediction is what Leo made of one item: a line of a run's output.
type Prediction struct {
	ID string `json:"id"`
	// Columns and Rows are the whole result; Rows is nil when there is none, and
	// empty, not nil, when there is one without rows.
	Columns []string `json:"columns,omitzero"`
	Rows    [][]any  `json:"rows,omitzero"`
	Chart   string   `json:"chart,omitempty"`
	Enc     *Enc     `json:"enc,omitempty"`
	// Refused says that Leo said it cannot answer.
	Refused bool   `json:"refused,omitempty"`
	Error   string `json:"error,omitempty"`
	// Status is the run's. needs_input with rows means that the first of the
	// readings it offered was taken.
	Status   run.Status      `json:"status,omitempty"`
	Plan     json.RawMessage `json:"plan,omitempty"`
	SQL      string          `json:"sql,omitempty"`
	Sentence string          `json:"sentence,omitempty"`
	// Confidence is the planner's in the reading that ran, 0 to 1.
	Confidence float64 `json:"confidence"`
	// Origin says who made the plan: rules, model or verified.
	Origin string `json:"origin,omitempty"`
	// Why is the reason Leo gave for refusing.
	Why string `json:"why,omitempty"`
	// MS is the time from asking to the end of the run and PlanMS what planning
	// took of it.
	MS     float64 `json:"ms"`
	PlanMS float64 `json:"plan_ms,omitempty"`
}

// Enc names the fields of the data that a chart shows, before any aggregation.
type Enc struct {
	Mark      string `json:"mark"`
	X         string `json:"x,omitempty"`
	Y         string `json:"y,omitempty"`
	Color     string `json:"color,omitempty"`
	Facet     string `json:"facet,omitempty"`
	Aggregate string `json:"aggregate,omitempty"`
}

// answered says that a result is there, whoever chose the reading.
func (p *Prediction) answered() bool {
	return p != nil && p.Error == "" && !p.Refused
}

// status is the run's, or what the other fields tell of it.
func (p *Prediction) status() run.Status {
	switch {
	case p == nil:
		return ""
	case p.Status != "":
		return p.Status
	case p.Refused:
		return run.Rejected
	case p.Error != "":
		return run.Failed
	}
	return run.Succeeded
}

// ReadPredictions reads a run's output by id; of two lines with one id the later
// counts. It fails as NOT_FOUND or VALIDATION_ERROR.
func ReadPredictions(path string) (map[string]*Prediction, error) {
	f, err := os.Open(path) //nolint:gosec // a file the person named
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "There are no predictions at %s.", path).
			WithHint("`leo eval --suite DIR --out FILE` writes them.")
	}
	defer func() { _ = f.Close() }()
	all := map[string]*Prediction{}
	err = lines(f, func(line int, data []byte) error {
		p := &Prediction{}
		if err := decode(data, p); err != nil {
			return fault.Wrap(err, fault.Validation, "Line %d of %s is not a prediction.", line, path)
		}
		all[p.ID] = p
		return nil
	})
	return all, err
}

// WritePredictions writes one JSON object a line.
func WritePredictions(path string, predictions []Prediction) error {
	f, err := os.Create(path) //nolint:gosec // a file the person named
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The file %s cannot be written.", path).WithHint("Check the path.")
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, p := range predictions {
		if err := enc.Encode(p); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(w.Flush(), f.Close())
}

// ByID lists predictions by their id.
func ByID(predictions []Prediction) map[string]*Prediction {
	all := make(map[string]*Prediction, len(predictions))
	for i := range predictions {
		all[predictions[i].ID] = &predictions[i]
	}
	return all
}

// Counts says what became of a run's questions.
type Counts struct {
	Answered, AskedBack, Refused, Failed int
	// MS is how long the answers took.
	MS Latency
}

// Count sums up a run without looking at what is right.
func Count(predictions []Prediction) Counts {
	var c Counts
	var times []float64
	for i := range predictions {
		switch p := &predictions[i]; p.status() {
		case run.Succeeded:
			c.Answered++
			times = append(times, p.MS)
		case run.NeedsInput:
			c.AskedBack++
		case run.Rejected:
			c.Refused++
		default:
			c.Failed++
		}
	}
	c.MS = latencyOf(times)
	return c
}
