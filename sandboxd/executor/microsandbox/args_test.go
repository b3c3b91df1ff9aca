//go:build linux

package microsandbox

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// TestCommandLines compares every command line with testdata/commands.golden, a
// flag and its value to a line.
func TestCommandLines(t *testing.T) {
	sql := executor.Spec{Mode: protocol.SQL, DataDir: "/srv/datasets/one", Limits: executor.DefaultLimits(protocol.SQL)}
	ingest := executor.Spec{Mode: protocol.Ingest, DataDir: "/srv/raw", OutDir: "/srv/out", Limits: executor.DefaultLimits(protocol.Ingest)}
	odd := executor.Spec{Mode: protocol.SQL, DataDir: "/srv/with space, and comma", Limits: executor.Limits{
		Memory: 128<<20 + 1, CPU: 1.5, Pids: 16, Tmp: 1<<20 + 1, FileSize: 3 << 20,
	}}
	program := func(s executor.Spec) []string {
		return s.Command(protocol.RunnerPath, protocol.DataDir, protocol.OutDir, protocol.TmpDir)
	}
	var got strings.Builder
	for _, c := range []struct {
		name string
		args []string
	}{
		{"version", versionArgs()},
		{"doctor", doctorArgs()},
		{"image", loadArgs("leo-runner:0123456789abcdef")},
		{"machine for a query", createArgs("microsandbox-1", "leo-runner:0123456789abcdef", sql, time.Hour+40*time.Second)},
		{"machine for an ingest", createArgs("microsandbox-2", "leo-runner:0123456789abcdef", ingest, time.Hour)},
		{"machine with odd limits", createArgs("microsandbox-3", "leo-runner:0123456789abcdef", odd, 1500*time.Millisecond)},
		{"runner for a query", execArgs("microsandbox-1", sql.Limits, program(sql)...)},
		{"runner for an ingest", execArgs("microsandbox-2", ingest.Limits, program(ingest)...)},
		{"kernel's log", kernelLogArgs("microsandbox-1")},
		{"stop", stopArgs("microsandbox-1")},
		{"remove", removeArgs("microsandbox-1")},
		{"list", listArgs()},
	} {
		got.WriteString("# " + c.name + "\nmsb")
		for _, arg := range c.args {
			if strings.HasPrefix(arg, "-") {
				got.WriteString("\n ")
			}
			got.WriteString(" " + arg)
		}
		got.WriteString("\n\n")
	}
	const golden = "testdata/commands.golden"
	if *given.update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("command lines changed:\n%s", got.String())
	}
}

func TestNothingOfLeosEnvironmentReachesMsb(t *testing.T) {
	t.Setenv("LEO_SECRET", "secret")
	cmd := msb{binary: "/usr/bin/msb", kernel: "/usr/lib/libkrunfw.so.5", home: "/var/lib/leo/vm/0"}.command(t.Context(), "ls")
	got := strings.Join(cmd.Env, "\n")
	want := "PATH=/usr/local/bin:/usr/bin:/bin\nNO_COLOR=1\nHOME=/var/lib/leo/vm/0\nMSB_HOME=/var/lib/leo/vm/0\n" +
		"MSB_PATH=/usr/bin/msb\nMSB_BACKEND=local\nMSB_LIBKRUNFW_PATH=/usr/lib/libkrunfw.so.5"
	if got != want {
		t.Errorf("environment is\n%s", got)
	}
}

func TestWordsAreThoseOfTheErrors(t *testing.T) {
	for name, c := range map[string]struct{ stderr, want string }{
		"an error":                {"error: sandbox not found: x\n", "sandbox not found: x"},
		"an error with details":   {"error: failed to start \"a\"\n  → other: exited\n  → run `msb logs`\n", "failed to start \"a\"; other: exited; run `msb logs`"},
		"progress and warnings":   {"info Platform: Linux\n   ✓ KVM\nwarn: slow\n  → buy\nerror: no KVM\n  → get one\nwarn: late\n  → hm\n", "no KVM; get one"},
		"colours":                 {"\x1b[1;31merror: \x1b[0mred\n", "red"},
		"a loader's complaint":    {"msb: error while loading shared libraries: libcap-ng.so.0: cannot open\n", "msb: error while loading shared libraries: libcap-ng.so.0: cannot open"},
		"nothing":                 {"", ""},
		"bytes that are no text":  {"error: \xff\xfebad\n", "bad"},
		"more than a message has": {"error: " + strings.Repeat("ä", 1000), strings.Repeat("ä", wordsCap/2) + "…"},
	} {
		if got := words(c.stderr); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
