package api

import (
	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/lookup"
)

// searchCatalog serves GET catalog/search.
func (c *call) searchCatalog() error {
	limit, err := c.limit()
	if err != nil {
		return err
	}
	found, err := c.s.deps.Lookup.Search(c.ctx, c.who, lookup.Query{Text: c.Query("q"), DatasetID: c.Query("dataset_id"), Limit: limit})
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, found)
}
