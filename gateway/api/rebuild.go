package api

import (
	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
)

// beginRebuild has the run list of this gateway made anew. It goes on by itself; the
// answer says how it begins.
func (c *call) beginRebuild() error {
	if err := c.s.deps.Acts.Record(c.ctx, c.who, audit.ActRebuildAsked, "run_list", "", struct{}{}); err != nil {
		return err
	}
	now, err := c.s.deps.Rebuilder.Begin()
	if err != nil {
		return err
	}
	return c.json(fiber.StatusAccepted, now)
}

// getRebuild says how far it is, or how the last one ended.
func (c *call) getRebuild() error { return c.json(fiber.StatusOK, c.s.deps.Rebuilder.Progress()) }
