package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

// call is one request on its way.
type call struct {
	*fiber.Ctx
	s     *Server
	route Route
	// ctx ends when the request may not take any longer.
	ctx context.Context //nolint:containedctx // a call lives as long as its context
	who auth.Principal
	// id is the request id, in the response's X-Request-Id and in the log.
	id string
	// consumed says that the body was read to its end.
	consumed bool
}

// handle turns a route into a Fiber handler.
func (s *Server) handle(r Route) fiber.Handler {
	return func(fc *fiber.Ctx) error {
		began := time.Now()
		c := &call{Ctx: fc, s: s, route: r, ctx: s.base, id: requestID(fc.Get(fiber.HeaderXRequestID))}
		if !r.long {
			var cancel context.CancelFunc
			c.ctx, cancel = context.WithTimeout(s.base, s.cfg.RequestTimeout)
			defer cancel()
		}
		c.Set(fiber.HeaderXRequestID, c.id)
		c.secure()
		if err := c.serve(); err != nil {
			c.fail(err)
		}
		c.settle()
		c.record(began)
		return nil
	}
}

// serve lets the request through the guards to its handler. A panic is a fault
// like any other.
func (c *call) serve() (err error) {
	defer func() {
		if r := recover(); r != nil {
			c.s.deps.Log.ErrorContext(c.ctx, "handler panicked", "request_id", c.id, "panic", r, "stack", string(debug.Stack()))
			err = fault.From(fmt.Errorf("panic: %v", r))
		}
	}()
	if err := c.guard(); err != nil {
		return err
	}
	return c.route.do(c)
}

// bufferedBody is how much of a body the server has read ahead, whoever wants it.
const bufferedBody = 8 << 10

// settle makes the connection fit for the next request: what is left of a short
// body is dropped; after a longer one the connection is closed, because the rest
// would be taken for the next request.
func (c *call) settle() {
	if c.unread() {
		c.Context().SetConnectionClose()
	}
}

// unread reports whether part of the body is still on its way.
func (c *call) unread() bool {
	if !c.Request().IsBodyStream() || c.consumed {
		return false
	}
	if n := c.Request().Header.ContentLength(); n >= 0 && n <= bufferedBody {
		_, err := io.Copy(io.Discard, c.Context().RequestBodyStream())
		c.consumed = err == nil
	}
	return !c.consumed
}

// record counts and logs the request.
func (c *call) record(began time.Time) {
	status, took := c.Response().StatusCode(), time.Since(began)
	c.s.deps.Metrics.Request(c.route.Path, c.Method(), status, took)
	c.s.deps.Log.DebugContext(c.ctx, "request",
		"request_id", c.id, "method", c.Method(), "path", c.Path(), "status", status,
		"ms", float64(took.Microseconds())/1000, "org", c.who.Org, "user", c.who.User)
}

// secure sets the headers every response carries. Pages loosen the policy to
// what the web app needs.
func (c *call) secure() {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "DENY")
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set("Cross-Origin-Opener-Policy", "same-origin")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderCacheControl, "no-store")
}

// json sends v with a status.
func (c *call) json(status int, v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode response: %w", err)
	}
	c.Status(status).Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(line)
}

// thing is the id in the path, whatever it is of. Immutable makes it a copy.
func (c *call) thing() string { return c.Params("id") }

// requestID keeps a caller's own id when it is harmless in a log line.
func requestID(asked string) string {
	harmless := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.:/+=", r)
	}
	if asked != "" && len(asked) <= 128 && strings.IndexFunc(asked, func(r rune) bool { return !harmless(r) }) < 0 {
		return asked
	}
	return uuid.NewString()
}
