//go:build linux

package microsandbox

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

// flags let this test binary run a part of itself in a second process, which
// cannot build anything.
type flags struct {
	own, msb, home *string
	update         *bool
}

var given = flags{ //nolint:gochecknoglobals // flags are defined before a test binary parses them
	own:    executortest.DefineOwnFlag(),
	msb:    flag.String("msb", "", "do not build the stand-in, use this"),
	home:   flag.String("msb-home", "", "the home below which the second process has its own"),
	update: flag.Bool("update", false, "rewrite golden files"),
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.Cleanup(cleanUp)) }

// prefix begins the names of what these tests have in a temporary directory. It
// is not leo-: what is called that counts as left over by Leo, in tests that run
// at the same time and for people who clean up.
const prefix = "msb-test-"

// standIn is the stand-in of testdata/msb, built once for all tests of the
// process.
var standIn struct { //nolint:gochecknoglobals // one build, and no state beyond that
	once sync.Once
	dir  string
	err  error
}

func buildStandIn() {
	if standIn.dir, standIn.err = os.MkdirTemp("", prefix); standIn.err != nil {
		return
	}
	cmd := exec.Command("go", "build", "-o", filepath.Join(standIn.dir, "msb"), "./testdata/msb")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		standIn.err = fmt.Errorf("build the stand-in: %w\n%s", err, out)
	}
}

// cleanUp removes the stand-in, if it was built.
func cleanUp(code int) {
	if standIn.dir != "" {
		_ = os.RemoveAll(standIn.dir)
	}
	os.Exit(code)
}

func standInBinary(tb testing.TB) string {
	tb.Helper()
	if *given.msb != "" {
		return *given.msb
	}
	standIn.once.Do(buildStandIn)
	if standIn.err != nil {
		tb.Fatal(standIn.err)
	}
	return filepath.Join(standIn.dir, "msb")
}

// realBinary is the microsandbox of this machine. The test is skipped, or fails
// if LEO_REQUIRE names "msb", where there is none.
func realBinary(tb testing.TB) string {
	tb.Helper()
	//nolint:forbidigo // a switch of the test run, not of the product
	name := os.Getenv("LEO_MSB")
	if name == "" {
		name = "msb"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		executortest.Require(tb, "msb", err)
	}
	return path
}

// shortHome is a directory with a short path that must be empty in the end.
func shortHome(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("/tmp", prefix) //nolint:usetesting // whose paths are too long for sockets
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		left, err := filepath.Glob(filepath.Join(dir, "[0-9]*"))
		if err != nil || len(left) > 0 {
			tb.Errorf("left over: %v %v", left, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			tb.Error(err)
		}
	})
	return dir
}

// open makes an executor that is closed with the test.
func open(tb testing.TB, opts Options) *Executor {
	tb.Helper()
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	e, err := New(opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	return e
}

func factory(binary, home string) executortest.Factory {
	return func(tb testing.TB, runner string) executor.Executor {
		tb.Helper()
		return open(tb, Options{Runner: runner, Binary: binary, Home: home})
	}
}

func options(binary, home string) executortest.Options {
	return executortest.Options{
		Leftovers: func(tb testing.TB, _ executor.Executor) []string {
			tb.Helper()
			return append(machinesIn(tb, binary, home), processesOf(tb, home)...)
		},
		// The guest's agent sets it; it says nothing.
		Env:       []string{"HOME", "PATH"},
		Slow:      3e9,
		OwnerArgs: []string{"-test.run=^TestOwner$", "-test.v", "-msb=" + binary, "-msb-home=" + home},
	}
}

// TestOwner is not a test: see executortest.Own.
func TestOwner(t *testing.T) {
	if *given.own == "" {
		t.Skip("runs in a second process only")
	}
	executortest.Own(t, factory(*given.msb, *given.home)(t, *given.own))
}

// machinesIn lists the homes and their machines.
func machinesIn(tb testing.TB, binary, home string) []string {
	tb.Helper()
	homes, err := filepath.Glob(filepath.Join(home, "[0-9]*"))
	if err != nil {
		tb.Fatal(err)
	}
	found := homes
	for _, dir := range homes {
		names, err := msb{binary: binary, home: dir}.machines(context.Background())
		if err != nil {
			tb.Error(err)
		}
		for _, name := range names {
			found = append(found, dir+" "+name)
		}
	}
	return found
}

// processesOf lists the processes whose msb home is below home.
func processesOf(tb testing.TB, home string) []string {
	tb.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		tb.Fatal(err)
	}
	var found []string
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		env, err := os.ReadFile(filepath.Join("/proc", entry.Name(), "environ"))
		if errors.Is(err, os.ErrPermission) {
			continue
		}
		// One home's name may begin another's.
		if text := string(env) + "\x00"; strings.Contains(text, "MSB_HOME="+home+"/") || strings.Contains(text, "MSB_HOME="+home+"\x00") {
			found = append(found, strings.ReplaceAll(commandLine(pid), "\x00", " "))
		}
	}
	return found
}

func commandLine(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return string(text)
}
