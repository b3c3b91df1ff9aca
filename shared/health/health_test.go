package health_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/health"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// get asks the board's own handler.
func get(t *testing.T, b *health.Board, path string) (int, health.Report) {
	t.Helper()
	w := httptest.NewRecorder()
	b.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	var r health.Report
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return w.Code, r
}

func TestReadinessNamesWhatDoesNotAnswerAndHidesWhy(t *testing.T) {
	b := health.NewBoard()
	b.Add("nats", 0, func(context.Context) (string, error) { return "3 servers", nil })
	b.Add("disk", 0, func(context.Context) (string, error) {
		return "", fault.Wrap(errors.New("user:secret@host"), fault.Unavailable, "The disk is full.")
	})
	b.Add("redis", 0, func(context.Context) (string, error) { return "", errors.New("dial user:secret@host") })
	code, r := get(t, b, "/readyz")
	want := []health.Check{
		{Name: "serving", OK: true},
		{Name: "nats", OK: true, Detail: "3 servers"},
		{Name: "disk", Detail: "The disk is full."},
		{Name: "redis", Detail: "it does not work; the cause is in the log"},
	}
	if code != http.StatusServiceUnavailable || r.Status != "not ready" || len(r.Checks) != len(want) {
		t.Fatalf("%d %+v", code, r)
	}
	for i, c := range r.Checks {
		if c != want[i] {
			t.Errorf("line %d is %+v, want %+v", i, c, want[i])
		}
	}
	if code, _ := get(t, b, "/healthz"); code != http.StatusOK {
		t.Error("a dependency that does not answer is no reason to restart")
	}
}

func TestADependencyIsAskedOnceHoweverManyWantToKnow(t *testing.T) {
	b := health.NewBoard()
	var asked atomic.Int32
	b.Add("nats", time.Hour, func(context.Context) (string, error) { asked.Add(1); return "", nil })
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { b.Ready(t.Context()) })
	}
	all.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestADependencyThatHangsIsCalledLateAndNotAskedAgain(t *testing.T) {
	b := health.NewBoard()
	release, ended := make(chan struct{}), make(chan struct{})
	var asked atomic.Int32
	b.Add("qdrant", 0, func(context.Context) (string, error) {
		asked.Add(1)
		<-release // whatever the context says
		close(ended)
		return "", nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	for range 3 {
		if lines := b.Dependencies(ctx); lines[0].OK || lines[0].Detail != "no answer in time" {
			t.Errorf("%+v", lines)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	close(release)
	<-ended
}

func TestAProcessIsReadyWhileItsLoopsRunAndUntilItDrains(t *testing.T) {
	b := health.NewBoard()
	began := make(chan struct{})
	run := b.Loop("planner", func(ctx context.Context) error { close(began); <-ctx.Done(); return nil })
	if _, r := get(t, b, "/readyz"); r.Checks[0].Detail != "starting" {
		t.Errorf("%+v", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	<-began
	if code, r := get(t, b, "/readyz"); code != http.StatusOK {
		t.Errorf("%d %+v", code, r)
	}
	b.Drain()
	if code, r := get(t, b, "/readyz"); code != http.StatusServiceUnavailable || r.Checks[0].Detail != "stopping" {
		t.Errorf("%d %+v", code, r)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if code, _ := get(t, b, "/healthz"); code != http.StatusOK {
		t.Error("a loop that was told to stop is no failure")
	}
}

func TestALoopThatEndsByItselfIsNoLife(t *testing.T) {
	b := health.NewBoard()
	if err := b.Loop("syncer", func(context.Context) error { return errors.New("x") })(t.Context()); err == nil {
		t.Error("the loop's error is lost")
	}
	if code, r := get(t, b, "/healthz"); code != http.StatusServiceUnavailable || r.Checks[0].Detail != "ended by itself" {
		t.Errorf("%d %+v", code, r)
	}
}

func TestServeAnswersUntilItsContextEnds(t *testing.T) {
	ln, err := health.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := health.Listen(t.Context(), ln.Addr().String()); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a second listener: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- health.Serve(ctx, ln, health.NewBoard()) }()
	client := &http.Client{}
	defer client.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || !strings.Contains(string(text), "go_goroutines") || !strings.Contains(string(text), "process_open_fds") {
		t.Errorf("%v: %.200s", err, text)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
