package executor

import (
	"context"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

type progressKey struct{}

// WithProgress has told called, while [Sandbox.Run] works under the context it
// returns, with what an ingest says about how far it is. It says that as often as
// it likes, and waits for told. What it says comes out of a sandbox: it is not to
// be trusted.
func WithProgress(ctx context.Context, told func(protocol.Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, told)
}

// progressOf is nil where nobody wants to know.
func progressOf(ctx context.Context) func(protocol.Progress) {
	told, _ := ctx.Value(progressKey{}).(func(protocol.Progress))
	return told
}
