package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/health"
	"github.com/leo-analytics/leo/shared/run"
)

const (
	splitQuestions = 120
	splitAskers    = 8
	quickSQL       = "SELECT status, count(*) AS n, %d AS i FROM orders GROUP BY status"
	// slowSQL takes a second or more: long enough for something to happen
	// meanwhile, far below its limit of time.
	slowSQL = "SELECT count(*) AS n, %d AS i FROM orders a, orders b WHERE a.order_id * b.order_id %% 7 = 3 AND b.order_id %% 50 = 1"
)

// TestSeparateRolesAnswerAndEndEveryQuestionOnce runs the deployment over one
// server and over three, at the same time: most of it waits for what was killed.
func TestSeparateRolesAnswerAndEndEveryQuestionOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts and kills ten processes")
	}
	ports := &portPool{left: bustest.FreePorts(t, 80)}
	for name, servers := range map[string]int{"one server": 1, "three servers": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := deploy(t, ports, servers)
			ids := s.askEveryPrompt()
			s.oneDeploymentBehindTwoGateways()
			ids = append(ids, s.drainEachRole()...)
			ids = append(ids, s.killSomeOfEach(servers > 1)...)
			if servers == 1 {
				ids = append(ids, s.loseTheServer())
			}
			all := map[string]bool{}
			for _, id := range append(ids, s.shared) {
				all[id] = true
			}
			events, kinds := checkEnds(t.Context(), t, s.client("gateway-1"), all)
			t.Logf("COUNT %d questions over %d servers: %d events, ends %v, each once\n", len(all), servers, events, kinds)
		})
	}
}

// askEveryPrompt asks the demo prompts, at one gateway and the other.
func (s *split) askEveryPrompt() (ids []string) {
	s.t.Helper()
	for _, d := range datasets.LoadRegistry().Datasets {
		for i, q := range datasetstest.Questions(s.t, d.ID) {
			l := s.asker(fmt.Sprintf("gateway-%d", i%2+1))
			c := l.ask(s.t, map[string]any{"dataset_id": d.ID, "question": q.Question, "limits": map[string]any{"max_rows": 1000}})
			if err := matches(q, c, l.rows(s.t, c)); err != nil {
				s.t.Errorf("%s: %v\n%s", q.ID, err, c.CompiledSQL)
			}
			ids = append(ids, c.RunID)
		}
	}
	s.t.Logf("COUNT %d prompts answered right\n", len(ids))
	return ids
}

// oneDeploymentBehindTwoGateways: what one gateway accepted the other knows.
func (s *split) oneDeploymentBehindTwoGateways() {
	t := s.t
	t.Helper()
	one, two := s.client("gateway-1"), s.client("gateway-2")
	body := []byte(`{"dataset_id":"support","sql":"SELECT count(*) AS n FROM tickets"}`)
	first, again := post(t.Context(), one, body, "the-same-key"), post(t.Context(), two, body, "the-same-key")
	if first == "" || first != again {
		t.Errorf("one key is run %q at one gateway and %q at the other", first, again)
	}
	s.shared = first
	if err := two.watch(t.Context(), first, func(string, []byte) error { return nil }); err != nil {
		t.Errorf("the other gateway does not stream it: %v", err)
	}
	var r run.Capsule
	if err := two.call(t.Context(), http.MethodGet, "/api/v1/runs/"+first, nil, &r); err != nil || r.Status != run.Succeeded {
		t.Errorf("run is %s, %v", r.Status, err)
	}
	for _, path := range []string{"/api/v1/runs", "/api/v1/threads"} {
		bustest.Eventually(t, "both gateways list the same of "+path, func() bool {
			a, errA := one.raw(t.Context(), path)
			b, errB := two.raw(t.Context(), path)
			return errA == nil && errB == nil && string(a) == string(b) && len(a) > 100
		})
	}
	neighbour := s.command("sandboxd", "--admin-listen", "off")
	neighbour.Args[len(neighbour.Args)-1] = filepath.Join(s.dir, "sandboxd-1")
	if out, err := neighbour.CombinedOutput(); err == nil || !strings.Contains(string(out), "CONFLICT") {
		t.Errorf("a second sandboxd over the same directory: %v\n%s", err, out)
	}
}

// ask posts a statement nobody asked for before until one of the gateways takes
// it, and returns its run.
func (s *split) ask(ctx context.Context, i int, sql string) string {
	body, err := json.Marshal(map[string]any{"dataset_id": "ecommerce", "sql": fmt.Sprintf(sql, i)})
	if err != nil {
		return ""
	}
	for try := i; ctx.Err() == nil; try++ {
		gateway := fmt.Sprintf("gateway-%d", try%2+1)
		if id := post(ctx, s.client(gateway), body, fmt.Sprintf("split-%d", i)); id != "" {
			return id
		}
		if pause(ctx, 20*time.Millisecond) != nil {
			return ""
		}
	}
	return ""
}

