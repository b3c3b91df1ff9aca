package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/run"
)

// How hard the chaos test is: bounded, so that it ends on a slow machine too.
const (
	chaosQuestions = 500
	chaosKills     = 8
	chaosAskers    = 24
	chaosSeed      = 20260131
)

// chaos is a `leo up` in a process of its own that is killed again and again.
type chaos struct {
	t      *testing.T
	binary string
	runner string
	dir    string
	addr   string
	cmd    *exec.Cmd
	log    *os.File
}

// up starts the process and waits until it answers.
func (c *chaos) up() {
	c.t.Helper()
	c.cmd = exec.Command(c.binary, "up", "--listen", c.addr, "--data-dir", c.dir, "--executor", "native")
	c.cmd.Env = append(os.Environ(), "LEO_RUNNER="+c.runner, "LEO_DEMO=false")
	c.cmd.Stdout, c.cmd.Stderr = c.log, c.log
	if err := c.cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	cl := client{base: "http://" + c.addr, http: &http.Client{}}
	deadline := time.Now().Add(60 * time.Second)
	for cl.call(c.t.Context(), http.MethodGet, "/readyz", nil, nil) != nil {
		if time.Now().After(deadline) {
			c.t.Fatal("Leo does not come up again")
		}
		if err := pause(c.t.Context(), 20*time.Millisecond); err != nil {
			c.t.Fatal(err)
		}
	}
	cl.http.CloseIdleConnections()
}

// kill ends the process the hard way.
func (c *chaos) kill() {
	c.t.Helper()
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = c.cmd.Wait() // it was killed
}

func TestEveryAcceptedQuestionEndsExactlyOnceThoughLeoIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("it kills processes for a minute")
	}
	c := newChaos(t)
	c.up()
	t.Cleanup(func() { c.kill() })
	cl := &client{base: "http://" + c.addr, http: &http.Client{}}
	addPeople(t, cl)

	accepted := make(chan string, chaosQuestions)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var askers sync.WaitGroup
	next := make(chan int)
	for range chaosAskers {
		askers.Go(func() {
			for i := range next {
				if id := insist(ctx, cl, i); id != "" {
					accepted <- id
				}
			}
		})
	}
	rng := rand.New(rand.NewPCG(chaosSeed, 1))
	killAt := map[int]bool{}
	for len(killAt) < chaosKills {
		killAt[20+rng.IntN(chaosQuestions-40)] = true
	}
	for i := range chaosQuestions {
		if killAt[i] {
			// A random moment of the work that is under way right now.
			if err := pause(ctx, time.Duration(rng.IntN(400))*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			c.kill()
			c.up()
		}
		next <- i
	}
	close(next)
	askers.Wait()
	close(accepted)
	ids := map[string]bool{}
	for id := range accepted {
		ids[id] = true
	}
	events, kinds := checkEnds(ctx, t, cl, ids)
	if len(ids) != chaosQuestions {
		t.Errorf("%d questions accepted, want %d", len(ids), chaosQuestions)
	}
	t.Logf("COUNT %d questions, %d kills -9 (seed %d): %d events, ends %v, every run ended exactly once\n", len(ids), chaosKills, chaosSeed, events, kinds)
	checkNothingLeft(t, c.dir)
}

func newChaos(t *testing.T) *chaos {
	t.Helper()
	runner := executortest.RunnerBinary(t)
	binary := filepath.Join(t.TempDir(), "leo")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", bustest.FreePorts(t, 1)[0])
	log, err := os.Create(filepath.Join(t.TempDir(), "leo.log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = log.Close()
		if t.Failed() {
			if data, err := os.ReadFile(log.Name()); err == nil {
				t.Logf("the end of Leo's log:\n%s", data[max(0, len(data)-8000):])
			}
		}
	})
	return &chaos{t: t, binary: binary, runner: runner, dir: t.TempDir(), addr: addr, log: log}
}

