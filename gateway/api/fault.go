package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/shared/fault"
)

// errorBody is the body of every response that is not a success.
type errorBody struct {
	Error sentError `json:"error"`
}

type sentError struct {
	*fault.Fault
	RequestID string `json:"request_id"`
}

// fail answers with a fault and logs its cause, once, here.
func (c *call) fail(err error) {
	f := faultOf(err)
	status := f.Code.HTTPStatus()
	if status >= 500 {
		c.s.deps.Log.ErrorContext(c.ctx, "request failed", "request_id", c.id, "method", c.Method(), "path", c.Path(),
			"org", c.who.Org, "code", f.Code, "error", err, "cause", errors.Unwrap(f))
	}
	c.s.deps.Metrics.Fault(string(f.Code))
	c.write(f, status)
}

// write sends the fault, replacing whatever was begun.
func (c *call) write(f *fault.Fault, status int) {
	body, err := json.Marshal(errorBody{sentError{Fault: f, RequestID: c.id}})
	if err != nil {
		// Details that cannot be encoded are a bug; the fault counts more.
		f = fault.New(f.Code, "%s", f.Message)
		body, _ = json.Marshal(errorBody{sentError{Fault: f, RequestID: c.id}})
	}
	c.Response().ResetBody()
	c.Status(status).Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Response().Header.Del(fiber.HeaderContentDisposition)
	if status == fiber.StatusTooManyRequests || status == fiber.StatusServiceUnavailable {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(retryAfter(f)))
	}
	if status == fiber.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="leo"`)
	}
	if c.unread() {
		c.Context().SetBodyStream(c.linger(body), -1)
		return
	}
	c.Response().SetBodyRaw(body)
}

// retryAfter is what the fault says, at least a second.
func retryAfter(f *fault.Fault) int {
	if n, ok := f.Details["retry_after_s"].(int); ok && n > 0 {
		return n
	}
	return 1
}

// faultOf finds the fault to show for an error.
func faultOf(err error) *fault.Fault {
	var f *fault.Fault
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Wrap(err, fault.Unavailable, "Leo could not do this in time.").
			WithHint("Try again in a moment.")
	case errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Unavailable, "Leo is stopping.").
			WithHint("Try again in a moment.").With("retry_after_s", 3)
	}
	return fault.From(err)
}

// beforeRoutes answers what never became a request: a broken or oversized
// header, a client that took too long.
func (s *Server) beforeRoutes(fc *fiber.Ctx, err error) error {
	c := &call{Ctx: fc, s: s, ctx: s.base, id: requestID(""), consumed: true}
	c.Set(fiber.HeaderXRequestID, c.id)
	c.secure()
	f := fault.Wrap(err, fault.Validation, "This is not an HTTP request Leo understands.").
		WithHint("Check the client, or the proxy in between.")
	var fe *fiber.Error
	if errors.As(err, &fe) {
		switch fe.Code {
		case fiber.StatusRequestEntityTooLarge, fiber.StatusRequestHeaderFieldsTooLarge:
			f = fault.Wrap(err, fault.PayloadTooLarge, "The request's header is too large.").
				WithHint("Send less of it: cookies of other applications on this host, most likely.")
		case fiber.StatusRequestTimeout:
			f = fault.Wrap(err, fault.Validation, "The request did not arrive in time.").
				WithHint("Send it in one piece, or check the network.")
		}
	}
	s.deps.Metrics.Fault(string(f.Code))
	c.write(f, f.Code.HTTPStatus())
	return nil
}

// The bounds of what is read and thrown away after a refusal: so much, for so long,
// from a client that goes on sending a piece of it in time.
const (
	lingerBytes = 64 << 20
	lingerTime  = 15 * time.Second
	lingerPiece = 256 << 10
	lingerPause = 2 * time.Second
)

// linger is a response body that, once it is on the wire, reads on what the
// client is still sending, for a while: closing at once would reset the
// connection and take the answer with it.
func (c *call) linger(body []byte) io.Reader {
	conn, rest := c.Context().Conn(), c.Context().RequestBodyStream()
	sent := false
	return readerFunc(func(p []byte) (int, error) {
		if len(body) > 0 {
			n := copy(p, body)
			body = body[n:]
			return n, nil
		}
		if !sent && rest != nil {
			sent = true
			readOn(conn, rest)
		}
		return 0, io.EOF
	})
}

// readOn is best effort: the answer is given.
func readOn(conn net.Conn, rest io.Reader) {
	end := time.Now().Add(lingerTime)
	for range lingerBytes / lingerPiece {
		until := time.Now().Add(lingerPause)
		if until.After(end) {
			until = end
		}
		if conn.SetReadDeadline(until) != nil {
			return
		}
		if _, err := io.CopyN(io.Discard, rest, lingerPiece); err != nil {
			return
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// missing is the fault for a path nothing is at.
func missing(method, path string) *fault.Fault {
	if len(path) > 200 {
		path = path[:200] + "…"
	}
	return fault.New(fault.NotFound, "%s", fmt.Sprintf("There is no %s %s.", method, path)).
		WithHint("The routes are described at /api/docs.")
}
