//go:build linux

package microsandbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// setup is an executor over the stand-in and a dataset.
func setup(t *testing.T) (*Executor, executor.Spec) {
	t.Helper()
	needNamespaces(t)
	e := open(t, Options{Runner: executortest.ProbeBinary(t), Binary: standInBinary(t), Home: shortHome(t)})
	data := executortest.Dataset(t, map[string]string{protocol.PreparedName: "prepared"})
	return e, executor.Spec{Mode: protocol.SQL, DataDir: data}
}

func prepare(t *testing.T, e *Executor, spec executor.Spec) executor.Sandbox {
	t.Helper()
	s, err := e.Prepare(t.Context(), spec)
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
	t.Cleanup(func() {
		if err := s.Destroy(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func order(statement string) protocol.Request {
	return protocol.Request{ID: "1", QueryType: protocol.SQL, Statement: statement}
}

// execOf is the process of a sandbox's msb exec.
func execOf(t *testing.T, s executor.Sandbox) *os.Process {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err == nil && strings.Contains(commandLine(pid), "\x00exec\x00") && strings.Contains(commandLine(pid), "\x00"+s.ID()+"\x00") {
			p, err := os.FindProcess(pid)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	t.Fatalf("nothing runs for %s", s.ID())
	return nil
}

func ended(t *testing.T, s executor.Sandbox) {
	t.Helper()
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Error("the sandbox is not done")
	}
}

func TestMemoryThatRanOutInTheGuestIsNoticed(t *testing.T) {
	e, spec := setup(t)
	spec.Limits.Memory = 128 << 20
	_, stats, err := prepare(t, e, spec).Run(t.Context(), order("alloc"))
	if fault.CodeOf(err) != fault.ResourceExceeded || !stats.OOM || stats.ExitCode != signaled {
		t.Errorf("%v, %+v", err, stats)
	}
}

func TestASignalAloneIsNoLackOfMemory(t *testing.T) {
	e, spec := setup(t)
	_, stats, err := prepare(t, e, spec).Run(t.Context(), order("exit "+strconv.Itoa(signaled)))
	if fault.CodeOf(err) != fault.Internal || stats.OOM || stats.ExitCode != signaled {
		t.Errorf("%v, %+v", err, stats)
	}
}

func TestAStrangersKillOfTheConnectionEndsTheMachine(t *testing.T) {
	e, spec := setup(t)
	s := prepare(t, e, spec)
	if err := execOf(t, s).Kill(); err != nil {
		t.Fatal(err)
	}
	ended(t, s)
	_, stats, err := s.Run(t.Context(), order("echo hello"))
	if fault.CodeOf(err) != fault.Internal || stats.ExitCode != 137 {
		t.Errorf("%v, %+v", err, stats)
	}
	for _, process := range processesOf(t, e.home) {
		t.Errorf("%s still runs", process)
	}
}

func TestAMachineThatIsRemovedBehindItsBackIsNoticed(t *testing.T) {
	e, spec := setup(t)
	s := prepare(t, e, spec)
	if err := e.msb(e.home).remove(t.Context(), s.ID()); err != nil {
		t.Fatal(err)
	}
	ended(t, s)
	if _, _, err := s.Run(t.Context(), order("echo hello")); fault.CodeOf(err) != fault.Internal {
		t.Error(err)
	}
}

func TestAMachineIsEndedAlthoughMsbFailsAtFirst(t *testing.T) {
	e, spec := setup(t)
	s := prepare(t, e, spec)
	behave(t, e.opts.Home, "clumsy")
	if _, _, err := s.Run(t.Context(), order("exit 0")); fault.CodeOf(err) != fault.Internal {
		t.Error(err)
	}
	// An output directory would be trusted now.
	ended(t, s)
	if left := processesOf(t, e.home); left != nil {
		t.Errorf("after the end: %v", left)
	}
	if err := s.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
	if names, err := e.msb(e.home).machines(t.Context()); len(names) != 0 || err != nil {
		t.Errorf("machines are %v, error %v", names, err)
	}
}

func TestAnImageThatSomebodyRemovedIsLoadedAgain(t *testing.T) {
	e, spec := setup(t)
	prepare(t, e, spec)
	if err := os.RemoveAll(filepath.Join(e.home, "images")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := prepare(t, e, spec).Run(t.Context(), order("echo hello")); err != nil {
		t.Error(err)
	}
}

func TestABootThatFailsLaterLeavesNothing(t *testing.T) {
	e, spec := setup(t)
	if _, err := e.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ behaviour, says string }{
		{"no-boot", "did not boot"},
		{"boot-hangs", "did not start in time"},
	} {
		behave(t, e.opts.Home, c.behaviour)
		spec.Limits.StartTimeout = time.Second
		_, err := e.Prepare(t.Context(), spec)
		if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v (%v)", c.behaviour, err, errors.Unwrap(err))
		}
		if names, err := e.msb(e.home).machines(t.Context()); len(names) != 0 || err != nil {
			t.Errorf("%s left %v, %v", c.behaviour, names, err)
		}
	}
	behave(t, e.opts.Home, "")
}

func TestSweepRemovesWhatADeadOwnerLeftAndNothingElse(t *testing.T) {
	dead, spec := setup(t)
	first, second := prepare(t, dead, spec), prepare(t, dead, spec)
	sweeper := open(t, Options{Runner: dead.opts.Runner, Binary: dead.opts.Binary, Home: dead.opts.Home})
	mine := prepare(t, sweeper, spec)
	for range 2 {
		if n, err := sweeper.Sweep(t.Context()); n != 0 || err != nil {
			t.Errorf("sweep of the living removed %d, error %v", n, err)
		}
	}
	// It dies: nothing but the name of its file says otherwise.
	earlier := dead.instance
	earlier.Boot = "earlier"
	if err := os.Rename(dead.ownerFile(dead.home), filepath.Join(dead.home, ownerPrefix+earlier.String())); err != nil {
		t.Fatal(err)
	}
	if n, err := sweeper.Sweep(t.Context()); n != 2 || err != nil {
		t.Errorf("sweep removed %d, error %v", n, err)
	}
	ended(t, first)
	ended(t, second)
	if _, err := os.Stat(dead.home); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its home: %v", err)
	}
	if _, _, err := mine.Run(t.Context(), order("echo hello")); err != nil {
		t.Errorf("the sweeper's own sandbox: %v", err)
	}
}

func TestWhatIsNoHomeIsNotSwept(t *testing.T) {
	e, _ := setup(t)
	old := time.Now().Add(-2 * claimAge)
	for name, claim := range map[string]bool{"notes": false, "7": true, "8": false} {
		dir := filepath.Join(e.opts.Home, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if !claim {
			if err := os.WriteFile(filepath.Join(dir, "owner.nobody"), []byte("text"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(dir, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := e.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("sweep removed %d, error %v", n, err)
	}
	for name, want := range map[string]bool{"notes": true, "7": false, "8": true} {
		dir := filepath.Join(e.opts.Home, name)
		if _, err := os.Stat(dir); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatAMachineCannotBeGivenIsRefused(t *testing.T) {
	e, spec := setup(t)
	python := spec
	python.Mode = protocol.Python
	if _, err := e.Prepare(t.Context(), python); fault.CodeOf(err) != fault.FeatureDisabled {
		t.Errorf("python: %v", err)
	}
	odd := spec
	odd.DataDir = filepath.Join(spec.DataDir, "odd:", "data")
	if err := os.MkdirAll(odd.DataDir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Prepare(t.Context(), odd); fault.CodeOf(err) != fault.Validation {
		t.Errorf("an odd path: %v", err)
	}
}

func TestWhatIsMissingIsSaidSo(t *testing.T) {
	runner, logger := executortest.ProbeBinary(t), executortest.Logger()
	long := filepath.Join(shortHome(t), strings.Repeat("long", 20))
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no program"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		opts Options
		says string
	}{
		"no runner":                {Options{Runner: text + "-not-there", Binary: text, Home: long, Logger: logger}, "leo-runner"},
		"no msb":                   {Options{Runner: runner, Binary: text + "-not-there", Home: long, Logger: logger}, "msb of microsandbox is not"},
		"an msb that does not run": {Options{Runner: runner, Binary: text, Home: long, Logger: logger}, "does not start"},
		"a path that is too long":  {Options{Runner: runner, Binary: standInBinary(t), Home: long, Logger: logger}, "has a path of"},
	} {
		e, err := New(c.opts)
		if err == nil {
			_, err = e.Probe(t.Context())
			if closeErr := e.Close(t.Context()); closeErr != nil {
				t.Error(closeErr)
			}
		}
		if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(Options{Runner: runner, Home: long}); err == nil {
		t.Error("no logger is accepted")
	}
	if _, err := New(Options{Runner: runner, Logger: logger}); err == nil {
		t.Error("no home is accepted")
	}
}
