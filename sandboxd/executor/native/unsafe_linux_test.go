package native

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// reachable returns a directory that every user can reach.
func reachable(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "leo-reachable-") //nolint:usetesting // the directory of t.TempDir is private
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// withoutNamespaces returns an executor that believes the kernel has none.
func withoutNamespaces(t *testing.T) (*Executor, string) {
	t.Helper()
	dir := reachable(t)
	program, err := os.ReadFile(probeBinary(t))
	if err != nil {
		t.Fatal(err)
	}
	runner := filepath.Join(dir, "probe")
	if err := os.WriteFile(runner, program, 0o755); err != nil {
		t.Fatal(err)
	}
	e, err := New(Options{Runner: runner, Unsafe: true, Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(t.Context()); err != nil && !errors.Is(err, t.Context().Err()) {
			t.Error(err)
		}
	})
	e.probed = &probe{why: errors.New("pretended")}
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, protocol.PreparedName), []byte("prepared"), 0o644); err != nil {
		t.Fatal(err)
	}
	return e, data
}

func TestUnsafeStillProtectsWhatItCan(t *testing.T) {
	e, data := withoutNamespaces(t)
	secret := filepath.Join(reachable(t), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for order, want := range map[string]string{
		"read " + secret:   "permission denied",
		"read /etc/passwd": "permission denied",
		"write " + data:    "permission denied",
		"write /tmp":       "permission denied",
		"net":              "operation not permitted",
		"fork":             "",
		"echo hello":       "hello",
		"read " + data + "/" + protocol.PreparedName: "prepared",
	} {
		s, err := e.Prepare(t.Context(), executor.Spec{Mode: protocol.SQL, DataDir: data})
		if err != nil {
			t.Fatalf("prepare: %v (%v)", err, errors.Unwrap(err))
		}
		resp, _, err := s.Run(t.Context(), protocol.Request{ID: "1", Statement: order})
		if err != nil {
			t.Fatalf("%s: %v (%v)", order, err, errors.Unwrap(err))
		}
		if got, _ := resp.Rows[0][1].(string); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", order, got, want)
		}
		if err := s.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "leo-sandbox-*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

func TestUnsafeStillHasDeadlines(t *testing.T) {
	e, data := withoutNamespaces(t)
	s, err := e.Prepare(t.Context(), executor.Spec{
		Mode: protocol.SQL, DataDir: data, Limits: executor.Limits{Timeout: 200 * time.Millisecond},
	})
	if err != nil {
		t.Fatalf("prepare: %v (%v)", err, errors.Unwrap(err))
	}
	_, _, err = s.Run(t.Context(), protocol.Request{ID: "1", Statement: "spin"})
	if fault.CodeOf(err) != fault.Timeout {
		t.Error(err)
	}
	if err := s.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAMachineBelowTheFloorIsRefused(t *testing.T) {
	full := stage1.Facts{PID: 1, UID: executor.UID, LandlockABI: 1, Seccomp: true}
	if err := belowFloor(full); err != nil {
		t.Errorf("a machine on the floor is refused: %v", err)
	}
	for what, change := range map[string]func(*stage1.Facts){
		"a pid namespace":   func(f *stage1.Facts) { f.PID = 4711 },
		"a user namespace":  func(f *stage1.Facts) { f.UID = 0 },
		"a mount namespace": func(f *stage1.Facts) { f.HostVisible = true },
		"Landlock":          func(f *stage1.Facts) { f.LandlockABI = 0 },
		"seccomp":           func(f *stage1.Facts) { f.Seccomp = false },
	} {
		facts := full
		change(&facts)
		if err := belowFloor(facts); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("without %s: %v", what, err)
		}
	}
}

func TestARunnerThatCannotBeASandboxIsUnavailable(t *testing.T) {
	for name, runner := range map[string]string{
		"not there":   "/nowhere/leo-runner",
		"a directory": "/",
		"not a program": func() string {
			path := filepath.Join(t.TempDir(), "text")
			_ = os.WriteFile(path, []byte("text"), 0o755)
			return path
		}(),
		"not executable": func() string {
			path := filepath.Join(t.TempDir(), "text")
			_ = os.WriteFile(path, []byte("text"), 0o644)
			return path
		}(),
		"another program": "/bin/true",
	} {
		e, err := New(Options{Runner: runner, Logger: executortest.Logger()})
		if err == nil {
			_, err = e.Probe(t.Context())
			if closeErr := e.Close(t.Context()); closeErr != nil {
				t.Error(closeErr)
			}
		}
		if fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADatasetNobodyMayReadIsSaidSo(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("an ordinary user's sandbox is that user")
	}
	e, err := New(Options{Runner: probeBinary(t), Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close(t.Context()) }()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, protocol.PreparedName), []byte("private"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = e.Prepare(t.Context(), executor.Spec{Mode: protocol.SQL, DataDir: dir})
	var f *fault.Fault
	if !errors.As(err, &f) || !strings.Contains(f.Hint, "chmod") {
		t.Errorf("fault is %v", err)
	}
}
