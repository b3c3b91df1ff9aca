package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// TestTheArchiveHoldsWhatTheLogHolds asks while the archive is kept and while it is not,
// and reads both of them back, one after the other and the archive alone.
func TestTheArchiveHoldsWhatTheLogHolds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "archive")
	if err := os.WriteFile(dir, []byte("a file stands where the directory should be"), 0o600); err != nil {
		t.Fatal(err)
	}
	l := start(t, func(c *config.Config) { c.ArchiveDir, c.ArchiveBytes, c.Demo = dir, 64<<10, false })
	addPeople(t, &l.client)
	asked := 0
	ask := func(n int) (last string) {
		for range n {
			asked++
			last = l.ask(t, map[string]any{"dataset_id": "people", "sql": fmt.Sprintf("SELECT count(*) AS n, %d AS i FROM people", asked)}).RunID
		}
		return last
	}
	ask(3)
	state := func() (string, bool) {
		var r struct {
			Checks []api.Check `json:"checks"`
		}
		if err := l.call(t.Context(), http.MethodGet, "/readyz", nil, &r); err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Checks {
			if c.Name == "archive" {
				return c.Detail, c.OK
			}
		}
		return "", false
	}
	if detail, ok := state(); !ok || !strings.Contains(detail, "not kept just now") {
		t.Errorf("while its directory is away: %q, %t", detail, ok)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	// Until a file is closed and the next one open: how large events are is not the same
	// everywhere.
	var last string
	for open := false; !open; {
		last = ask(20)
		bustest.Eventually(t, "everything is archived", func() bool {
			detail, _ := state()
			return strings.HasPrefix(detail, "all ")
		})
		names, err := filepath.Glob(filepath.Join(dir, "*.log"))
		if err != nil {
			t.Fatal(err)
		}
		open = len(names) == 1
	}
	if metrics, err := l.raw(t.Context(), "/metrics"); err != nil || !strings.Contains(string(metrics), "leo_archive_gaps_total 0") {
		t.Errorf("its figures are not shown: %v", err)
	}
	_, whole, _ := l.cli(t, "replay")
	for _, args := range [][]string{{"--archive", dir}, {"--archive", dir, "--offline"}} {
		if code, out, errs := l.cli(t, append([]string{"replay"}, args...)...); code != 0 || out != whole {
			t.Errorf("replay %v is not the log: %d, %d bytes of %d, %s", args, code, len(out), len(whole), errs)
		}
	}
	_, one, _ := l.cli(t, "replay", last)
	if code, out, errs := l.cli(t, "replay", last, "--archive", dir, "--offline"); code != 0 || out != one || strings.Count(out, "\n") < 4 {
		t.Errorf("one run of it: %d, %s%s", code, out, errs)
	}
	if code, out, errs := l.cli(t, "replay", "--archive", dir, "--offline", "--org", "nobody"); code != 0 || out != "" {
		t.Errorf("another organisation's: %d, %s%s", code, out, errs)
	}
	for _, args := range [][]string{{"--archive", dir}, {"--archive", dir, "--offline"}} {
		code, out, errs := l.cli(t, append([]string{"replay", "--verify"}, args...)...)
		if want := fmt.Sprintf("%d runs, %d ended: 0 differences", asked, asked); code != 0 || !strings.Contains(out, want) {
			t.Errorf("verify %v: %d, %s%s", args, code, out, errs)
		}
	}
	if code, _, errs := l.cli(t, "replay", "--offline"); code != fault.Validation.ExitCode() || !strings.Contains(errs, "--archive") {
		t.Errorf("offline without an archive: %d, %s", code, errs)
	}
	l.stop()
	spoil(t, dir)
	if code, _, errs := l.cli(t, "replay", "--verify", "--archive", dir, "--offline"); code != fault.Conflict.ExitCode() || !strings.Contains(errs, "altered") {
		t.Errorf("an archive that was altered: %d, %s", code, errs)
	}
}

// spoil changes an answer in the open segment.
func spoil(t *testing.T, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.log"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	data, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(data), "2000", "2001", 1)
	if changed == string(data) {
		t.Fatal("there is nothing to change")
	}
	if err := os.WriteFile(names[0], []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestADeploymentIsMovedByCopyingItsDirectory stops Leo, copies what it keeps and goes on
// with the copy.
func TestADeploymentIsMovedByCopyingItsDirectory(t *testing.T) {
	dir := t.TempDir()
	one := launch(t, dir, func(c *config.Config) { c.Demo, c.ArchiveDir = false, filepath.Join(dir, "archive") })
	addPeople(t, &one.client)
	question := map[string]any{"dataset_id": "people", "sql": "SELECT city, count(*) AS n FROM people GROUP BY city ORDER BY city"}
	before := one.ask(t, question)
	rows := one.rows(t, before)
	one.stop()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	two := launch(t, copied, func(c *config.Config) { c.Demo, c.ArchiveDir = false, filepath.Join(copied, "archive") })
	defer two.stop()
	after := two.finish(t, before.RunID)
	if a, b := digest(t, before), digest(t, after); a != b {
		t.Errorf("the run of before is %s, was %s", b, a)
	}
	if got := two.rows(t, after); fmt.Sprint(got) != fmt.Sprint(rows) {
		t.Errorf("its rows are %v, were %v", got, rows)
	}
	question["fresh"] = true
	again := two.ask(t, question)
	if got := two.rows(t, again); fmt.Sprint(got) != fmt.Sprint(rows) || again.DatasetVersionHash != before.DatasetVersionHash {
		t.Errorf("asked again: %v of version %s", got, again.DatasetVersionHash)
	}
	if code, out, errs := two.cli(t, "replay", "--verify", "--archive", filepath.Join(copied, "archive")); code != 0 || !strings.Contains(out, "2 runs, 2 ended: 0 differences") {
		t.Errorf("%d, %s%s", code, out, errs)
	}
}

func digest(t *testing.T, c *run.Capsule) string {
	t.Helper()
	d, err := c.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return d
}
