package executortest

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Factory makes an executor over a runner binary. It fails the test when it
// cannot; the suite closes the executor.
type Factory func(t testing.TB, runner string) executor.Executor

// Options adjust the suite to an implementation.
type Options struct {
	// Probe and Runner are the binaries; by default they are built.
	Probe, Runner string
	// Leftovers lists what the executor has on the machine right now, one line
	// each: the suite compares before and after. Required.
	Leftovers func(t testing.TB, e executor.Executor) []string
	// Env are the names of the environment variables a sandbox may have.
	Env []string
	// Mounts, if set, are all mount points a sandbox may have.
	Mounts []string
	// Slow is added to every bound on how fast something must end.
	Slow time.Duration
	// DieWithOwner says that sandboxes end with the process that made them,
	// without a sweep.
	DieWithOwner bool
	// OwnerArgs make this test binary run [Own] over the same executor.
	OwnerArgs []string
	// SkipStatements leaves out the statements among the limits, which take most
	// of the suite's time. What stops them is the runner and the session: one
	// run over them is enough for an adapter that is tested over two things.
	SkipStatements bool
}

// suite is one run of the suite.
type suite struct {
	Options

	factory  Factory
	exec     executor.Executor
	caps     executor.Capabilities
	baseline []string
}

// Run holds the executors made by factory to the contract.
func Run(t *testing.T, factory Factory, opts Options) {
	if opts.Probe == "" {
		opts.Probe = ProbeBinary(t)
	}
	s := &suite{Options: opts, factory: factory}
	s.open(t, opts.Probe)
	t.Run("isolation", s.isolation)
	t.Run("failure", s.failures)
	t.Run("preparation", s.preparation)
	t.Run("lifecycle", s.lifecycle)
	t.Run("ingest", s.ingest)
	t.Run("engine", func(t *testing.T) {
		if s.Runner == "" {
			s.Runner = RunnerBinary(t)
		}
		s.open(t, s.Runner)
		s.engine(t)
	})
	t.Run("limits", s.limits)
}

// open makes the executor the next cases use.
func (s *suite) open(t *testing.T, runner string) {
	t.Helper()
	s.exec = s.factory(t, runner)
	e := s.exec
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Errorf("close executor: %v", err)
		}
	})
	caps, err := e.Probe(t.Context())
	if err != nil {
		t.Fatalf("probe: %v (%v)", err, errors.Unwrap(err))
	}
	s.caps = caps
	s.baseline = s.Leftovers(t, e)
}

// run runs one case and then looks for leftovers.
func (s *suite) run(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	t.Run(name, test)
	s.clean(t, name)
}

// clean fails unless what is on the machine soon equals what was there before.
func (s *suite) clean(t *testing.T, after string) {
	t.Helper()
	var now []string
	if !eventually(5*time.Second+s.Slow, func() bool {
		now = s.Leftovers(t, s.exec)
		return slices.Equal(now, s.baseline)
	}) {
		t.Errorf("%s left something behind:\nbefore:\n\t%s\nafter:\n\t%s", after,
			strings.Join(s.baseline, "\n\t"), strings.Join(now, "\n\t"))
	}
}

// prepare makes a sandbox that is destroyed with the test. Empty fields of the
// spec get a dataset and short deadlines.
func (s *suite) prepare(t testing.TB, spec executor.Spec) executor.Sandbox {
	t.Helper()
	sandbox, err := s.exec.Prepare(t.Context(), s.spec(t, spec))
	if err != nil {
		t.Fatalf("prepare: %v (%v)", err, errors.Unwrap(err))
	}
	t.Cleanup(func() { destroy(t, sandbox) })
	return sandbox
}

func (s *suite) spec(t testing.TB, spec executor.Spec) executor.Spec {
	t.Helper()
	if spec.Mode == "" {
		spec.Mode = protocol.SQL
	}
	if spec.DataDir == "" {
		spec.DataDir = Dataset(t, map[string]string{protocol.PreparedName: "prepared"})
	}
	if spec.Limits.Timeout == 0 {
		spec.Limits.Timeout = 10*time.Second + s.Slow
	}
	return spec
}

// order sends one order to a fresh sandbox.
func (s *suite) order(t testing.TB, spec executor.Spec, statement string) (*protocol.Response, executor.Stats, error) {
	t.Helper()
	return s.prepare(t, spec).Run(t.Context(), ask(statement))
}

// look sends an order that must succeed and returns its rows by name.
func (s *suite) look(t testing.TB, spec executor.Spec, statement string) map[string]string {
	t.Helper()
	resp, stats, err := s.order(t, spec, statement)
	if err != nil {
		t.Fatalf("%s: %v (%v) %s", statement, err, errors.Unwrap(err), stats.Stderr)
	}
	return table(resp)
}

func table(resp *protocol.Response) map[string]string {
	rows := map[string]string{}
	for _, row := range resp.Rows {
		name, _ := row[0].(string)
		value, _ := row[1].(string)
		rows[name] = value
	}
	return rows
}

func ask(statement string) protocol.Request {
	return protocol.Request{ID: "request-1", QueryType: protocol.SQL, Statement: statement, MaxRows: 1000}
}

func destroy(t testing.TB, s executor.Sandbox) {
	t.Helper()
	if err := s.Destroy(context.Background()); err != nil {
		t.Errorf("destroy: %v", err)
	}
}

// wantCode fails unless err is a fault of this code with a hint.
func wantCode(t testing.TB, err error, want fault.Code) {
	t.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) {
		t.Errorf("error is %v, which is no fault; want %s", err, want)
		return
	}
	if f.Code != want {
		t.Errorf("fault is %v (%v), want %s", err, errors.Unwrap(err), want)
	}
	if f.Hint == "" && f.Message != "as ordered" && f.Code != fault.Validation {
		t.Errorf("fault %v does not say what to do", err)
	}
}

// pid is the host's id of the sandbox's first process, or 0.
func pid(s executor.Sandbox) int {
	if p, ok := s.(interface{ PID() int }); ok {
		return p.PID()
	}
	return 0
}

// eventually waits for a condition.
func eventually(within time.Duration, holds func() bool) bool {
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if holds() {
			return true
		}
		select {
		case <-again.C:
		case <-deadline.C:
			return holds()
		}
	}
}

// Dataset writes files into a fresh directory that sandboxes may read.
func Dataset(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := executor.Share(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Logger discards.
func Logger() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Require skips the test because something is missing on this machine, or fails
// it when the environment variable LEO_REQUIRE names that thing.
func Require(t testing.TB, what string, why error) {
	t.Helper()
	//nolint:forbidigo // the switch belongs to the test run, not to the product's configuration
	required := strings.Split(os.Getenv("LEO_REQUIRE"), ",")
	if slices.Contains(required, what) {
		t.Fatalf("%s is required: %v", what, why)
	}
	t.Skipf("%s is not available: %v", what, why)
}
