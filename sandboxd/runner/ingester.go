package runner

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/ingest"
	"github.com/leo-analytics/leo/shared/fault"
)

// ingester serves ingest requests.
type ingester struct{ cfg Config }

func (i ingester) serve(ctx context.Context, req *protocol.Request) (*protocol.Response, error) {
	if req.QueryType != protocol.Ingest {
		return nil, wrongMode(req.QueryType, Ingest)
	}
	started := time.Now()
	tables, err := ingest.Run(ctx, ingest.Options{
		DataDir: i.cfg.DataDir, OutDir: i.cfg.OutDir, HomeDir: i.cfg.TmpDir, MemoryMB: i.cfg.MemoryMB, Threads: i.cfg.Threads,
		Progress: i.cfg.progress,
	}, req.Files)
	if err != nil {
		return nil, err
	}
	resp := &protocol.Response{Tables: tables, ExecTimeMS: milliseconds(time.Since(started))}
	return resp, fitProfile(resp, req.MaxOutputBytes)
}

// fitProfile leaves out samples and histograms and then shortens the lists of values
// in a profile until the response fits its bound. The schema itself is never shortened.
func fitProfile(resp *protocol.Response, limit int) error {
	for keep := 200; ; keep /= 2 {
		encoded, err := marshal(resp)
		if err != nil {
			return err
		}
		if len(encoded)+envelope <= limit {
			return nil
		}
		if keep == 0 {
			return fault.New(fault.ResourceExceeded, "The dataset has too many columns to be described.").
				WithHint("Split it into several datasets.")
		}
		for t := range resp.Tables {
			resp.Tables[t].Sample = nil
			for c := range resp.Tables[t].Columns {
				resp.Tables[t].Columns[c].Histogram = nil
				if col := &resp.Tables[t].Columns[c]; len(col.Top) > keep/2 {
					col.Top, col.Complete = col.Top[:keep/2], false
				}
			}
		}
	}
}
