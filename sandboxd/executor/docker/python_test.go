package docker_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
)

func TestPython(t *testing.T) {
	setup(t)
	executortest.Python(t, func(tb testing.TB, s executortest.PythonSetup) executor.Executor {
		tb.Helper()
		root, err := rootfs.Open(s.Root)
		if err != nil {
			tb.Fatal(err)
		}
		e, err := docker.New(docker.Options{Runner: executortest.ProbeBinary(tb), Python: root, Logger: executortest.Logger()})
		if err != nil {
			tb.Fatal(err)
		}
		if s.Unjudged {
			e.WithoutPolicy()
		}
		return e
	}, executortest.PythonOptions{Slow: 3 * time.Second})
}
