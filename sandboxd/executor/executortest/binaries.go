package executortest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// buildTimeout bounds a build from nothing: the engine is large.
const buildTimeout = 10 * time.Minute

// RunnerBinary returns the path of leo-runner, fully static, built from this
// module's sources. The first call in a test process builds it, which takes a
// moment when nothing has changed and minutes when nothing is cached; processes
// that ask at the same time wait for each other. The binary stays in the user's
// cache directory. Where it cannot be built at all (not Linux, no C compiler)
// the test is skipped, or fails if LEO_REQUIRE names "runner".
func RunnerBinary(t testing.TB) string {
	t.Helper()
	path, err := builds().runner()
	if errors.Is(err, errMissing) {
		Require(t, "runner", err)
	}
	if err != nil {
		t.Fatalf("build leo-runner: %v", err)
	}
	return path
}

// ProbeBinary returns the path of the probe program of this package, built like
// [RunnerBinary] but without C.
func ProbeBinary(t testing.TB) string {
	t.Helper()
	path, err := builds().probe()
	if err != nil {
		t.Fatalf("build the probe: %v", err)
	}
	return path
}

// InProcessBinary returns the path of the program that runs statements on DuckDB
// without a sandbox, for comparison; see its source in testdata/inprocess.
func InProcessBinary(t testing.TB) string {
	t.Helper()
	path, err := builds().inProcess()
	if errors.Is(err, errMissing) {
		Require(t, "runner", err)
	}
	if err != nil {
		t.Fatalf("build inprocess: %v", err)
	}
	return path
}

// Program returns the path of a program without C, built like [RunnerBinary]: pkg
// is one of this module or of one it requires. Where there is no Go the test is
// skipped, or fails if LEO_REQUIRE names the program.
func Program(t testing.TB, name, pkg string) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		Require(t, name, err)
	}
	path, err := build(name, pkg, "CGO_ENABLED=0")
	if err != nil {
		t.Fatalf("build %s: %v", name, err)
	}
	return path
}

// errMissing says that this machine cannot build the runner at all, which is not
// the runner's fault.
var errMissing = errors.New("something is missing")

// findCompiler looks for what go build would use.
func findCompiler() error {
	for _, name := range []string{"gcc", "clang", "cc"} {
		if _, err := exec.LookPath(name); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%w: a C compiler", errMissing)
}

// binaries builds each binary once per test process.
type binaries struct {
	runner, probe, inProcess func() (string, error)
}

//nolint:gochecknoglobals // one build per test process, and no state beyond that
var builds = sync.OnceValue(func() binaries {
	return binaries{
		runner: sync.OnceValues(func() (string, error) {
			return buildWithEngine("leo-runner", "./sandboxd/runner/leo-runner")
		}),
		inProcess: sync.OnceValues(func() (string, error) {
			return buildWithEngine("leo-inprocess", "./sandboxd/executor/executortest/testdata/inprocess")
		}),
		probe: sync.OnceValues(func() (string, error) {
			return build("leo-probe", "./sandboxd/executor/executortest/testdata/probe", "CGO_ENABLED=0")
		}),
	}
})

// buildWithEngine builds a program that links the engine, with the flags of the
// Makefile, so that compiled packages are shared.
func buildWithEngine(name, pkg string) (string, error) {
	if runtime.GOOS != "linux" {
		return "", fmt.Errorf("%w: leo-runner runs on Linux", errMissing)
	}
	if err := findCompiler(); err != nil {
		return "", err
	}
	return build(name, pkg, "CGO_ENABLED=1", "-trimpath",
		"-tags=netgo,osusergo", `-ldflags=-s -w -linkmode external -extldflags "-static"`)
}

// build runs go build from the module's root into the cache directory, one
// process at a time.
func build(name, pkg, env string, flags ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), buildTimeout)
	defer cancel()
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	// Two checkouts must not overwrite each other's binaries.
	sum := sha256.Sum256([]byte(root))
	dir := filepath.Join(cache, "leo-test", hex.EncodeToString(sum[:6]))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockFile(filepath.Join(dir, name+".lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	path := filepath.Join(dir, name)
	args := append([]string{"build", "-o", path}, append(flags, pkg)...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), env, "GOFLAGS="+goflags(ctx))
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, lastLines(string(out)))
	}
	return path, os.Chmod(path, 0o755)
}

// goflags drops flags meant for the tests themselves: a race detector cannot be
// linked statically.
func goflags(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "go", "env", "GOFLAGS").Output()
	if err != nil {
		return ""
	}
	var keep []string
	for _, flag := range strings.Fields(string(out)) {
		if flag != "-race" && flag != "-cover" {
			keep = append(keep, flag)
		}
	}
	return strings.Join(keep, " ")
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if filepath.Base(mod) != "go.mod" {
		return "", errors.New("not inside the module")
	}
	return filepath.Dir(mod), nil
}

// lastLines drops the linker's warnings about static linking, which come first.
func lastLines(out string) string {
	const keep = 4000
	return out[max(0, len(out)-keep):]
}
