package docker_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/client"
	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

var own = executortest.DefineOwnFlag() //nolint:gochecknoglobals // flags are defined before a test binary parses them

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// setup skips where there is no daemon.
func setup(tb testing.TB) {
	tb.Helper()
	e := factory(tb, "/proc/self/exe")
	defer func() { _ = e.Close(context.Background()) }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := e.(*docker.Executor).Ping(ctx); err != nil {
		executortest.Require(tb, "docker", err)
	}
}

func factory(tb testing.TB, runner string) executor.Executor {
	tb.Helper()
	e, err := docker.New(docker.Options{Runner: runner, Logger: executortest.Logger()})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestConformance(t *testing.T) {
	setup(t)
	executortest.Run(t, factory, executortest.Options{
		Leftovers: leftovers,
		// The container runtime sets it; it says nothing.
		Env:       []string{"HOME"},
		Slow:      3 * time.Second,
		OwnerArgs: []string{"-test.run=^TestOwner$", "-test.v"},
	})
}

// TestOwner is not a test: see executortest.Own.
func TestOwner(t *testing.T) {
	if *own == "" {
		t.Skip("runs in a second process only")
	}
	executortest.Own(t, factory(t, *own))
}

// leftovers lists this process's containers and the scratch directories.
func leftovers(tb testing.TB, _ executor.Executor) []string {
	tb.Helper()
	c, err := client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	list, err := c.ContainerList(context.Background(), container.ListOptions{
		All: true, Filters: filters.NewArgs(filters.Arg("label", "leo.instance")),
	})
	if err != nil {
		tb.Fatal(err)
	}
	var found []string
	for _, item := range list {
		owner, ok := executor.ParseInstance(item.Labels["leo.instance"])
		if !ok || owner.PID == os.Getpid() || owner.Gone() {
			found = append(found, item.Names...)
		}
	}
	slices.Sort(found)
	return found
}

func BenchmarkColdRun(b *testing.B) {
	setup(b)
	executortest.Bench(b, factory)
}
