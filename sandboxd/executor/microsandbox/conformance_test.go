//go:build linux

package microsandbox

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// TestConformance is the whole contract with real microVMs. It needs a guest that
// boots.
func TestConformance(t *testing.T) {
	binary, home := realBinary(t), shortHome(t)
	if _, err := open(t, Options{Runner: executortest.ProbeBinary(t), Binary: binary, Home: home}).Probe(t.Context()); err != nil {
		executortest.Require(t, "microsandbox", err)
	}
	executortest.Run(t, factory(binary, home), options(binary, home))
}

// TestConformanceOfTheAdapter is the same suite over the stand-in, less what says
// nothing about the adapter.
func TestConformanceOfTheAdapter(t *testing.T) {
	needNamespaces(t)
	binary, home := standInBinary(t), shortHome(t)
	opts := options(binary, home)
	opts.SkipStatements = true
	executortest.Run(t, factory(binary, home), opts)
}

// needNamespaces skips where the stand-in could not start a runner.
func needNamespaces(t *testing.T) {
	t.Helper()
	e, err := native.New(native.Options{Runner: executortest.ProbeBinary(t), Logger: executortest.Logger()})
	if err == nil {
		_, err = e.Probe(t.Context())
		err = errors.Join(err, e.Close(t.Context()))
	}
	if err != nil {
		executortest.Require(t, "native", err)
	}
}

// behave orders the stand-in to fail.
func behave(t *testing.T, home, how string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(home, "behaviour"), []byte(how), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAMachineThatCannotBootIsReportedOnceAndLeavesNothing(t *testing.T) {
	for _, c := range []struct{ name, behaviour, says string }{
		{"another version", "newer", `This machine has "msb 0.7.2", and Leo works with microsandbox 0.6 (0.6.16 or newer)`},
		{"a doctor who finds something", "sick", "msb doctor says: CPU virtualization is not available; no vmx (Intel) or svm (AMD) flag in /proc/cpuinfo."},
		{"a machine that ends at once", "no-boot", `msb says: failed to start "canary"; other: sandbox process exited (exit status: 1)`},
		{"a machine that never comes up", "boot-hangs", "did not boot on this machine within 1s"},
		{"a runner that says nothing", "silent-runner", "the runner in it says nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := shortHome(t)
			e := open(t, Options{Runner: executortest.ProbeBinary(t), Binary: standInBinary(t), Home: home, CanaryTimeout: time.Second})
			behave(t, home, c.behaviour)
			_, err := e.Probe(t.Context())
			if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), c.says) {
				t.Errorf("probe: %v, want %s", err, c.says)
			}
			if left := append(machinesIn(t, standInBinary(t), home), processesOf(t, home)...); left != nil {
				t.Errorf("left over: %v", left)
			}
			// It is known now, whatever changes.
			behave(t, home, "")
			_, again := e.Prepare(t.Context(), executor.Spec{Mode: protocol.SQL, DataDir: executortest.Dataset(t, nil)})
			if fault.CodeOf(again) != fault.Unavailable || again.Error() != err.Error() {
				t.Errorf("prepare: %v, want the same as before", again)
			}
		})
	}
}

func TestAnInterruptedProbeIsRepeated(t *testing.T) {
	needNamespaces(t)
	home := shortHome(t)
	e := open(t, Options{Runner: executortest.ProbeBinary(t), Binary: standInBinary(t), Home: home})
	behave(t, home, "boot-hangs")
	stop := time.AfterFunc(time.Second, func() { _ = os.Remove(filepath.Join(home, "behaviour")) })
	defer stop.Stop()
	ctx, cancel := contextFor(t, 500*time.Millisecond)
	defer cancel()
	if _, err := e.Probe(ctx); fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "in time") {
		t.Errorf("probe: %v", err)
	}
	behave(t, home, "")
	caps, err := e.Probe(t.Context())
	if err != nil || caps.Version != "0.6.18" || caps.Memory != "vm" || caps.HostUID != os.Geteuid() || len(caps.Notes) < 3 {
		t.Errorf("probe: %+v, %v", caps, err)
	}
}
