package api

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/threads"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// listThreads is a page of the conversations that are not deleted.
func (c *call) listThreads() error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	c.catchUp()
	list, next, err := c.s.deps.History.Threads(c.ctx, c.who.Org, history.ThreadQuery{Text: c.Query("q"), Limit: limit, Cursor: c.Query("cursor")})
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, struct {
		Threads    []history.Thread `json:"threads"`
		NextCursor string           `json:"next_cursor,omitempty"`
	}{list, next})
}

// listed reports whether a list leaves out the runs of deleted conversations: it
// does unless it is asked for them, by deleted=true or by the conversation's id.
func (c *call) listed(thread string) (bool, error) {
	switch text := c.Query("deleted"); text {
	case "", "false":
		return thread == "", nil
	case "true":
		return false, nil
	default:
		return false, fault.New(fault.Validation, "The parameter deleted is %q, not true or false.", shorten(text)).
			WithHint("Leave it out to get what the lists show.").With("path", "deleted")
	}
}

// changeThread renames a conversation, deletes it or brings it back.
func (c *call) changeThread() error {
	var body threads.Change
	if err := c.decodeOptional(&body); err != nil {
		return err
	}
	if _, err := c.label(body); err != nil {
		return err
	}
	return c.getThread()
}

// deleteThread takes a conversation off the lists.
func (c *call) deleteThread() error {
	yes := true
	if _, err := c.label(threads.Change{Deleted: &yes}); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

func (c *call) label(change threads.Change) (history.Label, error) {
	c.catchUp()
	return c.s.deps.Threads.Apply(c.ctx, c.who, c.thing(), change)
}

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
