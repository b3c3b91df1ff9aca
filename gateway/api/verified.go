package api

import (
	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/cases"
	"github.com/leo-analytics/leo/gateway/vouch"
	"github.com/leo-analytics/leo/shared/fault"
)

func (c *call) verifyRun() error {
	var body vouch.Request
	if err := c.decodeOptional(&body); err != nil {
		return err
	}
	a, replaced, err := c.s.deps.Verified.Verify(c.ctx, c.who, c.thing(), body)
	if err != nil {
		return err
	}
	status := fiber.StatusCreated
	if replaced {
		status = fiber.StatusOK
	}
	c.Set(fiber.HeaderLocation, "/api/v1/verified/"+a.ID)
	return c.json(status, a)
}

func (c *call) listVerified() error {
	state := vouch.State(c.Query("state"))
	if state != "" && state != vouch.Valid && state != vouch.Stale {
		return fault.New(fault.Validation, "There is no state %q.", shorten(string(state))).
			WithHint("The states are valid and stale.").With("path", "state")
	}
	all, err := c.s.deps.Verified.List(c.ctx, c.who, c.Query("dataset_id"))
	if err != nil {
		return err
	}
	list := []vouch.Listed{}
	for _, a := range all {
		if state == "" || a.State == state {
			list = append(list, a)
		}
	}
	return c.json(fiber.StatusOK, struct {
		Verified []vouch.Listed `json:"verified"`
	}{list})
}

func (c *call) getVerified() error {
	a, err := c.s.deps.Verified.Get(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, a)
}

func (c *call) deleteVerified() error {
	if err := c.s.deps.Verified.Delete(c.ctx, c.who, c.thing()); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

func (c *call) saveCase() error {
	var body cases.Request
	if err := c.decodeOptional(&body); err != nil {
		return err
	}
	saved, err := c.s.deps.Cases.Save(c.ctx, c.who, c.thing(), body)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, "/api/v1/test-cases/"+saved.ID)
	return c.json(fiber.StatusCreated, saved)
}

// listCases lists the cases, or with format=suite gives them as the lines of a
// suite's questions.jsonl.
func (c *call) listCases() error {
	dataset := c.Query("dataset_id")
	switch format := c.Query("format"); format {
	case "", "list":
	case "suite":
		lines, err := c.s.deps.Cases.Suite(c.ctx, c.who, dataset)
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, contentLines)
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="questions.jsonl"`)
		return c.Send(lines)
	default:
		return fault.New(fault.Validation, "There is no format %q.", shorten(format)).
			WithHint("The formats are list and suite.").With("path", "format")
	}
	limit, err := c.limit()
	if err != nil {
		return err
	}
	list, next, err := c.s.deps.Cases.List(c.ctx, c.who, cases.Query{DatasetID: dataset, Limit: limit, Cursor: c.Query("cursor")})
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, struct {
		Cases      []cases.Summary `json:"test_cases"`
		NextCursor string          `json:"next_cursor,omitempty"`
	}{list, next})
}

func (c *call) getCase() error {
	saved, err := c.s.deps.Cases.Get(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, caseDetail{Case: saved})
}

// caseDetail is a case without its org, which is the reader's own.
type caseDetail struct {
	*cases.Case
	Org *struct{} `json:"org,omitempty"`
}

func (c *call) deleteCase() error {
	if err := c.s.deps.Cases.Delete(c.ctx, c.who, c.thing()); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}
