package audit

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// MaxCheck is how many runs one check of many goes through.
const MaxCheck = 10_000

// checkStep is how long a check works before it says how far it is.
const checkStep = 200 * time.Millisecond

// Progress is how far a check of many runs is. The last one has Done set.
type Progress struct {
	// Checked counts the runs gone through, of Total.
	Checked int64 `json:"checked"`
	Total   int64 `json:"total"`
	Intact  int64 `json:"intact"`
	// Open counts runs that have not ended, and so have nothing to be compared with.
	Open    int64 `json:"open"`
	Altered int64 `json:"altered"`
	// Missing counts runs whose events the log does not have any more.
	Missing int64 `json:"missing"`
	// Found are the altered runs since the progress before.
	Found []Proof `json:"found,omitempty"`
	Done  bool    `json:"done,omitempty"`
}

// Checking is a check of many runs on its way: each Next does a little of it, so
// that it stops when nobody asks any more. One goroutine uses it.
type Checking struct {
	x      *Export
	org    string
	query  history.Query
	events func(ctx context.Context, runID string) ([]event.Event, error)

	queue []history.Summary
	last  bool
	now   Progress
}

// CheckRuns prepares a check of the runs a query selects, newest first, at most
// MaxCheck of them. events reads a run's events from the log.
func (x *Export) CheckRuns(ctx context.Context, org string, q history.Query, events func(ctx context.Context, runID string) ([]event.Event, error)) (*Checking, error) {
	if err := x.caughtUp(ctx); err != nil {
		return nil, err
	}
	counts, err := x.history.Count(ctx, org, q)
	if err != nil {
		return nil, err
	}
	q.Limit, q.Cursor = history.MaxPage, ""
	return &Checking{x: x, org: org, query: q, events: events, now: Progress{Total: min(counts.Total, MaxCheck)}}, nil
}

// Next goes on for a moment and says how far it is then.
func (c *Checking) Next(ctx context.Context) (Progress, error) {
	c.now.Found = nil
	for until := time.Now().Add(checkStep); time.Now().Before(until) && !c.now.Done; {
		if len(c.queue) == 0 {
			if err := c.fill(ctx); err != nil {
				return c.now, err
			}
			continue
		}
		s := c.queue[0]
		c.queue = c.queue[1:]
		if err := c.one(ctx, s); err != nil {
			return c.now, err
		}
	}
	c.now.Total = max(c.now.Total, c.now.Checked)
	return c.now, nil
}

// fill reads the next page, or finds that there is none.
func (c *Checking) fill(ctx context.Context) error {
	if c.last || c.now.Checked >= MaxCheck {
		c.now.Done = true
		return nil
	}
	list, next, err := c.x.history.Runs(ctx, c.org, c.query)
	if err != nil {
		return err
	}
	c.queue = list[:min(int64(len(list)), MaxCheck-c.now.Checked)]
	c.query.Cursor, c.last = next, next == ""
	return nil
}

func (c *Checking) one(ctx context.Context, s history.Summary) error {
	c.now.Checked++
	events, err := c.events(ctx, s.RunID)
	if fault.CodeOf(err) == fault.NotFound {
		c.now.Missing++
		return nil
	}
	if err != nil {
		return err
	}
	p, err := c.x.Check(ctx, c.org, s.RunID, events)
	if err != nil {
		return err
	}
	switch p.Outcome {
	case Intact:
		c.now.Intact++
	case Altered:
		c.now.Altered++
		c.now.Found = append(c.now.Found, p)
	default:
		c.now.Open++
	}
	return nil
}
