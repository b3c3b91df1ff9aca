package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/doctor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

// visit runs `leo doctor` and returns its exit status and what it printed.
func visit(t *testing.T, dir string, more ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("LEO_RUNNER", executortest.RunnerBinary(t))
	var out, errs bytes.Buffer
	code = program(t.Context(), append([]string{"doctor", "--data-dir", dir}, more...), stdio{in: strings.NewReader(""), out: &out, err: &errs})
	return code, out.String(), errs.String()
}

func TestTheDoctorExaminesThisMachine(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("native sandboxes run on Linux")
	}
	dir := filepath.Join(t.TempDir(), "data")
	code, out, errs := visit(t, dir, "--executor", "native")
	if code != 0 || strings.Contains(out, "\nFAIL") {
		t.Fatalf("exit status %d\n%s%s", code, out, errs)
	}
	for _, want := range []string{"Runs use native sandboxes", "\npass  network: no TCP (", "\npass  cleanup: nothing is left behind (", " 0 failed.\n", `"landlock_abi"`} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q:\n%s", want, out)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a data directory that was not there is there now")
	}
}

func TestTheDoctorVisitsARunningLeo(t *testing.T) {
	leo := start(t, nil)
	code, out, errs := visit(t, leo.dir, "--executor", "native", "--json")
	var report struct {
		Executor       string
		Passed, Failed int
		Checks         []struct {
			Layer, Name, Detail string
			Passed, Skipped     bool
		}
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("%v\n%s%s", err, out, errs)
	}
	if code != 0 || report.Executor != "native" || report.Failed != 0 || report.Passed < 25 || len(report.Checks) < report.Passed {
		t.Errorf("exit status %d\n%s%s", code, out, errs)
	}
	if left, err := filepath.Glob(filepath.Join(leo.dir, "doctor*")); err != nil || len(left) > 0 {
		t.Errorf("the doctor left %v, %v", left, err)
	}
}

func TestWhatDoesNotHoldIsAFailure(t *testing.T) {
	found := doctorReport{Failed: 1, Skipped: 1, Passed: 1, Checks: []doctor.Check{
		{Layer: "network", Name: "no TCP", Passed: true, Took: 4 * time.Millisecond},
		{Layer: "files", Name: "sealed", Detail: "/etc/shadow: read"},
		{Layer: "rights", Name: "none", Skipped: true, Detail: "the kernel does not tell"},
	}}
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		a := &app{stdio: stdio{out: &out}}
		err := a.printReport(found, asJSON)
		if err == nil {
			t.Fatal("no fault")
		}
		var errs bytes.Buffer
		if code := report(&errs, err); code != 1 {
			t.Errorf("exit status %d", code)
		}
		want := "pass  network: no TCP (4 ms)\nFAIL  files: sealed: /etc/shadow: read\nskip  rights: none: the kernel does not tell\n3 checks: 1 passed, 1 skipped, 1 failed.\n"
		if asJSON {
			want = `"failed": 1`
		}
		if !strings.Contains(out.String(), want) {
			t.Errorf("printed\n%s", out.String())
		}
	}
}

func TestTheDoctorRefusesNonsense(t *testing.T) {
	for _, more := range [][]string{{"--executor", "hope"}, {"now"}, {"--executor"}, {"--data-dir", "/proc/nowhere", "--executor", "native"}} {
		if code, out, errs := visit(t, t.TempDir(), more...); code != 2 || errs == "" {
			t.Errorf("%v: exit status %d\n%s%s", more, code, out, errs)
		}
	}
}