// flood asks n questions, numbered from first, in the background. done waits for
// the last to be accepted and returns the runs.
func (s *split) flood(first, n int, sql string) (done func() []string) {
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Minute)
	next, accepted := make(chan int), make(chan string, n)
	var askers sync.WaitGroup
	for range splitAskers {
		askers.Go(func() {
			for i := range next {
				accepted <- s.ask(ctx, i, sql)
			}
		})
	}
	go func() {
		for i := range n {
			next <- first + i
		}
		close(next)
		askers.Wait()
		close(accepted)
	}()
	return func() (ids []string) {
		defer cancel()
		for id := range accepted {
			ids = append(ids, id)
		}
		return ids
	}
}

// drainEachRole stops one process of each role while it has work, as an operator
// does, and starts it again: nothing is lost and nothing handed out twice.
func (s *split) drainEachRole() (ids []string) {
	t := s.t
	t.Helper()
	again := map[string]float64{}
	count := func(name string) {
		for _, worker := range []string{"planner-asked", "planner-executed", "sandboxd-planned"} {
			if n := s.figure(name, "leo_worker_redelivered_total", worker); n > 0 {
				again[name+" "+worker] += n
			}
		}
	}
	for n, name := range []string{"sandboxd-1", "planner-1", "gateway-1", "syncer-1"} {
		done := s.flood(1000*n, splitQuestions/6, quickSQL)
		if name == "sandboxd-1" {
			ids = append(ids, s.flood(1000*n+500, 2, slowSQL)()...)
			bustest.Eventually(t, name+" works", func() bool {
				return s.figure(name, "leo_worker_in_flight", "sandboxd-planned") > 0
			})
		}
		count(name)
		stopped := make(chan error, 1)
		go func() { stopped <- s.stop(name) }()
		if name == "sandboxd-1" {
			s.awaitStopping(name)
		}
		if err := <-stopped; err != nil {
			t.Errorf("%s did not end cleanly: %v", name, err)
		}
		s.start(name)
		s.awaitReady(name)
		ids = append(ids, done()...)
	}
	s.await(ids)
	for name := range s.roles {
		count(name)
	}
	if len(again) > 0 {
		t.Errorf("events were handed out again though every process drained: %v", again)
	}
	t.Logf("COUNT 4 processes drained under %d questions, %d handed out again\n", len(ids), len(again))
	return ids
}

// awaitStopping waits until a process that drains has left rotation, which it does
// before its work is finished.
func (s *split) awaitStopping(name string) {
	s.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for p := s.role(name); p != nil && time.Now().Before(deadline); p = s.role(name) {
		if r := s.ready(name); r != nil && r.Status == "not ready" && r.Checks[0].Detail == "stopping" {
			return
		}
	}
	s.t.Errorf("%s was never seen stopping", name)
}

// killSomeOfEach kills a planner, a sandboxd and, of several, a server in the
// middle of a flood.
func (s *split) killSomeOfEach(server bool) []string {
	s.t.Helper()
	rng := rand.New(rand.NewPCG(chaosSeed, 2))
	done := s.flood(100_000, splitQuestions, quickSQL)
	some := func() {
		if err := pause(s.t.Context(), time.Duration(rng.IntN(300))*time.Millisecond); err != nil {
			s.t.Fatal(err)
		}
	}
	some()
	s.kill("sandboxd-1")
	some()
	s.kill("planner-2")
	if server {
		some()
		victim := rng.IntN(len(s.nats.cmds))
		s.nats.kill(victim)
		some()
		s.nats.start(victim)
	}
	ids := done()
	s.start("sandboxd-1")
	s.start("planner-2")
	s.await(ids)
	return ids
}

// loseTheServer: who depends on it says so, lives on, and works when it is back.
func (s *split) loseTheServer() string {
	t := s.t
	t.Helper()
	// A health check has the process's own configuration.
	check := func(flags ...string) error {
		cmd := s.command(append([]string{"health", "planner"}, flags...)...)
		cmd.Env = append(cmd.Env, "LEO_ADMIN_LISTEN="+s.role("planner-1").address)
		return cmd.Run()
	}
	if err := check(); err != nil {
		t.Errorf("leo health of a planner that is ready: %v", err)
	}
	s.nats.kill(0)
	for _, name := range []string{"planner-1", "sandboxd-1", "syncer-1", "gateway-1"} {
		bustest.Eventually(t, name+" says that it misses NATS", func() bool {
			r := s.ready(name)
			return r != nil && r.Status == "not ready" && slices.ContainsFunc(r.Checks, func(c health.Check) bool { return c.Name == "nats" && !c.OK })
		})
	}
	if check() == nil || check("--alive") != nil {
		t.Error("a planner without its server is ready, or not alive")
	}
	s.nats.start(0)
	for name := range s.roles {
		s.awaitReady(name)
	}
	return s.ask(t.Context(), 300_000, quickSQL)
}

// await follows every run to its end.
func (s *split) await(ids []string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 4*time.Minute)
	defer cancel()
	awaitEnds(ctx, s.t, s.client("gateway-2"), ids)
}