// addPeople uploads a small table and waits until it can be asked about.
func addPeople(t *testing.T, cl *client) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "people.csv")
	var b strings.Builder
	b.WriteString("person_id,city,age\n")
	for i := range 2000 {
		fmt.Fprintf(&b, "%d,%s,%d\n", i, []string{"Oslo", "Lima", "Pune"}[i%3], 18+i%60)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var d datasetSummary
	if err := cl.upload(t.Context(), "people", "People", []string{file}, &d); err != nil {
		t.Fatal(err)
	}
	for d.State != "ready" {
		if d.State == "failed" {
			t.Fatal(d.Fault)
		}
		if err := pause(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if err := cl.call(t.Context(), http.MethodGet, "/api/v1/datasets/people", nil, &d); err != nil {
			t.Fatal(err)
		}
	}
}

// insist posts question i until it is accepted; the idempotency key makes the
// retries of a POST whose answer was lost the same run. It returns the run id.
func insist(ctx context.Context, cl *client, i int) string {
	body, err := json.Marshal(map[string]any{
		"dataset_id": "people", "sql": fmt.Sprintf("SELECT city, count(*) AS n, %d AS i FROM people WHERE age > %d GROUP BY city", i, i%50),
	})
	if err != nil {
		return ""
	}
	for ctx.Err() == nil {
		if id := post(ctx, cl, body, fmt.Sprintf("chaos-%d", i)); id != "" {
			return id
		}
		if pause(ctx, 20*time.Millisecond) != nil {
			return ""
		}
	}
	return ""
}

func post(ctx context.Context, cl *client, body []byte, key string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, cl.base+"/api/v1/runs", strings.NewReader(string(body)))
	if err != nil {
		return ""
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	if cl.token != "" {
		req.Header.Set("Authorization", "Bearer "+cl.token)
	}
	resp, err := cl.http.Do(req)
	if err != nil {
		return ""
	}
	defer func() { _ = resp.Body.Close() }()
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if resp.StatusCode != http.StatusAccepted || json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&accepted) != nil {
		return ""
	}
	return accepted.RunID
}

// awaitEnds follows every run to its end.
func awaitEnds(ctx context.Context, t *testing.T, cl *client, ids []string) {
	t.Helper()
	for _, id := range ids {
		for {
			err := cl.watch(ctx, id, func(string, []byte) error { return nil })
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				t.Fatalf("run %s has no end: %v", id, err)
			}
		}
	}
}

// checkEnds waits for every accepted run and looks at the whole log: it holds
// these runs and no others, each ends exactly once with an answer, and none forked.
// It returns how many events there are, and how runs ended.
func checkEnds(ctx context.Context, t *testing.T, cl *client, ids map[string]bool) (events int, kinds map[event.Kind]int) {
	t.Helper()
	awaitEnds(ctx, t, cl, slices.Collect(maps.Keys(ids)))
	ends := map[string]int{}
	kinds = map[event.Kind]int{}
	byRun := map[string][]event.Event{}
	err := cl.lines(ctx, "/api/v1/audit/events", func(line []byte) error {
		l := decode[logged](t, line)
		e, err := event.Decode(l.Data)
		if err != nil {
			return err
		}
		e.Seq = l.Seq
		events++
		byRun[e.RunID] = append(byRun[e.RunID], e)
		if e.Kind().Terminal() {
			ends[e.RunID]++
			kinds[e.Kind()]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for id := range ids {
		if ends[id] != 1 {
			t.Errorf("run %s ended %d times", id, ends[id])
		}
	}
	for id, run1 := range byRun {
		if _, err := run.Fold(run1); errors.Is(err, run.ErrTransition) {
			t.Errorf("run %s forked: %v", id, err)
		}
	}
	if kinds[event.KindAnswered] != len(ids) {
		t.Errorf("runs ended as %v: every one of these questions has an answer", kinds)
	}
	if len(byRun) != len(ids) {
		t.Errorf("%d questions accepted and %d runs in the log", len(ids), len(byRun))
	}
	return events, kinds
}

// checkNothingLeft looks for what the killed processes left on disk.
func checkNothingLeft(t *testing.T, dir string) {
	t.Helper()
	l := &testLeo{dir: dir}
	if left := l.leftovers(t); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
