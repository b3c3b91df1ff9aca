package api

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// contentLines is the media type of an export: one JSON object a line.
const contentLines = "application/x-ndjson"

// countRuns counts the runs that a filter of lists selects.
func (c *call) countRuns() error {
	q, err := c.runQuery()
	if err != nil {
		return err
	}
	c.catchUp()
	counts, err := c.s.deps.History.Count(c.ctx, c.who.Org, q)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, counts)
}

// runNames lists the people and datasets that runs can be narrowed to.
func (c *call) runNames() error {
	names, err := c.s.deps.History.Names(c.ctx, c.who.Org)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, names)
}

// auditEvents exports stored events, byte for byte as the log keeps them.
func (c *call) auditEvents() error { return c.export("events", c.s.deps.Audit.Events) }

// auditCapsules exports the digests recorded when runs ended.
func (c *call) auditCapsules() error { return c.export("capsules", c.s.deps.Audit.Capsules) }

// auditActs exports what people did that is no run.
func (c *call) auditActs() error {
	return c.export("acts", func(ctx context.Context, s audit.Scope) (*os.File, int64, error) {
		return c.s.deps.Audit.Acts(ctx, s.Filter)
	})
}

func (c *call) export(what string, write func(context.Context, audit.Scope) (*os.File, int64, error)) error {
	f, err := c.auditFilter()
	if err != nil {
		return err
	}
	if f.RunID != "" { // a run that is not there is told from one without events
		if err := c.known(f.RunID); err != nil {
			return err
		}
	}
	if err := c.exported(what, f.RunID); err != nil {
		return err
	}
	file, size, err := write(c.ctx, f)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, contentLines)
	return c.file(file, size)
}

// known fails unless the log or the run list has a run: the list has those whose events
// went to the archive, too.
func (c *call) known(runID string) error {
	_, err := c.s.deps.Runs.Events(c.ctx, c.who, runID)
	if fault.CodeOf(err) != fault.NotFound {
		return err
	}
	if _, listed, failed := c.s.deps.History.Recorded(c.ctx, c.who.Org, runID); failed != nil || listed {
		return failed
	}
	return err
}

// exported puts on record that the caller takes something out of the audit, and
// what they narrowed it to.
func (c *call) exported(what, runID string) error {
	return c.s.deps.Acts.Record(c.ctx, c.who, audit.ActExported, what, runID, c.Queries())
}

// auditRuns exports the runs that a filter of lists selects.
func (c *call) auditRuns() error {
	q, err := c.runQuery()
	if err != nil {
		return err
	}
	format, err := oneOf(c, "format", "csv", "jsonl")
	if err != nil {
		return err
	}
	if err := c.exported("runs", ""); err != nil {
		return err
	}
	file, size, err := c.s.deps.Audit.Runs(c.ctx, c.who.Org, q, format == "csv")
	if err != nil {
		return err
	}
	kind, ext := contentLines, "jsonl"
	if format == "csv" {
		kind, ext = results.CSV.ContentType(), "csv"
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="leo-runs-%s.%s"`, time.Now().UTC().Format("20060102-150405"), ext))
	return c.file(file, size)
}

// listActs lists what people did that is no run, the newest first.
func (c *call) listActs() error {
	q := audit.ActQuery{User: c.Query("user"), Kind: c.Query("kind"), Text: c.Query("q"), Before: c.Query("cursor")}
	var err error
	if q.From, err = c.moment("from"); err != nil {
		return err
	}
	if q.To, err = c.moment("to"); err != nil {
		return err
	}
	if q.Limit, err = c.limit(); err != nil {
		return err
	}
	if q.Limit > history.MaxPage {
		return fault.New(fault.Validation, "The limit is %d; it must be between 1 and %d.", q.Limit, history.MaxPage).
			WithHint("Ask for less and follow next_cursor.").With("path", "limit")
	}
	if q.Limit == 0 {
		q.Limit = history.DefaultPage
	}
	list, next, err := c.s.deps.Acts.List(c.ctx, c.who.Org, q)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, struct {
		Acts       []audit.Act `json:"acts"`
		NextCursor string      `json:"next_cursor,omitempty"`
	}{list, next})
}

// auditFilter reads run_id, from and to (RFC 3339), to_seq and archive. The org is the
// caller's, whatever the request says.
func (c *call) auditFilter() (audit.Scope, error) {
	f := audit.Scope{Filter: bus.Filter{Org: c.who.Org, RunID: c.Query("run_id")}}
	archive, err := oneOf(c, "archive", "true", "false")
	if err != nil {
		return f, err
	}
	f.StreamOnly = archive == "false"
	if f.FromTime, err = c.moment("from"); err != nil {
		return f, err
	}
	if f.ToTime, err = c.moment("to"); err != nil {
		return f, err
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
