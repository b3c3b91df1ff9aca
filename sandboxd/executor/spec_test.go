package executor

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestDefaultsAreThoseOfTheContract(t *testing.T) {
	want := Limits{
		Memory: 512 << 20, CPU: 1, Pids: 64, Tmp: 64 << 20, Timeout: 10 * time.Second,
		StartTimeout: 30 * time.Second, MaxOutput: 8 << 20, FileSize: 64 << 20,
	}
	if got := (Limits{}).WithDefaults(DefaultLimits(protocol.SQL)); got != want {
		t.Errorf("defaults are %+v", got)
	}
	own := Limits{Memory: 1 << 30, CPU: 0.5, Pids: 32, Tmp: 1 << 20, Timeout: time.Second, StartTimeout: time.Second, MaxOutput: 1 << 20, FileSize: 1 << 20}
	if got := own.WithDefaults(DefaultLimits(protocol.Ingest)); got != own {
		t.Errorf("own limits become %+v", got)
	}
	for _, mode := range []protocol.QueryType{protocol.SQL, protocol.Ingest} {
		if err := DefaultLimits(mode).Validate(); err != nil {
			t.Errorf("defaults of %s: %v", mode, err)
		}
	}
}

func TestLimitsThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*Limits){
		"little memory":      func(l *Limits) { l.Memory = 1 << 20 },
		"negative memory":    func(l *Limits) { l.Memory = -1 },
		"no cpu":             func(l *Limits) { l.CPU = 0.001 },
		"cpu is not a":       func(l *Limits) { l.CPU = math.NaN() },
		"infinite cpu":       func(l *Limits) { l.CPU = math.Inf(1) },
		"few pids":           func(l *Limits) { l.Pids = 3 },
		"little tmp":         func(l *Limits) { l.Tmp = 10 },
		"small files":        func(l *Limits) { l.FileSize = 10 },
		"negative timeout":   func(l *Limits) { l.Timeout = -time.Second },
		"no time to start":   func(l *Limits) { l.StartTimeout = -1 },
		"tiny output":        func(l *Limits) { l.MaxOutput = 1 },
		"unbounded output":   func(l *Limits) { l.MaxOutput = math.MaxInt64 },
		"negative file size": func(l *Limits) { l.FileSize = -1 },
	} {
		l := DefaultLimits(protocol.SQL)
		change(&l)
		if err := l.Validate(); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestResolveFollowsLinksToTheDataset(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	spec, err := Spec{Mode: protocol.SQL, DataDir: link}.Resolve()
	if err != nil {
		t.Fatal(err)
	}
	if want, _ := filepath.EvalSymlinks(dir); spec.DataDir != want {
		t.Errorf("data directory is %s, want %s", spec.DataDir, want)
	}
}

func TestRunnerGetsLessMemoryThanItsSandbox(t *testing.T) {
	spec := Spec{Mode: protocol.Ingest, Limits: DefaultLimits(protocol.Ingest)}
	spec.Limits.CPU = 1.5
	got := strings.Join(spec.Command("/leo-runner", "/data", "/out", "/tmp"), " ")
	if want := "/leo-runner -mode ingest -data /data -tmp /tmp -out /out -memory-mb 320 -threads 2"; got != want {
		t.Errorf("command is %q, want %q", got, want)
	}
}

func TestAnUrgentRunnerIsToldSo(t *testing.T) {
	spec := Spec{Mode: protocol.SQL, Urgent: true, Limits: DefaultLimits(protocol.SQL)}
	if got := spec.Command("/leo-runner", "/data", "", "/tmp"); !slices.Contains(got, "-urgent") {
		t.Errorf("command is %q", got)
	}
}

func TestPythonRunsIsolatedFromItsEnvironment(t *testing.T) {
	spec := Spec{Mode: protocol.Python, Limits: DefaultLimits(protocol.Python)}
	got := strings.Join(spec.Command("/leo-runner", "/data", "", "/tmp"), " ")
	if want := "/usr/bin/python3.11 -I -B -X utf8 /leo/harness -memory-mb 512"; got != want {
		t.Errorf("command is %q, want %q", got, want)
	}
}
