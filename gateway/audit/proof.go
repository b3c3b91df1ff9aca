package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// Outcome is what a check of a run found.
type Outcome string

// The outcomes.
const (
	// Intact says that the log folds to the capsule recorded when the run ended.
	Intact Outcome = "intact"
	// Altered says that it does not.
	Altered Outcome = "altered"
	// Open says that the run has not ended, so nothing is recorded yet.
	Open Outcome = "open"
	// Unrecorded says that the run has ended and the run list does not know it yet.
	Unrecorded Outcome = "unrecorded"
)

// Proof is the outcome of a check: the run's stored events, folded and hashed
// again, against what was recorded when its last one came in.
type Proof struct {
	RunID   string     `json:"run_id"`
	Status  run.Status `json:"status"`
	Outcome Outcome    `json:"outcome"`
	// Events is how many the log holds, and LastSeq the sequence of the last.
	Events  int    `json:"events"`
	LastSeq uint64 `json:"last_seq"`
	// Head and Digest are computed from the log now.
	Head   string `json:"head"`
	Digest string `json:"digest"`
	// RecordedHead and RecordedDigest were computed when the run ended.
	RecordedHead   string `json:"recorded_head,omitempty"`
	RecordedDigest string `json:"recorded_digest,omitempty"`
	// Event is the number, from 1 on, of the first event that is another one, and
	// Subject where it stands; 0 and "" where nothing was altered, or no single
	// event is to blame.
	Event   int    `json:"event,omitempty"`
	Subject string `json:"subject,omitempty"`
	// Reason says in a sentence what is wrong with an altered run.
	Reason string `json:"reason,omitempty"`
}

// Check compares the events of a run, all of them and in order, with what is
// recorded. It fails only when that cannot be read.
func (x *Export) Check(ctx context.Context, org, runID string, events []event.Event) (Proof, error) {
	recorded, known, err := x.history.Recorded(ctx, org, runID)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{RunID: runID, Events: len(events), RecordedHead: recorded.Head, RecordedDigest: recorded.Digest}
	if len(events) > 0 {
		p.LastSeq = events[len(events)-1].Seq
	}
	c, err := run.NewCapsule(events)
	if err != nil {
		p.Outcome, p.Reason = Altered, fmt.Sprintf("The events of the log do not form a run: %v.", err)
		return p, nil
	}
	p.Status, p.Head = c.Status, c.Chain.Head
	if p.Digest, err = c.Digest(); err != nil {
		return Proof{}, err
	}
	p.compare(c, recorded, known)
	return p, nil
}

// compare finds the outcome.
func (p *Proof) compare(c *run.Capsule, recorded history.Recorded, known bool) {
	switch at := recorded.Parts(c); {
	case recorded.Digest == "" && !c.Status.Terminal():
		p.Outcome = Open
	case recorded.Digest == "" && (!known || recorded.Seq < p.LastSeq):
		p.Outcome = Unrecorded
	case recorded.Digest == p.Digest:
		p.Outcome = Intact
	case at == 0:
		p.Outcome, p.Reason = Altered, "The events are the recorded ones, and the record they fold to is another."
	case at > p.Events:
		p.Outcome, p.Event = Altered, at
		p.Reason = fmt.Sprintf("The log ends after %d events; event %d is missing.", p.Events, at)
	default:
		p.Outcome, p.Event, p.Subject = Altered, at, c.Chain.Events[at-1].Subject
		p.Reason = fmt.Sprintf("Event %d (%s) is not the one that was recorded.", at, p.Subject)
	}
}

// proofPatience is how long a check of one run waits for the run list.
const proofPatience = 2 * time.Second

// Proof checks one run, of which events are what the log holds now. It waits for
// the run list for a moment; UNAVAILABLE says that it does not have the run yet.
func (x *Export) Proof(ctx context.Context, org, runID string, events []event.Event) (Proof, error) {
	if len(events) > 0 {
		x.history.WaitFor(ctx, events[len(events)-1].Seq, proofPatience)
	}
	p, err := x.Check(ctx, org, runID, events)
	if err == nil && p.Outcome == Unrecorded {
		return p, fault.New(fault.Unavailable, "The run list has not caught up with the log yet.").
			WithHint("Try again in a moment; /readyz says how far it is.")
	}
	return p, err
}
