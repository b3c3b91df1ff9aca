package api

import (
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

func (c *call) resultJSON() error    { return c.result(results.JSON) }
func (c *call) resultCSV() error     { return c.result(results.CSV) }
func (c *call) resultParquet() error { return c.result(results.Parquet) }

// result sends the full result of a run as a file. It is whole on the disk and
// checked before the first byte leaves.
func (c *call) result(f results.Format) error {
	r, err := c.s.deps.Runs.Run(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	if err := hasResult(r); err != nil {
		return err
	}
	file, size, err := c.s.deps.Results.Render(c.ctx, *r.Executed, f)
	if err != nil {
		return err
	}
	name := "leo-" + r.ID
	switch {
	case r.Executed.Truncated:
		name += "-truncated"
		c.Set("Leo-Truncated", r.Executed.TruncatedBy)
	case r.Answered != nil && r.Answered.Thread == nil && !r.Answered.Trust.Complete:
		// The query's own limit, which nobody asked for, is filled.
		name += "-maybe-truncated"
		c.Set("Leo-Truncated", "maybe")
	}
	c.Set(fiber.HeaderContentType, f.ContentType())
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s.%s"`, name, f))
	return c.file(file, size)
}

// file sends an open file and closes it.
func (c *call) file(file *os.File, size int64) error {
	c.Context().SetBodyStream(&download{File: file, conn: c.Context().Conn(), patience: c.s.cfg.WriteTimeout}, int(size))
	return nil
}

func hasResult(r *run.Run) error {
	switch {
	case !r.Status.Terminal():
		return fault.New(fault.Conflict, "The run has not ended yet: it is %s.", r.Status).
			WithHint("Wait for its last event, then ask for the result.").With("status", string(r.Status))
	case r.Executed == nil:
		return fault.New(fault.NotFound, "This run has no result: it is %s.", r.Status).
			WithHint("GET /api/v1/runs/%s says why.", r.ID).With("status", string(r.Status))
	}
	return nil
}

// download is a file as a response body: each piece gets its own time to be
// written, so a slow reader is served and one that stopped is not.
type download struct {
	*os.File
	conn     net.Conn
	patience time.Duration
}

// Read implements [io.Reader].
func (d *download) Read(p []byte) (int, error) {
	if err := d.conn.SetWriteDeadline(time.Now().Add(d.patience)); err != nil {
		return 0, err
	}
	return d.File.Read(p)
}

// WriteTo hides the file's own, which would bypass Read's deadlines.
func (d *download) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{d})
}
