package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/doctor"
	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// examine runs the doctor and returns its checks by layer and name.
func examine(t *testing.T, e executor.Executor, opts doctor.Options) (map[string]doctor.Check, []doctor.Check) {
	t.Helper()
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	canaries := glob(t, filepath.Join(os.TempDir(), "leo-canary-*"))
	opts.Dir = t.TempDir()
	began := time.Now()
	checks, err := doctor.Run(t.Context(), e, opts)
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
	byName := map[string]doctor.Check{}
	for _, c := range checks {
		t.Logf("passed %-5v skipped %-5v %s: %s (%v) %s", c.Passed, c.Skipped, c.Layer, c.Name, c.Took.Round(time.Millisecond), c.Detail)
		byName[c.Layer+": "+c.Name] = c
	}
	t.Logf("%d checks in %v", len(checks), time.Since(began).Round(time.Millisecond))
	if len(byName) != len(checks) || len(checks) < 25 {
		t.Errorf("%d checks, %d names", len(checks), len(byName))
	}
	if left := glob(t, filepath.Join(opts.Dir, "*")); len(left) > 0 {
		t.Errorf("the doctor left %v", left)
	}
	if now := glob(t, filepath.Join(os.TempDir(), "leo-canary-*")); len(now) > len(canaries) {
		t.Errorf("the doctor left canaries: %v", now)
	}
	return byName, checks
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// healthy fails for every check that failed, and for skips that are not expected.
func healthy(t *testing.T, checks []doctor.Check, skips ...string) {
	t.Helper()
	for _, c := range checks {
		name := c.Layer + ": " + c.Name
		if c.Failed() {
			t.Errorf("%s: %s", name, c.Detail)
		}
		if c.Skipped && !strings.Contains(strings.Join(skips, "\n"), name) {
			t.Errorf("%s is skipped: %s", name, c.Detail)
		}
	}
}

func TestNativeSandboxesAreHealthy(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("native sandboxes run on Linux")
	}
	e, err := native.New(native.Options{Runner: executortest.RunnerBinary(t), Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	ran := false
	_, checks := examine(t, e, doctor.Options{Extra: []doctor.Extra{
		{Layer: "extra", Name: "runs", Run: func(context.Context, executor.Executor) (string, error) { ran = true; return "", nil }},
	}})
	healthy(t, checks)
	if !ran || checks[len(checks)-2].Layer != "extra" {
		t.Errorf("the extra check is not before the last: %+v", checks[len(checks)-2])
	}
}

func TestDockerSandboxesAreHealthy(t *testing.T) {
	e, err := docker.New(docker.Options{Runner: executortest.RunnerBinary(t), Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := e.Ping(ctx); err != nil {
		_ = e.Close(t.Context())
		executortest.Require(t, "docker", err)
	}
	_, checks := examine(t, e, doctor.Options{})
	healthy(t, checks, "programs: nothing starts at all")
}

func TestABarePretenceOfASandboxIsFoundOut(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the probe works on Linux")
	}
	checks, all := examine(t, &bare{t: t, runner: executortest.RunnerBinary(t)}, doctor.Options{Extra: []doctor.Extra{
		{Layer: "extra", Name: "fails", Run: func(context.Context, executor.Executor) (string, error) { return "", errors.New("on purpose") }},
		{Layer: "extra", Name: "panics", Run: func(context.Context, executor.Executor) (string, error) { panic("on purpose") }},
		{Layer: "extra", Name: "skips", Run: func(context.Context, executor.Executor) (string, error) { return "", doctor.Skip("no %s", "reason") }},
	}})
	for name, detail := range map[string]string{
		"network: no TCP":                                                 "tcp:127.0.0.1:",
		"network: no UDP and no DNS":                                      "udp:127.0.0.1:",
		"network: no unix, abstract or host sockets":                      "abstract:leo-canary",
		"network: a listener on this machine saw nobody":                  "visitors came",
		"files: no file of the host can be read":                          "",
		"files: nothing but the temporary directory can be written":       "",
		"programs: no shell, and no program from the temporary directory": "start /bin/sh",
		"rights: the user is nobody":                                      "uid",
		"rights: no way to more rights":                                   "",
		"rights: the kernel confirms that there are none":                 "Seccomp",
		"visibility: no other process":                                    "processes",
		"visibility: no environment, descriptors or host name":            "",
		"limits: no core dumps, few open files":                           "core",
		"extra: fails":                                                    "on purpose",
		"extra: panics":                                                   "on purpose",
	} {
		if c, ok := checks[name]; !ok || !c.Failed() || !strings.Contains(c.Detail, detail) {
			t.Errorf("%s did not fail because of %q: %+v", name, detail, c)
		}
	}
	// What does not depend on walls still holds, or the failures above could have
	// any reason.
	for _, name := range []string{
		"engine: a query is answered", "policy: COPY is refused", "limits: a query stops at its deadline",
		"limits: a process that listens to nothing is killed at its deadline", "cleanup: nothing is left behind",
	} {
		if c := checks[name]; !c.Passed {
			t.Errorf("%s: %s", name, c.Detail)
		}
	}
	if c := checks["extra: skips"]; !c.Skipped || c.Passed || c.Failed() || c.Detail != "no reason" {
		t.Errorf("a skipped check is %+v", c)
	}
	data, err := json.Marshal(all[0])
	if err != nil || !json.Valid(data) || !strings.Contains(string(data), `"took_ms"`) {
		t.Errorf("a check is written as %s, %v", data, err)
	}
}

func TestAnExecutorThatCannotStartFailsEveryCheck(t *testing.T) {
	_, checks := examine(t, &bare{t: t, runner: "/nowhere/leo-runner"}, doctor.Options{})
	for _, c := range checks {
		if !c.Failed() {
			t.Errorf("%s: %s is %+v", c.Layer, c.Name, c)
		}
	}
}

func TestAStoppedExaminationIsNoResult(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := &bare{t: t, runner: "/nowhere/leo-runner"}
	defer func() { _ = e.Close(t.Context()) }()
	if checks, err := doctor.Run(ctx, e, doctor.Options{Dir: t.TempDir()}); err == nil {
		t.Errorf("%d checks", len(checks))
	}
}

// bare runs the runner without any sandbox around it, but for a limit on memory,
// which is there to protect the machine of the test.
type bare struct {
	t      *testing.T
	runner string
	roster executor.Roster
}

func (*bare) Name() string { return "bare" }

func (*bare) Probe(context.Context) (executor.Capabilities, error) {
	return executor.Capabilities{Executor: "bare", Memory: "rlimit", Pids: "none", Unsafe: true}, nil
}

func (*bare) Sweep(context.Context) (int, error) { return 0, nil }

func (b *bare) Close(ctx context.Context) error { return b.roster.Close(ctx) }

func (b *bare) Prepare(ctx context.Context, spec executor.Spec) (executor.Sandbox, error) {
	ctx, leave, err := b.roster.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if spec, err = spec.Resolve(); err != nil {
		return nil, err
	}
	args := append([]string{"-c", `ulimit -d 1500000; exec "$@"`, "sh"}, spec.Command(b.runner, spec.DataDir, spec.OutDir, b.t.TempDir())...)
	cmd := exec.CommandContext(context.WithoutCancel(ctx), "/bin/sh", args...)
	stdin, inErr := cmd.StdinPipe()
	stdout, outErr := cmd.StdoutPipe()
	stderr, errErr := cmd.StderrPipe()
	if err := errors.Join(inErr, outErr, errErr, cmd.Start()); err != nil {
		return nil, err
	}
	return executor.NewSession(ctx, &b.roster, executor.Start{
		ID: executor.NewID("bare"), Spec: spec, Process: process{cmd}, Began: time.Now(), Logger: executortest.Logger(),
		Streams: executor.Streams{Stdin: stdin, Stdout: stdout, Stderr: stderr},
	})
}

// process implements [executor.Process].
type process struct{ cmd *exec.Cmd }

func (p process) Kill() { _ = p.cmd.Process.Kill() }

func (p process) Wait() executor.Exit {
	state, err := p.cmd.Process.Wait() // the pipes are the session's to close
	if err != nil {
		return executor.Exit{Code: -1, Err: err}
	}
	return executor.Exit{Code: state.ExitCode()}
}

func (process) PeakMemory() int64 { return 0 }

func (p process) PID() int { return p.cmd.Process.Pid }

func (process) Remove(context.Context) error { return nil }

// The order of the checks is part of the output.
func TestChecksComeInAFixedOrder(t *testing.T) {
	var orders [2]bytes.Buffer
	for i := range orders {
		_, checks := examine(t, &bare{t: t, runner: "/nowhere/leo-runner"}, doctor.Options{})
		for _, c := range checks {
			fmt.Fprintln(&orders[i], c.Layer, c.Name)
		}
	}
	if orders[0].String() != orders[1].String() {
		t.Errorf("first\n%s\nthen\n%s", &orders[0], &orders[1])
	}
}
