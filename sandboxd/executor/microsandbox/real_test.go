//go:build linux

package microsandbox

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// real is the microsandbox of this machine with a home of the test's own.
func real(t *testing.T) (*Executor, msb) {
	t.Helper()
	e := open(t, Options{Runner: executortest.ProbeBinary(t), Binary: realBinary(t), Home: shortHome(t)})
	if _, err := e.version(t.Context()); err != nil {
		executortest.Require(t, "msb", err)
	}
	home, err := e.claimHome()
	if err != nil {
		t.Fatal(err)
	}
	e.home = home
	return e, e.msb(home)
}

func TestRealMsbIsProbedHonestly(t *testing.T) {
	home := shortHome(t)
	e := open(t, Options{Runner: executortest.ProbeBinary(t), Binary: realBinary(t), Home: home})
	caps, err := e.Probe(t.Context())
	if err == nil {
		if caps.Executor != Name || !strings.HasPrefix(caps.Version, "0.6.") {
			t.Errorf("capabilities are %+v", caps)
		}
		return
	}
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.Unavailable || f.Hint == "" {
		t.Errorf("probe: %v", err)
	}
	t.Logf("no guest boots here: %v", err)
	if left := processesOf(t, home); left != nil {
		t.Errorf("left over: %v", left)
	}
}

func TestRealMsbLoadsTheImage(t *testing.T) {
	e, m := real(t)
	image, err := e.loadImage(t.Context(), m)
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
	out, err := m.call(t.Context(), "image", "list", "--format", "json")
	if err != nil {
		t.Fatal(err)
	}
	var images []struct {
		Reference string `json:"reference"`
		OS        string `json:"os"`
		Layers    int    `json:"layer_count"`
	}
	if err := json.Unmarshal([]byte(out), &images); err != nil {
		t.Fatal(err)
	}
	if len(images) != 1 || images[0].Reference != image || images[0].OS != "linux" || images[0].Layers != 1 {
		t.Errorf("images are %+v, want %s", images, image)
	}
}

// TestRealMsbAcceptsTheCommandLines gives each command something that is not
// there: msb says so only after it has understood all of its flags.
func TestRealMsbAcceptsTheCommandLines(t *testing.T) {
	_, m := real(t)
	spec := executor.Spec{
		Mode: protocol.Ingest, DataDir: t.TempDir(), OutDir: t.TempDir(),
		Limits: executor.DefaultLimits(protocol.Ingest),
	}
	program := spec.Command(protocol.RunnerPath, protocol.DataDir, protocol.OutDir, protocol.TmpDir)
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"create": {createArgs("microsandbox-0", "leo-runner:missing", spec, time.Hour), noImage},
		"exec":   {execArgs("microsandbox-0", spec.Limits, program...), noMachine},
		"logs":   {kernelLogArgs("microsandbox-0"), noMachine},
		"stop":   {stopArgs("microsandbox-0"), noMachine},
		"rm":     {removeArgs("microsandbox-0"), noMachine},
	} {
		if _, err := m.call(t.Context(), c.args...); !said(err, c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	// The test itself can fail: this is how a flag looks that msb does not know.
	if _, err := m.call(t.Context(), append(createArgs("microsandbox-0", "leo-runner:missing", spec, time.Hour), "--bogus")...); said(err, noImage) {
		t.Errorf("a flag that does not exist: %v", err)
	}
	if names, err := m.machines(t.Context()); len(names) != 0 || err != nil {
		t.Errorf("machines are %v, error %v", names, err)
	}
	if err := m.remove(t.Context(), "microsandbox-0"); err != nil {
		t.Errorf("removing what is not there: %v", err)
	}
}

// TestRealMachineIsRemovedWhileItStarts kills msb create in the middle. It needs
// no guest that boots, only one that tries.
func TestRealMachineIsRemovedWhileItStarts(t *testing.T) {
	e, m := real(t)
	image, err := e.loadImage(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	spec := executor.Spec{Mode: protocol.SQL, DataDir: t.TempDir(), Limits: executor.DefaultLimits(protocol.SQL)}
	ctx, cancel := contextFor(t, time.Second)
	defer cancel()
	if _, err := m.run(ctx, time.Minute, nil, createArgs("microsandbox-0", image, spec, time.Minute)...); err != nil {
		t.Logf("create: %v", err)
	}
	started := processesOf(t, m.home)
	t.Logf("processes before: %v", started)
	if err := m.remove(t.Context(), "microsandbox-0"); err != nil {
		t.Error(err)
	}
	if names, err := m.machines(t.Context()); len(names) != 0 || err != nil {
		t.Errorf("machines are %v, error %v", names, err)
	}
	if left := processesOf(t, m.home); left != nil {
		t.Errorf("left over: %v", left)
	}
	if found, err := filepath.Glob(metricsOf(m.home)); started != nil && len(found) != 1 || err != nil {
		t.Errorf("its shared memory is not where it is expected: %v %v", found, err)
	}
	if _, err := os.Stat(filepath.Join(m.home, "sandboxes", "microsandbox-0")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its directory: %v", err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if found, err := filepath.Glob(metricsOf(m.home)); len(found) != 0 || err != nil {
		t.Errorf("its shared memory was left: %v %v", found, err)
	}
}
