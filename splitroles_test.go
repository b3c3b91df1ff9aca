package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/health"
)

// split is a deployment of separate roles: real processes around real servers.
type split struct {
	t     *testing.T
	nats  *natsServers
	leo   string
	dir   string
	env   []string
	token string
	ports *portPool
	// shared is the run that was begun at both gateways.
	shared string

	mu    sync.Mutex // guards roles and addresses
	roles map[string]*roleProcess
	// addresses are where processes of a name listen, each time they are started.
	addresses map[string]string
}

// roleProcess is one of them.
type roleProcess struct {
	name, role string
	// address is where it answers for its health; the gateway's is its own.
	address string
	cmd     *exec.Cmd
	ended   chan error
}

// deploy starts two of each role but the syncer, over n servers, with the demo
// datasets and a token. Everything ends with the test. What between returns is added
// to the configuration of every process; it is called once the servers listen.
func deploy(t *testing.T, ports *portPool, n int, between ...func(s *split) []string) *split {
	t.Helper()
	s := &split{t: t, leo: executortest.Program(t, "leo", "."), dir: t.TempDir(), ports: ports, roles: map[string]*roleProcess{}}
	runner := executortest.RunnerBinary(t)
	s.nats = startNATS(t, ports, n)
	s.env = append(os.Environ(), "LEO_RUNNER="+runner, "LEO_EXECUTOR=native", "LEO_AUTH=token", "LEO_SANDBOX_SLOTS=2", "LEO_WARM_SANDBOXES=2", "LEO_MAX_IN_FLIGHT=1000", "LEO_RATE_PER_SECOND=2000", "LEO_RATE_BURST=2000",
		"LEO_NATS_URL="+s.nats.url(), "LEO_NATS_USERNAME="+natsUser, "LEO_NATS_PASSWORD="+natsPassword, fmt.Sprintf("LEO_REPLICAS=%d", n))
	for _, more := range between {
		s.env = append(s.env, more(s)...)
	}
	t.Cleanup(s.end)
	bustest.Eventually(t, "a token can be made", func() bool {
		out, err := s.command("token", "create", "--role", "admin").Output()
		s.token = strings.TrimSpace(string(out))
		return err == nil
	})
	for _, name := range []string{"gateway-1", "gateway-2", "planner-1", "planner-2", "sandboxd-1", "sandboxd-2", "syncer-1"} {
		s.start(name)
	}
	for name := range s.roles {
		s.awaitReady(name)
	}
	if out, err := s.command("dataset", "demo").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	s.awaitDatasets()
	return s
}

// command is one of leo's, with the deployment's configuration.
func (s *split) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.leo, append(args, "--data-dir", filepath.Join(s.dir, "cli"))...)
	cmd.Env = s.env
	return cmd
}

// start runs the process of that name, such as planner-1, over what it had.
func (s *split) start(name string) {
	s.t.Helper()
	role, _, _ := strings.Cut(name, "-")
	p := &roleProcess{name: name, role: role, address: s.address(name), ended: make(chan error, 1)}
	p.cmd = exec.Command(s.leo, role, "--data-dir", filepath.Join(s.dir, name))
	p.cmd.Env = append(s.env[:len(s.env):len(s.env)], "LEO_LISTEN="+p.address, "LEO_ADMIN_LISTEN="+p.address)
	log, err := os.OpenFile(s.log(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close() //nolint:errcheck // the process has its own
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.roles[name] = p
}

// address is where the process of a name listens.
func (s *split) address(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.addresses == nil {
		s.addresses = map[string]string{}
	}
	if s.addresses[name] == "" {
		s.addresses[name] = address(s.ports.take(1)[0])
	}
	return s.addresses[name]
}

func (s *split) log(name string) string { return filepath.Join(s.dir, name+".log") }

func (s *split) role(name string) *roleProcess {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.roles[name]
}

// awaitReady waits until a process says that it is ready.
func (s *split) awaitReady(name string) {
	s.t.Helper()
	bustest.Eventually(s.t, name+" is ready", func() bool {
		if err := s.client(name).call(s.t.Context(), http.MethodGet, "/readyz", nil, nil); err != nil {
			return pause(s.t.Context(), 20*time.Millisecond) != nil
		}
		return true
	})
}

// client talks to a process; of one that does not run it gets no answer.
func (s *split) client(name string) *client {
	address := "127.0.0.1:0"
	if p := s.role(name); p != nil {
		address = p.address
	}
	return &client{base: "http://" + address, token: s.token, http: http.DefaultClient}
}

// asker is the client the other tests ask with.
func (s *split) asker(gateway string) *testLeo { return &testLeo{client: *s.client(gateway)} }

// ready is what a process says about itself; nil when it does not answer.
func (s *split) ready(name string) *health.Report {
	ctx, cancel := context.WithTimeout(s.t.Context(), 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.client(name).base+"/readyz", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil
	}
	defer func() { _ = resp.Body.Close() }()
	var r health.Report
	if json.NewDecoder(resp.Body).Decode(&r) != nil {
		return nil
	}
	return &r
}

// kill ends a process the hard way.
func (s *split) kill(name string) {
	s.t.Helper()
	p := s.role(name)
	if err := p.cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	<-p.ended //nolint:errcheck // it was killed
	s.forget(name)
}

// stop ends a process as an operator does, and returns how it ended.
func (s *split) stop(name string) error {
	p := s.role(name)
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	defer s.forget(name)
	select {
	case err := <-p.ended:
		return err
	case <-time.After(time.Minute):
		return fmt.Errorf("%s does not end: %w", name, p.cmd.Process.Kill())
	}
}

func (s *split) forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.roles, name)
}

// end kills what still runs, and shows the logs of a test that failed.
func (s *split) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.roles {
		_ = p.cmd.Process.Kill()
		<-p.ended //nolint:errcheck // it was killed
	}
	http.DefaultClient.CloseIdleConnections()
	if !s.t.Failed() {
		return
	}
	logs, _ := filepath.Glob(s.log("*"))
	for _, path := range logs {
		if data, err := os.ReadFile(path); err == nil {
			s.t.Logf("the end of %s:\n%s", filepath.Base(path), data[max(0, len(data)-3000):])
		}
	}
}

// awaitDatasets waits until every dataset can be asked about.
func (s *split) awaitDatasets() {
	s.t.Helper()
	bustest.Eventually(s.t, "the demo datasets are ready", func() bool {
		var list struct {
			Datasets []datasetSummary `json:"datasets"`
		}
		if err := s.client("gateway-1").call(s.t.Context(), http.MethodGet, "/api/v1/datasets", nil, &list); err != nil {
			s.t.Fatal(err)
		}
		for _, d := range list.Datasets {
			if d.State == "failed" {
				s.t.Fatal(d.Fault)
			}
			if d.State != "ready" {
				return pause(s.t.Context(), 50*time.Millisecond) != nil
			}
		}
		return len(list.Datasets) == 3
	})
}

// figure sums a figure of a process over the samples whose line holds all of with.
func (s *split) figure(name, figure string, with ...string) float64 {
	s.t.Helper()
	text, err := s.client(name).raw(s.t.Context(), "/metrics")
	if err != nil {
		return 0
	}
	var sum float64
line:
	for line := range strings.Lines(string(text)) {
		rest, ok := strings.CutPrefix(line, figure+"{")
		if !ok {
			continue
		}
		for _, w := range with {
			if !strings.Contains(rest, w) {
				continue line
			}
		}
		var v float64
		if _, err := fmt.Sscan(rest[strings.LastIndexByte(rest, ' ')+1:], &v); err == nil {
			sum += v
		}
	}
	return sum
}
