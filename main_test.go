package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/observe"
	"github.com/leo-analytics/leo/shared/run"
)

// These tests run the real program: all roles, the embedded event log, real
// sandboxes with the real runner, over HTTP.

// testLeo is a Leo in this process.
type testLeo struct {
	client
	dir  string
	logs *lockedBuffer
	stop func()
}

// lockedBuffer collects log lines of many goroutines.
type lockedBuffer struct {
	mu  sync.Mutex // guards buf
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// start runs Leo until the test ends. change adjusts the configuration.
func start(tb testing.TB, change func(*config.Config)) *testLeo {
	tb.Helper()
	l := launch(tb, tb.TempDir(), change)
	tb.Cleanup(l.stop)
	return l
}

// launch runs Leo over dir until stop is called.
func launch(tb testing.TB, dir string, change func(*config.Config)) *testLeo {
	tb.Helper()
	cfg, _, err := config.Load(config.Sources{Lookup: func(string) (string, bool) { return "", false }})
	if err != nil {
		tb.Fatal(err)
	}
	cfg.DataDir, cfg.Listen, cfg.Executor = dir, "127.0.0.1:0", "native"
	cfg.Runner = executortest.RunnerBinary(tb)
	if change != nil {
		change(&cfg)
	}
	l := &testLeo{dir: dir, logs: &lockedBuffer{}}
	log, err := observe.NewLogger(l.logs, "debug", "text")
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	u := &up{
		cfg: cfg, log: log, ready: func(url string) { ready <- url },
		say: func(format string, args ...any) { fmt.Fprintf(l.logs, format+"\n", args...) },
	}
	go func() { done <- u.run(ctx) }()
	select {
	case l.base = <-ready:
	case err := <-done:
		cancel()
		tb.Fatalf("Leo did not start: %v\n%s", err, l.logs)
	}
	l.http = &http.Client{}
	l.stop = sync.OnceFunc(func() {
		l.http.CloseIdleConnections()
		cancel()
		if err := <-done; err != nil {
			tb.Errorf("Leo did not stop cleanly: %v", err)
		}
	})
	return l
}

// shared is one Leo with the demo data for all tests that only ask.
func shared(tb testing.TB) *testLeo {
	tb.Helper()
	sharedOnce.Do(func() {
		dir, err := os.MkdirTemp("", "leo-test-") //nolint:usetesting // it outlives the test that starts the server
		if err != nil {
			tb.Fatal(err)
		}
		sharedLeo = launch(tb, dir, nil)
	})
	if sharedLeo == nil {
		tb.Fatal("the shared Leo did not start")
	}
	return sharedLeo
}

var (
	sharedOnce sync.Once //nolint:gochecknoglobals // one server for the package's tests
	sharedLeo  *testLeo  //nolint:gochecknoglobals // set once by sharedOnce
)

func TestMain(m *testing.M) {
	code := m.Run()
	if sharedLeo != nil {
		sharedLeo.stop()
		_ = os.RemoveAll(sharedLeo.dir)
	}
	os.Exit(code)
}

// ask posts a run, follows it to its end and returns its verified capsule.
func (l *testLeo) ask(tb testing.TB, body map[string]any) *run.Capsule {
	tb.Helper()
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if err := l.call(tb.Context(), http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
		tb.Fatal(err)
	}
	return l.finish(tb, accepted.RunID)
}

func (l *testLeo) finish(tb testing.TB, id string) *run.Capsule {
	tb.Helper()
	if err := l.watch(tb.Context(), id, func(string, []byte) error { return nil }); err != nil {
		tb.Fatal(err)
	}
	data, err := l.raw(tb.Context(), "/api/v1/runs/"+id)
	if err != nil {
		tb.Fatal(err)
	}
	c, err := run.Verify(data)
	if err != nil {
		tb.Fatalf("capsule of run %s: %v", id, err)
	}
	return c
}

// rows returns a finished run's whole result.
func (l *testLeo) rows(tb testing.TB, c *run.Capsule) [][]any {
	tb.Helper()
	if c.Status != run.Succeeded {
		tb.Fatalf("run %s is %s: %v %v", c.RunID, c.Status, c.Error, c.Error.Details)
	}
	if c.Result == nil {
		return c.Preview.Rows
	}
	var full run.Preview
	if err := l.call(tb.Context(), http.MethodGet, "/api/v1/runs/"+c.RunID+"/result.json", nil, &full); err != nil {
		tb.Fatal(err)
	}
	return full.Rows
}

// cli runs a command of the program against the server and returns what it
// printed.
func (l *testLeo) cli(tb testing.TB, args ...string) (code int, stdout, stderr string) {
	tb.Helper()
	var out, errs bytes.Buffer
	std := stdio{in: strings.NewReader(""), out: &out, err: &errs}
	code = program(tb.Context(), append(args, "--url", l.base), std)
	return code, out.String(), errs.String()
}

// leftovers lists what a run may not leave behind in the data directory.
func (l *testLeo) leftovers(tb testing.TB) []string {
	tb.Helper()
	var found []string
	for _, pattern := range []string{"sandboxd/scratch/*", "sandboxd/datasets/tmp-*", "gateway/tmp/*"} {
		names, err := filepath.Glob(filepath.Join(l.dir, pattern))
		if err != nil {
			tb.Fatal(err)
		}
		found = append(found, names...)
	}
	return found
}

func decode[T any](tb testing.TB, data []byte) T {
	tb.Helper()
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		tb.Fatal(err)
	}
	return v
}
