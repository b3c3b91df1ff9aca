package api

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// getThread shows what a new question of a thread may refer to.
func (c *call) getThread() error {
	t, err := c.s.deps.Runs.Thread(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, t)
}

// resetThread begins the run that says "start over".
func (c *call) resetThread() error { return c.say("start over") }

// forgetName begins the run that removes a named result.
func (c *call) forgetName() error {
	t, err := c.s.deps.Runs.Thread(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	name := c.Params("name")
	if !slices.ContainsFunc(t.Named, func(n event.NamedPlan) bool { return strings.EqualFold(n.Name, name) }) {
		return fault.New(fault.NotFound, "This conversation has no result called %q.", shorten(name)).
			WithHint("GET /api/v1/threads/{id} lists the named results.")
	}
	return c.say("forget " + name)
}

// say begins a run that changes the thread.
func (c *call) say(text string) error {
	b, err := c.s.deps.Runs.Say(c.ctx, c.who, c.thing(), text)
	if err != nil {
		return err
	}
	c.caused(b.Seq)
	return c.accepted(b)
}
