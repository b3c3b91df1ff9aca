package api

import "github.com/gofiber/fiber/v2"

func (c *call) getSync() error {
	v, err := c.s.deps.Curate.Sync(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, v)
}

func (c *call) askSync() error {
	v, err := c.s.deps.Curate.AskSync(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusAccepted, v)
}

// getSnapshot shows the catalogue that a run's planned event names.
func (c *call) getSnapshot() error {
	d, err := c.s.deps.Datasets.Snapshot(c.ctx, c.who.Org, c.thing(), c.Params("version"), c.Params("hash"))
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, detail(d))
}
