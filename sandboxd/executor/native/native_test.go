//go:build linux

package native_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// flags let this test binary run parts of itself in a second process, which
// cannot build anything.
type flags struct {
	own, probe, runner, python *string
}

var secondProcess = flags{ //nolint:gochecknoglobals // flags are defined before a test binary parses them
	own:    executortest.DefineOwnFlag(),
	probe:  flag.String("probe-binary", "", "do not build the probe, use this"),
	runner: flag.String("runner-binary", "", "do not build leo-runner, use this"),
	python: flag.String("python-root", "", "the Python root, a tar"),
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func factory(tb testing.TB, runner string) executor.Executor {
	tb.Helper()
	e, err := native.New(native.Options{Runner: runner, Logger: executortest.Logger()})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func options() executortest.Options {
	return executortest.Options{
		Probe: *secondProcess.probe, Runner: *secondProcess.runner,
		Leftovers:    leftovers,
		Mounts:       []string{"/", "/leo-runner", "/dev/null", "/data", "/tmp"},
		Slow:         2 * time.Second, // a busy machine is no failure
		DieWithOwner: true,
		OwnerArgs:    []string{"-test.run=^TestOwner$", "-test.v"},
	}
}

func TestConformance(t *testing.T) {
	executortest.Run(t, factory, options())
}

// TestLandlockHoldsBesideTheMounts asks for something the mounts allow.
func TestLandlockHoldsBesideTheMounts(t *testing.T) {
	e := factory(t, executortest.ProbeBinary(t))
	defer func() { _ = e.Close(t.Context()) }()
	s, err := e.Prepare(t.Context(), executor.Spec{
		Mode: protocol.SQL, DataDir: executortest.Dataset(t, map[string]string{protocol.PreparedName: "prepared"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	resp, _, err := s.Run(t.Context(), protocol.Request{ID: "1", Statement: "facts"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range resp.Rows {
		if row[0] == "root" && !strings.Contains(fmt.Sprint(row[1]), "permission denied") {
			t.Errorf("the root directory lists as %v", row[1])
		}
	}
}

// ordinaryUser is a uid that owns nothing.
const ordinaryUser = 12345

// TestConformanceAsOrdinaryUser runs the suite again without root's rights.
func TestConformanceAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("TestConformance already runs as an ordinary user")
	}
	dir, err := os.MkdirTemp("", "leo-ordinary-") //nolint:usetesting // the directory of t.TempDir is private
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(dir, 0o1777); err != nil {
		t.Fatal(err)
	}
	ordinary := []string{"TestConformance", "TestOneLayerAlone", "TestOrdinaryUser", "TestPython"}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^("+strings.Join(ordinary, "|")+")$", "-test.v",
		"-probe-binary="+copyBinary(t, executortest.ProbeBinary(t), dir),
		"-runner-binary="+copyBinary(t, executortest.RunnerBinary(t), dir),
		"-python-root="+copyBinary(t, executortest.PythonRoot(t), dir))
	if err := os.CopyFS(filepath.Join(dir, "testdata"), os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=/usr/bin:/bin"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: ordinaryUser, Gid: ordinaryUser}}
	out, err := cmd.CombinedOutput()
	for _, test := range results(string(out)) {
		t.Run(test.name, func(t *testing.T) { test.repeat(t) })
	}
	if err != nil {
		t.Errorf("%v\n%s", err, said(string(out)))
	}
	for _, name := range ordinary {
		if !strings.Contains(string(out), "--- PASS: "+name+" (") {
			t.Errorf("%s did not run to its end", name)
		}
	}
}

// TestOrdinaryUser says what an ordinary user gets here: everything but control
// groups, which somebody would have to delegate.
func TestOrdinaryUser(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("TestConformanceAsOrdinaryUser runs it")
	}
	binary := *secondProcess.probe
	if binary == "" {
		binary = executortest.ProbeBinary(t)
	}
	e := factory(t, binary)
	defer func() { _ = e.Close(t.Context()) }()
	c, err := e.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", c)
	if !c.Namespaces || c.LandlockABI < 1 || !c.Seccomp || c.Unsafe || c.HostUID != os.Geteuid() {
		t.Errorf("capabilities are %+v", c)
	}
	if c.CgroupVersion == 0 && (c.Memory != "rlimit" || c.Pids != "rlimit" || c.CPUQuota || len(c.Notes) != 3) {
		t.Errorf("without control groups the limits are enforced by %s and %s, with the notes %q", c.Memory, c.Pids, c.Notes)
	}
}

// result is how one test of a second process ended.
type result struct{ outcome, name string }

// results finds the tests of the innermost level in the output of a test binary.
func results(out string) []result {
	var all []result
	for _, m := range regexp.MustCompile(`(?m)^ *--- (PASS|FAIL|SKIP): (\S+) \(`).FindAllStringSubmatch(out, -1) {
		all = append(all, result{m[1], m[2]})
	}
	return slices.DeleteFunc(slices.Clone(all), func(r result) bool {
		return slices.ContainsFunc(all, func(other result) bool { return strings.HasPrefix(other.name, r.name+"/") })
	})
}

// said is what the tests of a second process said, without the lines that only
// tell which of them ran.
func said(out string) string {
	return regexp.MustCompile(`(?m)^ *(=== |--- (PASS|SKIP)).*\n`).ReplaceAllString(out, "")
}

// repeat ends the way that test did; what it said is in the log.
func (r result) repeat(t *testing.T) {
	t.Helper()
	switch r.outcome {
	case "FAIL":
		t.Error("it failed there")
	case "SKIP":
		t.Skip("it was skipped there")
	}
}

// copyBinary puts a binary where everybody may execute it.
func copyBinary(t *testing.T, path, dir string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(target, data, 0o755); err != nil {
		t.Fatal(err)
	}
	return target
}

// TestOwner is not a test: see executortest.Own.
func TestOwner(t *testing.T) {
	if *secondProcess.own == "" {
		t.Skip("runs in a second process only")
	}
	executortest.Own(t, factory(t, *secondProcess.own))
}

// leftovers lists what this process's sandboxes have on the machine: control
// groups, child processes, open descriptors, directories.
func leftovers(tb testing.TB, _ executor.Executor) []string {
	tb.Helper()
	var found []string
	own := fmt.Sprintf("leo-sandboxes/*.%d.*/*", os.Getpid())
	for _, hierarchy := range []string{"/sys/fs/cgroup/", "/sys/fs/cgroup/*/", "/sys/fs/cgroup/*/*/"} {
		groups, _ := filepath.Glob(hierarchy + own)
		for _, path := range groups {
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				found = append(found, path)
			}
		}
	}
	scratch, _ := filepath.Glob(filepath.Join(os.TempDir(), "leo-sandbox-*"))
	found = append(found, scratch...)
	found = append(found, children(tb)...)
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(mounts)) {
		if strings.Contains(line, "leo-runner") || strings.Contains(line, "leo-probe") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		tb.Fatal(err)
	}
	return append(found, fmt.Sprint(len(fds), " descriptors"))
}

// children lists the processes this one has started.
func children(tb testing.TB) []string {
	tb.Helper()
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		tb.Fatal(err)
	}
	var found []string
	for _, thread := range threads {
		ids, _ := os.ReadFile("/proc/self/task/" + thread.Name() + "/children")
		found = append(found, strings.Fields(string(ids))...)
	}
	slices.Sort(found)
	return found
}

func BenchmarkColdRun(b *testing.B) { executortest.Bench(b, factory) }
