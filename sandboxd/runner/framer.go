package runner

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/frames"
)

// framer serves frames requests over an open, locked dataset. Only this process
// writes the copy: the engine has no file system.
type framer struct {
	db  *engine.DB
	dir string
}

func openFramer(ctx context.Context, cfg Config) (server, error) {
	db, err := openDataset(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return framer{db, cfg.OutDir}, nil
}

func (f framer) serve(ctx context.Context, req *protocol.Request) (*protocol.Response, error) {
	if req.QueryType != protocol.Frames {
		return nil, wrongMode(req.QueryType, Frames)
	}
	started := time.Now()
	tables, err := frames.Write(ctx, f.db, f.dir, req.Tables)
	if err != nil {
		return nil, err
	}
	resp := &protocol.Response{Tables: tables, ExecTimeMS: milliseconds(time.Since(started))}
	return resp, fitProfile(resp, req.MaxOutputBytes)
}
