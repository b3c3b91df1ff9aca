package runner

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/probe"
)

// prober serves probe requests: the statement is an order of package probe. It
// opens no data and asks no engine.
type prober struct{ cfg Config }

func (p prober) serve(_ context.Context, req *protocol.Request) (*protocol.Response, error) {
	if req.QueryType != protocol.Probe {
		return nil, wrongMode(req.QueryType, Probe)
	}
	started := time.Now()
	rows, err := probe.Run(req.Statement, p.cfg.TmpDir)
	if err != nil {
		return nil, err
	}
	resp := &protocol.Response{Columns: []protocol.Column{
		{Name: "name", Type: "VARCHAR"}, {Name: "outcome", Type: "VARCHAR"}, {Name: "detail", Type: "VARCHAR"},
	}}
	// No bound of the request is kept: that an answer is bounded from outside is
	// one of the things that are tried.
	for _, row := range rows {
		resp.Rows = append(resp.Rows, []any{row.Name, string(row.Outcome), row.Detail})
	}
	resp.RowCount = len(resp.Rows)
	resp.ExecTimeMS = milliseconds(time.Since(started))
	return resp, nil
}
