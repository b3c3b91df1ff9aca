package executortest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// PythonSetup says what a [PythonFactory] makes an executor from.
type PythonSetup struct {
	// Root is the path of the Python root file system, a tar.
	Root string
	// Unjudged asks for a harness that is started with "-policy off": what the
	// sandbox holds must hold without the policy.
	Unjudged bool
}

// PythonFactory makes an executor that serves protocol.Python. It fails the test
// when it cannot; the suite closes the executor. One that cannot switch the policy
// off returns nil for Unjudged, and the attacks are skipped.
type PythonFactory func(t testing.TB, setup PythonSetup) executor.Executor

// PythonOptions adjust the Python suite to an implementation.
type PythonOptions struct {
	// Slow is added to every bound on how fast something must end.
	Slow time.Duration
	// Host is a directory of the host whose names must not be visible inside of a
	// sandbox. By default it is a fresh one.
	Host string
	// Root is the Python root. By default it is that of [PythonRoot].
	Root string
	// Runner makes the dataset. By default it is built.
	Runner string
}

// Python holds the executors made by factory to what a Python run must be: the
// results, the policy, the mistakes of an author, the limits, and, with the policy
// off, the sandbox alone.
func Python(t *testing.T, factory PythonFactory, opts PythonOptions) {
	if opts.Runner == "" {
		opts.Runner = RunnerBinary(t)
	}
	s := &pythonSuite{PythonOptions: opts, data: framesBy(t, opts.Runner, prepareBy(t, opts.Runner, pythonTables()))}
	root := opts.Root
	if root == "" {
		root = PythonRoot(t)
	}
	s.exec = s.open(t, factory, PythonSetup{Root: root})
	t.Run("results", s.results)
	t.Run("tables", s.tables)
	t.Run("policy", s.policy)
	t.Run("mistakes", s.mistakes)
	t.Run("output", s.output)
	t.Run("limits", s.limits)
	t.Run("preparation", s.preparation)
	t.Run("attacks", func(t *testing.T) {
		if s.exec = s.open(t, factory, PythonSetup{Root: root, Unjudged: true}); s.exec == nil {
			t.Skip("the executor cannot switch the policy off")
		}
		s.attacks(t)
	})
}

// pythonSuite is one run of the Python suite.
type pythonSuite struct {
	PythonOptions

	exec executor.Executor
	data string
}

func (s *pythonSuite) open(t *testing.T, factory PythonFactory, setup PythonSetup) executor.Executor {
	t.Helper()
	e := factory(t, setup)
	if e == nil {
		return nil
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Errorf("close executor: %v", err)
		}
	})
	return e
}

// prepare makes a Python sandbox that is destroyed with the test.
func (s *pythonSuite) prepare(t testing.TB, limits executor.Limits) executor.Sandbox {
	t.Helper()
	if limits.Timeout == 0 {
		limits.Timeout = 10*time.Second + s.Slow
	}
	limits.StartTimeout = 30*time.Second + s.Slow
	sandbox, err := s.exec.Prepare(t.Context(), executor.Spec{Mode: protocol.Python, DataDir: s.data, Limits: limits})
	if err != nil {
		t.Fatalf("prepare: %v (%v)", err, errors.Unwrap(err))
	}
	t.Cleanup(func() { destroy(t, sandbox) })
	return sandbox
}

// code runs a program in a fresh sandbox.
func (s *pythonSuite) code(t testing.TB, source string) (*protocol.Response, error) {
	t.Helper()
	resp, stats, err := s.prepare(t, executor.Limits{}).Run(t.Context(), program(source))
	if stats.Stderr != "" {
		t.Logf("stderr: %s", stats.Stderr)
	}
	return resp, err
}

func program(source string) protocol.Request {
	return protocol.Request{ID: "python-1", QueryType: protocol.Python, Statement: source, MaxRows: 100}
}

// answer runs a program that must succeed and returns its columns and rows as one
// text.
func (s *pythonSuite) answer(t *testing.T, source string) string {
	t.Helper()
	resp, err := s.code(t, source)
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
	return shown(t, resp)
}

