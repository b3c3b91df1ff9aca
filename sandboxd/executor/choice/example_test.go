package choice_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/choice"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// A sandbox is prepared, used once and destroyed.
func Example() {
	ctx := context.Background()
	e, why, err := choice.Select(ctx, choice.Options{Runner: "bin/leo-runner", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return // nothing here can run sandboxes, and err says why
	}
	defer func() { _ = e.Close(ctx) }()
	fmt.Println(why)

	sandbox, err := e.Prepare(ctx, executor.Spec{Mode: protocol.SQL, DataDir: "data/datasets/ecommerce"})
	if err != nil {
		return
	}
	defer func() { _ = sandbox.Destroy(ctx) }()
	resp, stats, err := sandbox.Run(ctx, protocol.Request{
		ID: "01J", QueryType: protocol.SQL, Statement: "SELECT count(*) FROM orders", Tables: []string{"orders"}, MaxRows: 200,
	})
	if err != nil {
		return // a fault; resp may still hold captured output
	}
	fmt.Println(resp.Rows, stats.Run)
}
