package native_test

import (
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
)

func TestPython(t *testing.T) {
	probe := *secondProcess.probe
	if probe == "" {
		probe = executortest.ProbeBinary(t)
	}
	executortest.Python(t, func(tb testing.TB, s executortest.PythonSetup) executor.Executor {
		tb.Helper()
		root, err := rootfs.Open(s.Root)
		if err != nil {
			tb.Fatal(err)
		}
		e, err := native.New(native.Options{
			// The probe is the first stage only; it never runs itself here.
			Runner: probe, Python: root, PythonDir: tb.TempDir(), Logger: executortest.Logger(),
		})
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := e.Probe(tb.Context()); err != nil {
			executortest.Require(tb, "native", err)
		}
		if s.Unjudged {
			e.WithoutPolicy()
		}
		return e
	}, executortest.PythonOptions{Root: *secondProcess.python, Runner: *secondProcess.runner})
}
