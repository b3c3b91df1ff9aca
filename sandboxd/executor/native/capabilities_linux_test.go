package native

import (
	"context"
	"flag"
	"slices"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

// probeBinary is the one this test binary was started with, or a new one.
func probeBinary(t *testing.T) string {
	t.Helper()
	if f := flag.Lookup("probe-binary"); f != nil && f.Value.String() != "" {
		return f.Value.String()
	}
	return executortest.ProbeBinary(t)
}

func TestCapabilitiesAreThoseOfThisMachine(t *testing.T) {
	e, err := New(Options{Runner: probeBinary(t), Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close(context.Background()) }()
	c, err := e.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", c)
	if !c.Namespaces || c.LandlockABI < 1 || !c.Seccomp || c.Unsafe {
		t.Errorf("capabilities are %+v", c)
	}
	if bounded := slices.Contains(c.Controllers, "memory"); bounded != (c.Memory == "cgroup") {
		t.Errorf("memory is bounded by %s with controllers %v", c.Memory, c.Controllers)
	}
	if len(c.Controllers)+len(c.Notes) < 3 {
		t.Errorf("a controller that is missing is not mentioned: %+v", c)
	}
	if e.root && c.HostUID != executor.UID {
		t.Errorf("sandboxes of root are uid %d", c.HostUID)
	}
}
