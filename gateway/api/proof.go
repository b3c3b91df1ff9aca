package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// proof folds and hashes a run's stored events again and compares them with what
// was recorded when the run ended.
func (c *call) proof() error {
	events, err := c.s.deps.Runs.Events(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	p, err := c.s.deps.Audit.Proof(c.ctx, c.who.Org, c.thing(), events)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, p)
}

// checkRuns does the same for all runs that a filter selects, and says how far it
// is, a line at a time. It stops when its reader goes away.
func (c *call) checkRuns() error {
	q, err := c.runQuery()
	if err != nil {
		return err
	}
	if !c.s.checking.TryLock() {
		return fault.New(fault.RateLimited, "Somebody is checking runs already.").
			WithHint("Wait until that check is done: one at a time leaves room for questions.").With("retry_after_s", 10)
	}
	done := sync.OnceFunc(c.s.checking.Unlock)
	if err := c.s.deps.Acts.Record(c.ctx, c.who, audit.ActChecked, "runs", "", c.Queries()); err != nil {
		done()
		return err
	}
	deps, who := c.s.deps, c.who
	check, err := deps.Audit.CheckRuns(c.ctx, who.Org, q, func(ctx context.Context, runID string) ([]event.Event, error) {
		return deps.Runs.Events(ctx, who, runID)
	})
	if err != nil {
		done()
		return err
	}
	c.Set(fiber.HeaderContentType, contentLines)
	c.Set(fiber.HeaderCacheControl, "no-cache, no-transform")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStream(&checkBody{
		ctx: c.ctx, check: check, conn: c.Context().Conn(), patience: c.s.cfg.WriteTimeout, done: done,
		allowed: func() bool { return deps.Keyring.StillValid(who) },
	}, -1)
	return nil
}

// checkBody is a check as a response body. The check goes on as it is read.
type checkBody struct {
	ctx      context.Context //nolint:containedctx // a body lives as long as its request
	check    *audit.Checking
	conn     net.Conn
	patience time.Duration
	allowed  func() bool
	done     func()
	pending  bytes.Buffer
	ended    bool
}

// Read implements [io.Reader].
func (b *checkBody) Read(p []byte) (int, error) {
	if b.pending.Len() == 0 {
		if b.ended || !b.allowed() {
			return 0, io.EOF
		}
		if err := b.next(); err != nil {
			return 0, err
		}
	}
	if err := b.conn.SetWriteDeadline(time.Now().Add(b.patience)); err != nil {
		return 0, err
	}
	return b.pending.Read(p)
}

// next puts one line into pending. A check that cannot go on says so in its last
// line, since the status has been sent.
func (b *checkBody) next() error {
	now, err := b.check.Next(b.ctx)
	b.ended = now.Done || err != nil
	if err != nil {
		return json.NewEncoder(&b.pending).Encode(errorBody{sentError{Fault: faultOf(err)}})
	}
	return json.NewEncoder(&b.pending).Encode(now)
}

// Close implements [io.Closer].
func (b *checkBody) Close() error {
	b.done()
	return nil
}
