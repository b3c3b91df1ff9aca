package runner

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == forgeCommand {
		os.Exit(forge())
	}
	if len(os.Args) > 2 && os.Args[1] == measureCommand {
		os.Exit(measure(os.Args[2], os.Args[3:]))
	}
	if len(os.Args) > 4 && os.Args[1] == attackCommand {
		os.Exit(underAttack(os.Args[2], os.Args[3], os.Args[4]))
	}
	goleak.VerifyTestMain(m)
}

// forgeCommand makes this test binary try to write into its own protocol.
const forgeCommand = "forge-response"

// forge does what the policy never lets happen: the engine prints to descriptor 1.
func forge() int {
	out, err := TakeStdout()
	if err != nil {
		return 1
	}
	ctx := context.Background()
	db, err := engine.Open(engine.Options{})
	if err != nil {
		return 1
	}
	for _, sql := range []string{
		"CALL enable_logging('QueryLog', storage = 'stdout')", "SELECT 42 AS forged", "SELECT write_log('forged')",
		"PRAGMA enable_profiling", "SELECT 43 AS forged", "COPY (SELECT 'forged') TO '/dev/stdout'",
	} {
		_ = db.Exec(ctx, sql) // whether it works is not the question
	}
	fmt.Fprintln(os.Stdout, "forged by the process itself")
	fmt.Fprintln(out, "genuine")
	return 0
}

func TestNothingButTheProtocolReachesTheParent(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), self, forgeCommand).Output()
	if err != nil || string(out) != "genuine\n" {
		t.Errorf("the parent reads %q, %v", out, err)
	}
}
