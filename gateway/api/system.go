package api

import (
	_ "embed"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/shared/health"
	"github.com/leo-analytics/leo/shared/policy"
)

//go:embed openapi.json
var openAPIDocument []byte

//go:embed docs/index.html
var docsPage []byte

// healthz says that the process answers, and nothing about what it needs.
func (c *call) healthz() error {
	return c.json(fiber.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

// readyz says whether the gateway can do its work.
func (c *call) readyz() error {
	status, text := fiber.StatusOK, "ready"
	checks := c.s.deps.Ready(c.ctx)
	for _, check := range checks {
		if !check.OK {
			status, text = fiber.StatusServiceUnavailable, "not ready"
			c.Set(fiber.HeaderRetryAfter, "2")
		}
	}
	return c.json(status, health.Report{Status: text, Checks: checks})
}

func (c *call) metrics() error { return adaptor.HTTPHandler(c.s.deps.Metrics.Handler())(c.Ctx) }

// limitsInForce is what a run may ask for, and in which languages, and what an
// upload may hold.
type limitsInForce struct {
	policy.Limits
	Python  bool          `json:"python"`
	Uploads intake.Limits `json:"uploads"`
}

func (c *call) limits() error {
	return c.json(fiber.StatusOK, limitsInForce{c.s.deps.Runs.Limits(), c.s.cfg.Python, c.s.deps.Intake.Limits()})
}

func (c *call) openAPI() error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(openAPIDocument)
}

// docs is a page of its own that renders the document; it asks nobody else for
// anything.
func (c *call) docs() error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; script-src "+scriptHashes(docsPage)+"; style-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	return c.Send(docsPage)
}
