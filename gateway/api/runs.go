package api

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/runs"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// listPatience is how long a list waits to show what its reader just did.
const listPatience = 2 * time.Second

// begun is the answer to a run that was accepted.
type begun struct {
	RunID     string `json:"run_id"`
	ThreadID  string `json:"thread_id"`
	EventsURL string `json:"events_url"`
	RunURL    string `json:"run_url"`
	// Asked saves whoever waits for the first event the way to the stream.
	Asked *firstEvent `json:"asked,omitempty"`
}

// firstEvent is an event as capsules have it.
type firstEvent struct {
	Seq  uint64          `json:"seq"`
	Data json.RawMessage `json:"data"`
}

func (c *call) ask() error {
	b, err := c.begin()
	if err != nil {
		return err
	}
	return c.accepted(b)
}

// begin reads the request of POST runs and POST chat and begins the run.
func (c *call) begin() (runs.Begun, error) {
	var r runs.Request
	if err := c.decode(&r); err != nil {
		return runs.Begun{}, err
	}
	b, err := c.s.deps.Runs.Ask(c.ctx, c.who, r, c.Get("Idempotency-Key"))
	if err == nil {
		c.caused(b.Seq)
	}
	return b, err
}

// caused remembers the newest event this server wrote.
func (c *call) caused(seq uint64) {
	for old := c.s.newest.Load(); old < seq && !c.s.newest.CompareAndSwap(old, seq); old = c.s.newest.Load() {
	}
}

// catchUp waits, for a moment, until the run list holds what this server wrote and
// what its streams have told: who saw a run end finds it ended in a list.
func (c *call) catchUp() {
	if c.s.deps.History.Healthy() == nil {
		c.s.deps.History.WaitFor(c.ctx, max(c.s.newest.Load(), c.s.deps.Hub.Last()), listPatience)
	}
}

func (c *call) accepted(b runs.Begun) error {
	url := "/api/v1/runs/" + b.RunID
	c.Set(fiber.HeaderLocation, url)
	c.Set("Leo-Run-Id", b.RunID)
	if b.Replayed {
		c.Set("Idempotent-Replayed", "true")
	}
	body := begun{RunID: b.RunID, ThreadID: b.ThreadID, EventsURL: url + "/events", RunURL: url}
	if b.Asked != nil {
		body.Asked = &firstEvent{Seq: b.Seq, Data: b.Asked}
	}
	return c.json(fiber.StatusAccepted, body)
}

func (c *call) getRun() error {
	capsule, err := c.s.deps.Runs.Capsule(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	body, err := capsule.Encode()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(body)
}

func (c *call) cancel() error {
	seq, err := c.s.deps.Runs.Cancel(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	c.caused(seq)
	return c.json(fiber.StatusAccepted, struct {
		RunID  string     `json:"run_id"`
		Status run.Status `json:"status"`
	}{c.thing(), run.Cancelled})
}

func (c *call) reproduce() error {
	b, err := c.s.deps.Runs.Reproduce(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	c.caused(b.Seq)
	return c.accepted(b)
}

func (c *call) listRuns() error {
	q, err := c.runQuery()
	if err != nil {
		return err
	}
	if q.Limit, err = c.limit(); err != nil {
		return err
	}
	if q.Listed, err = c.listed(q.ThreadID); err != nil {
		return err
	}
	q.Cursor = c.Query("cursor")
	c.catchUp()
	list, next, err := c.s.deps.History.Runs(c.ctx, c.who.Org, q)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, struct {
		Runs       []history.Summary `json:"runs"`
		NextCursor string            `json:"next_cursor,omitempty"`
	}{list, next})
}

// limit reads how many a list is to have; absent is 0.
func (c *call) limit() (int, error) {
	text := c.Query("limit")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fault.New(fault.Validation, "The limit is %q, not a number from 1 on.", shorten(text)).
			WithHint("Leave it out to get the default.").With("path", "limit")
	}
	return n, nil
}
