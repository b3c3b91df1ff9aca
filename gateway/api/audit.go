package api

import (
	"context"
	"os"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// contentLines is the media type of an export: one JSON object a line.
const contentLines = "application/x-ndjson"

// auditEvents exports stored events, byte for byte as the log keeps them.
func (c *call) auditEvents() error { return c.export(c.s.deps.Audit.Events) }

// auditCapsules exports the digests recorded when runs ended.
func (c *call) auditCapsules() error { return c.export(c.s.deps.Audit.Capsules) }

// auditActs exports what people did that is no run.
func (c *call) auditActs() error { return c.export(c.s.deps.Audit.Acts) }

func (c *call) export(write func(context.Context, bus.Filter) (*os.File, int64, error)) error {
	f, err := c.auditFilter()
	if err != nil {
		return err
	}
	if f.RunID != "" { // a run that is not there is told from one without events
		if _, err := c.s.deps.Runs.Events(c.ctx, c.who, f.RunID); err != nil {
			return err
		}
	}
	file, size, err := write(c.ctx, f)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentLines)
	return c.file(file, size)
}

// auditFilter reads run_id, from and to (RFC 3339), and to_seq. The org is the
// caller's, whatever the request says.
func (c *call) auditFilter() (bus.Filter, error) {
	f := bus.Filter{Org: c.who.Org, RunID: c.Query("run_id")}
	for name, at := range map[string]*time.Time{"from": &f.FromTime, "to": &f.ToTime} {
		text := c.Query(name)
		if text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return f, fault.New(fault.Validation, "The parameter %s is %q, not a time.", name, shorten(text)).
				WithHint("Write it as 2026-03-31T18:00:00Z.").With("path", name)
		}
		*at = t
	}
	if text := c.Query("to_seq"); text != "" {
		seq, err := strconv.ParseUint(text, 10, 64)
		if err != nil || seq == 0 {
			return f, fault.New(fault.Validation, "The parameter to_seq is %q, not a sequence.", shorten(text)).
				WithHint("Leave it out to get everything.").With("path", "to_seq")
		}
		f.ToSeq = seq
	}
	return f, nil
}