// shown writes a result as its columns and its rows in JSON.
func shown(t *testing.T, resp *protocol.Response) string {
	t.Helper()
	var columns []string
	for _, c := range resp.Columns {
		columns = append(columns, c.Name+" "+c.Type)
	}
	rows, err := json.Marshal(resp.Rows)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(columns, ", ") + " " + string(rows)
}

// wantFault fails unless err is a fault of this code whose message holds a text
// and which says what to do.
func wantFault(t *testing.T, err error, code fault.Code, message string) {
	t.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) {
		t.Fatalf("error is %v, which is no fault; want %s", err, code)
	}
	if f.Code != code || !strings.Contains(f.Message, message) {
		t.Errorf("fault is %v (%v), want %s with %q", f, errors.Unwrap(err), code, message)
	}
	if f.Hint == "" {
		t.Errorf("fault %v does not say what to do", f)
	}
}

// wantPlace fails unless a fault has this line and column, and this in its hint.
func wantPlace(t *testing.T, err error, place, hint string) {
	t.Helper()
	f := fault.From(err)
	if got := fmt.Sprintf("%v:%v", f.Details["line"], f.Details["column"]); got != place {
		t.Errorf("it is said to be at %s, want %s", got, place)
	}
	if !strings.Contains(f.Hint, hint) {
		t.Errorf("the hint is %q, want %q in it", f.Hint, hint)
	}
}

func pythonTables() map[string]string {
	return map[string]string{
		"orders":         "order_id,city,total,day,paid\n1,Rome,10.5,2024-01-31,true\n2,Oslo,12.25,2024-02-01,false\n3,Rome,,2024-02-02,true\n4,,20.5,2024-02-29,\n",
		"order lines 24": "order_id,product\n1,Zoë's\n2,Tea\n",
	}
}

// PythonRoot returns the path of the Python root file system, where make images
// puts it. Without one the test is skipped, or fails if LEO_REQUIRE names
// "python".
func PythonRoot(t testing.TB) string {
	t.Helper()
	module, err := moduleRoot(t.Context())
	if err != nil {
		Require(t, "python", err)
	}
	path := filepath.Join(module, "bin", "leo-python.tar")
	if !exists(path) {
		Require(t, "python", fmt.Errorf("%s is not there: make images builds it", path))
	}
	return path
}

// PythonDataset returns a directory that sandboxes may read, with the columnar copy
// of one table for each CSV text. It runs the real runner, unsandboxed.
func PythonDataset(t testing.TB, tables map[string]string) string {
	t.Helper()
	return PythonDatasetFrom(t, Prepared(t, tables))
}

// PythonDatasetFrom is [PythonDataset] for a prepared dataset.
func PythonDatasetFrom(t testing.TB, prepared string) string {
	t.Helper()
	return framesBy(t, RunnerBinary(t), prepared)
}

func framesBy(t testing.TB, runner, prepared string) string {
	t.Helper()
	out := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, runner, "-mode", string(protocol.Frames), "-data", prepared, "-out", out,
		"-tmp", t.TempDir(), "-memory-mb", "1024", "-threads", "2")
	cmd.Env = []string{}
	line, err := json.Marshal(protocol.Request{ID: "frames-1", QueryType: protocol.Frames, TimeoutMS: 300_000, MaxOutputBytes: 32 << 20})
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(append(line, '\n'))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("frames: %v\n%s\n%s", err, stdout, stderr.String())
	}
	r := bufio.NewReader(bytes.NewReader(stdout))
	if _, err := protocol.ReadReady(r); err != nil {
		t.Fatalf("frames: %v\n%s", err, stderr.String())
	}
	resp, err := protocol.ReadResponse(r, "frames-1", 32<<20)
	if err != nil || resp.Status != protocol.OK {
		t.Fatalf("frames: %v %+v\n%s", err, resp, stderr.String())
	}
	if err := executor.Share(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Corpora returns the directory of attack corpora that the environment variable
// LEO_CORPORA names. Without it the test is skipped: they are not part of this
// repository.
func Corpora(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("LEO_CORPORA") //nolint:forbidigo // the switch belongs to the test run, not to the product's configuration
	if dir == "" {
		t.Skip("LEO_CORPORA names no directory")
	}
	return dir
}
