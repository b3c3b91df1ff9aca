package api

import (
	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/edits"
)

// planMenu answers what the parts of a plan may become.
func (c *call) planMenu() error {
	var r edits.Request
	if err := c.decode(&r); err != nil {
		return err
	}
	m, err := c.s.deps.Edits.Menu(c.ctx, c.who, r)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, m)
}

// planPreview answers what an edit makes of a plan.
func (c *call) planPreview() error {
	var r edits.Request
	if err := c.decode(&r); err != nil {
		return err
	}
	p, err := c.s.deps.Edits.Preview(c.ctx, c.who, r)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, p)
}

// columnValues answers which values a column has.
func (c *call) columnValues() error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	v, err := c.s.deps.Edits.Values(c.ctx, c.who, edits.ValueQuery{
		DatasetID: c.thing(), Table: c.Query("table"), Column: c.Query("column"), Text: c.Query("q"), Limit: limit,
	})
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, v)
}
