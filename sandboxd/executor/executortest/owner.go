package executortest

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// OwnFlag is the flag that tells a test binary to be the owner that dies. Its
// value is the probe binary.
const OwnFlag = "own-sandboxes-with"

// DefineOwnFlag defines OwnFlag; call it from a variable of a test file, before
// flags are parsed.
func DefineOwnFlag() *string {
	return flag.String(OwnFlag, "", "be the process whose sandboxes are orphaned; the path of the probe")
}

// Own prepares one idle and one busy sandbox, says where they are and waits to
// be killed. The suite starts it in a second process through
// [Options].OwnerArgs.
func Own(t *testing.T, e executor.Executor) {
	dir := Dataset(t, map[string]string{protocol.PreparedName: "orphan's"})
	for _, order := range []string{"", "spin"} {
		spec := executor.Spec{Mode: protocol.SQL, DataDir: dir, Limits: executor.Limits{Timeout: time.Minute}}
		s, err := e.Prepare(context.Background(), spec)
		if err != nil {
			t.Fatal(err)
		}
		tell(t, "sandbox %d\n", pid(s))
		if order != "" {
			go func() { _, _, _ = s.Run(context.Background(), ask(order)) }()
		}
	}
	tell(t, "waiting\n")
	<-time.After(time.Minute)
}

// tell writes to the suite in the other process.
func tell(t *testing.T, format string, args ...any) {
	t.Helper()
	if _, err := fmt.Fprintf(os.Stdout, format, args...); err != nil {
		t.Fatal(err)
	}
}

// deadOwner kills a process that has sandboxes, with no chance to clean up.
func (s *suite) deadOwner(t *testing.T) {
	if s.OwnerArgs == nil {
		t.Skip("the executor has no owner to kill")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	owner := exec.CommandContext(ctx, "/proc/self/exe", append(s.OwnerArgs, "-"+OwnFlag+"="+s.Probe)...)
	owner.Dir = os.TempDir()
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	owner.Stderr = os.Stderr
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	var orphans []int
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "waiting"; {
		if text, ok := strings.CutPrefix(lines.Text(), "sandbox "); ok {
			id, _ := strconv.Atoi(text)
			orphans = append(orphans, id)
		} else {
			t.Logf("owner says: %s", lines.Text())
		}
	}
	if len(orphans) != 2 {
		t.Errorf("the owner made %d sandboxes", len(orphans))
	}
	// A sweep while the owner lives must not touch what it has.
	if _, err := s.exec.Sweep(ctx); err != nil {
		t.Errorf("sweep: %v", err)
	}
	for _, id := range orphans {
		if id != 0 && !running(id) {
			t.Errorf("sweep ended process %d of a living owner", id)
		}
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	if s.DieWithOwner {
		s.wantDead(t, orphans)
	}
	s.swept(t, orphans)
}

// swept fails unless the orphans are gone after a sweep.
func (s *suite) swept(t *testing.T, orphans []int) {
	t.Helper()
	swept, err := s.exec.Sweep(t.Context())
	if err != nil {
		t.Errorf("sweep: %v", err)
	}
	if want := len(orphans); swept != want && s.caps.CgroupVersion > 0 {
		t.Errorf("sweep removed %d sandboxes, want %d", swept, want)
	}
	s.wantDead(t, orphans)
	if again, err := s.exec.Sweep(t.Context()); again != 0 || err != nil {
		t.Errorf("a second sweep found %d sandboxes, error %v", again, err)
	}
}

func (s *suite) wantDead(t *testing.T, orphans []int) {
	t.Helper()
	for _, id := range orphans {
		if id != 0 && !eventually(5*time.Second+s.Slow, func() bool { return !running(id) }) {
			t.Errorf("orphan %d still runs", id)
		}
	}
}

// running reports whether a process exists and is not a zombie.
func running(id int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
