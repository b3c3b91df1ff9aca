package api

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/live"
	"github.com/leo-analytics/leo/shared/fault"
)

// events streams a run. A reader comes back with Last-Event-ID, or ?after=, and
// gets what it does not have; when that is nothing and the run has ended, 204
// tells it to stop coming.
func (c *call) events() error {
	after, err := c.resumeFrom()
	if err != nil {
		return err
	}
	return c.stream(c.thing(), after)
}

// chat begins a run and streams it in one response.
func (c *call) chat() error {
	b, err := c.begin()
	if err != nil {
		return err
	}
	c.Set("Leo-Run-Id", b.RunID)
	if b.Replayed {
		c.Set("Idempotent-Replayed", "true")
	}
	return c.stream(b.RunID, 0)
}

// resumeFrom reads the sequence of the last event the reader has. The header, set
// by the browser on a reconnect, is newer than what the page put into the URL.
func (c *call) resumeFrom() (uint64, error) {
	name, text := "Last-Event-ID", c.Get("Last-Event-ID")
	if text == "" {
		name, text = "after", c.Query("after")
	}
	if text == "" {
		return 0, nil
	}
	after, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, fault.New(fault.Validation, "%s is %q, not the id of an event.", name, shorten(text)).
			WithHint("Send the last id you received, or nothing to get all events.").With("path", name)
	}
	return after, nil
}

// stream answers with the events of a run after a sequence.
func (c *call) stream(runID string, after uint64) error {
	// Subscribe first and read second, or an event in between would be lost: those after
	// what the hub has seen by now are told.
	client := c.s.deps.Hub.Subscribe(c.who.Org, runID)
	stored, err := c.s.deps.Runs.EventsUpTo(c.ctx, c.who, runID, c.s.deps.Hub.Last())
	if err != nil {
		client.Close()
		return err
	}
	last := stored[len(stored)-1]
	if last.Kind().Terminal() && last.Seq <= after {
		client.Close()
		c.Status(fiber.StatusNoContent)
		return nil
	}
	deps, who := c.s.deps, c.who
	deps.Metrics.StreamOpened()
	body := live.NewStream(live.Config{
		Client: client, Stored: stored, After: after, Conn: c.Context().Conn(),
		Heartbeat: c.s.cfg.Heartbeat, WriteTimeout: c.s.cfg.WriteTimeout,
		Allowed: func() bool { return deps.Keyring.StillValid(who) },
		Closed:  deps.Metrics.StreamClosed,
	})
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "no-cache, no-transform")
	c.Set("X-Accel-Buffering", "no")
	// The socket watch takes what the client sends, so no request can follow.
	c.Context().SetConnectionClose()
	c.Context().SetBodyStream(body, -1)
	return nil
}
